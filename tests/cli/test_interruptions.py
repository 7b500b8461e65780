"""Runs that are ended from outside: by Ctrl-C, a closed terminal, a request to end, or a kill."""

import errno
import importlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from tests.cli.test_replacing import FORKS, in_child, kill
from tests.support.cli_runner import Run
from tests.support.csv_ledgers import write_contract
from xlfuncs.cli import main
from xlfuncs.interruptions import ending_signal, undisturbed, watch_signals
from xlfuncs.loader import SHIPPED
from xlfuncs.output_files import NOT_THERE, replace_file, state_of, write_content
from xlfuncs.temporary_files import scratch_folder

pytestmark = [pytest.mark.host, FORKS]

STARTED = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored
from xlfuncs.cli import main
os.write(1, b"!")
sys.exit(main())
"""
"""A command that tells when it has started."""

LEDGER = "Qty,Date\n" + "10,2020-06-01\n" * 3000


class Typed:
    """A command in a folder of its own, with its temporary files beside it."""

    def __init__(self, folder: Path, *arguments: str, lines: str = LEDGER) -> None:
        self.work, self.temporary = folder / "work", folder / "temporary"
        for each in (self.work, self.temporary):
            each.mkdir(exist_ok=True)
        (self.work / "ledger.csv").write_text(lines)
        write_contract(self.work)
        self.arguments = arguments

    def start(self, *by: str) -> subprocess.Popen[bytes]:
        """Starts the command, by another program if one is named."""
        process = subprocess.Popen(
            [*by, sys.executable, "-c", STARTED, *self.arguments],
            cwd=self.work,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout.read(1) == b"!"
        return process

    def files(self) -> dict[str, int]:
        """What others find: each file and folder, with its permissions."""
        found = {}
        inside = [  # what goes while one looks is passed over
            Path(folder, name)
            for folder, folders, names in os.walk(self.temporary)
            for name in (*folders, *names)
        ]
        for path in [*self.work.iterdir(), *inside]:
            try:
                found[path.relative_to(self.work.parent).as_posix()] = path.stat().st_mode & 0o777
            except FileNotFoundError:
                continue
        return found


def said_by(process: subprocess.Popen[bytes]) -> bytes:
    """What a command says as an error up to its end, which has to come in a minute."""
    try:
        return process.communicate(timeout=60)[1]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


COMMANDS = [
    ("batch", "ledger.csv", "-c", "contract.toml", "-o", "out.csv"),
    ("batch", "ledger.csv", "-c", "contract.toml", "-o", "out.xlsx"),
    ("batch", "ledger.csv", "-c", "contract.toml", "-o", "out.parquet"),
    ("batch", "ledger.csv", "-c", "contract.toml"),
    ("build", "contract.toml", "-o", "book.xlsm"),
    ("check", "contract.toml"),
    ("price", "10", "2020-06-01", "-c", "contract.toml"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_that_is_ended_says_nothing_and_leaves_nothing(
    arguments: tuple[str, ...], tmp_path: Path, seed: int, kills: int
) -> None:
    random = Random(seed)
    typed = Typed(tmp_path, *arguments)
    before = typed.files()
    process = typed.start()
    start = time.perf_counter()
    said_by(process)
    seconds = time.perf_counter() - start
    after = typed.files()
    for turn in range(max(3, kills // 10)):
        for name in after.keys() - before.keys():
            (tmp_path / name).unlink(missing_ok=True)
        number = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[turn % 3]
        process = typed.start()
        time.sleep(random.uniform(0, 1.05) * seconds)
        for _ in range(1 + turn % 2):  # a second one does not disturb what is being tidied up
            if process.poll() is None:
                os.killpg(process.pid, number)
                time.sleep(random.uniform(0, 0.02))  # two that come at once are one
        said = said_by(process)
        found = typed.files()
        assert found in (before, after), (found.items() - after.items(), process.returncode, said)
        if b"xlfuncs" not in said and process.returncode in {-number, 1}:
            continue  # it was Python itself that was starting
        assert process.returncode in {128 + number, 0}, said
        assert not any(word in said for word in (b"Traceback", b"Exception", b"Critical"))


def test_a_killed_batch_leaves_nothing_that_others_can_read(tmp_path: Path) -> None:
    """And the next one removes it, but nothing of one that still runs."""
    typed = Typed(tmp_path, "batch", "ledger.csv", "-o", "out.csv", lines=LEDGER * 200)
    typed.arguments += ("-c", "contract.toml", "--encoding", "cp1252")  # which writes a copy first
    (typed.work / "out.csv").write_text("mine")
    (typed.work / "out.csv").chmod(0o600)
    before = typed.files()

    def watch(process: subprocess.Popen[bytes], written: Callable[[str], bool]) -> None:
        while process.poll() is None:
            found = typed.files()
            open_to_all = {name for name, mode in found.items() - before.items() if mode & 0o077}
            private = {name for name in found if re.fullmatch("temporary/xlfuncs-[^/]*", name)}
            assert all(found[name] == 0o700 for name in private)
            assert [name for name in open_to_all if name.startswith("work")] == []
            if any(map(written, found)):
                return
        raise AssertionError("it had ended before")

    def kill_when(written: Callable[[str], bool]) -> None:
        process = typed.start()
        try:
            watch(process, written)
            os.killpg(process.pid, signal.SIGKILL)
        finally:
            process.kill()
            process.communicate()

    kill_when(lambda name: name.endswith("/ledger.csv") and name.startswith("temporary"))
    assert len(list(typed.temporary.iterdir())) == 1
    kill_when(lambda name: name.endswith(".part"))
    assert len(list(typed.temporary.iterdir())) == 1
    assert len(list(typed.work.glob(".out.csv-*.part"))) == 1
    said_by(typed.start())
    assert typed.files().keys() == {*before, "work/out.csv.bak"}
    assert (typed.work / "out.csv").stat().st_mode & 0o777 == 0o600


def test_the_folder_of_a_run_is_there_as_long_as_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stay() -> int:
        with scratch_folder() as folder:
            (folder / "copy.csv").touch()
            (folder / "profile").mkdir()
            (folder / "profile" / "lock").touch()
            os.write(ready, b"!")
            time.sleep(60)
        return 0

    told, ready = os.pipe()
    with ExitStack() as running:
        running.callback(os.close, told)
        running.callback(kill, in_child(stay, tmp_path / "stderr"))
        os.close(ready)
        assert os.read(told, 1) == b"!"  # nothing where the child has ended
        [theirs] = tmp_path.glob("xlfuncs-*")
        with scratch_folder() as ours:
            assert (theirs / "copy.csv").exists()
            running.close()
            with scratch_folder():
                assert theirs.exists()  # another place, within the folder of this run
    assert not ours.exists()
    with scratch_folder():
        assert not theirs.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["stderr"]


def test_where_all_disks_are_read_only_what_needs_no_file_is_answered(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    def no_place() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", no_place)
    for command in (["check"], ["diff", SHIPPED, SHIPPED]):
        assert run(*command).status == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="needs an administrator")
def test_the_folder_of_another_user_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    theirs, link = tmp_path / "xlfuncs-abcdefgh", tmp_path / "xlfuncs-ijklmnop"
    theirs.mkdir()
    (theirs / "in_use").touch()
    os.chown(theirs, 1234, 1234)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "in_use").touch()
    link.symlink_to("mine")
    with scratch_folder():
        pass
    assert (theirs / "in_use").exists()
    assert (tmp_path / "mine" / "in_use").exists()


def is_ended(work: Callable[[], object]) -> bool:
    """Whether a signal ends the work, soon or a little later."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background has it ignored
    try:
        with watch_signals(to_the_end=False):
            work()
            time.sleep(30)
    except KeyboardInterrupt:
        return True
    finally:
        signal.signal(signal.SIGINT, before)
    return False


WATCHED_FILES = {
    "contextlib.py",
    "output_files.py",
    "temporary_files.py",
}
"""Source files in whose steps the signals of the test fall."""


@contextmanager
def signal_at(step: int) -> Iterator[Callable[[], int]]:
    """Have a signal come at one step of the interpreter; it yields what counts them."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        nonlocal count
        if event == "call":
            if Path(frame.f_code.co_filename).name not in WATCHED_FILES:
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            count += 1
            if count == step:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: count
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("old", [None, "old"])
def test_nothing_is_left_wherever_a_signal_falls(
    old: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlfuncs.interruptions.AGAIN", 0.001)
    monkeypatch.setattr("os.fsync", lambda _: None)  # it takes the disk's time, a thousand times
    temporary, work = tmp_path / "temporary", tmp_path / "work"
    temporary.mkdir()
    work.mkdir()
    target = work / "out.txt"

    def write(step: int) -> int:
        """Write a file as a command does; answer the steps that this takes."""
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        for each in work.iterdir():
            each.unlink()
        if old:
            target.write_text(old)
        before = state_of(target) if old else NOT_THERE
        with signal_at(step) as counted, scratch_folder() as folder:
            Path(folder, "copy").touch()
            replace_file(target, write_content(b"new"), before, keep=True)
        return counted()

    untouched = {"out.txt": "old"} if old else {}
    written = {"out.txt": "new", **({"out.txt.bak": "old"} if old else {})}
    steps = write(0)
    assert steps > 1000
    for step in range(1, steps + 1):
        assert is_ended(lambda step=step: write(step))
        found = {each.name: each.read_text() for each in work.iterdir()}
        assert found in (untouched, written), step
        assert list(temporary.iterdir()) == [], step


def test_a_signal_falls_between_no_steps_that_belong_together() -> None:
    steps = []

    @undisturbed
    def work() -> None:
        signal.raise_signal(signal.SIGTERM)
        time.sleep(0.1)
        steps.append("the second step")

    assert is_ended(work)
    assert steps == ["the second step"]
    assert ending_signal() == signal.SIGTERM


def test_ctrl_c_where_a_class_is_being_made_ends_a_command_as_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before signals are watched; up to version 3.11 Python makes a RuntimeError of it."""

    class Ending:
        def __set_name__(self, *_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("xlfuncs.cli.run.run", lambda _: type("Made", (), {"its": Ending()}))
    assert main([]) == 130


def test_a_second_signal_does_not_disturb_what_is_being_tidied_up() -> None:
    steps = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGTERM)
            steps.append("tidied up")

    assert is_ended(work)
    assert steps == ["tidied up"]
    assert ending_signal() == signal.SIGINT


def test_a_signal_that_python_drops_comes_again() -> None:
    class Ending:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    assert is_ended(lambda: Ending() and None)


def test_a_signal_waits_for_the_end_of_an_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries in C end the whole process where an import is disturbed."""
    (tmp_path / "disturbed.py").write_text("import signal\nsignal.raise_signal(2)\nDONE = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert is_ended(lambda: importlib.import_module("disturbed"))
    assert sys.modules["disturbed"].DONE


def test_signals_mean_afterwards_what_they_meant_before(run: Run) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    hook = sys.unraisablehook
    assert run("price", "100000", "2013-12-20").status == 0
    assert [signal.getsignal(number) for number in numbers] == before
    assert sys.unraisablehook is hook


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    """As by nohup."""
    typed = Typed(tmp_path, "build", SHIPPED, "-o", "book.xlsx")
    process = typed.start("sh", "-c", 'trap "" HUP; exec "$@"', "sh")
    while process.poll() is None:
        process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    assert (said_by(process), process.returncode) == (b"", 0)
    assert (typed.work / "book.xlsx").exists()
