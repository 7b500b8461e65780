"""An open Calc document: what its sheets contain, and when that changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from sys import modules
from types import ModuleType
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.document import XDocumentEventListener
from com.sun.star.uno import Exception as UnoException
from com.sun.star.util import XModifyListener

from xlfuncs.functions.cache import Workbook, workbook_of
from xlfuncs.hosts.calc_cells import formulas_behind, looks_of, read_document, sheets_read

# Being told by LibreOffice.

SHOWN_TO_OTHERS = {"OnSave", "OnSaveAs", "OnSaveTo", "OnPrint"}
"""What happens to a document when there is no time to wait for an idle moment."""


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


# An open Calc document whose cells call the functions: what its sheets say, and when it changes.
#
# Calc does not know that an answer depends on those sheets. Listeners wait for changes there, and
# have the document calculated anew when there was one: at an idle moment, because LibreOffice may
# tell of a change while it is at it.

SHARED = "org.xlfuncs.documents"
"""A module without a file, by which all versions of this package in one Python know each other."""


class Circular(Exception):
    """The sheets ask the functions for what the functions are to find on them."""


class Reader:
    """What the functions of one version of this package answer from, in one document."""

    def __init__(self, document: Any, leader: Document) -> None:
        self._document = document
        self._leader = leader
        self._current: Workbook | None = None
        self.settled: Workbook | None = None
        self.mixed = False
        leader.readers.append(self)

    def workbook(self) -> Workbook:
        """The contract on the sheets, as they are now. Raises Circular."""
        if self._leader.silent:
            raise Circular
        if self._current is None:
            self._current = self.read()
            self.settled = self.settled or self._current
        self.mixed = self.mixed or self._current is not self.settled
        return self._current

    def read(self) -> Workbook:
        before = self._leader.silent
        self._leader.silent = True  # formulas on the sheets may be worked out for it
        try:
            return workbook_of(read_document(self._document))
        finally:
            self._leader.silent = before

    def forget(self) -> None:
        """Cells that are calculated from now on see what has changed."""
        self._current = None

    def close(self) -> None:
        READERS.pop(self._document, None)

    def settle(self) -> None:
        """All cells have been answered from what is there now."""
        self._current = self.settled = self.read()
        self.mixed = False


class Document:
    """An open document whose cells call the functions.

    Its cells are settled when all of them were answered from what the sheets say now. It is
    `silent` while the functions are to answer nothing but errors.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self.silent = self._waiting = False
        self.readers: list[Reader] = []
        self.own = Reader(document, self)
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

    def _watch_sheets(self) -> None:
        for sheet in self._watched:
            with suppress(UnoException):  # that sheet may be gone
                sheet.removeModifyListener(self._of_sheets)
        self._watched = sheets_read(self._document)
        for sheet in self._watched:
            sheet.addModifyListener(self._of_sheets)

    def _sheets_changed(self) -> None:
        for reader in self.readers:
            reader.forget()
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
        workbook = self.own.read()
        mixed = any(reader.mixed for reader in self.readers)
        if workbook is self.own.settled and formulas == self._formulas and not mixed:
            return
        self._formulas = formulas
        leans = bool(formulas) and self._differs_from(workbook, silent=True)
        if not leans and self._differs_from(workbook, silent=False):
            self._differs_from(workbook, silent=True)
        for reader in self.readers:
            reader.settle()

    def _differs_from(self, workbook: Workbook, silent: bool) -> bool:
        """Whether the sheets say something else once every cell has been answered, or refused.

        Then what the functions are to find on the sheets leans on what they answer.
        """
        self.silent = silent
        for reader in self.readers:
            reader.forget()
        self._calculate()
        return self.own.read() is not workbook

    def _calculate(self) -> None:
        marked = self._document.disableSetModified()
        self._document.calculateAll()
        if marked:
            self._document.enableSetModified()

    def _closed(self) -> None:
        DOCUMENTS.pop(self._document, None)
        for reader in self.readers:
            reader.close()
        self._document = None
        self._watched, self.readers = [], []


def reader_of(document: Any) -> Reader:
    """What this version's functions answer from, from their first call until it is closed."""
    reader = READERS.get(document)
    if reader is None:
        leader = DOCUMENTS.get(document)
        if leader is None:
            leader = DOCUMENTS[document] = Document(document)
            return READERS.setdefault(document, leader.own)
        reader = READERS[document] = Reader(document, leader)
    return reader


READERS: dict[Any, Reader] = {}
"""What this version answers from, by document."""

DOCUMENTS: dict[Any, Document] = vars(modules.setdefault(SHARED, ModuleType(SHARED))).setdefault(
    "documents", {}
)
"""The documents whose cells have called a function of any version, until they are closed.

One of the versions watches a document for all: two that did would set each other off.
"""
