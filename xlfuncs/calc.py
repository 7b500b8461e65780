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

from xlfuncs.calc_sheets import ERROR_NUMBERS, read_document
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
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

WATCHED = (TIERS, AMENDMENTS, CONTRACT)

MOST_ROUNDS = 3
"""How often one change may bring about the next; a table of its own prices never comes to rest."""


def _calc_error(number: int) -> float:
    """What Calc takes for an error: not a number, with the error's own number in its last bits."""
    [error] = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | number))
    return float(error)


CALC_ERRORS = {CellError(code): _calc_error(number) for code, number in ERROR_NUMBERS.items()}
CIRCULAR = _calc_error(522)


class Circular(Exception):
    """The price table asks for a price that is to be found in it."""


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
        self._reading = self._waiting = False
        self._structure = self._structure_now()
        self._watched: list[Any] = []
        self._of_sheets = Listener(self._sheets_changed, self._sheets_changed)
        self._of_document = Listener(self._document_changed, self._closed)
        self._of_idleness = Listener(self._settle, self._closed)
        document.addModifyListener(self._of_document)
        self._watch_sheets()

    def workbook(self) -> Workbook:
        """The contract on the sheets, as they are now. Raises Circular."""
        if self._reading:
            raise Circular
        if self._workbook is None:
            self._reading = True
            try:
                self._workbook = workbook_of(read_document(self._document))
            finally:
                self._reading = False
            self._settled = self._settled or self._workbook
        return self._workbook

    def _structure_now(self) -> Any:
        return self._document.Sheets.ElementNames, self._document.NullDate

    def _document_changed(self) -> None:
        """Sheets that come, go or change their names are told of by the document alone."""
        structure = self._structure_now()
        if structure != self._structure:
            self._structure = structure
            self._watch_sheets()
            self._sheets_changed()

    def _watch_sheets(self) -> None:
        for sheet in self._watched:
            with suppress(UnoException):  # that sheet may be gone
                sheet.removeModifyListener(self._of_sheets)
        sheets = self._document.Sheets
        watched = {title.casefold() for title in WATCHED}
        found = [name for name in sheets.ElementNames if name.casefold() in watched]
        self._watched = [sheets.getByName(name) for name in found]
        for sheet in self._watched:
            sheet.addModifyListener(self._of_sheets)

    def _sheets_changed(self) -> None:
        """Cells calculated from now on see the change; the others, when LibreOffice is idle."""
        self._workbook = None
        if not self._waiting:
            self._waiting = True
            services = uno.getComponentContext().ServiceManager
            later = services.createInstance("com.sun.star.awt.AsyncCallback")
            later.addCallback(self._of_idleness, None)

    def _settle(self) -> None:
        """Calculates the document anew, if the sheets say something else than they did."""
        self._waiting = False
        for _ in range(MOST_ROUNDS):
            self._workbook = None
            if self._document is None or self.workbook() is self._settled:
                return
            self._settled = self._workbook
            self._document.calculateAll()

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
