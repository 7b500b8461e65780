"""Files are replaced whole or not at all, whatever happens meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from xlfuncs.cli import main
from xlfuncs.errors import OutputError
from xlfuncs.loader import SHIPPED
from xlfuncs.output_files import (
    NOT_THERE,
    FileState,
    SavedMeanwhile,
    create_part,
    read_target,
    replace_file,
    replace_target,
    state_of,
    state_with,
    write_content,
    write_target_with,
)
from xlfuncs.temporary_files import ABANDONED

pytestmark = pytest.mark.host

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork")


def in_child(action: Callable[[], int], stderr: Path) -> int:
    """Starts an action in a copy of this process; answers its number."""
    child = os.fork()
    if child:
        return child
    silent, said = os.open(os.devnull, os.O_WRONLY), os.open(stderr, os.O_WRONLY | os.O_CREAT)
    os.dup2(silent, 1)
    os.dup2(said, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w") for number in (1, 2))
    status = 70
    try:
        status = action()
        sys.stderr.flush()
    finally:
        os._exit(status)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@FORKS
def test_a_write_that_is_killed_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, seed: int, kills: int
) -> None:
    """A child writes one large content after the other until it is killed."""
    random = Random(seed)
    target = tmp_path / "book.xlsx"
    contents = [bytes([letter]) * 2**22 for letter in b"ab"]
    target.write_bytes(contents[0])

    def write() -> int:
        while True:
            for content in (contents[1], contents[0]):
                put(target, content)
                os.write(writing, b"!")

    swept = 0
    for _ in range(kills):
        begun, writing = os.pipe()
        child = in_child(write, tmp_path / "stderr")
        os.close(writing)
        os.read(begun, 1)  # however long it takes until it writes
        time.sleep(random.uniform(0, 0.03))
        kill(child)
        os.close(begun)
        assert target.read_bytes() in contents
        left = {path.name for path in tmp_path.iterdir()} - {"book.xlsx", "stderr"}
        swept += bool(left)
        assert len(left) <= 1  # what the one before had left is gone
        assert all(name.startswith(".book.xlsx-") and name.endswith(".part") for name in left)
    assert swept > kills / 10  # so many were killed while they wrote
    put(target, b"")
    assert {path.name for path in tmp_path.iterdir()} == {"book.xlsx", "stderr"}


@FORKS
def test_a_build_that_is_killed_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, seed: int, kills: int
) -> None:
    random = Random(seed)
    other = tmp_path / "other.toml"
    other.write_text(Path(SHIPPED).read_text(encoding="utf-8").replace("279995.00", "279995.01"))
    target, sources = tmp_path / "book.xlsx", [SHIPPED, str(other)]

    def build(source: str) -> int:
        return main(["build", "--contract", source, "-o", str(target)])

    contents = []
    for source in sources:
        start = time.perf_counter()
        assert build(source) == 0
        seconds = time.perf_counter() - start
        contents.append(target.read_bytes())
    outcomes = set()
    for _ in range(kills // 4):
        old = contents.index(target.read_bytes())
        child = in_child(lambda new=1 - old: build(sources[new]), tmp_path / "stderr")
        time.sleep(random.uniform(0.7, 1.3) * seconds)
        kill(child)
        assert target.read_bytes() in contents
        in_time = target.read_bytes() != contents[old]
        seconds *= 0.8 if in_time else 1.2  # so the kills come to lie about the moment of writing
        outcomes.add(in_time)
    assert len(outcomes) == 2 or kills < 100


def test_what_is_being_written_is_not_swept_up_and_what_was_left_is(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    left, of_another, mine = (
        tmp_path / name
        for name in (
            ".book.xlsx-0123abcd.part",
            ".other.xlsx-0123abcd.part",
            ".book.xlsx-my notes.part",
        )
    )
    for path in (left, of_another, mine):
        path.touch()
    with create_part(book) as part:
        long_ago = time.time() - ABANDONED - 60
        os.utime(part.path, (long_ago, long_ago))
        put(book, b"new")
        assert part.path.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"book.xlsx", of_another.name, mine.name}


def test_a_backup_takes_a_name_that_nothing_has(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    names = []
    for old in (b"one", b"two", b"one", b"three"):
        path.write_bytes(old)
        names.append(replace_file(path, write_content(b"new"), state_with(old), keep=True).name)
    assert names == ["book.xlsx.bak", "book.xlsx.bak2", "book.xlsx.bak", "book.xlsx.bak3"]
    assert (tmp_path / "book.xlsx.bak").read_bytes() == b"one"
    assert path.read_bytes() == b"new"


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has links, and one that has none, as on a memory stick."""

    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    if not request.param:
        monkeypatch.setattr(os, "link", no_links)


@pytest.mark.usefixtures("links")
def test_a_backup_is_no_more_open_than_its_original(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.touch(mode=0o600)
    backup = replace_file(path, write_content(b"new"), state_of(path), keep=True)
    assert (backup.read_bytes(), backup.stat().st_mode & 0o777) == (b"", 0o600)
    assert path.read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["book.xlsx", "book.xlsx.bak"]


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize(
    "look", [state_of, lambda path: state_with(path.read_bytes()), lambda path: NOT_THERE]
)
@pytest.mark.parametrize("keep", [True, False])
def test_a_file_that_was_saved_since_it_was_seen_is_left_alone(
    look: Callable[[Path], FileState], keep: bool, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    before = look(path)
    path.write_bytes(b"saved")
    with pytest.raises(SavedMeanwhile):
        replace_file(path, write_content(b"new"), before, keep=keep)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {path.name: b"saved"}


def put(path: Path, content: bytes) -> None:
    replace_file(path, write_content(content), state_of(path), keep=False)


def refused(target: Path, folder: Path, prepare: Callable[[], object]) -> str:
    """Builds in a child that prepared something first; answers what it says."""
    assert main(["build", "-o", str(folder / "first.xlsx")]) == 0  # everything is imported now

    def action() -> int:
        prepare()
        return main(["build", "-o", str(target), "--force"])

    said = folder / "stderr"
    _, status = os.waitpid(in_child(action, said), 0)
    assert os.waitstatus_to_exitcode(status) == 2
    return said.read_text(encoding="utf-8")


@FORKS
def test_a_read_only_folder_is_one_sentence() -> None:
    nobody = 65534
    with TemporaryDirectory() as name:
        top, folder = Path(name), Path(name) / "locked"
        folder.mkdir(mode=0o555)
        top.chmod(0o755)
        said = refused(folder / "book.xlsx", top, lambda: os.geteuid() == 0 and os.seteuid(nobody))
        assert said.count("\n") == 1
        assert "its folder is read-only; nothing was written" in said
        assert list(folder.iterdir()) == []


def test_a_full_disk_is_one_sentence_and_leaves_the_old_file(tmp_path: Path) -> None:
    """On a disk of its own of 48 KiB, where the old file and half of the new one have room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=48k tmpfs "$1" && printf "old\\n" > "$1/book.xlsx" && '
        'head -c 30000 /dev/zero > "$1/more" && { "$2" -m xlfuncs build -o "$1/book.xlsx" --force; '
        'echo "status $?"; cat "$1/book.xlsx"; ls -A "$1"; }'
    )
    command = ["unshare", "-m", "sh", "-c", script, "sh", str(disk), sys.executable]
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if "status" not in ran.stdout:
        pytest.skip(f"no disk can be mounted here: {ran.stderr.strip()}")
    assert ran.stdout.split() == ["status", "2", "old", "book.xlsx", "more"]
    assert ran.stderr.count("\n") == 1
    assert "the disk is full; nothing was written. Use a folder on another disk" in ran.stderr


WRITERS = 6


@FORKS
@pytest.mark.parametrize("way", ["of any size", "read before"])
def test_writers_that_start_together_lose_nothing(way: str, tmp_path: Path, kills: int) -> None:
    """Each is refused, or what it wrote is in the file or in a copy that was kept."""
    target = tmp_path / "out.csv"

    def write(text: str) -> int:
        os.close(waiting)
        os.read(start, 1)  # ends for all as soon as nobody can write there any more
        try:
            if way == "of any size":
                write_target_with(target, lambda part: part.write_text(text))
            else:
                replace_target(target, text.encode(), read_target(target))
        except OutputError as refusal:
            return 0 if "was just saved by another program" in str(refusal) else 70
        return 10

    for turn in range(max(3, kills // 5)):
        start, waiting = os.pipe()
        target.write_text(f"precious {turn}")
        texts = [f"result {number} of {turn}" for number in range(WRITERS)]
        children = [in_child(lambda text=text: write(text), tmp_path / "stderr") for text in texts]
        os.close(waiting)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        os.close(start)
        assert set(ends) <= {0, 10}, (tmp_path / "stderr").read_text()
        done = {text for text, end in zip(texts, ends, strict=True) if end == 10}
        found = {path.read_text() for path in tmp_path.glob("out.csv*")}
        assert done
        assert {f"precious {turn}", *done} <= found
        assert list(tmp_path.glob(".*")) == []
        for path in tmp_path.glob("out.csv.bak*"):
            path.unlink()


@FORKS
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, None])
def test_a_part_is_never_more_open_than_the_file(
    mode: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor before it gets the permissions of the file."""
    at_first, change = [], os.fchmod

    def changed(number: int, mode: int) -> None:
        at_first.append(os.fstat(number).st_mode & 0o777)
        change(number, mode)

    monkeypatch.setattr(os, "fchmod", changed)
    target = tmp_path / "out.csv"
    if mode is not None:
        target.touch()
        target.chmod(mode)
    before = os.umask(0o027)
    try:
        with create_part(target) as part:
            found = part.path.stat()
            assert found.st_mode & 0o777 == (0o640 if mode is None else mode)
            assert at_first == ([] if mode is None else [0o600])
    finally:
        os.umask(before)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="needs an administrator")
def test_a_replaced_file_stays_with_its_owner_and_group(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.touch()
    os.chown(target, 1234, 2345)
    target.chmod(0o660)
    put(target, b"new")
    found = target.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 2345, 0o660)


@FORKS
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="needs an administrator")
def test_another_group_gets_no_more_than_all() -> None:
    """A member of the file's group writes, whom the system does not let give the file to it."""
    with TemporaryDirectory() as name:
        folder, target = Path(name), Path(name, "out.csv")
        folder.chmod(0o777)
        target.touch()
        os.chown(target, 1234, 2345)
        target.chmod(0o662)

        def write() -> int:
            os.setgroups([])
            os.setgid(3456)
            os.setuid(3456)
            put(target, b"new")
            return 0

        _, status = os.waitpid(in_child(write, folder / "stderr"), 0)
        assert os.waitstatus_to_exitcode(status) == 0
        found = target.stat()
        assert (found.st_gid, found.st_mode & 0o777) == (3456, 0o622)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps such lists")
def test_permissions_of_single_users_are_kept_and_none_are_added(tmp_path: Path) -> None:
    """User 1234 may read; the bytes are what Linux keeps of `setfacl -m u:1234:r`."""
    acl = bytes.fromhex(
        "02000000 01000600ffffffff 02000400d2040000 04000000ffffffff 10000400ffffffff"
        "20000000ffffffff"
    )
    target, plain = tmp_path / "out.csv", tmp_path / "plain.csv"
    for path in (target, plain):
        path.touch(mode=0o600)
    name = "system.posix_acl_access"
    try:
        os.setxattr(target, name, acl)
        os.setxattr(tmp_path, name.replace("access", "default"), acl)
    except OSError as error:
        pytest.skip(f"this file system has none: {error}")
    for path in (target, plain):
        put(path, b"new")
    assert os.getxattr(target, name) == acl
    assert name not in os.listxattr(plain)
    assert plain.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("letter", ["n", "\u20ac", "\U0001f4be"])
@pytest.mark.parametrize("kind", [".xlsx", ".parquet", ".a long ending that is none"])
def test_names_may_be_as_long_as_the_system_lets_them(
    letter: str, kind: str, tmp_path: Path
) -> None:
    room = 255 - len(kind)
    target = tmp_path / f"{letter * (room // len(os.fsencode(letter)))}{kind}"
    contents = [b"one", b"two", b"three", b"four"]
    for content in contents:
        found = read_target(target)
        replace_target(target, content, found)
    kept = {path.read_bytes() for path in tmp_path.iterdir()}
    assert kept == set(contents)
    assert target.read_bytes() == b"four"
    (tmp_path / next(path.name for path in tmp_path.iterdir() if ".bak" in path.name)).unlink()
    with create_part(target) as part:
        left = part.path.with_name(part.path.name)
        content = left.read_bytes()
    left.write_bytes(content)
    put(target, b"five")
    assert not left.exists()
