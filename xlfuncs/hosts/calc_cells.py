"""Read the cells of an open Calc document as the functions need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError, seen_as_day, seen_as_percentage
from xlfuncs.sheets.grid import COLUMNS_READ, Grid, refuse_merged
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, LAST_ROW, TIERS

# What counts of an open document's sheets besides the values of their cells.

READ = (TIERS, AMENDMENTS, CONTRACT)
"""The sheets that answers depend on."""

FORMULA = 16
"""Cells with a formula (com.sun.star.sheet.CellFlags)."""

DAY_OR_TIME, PERCENT, LOGICAL = 2 | 4, 128, 1024
"""What a number format shows a number as (com.sun.star.util.NumberFormat)."""

Area = tuple[int, int, int, int]
"""First column and row, last column and row, counted from 0."""

WHOLE_SHEET: Area = (0, 0, COLUMNS_READ - 1, LAST_ROW - 1)


def looks_of(document: Any) -> object:
    """What is read besides the cells of those sheets: names, number formats, the date system."""
    day = document.NullDate
    looks = [
        (sheet.Name, list(formats(document, sheet)), list(merged_areas(sheet, WHOLE_SHEET)))
        for sheet in sheets_read(document)
    ]
    return (day.Year, day.Month, day.Day), document.Sheets.ElementNames, looks


def formulas_behind(document: Any) -> list[Any]:
    """The formulas on those sheets, those that they refer to, and names; nothing without any."""
    found: list[Any] = []
    for sheet in sheets_read(document):
        formulas = sheet.queryContentCells(FORMULA)
        if formulas.Count:
            behind = formulas.queryPrecedents(True).queryContentCells(FORMULA)
            for area in (*formulas.RangeAddresses, *behind.RangeAddresses):
                place = (area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
                cells = document.Sheets.getByIndex(area.Sheet).getCellRangeByPosition(*place)
                found.append((area.Sheet, place, cells.getFormulaArray()))
    if found:
        names = document.NamedRanges
        found += [(name, names.getByName(name).Content) for name in names.ElementNames]
    return found


def sheets_read(document: Any) -> list[Any]:
    """The sheets of a document that answers depend on."""
    return [document.Sheets.getByName(name) for name in names_read(document).values()]


def names_read(document: Any) -> dict[str, str]:
    """The names of those sheets, in the letter case that they have, by those of the schema."""
    found = {name.casefold(): name for name in document.Sheets.ElementNames}
    return {title: found[title.casefold()] for title in READ if title.casefold() in found}


def formats(document: Any, cells: Any) -> Iterator[tuple[int, Area]]:
    """Where numbers are shown as days, percentages or logical values."""
    formats = cells.getUniqueCellFormatRanges()
    for ranges in (formats.getByIndex(index) for index in range(formats.Count)):
        kind = document.NumberFormats.getByKey(ranges.NumberFormat).Type
        if kind & (DAY_OR_TIME | PERCENT | LOGICAL):
            for part in ranges.RangeAddresses:
                area = (part.StartColumn, part.StartRow, part.EndColumn, part.EndRow)
                yield kind, area


def merged_areas(sheet: Any, area: Area) -> Iterator[tuple[str, int]]:
    """The merged cells that begin in an area, such as `A5:B6`, and their last row, from 1 on.

    They are found by cutting the area in half.
    """
    first_column, first_row, last_column, last_row = area
    cells = sheet.getCellRangeByPosition(*area)
    if not cells.getIsMerged():
        return
    if first_row < last_row:
        middle = (first_row + last_row) // 2
        yield from merged_areas(sheet, (first_column, first_row, last_column, middle))
        yield from merged_areas(sheet, (first_column, middle + 1, last_column, last_row))
    elif first_column < last_column:
        middle = (first_column + last_column) // 2
        yield from merged_areas(sheet, (first_column, first_row, middle, last_row))
        yield from merged_areas(sheet, (middle + 1, first_row, last_column, last_row))
    else:
        merged = sheet.createCursorByRange(cells)
        merged.collapseToMergedArea()
        where = merged.AbsoluteName.rpartition(".")[2].replace("$", "")
        yield where, merged.RangeAddress.EndRow + 1


# The cells of an open document's sheets, as the functions read them.

ERROR_NUMBERS = {
    "#N/A": 32767,
    "#VALUE!": 519,
    "#NUM!": 503,
    "#REF!": 524,
    "#DIV/0!": 532,
    "#NAME?": 525,
    "#NULL!": 521,
}
"""Calc's numbers of the errors that Excel has as well."""

_ERRORS = {number: CellError(code) for code, number in ERROR_NUMBERS.items()}
_CONTENT = 1 | 2 | 4 | FORMULA
"""Values, days, texts and formulas (com.sun.star.sheet.CellFlags)."""
_DATE_SYSTEMS = {(1899, 12, 30): False, (1904, 1, 1): True}


def read_document(document: Any) -> Sheets:
    """What the sheets of a document say, with all that keeps it from being priced."""
    problems: list[Problem] = []
    date1904 = _date1904(document, problems)
    names = names_read(document)
    grids: dict[str, Grid] = {}
    for title in READ:
        if title in names:
            sheet = document.Sheets.getByName(names[title])
            grids[title] = _grid(document, sheet, title, date1904, problems)
        elif title != CONTRACT:
            found = ", ".join(document.Sheets.ElementNames)
            problems.append(Problem(title, f"no such sheet; expected it beside {found}"))
    tiers, amendments, contract = (grids.get(title, ()) for title in READ)
    return Sheets(tiers, amendments, contract, date1904, tuple(problems))


def _date1904(document: Any, problems: list[Problem]) -> bool:
    day = document.NullDate
    date1904 = _DATE_SYSTEMS.get((day.Year, day.Month, day.Day))
    if date1904 is None:
        text = (
            f"days are counted from {day.Year}-{day.Month:02}-{day.Day:02}; expected "
            f"1899-12-30 or 1904-01-01 (Tools, Options, LibreOffice Calc, Calculate)"
        )
        problems.append(Problem("Dates", text))
    return bool(date1904)


def _grid(
    document: Any, sheet: Any, title: str, date1904: bool, problems: list[Problem]
) -> tuple[tuple[Cell, ...], ...]:
    """The cells from A1 on; between rows with something in them, there may be empty ones."""
    grid: list[tuple[Cell, ...]] = []
    for rows in _blocks(sheet):
        grid.extend([()] * (rows.RangeAddress.StartRow - len(grid)))
        cells = [list(row) for row in rows.getDataArray()]
        _tell_errors_apart(rows, cells)
        _see_as_shown(document, rows, cells, date1904)
        grid.extend(map(tuple, cells))
    if title != CONTRACT:  # nothing there decides a price, so nothing there keeps one back
        refuse_merged(title, grid, merged_areas(sheet, WHOLE_SHEET), problems)
    return tuple(grid)


def _blocks(sheet: Any) -> Iterator[Any]:
    """Ranges of whole rows, from column A on, that have everything that is on the sheet."""
    found = sheet.queryContentCells(_CONTENT).RangeAddresses
    last_column = min(max((each.EndColumn for each in found), default=0), COLUMNS_READ - 1)
    spans: list[list[int]] = []
    for first, last in sorted((each.StartRow, each.EndRow) for each in found):
        if spans and first <= spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    for first, last in spans:
        yield sheet.getCellRangeByPosition(0, first, last_column, last)


def _tell_errors_apart(rows: Any, cells: list[list[Cell]]) -> None:
    """Puts the error in place of each cell that Calc hands over as nothing."""
    for number, row in enumerate(cells):
        for column, cell in enumerate(row):
            if cell is None:
                error = rows.getCellByPosition(column, number).getError()
                row[column] = _ERRORS.get(error, WRONG_VALUE)


def _see_as_shown(document: Any, rows: Any, cells: list[list[Cell]], date1904: bool) -> None:
    """What a number format makes of a number counts as people see it."""
    top = rows.RangeAddress.StartRow
    for kind, (first_column, first_row, last_column, last_row) in formats(document, rows):
        for row in cells[first_row - top : last_row - top + 1]:
            for column in range(first_column, last_column + 1):
                if isinstance(row[column], float):
                    row[column] = _seen(row[column], kind, date1904)


def _seen(number: float, kind: int, date1904: bool) -> Cell:
    if kind & DAY_OR_TIME:
        return seen_as_day(number, date1904)
    return seen_as_percentage(number) if kind & PERCENT else number != 0
