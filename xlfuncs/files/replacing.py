"""Files are replaced whole or not at all, and what somebody saved is kept beside the new one."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from itertools import count
from pathlib import Path

BACKUP, PART = ".bak", ".part"
ABANDONED = 3600
"""Seconds after which an unfinished file is one that nobody will finish."""

SENTENCES = {
    errno.EACCES: "is open in another program, or its folder is read-only",
    errno.EPERM: "is open in another program, or its folder is read-only",
    errno.EROFS: "lies on a disk that is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.ENOENT: "there is no such folder",
}
"""What keeps a file from being written, in the words of its owner."""


def replace_file(path: Path, content: bytes, like: Path | None = None) -> None:
    """Puts a file with this content in its place; see `written_beside`. Raises OSError."""
    with written_beside(path, like) as part:
        part.write_bytes(content)


@contextmanager
def written_beside(path: Path, like: Path | None = None) -> Iterator[Path]:
    """A file beside the old one, to be written, which then takes its place. Raises OSError.

    Whenever it is interrupted, there is the old file or the new one. It has the permissions of the
    old one, or of the file that it is to be `like`.
    """
    _sweep(path)
    handle, name = tempfile.mkstemp(f"{PART}", f".{path.name}-", path.parent)
    os.close(handle)
    try:
        yield Path(name)
        with open(name, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(name, _mode_of(like or path))
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def replace_with_backup(path: Path, old: bytes, new: bytes) -> Path:
    """Replaces a file, and keeps what it held beside it; answers where. Raises OSError.

    The copy gets a name that nothing has yet, unless there is one of the same content.
    """
    backup = _backup_of(path, old)
    made = not backup.exists()
    if made:
        replace_file(backup, old, like=path)
    try:
        replace_file(path, new)
    except OSError:
        if made:
            backup.unlink(missing_ok=True)
        raise
    return backup


def kept_beside(path: Path) -> Path:
    """Keeps a file of any size under another name, which nothing has yet. Raises OSError."""
    backup = next(name for name in _backups(path) if not name.exists())
    try:
        os.link(path, backup)  # no copy: what takes the place of the file is another one
    except OSError:  # a file system without links
        shutil.copy2(path, backup)
    return backup


def _backup_of(path: Path, content: bytes) -> Path:
    return next(
        name
        for name in _backups(path)
        if not name.exists() or (name.is_file() and name.read_bytes() == content)
    )


def _backups(path: Path) -> Iterator[Path]:
    """The names under which a file may be kept."""
    for number in count(1):
        yield path.with_name(f"{path.name}{BACKUP}{number if number > 1 else ''}")


def stamp(path: Path) -> tuple[int, int] | None:
    """What tells whether a file was written meanwhile, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def opened_by(path: Path) -> str | None:
    """The program that has a file open by its own account, None where none says so.

    Excel and LibreOffice leave a file beside it as long as they have it open.
    """
    for program, name in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if path.with_name(name).exists():
            return f"{program} (its file {name} says so)"
    return None


def is_loop(link: Path) -> bool:
    """Whether a link leads to nothing but links."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def why_not(error: OSError) -> str:
    """Why a file cannot be written."""
    return SENTENCES.get(error.errno or 0, error.strerror or str(error))


def _sweep(path: Path) -> None:
    """Removes what builds that were killed left beside the file, once nobody can be at it."""
    for left in path.parent.glob(f".{escape(path.name)}-*{PART}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink()


def _mode_of(path: Path) -> int:
    """The permissions of the old file, or those that a new one gets by default."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
