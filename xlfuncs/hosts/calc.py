"""The functions in LibreOffice Calc: the component that an extension runs in LibreOffice's Python.

Calc passes less than Excel does. A single blank cell arrives as 0, so a 0 that arrives alone counts
as blank; within a range the two differ. Logical values arrive as numbers. A range with an error
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
from xlfuncs.hosts.calc_document import Circular, find_reader
from xlfuncs.hosts.calc_names import MODULE, implementation_of, interface_of, method_of, service_of
from xlfuncs.sheets.host_cells import CALC_ERRORS, cell_out


def _error_out(number: int) -> float:
    """What Calc takes for an error: not a number, with the error's own number in its last bits."""
    [error] = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | number))
    return float(error)


ERRORS_OUT = {error: _error_out(number) for number, error in CALC_ERRORS.items()}
CIRCULAR = _error_out(522)


def component(prefix: str) -> Any:
    """Create what LibreOffice loads as a Python component: the functions of a prefix."""
    interface = uno.getClass(f"{MODULE}.{interface_of(prefix)}")
    methods = {method_of(function): _method(function.name) for function in FUNCTIONS}
    members = {"__init__": lambda self, context: None, **methods}
    functions = type("Functions", (unohelper.Base, interface), members)
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(functions, implementation_of(prefix), (service_of(prefix),))
    return helper


def _method(name: str) -> Callable[..., tuple[tuple[Any, ...], ...]]:
    def answer(functions: Any, document: Any, *given: Any) -> tuple[tuple[Any, ...], ...]:
        try:
            workbook = find_reader(document).workbook()
        except Circular:
            return ((CIRCULAR,),)
        found = call(name, [cells or None for cells in given], workbook)
        rows = found if isinstance(found, list) else [[found]]
        return tuple(tuple(cell_out(cell, ERRORS_OUT) for cell in row) for row in rows)

    return answer
