"""Workbooks as a library is given them: the parts that it reads, and nothing else.

Each part is unpacked and measured here, and goes to a package of our own. So what was measured is
what is read, whatever else a file has under the same names, or says of the sizes of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import join, split
from typing import NamedTuple
from zipfile import ZipFile

from xlfuncs.ledgers.files import packages
from xlfuncs.ledgers.files.packages import MIB, BadPackage, Package
from xlfuncs.ledgers.files.related_parts import Relations, Sheets
from xlfuncs.ledgers.files.sheet_bounds import SheetBounds
from xlfuncs.ledgers.files.xml_pieces import AGAIN, Pieces
from xlfuncs.pricing.kinds import BadInput

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
"""The names under which the library looks for parts, whichever names they have in the file."""

TYPES, FIRST_RELATIONS = "[Content_Types].xml", "_rels/.rels"
SMALL = 8 * MIB
"""Bytes of a part that is not larger because a ledger is."""

FEW_BYTES = 10 * MIB
FEW_CELLS = 2_500_000
"""Filled cells of a file of a few bytes; one that is larger may have one more for each byte."""

FEW_ROWS, ROW = 500_000, 8
"""Rows of a file of no bytes, and the bytes of each further one."""

BYTES_A_CELL = 100
"""Bytes that a cell takes at most, on the average, unpacked."""


class CleanWorkbook(NamedTuple):
    """A workbook of which one sheet can be read: where it lies, which sheet, and its bounds.

    `date1904` tells whether it counts its days from 1904 on.
    """

    path: Path
    position: int
    date1904: bool
    bounds: SheetBounds


def clean_workbook(path: Path, sheet: str | None, copy: Path) -> CleanWorkbook:
    """Copy what is read of a workbook, of its sheets one (None: the first that is not hidden).

    Raises BadInput.
    """
    size = path.stat().st_size
    most = FEW_CELLS + max(0, size - FEW_BYTES)
    bounds = SheetBounds(most, FEW_ROWS + size // ROW)
    try:
        with packages.opened(path, BYTES_A_CELL * most) as package, ZipFile(copy, "w") as clean:
            return CleanWorkbook(copy, *_copied(package, sheet, most, clean, bounds), bounds)
    except BadPackage as error:
        raise BadInput(str(error)) from None


def _copied(
    package: Package, chosen: str | None, most: int, clean: ZipFile, bounds: SheetBounds
) -> tuple[int, bool]:
    """Copies the parts; returns the position of the sheet, and whether days count from 1904 on."""
    first, listed = Relations(""), Sheets()
    _copy(package, FIRST_RELATIONS, FIRST_RELATIONS, clean, Pieces(first.note))
    _copy(package, TYPES, TYPES, clean, Pieces(_pass))
    workbook = first.part("officeDocument")
    if workbook is None or workbook not in package:
        raise BadInput(f"is no workbook that Excel would open; {AGAIN} as .xlsx")
    folder, name = split(workbook)
    related = Relations(folder)
    _copy(package, workbook, WORKBOOK, clean, Pieces(listed.note, end=listed.end))
    _copy(package, join(folder, "_rels", f"{name}.rels"), RELATIONS, clean, Pieces(related.note))
    styles, texts = related.part("styles"), related.part("sharedStrings")
    if styles is not None:
        _copy(package, styles, STYLES, clean, Pieces(_pass))
    if texts is not None and texts in package:
        _write(package.pieces(texts), TEXTS, clean, _counting(most))
    position = listed.position(chosen)
    sheet = listed.sheets[position]
    target = related.targets.get(sheet.relation, "")
    part = related.place(target)
    if not target or part not in package:
        raise BadInput(f"has no cells for its sheet {sheet.name!r}; {AGAIN}")
    _write(package.pieces(part), _looked_for(target), clean, bounds)
    return position, listed.date1904


def _looked_for(target: str) -> str:
    """The name under which the library looks for a part that is a target of the workbook.

    >>> _looked_for("worksheets/sheet1.xml"), _looked_for("/xl/worksheets/sheet1.xml")
    ('xl/worksheets/sheet1.xml', 'xl/worksheets/sheet1.xml')
    """
    return (
        target[1:] if target.startswith("/") else target if target[:3] == "xl/" else f"xl/{target}"
    )


def _pass(name: str, attributes: Mapping[str, str]) -> None:
    """For a part whose tags tell nothing here; but entities are refused, and what is damaged."""


def _copy(package: Package, name: str, looked_for: str, clean: ZipFile, reader: Pieces) -> None:
    if name in package:
        _write(package.pieces(name, SMALL), looked_for, clean, reader)


def _counting(most: int) -> Pieces:
    """A reader of texts that refuses too many tags."""
    found = 0

    def count(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        found += 1
        if found > 2 * most:
            raise BadInput(f"has more than {2 * most:,} tags in its texts; save it as .csv")

    return Pieces(count)


def _write(
    pieces: Iterable[bytes], name: str, clean: ZipFile, reader: Pieces | SheetBounds
) -> None:
    with clean.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            reader.feed(piece)
            part.write(piece)
    reader.close()
