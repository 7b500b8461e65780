"""The old file, kept beside the new one that takes its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from xlfuncs.files.interruptions import undisturbed
from xlfuncs.files.names import beside
from xlfuncs.files.parts import create_like

BACKUP = ".bak"


@contextmanager
@undisturbed
def removed_if_it_fails() -> Iterator[list[Path]]:
    """New files, to be added to the list that it yields."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for each in made:
            each.unlink(missing_ok=True)
        raise


def keep_old(path: Path, content: bytes | None, made: list[Path]) -> Path:
    """Keep a file under a name that nothing has, which is added to those that were made.

    What was read of the file may be there already, as an older copy. Raises OSError.
    """
    for number in count(1):
        backup = beside(path, "", f"{BACKUP}{number if number > 1 else ''}")
        if content is not None and backup.is_file() and backup.read_bytes() == content:
            return backup
        with suppress(FileExistsError):
            try:
                _link_kept(path, backup, made)
            except (FileExistsError, FileNotFoundError):
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
