"""Files are replaced whole or not at all, and what somebody saved is kept beside the new one."""

from __future__ import annotations

import filecmp
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from xlfuncs.files.backups import keep_old, removed_if_it_fails
from xlfuncs.files.interruptions import undisturbed
from xlfuncs.files.locks import alone_in
from xlfuncs.files.parts import Part, part_of, sync_folder


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
    with removed_if_it_fails() as made:
        try:
            backup = keep_old(path, before.content, made)
        except FileNotFoundError:
            raise Saved from None
        _put_over_what_is_kept(part, path, before, backup, made)
    return backup


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
