"""Write the files of a command without losing what somebody saved there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from xlfuncs.cli.inputs import MOST_SHOWN
from xlfuncs.errors import Refused
from xlfuncs.output_files import (
    Saved,
    Seen,
    is_loop,
    opened_by,
    replace_file,
    seen,
    seen_with,
    why_not,
    write_content,
)
from xlfuncs.sheets.cells import harmless_line

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
    """Put a file in its place; return what was done. Raises Refused.

    What it held is kept beside it, unless it was `built_before` and can be built again.
    """
    if found == content:
        return "is as it would be built; not written again"
    return written(put_and_keep(target, content, found, built_before=built_before))


def written(backup: str | None) -> str:
    """What was done, by the name of the copy that was kept."""
    return "written" if backup is None else f"written; what it held before is {backup}"


def put_and_keep(
    target: Path, content: bytes, found: bytes | None, *, built_before: bool = False
) -> str | None:
    """Put a file in its place; return where what it held is kept, if it is. Raises Refused."""
    return _put(target, write_content(content), seen_with(found), keep=not built_before)


def put_written(target: Path, write: Callable[[Path], object]) -> str:
    """Have a file of any size written, and put it in its place; return what was done.

    What it held is kept beside it. Raises Refused.
    """
    refuse_no_file(target)
    return written(_put(target, write, seen(target.resolve()), keep=True))


def _put(target: Path, write: Callable[[Path], object], before: Seen, *, keep: bool) -> str | None:
    place = target.resolve()
    try:
        _refuse_user(target, place)
        backup = replace_file(place, write, before, keep=keep)
    except Saved:
        raise Refused(
            f"{target}: was saved by somebody just now; {NOT_WRITTEN}. Try again"
        ) from None
    except OSError as error:
        raise Refused(f"{target}: {why_not(error)}; {NOT_WRITTEN}. Use -o FILE") from None
    if backup is None:
        return None
    return harmless_line(backup.name if place.parent == target.absolute().parent else str(backup))


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
