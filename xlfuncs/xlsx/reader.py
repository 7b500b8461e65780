"""Read a workbook: its sheets, and the contract on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlfuncs.errors import Unreadable
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.grid import Grid
from xlfuncs.sheets.host_cells import (
    PRICED,
    HostSheet,
    apply_number_format,
    collect_sheets,
)
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import MOST_PROBLEMS, Reading, read_sheets
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.cell_values import GENERAL, SheetCell, number_formats, shared_strings
from xlfuncs.xlsx.cell_values import LARGEST as LARGEST_STRINGS
from xlfuncs.xlsx.package import (
    ID,
    MICROSOFT,
    OF_SHEETS,
    OFFICE,
    Package,
    Parts,
    Relation,
    Types,
    in_one_sentence,
    key_of,
    main_part,
    only_related,
    package_of,
    relations_of,
    tree_of,
)
from xlfuncs.xlsx.sheet_reader import LARGEST as LARGEST_SHEET
from xlfuncs.xlsx.sheet_reader import NO_CELLS, Row, SheetReader
from xlfuncs.xlsx.xml_stream import MAIN, RESAVE, TRUTHS, refuse_strict

# The list of a workbook's sheets, and where each is.

MOST_SHEETS = 2_000
WITH_CELLS = f"{OFFICE}/worksheet"
OTHERS = {
    *(f"{OFFICE}/{kind}" for kind in ("chartsheet", "dialogsheet")),
    *(f"{MICROSOFT}/{kind}" for kind in ("xlMacrosheet", "xlIntlMacrosheet")),
}
"""What a sheet may be, by its relationship."""


class BookPart(NamedTuple):
    """The part with the list of sheets: its name, and the part of each sheet by its title.

    `cells` are the titles of the sheets that have cells, and are no charts.
    """

    name: str
    sheets: dict[str, str]
    cells: list[str]
    date1904: bool
    strings: str | None
    styles: str | None


def book_part(parts: Parts) -> BookPart:
    """The list of sheets of a workbook. Raises Unreadable."""
    name = main_part(parts)
    root = tree_of(parts, name)
    refuse_strict(root.tag)
    listed = _listed(root)
    relations = {each.identity: each for each in relations_of(parts, name)}
    types = Types(parts)
    sheets = []
    cells = []
    for title, identity in listed:
        relation = _relation_of(title, relations.get(identity), parts)
        part = relation.target
        if relation.type == WITH_CELLS:
            types.refuse_other(part, f"{OF_SHEETS}.worksheet+xml")
            cells.append(title)
        sheets.append((title, part))
    _refuse_doubles("sheets of the name", (title.casefold() for title, _ in sheets))
    _refuse_doubles("sheets in the part", (key_of(part) for _, part in sheets))
    strings, styles = (only_related(parts, name, kind) for kind in ("sharedStrings", "styles"))
    for beside, kind in ((strings, "sharedStrings"), (styles, "styles")):
        if beside:
            types.refuse_other(beside, f"{OF_SHEETS}.{kind}+xml")
    return BookPart(name, dict(sheets), cells, _date1904(root), strings, styles)


def _listed(root: Element) -> list[tuple[str, str]]:
    """The titles of the sheets, each with its relationship. Raises Unreadable."""
    sheets = list(root.iter(f"{{{MAIN}}}sheet"))
    lists = root.findall(f"{{{MAIN}}}sheets")
    if len(lists) != 1 or list(lists[0]) != sheets:
        raise Unreadable(f"damaged, or no workbook (its list of sheets is unclear); {RESAVE}")
    if len(sheets) > MOST_SHEETS:
        raise Unreadable(f"has {len(sheets):,} sheets; expected at most {MOST_SHEETS:,}")
    return [(each.get("name", ""), each.get(ID, "")) for each in sheets]


def _relation_of(title: str, relation: Relation | None, parts: Parts) -> Relation:
    if relation is None or relation.target not in parts:
        raise Unreadable(
            f"sheet {title!r} is not in the file"
            + (f" (it would be in {relation.target})" if relation and relation.target else "")
            + f"; {RESAVE}"
        )
    if relation.type not in {WITH_CELLS, *OTHERS}:
        kind = relation.type[:80]
        raise Unreadable(
            f"sheet {title!r} is of the kind {kind!r}, of which there is none; {RESAVE}"
        )
    return relation


def _refuse_doubles(what: str, names: Iterable[str]) -> None:
    double, times = next(iter(Counter(names).most_common(1)), ("", 0))
    if times > 1:
        raise Unreadable(f"has {times} {what} {double!r}; {RESAVE}")


def _date1904(root: Element) -> bool:
    """Whether days are counted from 1904. Raises Unreadable."""
    stated = [each.get("date1904", "0") for each in root.iter(f"{{{MAIN}}}workbookPr")]
    if len(stated) > 1 or any(each.strip() not in TRUTHS for each in stated):
        raise Unreadable(f"does not say clearly from when it counts days ({stated}); {RESAVE}")
    return bool(stated) and TRUTHS[stated[0].strip()]


# One sheet of a workbook, each cell with its formula and the value stored with it.

Opening = Callable[[], tuple[SheetReader, Iterable[bytes]]]
"""What begins to read a sheet: its reader, and the pieces of its part."""


class Sheet:
    """A sheet. Its rows are read when they are asked for, and then kept."""

    def __init__(self, name: str, date1904: bool, opening: Opening) -> None:
        self.name = name
        self.date1904 = date1904
        self._opening = opening

    @property
    def rows(self) -> list[Row]:
        """The cells of each row from the first on. Raises Unreadable."""
        return self._read[0]

    @property
    def merged(self) -> list[tuple[str, int]]:
        """The merged ranges, such as `A5:B6`, each with its last row."""
        return self._read[1].merged

    @property
    def things(self) -> set[str]:
        """What there is besides cells, by the names of its elements."""
        return self._read[1].things

    @property
    def formulas_beside(self) -> list[str]:
        """The formulas that are in no cell, as of conditional formats."""
        return self._read[1].formulas

    @cached_property
    def _read(self) -> tuple[list[Row], SheetReader]:
        reader, chunks = self._opening()
        rows: list[Row] = []
        for number, row in reader.rows(chunks):
            rows.extend([NO_CELLS] * (number - 1 - len(rows)))
            rows.append(row)
        return rows, reader

    def formulas(self) -> Iterator[tuple[str, str, Cell]]:
        """The formulas in reading order, read as far as they are asked for: cell, text, value."""
        is_read = "_read" in vars(self)
        for number, row in enumerate(self.rows, 1) if is_read else self._streamed():
            for index, cell in enumerate(row):
                if cell.formula is not None:
                    text = getattr(cell.formula, "text", cell.formula)  # of an array formula
                    yield f"{self.name}!{column_letter(index)}{number}", str(text), cell.value

    def _streamed(self) -> Iterator[tuple[int, Row]]:
        reader, chunks = self._opening()
        return reader.rows(chunks)

    def grid(self, problems: list[Problem]) -> Grid:
        """The values; a formula without one is a problem."""
        return [self._row(number, row, problems) for number, row in enumerate(self.rows, 1)]

    def _row(self, number: int, row: Row, problems: list[Problem]) -> list[Cell]:
        for index, cell in enumerate(row):
            missing = cell.formula is not None and cell.value is None
            if missing and len(problems) < MOST_PROBLEMS:
                where = f"{self.name}!{column_letter(index)}{number}"
                text = "a formula without a stored value; expected the workbook saved by Excel"
                problems.append(Problem(where, text))
        return [self.seen(cell) for cell in row]

    def seen(self, cell: SheetCell) -> Cell:
        """A cell's value; what a number format makes of a number counts as people see it."""
        value = cell.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return value
        return apply_number_format(cell.number_format, value, self.date1904)


# A workbook opened for reading: its sheets, and the package that they are in.


class Opened:
    """The sheets of a workbook, each read when it is asked for. Raises Unreadable."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = book_part(package)
        self.titles = self.part.cells
        self.date1904 = self.part.date1904
        self.sheets = {title: self._sheet(title) for title in self.titles}
        styles = self.part.styles
        self._formats = number_formats(package.tree(styles)) if styles else [GENERAL]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, in any letter case."""
        for title, sheet in self.sheets.items():
            if title.casefold() == name.casefold():
                sheet.name = name
                return sheet
        return None

    def _sheet(self, title: str) -> Sheet:
        part = self.part.sheets[title]

        def opening() -> tuple[SheetReader, Iterable[bytes]]:
            reader = SheetReader(title, self._strings, self._formats)
            return reader, self.package.chunks(part, LARGEST_SHEET)

        return Sheet(title, self.date1904, opening)

    @cached_property
    def _strings(self) -> list[str]:
        part = self.part.strings
        return shared_strings(self.package.chunks(part, LARGEST_STRINGS)) if part else []


@lru_cache(maxsize=1)
def open_workbook(content: bytes) -> Opened:
    """Opens a file's content; the last one stays open, with the rows read. Raises Unreadable."""
    with in_one_sentence():
        return Opened(package_of(content))


# Reading the contract on the sheets of a workbook.


def read_workbook(content: bytes) -> Reading:
    """The contract on the sheets of a workbook. Raises Unreadable.

    A formula on Tiers or Amendments counts with the value that was stored with it, and is a
    problem where there is none.
    """
    return reading_of(open_workbook(content))


def reading_of(opened: Opened) -> Reading:
    """The contract on the sheets of an opened workbook. Raises Unreadable."""
    with in_one_sentence():
        return _read(opened)


def _read(opened: Opened) -> Reading:
    def read_sheet(title: str, problems: list[Problem]) -> HostSheet | None:
        sheet = opened.sheet(title)
        if sheet is not None:
            return HostSheet(sheet.grid(problems), sheet.merged)
        if title in PRICED:
            found = ", ".join(opened.titles)
            raise Unreadable(f"no sheet {title!r}; expected it beside {found}")
        return None

    return read_sheets(collect_sheets(read_sheet, opened.date1904, []))
