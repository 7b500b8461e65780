"""What counts of an open document's sheets besides the values of their cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlfuncs.tables.grid import COLUMNS_READ
from xlfuncs.tables.places import LAST_ROW
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

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
