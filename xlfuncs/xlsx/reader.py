"""Read a workbook: its sheets, and the contract on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from xlfuncs.errors import FileFormatError
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.host_cells import (
    PRICED,
    HostSheet,
    apply_number_format,
    collect_sheets,
)
from xlfuncs.sheets.parsers import MOST_PROBLEMS, Problem, Reading
from xlfuncs.sheets.reader import Grid, read_sheets
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.cell_values import (
    GENERAL,
    LARGEST_STRINGS,
    SheetCell,
    read_number_formats,
    read_shared_strings,
)
from xlfuncs.xlsx.package import (
    ID,
    MICROSOFT,
    OFFICE,
    ContentTypes,
    Package,
    Relation,
    content_type,
    find_main_part,
    find_only_related,
    open_package,
    part_key,
    read_relations,
    refuse_damage,
)
from xlfuncs.xlsx.sheet_reader import LARGEST_SHEET, SheetReader, SheetRow
from xlfuncs.xlsx.xml_stream import MAIN, RESAVE, TRUTHS, refuse_strict

# The list of a workbook's sheets, and the part of each.

MOST_SHEETS = 2_000
WITH_CELLS = f"{OFFICE}/worksheet"
SHEET_TYPES = {
    WITH_CELLS,
    *(f"{OFFICE}/{kind}" for kind in ("chartsheet", "dialogsheet")),
    *(f"{MICROSOFT}/{kind}" for kind in ("xlMacrosheet", "xlIntlMacrosheet")),
}
"""What a sheet may be, by its relationship."""


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """The part with the list of sheets: its name, and the part of each sheet by its title.

    `cells` are the titles of the sheets that have cells, and are no charts.
    """

    name: str
    sheets: dict[str, str]
    cells: list[str]
    date1904: bool
    strings: str | None
    styles: str | None


def read_workbook_part(package: Package) -> WorkbookPart:
    """Read the list of sheets of a workbook. Raises FileFormatError."""
    name = find_main_part(package)
    root = package.tree(name)
    refuse_strict(root.tag)
    relations = {each.identity: each for each in read_relations(package, name)}
    types = ContentTypes(package)
    sheets = []
    cells = []
    for title, identity in _listed_sheets(root):
        relation = _sheet_relation(title, relations.get(identity), package)
        if relation.type == WITH_CELLS:
            types.refuse_other(relation.target, content_type("worksheet"))
            cells.append(title)
        sheets.append((title, relation.target))
    _refuse_repeated("sheets named", (title.casefold() for title, _ in sheets))
    _refuse_repeated("sheets in the part", (part_key(part) for _, part in sheets))
    strings, styles = (
        find_only_related(package, name, kind) for kind in ("sharedStrings", "styles")
    )
    for part, kind in ((strings, "sharedStrings"), (styles, "styles")):
        if part:
            types.refuse_other(part, content_type(kind))
    return WorkbookPart(name, dict(sheets), cells, _read_date1904(root), strings, styles)


def _listed_sheets(root: Element) -> list[tuple[str, str]]:
    """The titles of the sheets, each with its relationship. Raises FileFormatError."""
    sheets = list(root.iter(f"{{{MAIN}}}sheet"))
    lists = root.findall(f"{{{MAIN}}}sheets")
    if len(lists) != 1 or list(lists[0]) != sheets:
        raise FileFormatError(
            f"damaged, or not a workbook (its list of sheets is unclear); {RESAVE}"
        )
    if len(sheets) > MOST_SHEETS:
        raise FileFormatError(f"has {len(sheets):,} sheets; expected at most {MOST_SHEETS:,}")
    return [(each.get("name", ""), each.get(ID, "")) for each in sheets]


def _sheet_relation(title: str, relation: Relation | None, package: Package) -> Relation:
    if relation is None or relation.target not in package:
        place = f" (it would be in {relation.target})" if relation and relation.target else ""
        raise FileFormatError(f"sheet {title!r} is not in the file{place}; {RESAVE}")
    if relation.type not in SHEET_TYPES:
        kind = relation.type[:80]
        raise FileFormatError(
            f"sheet {title!r} is of the kind {kind!r}, which does not exist; {RESAVE}"
        )
    return relation


def _refuse_repeated(what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).most_common(1):
        if times > 1:
            raise FileFormatError(f"has {times} {what} {name!r}; {RESAVE}")


def _read_date1904(root: Element) -> bool:
    """Whether days are counted from 1904. Raises FileFormatError."""
    stated = [each.get("date1904", "0") for each in root.iter(f"{{{MAIN}}}workbookPr")]
    if len(stated) > 1 or any(each.strip() not in TRUTHS for each in stated):
        raise FileFormatError(f"does not state its date system clearly ({stated}); {RESAVE}")
    return bool(stated) and TRUTHS[stated[0].strip()]


# One sheet of a workbook, each cell with its formula and the value stored with it.

NO_VALUE = "a formula without a stored value; expected a workbook saved by Excel"


class Sheet:
    """A sheet. Its rows are read when they are first needed, and then kept."""

    def __init__(self, name: str, date1904: bool, open_sheet: Callable[[], SheetReader]) -> None:
        self.name = name
        self.date1904 = date1904
        self._open = open_sheet

    @property
    def rows(self) -> list[SheetRow]:
        """The cells of each row from the first on. Raises FileFormatError."""
        return self._read.all_rows

    @property
    def input(self) -> list[list[Any]]:
        """What is entered in the cells of each row. Raises FileFormatError."""
        return [[cell.input for cell in row] for row in self.rows]

    @property
    def merged(self) -> list[tuple[str, int]]:
        """The merged ranges, such as `A5:B6`, each with its last row."""
        return self._read.merged

    @property
    def things(self) -> set[str]:
        """What there is besides cells, by the names of its elements."""
        return self._read.things

    @property
    def formulas_beside(self) -> list[str]:
        """The formulas that are in no cell, as of conditional formats."""
        return self._read.formulas

    @cached_property
    def _read(self) -> SheetReader:
        reader = self._open()
        reader.read_all()
        return reader

    def list_formulas(self) -> Iterator[tuple[str, str, Cell]]:
        """The formulas in reading order: cell, text, stored value. Reads no further than needed."""
        for number, row in (
            enumerate(self.rows, 1) if "_read" in vars(self) else self._open().rows()
        ):
            for index, cell in enumerate(row):
                if cell.formula is not None:
                    place = f"{self.name}!{column_letter(index)}{number}"
                    yield place, cell.formula_text, cell.value

    def read_grid(self, problems: list[Problem]) -> Grid:
        """The values; a formula without one is a problem."""
        for number, row in enumerate(self.rows, 1):
            for index, cell in enumerate(row):
                missing = cell.formula is not None and cell.value is None
                if missing and len(problems) < MOST_PROBLEMS:
                    where = f"{self.name}!{column_letter(index)}{number}"
                    problems.append(Problem(where, NO_VALUE))
        return [[self.value_as_seen(cell) for cell in row] for row in self.rows]

    def value_as_seen(self, cell: SheetCell) -> Cell:
        """A cell's value; what a number format makes of a number counts as people see it."""
        value = cell.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return value
        return apply_number_format(cell.number_format, value, self.date1904)


# A workbook opened for reading: its sheets, and the package that they are in.


class OpenWorkbook:
    """The sheets of a workbook, each read when it is first needed. Raises FileFormatError."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = read_workbook_part(package)
        self.titles = self.part.cells
        self.date1904 = self.part.date1904
        self.sheets = {title: self._sheet(title) for title in self.titles}
        styles = self.part.styles
        self._formats = read_number_formats(package.tree(styles)) if styles else [GENERAL]

    def find_sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, in any letter case."""
        for title, sheet in self.sheets.items():
            if title.casefold() == name.casefold():
                sheet.name = name
                return sheet
        return None

    def _sheet(self, title: str) -> Sheet:
        def open_sheet() -> SheetReader:
            chunks = self.package.chunks(self.part.sheets[title], LARGEST_SHEET)
            return SheetReader(title, chunks, self._strings, self._formats)

        return Sheet(title, self.date1904, open_sheet)

    @cached_property
    def _strings(self) -> list[str]:
        part = self.part.strings
        return read_shared_strings(self.package.chunks(part, LARGEST_STRINGS)) if part else []


@lru_cache(maxsize=1)
def open_workbook(content: bytes) -> OpenWorkbook:
    """Open a file's content; the last one stays open, with the rows read.

    Raises FileFormatError.
    """
    with refuse_damage():
        return OpenWorkbook(open_package(content))


# The contract on the sheets of a workbook.


def read_workbook(content: bytes) -> Reading:
    """Read the contract on the sheets of a workbook. Raises FileFormatError.

    A formula on Tiers or Amendments counts with the value that was stored with it, and is a
    problem where there is none.
    """
    return read_contract(open_workbook(content))


def read_contract(opened: OpenWorkbook) -> Reading:
    """Read the contract on the sheets of an opened workbook. Raises FileFormatError."""
    with refuse_damage():
        return _read(opened)


def _read(opened: OpenWorkbook) -> Reading:
    def read_sheet(title: str, problems: list[Problem]) -> HostSheet | None:
        sheet = opened.find_sheet(title)
        if sheet is not None:
            return HostSheet(sheet.read_grid(problems), sheet.merged)
        if title in PRICED:
            found = ", ".join(opened.titles)
            raise FileFormatError(f"no sheet {title!r}; expected it with {found}")
        return None

    return read_sheets(collect_sheets(read_sheet, opened.date1904, []))
