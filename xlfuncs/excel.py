"""The functions in Excel, through xlwings' "Import Functions".

Put `xlfuncs.excel` into the field "UDF Modules" of the xlwings ribbon and press the button. The
tables are handed in by hidden arguments that VBA fills from the workbook that holds the functions,
never from the active one. Because Excel cannot know that an answer depends on those sheets, the
functions are volatile: no price is ever older than the last recalculation. xlwings hands errors
back as text ("#N/A"); it has no way to make them true errors.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import xlwings as xw

from xlfuncs.functions.calls import call
from xlfuncs.functions.declared import FUNCTIONS, Argument, Function
from xlfuncs.functions.workbook import workbook_of
from xlfuncs.tables.cells import ERROR_CODES, WRONG_VALUE, Cell, CellError
from xlfuncs.tables.reading import Sheets
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

PREFIX = "QUALYS"
"""The prefix of the shipped contract's functions."""

Udf = Callable[..., Any]

SHEETS = {"tiers": TIERS, "amendments": AMENDMENTS, "contract": CONTRACT}
DATE_SYSTEM = "date1904"

# The numbers by which COM hands over error values, as VBA's CVErr makes them.
COM_ERRORS = {
    -2146826246: CellError("#N/A"),
    -2146826273: CellError("#VALUE!"),
    -2146826252: CellError("#NUM!"),
    -2146826265: CellError("#REF!"),
    -2146826281: CellError("#DIV/0!"),
    -2146826259: CellError("#NAME?"),
    -2146826288: CellError("#NULL!"),
}


def declare(prefix: str) -> dict[str, Udf]:
    """The user-defined functions of a contract's prefix, by their names in Excel."""
    return {f"{prefix}_{function.name}": _udf(prefix, function) for function in FUNCTIONS}


def _udf(prefix: str, function: Function) -> Udf:
    visible = len(function.arguments)
    hidden = _hidden(function)

    def udf(*cells: Any) -> Any:
        given = [_cells_in(argument) for argument in cells[:visible]]
        handed = dict(zip(hidden, cells[visible:], strict=True))
        date1904 = bool(handed.pop(DATE_SYSTEM))
        grids = {name: _grid_in(grid) for name, grid in handed.items()}
        contract = grids.get("contract", ())
        sheets = Sheets(grids["tiers"], grids["amendments"], contract, date1904)
        return _cells_out(call(function.name, given, workbook_of(sheets)))

    udf.__name__ = udf.__qualname__ = f"{prefix}_{function.name}"
    udf.__doc__ = function.help
    udf.__signature__ = _signature(function.arguments, hidden)  # type: ignore[attr-defined]
    for argument in function.arguments:
        udf = xw.arg(argument.name, doc=argument.help, ndim=2, err_to_str=True)(udf)
    for name, expression in hidden.items():
        udf = xw.arg(name, "raw", vba=expression)(udf)
    declared: Udf = xw.func(category=prefix, volatile=True)(udf)  # last: xw.arg resets both
    return declared


def _hidden(function: Function) -> dict[str, str]:
    """The hidden arguments, each with the VBA expression that fills it."""
    names = [name for name in SHEETS if name != "contract" or function.name == "CHECK"]
    return {**{name: _sheet(SHEETS[name]) for name in names}, DATE_SYSTEM: "ThisWorkbook.Date1904"}


def _sheet(name: str) -> str:
    sheet = f'ThisWorkbook.Worksheets("{name}")'
    return f'{sheet}.Range("A1", {sheet}.UsedRange).Value2'


def _signature(arguments: tuple[Argument, ...], hidden: dict[str, str]) -> Signature:
    kind = Parameter.POSITIONAL_OR_KEYWORD
    required = [Parameter(each.name, kind) for each in arguments if not each.optional]
    optional = [each.name for each in arguments if each.optional]
    parameters = [Parameter(name, kind, default=None) for name in (*optional, *hidden)]
    return Signature([*required, *parameters])


def _cells_in(argument: Any) -> Any:
    """An argument with its errors told apart from text; xlwings hands every one over as rows."""
    if not isinstance(argument, list):
        return _cell_in(argument)
    return [[_cell_in(cell) for cell in row] for row in argument]


def _cell_in(cell: Cell) -> Cell:
    return CellError(cell) if isinstance(cell, str) and cell in ERROR_CODES else cell


def _grid_in(grid: Any) -> tuple[tuple[Cell, ...], ...]:
    """A sheet as COM hands it over: figures are floats there, and whole numbers errors."""
    if not isinstance(grid, (list, tuple)):
        return ((grid,),)
    return tuple(
        tuple(COM_ERRORS.get(cell, WRONG_VALUE) if type(cell) is int else cell for cell in row)
        for row in grid
    )


def _cells_out(answer: Any) -> Any:
    if isinstance(answer, list):
        return [[_cell_out(cell) for cell in row] for row in answer]
    return _cell_out(answer)


def _cell_out(cell: Cell) -> Cell:
    return cell.code if isinstance(cell, CellError) else cell


globals().update(declare(PREFIX))
