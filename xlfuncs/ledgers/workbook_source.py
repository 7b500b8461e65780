"""Ledgers on a sheet of a workbook."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from posixpath import join, normpath, split
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from xlfuncs.ledgers.columns import Form, Style, columns_of, refuse_width
from xlfuncs.ledgers.csv_source import Record, stage
from xlfuncs.ledgers.query import Source
from xlfuncs.ledgers.sheet_bounds import AGAIN, Pieces, SheetBounds
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import is_year, serial_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


# Which part of a workbook is which: by what its parts say of each other, not by their names.


class Sheet(NamedTuple):
    """The name of a sheet, the relation to its part, and whether people see it."""

    name: str
    relation: str
    visible: bool


class Relations:
    """What a part refers to: targets by the names of the relations and by the kinds of parts."""

    def __init__(self, folder: str) -> None:
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, list[str]] = {}
        self._folder = folder

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in a tag. Raises BadInput for a relation that is there twice."""
        if name.rpartition(":")[2] != "Relationship":
            return
        identity, target = attributes.get("Id", ""), attributes.get("Target", "")
        if identity in self.targets:
            raise BadInput(f"has the relation {identity[:20]!r} twice; {AGAIN}")
        self.targets[identity] = target
        kind = attributes.get("Type", "").rpartition("/")[2]
        self._kinds.setdefault(kind, []).append(target)

    def part(self, kind: str) -> str | None:
        """The part of a kind, None where there is none. Raises BadInput where there are several."""
        found = self._kinds.get(kind, [])
        if len(found) > 1:
            raise BadInput(f"has {len(found)} parts of the kind {kind!r}; {AGAIN}")
        return self.place(found[0]) if found else None

    def place(self, target: str) -> str:
        """The name of the part that a target leads to."""
        return (
            target.lstrip("/") if target.startswith("/") else normpath(join(self._folder, target))
        )


class Sheets:
    """The list of sheets of a workbook, of which nothing is outside or there twice.

    `date1904` tells whether the workbook counts its days from 1904 on.
    """

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.date1904 = False
        self._lists = 0
        self._inside = False

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of a tag. Raises BadInput for a list that is not understood."""
        name = name.rpartition(":")[2]
        if name == "sheets":
            self._lists += 1
            self._inside = True
        elif name == "sheet":
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append(Sheet(attributes.get("name", ""), next(related, ""), visible))
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904") in {"1", "true"}
        strange = name == "sheet" and not self._inside
        if self._lists > 1 or strange or (self._inside and name not in {"sheets", "sheet"}):
            raise BadInput(f"its list of sheets is not understood; {AGAIN}")

    def end(self, name: str) -> None:
        """Take in the end of a tag."""
        if name.rpartition(":")[2] == "sheets":
            self._inside = False

    def position(self, chosen: str | None) -> int:
        """The place of the sheet that is named, or of the first that people see.

        Raises BadInput.
        """
        sheets = self.sheets
        names = [sheet.name for sheet in sheets]
        if not names:
            raise BadInput(f"has no sheets; {AGAIN}")
        if chosen is None:
            return next((place for place, sheet in enumerate(sheets) if sheet.visible), 0)
        if chosen not in names:
            has = ", ".join(map(repr, names))
            raise BadInput(f"has no sheet {chosen!r}, which --sheet names; it has {has}")
        return names.index(chosen)


# Packages of parts, such as workbooks are, read within bounds that are counted and not believed.
#
# What a package says of the sizes of its parts may be wrong, and a few bytes may unpack to all the
# memory there is. So a part comes in pieces that are counted, and only packing is read that every
# program can read.

MOST_PARTS = 10_000
"""Parts of one package; large workbooks have hundreds."""

PIECE = 2**16
"""Bytes of a part that are unpacked at a time."""

MIB = 2**20

_DAMAGED = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    struct.error,
    ValueError,
    zlib.error,
)
"""What Python raises for a package that is broken in one way or another."""


class BadPackage(Exception):
    """What is wrong with a package, and what to do, as the rest of a sentence about its file."""


class Package:
    """The parts of a package by their names; see `opened`."""

    def __init__(self, zipped: ZipFile, most: int) -> None:
        self._zipped = zipped
        self._most = self._left = most
        parts = zipped.infolist()
        if len(parts) > MOST_PARTS:
            raise BadPackage(f"has {len(parts):,} parts; expected at most {MOST_PARTS:,}")
        self._parts: dict[str, ZipInfo] = {}
        for part in parts:
            key = _key(part.filename)
            if key in self._parts:
                raise BadPackage(f"has its part {part.filename} twice; save it again in Excel")
            self._parts[key] = part

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """A part, unpacked piece by piece. Raises BadPackage, KeyError where it is not there.

        At most so many bytes, and together with all that was read before at most as many as the
        package may unpack to.
        """
        part = self._parts[_key(name)]
        if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise BadPackage("is packed in a way that Excel cannot read; save it again in Excel")
        if part.flag_bits & 1:
            raise BadPackage("is locked with a password; save it without one")
        left = self._most if most is None else most
        with in_words(), self._zipped.open(part) as packed:
            while piece := packed.read(PIECE):
                left -= len(piece)
                self._left -= len(piece)
                if left < 0 or self._left < 0:
                    bound = (self._most if self._left < 0 else most or 0) // MIB
                    raise BadPackage(
                        f"its part {part.filename} unpacks to more than {bound:,} MiB; keep the "
                        "ledger alone in a workbook, or save it as .csv"
                    )
                yield piece


@contextmanager
def opened(path: Path, most: int) -> Iterator[Package]:
    """A package that may unpack to so many bytes. Raises BadPackage and OSError."""
    with in_words():
        zipped = ZipFile(path)
    with zipped:
        yield Package(zipped, most)


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever a damaged package makes Python raise becomes BadPackage."""
    try:
        yield
    except _DAMAGED as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise BadPackage(
            f"is damaged, or no workbook ({reason}); open it in Excel and save it again"
        ) from None


def _key(name: str) -> str:
    """The name of a part as programs compare it: neither letter case nor slashes matter."""
    return name.replace("\\", "/").lstrip("/").casefold()


# Workbooks as a library is given them: the parts that it reads, and nothing else.
#
# Each part is unpacked and measured here, and goes to a package of our own. So what was measured is
# what is read, whatever else a file has under the same names, or says of the sizes of its parts.

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
        with opened(path, BYTES_A_CELL * most) as package, ZipFile(copy, "w") as clean:
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


# Ledgers on a sheet of a workbook.

MIDNIGHT = datetime.min.time()
JUST_BEFORE = timedelta(microseconds=1)


def open_sheet(path: Path, form: Form, folder: Path) -> Source:
    """The cells of a sheet, as text; the titles stand in the first row that is not blank.

    Raises BadInput.
    """
    clean = clean_workbook(path, form.sheet, folder / "ledger.xlsx")
    sheet = _sheet(clean)
    above, titles = _titles(sheet)
    refuse_width(titles)

    def rows() -> Iterator[Sequence[object]]:
        return islice(_rows(sheet, clean.bounds), above + 1, None)

    def texts(row: Sequence[object]) -> list[str]:
        found = [text_of(cell, form.style) for cell in row]
        if clean.date1904:
            found[purchased] = _year(row[purchased]) or found[purchased]
        return found

    purchased = columns_of(titles, form.named).purchased
    lines = (
        Record(number, texts(row) if any(cell != "" for cell in row) else [])
        for number, row in enumerate(rows(), start=above + 2)
    )
    return stage(titles, lines, form.delimiter, folder / "sheet.csv", rows=rows)


def _sheet(clean: CleanWorkbook) -> CalamineSheet:
    from python_calamine import CalamineError, load_workbook

    try:
        return load_workbook(clean.path).get_sheet_by_index(clean.position)
    except CalamineError as error:
        raise BadInput(
            f"is no workbook that can be read ({error}); open it in Excel and save it again"
        ) from None


def _rows(sheet: CalamineSheet, bounds: SheetBounds) -> Iterator[Sequence[object]]:
    """The rows, with a moment that was rounded up to midnight on the day that it is of."""
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows()):
        for place, cell in enumerate(row):
            if (
                isinstance(cell, datetime)
                and cell.time() == MIDNIGHT
                and bounds.is_rounded_up(number, left + place)
            ):
                row[place] = cell - JUST_BEFORE
        yield row


def _titles(sheet: CalamineSheet) -> tuple[int, list[str]]:
    """How many blank rows stand above the titles, and these."""
    for above, row in enumerate(sheet.iter_rows()):
        titles = [text_of(cell, Style()) for cell in row]
        if any(title.strip() for title in titles):
            return above, titles
    raise BadInput(f"sheet {sheet.name!r} holds nothing; expected a row of titles")


def _year(cell: object) -> str:
    """The year that a cell of a workbook that counts from 1904 shows as a day, blank for none.

    What it shows of 2013 is a day of 1909, which as a text is a day like any other.
    """
    if isinstance(cell, date) and is_year(serial := serial_of(cell, date1904=True)):
        return f"{serial:.0f}"
    return ""


def text_of(cell: object, style: Style) -> str:
    """A cell as it would stand in a ledger of that style.

    >>> text_of(100000.0, Style()), text_of(2.5, Style(decimal=",")), text_of(True, Style())
    ('100000', '2,5', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        written = str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        return written.replace(".", style.decimal)
    if isinstance(cell, datetime):
        time = "" if cell.time() == MIDNIGHT else f" {cell.time()}"
        return f"{style.dates.written(cell)}{time}"
    if isinstance(cell, date):
        return style.dates.written(cell)
    return str(cell)
