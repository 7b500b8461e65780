"""Putting a built workbook in the place of another, without losing what somebody entered there."""

from __future__ import annotations

from pathlib import Path

from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import NOT_WRITTEN, put, shortened
from xlfuncs.files.books.rebuilding import lost_in_rebuild, prefix_in
from xlfuncs.files.books.stamps import can_be_built_again, is_untouched
from xlfuncs.files.unreadable import Unreadable


def write_workbook(
    target: Path, content: bytes, found: bytes | None, *, keep: bool, force: bool
) -> str:
    """Writes the file; answers what was done. Raises Refused where that would lose something.

    `found` is what the file held when the build began, None where there was none.
    """
    known = found is not None and (is_untouched if keep else can_be_built_again)(found)
    another = found is not None and known and prefix_in(found) != prefix_in(content)
    known = known and not another
    if found not in {None, content} and not known and not force:
        if another:
            raise _another_vendor(target, prefix_in(found or b""))
        _refuse_loss(target, content, found or b"", keep)
    return put(target, content, found, built_before=known)


def _another_vendor(target: Path, prefix: str) -> Refused:
    return Refused(
        f"{target}: is the workbook of another contract, whose functions are {prefix}_PRICE and so "
        f"on; {NOT_WRITTEN}. Use -o FILE for another file, or --force to replace it (what it holds "
        f"is kept as .bak)"
    )


def _refuse_loss(target: Path, content: bytes, found: bytes, keep: bool) -> None:
    """Raises Refused where a new build would not hold all that the old file does."""
    try:
        lost = lost_in_rebuild(found, content)
    except Unreadable:
        if keep:
            raise
        lost = [str(target)]
    if lost and not keep:
        raise Refused(
            f"{target}: holds what somebody entered, or is not from here; "
            f"{NOT_WRITTEN}. Use --keep to build it around the rows that stand in it, xlfuncs "
            f"import to bring these into the contract file, -o FILE for another file, or --force "
            f"to replace it (each keeps what it holds as .bak)"
        )
    if lost:
        raise Refused(
            f"{target}: a new build would lose what follows; {NOT_WRITTEN}. Move it to a workbook "
            f"of its own, or use --force as well (the old file is kept as .bak)\n"
            + "\n".join(shortened(lost))
        )
