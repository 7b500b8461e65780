"""Workbooks as a library is given them: the parts that it reads, and nothing else.

Each part is unpacked and measured here, and goes to a package of our own. So what was measured is
what is read, whatever else a file has under the same names, or says of the sizes of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple
from zipfile import ZipFile

from xlfuncs.ledgers.files import packages
from xlfuncs.ledgers.files.packages import MIB, BadPackage, Package
from xlfuncs.ledgers.files.sheet_bounds import SheetBounds
from xlfuncs.ledgers.files.xml_pieces import AGAIN, Pieces
from xlfuncs.pricing.kinds import BadInput

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TEXTS = "xl/sharedStrings.xml"
SMALL_PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/styles.xml")
SMALL = 8 * MIB
"""Bytes of a part that is not larger because a ledger is."""

FEW_BYTES = 10 * MIB
FEW_CELLS = 2_500_000
"""Filled cells of a file of a few bytes; one that is larger may have one more for each byte."""

FEW_ROWS, ROW = 500_000, 8
"""Rows of a file of no bytes, and the bytes of each further one."""

BYTES_A_CELL = 100
"""Bytes that a cell takes at most, on the average, unpacked."""


class Sheet(NamedTuple):
    """The name of a sheet and that of the relation to its part."""

    name: str
    relation: str


class CleanWorkbook(NamedTuple):
    """A workbook of which one sheet can be read: where it lies, which sheet, and its bounds."""

    path: Path
    position: int
    bounds: SheetBounds


def clean_workbook(path: Path, sheet: str | None, copy: Path) -> CleanWorkbook:
    """Copies what is read of a workbook, of its sheets one (None: the first). Raises BadInput."""
    size = path.stat().st_size
    most = FEW_CELLS + max(0, size - FEW_BYTES)
    bounds = SheetBounds(most, FEW_ROWS + size // ROW)
    try:
        with packages.opened(path, BYTES_A_CELL * most) as package, ZipFile(copy, "w") as clean:
            return CleanWorkbook(copy, _copied(package, sheet, most, clean, bounds), bounds)
    except BadPackage as error:
        raise BadInput(str(error)) from None


def _copied(
    package: Package, chosen: str | None, most: int, clean: ZipFile, bounds: SheetBounds
) -> int:
    """Copies the parts; returns the position of the sheet."""
    if WORKBOOK not in package:
        raise BadInput(f"is no workbook that Excel would open; {AGAIN} as .xlsx")
    sheets: list[Sheet] = []
    targets: dict[str, str] = {}

    def note_sheet(name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            sheets.append(Sheet(attributes.get("name", ""), next(related, "")))

    def note_target(name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _copy(package, WORKBOOK, clean, note_sheet)
    _copy(package, RELATIONS, clean, note_target)
    for name in SMALL_PARTS:
        _copy(package, name, clean, _pass)
    _copy_texts(package, most, clean)
    position = _position(sheets, chosen)
    part = _looked_for(targets.get(sheets[position].relation, ""))
    if normpath(part) not in package:
        raise BadInput(f"has no cells for its sheet {sheets[position].name!r}; {AGAIN}")
    _write(package.pieces(normpath(part)), part, clean, bounds)
    return position


def _position(sheets: list[Sheet], chosen: str | None) -> int:
    names = [sheet.name for sheet in sheets]
    if not names:
        raise BadInput(f"has no sheets; {AGAIN}")
    if chosen is None:
        return 0
    if chosen not in names:
        has = ", ".join(map(repr, names))
        raise BadInput(f"has no sheet {chosen!r}, which --sheet names; it has {has}")
    return names.index(chosen)


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


def _copy(
    package: Package, name: str, clean: ZipFile, note: Callable[[str, Mapping[str, str]], None]
) -> None:
    if name in package:
        _write(package.pieces(name, SMALL), name, clean, Pieces(note))


def _copy_texts(package: Package, most: int, clean: ZipFile) -> None:
    found = 0

    def count(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        found += 1
        if found > 2 * most:
            raise BadInput(f"has more than {2 * most:,} tags in its texts; save it as .csv")

    if TEXTS in package:
        _write(package.pieces(TEXTS), TEXTS, clean, Pieces(count))


def _write(
    pieces: Iterable[bytes], name: str, clean: ZipFile, reader: Pieces | SheetBounds
) -> None:
    with clean.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            reader.feed(piece)
            part.write(piece)
    reader.close()
