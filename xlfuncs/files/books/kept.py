"""What people filled in on the sheets of a workbook, cell by cell, to be written again as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xlfuncs.files.books.number_formats import GENERAL
from xlfuncs.files.books.opened import Opened
from xlfuncs.files.books.sheet import Sheet
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.cells import Cell, is_blank, shown
from xlfuncs.tables.drafts import BLANK, SPECIAL, Draft, Entered, Line
from xlfuncs.tables.grid import Header, find_header, title_key
from xlfuncs.tables.places import column_letter
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
from xlfuncs.tables.years import is_year

FILLED_IN = {
    PURCHASES: PURCHASE_COLUMNS,
    TIERS: COLUMNS,
    AMENDMENTS: COLUMNS,
    CONTRACT: PARTICULAR_COLUMNS,
}
"""The sheets with rows to fill in, and their columns."""

CHOICES = {title_key(column.title): column for column in CHOSEN_COLUMNS}
CHOICE_ROWS = 20
"""Rows of the sheet Price list in which something is chosen, in column B."""

DAYS_BETWEEN_SYSTEMS = 1462
"""From the first day of the 1900 date system, as programs count it, to that of the 1904 system."""


def draft_of_workbook(opened: Opened) -> Draft:
    """The draft that gives the same workbook again. Raises Unreadable."""
    rows = {name: _lines(opened.sheet(name), columns) for name, columns in FILLED_IN.items()}
    chosen = _chosen(opened.sheet(PRICE_LIST))
    return Draft(rows[TIERS], rows[AMENDMENTS], rows[CONTRACT], rows[PURCHASES], chosen, True)


def lost_between(before: Draft, after: Draft) -> Iterator[str]:
    """The cells that a draft has and a later one has not, or not alike.

    Where a cell has moved, every formula is lost, for it may look at cells that are others now.
    """
    moved = False
    formulas: list[Entered] = []
    for entered, kept in _pairs(before, after):
        moved = moved or bool(entered.place and entered.place != kept.place)
        if (entered.value, entered.formula) != (kept.value, kept.formula):
            yield f"{entered.place}, which holds {entered.formula or shown(entered.value)}"
        elif entered.formula:
            formulas.append(entered)
    if moved:
        for entered in formulas:
            yield f"{entered.place}, which holds {entered.formula}, while rows or columns move"


def _pairs(before: Draft, after: Draft) -> Iterator[tuple[Entered, Entered]]:
    for lines, kept in zip(before[:4], after[:4], strict=True):
        for number, line in enumerate(lines):
            there = kept[number] if number < len(kept) else {}
            yield from ((entered, there.get(field, BLANK)) for field, entered in line.items())
    for field, entered in before.chosen.items():
        yield entered, after.chosen.get(field, BLANK)


def header_of(sheet: str, grid: Sequence[Sequence[Cell]]) -> Header | None:
    """The row with the titles of a sheet to fill in; only the required columns have to be there."""
    columns = FILLED_IN[sheet]
    required = [column.field for column in columns if column.required]
    header = find_header(sheet, grid, required, [])
    if header is None:
        return None
    titles = {title_key(cell) for cell in grid[header.row] if isinstance(cell, str)}
    present = [column.field for column in columns if title_key(column.title) in titles]
    return find_header(sheet, grid, present, [])


def _lines(sheet: Sheet | None, columns: Sequence[Column]) -> list[Line]:
    if sheet is None:
        return []
    header = header_of(sheet.name, [[cell.entered for cell in row] for row in sheet.rows])
    if header is None:
        return []
    kept = [
        (column, header.columns[column.field])
        for column in columns
        if column.field in header.columns
    ]
    first = header.row + 1
    lines = [_line(sheet, kept, number) for number in range(first, len(sheet.rows))]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _line(sheet: Sheet, columns: Iterable[tuple[Column, int]], number: int) -> Line:
    row = sheet.rows[number]
    return {
        column.field: _entered(sheet, column, number, index)
        for column, index in columns
        if index < len(row) and not is_blank(row[index].entered)
    }


def _entered(sheet: Sheet, column: Column, number: int, index: int) -> Entered:
    cell = sheet.rows[number][index]
    place, formula = f"{sheet.name}!{column_letter(index)}{number + 1}", ""
    if cell.formula is not None:
        formula = cell.formula if isinstance(cell.formula, str) else SPECIAL
    value, seen = cell.value, sheet.seen(cell)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if column.kind == "day" and is_number and is_year(value):
        seen = value  # which stays a year, whatever the date system
    elif sheet.date1904 and is_number and (column.kind == "day" or cell.is_date):
        if formula:
            raise Unreadable(f"{place} works a day out in the 1904 date system; enter the day")
        value += DAYS_BETWEEN_SYSTEMS
    number_format = "" if cell.number_format == GENERAL else cell.number_format
    return Entered(value, formula, number_format, None if seen == value else seen, place)


def _chosen(sheet: Sheet | None) -> Line:
    line: dict[str, Entered] = {}
    for number, row in enumerate(sheet.rows[:CHOICE_ROWS] if sheet else ()):
        title = row[0].entered if len(row) > 1 else None
        column = CHOICES.get(title_key(title)) if isinstance(title, str) else None
        if sheet and column and not is_blank(row[1].entered):
            line[column.field] = _entered(sheet, column, number, 1)
    return line
