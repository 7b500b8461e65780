"""The functions in an Office add-in: cells as Excel hands them to the page, to the core and back.

The page passes cells as JSON, since that is the quickest way from JavaScript to Python. A blank
cell is null; some builds of Excel hand it over as 0. So that no answer depends on the build, a 0
counts as blank, and the text "0" is the number where a number is expected. A function sees its
arguments and nothing else: the contract is the one that was built into the add-in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import BOUGHT_BEFORE, BY_NAME, QUANTITY
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.host_cells import EXCEL_ERRORS, cell_out
from xlfuncs.sheets.reader import Grid, Sheets, read_sheets

ERROR_TYPES = {
    "Null": CellError("#NULL!"),
    "Div0": CellError("#DIV/0!"),
    "Value": CellError("#VALUE!"),
    "Ref": CellError("#REF!"),
    "Name": CellError("#NAME?"),
    "Num": CellError("#NUM!"),
    "NotAvailable": CellError("#N/A"),
}
"""The errors that a function may return, by the names that Office has for them."""

ERRORS_OUT = {
    error: {
        "valueType": "CustomFunctionError",
        "code": error.code,
        "type": "Error",
        "basicValue": error.code,
        "basicType": "Error",
        "errorType": name,
    }
    for name, error in ERROR_TYPES.items()
}
"""How they leave: as Microsoft's runtime writes its own `CustomFunctions.Error`."""

ERRORS_IN = {error.code: error for error in EXCEL_ERRORS.values()}
"""The errors that a cell may hold, by the text that it shows."""

NUMBERS = (QUANTITY, BOUGHT_BEFORE)
"""The arguments in which the text "0" is a number."""

UNCHANGED = frozenset((str, bool, type(None)))


def open_contract(text: str, date1904: bool = False) -> PricedSheets:
    """Open the contract of an add-in for a workbook, whose date system its cells are in.

    The contract's own days are in the 1900 system.

    >>> open_contract('{"tiers": [], "amendments": [], "contract": []}').book is None
    True
    """
    grids: dict[str, Grid] = json.loads(text, parse_int=float)
    sheets = Sheets(grids["tiers"], grids["amendments"], grids["contract"])
    return PricedSheets(read_sheets(sheets), date1904)


def answer(workbook: PricedSheets, name: str, arguments: str) -> str:
    """Return what a function, by its name without prefix, returns for arguments: a matrix.

    Arguments and result are JSON. An argument is null where it was left out, else a matrix of
    cells, or a single cell.
    """
    given = json.loads(arguments, parse_int=float)
    declared = BY_NAME[name].arguments
    readers = [_number_in if each in NUMBERS else _cell_in for each in declared]
    readers += [_cell_in] * (len(given) - len(readers))
    cells = [_argument_in(each, read) for each, read in zip(given, readers, strict=False)]
    found = call(name, cells, workbook)
    rows = found if isinstance(found, list) else [[found]]
    return json.dumps([[cell_out(cell, ERRORS_OUT) for cell in row] for row in rows])


def _argument_in(argument: Any, read_cell: Callable[[Any], Cell]) -> Any:
    if not isinstance(argument, list):
        return read_cell(argument)
    if not all(isinstance(row, list) for row in argument):
        return WRONG_VALUE
    return [_row_in(row, read_cell) for row in argument]


def _row_in(row: Sequence[Any], read_cell: Callable[[Any], Cell]) -> list[Cell]:
    # numbers other than 0 are passed on without a call, as a range may have many thousand
    return [cell if type(cell) is float and cell else read_cell(cell) for cell in row]


def _number_in(cell: Any) -> Cell:
    return 0.0 if cell == "0" else _cell_in(cell)


def _cell_in(cell: Any) -> Cell:
    """A cell as the core knows it; of a data type, such as a formatted number, its plain value."""
    if type(cell) is float:
        return cell or None
    if type(cell) in UNCHANGED:
        return cell
    if not isinstance(cell, dict):
        return WRONG_VALUE
    if cell.get("type") == "Empty":
        return None
    value = cell.get("basicValue", cell.get("code"))
    if "Error" in (cell.get("type"), cell.get("basicType")) or "code" in cell:
        return ERRORS_IN.get(str(value), ERROR_TYPES.get(str(cell.get("errorType")), WRONG_VALUE))
    return WRONG_VALUE if value is None or isinstance(value, dict) else _cell_in(value)
