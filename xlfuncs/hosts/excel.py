"""The functions in Excel on Windows: what the macros of a built workbook call through xlwings.

The macros hand the sheets over once, with `read_sheets`, and get a key made from every cell. With
that key they `answer` one question or a whole range of them. A key that is not known, because
Python was restarted or has read other workbooks since, returns 0, and the macros hand the sheets
over again: no answer ever comes from other sheets than those of its key.

An error leaves as the whole number that VBA's `CVErr` turns into it; nothing else is a whole
number, because figures leave as floats. COM passes errors as negative numbers, and one of them for
an argument that was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from inspect import signature
from typing import Any

import xlwings as xw

from xlfuncs.functions.cache import PricedSheets, find_workbook, keep_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import BY_NAME, KNOWN_ON, PURCHASED
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, is_year, to_serial
from xlfuncs.sheets.host_cells import (
    EXCEL_ERRORS,
    HostSheet,
    apply_number_format,
    cell_out,
    collect_sheets,
)
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, LAST_ROW, TIERS, find_last_row

Udf = Callable[..., list[list[Any]]]

DAYS = (PURCHASED, KNOWN_ON)

UNKNOWN_KEY = 0
"""The answer to a question with a key that is not known."""

ERROR_NUMBERS = {error: number for number, error in EXCEL_ERRORS.items()}
ERROR_OF_COM = -2146828288
"""What COM adds to the number of an error."""

LEFT_OUT = -2147352572
"""What COM passes for an optional argument that was left out."""

PASSED_UNCHANGED = frozenset((float, str, bool, type(None), Decimal))


def _raw(udf: Udf) -> Udf:
    """Declare a function to xlwings that takes and returns what COM passes, unconverted."""
    for name in signature(udf).parameters:
        udf = xw.arg(name, "raw")(udf)
    raw: Udf = xw.func(xw.ret("raw")(udf))
    return raw


@_raw
def read_sheets(tiers: Any, amendments: Any, contract: Any, date1904: Any) -> list[list[Any]]:
    """Read the sheets of a workbook and return the key to ask with.

    A sheet is three things: its cells from A1 on (`.Value2`), the number formats of those that hold
    numbers, and its merged cells as `A5:B6 C7:D7`. It is None where there is no such sheet.
    """
    passed = {TIERS: tiers, AMENDMENTS: amendments, CONTRACT: contract}
    sheets = collect_sheets(
        lambda title, _: _sheet_in(passed[title], bool(date1904)), bool(date1904), []
    )
    return [[keep_workbook(sheets)]]


@_raw
def answer(key: Any, name: Any, arguments: Any) -> list[list[Any]]:
    """Return the answer of a function, by its name without prefix, from the sheets of a key."""
    workbook = find_workbook(key)
    if workbook is None:
        return [[UNKNOWN_KEY]]
    return [[_call(name, arguments, workbook)]]


@_raw
def answer_all(key: Any, questions: Any) -> list[list[Any]]:
    """Return the answers to many questions of single cells, each a name and arguments, in order.

    An empty text is the last: COM would make one array of nothing but tables of one size.
    """
    workbook = find_workbook(key)
    if workbook is None:
        return [[UNKNOWN_KEY]]
    answers = [_call(name, arguments, workbook) for name, arguments in questions]
    return [[[*answers, ""]]]


def _call(name: Any, arguments: Any, workbook: PricedSheets) -> Any:
    day_in = partial(_day_in, date1904=workbook.date1904)
    readers = [day_in if each in DAYS else _cell_in for each in BY_NAME[name].arguments]
    readers += [_cell_in] * (len(arguments) - len(readers))
    given = [
        _argument_in(argument, reader) for argument, reader in zip(arguments, readers, strict=False)
    ]
    found = call(name, given, workbook)
    if isinstance(found, list):
        return [[cell_out(cell, ERROR_NUMBERS) for cell in row] for row in found]
    return cell_out(found, ERROR_NUMBERS)


def _sheet_in(sheet: Any, date1904: bool) -> HostSheet | None:
    if sheet is None:
        return None
    cells, formats, merged = sheet
    grid = tuple(
        tuple(
            apply_number_format(number_format, cell, date1904)
            if number_format and type(cell) is float
            else _cell_in(cell)
            for cell, number_format in zip(row, number_formats, strict=True)
        )
        for row, number_formats in zip(_rows(cells), _rows(formats), strict=True)
    )
    return HostSheet(grid, [(area, find_last_row(area) or LAST_ROW) for area in merged.split()])


def _rows(cells: Any) -> Sequence[Sequence[Any]]:
    """Cells as rows: Excel passes a single cell by itself, and a row of constants flat."""
    if not isinstance(cells, (list, tuple)):
        return ((cells,),)
    return cells if not cells or isinstance(cells[0], (list, tuple)) else (cells,)


def _argument_in(argument: Any, read_cell: Callable[[Any], Cell]) -> Any:
    if not isinstance(argument, (list, tuple)):
        return read_cell(argument)
    rows = _rows(argument)
    if not all(isinstance(row, (list, tuple)) for row in rows):
        return WRONG_VALUE
    return [[read_cell(cell) for cell in row] for row in rows]


def _cell_in(cell: Any) -> Cell:
    if type(cell) in PASSED_UNCHANGED:
        return cell
    if type(cell) is int:
        if cell == LEFT_OUT:
            return None
        number = cell - ERROR_OF_COM
        is_error = 0 <= number <= 0xFFFF
        return EXCEL_ERRORS.get(number, WRONG_VALUE) if is_error else float(cell)
    if isinstance(cell, datetime):  # of COM's own class, with a time zone that nobody stated
        return datetime(cell.year, cell.month, cell.day)
    return WRONG_VALUE


def _day_in(cell: Any, date1904: bool) -> Cell:
    """A cell in a day's place; a date that may be a year is a number, as in other hosts."""
    if isinstance(cell, datetime):
        time = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
        serial = to_serial(cell, date1904) + time / timedelta(days=1)
        if is_year(serial):
            return serial
    return _cell_in(cell)
