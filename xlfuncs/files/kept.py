"""What people filled in on the sheets of a workbook, cell by cell, to be written again as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.files.opened import Opened
from xlfuncs.files.sheet import Sheet, stored_in
from xlfuncs.tables.cells import Cell, is_blank
from xlfuncs.tables.drafts import Draft, Entered, Line
from xlfuncs.tables.grid import Header, find_header, title_key
from xlfuncs.tables.schema import (
    AMENDMENTS,
    CHOSEN_COLUMNS,
    COLUMNS,
    CONTRACT,
    PARTICULAR_COLUMNS,
    PRICE_LIST,
    PURCHASE_COLUMNS,
    PURCHASES,
    TIERS,
    Column,
)

FILLED_IN = {
    PURCHASES: PURCHASE_COLUMNS,
    TIERS: COLUMNS,
    AMENDMENTS: COLUMNS,
    CONTRACT: PARTICULAR_COLUMNS,
}
"""The sheets with rows to fill in, and their columns."""

CHOICE_TITLES = {title_key(column.title): column.field for column in CHOSEN_COLUMNS}
CHOICE_ROWS = 20
"""Rows of the sheet Price list in which something is chosen, in column B."""

GENERAL = "General"


def draft_of_workbook(opened: Opened) -> Draft:
    """The draft that gives the same workbook again. Raises Unreadable."""
    rows = {name: _lines(opened.sheet(name), columns) for name, columns in FILLED_IN.items()}
    chosen = _chosen(opened.sheet(PRICE_LIST))
    return Draft(rows[TIERS], rows[AMENDMENTS], rows[CONTRACT], rows[PURCHASES], chosen)


def header_of(sheet: str, grid: Sequence[Sequence[Cell]]) -> Header | None:
    """The row with the titles of a sheet to fill in; only the required columns have to be there."""
    columns = FILLED_IN[sheet]
    required = [column.field for column in columns if column.required]
    every = [column.field for column in columns]
    return find_header(sheet, grid, every, []) or find_header(sheet, grid, required, [])


def _lines(sheet: Sheet | None, columns: Iterable[Column]) -> list[Line]:
    if sheet is None:
        return []
    rows = list(sheet.rows())
    header = header_of(sheet.name, [[cell.value for cell in stored] for _, stored in rows])
    if header is None:
        return []
    lines = [_line(sheet, header.columns, *row) for row in rows[header.row + 1 :]]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _line(
    sheet: Sheet, columns: dict[str, int], asked: Sequence[Any], stored: Sequence[Any]
) -> Line:
    line: dict[str, Entered] = {}
    for field, index in columns.items():
        if index < len(stored) and not is_blank(asked[index].value):
            line[field] = _entered(sheet, asked[index], stored[index])
    return line


def _entered(sheet: Sheet, asked: Any, stored: Any) -> Entered:
    value, seen = stored_in(stored), sheet.seen(stored)
    formula = _formula(asked.value) if asked.data_type == "f" else ""
    number_format = "" if stored.number_format == GENERAL else stored.number_format
    return Entered(value, formula, number_format, None if seen == value else seen)


def _formula(value: Any) -> str:
    return str(value.text if isinstance(value, ArrayFormula) else value)


def _chosen(sheet: Sheet | None) -> Line:
    line: dict[str, Entered] = {}
    for asked, stored in list(sheet.rows())[:CHOICE_ROWS] if sheet else ():
        title = stored[0].value if len(stored) > 1 else None
        field = CHOICE_TITLES.get(title_key(title)) if isinstance(title, str) else None
        if sheet and field and not is_blank(asked[1].value):
            line[field] = _entered(sheet, asked[1], stored[1])
    return line
