"""The functions in LibreOffice Calc: what an extension runs in LibreOffice's own Python.

Calc hands over the document that calls, whose sheets are read when a function first asks for them,
and again when they have changed. Calc does not know that an answer depends on those sheets: so
listeners wait there for changes, and have the document calculated anew when there is one.

What Calc does not say: a single blank cell arrives as 0, so a 0 that arrives alone counts as blank;
within a range the two are told apart. Logical values arrive as numbers. A range with an error
among its cells does not arrive at all, and Calc shows Err:504.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.uno import Exception as UnoException
from com.sun.star.util import XModifyListener

from xlfuncs.calc_sheets import ERROR_NUMBERS, looks_of, read_document, sheets_read
from xlfuncs.functions.calls import call
from xlfuncs.functions.declared import FUNCTIONS
from xlfuncs.functions.uno_names import (
    MODULE,
    implementation_of,
    interface_of,
    method_of,
    service_of,
)
from xlfuncs.functions.workbook import Workbook, workbook_of
from xlfuncs.tables.cells import Cell, CellError

MOST_ROUNDS = 3
"""How often one change may bring about the next, before it is clear that they go in a circle."""


def _calc_error(number: int) -> float:
    """What Calc takes for an error: not a number, with the error's own number in its last bits."""
    [error] = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | number))
    return float(error)


CALC_ERRORS = {CellError(code): _calc_error(number) for code, number in ERROR_NUMBERS.items()}
CIRCULAR = _calc_error(522)


class Circular(Exception):
    """The price table asks for prices that are to be found in it."""


class Listener(unohelper.Base, XModifyListener, XCallback):
    """Told by LibreOffice of changes, of the end of what changes, and of the next idle moment."""

    def __init__(self, told: Callable[[], None], gone: Callable[[], None]) -> None:
        self._told = told
        self._gone = gone

    def modified(self, event: Any) -> None:
        self._told()

    def notify(self, data: Any) -> None:
        self._told()

    def disposing(self, event: Any) -> None:
        self._gone()


class Document:
    """An open document whose cells call the functions."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._workbook: Workbook | None = None
        self._settled: Workbook | None = None
        self._circular = self._reading = self._waiting = False
        self._looks = looks_of(document)
        self._watched: list[Any] = []
        self._of_sheets = Listener(self._sheets_changed, self._sheets_changed)
        self._of_document = Listener(self._settle_later, self._closed)
        self._of_idleness = Listener(self._settle, self._closed)
        document.addModifyListener(self._of_document)
        self._watch_sheets()

    def workbook(self) -> Workbook:
        """The contract on the sheets, as they are now. Raises Circular."""
        if self._circular or self._reading:
            raise Circular
        if self._workbook is None:
            self._workbook = self._read()
            self._settled = self._settled or self._workbook
        return self._workbook

    def _read(self) -> Workbook:
        self._reading = True  # formulas on the sheets may be worked out for it
        try:
            return workbook_of(read_document(self._document))
        finally:
            self._reading = False

    def _watch_sheets(self) -> None:
        for sheet in self._watched:
            with suppress(UnoException):  # that sheet may be gone
                sheet.removeModifyListener(self._of_sheets)
        self._watched = sheets_read(self._document)
        for sheet in self._watched:
            sheet.addModifyListener(self._of_sheets)

    def _sheets_changed(self) -> None:
        """Cells that are calculated from now on see the change; all others when there is time."""
        self._workbook = None
        self._settle_later()

    def _settle_later(self) -> None:
        if not self._waiting:
            self._waiting = True
            services = uno.getComponentContext().ServiceManager
            later = services.createInstance("com.sun.star.awt.AsyncCallback")
            later.addCallback(self._of_idleness, None)

    def _settle(self) -> None:
        """Calculates the document anew, where its sheets do not say what they said before."""
        self._waiting = False
        if self._document is None:
            return
        looks = looks_of(self._document)
        if looks != self._looks:  # of which the document alone is told
            self._looks = looks
            self._workbook = None
            self._watch_sheets()
        for _ in range(MOST_ROUNDS):
            self._workbook = self._workbook or self._read()
            if self._workbook is self._settled:
                return
            self._settle_with(self._workbook, circular=False)
        self._settle_with(self._read(), circular=True)
        self._settled = self._read()

    def _settle_with(self, workbook: Workbook, circular: bool) -> None:
        self._settled, self._circular = workbook, circular
        self._document.calculateAll()
        self._workbook = None

    def _closed(self) -> None:
        OPEN.pop(self._document, None)
        self._document = None
        self._watched = []


OPEN: dict[Any, Document] = {}
"""The documents whose cells have called a function, until they are closed."""


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
        opened = OPEN.get(document)
        if opened is None:
            opened = OPEN[document] = Document(document)
        try:
            workbook = opened.workbook()
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
