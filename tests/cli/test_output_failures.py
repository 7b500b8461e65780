"""What commands write and print where there is no room, and of names that are no plain text."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli_runner import PROGRAM, Ran
from tests.support.csv_ledgers import write_contract
from tests.support.office import need

pytestmark = [
    pytest.mark.host,
    pytest.mark.skipif(sys.platform == "win32", reason="needs devices and limits of Unix"),
]

LINES = 30_000
LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
del sys.argv[1]
from xlfuncs.cli import main
sys.exit(main())
"""
"""A command that may write files of so many bytes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract, ledgers and workbooks, in a folder of their own."""
    folder = tmp_path_factory.mktemp("written")
    write_contract(folder)
    lines = [f"{number % 1000},2020-06-01,{number}" for number in range(LINES)]
    (folder / "ledger.csv").write_text("\n".join(["Qty,Date,Paid", *lines]))
    (folder / "short.csv").write_text("Qty,Date,Paid\n10,2020-06-01,120.00\n")
    for name, *options in (["book.xlsx"], ["calc.xlsx", "--without-functions"]):
        command = [*PROGRAM, "build", "contract.toml", "-o", name, *options]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


WRITING = {
    "out.csv": ("batch", "ledger.csv", "-c", "contract.toml"),
    "out.parquet": ("batch", "ledger.csv", "-c", "contract.toml"),
    "out.xlsx": ("batch", "ledger.csv", "-c", "contract.toml"),
    "both.csv": ("batch", "ledger.csv", "short.csv", "-c", "contract.toml"),
    "book.xlsm": ("build", "contract.toml", "--force"),
    "prices.xlsx": ("build", "contract.toml", "--force"),
    "it.oxt": ("build", "contract.toml", "--force"),
    "contract.toml": ("import", "book.xlsx"),
    "new.toml": ("init", "ACME"),
    "worked.ods": ("calc", "recalc", "calc.xlsx"),
}
"""What each kind of file is written by."""


def run(folder: Path, *command: object, **more: object) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False, **more
    )
    assert "Traceback" not in ran.stderr
    return ran


def kept(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


@pytest.mark.parametrize("target", WRITING)
def test_a_file_that_may_not_be_so_large_is_one_sentence(
    target: str, folder: Path, tmp_path: Path
) -> None:
    """As on a disk where the user's share is used up."""
    if "calc" in WRITING[target]:
        need("soffice")
    work, temporary = kept(folder, tmp_path / "work"), tmp_path / "temporary"
    temporary.mkdir()
    if target not in {"contract.toml", "new.toml"}:
        (work / target).write_text("old")
    else:
        (work / "contract.toml").write_text((work / "contract.toml").read_text() + "# old\n" * 50)
    before = {path.name: path.read_bytes() for path in work.iterdir()}
    for most in (100, 2000, 9000):
        command = [sys.executable, "-c", LIMITED, most, *WRITING[target], "-o", target]
        ran = run(work, *command, env={**os.environ, "TMPDIR": str(temporary)})
        if ran.returncode == 0:
            break  # it was no larger
        said = [line for line in ran.stderr.splitlines() if line.startswith("xlfuncs: ")]
        assert ran.returncode == 2, ran.stderr
        assert len(said) == 1, ran.stderr
        assert {path.name: path.read_bytes() for path in work.iterdir()} == before
        assert list(temporary.iterdir()) == []


PRINTING = [
    ("price", "10", "2020-06-01", "-c", "contract.toml"),
    ("price", "0", "2020-06-01", "-c", "contract.toml"),
    ("explain", "10", "2020-06-01", "-c", "contract.toml"),
    ("schedule", "2020-06-01", "-c", "contract.toml"),
    ("timeline", "10", "-c", "contract.toml"),
    ("check",),
    ("diff", "contract.toml", "book.xlsx"),
    ("batch", "ledger.csv", "-c", "contract.toml"),
    ("sql", "--dialect", "duckdb", "-c", "contract.toml"),
    ("build", "contract.toml", "--check", "-o", "book.xlsx"),
    ("import", "book.xlsx", "-o", "contract.toml"),
    ("doctor",),
    ("--help",),
    ("price", "--help"),
    ("--version",),
]


DATA = ("batch", "sql")
"""Commands that print what is meant for a program: without an output there is nothing to do."""


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_an_answer_that_cannot_be_taken_is_one_sentence(
    arguments: tuple[str, ...], folder: Path
) -> None:
    plain = run(folder, *PROGRAM, *arguments)
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in ran.stderr
    if plain.stdout:
        assert ran.returncode == 2
        assert ran.stderr.endswith(
            "xlfuncs: the answer cannot be written: No space left on device\n"
        )
    status = 2 if arguments[0] in DATA else plain.returncode
    closed = run(folder, "sh", "-c", '"$@" >&-', "sh", *PROGRAM, *arguments)
    assert closed.returncode == status
    silent = run(folder, "sh", "-c", '"$@" <&- >&- 2>&-', "sh", *PROGRAM, *arguments)
    assert silent.returncode == status
    gone = run(folder, "sh", "-c", '("$@"; echo $? >&2) | true', "sh", *PROGRAM, *arguments)
    assert gone.stderr.split()[-1] in {"2", str(plain.returncode)}


PRINTS = """\
import os, sys
from contextlib import suppress
sync = os.fsync
def fsync(number):
    for stream in (0, 1, 2):
        with suppress(OSError):
            os.write(stream, b"printed")
    sync(number)
os.fsync = fsync
from xlfuncs.cli import main
sys.exit(main())
"""
"""A command in which something prints by the numbers of the streams, as libraries in C do."""


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_what_is_printed_never_gets_into_a_file(name: str, folder: Path, tmp_path: Path) -> None:
    """Where the standard streams are closed, files would get their numbers."""
    work = kept(folder, tmp_path / "work")
    typed = ["batch", "short.csv", "-c", "contract.toml", "-o", name]
    command = [sys.executable, "-c", PRINTS, *typed]
    assert run(work, "sh", "-c", '"$@" <&- >&- 2>&-', "sh", *command).returncode == 0
    content = (work / name).read_bytes()
    assert run(work, *PROGRAM, *typed).returncode == 0
    assert (work / name).read_bytes() == content


NAMES = ["\x1b[31mred", "\u202eexe", "a\nxlfuncs: b", "a\rb", "\x9b31m", os.fsdecode(b"\xff")]
READING = [
    ("price", "10", "2020-06-01", "-c", "{}.toml"),
    ("price", "10", "2020-06-01", "-c", "{}.xlsx"),
    ("check", "{}.toml"),
    ("diff", "{}.toml", "{}.xlsx"),
    ("build", "{}.toml"),
    ("build", "{}.toml", "-o", "{}"),
    ("build", "contract.toml", "-o", "{}.xlsx"),
    ("build", "contract.toml", "-o", "none/{}.xlsx"),
    ("import", "{}.xlsx"),
    ("import", "{}.toml"),
    ("init", "ACME", "-o", "{}.toml"),
    ("init", "ACME", "-o", "{}"),
    ("doctor", "{}.xlsx"),
    ("calc", "recalc", "{}.xlsx"),
    ("calc", "install", "--soffice", "{}"),
    ("batch", "{}.csv"),
    ("batch", "{}.csv", "-c", "contract.toml"),
    ("price", "1", "2020-03-01"),
    ("batch", "{}.xlsx", "-c", "{}.toml"),
    ("batch", "short.csv", "-c", "contract.toml", "-o", "{}.csv"),
    ("batch", "short.csv", "-c", "contract.toml", "--report", "{}.xlsx"),
    ("batch", "short.csv", "--{}"),
    ("{}",),
]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_names_of_files_do_not_act_on_the_terminal(
    arguments: tuple[str, ...],
    there: bool,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(kept(folder, tmp_path / "work"))
    for name in NAMES:
        for source in ("contract.toml", "book.xlsx", "short.csv") if there else ():
            shutil.copy(source, f"{name}{Path(source).suffix}")
        ran = Ran(capsys, *(argument.replace("{}", name) for argument in arguments))
        shown = ran.out + ran.err
        assert name not in shown
        assert not set("\x1b\x9b\r\u202e") & set(shown)
        if "\n" in name:
            assert not any(line.startswith("xlfuncs: b") for line in shown.splitlines())
        shown.encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_file_that_is_started_can_be_read_whatever_its_name(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / f"{name}.toml"
    if Ran(capsys, "init", "ACME", "-o", target).status == 0:
        assert Ran(capsys, "check", target).status in {0, 1}


@pytest.mark.parametrize("command", ["build", "batch"])
def test_what_is_no_file_is_not_replaced(
    command: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = kept(folder, tmp_path / "work")
    (work / "folder.xlsx").mkdir()
    os.mkfifo(work / "pipe.xlsx")
    (work / "loop.xlsx").symlink_to("loop.xlsx")
    (work / "away.xlsx").symlink_to("nowhere/away.xlsx")
    (work / "hard.csv").hardlink_to(work / "short.csv")
    targets = ["folder.xlsx", "pipe.xlsx", "loop.xlsx", "away.xlsx", "short.csv/out.xlsx", "-", ""]
    targets += ["hard.csv", "short.csv", "nowhere/out.xlsx", f"{'x' * 300}.xlsx"]
    before = found(work)
    source = "contract.toml" if command == "build" else "short.csv"
    for target in targets:
        ran = Ran(capsys, command, work / source, "-o", f"{work}/{target}" if target else "")
        assert ran.status == 2, target
        assert ran.err.count("\n") == 1
        assert ran.err.startswith("xlfuncs: ")
    assert found(work) == before


@pytest.mark.parametrize("command", ["check", "build", "batch short.csv -c"])
def test_a_contract_that_is_a_pipe_is_no_file(
    command: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing waits for what somebody may write into it."""
    work = kept(folder, tmp_path / "work")
    os.mkfifo(work / "pipe.toml")
    words = [work / word if word.endswith(".csv") else word for word in command.split()]
    ran = Ran(capsys, *words, work / "pipe.toml")
    said = f"xlfuncs: {work / 'pipe.toml'}: is no file; save the contract as one\n"
    assert (ran.status, ran.out, ran.err) == (2, "", said)


def found(folder: Path) -> dict[Path, tuple[int, int]]:
    """Which file has which name, and when it was written."""
    stats = {path: path.lstat() for path in folder.rglob("*")}
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in stats.items()}


def test_a_link_stays_and_what_it_leads_to_is_replaced(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = kept(folder, tmp_path / "work")
    (work / "other").mkdir()
    (work / "out.csv").symlink_to("other/real.csv")
    ledger, contract = work / "short.csv", work / "contract.toml"
    for times in (0, 1):
        if times:
            (work / "out.csv").write_text("mine")
        ran = Ran(capsys, "batch", ledger, "-c", contract, "-o", work / "out.csv")
        assert ran.status == 0
    assert (work / "out.csv").is_symlink()
    assert f"the previous version is {work / 'other' / 'real.csv.bak'}" in ran.out
    assert (work / "other" / "real.csv.bak").read_text() == "mine"
