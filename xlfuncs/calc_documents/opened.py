"""An open Calc document whose cells call the functions: what its sheets say, and when it changes.

Calc does not know that an answer depends on those sheets. Listeners wait for changes there, and
have the document calculated anew when there was one: at an idle moment, because LibreOffice may
tell of a change while it is at it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.document import XDocumentEventListener
from com.sun.star.uno import Exception as UnoException
from com.sun.star.util import XModifyListener

from xlfuncs.calc_documents.looks import formulas_behind, looks_of, sheets_read
from xlfuncs.calc_documents.sheets import read_document
from xlfuncs.functions.workbook import Workbook, workbook_of

SHOWN_TO_OTHERS = {"OnSave", "OnSaveAs", "OnSaveTo", "OnPrint"}
"""What happens to a document when there is no time to wait for an idle moment."""


class Circular(Exception):
    """The sheets ask the functions for what the functions are to find on them."""


class Listener(unohelper.Base, XModifyListener, XDocumentEventListener, XCallback):
    """Told by LibreOffice of changes, of what happens to a document, and of idle moments."""

    def __init__(self, told: Callable[[], None], gone: Callable[[], None]) -> None:
        self._told = told
        self._gone = gone

    def modified(self, event: Any) -> None:
        self._told()

    def documentEventOccured(self, event: Any) -> None:  # noqa: N802 - so LibreOffice spells it
        if event.EventName in SHOWN_TO_OTHERS:
            self._told()

    def notify(self, data: Any) -> None:
        self._told()

    def disposing(self, event: Any) -> None:
        self._gone()


class Document:
    """An open document whose cells call the functions.

    Its cells are settled when all of them were answered from what the sheets say now.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._workbook: Workbook | None = None
        self._settled: Workbook | None = None
        self._mixed = self._circular = self._reading = self._waiting = False
        self._looks = looks_of(document)
        self._formulas: list[Any] = []
        self._watched: list[Any] = []
        self._of_sheets = Listener(self._sheets_changed, self._sheets_changed)
        self._of_document = Listener(self._settle_later, self._closed)
        self._settling = Listener(self._settle, self._closed)
        document.addModifyListener(self._of_document)
        document.addDocumentEventListener(self._settling)
        self._watch_sheets()
        self._settle_later()

    def workbook(self) -> Workbook:
        """The contract on the sheets, as they are now. Raises Circular."""
        if self._circular or self._reading:
            raise Circular
        if self._workbook is None:
            self._workbook = self._read()
            self._settled = self._settled or self._workbook
        self._mixed = self._mixed or self._workbook is not self._settled
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
            later.addCallback(self._settling, None)

    def _settle(self) -> None:
        """Calculates the document anew, unless every cell was answered from what is there now.

        The sheets are read again in any case: not every change of them is told of.
        """
        self._waiting = False
        if self._document is None:
            return
        looks = looks_of(self._document)
        if looks != self._looks:
            self._looks = looks
            self._watch_sheets()
        formulas = formulas_behind(self._document)
        if formulas and not self._document.isAutomaticCalculationEnabled():
            self._document.calculate()  # or they would be read with the values of before
        self._workbook = workbook = self._read()
        if workbook is self._settled and formulas == self._formulas and not self._mixed:
            return
        self._formulas = formulas
        if formulas and self._leans_on_answers(workbook):
            self._settled = self._read()
        else:
            self._settled, self._circular = workbook, False
            self._calculate()
        self._mixed = False

    def _leans_on_answers(self, workbook: Workbook) -> bool:
        """Whether the sheets say something else when the functions answer nothing but errors."""
        self._circular = True
        self._calculate()
        return self._read() is not workbook

    def _calculate(self) -> None:
        marked = self._document.disableSetModified()
        self._document.calculateAll()
        if marked:
            self._document.enableSetModified()

    def _closed(self) -> None:
        OPEN.pop(self._document, None)
        self._document = None
        self._watched = []


def document_of(document: Any) -> Document:
    """What is kept of a document from its first call until it is closed."""
    opened = OPEN.get(document)
    if opened is None:
        opened = OPEN[document] = Document(document)
    return opened


OPEN: dict[Any, Document] = {}
"""The documents whose cells have called a function, until they are closed."""
