"""An open Calc document: what is on its sheets, and when that changes.

Calc does not know that an answer depends on the sheets of the contract. Listeners wait for changes
there and have the document recalculated at the next idle moment, because LibreOffice may report a
change while it is in the middle of making it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from sys import modules
from types import ModuleType
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.document import XDocumentEventListener
from com.sun.star.uno import Exception as UnoException
from com.sun.star.util import XModifyListener

from xlfuncs.functions.cache import PricedSheets, read_workbook
from xlfuncs.sheets.cells import WRONG_VALUE, Cell
from xlfuncs.sheets.host_cells import (
    CALC_ERRORS,
    SHEETS_READ,
    HostSheet,
    collect_sheets,
    number_as_shown,
)
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import COLUMNS_READ, Sheets
from xlfuncs.sheets.schema import LAST_ROW

VALUE, DAY, TEXT, FORMULA = 1, 2, 4, 16
"""Kinds of cells (com.sun.star.sheet.CellFlags)."""

DAY_OR_TIME, PERCENT, LOGICAL = 2 | 4, 128, 1024
"""What a number format shows a number as (com.sun.star.util.NumberFormat)."""

DATE_SYSTEMS = {(1899, 12, 30): False, (1904, 1, 1): True}


@dataclass(frozen=True)
class Area:
    """Cells from a column and row to others, counted from 0."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int

    def on(self, sheet: Any) -> Any:
        """The cells on a sheet."""
        return sheet.getCellRangeByPosition(
            self.first_column, self.first_row, self.last_column, self.last_row
        )

    def halves(self) -> list[Area]:
        """Its upper and lower half, of one row the left and the right one, of one cell none."""
        if self.first_row < self.last_row:
            middle = (self.first_row + self.last_row) // 2
            return [replace(self, last_row=middle), replace(self, first_row=middle + 1)]
        if self.first_column < self.last_column:
            middle = (self.first_column + self.last_column) // 2
            return [replace(self, last_column=middle), replace(self, first_column=middle + 1)]
        return []


def _area_of(address: Any) -> Area:
    return Area(address.StartColumn, address.StartRow, address.EndColumn, address.EndRow)


WHOLE_SHEET = Area(0, 0, COLUMNS_READ - 1, LAST_ROW - 1)


def read_document(document: Any) -> Sheets:
    """Read the sheets of a document, with every problem that keeps it from being priced."""
    problems: list[Problem] = []
    date1904 = _read_date_system(document, problems)
    names = _find_names(document)

    def read_sheet(title: str, _: list[Problem]) -> HostSheet | None:
        if title not in names:
            return None
        sheet = document.Sheets.getByName(names[title])
        return HostSheet(_read_grid(document, sheet, date1904), find_merged(sheet, WHOLE_SHEET))

    expected = f"it beside {', '.join(document.Sheets.ElementNames)}"
    return collect_sheets(read_sheet, date1904, problems, expected)


def _read_date_system(document: Any, problems: list[Problem]) -> bool:
    day = document.NullDate
    date1904 = DATE_SYSTEMS.get((day.Year, day.Month, day.Day))
    if date1904 is None:
        text = (
            f"days are counted from {day.Year}-{day.Month:02}-{day.Day:02}; expected "
            f"1899-12-30 or 1904-01-01 (Tools, Options, LibreOffice Calc, Calculate)"
        )
        problems.append(Problem("Dates", text))
    return bool(date1904)


def find_sheets(document: Any) -> list[Any]:
    """Find the sheets that answers depend on."""
    return [document.Sheets.getByName(name) for name in _find_names(document).values()]


def _find_names(document: Any) -> dict[str, str]:
    """The names of those sheets by their titles in the schema; letter case does not matter."""
    found = {name.casefold(): name for name in document.Sheets.ElementNames}
    return {title: found[title.casefold()] for title in SHEETS_READ if title.casefold() in found}


def _read_grid(document: Any, sheet: Any, date1904: bool) -> tuple[tuple[Cell, ...], ...]:
    """The cells from A1 on; between rows with something in them, there may be empty ones."""
    grid: list[tuple[Cell, ...]] = []
    for rows in _find_blocks(sheet):
        grid.extend([()] * (rows.RangeAddress.StartRow - len(grid)))
        cells = [list(row) for row in rows.getDataArray()]
        _insert_errors(rows, cells)
        _apply_formats(document, rows, cells, date1904)
        grid.extend(map(tuple, cells))
    return tuple(grid)


def _find_blocks(sheet: Any) -> Iterator[Any]:
    """Ranges of whole rows, from column A on, that have everything that is on the sheet."""
    found = sheet.queryContentCells(VALUE | DAY | TEXT | FORMULA).RangeAddresses
    last_column = min(max((each.EndColumn for each in found), default=0), COLUMNS_READ - 1)
    last_rows: dict[int, int] = {}  # of each block, by its first row
    top = 0
    for first, last in sorted((each.StartRow, each.EndRow) for each in found):
        if top not in last_rows or first > last_rows[top] + 1:
            top = first
        last_rows[top] = max(last_rows.get(top, last), last)
    for first, last in last_rows.items():
        yield sheet.getCellRangeByPosition(0, first, last_column, last)


def _insert_errors(rows: Any, cells: list[list[Cell]]) -> None:
    """Put its error in place of each cell that Calc passes as None."""
    for number, row in enumerate(cells):
        for column, cell in enumerate(row):
            if cell is None:
                error = rows.getCellByPosition(column, number).getError()
                row[column] = CALC_ERRORS.get(error, WRONG_VALUE)


def _apply_formats(document: Any, rows: Any, cells: list[list[Cell]], date1904: bool) -> None:
    """Put what people see in place of each number that its format shows as something else."""
    top = rows.RangeAddress.StartRow
    for kind, area in find_formats(document, rows):
        is_day, is_percentage = bool(kind & DAY_OR_TIME), bool(kind & PERCENT)
        for row in cells[area.first_row - top : area.last_row - top + 1]:
            for column in range(area.first_column, area.last_column + 1):
                number = row[column]
                if not isinstance(number, float):
                    continue
                if is_day or is_percentage:
                    row[column] = number_as_shown(number, date1904, is_day, is_percentage)
                else:
                    row[column] = number != 0


def find_formats(document: Any, cells: Any) -> Iterator[tuple[int, Area]]:
    """Find where numbers are shown as days, percentages or logical values."""
    formats = cells.getUniqueCellFormatRanges()
    for ranges in (formats.getByIndex(index) for index in range(formats.Count)):
        kind = document.NumberFormats.getByKey(ranges.NumberFormat).Type
        if kind & (DAY_OR_TIME | PERCENT | LOGICAL):
            yield from ((kind, _area_of(each)) for each in ranges.RangeAddresses)


def find_merged(sheet: Any, area: Area) -> Iterator[tuple[str, int]]:
    """Find the merged cells that begin in an area, such as `A5:B6`, and their last row, from 1 on.

    The area is cut in half until a single cell is left.
    """
    cells = area.on(sheet)
    if not cells.getIsMerged():
        return
    halves = area.halves()
    for half in halves:
        yield from find_merged(sheet, half)
    if not halves:
        merged = sheet.createCursorByRange(cells)
        merged.collapseToMergedArea()
        where = merged.AbsoluteName.rpartition(".")[2].replace("$", "")
        yield where, merged.RangeAddress.EndRow + 1


def find_layout(document: Any) -> object:
    """Find what is read besides cells: the date system, names, number formats, merged cells."""
    day = document.NullDate
    layout = [
        (sheet.Name, list(find_formats(document, sheet)), list(find_merged(sheet, WHOLE_SHEET)))
        for sheet in find_sheets(document)
    ]
    return (day.Year, day.Month, day.Day), document.Sheets.ElementNames, layout


def find_formulas(document: Any) -> list[Any]:
    """Find the formulas on those sheets, those that they refer to, and names; none without any."""
    found: list[Any] = []
    for sheet in find_sheets(document):
        formulas = sheet.queryContentCells(FORMULA)
        if formulas.Count:
            precedents = formulas.queryPrecedents(True).queryContentCells(FORMULA)
            for address in (*formulas.RangeAddresses, *precedents.RangeAddresses):
                area = _area_of(address)
                cells = area.on(document.Sheets.getByIndex(address.Sheet))
                found.append((address.Sheet, area, cells.getFormulaArray()))
    if found:
        names = document.NamedRanges
        found += [(name, names.getByName(name).Content) for name in names.ElementNames]
    return found


SHOWN_TO_OTHERS = {"OnSave", "OnSaveAs", "OnSaveTo", "OnPrint"}
"""Events of a document before which there is no time to wait for an idle moment."""


class Listener(unohelper.Base, XModifyListener, XDocumentEventListener, XCallback):
    """Calls back on changes, on events of a document, and at idle moments."""

    def __init__(self, on_change: Callable[[], None], on_close: Callable[[], None]) -> None:
        self._on_change = on_change
        self._on_close = on_close

    def modified(self, event: Any) -> None:
        self._on_change()

    def documentEventOccured(self, event: Any) -> None:  # noqa: N802 - so LibreOffice spells it
        if event.EventName in SHOWN_TO_OTHERS:
            self._on_change()

    def notify(self, data: Any) -> None:
        self._on_change()

    def disposing(self, event: Any) -> None:
        self._on_close()


class Circular(Exception):
    """The sheets of the contract depend on what the functions return."""


class Reader:
    """The contract on the sheets of a document, for the functions of one version of this package.

    `settled` is what was there when all cells had been answered; `mixed` says that some cells were
    answered from something else since.
    """

    def __init__(self, document: Any, watched: Document) -> None:
        self._document = document
        self._watched = watched
        self._current: PricedSheets | None = None
        self.settled: PricedSheets | None = None
        self.mixed = False
        watched.readers.append(self)

    def workbook(self) -> PricedSheets:
        """Return the contract on the sheets, as they are now. Raises Circular."""
        if self._watched.silent:
            raise Circular
        if self._current is None:
            self._current = self.read()
            self.settled = self.settled or self._current
        self.mixed = self.mixed or self._current is not self.settled
        return self._current

    def read(self) -> PricedSheets:
        before = self._watched.silent
        self._watched.silent = True  # reading may have formulas on the sheets calculated
        try:
            return read_workbook(read_document(self._document))
        finally:
            self._watched.silent = before

    def forget(self) -> None:
        """Have cells that are calculated from now on see what has changed."""
        self._current = None

    def settle(self) -> None:
        """Note that all cells have been answered from what is there now."""
        self._current = self.settled = self.read()
        self.mixed = False

    def close(self) -> None:
        READERS.pop(self._document, None)


class Document:
    """An open document whose cells call the functions.

    It is settled when all of its cells were answered from what the sheets say now. While it is
    `silent` the functions return nothing but errors.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self.silent = self._waiting = False
        self.readers: list[Reader] = []
        self.own = Reader(document, self)
        self._layout = find_layout(document)
        self._formulas: list[Any] = []
        self._sheets: list[Any] = []
        self._of_sheets = Listener(self._sheets_changed, self._sheets_changed)
        self._of_document = Listener(self._settle_later, self._close)
        self._settling = Listener(self._settle, self._close)
        document.addModifyListener(self._of_document)
        document.addDocumentEventListener(self._settling)
        self._watch_sheets()
        self._settle_later()

    def _watch_sheets(self) -> None:
        for sheet in self._sheets:
            with suppress(UnoException):  # that sheet may be gone
                sheet.removeModifyListener(self._of_sheets)
        self._sheets = find_sheets(self._document)
        for sheet in self._sheets:
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
        """Recalculate the document, unless every cell was answered from what is there now.

        The sheets are read again in any case: LibreOffice does not report every change of them.
        """
        self._waiting = False
        if self._document is None:
            return
        layout = find_layout(self._document)
        if layout != self._layout:
            self._layout = layout
            self._watch_sheets()
        formulas = find_formulas(self._document)
        if formulas and not self._document.isAutomaticCalculationEnabled():
            self._document.calculate()  # or they would be read with their old values
        workbook = self.own.read()
        mixed = any(reader.mixed for reader in self.readers)
        if workbook is self.own.settled and formulas == self._formulas and not mixed:
            return
        self._formulas = formulas
        circular = bool(formulas) and self._changes_when_calculated(workbook, silent=True)
        if not circular and self._changes_when_calculated(workbook, silent=False):
            self._changes_when_calculated(workbook, silent=True)
        for reader in self.readers:
            reader.settle()

    def _changes_when_calculated(self, workbook: PricedSheets, silent: bool) -> bool:
        """Whether the sheets say something else once every cell was answered, or got an error.

        Then the sheets of the contract depend on what the functions return.
        """
        self.silent = silent
        for reader in self.readers:
            reader.forget()
        marked = self._document.disableSetModified()
        self._document.calculateAll()
        if marked:
            self._document.enableSetModified()
        return self.own.read() is not workbook

    def _close(self) -> None:
        DOCUMENTS.pop(self._document, None)
        for reader in self.readers:
            reader.close()
        self._document = None
        self._sheets, self.readers = [], []


def find_reader(document: Any) -> Reader:
    """Return the reader of this version's functions: one from their first call until it closes."""
    reader = READERS.get(document)
    if reader is None:
        watched = DOCUMENTS.get(document)
        if watched is None:
            watched = DOCUMENTS[document] = Document(document)
            return READERS.setdefault(document, watched.own)
        reader = READERS[document] = Reader(document, watched)
    return reader


READERS: dict[Any, Reader] = {}
"""The readers of this version, by document."""

SHARED = "org.xlfuncs.documents"
"""A module without a file, by which all versions of this package in one Python know each other."""

DOCUMENTS: dict[Any, Document] = vars(modules.setdefault(SHARED, ModuleType(SHARED))).setdefault(
    "documents", {}
)
"""The documents whose cells have called a function of any version, until they are closed.

One version watches a document for all: two that did would set each other off.
"""
