"""Temporary folders and locks of one run, which no killed run leaves behind."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR

from xlfuncs.interruptions import undisturbed

# Locks that the system holds as long as a program runs, so that none is left by a killed one.

ABANDONED = 3600
"""Seconds after which a file belongs to no running program, where the file system has no locks."""

LONGEST_WAIT = 10.0
"""Seconds to wait for others who put files in their places in the same folder."""

BETWEEN = 0.01
FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def create_locked(path: Path, mode: int) -> int:
    """Open a new file that is locked until it is closed. Raises OSError.

    FileExistsError where the name is taken, also where another program has just removed the file
    because it was not locked yet.
    """
    number = os.open(path, FLAGS | os.O_CREAT | os.O_EXCL, mode)
    if _lock(number) is not False and os.fstat(number).st_nlink:
        return number
    os.close(number)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Let one program at a time put files in their places in a folder. Raises OSError.

    BlockingIOError where others take too long. There is no such order in a folder that may not be
    read, and on a file system without locks.
    """
    start = time.monotonic()
    while True:
        with _first_in(folder, time.monotonic() - start) as is_alone:
            if is_alone:
                yield
                return
        time.sleep(BETWEEN)


@contextmanager
@undisturbed
def _first_in(folder: Path, waited: float) -> Iterator[bool]:
    number = _lock_folder(folder, waited)
    try:
        yield number is not None
    finally:
        if number is not None and number >= 0:
            os.close(number)


UNLOCKED = -1
"""In place of the number of an open file, where there is no lock."""

if sys.platform == "win32":

    def _lock(number: int) -> bool | None:
        """Nothing is to be done: Windows neither removes nor renames a file that is open."""
        return True

    @contextmanager
    def check_left_behind(path: Path) -> Iterator[bool]:
        """Whether a file is open in no program. Raises PermissionError where it is."""
        os.rename(path, path)
        yield True

    def _lock_folder(folder: Path, waited: float) -> int | None:
        """A file that one program at a time can have, and that goes with the program."""
        try:
            flags = FLAGS | os.O_CREAT | os.O_EXCL | os.O_TEMPORARY
            return os.open(folder / ".xlfuncs.lock", flags)
        except FileExistsError:
            if waited > LONGEST_WAIT:
                raise BlockingIOError(errno.EWOULDBLOCK, "") from None
        except PermissionError:  # it is just going, or nothing can be written here
            if waited > 1:
                return UNLOCKED
        return None

else:
    import fcntl

    def _lock(number: int) -> bool | None:
        """Whether an open file could be locked; None where the file system has no locks."""
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True

    @contextmanager
    @undisturbed
    def check_left_behind(path: Path) -> Iterator[bool]:
        """Whether a file was made by `create_locked` in a program that runs no more.

        Raises OSError. Nothing else finds it so meanwhile. What cannot be locked, such as a file of
        another user, is left behind when it is old.
        """
        is_old = time.time() - path.lstat().st_mtime > ABANDONED
        try:
            number = os.open(path, FLAGS | os.O_NONBLOCK)
        except OSError:
            yield is_old
            return
        try:
            locked = _lock(number)
            yield is_old if locked is None else locked
        finally:
            os.close(number)

    def _lock_folder(folder: Path, waited: float) -> int | None:
        """The folder itself, which leaves nothing in it; None while another program has it."""
        try:
            number = os.open(folder, os.O_RDONLY)
        except PermissionError:
            return UNLOCKED
        if _lock(number) is not False:
            return number
        os.close(number)
        if waited > LONGEST_WAIT:
            raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK))
        return None


# A folder of one run for what is written on the way, by this package and by libraries.

PREFIX = "xlfuncs-"
IN_USE = "in_use"
"""A file in the folder that the run holds locked."""

OWN = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")
"""Names of such folders, as Python makes them."""


def scratch_folder() -> AbstractContextManager[Path | None]:
    """Write all temporary files of the run into a folder that its user alone can open.

    It goes at the end with all that is in it. Those of runs of the same user that were killed are
    removed first. None where there is no place for temporary files, as where all disks are
    read-only: most runs need none. Raises OSError where that place is full.
    """
    place = _place()
    if place is None:
        return nullcontext()
    _sweep(place)
    return _folder_of_this_run()


@undisturbed
def _place() -> Path | None:
    with suppress(FileNotFoundError):
        return Path(tempfile.gettempdir())  # Python writes a file to try it
    return None


@contextmanager
@undisturbed
def _folder_of_this_run() -> Iterator[Path]:
    folder, number = _created()
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        os.close(number)
        with suppress(OSError):  # another run may take it for one left behind, and remove it first
            _remove(folder)


def _created() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # another run may just have taken it for one that was left behind
        with suppress(FileExistsError, FileNotFoundError):
            return folder, create_locked(folder / IN_USE, 0o600)


def _sweep(place: Path) -> None:
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if OWN.fullmatch(entry.name) and _is_own_folder(entry.stat(follow_symlinks=False)):
                with suppress(OSError), check_left_behind(Path(entry, IN_USE)) as is_left:
                    if is_left:
                        _remove(Path(entry))


def _is_own_folder(found: os.stat_result) -> bool:
    return S_ISDIR(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())


def _remove(folder: Path) -> None:
    """Remove a folder; what shows that it was one of a run goes last. Raises OSError."""
    for each in folder.iterdir():
        if each.name != IN_USE:
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            else:
                with suppress(OSError):
                    each.unlink()
    if [each.name for each in folder.iterdir()] == [IN_USE]:
        shutil.rmtree(folder, ignore_errors=True)
