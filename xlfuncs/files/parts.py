"""Files on their way: written beside the file whose place they take, with its permissions."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from xlfuncs.files.interruptions import undisturbed
from xlfuncs.files.locks import alone_in, create, left_behind
from xlfuncs.files.names import beside

PART = ".part"
RANDOM = 4
"""Bytes that make the name of a part another than that of any other."""

ACL = "system.posix_acl_access"
"""What Linux keeps of permissions of single users and groups."""

CLOSED = -1


class Part:
    """An empty file that is to be written, and to take the place of another."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self.number = number

    def sync(self) -> None:
        """Have what was written put on the disk. Raises OSError."""
        os.fsync(self.number)

    def prepare_renaming(self) -> None:
        """Close the file on Windows, which renames none that is open."""
        if sys.platform == "win32":
            self.close()

    def close(self) -> None:
        number, self.number = self.number, CLOSED
        if number != CLOSED:
            os.close(number)


def part_of(path: Path) -> AbstractContextManager[Part]:
    """A part for a file, which goes at the end unless it has taken its place. Raises OSError.

    Whoever cannot read the file cannot read the part either. It is locked as long as this program
    runs; parts of programs that run no more are removed first.
    """
    _sweep(path)
    return _part_of_this_run(path)


@contextmanager
@undisturbed
def _part_of_this_run(path: Path) -> Iterator[Part]:
    part = _created(path)
    try:
        yield part
    finally:
        with suppress(FileNotFoundError):
            part.close()
            part.path.unlink()


def sync_folder(folder: Path) -> None:
    """Have the names in a folder put on the disk, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def create_like(path: Path, other: Path) -> int:
    """Open a new file with the permissions of a file that there is, or those that a new one gets.

    It is locked until it is closed. Raises OSError, FileExistsError where the name is taken.
    """
    if not path.exists():
        return create(other, 0o666)  # of which the system takes away what the user has it take
    number = create(other, 0o600)
    try:
        _give_permissions(number, path)
    except OSError:
        os.close(number)
        other.unlink()
        raise
    return number


def _created(path: Path) -> Part:
    while True:
        part = beside(path, ".", f"-{os.urandom(RANDOM).hex()}{PART}")
        with suppress(FileExistsError):
            return Part(part, create_like(path, part))


def _give_permissions(number: int, path: Path) -> None:
    """Give an open file the permissions of another, or narrower ones where that cannot be done."""
    if sys.platform == "win32":
        return
    found, own = path.stat(), os.fstat(number)
    mode = found.st_mode & 0o777
    if found.st_gid != own.st_gid:
        try:
            os.fchown(number, -1, found.st_gid)
        except OSError:  # the group is another; it may do what all may
            mode &= 0o707 | (mode & 0o007) << 3
    if found.st_uid != own.st_uid:
        with suppress(OSError):  # only the system's administrator can
            os.fchown(number, found.st_uid, -1)
    os.fchmod(number, mode)
    _give_acl(number, path)


def _give_acl(number: int, path: Path) -> None:
    """Give an open file the list of single users and groups that another has, or none."""
    if sys.platform != "linux":
        return
    try:
        acl = os.getxattr(path, ACL)
    except OSError:
        with suppress(OSError):  # which a folder may give to each new file
            os.removexattr(number, ACL)
    else:
        os.setxattr(number, ACL, acl)


def _sweep(path: Path) -> None:
    """Remove the parts that programs left beside a file when they were killed."""
    ending = f"{'0' * 2 * RANDOM}{PART}"
    stem = beside(path, ".", f"-{ending}").name.removesuffix(ending)
    left = re.compile(rf"{re.escape(stem)}[0-9a-f]{{{2 * RANDOM}}}{re.escape(PART)}")
    with suppress(OSError), os.scandir(path.parent) as entries:
        found = [Path(each) for each in entries if left.fullmatch(each.name)]
        if found:
            with alone_in(path.parent):
                for part in found:
                    with suppress(OSError), left_behind(part) as is_left:
                        if is_left:
                            part.unlink()
