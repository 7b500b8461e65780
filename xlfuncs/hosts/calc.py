"""The functions in LibreOffice Calc: what an extension runs in LibreOffice's own Python.

What Calc does not say: a single blank cell arrives as 0, so a 0 that arrives alone counts as blank;
within a range the two are told apart. Logical values arrive as numbers. A range with an error
among its cells does not arrive at all, and Calc shows Err:504.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import uno
import unohelper

from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.calc_cells import ERROR_NUMBERS
from xlfuncs.hosts.calc_document import Circular, reader_of
from xlfuncs.hosts.calc_names import MODULE, implementation_of, interface_of, method_of, service_of
from xlfuncs.sheets.cells import Cell, CellError


def _calc_error(number: int) -> float:
    """What Calc takes for an error: not a number, with the error's own number in its last bits."""
    [error] = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | number))
    return float(error)


CALC_ERRORS = {CellError(code): _calc_error(number) for code, number in ERROR_NUMBERS.items()}
CIRCULAR = _calc_error(522)


def component(prefix: str) -> Any:
    """What LibreOffice's loader of Python components looks for, for the functions of a prefix."""
    interface = uno.getClass(f"{MODULE}.{interface_of(prefix)}")
    methods = {method_of(function): _method(function.name) for function in FUNCTIONS}
    named = {"__init__": lambda self, context: None, **methods}
    functions = type("Functions", (unohelper.Base, interface), named)
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(functions, implementation_of(prefix), (service_of(prefix),))
    return helper


def _method(name: str) -> Callable[..., tuple[tuple[Any, ...], ...]]:
    def answer(functions: Any, document: Any, *given: Any) -> tuple[tuple[Any, ...], ...]:
        try:
            workbook = reader_of(document).workbook()
        except Circular:
            return ((CIRCULAR,),)
        return _rows_out(call(name, [cells or None for cells in given], workbook))

    return answer


def _rows_out(answer: Any) -> tuple[tuple[Any, ...], ...]:
    if isinstance(answer, list):
        return tuple(tuple(map(_cell_out, row)) for row in answer)
    return ((_cell_out(answer),),)


def _cell_out(cell: Cell) -> Any:
    if type(cell) is float:
        return cell
    if isinstance(cell, CellError):
        return CALC_ERRORS[cell]
    return "" if cell is None else cell
