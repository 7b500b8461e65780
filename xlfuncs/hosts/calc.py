"""The functions in LibreOffice Calc: what it calls them, and the component that it runs them by.

Calc passes less than Excel does. A single blank cell arrives as 0, so a 0 that arrives alone counts
as blank; within a range the two differ. Logical values arrive as numbers. A range with an error
among its cells does not arrive at all, and Calc shows Err:504.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import FUNCTIONS, Argument, Function
from xlfuncs.sheets.host_cells import CALC_ERRORS, cell_out

# Names by which LibreOffice knows a contract's functions.

MODULE = "org.xlfuncs"


def interface_of(prefix: str) -> str:
    """The interface of the functions with a prefix, within the module.

    >>> interface_of("QUALYS")
    'XQualysFunctions'
    """
    return f"X{_capitalized(prefix)}Functions"


def service_of(prefix: str) -> str:
    """The service by which LibreOffice creates the functions.

    >>> service_of("QUALYS")
    'org.xlfuncs.QualysFunctions'
    """
    return f"{MODULE}.{_capitalized(prefix)}Functions"


def implementation_of(prefix: str) -> str:
    """The implementation of that service."""
    return f"{service_of(prefix)}InPython"


def identifier_of(prefix: str) -> str:
    """The extension as LibreOffice's Extension Manager knows it.

    >>> identifier_of("QUALYS")
    'org.xlfuncs.qualys'
    """
    return f"{MODULE}.{prefix.lower()}"


def method_of(function: Function) -> str:
    """The function as a method of the interface: `answerUnitPrice`."""
    return f"answer{_capitalized(function.name)}"


def parameter_of(argument: Argument) -> str:
    """An argument as a parameter of the method: `knownOnCells`."""
    name = _capitalized(argument.name)
    return f"{name[0].lower()}{name[1:]}Cells"


def _capitalized(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


# The component that an extension runs in LibreOffice's Python.


def _error_out(number: int) -> float:
    """What Calc takes for an error: not a number, with the error's own number in its last bits."""
    [error] = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | number))
    return float(error)


ERRORS_OUT = {error: _error_out(number) for number, error in CALC_ERRORS.items()}
CIRCULAR = _error_out(522)


def component(prefix: str) -> Any:
    """Create what LibreOffice loads as a Python component: the functions of a prefix."""
    import uno  # which there is within LibreOffice alone
    import unohelper

    from xlfuncs.hosts.calc_document import Circular, find_reader

    def method(name: str) -> Callable[..., tuple[tuple[Any, ...], ...]]:
        def answer(functions: Any, document: Any, *given: Any) -> tuple[tuple[Any, ...], ...]:
            try:
                workbook = find_reader(document).workbook()
            except Circular:
                return ((CIRCULAR,),)
            found = call(name, [cells or None for cells in given], workbook)
            rows = found if isinstance(found, list) else [[found]]
            return tuple(tuple(cell_out(cell, ERRORS_OUT) for cell in row) for row in rows)

        return answer

    interface = uno.getClass(f"{MODULE}.{interface_of(prefix)}")
    methods = {method_of(function): method(function.name) for function in FUNCTIONS}
    members = {"__init__": lambda self, context: None, **methods}
    functions = type("Functions", (unohelper.Base, interface), members)
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(functions, implementation_of(prefix), (service_of(prefix),))
    return helper
