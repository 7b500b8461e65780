"""Ledgers on a sheet of a workbook, of which a library is given only what was measured before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from xlfuncs.errors import FileFormatError
from xlfuncs.ledgers.columns import (
    FEW_BYTES,
    Form,
    Style,
    TitleLine,
    find_columns,
    find_title_line,
)
from xlfuncs.ledgers.csv_source import Record, stage
from xlfuncs.ledgers.ledger import Rows, Source
from xlfuncs.ledgers.workbook_source_limits import AGAIN, SheetBounds, parse_part
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import is_year, to_serial
from xlfuncs.xlsx.package import (
    CONTENT_TYPES,
    STRINGS_PART,
    STYLES_PART,
    WORKBOOK_PART,
    Package,
    PackageRules,
    Relation,
    find_only,
    parse_relations,
    refuse_damage,
    relations_path,
)
from xlfuncs.xlsx.xml_stream import End, Start, local_name, make_parser

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# A copy of the workbook with the parts that the library reads, and nothing else. Each part is
# unpacked and measured on the way: so what was measured is what is read, whatever else a file has
# under the same names, or says of the sizes of its parts.

RULES = PackageRules(
    most_parts=10_000,
    checks_all=False,
    chunk=2**16,
    remedy=AGAIN,
    many_parts="has {found:,} parts; expected at most {bound:,}",
    repeated_part="has its part {part} twice; save it again in Excel",
    locked="is locked with a password; save it without one",
    packing="is packed in a way that Excel cannot read; save it again in Excel",
    large_part=(
        "its part {part} unpacks to more than {bound}; keep only the ledger in the workbook, "
        "or save it as .csv"
    ),
    damaged=f"is damaged, or not a workbook ({{reason}}); {AGAIN}",
    repeated_relation=f"has the relation {{beginning!r}} twice; {AGAIN}",
)

SMALL = 8 * 2**20
"""Bytes of a part that is not larger because a ledger is."""

FEW_CELLS = 2_500_000
"""Filled cells of a file of a few bytes; one that is larger may have one more for each byte."""

FEW_ROWS, ROW = 500_000, 8
"""Rows of a file of no bytes, and the bytes of each further one."""

BYTES_A_CELL = 100
"""Bytes that a cell takes at most, on the average, unpacked."""


@dataclass(frozen=True, slots=True)
class CleanWorkbook:
    """A workbook of which one sheet can be read: its path, which sheet, and the sheet's bounds.

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
        with refuse_damage(RULES.damaged):
            source = ZipFile(path)
        with source, ZipFile(copy, "w") as target:
            copying = _Copying(Package(source, RULES, BYTES_A_CELL * most), target)
            position, date1904 = copying.copy_workbook(sheet, most, bounds)
    except FileFormatError as error:
        raise BadInput(str(error)) from None
    return CleanWorkbook(copy, position, date1904, bounds)


class _Copying:
    """Copies parts of a package, each to the name under which the library looks for it."""

    def __init__(self, package: Package, target: ZipFile) -> None:
        self._package = package
        self._target = target

    def copy_workbook(self, chosen: str | None, most: int, bounds: SheetBounds) -> tuple[int, bool]:
        """Copy the parts that one sheet needs; return its position, and whether days are of 1904.

        `most` are the filled cells that it may have. Raises BadInput and FileFormatError.
        """
        first = self._copy_relations("", "")
        self._copy(CONTENT_TYPES, CONTENT_TYPES)
        workbook = _find_only(first, "officeDocument")
        if workbook is None or workbook not in self._package:
            raise BadInput(f"is not a workbook that Excel can open; {AGAIN} as .xlsx")
        listed = SheetList()
        self._copy(workbook, WORKBOOK_PART, listed.start, listed.end)
        related = self._copy_relations(workbook, WORKBOOK_PART)
        styles, texts = _find_only(related, "styles"), _find_only(related, "sharedStrings")
        if styles is not None:
            self._copy(styles, STYLES_PART)
        if texts is not None:
            self._copy(texts, STRINGS_PART, _counter(2 * most), largest=None)
        position = listed.position(chosen)
        sheet = listed.sheets[position]
        found = next((each for each in related if each.identity == sheet.relation), None)
        if found is None or not found.stated_target or found.target not in self._package:
            raise BadInput(f"has no cells for its sheet {sheet.name!r}; {AGAIN}")
        chunks = self._package.chunks(found.target)
        self._write(bounds.measure(chunks), _name_looked_for(found.stated_target))
        return position, listed.date1904

    def _copy_relations(self, part: str, looked_for: str) -> list[Relation]:
        stated: list[Mapping[str, str]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if local_name(name) == "Relationship":
                stated.append(attributes)

        self._copy(relations_path(part), relations_path(looked_for), start)
        return parse_relations(part, stated, RULES)

    def _copy(
        self,
        name: str,
        looked_for: str,
        start: Start | None = None,
        end: End | None = None,
        largest: int | None = SMALL,
    ) -> None:
        """Copy a part, if there is one, handing its tags over; damaged XML is refused anyway."""
        if name in self._package:
            parser = make_parser(start, end, namespaces=False)
            self._write(parse_part(parser, self._package.chunks(name, largest)), looked_for)

    def _write(self, chunks: Iterable[bytes], name: str) -> None:
        with self._target.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)


def _find_only(relations: Sequence[Relation], kind: str) -> str | None:
    """The part of a kind, whichever program's name the kind has. Raises FileFormatError."""
    return find_only([each for each in relations if each.kind == kind], kind, RULES)


def _name_looked_for(target: str) -> str:
    """The name under which the library looks for a part that is a target of the workbook.

    >>> _name_looked_for("worksheets/sheet1.xml"), _name_looked_for("/xl/worksheets/sheet1.xml")
    ('xl/worksheets/sheet1.xml', 'xl/worksheets/sheet1.xml')
    """
    if target.startswith("/"):
        return target[1:]
    return target if target.startswith("xl/") else f"xl/{target}"


def _counter(most: int) -> Start:
    """What counts the tags of the texts. Raises BadInput beyond the most."""
    numbers = count(1)

    def start(name: str, attributes: dict[str, str]) -> None:
        if next(numbers) > most:
            raise BadInput(f"has more than {most:,} tags in its texts; save it as .csv")

    return start


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """The name of a sheet, the relationship to its part, and whether people see it."""

    name: str
    relation: str
    visible: bool


class SheetList:
    """The list of sheets of a workbook, of which nothing is outside or there twice.

    `date1904` tells whether the workbook counts its days from 1904 on.
    """

    def __init__(self) -> None:
        self.sheets: list[ListedSheet] = []
        self.date1904 = False
        self._lists = 0
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of a tag. Raises BadInput for a list that is not understood."""
        name = local_name(name)
        if name == "sheets":
            self._lists += 1
            self._inside = True
        elif name == "sheet":
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            visible = attributes.get("state", "visible") == "visible"
            sheet = ListedSheet(attributes.get("name", ""), next(related, ""), visible)
            self.sheets.append(sheet)
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904") in {"1", "true"}
        strange = name == "sheet" and not self._inside
        if self._lists > 1 or strange or (self._inside and name not in {"sheets", "sheet"}):
            raise BadInput(f"its list of sheets cannot be read; {AGAIN}")

    def end(self, name: str) -> None:
        """Take in the end of a tag."""
        if local_name(name) == "sheets":
            self._inside = False

    def position(self, chosen: str | None) -> int:
        """The position of the named sheet, or of the first that people see. Raises BadInput."""
        names = [sheet.name for sheet in self.sheets]
        if not names:
            raise BadInput(f"has no sheets; {AGAIN}")
        if chosen is None:
            return next((index for index, sheet in enumerate(self.sheets) if sheet.visible), 0)
        if chosen not in names:
            has = ", ".join(map(repr, names))
            raise BadInput(f"has no sheet {chosen!r}, which --sheet names; it has {has}")
        return names.index(chosen)


# The cells of the sheet as texts of a ledger.

MIDNIGHT = datetime.min.time()
JUST_BEFORE = timedelta(microseconds=1)


def open_workbook_source(path: Path, form: Form, folder: Path) -> Source:
    """Open the cells of a sheet of an .xlsx as text. Raises BadInput."""
    clean = clean_workbook(path, form.sheet, folder / "ledger.xlsx")
    with explain_damage():
        sheet = load_workbook(clean.path).get_sheet_by_index(clean.position)
    return stage_sheet(
        sheet, lambda: _read_rows(sheet, clean.bounds), form, folder, date1904=clean.date1904
    )


@contextmanager
def explain_damage() -> Iterator[None]:
    """Raise BadInput where the library cannot read a workbook."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise BadInput("is locked with a password; save it without one") from None
    except (CalamineError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk
        raise BadInput(f"is not a readable workbook ({error}); {AGAIN}") from None


def load_workbook(path: Path) -> CalamineWorkbook:
    """Open a workbook with the library, which takes its time to import."""
    from python_calamine import load_workbook as load

    return load(path)


def stage_sheet(
    sheet: CalamineSheet, read: Rows, form: Form, folder: Path, *, date1904: bool
) -> Source:
    """The cells of a sheet as text, each row with its number. Raises BadInput.

    `date1904` tells whether what is a day may be a year in a workbook that counts from 1904.
    """
    title = _find_titles(sheet, form)
    purchased = find_columns(title.titles, form.named).purchased

    def rows() -> Iterator[Sequence[object]]:
        return islice(read(), title.line, None)

    def texts(row: Sequence[object]) -> list[str]:
        found = [format_cell(cell, form.style) for cell in row]
        for place in purchased if date1904 else ():
            found[place] = _parse_year(row[place]) or found[place]
        return found

    lines = (
        Record(number, texts(row) if any(cell != "" for cell in row) else [])
        for number, row in enumerate(rows(), start=title.line + 1)
    )
    return stage(title, lines, form.delimiter, folder / "sheet.csv", rows=rows)


def _read_rows(sheet: CalamineSheet, bounds: SheetBounds) -> Iterator[Sequence[object]]:
    """The rows as they are shown.

    A moment that the library rounded up to midnight is back on its own day, and a cell with an
    error, which it leaves blank, has its text.
    """
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(rows_through(sheet, bounds.rows_with_errors)):
        for place, cell in enumerate(row):
            if cell == "" and bounds.has_errors:
                row[place] = bounds.find_error(number, left + place)
            elif (
                isinstance(cell, datetime)
                and cell.time() == MIDNIGHT
                and bounds.is_rounded_up(number, left + place)
            ):
                row[place] = cell - JUST_BEFORE
        yield row


def rows_through(sheet: CalamineSheet, last: int) -> Iterator[list[object]]:
    """The rows of a sheet, and blank ones below until there are as many as to the last one."""
    for row in sheet.iter_rows():
        yield [*row]
    width = sheet.end[1] - sheet.start[1] + 1 if sheet.start and sheet.end else 0
    for _ in range(sheet.total_height, last):
        yield [""] * width


def _find_titles(sheet: CalamineSheet, form: Form) -> TitleLine:
    """Find the row with the titles. Raises BadInput."""
    rows = ([format_cell(cell, Style()) for cell in row] for row in sheet.iter_rows())
    title = find_title_line(enumerate(rows, start=1), form)
    if title is None:
        raise BadInput(f"sheet {sheet.name!r} is blank; expected a row of titles")
    return title


def _parse_year(cell: object) -> str:
    """The year that a workbook which counts days from 1904 shows as a day; blank for any other.

    It shows 2013 as a day of 1909, which as a text is a day like any other.
    """
    if isinstance(cell, date) and is_year(serial := to_serial(cell, date1904=True)):
        return f"{serial:.0f}"
    return ""


def format_cell(cell: object, style: Style) -> str:
    """A cell as the text that a ledger of that style has.

    >>> format_cell(100000.0, Style()), format_cell(2.5, Style(decimal=","))
    ('100000', '2,5')
    >>> format_cell(True, Style())
    'TRUE'
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        written = str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        return written.replace(".", style.decimal)
    if isinstance(cell, datetime):
        time = "" if cell.time() == MIDNIGHT else f" {cell.time()}"
        return f"{style.dates.format_day(cell)}{time}"
    if isinstance(cell, date):
        return style.dates.format_day(cell)
    return str(cell)
