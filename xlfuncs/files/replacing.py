"""Files are replaced whole or not at all, and what somebody saved is kept beside the new one."""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from xlfuncs.files.interruptions import undisturbed
from xlfuncs.files.locks import alone_in
from xlfuncs.files.names import beside
from xlfuncs.files.parts import Part, create_like, part_of, sync_folder

BACKUP = ".bak"


class Saved(Exception):
    """A file was saved by another program since it was looked at."""


class Seen(NamedTuple):
    """What a file was when the work began: there or not, its stamp or what it held."""

    stamp: tuple[int, ...] | None
    content: bytes | None = None

    def is_still(self, path: Path) -> bool:
        """Whether a file is the one that was seen."""
        if self.content is None:
            return self.stamp is not None and stamp(path) == self.stamp
        try:
            return path.read_bytes() == self.content
        except FileNotFoundError:
            return False


NOT_THERE = Seen(None)


def seen(path: Path) -> Seen:
    """What a file of any size is now."""
    return Seen(stamp(path))


def seen_with(content: bytes | None) -> Seen:
    """A file that has been read, None where there is none."""
    return Seen(None, content)


def stamp(path: Path) -> tuple[int, ...] | None:
    """What tells whether a file was written meanwhile, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def replace_file(
    path: Path, write: Callable[[Path], object], before: Seen, *, keep: bool
) -> Path | None:
    """Have a file written, and put it in the place of the one that was seen there.

    Whenever it is interrupted, there is the old file or the new one. Returns the path under which
    the old one is kept, None where there was none, where it is the same or was not to be kept.
    Raises OSError, and Saved where another program has saved it meanwhile: of programs that write
    at one time, each keeps what the other wrote, or is refused.
    """
    with part_of(path) as part:
        write(part.path)
        part.sync()
        same = keep and _same(part.path, path)
        with alone_in(path.parent):
            if before == NOT_THERE:
                _put_first(part, path)
            elif keep and not same:
                return _put_over(part, path, before)
            elif before.is_still(path):
                _put(part, path)
            else:
                raise Saved
    return None


def write_content(content: bytes) -> Callable[[Path], object]:
    """What writes this content into a file."""
    return lambda path: path.write_bytes(content)


def _same(part: Path, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return filecmp.cmp(part, path, shallow=False)
    return False


@undisturbed
def _put_first(part: Part, path: Path) -> None:
    """Put a file where there is none. Raises OSError, and Saved where there is one by now."""
    part.prepare_renaming()
    try:
        if sys.platform == "win32":
            part.path.rename(path)  # which replaces nothing there
        else:
            _link(part.path, path)
    except FileExistsError:
        raise Saved from None
    sync_folder(path.parent)


def _link(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        os.replace(part, path)


def _put_over(part: Part, path: Path, before: Seen) -> Path:
    """Put a file over the one that was seen, which is kept. Raises OSError and Saved."""
    with _removed_if_it_fails() as made:
        backup = _kept(path, before.content, made)
        _put_over_what_is_kept(part, path, before, backup, made)
    return backup


@contextmanager
@undisturbed
def _removed_if_it_fails() -> Iterator[list[Path]]:
    """New files, to be added to the list that it yields."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for each in made:
            each.unlink(missing_ok=True)
        raise


@undisturbed
def _put_over_what_is_kept(
    part: Part, path: Path, before: Seen, backup: Path, made: list[Path]
) -> None:
    if not before.is_still(path) or not (before.content is None or before.is_still(backup)):
        raise Saved
    _put(part, path)
    made.clear()  # from here on it is the only copy of what was there


@undisturbed
def _put(part: Part, path: Path) -> None:
    part.prepare_renaming()
    os.replace(part.path, path)
    sync_folder(path.parent)


def _kept(path: Path, content: bytes | None, made: list[Path]) -> Path:
    """Keep a file under a name that nothing has, which is added to those that were made.

    What was read of the file may be there already, as an older copy.
    """
    for number in count(1):
        backup = beside(path, "", f"{BACKUP}{number if number > 1 else ''}")
        if content is not None and backup.is_file() and backup.read_bytes() == content:
            return backup
        with suppress(FileExistsError):
            try:
                _link_kept(path, backup, made)
            except FileNotFoundError:
                raise Saved from None
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                _copy(path, backup, made)
            return backup
    raise AssertionError("there is always another number")


@undisturbed
def _link_kept(path: Path, backup: Path, made: list[Path]) -> None:
    os.link(path, backup)  # no copy: what takes the place of the file is another
    made.append(backup)


@undisturbed
def _create_kept(path: Path, backup: Path, made: list[Path]) -> int:
    number = create_like(path, backup)
    made.append(backup)
    return number


def _copy(path: Path, backup: Path, made: list[Path]) -> None:
    """Copy a file under a name that nothing has, with its permissions and its time."""
    with open(_create_kept(path, backup, made), "wb") as target, path.open("rb") as source:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    found = path.stat()
    os.utime(backup, ns=(found.st_atime_ns, found.st_mtime_ns))
