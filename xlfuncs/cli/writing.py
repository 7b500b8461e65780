"""Putting files in their places, without losing what somebody saved there."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from xlfuncs.cli.contracts import MOST_SHOWN
from xlfuncs.cli.refusals import Refused
from xlfuncs.files.replacing import (
    is_loop,
    kept_beside,
    opened_by,
    replace_file,
    replace_with_backup,
    stamp,
    why_not,
    written_beside,
)

NOT_WRITTEN = "nothing was written"


def read_target(target: Path) -> bytes | None:
    """What a file to be written holds now, None where there is none. Raises Refused."""
    refuse_no_file(target)
    try:
        return target.read_bytes() if target.exists() else None
    except OSError as error:
        raise Refused(f"{target}: {why_not(error)}; {NOT_WRITTEN}") from None


def refuse_no_file(target: Path) -> None:
    """Raises Refused where something else stands than a file that could be replaced."""
    try:
        if target.is_symlink() and is_loop(target):
            raise Refused(f"{target}: is a link that leads to itself; {NOT_WRITTEN}")
        if target.exists() and not target.is_file():
            raise Refused(f"{target}: there is something that is no file; {NOT_WRITTEN}")
    except OSError as error:
        raise Refused(f"{target}: {error.strerror or error}; {NOT_WRITTEN}") from None


def put(target: Path, content: bytes, found: bytes | None, *, built_before: bool = False) -> str:
    """Puts a file in its place; answers what was done. Raises Refused.

    What it held is kept beside it, unless it was `built_before` and can be built again.
    """
    if found == content:
        return "is as it would be built; not written again"
    backup = put_and_keep(target, content, found, built_before=built_before)
    return written(backup)


def written(backup: str | None) -> str:
    """What was done, by the name of the copy that was kept."""
    return "written" if backup is None else f"written; what it held before is {backup}"


def put_and_keep(
    target: Path, content: bytes, found: bytes | None, *, built_before: bool = False
) -> str | None:
    """Puts a file in its place; answers where what it held is kept, if it is. Raises Refused."""
    place = target.resolve()
    _refuse_disturbance(target, place, found)
    try:
        if found is None or built_before:
            replace_file(place, content)
            return None
        backup = replace_with_backup(place, found, content)
    except OSError as error:
        raise Refused(f"{target}: {why_not(error)}; {NOT_WRITTEN}. Use -o FILE") from None
    return backup.name if place.parent == target.absolute().parent else str(backup)


def put_written(target: Path, write: Callable[[Path], object]) -> str:
    """Has a file of any size written, and puts it in its place; answers what was done.

    What it held is kept beside it. Raises Refused.
    """
    refuse_no_file(target)
    place = target.resolve()
    before = stamp(place)
    try:
        _refuse_user(target, place)
        with written_beside(place) as part:
            write(part)
            if stamp(place) != before:
                raise Refused(f"{target}: was saved by somebody just now; {NOT_WRITTEN}. Try again")
            same = before is not None and filecmp.cmp(part, place, shallow=False)
            kept = before is not None and not same
            backup = kept_beside(place).name if kept else None
    except OSError as error:
        raise Refused(f"{target}: {why_not(error)}; {NOT_WRITTEN}. Use -o FILE") from None
    return written(backup)


def _refuse_disturbance(target: Path, place: Path, found: bytes | None) -> None:
    """Raises Refused where somebody is at the file, or has saved it since the build began."""
    _refuse_user(target, place)
    try:
        now = place.read_bytes() if place.exists() else None
    except OSError as error:
        raise Refused(f"{target}: {why_not(error)}; {NOT_WRITTEN}") from None
    if now != found:
        raise Refused(f"{target}: was saved by somebody just now; {NOT_WRITTEN}. Try again")


def _refuse_user(target: Path, place: Path) -> None:
    """Raises Refused for a file that a program has open, or that is not to be written."""
    program = opened_by(place)
    if program:
        raise Refused(f"{target}: is open in {program}; close it there; {NOT_WRITTEN}")
    if place.exists() and not os.access(place, os.W_OK):
        raise Refused(f"{target}: is read-only; {NOT_WRITTEN}. Use -o FILE")


def shortened(lines: Iterable[str], most: int = MOST_SHOWN) -> list[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    return [*every[:most], *more]
