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

from workbooks import SHIPPED
from xlfuncs.cli import main
from xlfuncs.files.replacing import ABANDONED, replace_file, replace_with_backup

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
                replace_file(target, content)

    for _ in range(kills):
        child = in_child(write, tmp_path / "stderr")
        time.sleep(random.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert target.read_bytes() in contents
    left = {path.name for path in tmp_path.iterdir()} - {"book.xlsx", "stderr"}
    assert len(left) > kills / 10  # so many were killed while they wrote
    assert all(name.startswith(".book.xlsx-") and name.endswith(".part") for name in left)


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
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert target.read_bytes() in contents
        in_time = target.read_bytes() != contents[old]
        seconds *= 0.8 if in_time else 1.2  # so the kills come to lie about the moment of writing
        outcomes.add(in_time)
    assert len(outcomes) == 2 or kills < 100


def test_what_a_killed_build_left_is_swept_up_when_it_is_old(tmp_path: Path) -> None:
    old, new, of_another = (
        tmp_path / name for name in (".book.xlsx-a.part", ".book.xlsx-b.part", ".other.xlsx-a.part")
    )
    long_ago = time.time() - ABANDONED - 60
    for path in (old, new, of_another):
        path.touch()
    for path in (old, of_another):
        os.utime(path, (long_ago, long_ago))
    replace_file(tmp_path / "book.xlsx", b"new")
    assert not old.exists()
    assert new.exists()
    assert of_another.exists()


def test_a_backup_takes_a_name_that_nothing_has(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    olds = (b"one", b"two", b"one", b"three")
    names = [replace_with_backup(path, old, b"new").name for old in olds]
    assert names == ["book.xlsx.bak", "book.xlsx.bak2", "book.xlsx.bak", "book.xlsx.bak3"]
    assert (tmp_path / "book.xlsx.bak").read_bytes() == b"one"
    assert path.read_bytes() == b"new"


def test_a_backup_is_no_more_open_than_its_original(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.touch(mode=0o600)
    assert replace_with_backup(path, b"", b"new").stat().st_mode & 0o777 == 0o600


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
        'head -c 30000 /dev/zero > "$1/more" && { "$2" -m workbooks -o "$1/book.xlsx" --force; '
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
    assert "the disk is full; nothing was written. Use -o FILE" in ran.stderr
