"""The functions in Excel on Windows: what the macros of a built workbook ask through xlwings.

They hand the sheets over once, with `read_sheets`, and get a key that is made from every cell.
With that key they `answer` one question or a whole range of them. A key that is not known, because
Python was started anew or has read other workbooks since, is answered with 0, and the sheets are
handed over again: no answer ever comes from sheets other than those that the key stands for.

An error leaves as the whole number that VBA's `CVErr` turns into it; nothing else is a whole
number, for figures leave as floats. COM knows errors as negative numbers, and arguments left out as
one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from inspect import signature
from typing import Any

import xlwings as xw

from xlfuncs.functions.cache import Workbook, keep, kept_under
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import BY_NAME, KNOWN_ON, PURCHASED
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError, is_year, serial_of
from xlfuncs.sheets.grid import refuse_merged
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, LAST_ROW, TIERS, last_row_of
from xlfuncs.xlsx.cell_values import seen_with

Udf = Callable[..., list[list[Any]]]

DAYS = (PURCHASED, KNOWN_ON)

UNKNOWN_KEY = 0
"""The answer to a question asked with a key that is not known."""

ERRORS = {
    2000: CellError("#NULL!"),
    2007: CellError("#DIV/0!"),
    2015: CellError("#VALUE!"),
    2023: CellError("#REF!"),
    2029: CellError("#NAME?"),
    2036: CellError("#NUM!"),
    2042: CellError("#N/A"),
    2043: CellError("#GETTING_DATA"),
    2045: CellError("#SPILL!"),
    2046: CellError("#CONNECT!"),
    2047: CellError("#BLOCKED!"),
    2048: CellError("#UNKNOWN!"),
    2049: CellError("#FIELD!"),
    2050: CellError("#CALC!"),
}
"""Excel's errors by their numbers (XlCVError)."""

NUMBERS = {error: number for number, error in ERRORS.items()}
ERROR_OF_COM = -2146828288
"""What COM adds to the number of an error."""

HIGHEST_ERROR = 65535
LEFT_OUT = -2147352572
"""An optional argument that was not given, as COM hands it over."""

AS_IT_IS = frozenset((float, str, bool, type(None), Decimal))


def _raw(udf: Udf) -> Udf:
    """A function for xlwings that takes and gives what COM hands over, with no conversion."""
    for name in signature(udf).parameters:
        udf = xw.arg(name, "raw")(udf)
    raw: Udf = xw.func(xw.ret("raw")(udf))
    return raw


@_raw
def read_sheets(tiers: Any, amendments: Any, contract: Any, date1904: Any) -> list[list[Any]]:
    """Reads the sheets of a workbook; answers the key to ask with.

    A sheet comes as three things: its cells from A1 on (`.Value2`), the number formats of those
    that hold numbers, and its merged cells as `A5:B6 C7:D7`; or as nothing where there is none.
    """
    problems: list[Problem] = []
    handed = {TIERS: tiers, AMENDMENTS: amendments, CONTRACT: contract}
    grids = {
        title: _grid(title, sheet, bool(date1904), problems) for title, sheet in handed.items()
    }
    sheets = Sheets(
        grids[TIERS], grids[AMENDMENTS], grids[CONTRACT], bool(date1904), tuple(problems)
    )
    return [[keep(sheets)]]


@_raw
def answer(key: Any, name: Any, arguments: Any) -> list[list[Any]]:
    """What a function (by its name without prefix) answers from the sheets with a key."""
    workbook = kept_under(key)
    if workbook is None:
        return [[UNKNOWN_KEY]]
    return [[_answered(name, arguments, workbook)]]


@_raw
def answer_all(key: Any, questions: Any) -> list[list[Any]]:
    """The answers to many questions of single cells, each a name and arguments, in their order.

    An empty text stands at the end: of nothing but tables of one size, COM would make one array.
    """
    workbook = kept_under(key)
    if workbook is None:
        return [[UNKNOWN_KEY]]
    answers = [_answered(name, arguments, workbook) for name, arguments in questions]
    return [[[*answers, ""]]]


def _answered(name: Any, arguments: Any, workbook: Workbook) -> Any:
    day_in = partial(_day_in, date1904=workbook.date1904)
    readers = [day_in if each in DAYS else _cell_in for each in BY_NAME[name].arguments]
    readers += [_cell_in] * (len(arguments) - len(readers))
    given = [_in(argument, reader) for argument, reader in zip(arguments, readers, strict=False)]
    return _out(call(name, given, workbook))


def _grid(title: str, sheet: Any, date1904: bool, problems: list[Problem]) -> Sequence[Any]:
    if sheet is None:
        if title != CONTRACT:
            problems.append(Problem(title, "no such sheet; expected one of that name"))
        return ()
    cells, formats, merged = sheet
    grid = tuple(
        tuple(
            seen_with(look, cell, date1904) if look and type(cell) is float else _cell_in(cell)
            for cell, look in zip(row, looks, strict=True)
        )
        for row, looks in zip(_rows(cells), _rows(formats), strict=True)
    )
    if title != CONTRACT:  # nothing there decides a price, so nothing there keeps one back
        areas = [(area, last_row_of(area) or LAST_ROW) for area in merged.split()]
        refuse_merged(title, grid, areas, problems)
    return grid


def _rows(cells: Any) -> Sequence[Sequence[Any]]:
    """Cells as rows: Excel hands a single cell over by itself, and a row of constants flat."""
    if not isinstance(cells, (list, tuple)):
        return ((cells,),)
    return cells if not cells or isinstance(cells[0], (list, tuple)) else (cells,)


def _in(argument: Any, reader: Callable[[Any], Cell]) -> Any:
    if not isinstance(argument, (list, tuple)):
        return reader(argument)
    rows = _rows(argument)
    if not all(isinstance(row, (list, tuple)) for row in rows):
        return WRONG_VALUE
    return [[reader(cell) for cell in row] for row in rows]


def _cell_in(cell: Any) -> Cell:
    if type(cell) in AS_IT_IS:
        return cell
    if type(cell) is int:
        if cell == LEFT_OUT:
            return None
        number = cell - ERROR_OF_COM
        return ERRORS.get(number, WRONG_VALUE) if 0 <= number <= HIGHEST_ERROR else float(cell)
    if isinstance(cell, datetime):  # a day of COM's own kind, with a time zone that nobody stated
        return datetime(cell.year, cell.month, cell.day)
    return WRONG_VALUE


def _day_in(cell: Any, date1904: bool) -> Cell:
    """A cell in a day's place; a date that may be a year is a number, as other hosts have it."""
    if isinstance(cell, datetime):
        time = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
        serial = serial_of(cell, date1904) + time / timedelta(days=1)
        if is_year(serial):
            return serial
    return _cell_in(cell)


def _out(answer: Any) -> Any:
    if isinstance(answer, list):
        return [[_cell_out(cell) for cell in row] for row in answer]
    return _cell_out(answer)


def _cell_out(cell: Cell) -> Any:
    if type(cell) is float:
        return cell
    if isinstance(cell, CellError):
        return NUMBERS.get(cell, NUMBERS[WRONG_VALUE])
    return "" if cell is None else cell
