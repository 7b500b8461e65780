"""A folder of one run for what is written on the way, by this package and by libraries."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR

from xlfuncs.files.interruptions import undisturbed
from xlfuncs.files.locks import create, left_behind

PREFIX = "xlfuncs-"
IN_USE = "in_use"
"""A file in the folder that the run holds locked."""

OWN = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")
"""Names of such folders, as Python makes them."""


def scratch_folder() -> AbstractContextManager[Path | None]:
    """Have all temporary files of the run written into a folder that its user alone can open.

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
            return folder, create(folder / IN_USE, 0o600)


def _sweep(place: Path) -> None:
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if OWN.fullmatch(entry.name) and _is_own(entry.stat(follow_symlinks=False)):
                with suppress(OSError), left_behind(Path(entry, IN_USE)) as is_left:
                    if is_left:
                        _remove(Path(entry))


def _is_own(found: os.stat_result) -> bool:
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
