"""Sheets and answers of the functions as Excel's VBA has them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tests.support.com_variants import EMPTY, Variant, array, cells, error, number, text, truth
from tests.support.random_sheets import serial
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.reader import Sheets

ERROR_NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}
"""Excel's errors with the numbers that VBA's CVErr takes."""

ERRORS = {number: CellError(code) for code, number in ERROR_NUMBERS.items()}
SHOWS_DAY = "yyyy-mm-dd"


def as_tuples(sheets: Sheets) -> Sheets:
    """Sheets whose figures are floats and whose rows are equally long, as Excel's are."""
    return Sheets(*(as_tuple(grid) for grid in sheets[:3]), *sheets[3:])


def as_tuple(grid: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    width = max(map(len, grid), default=0)
    rows = ([*row, *[None] * (width - len(row))] for row in grid)
    return tuple(
        tuple(float(cell) if isinstance(cell, int | Decimal) else cell for cell in row)
        for row in rows
    )


def value2(cell: Cell, date1904: bool = False) -> Variant:
    """A cell as `.Value2` gives it."""
    if cell is None:
        return EMPTY
    if isinstance(cell, CellError):
        return error(ERROR_NUMBERS[cell.code])
    if isinstance(cell, bool):
        return truth(cell)
    if isinstance(cell, date):
        return number(serial(cell) - 1462 * date1904)
    return text(cell) if isinstance(cell, str) else number(cell)


def number_format(cell: Cell) -> Variant:
    """What the macros hand over beside a cell: the number format where it holds a number."""
    if isinstance(cell, date):
        return text(SHOWS_DAY)
    return text("General") if isinstance(cell, float) else EMPTY


def sheet(
    grid: Sequence[Sequence[Cell]],
    formats: Mapping[tuple[int, int], str] | None = None,
    merged: str = "",
    date1904: bool = False,
) -> Variant:
    """A sheet as the macros hand it over; `formats` are number formats of single cells."""
    if not grid:
        return EMPTY
    shown = [[number_format(cell) for cell in row] for row in grid]
    for (row, index), chosen in (formats or {}).items():
        shown[row][index] = text(chosen)
    values = [[value2(cell, date1904) for cell in row] for row in grid]
    return array(range_of(values), range_of(shown), text(merged))


def range_of(rows: Sequence[Sequence[Variant]]) -> Variant:
    """A range as `.Value2` gives it: one cell by itself, several as an array."""
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else cells(rows)


def handed_over(sheets: Sheets) -> list[Variant]:
    return [sheet(grid, date1904=sheets.date1904) for grid in sheets[:3]]


def understood(answer: Variant) -> Any:
    """An answer as the macros understand it: every whole number is an error."""
    if answer.kind == "ARRAY":
        assert len(answer.bounds) == 2, answer
        return [[understood(cell) for cell in row] for row in answer.value]
    if answer.kind == "I4":
        return ERRORS[answer.value]
    assert answer.kind in {"R8", "BSTR"}, answer
    return answer.value


def expected(answer: Any) -> Any:
    """What the core answers, as the macros should understand it."""
    if isinstance(answer, list):
        return [[expected(cell) for cell in row] for row in answer]
    return "" if answer is None else answer
