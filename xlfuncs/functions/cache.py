"""Contracts read from sheets, kept until their cells change."""

from __future__ import annotations

import marshal
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

from xlfuncs.functions.arguments import optional_day, service_cell
from xlfuncs.functions.bulk import PriceColumn
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.reader import Reading, Sheets, read_sheets

BOOKS_KEPT = 8
"""Workbooks whose contracts are kept between calls."""

COLUMNS_KEPT = 16
"""Services, each as known on some day, of which one workbook keeps the prices."""


class Workbook:
    """What was read from the sheets of one workbook, and its date system."""

    def __init__(self, reading: Reading, date1904: bool = False) -> None:
        self.reading = reading
        self.date1904 = date1904
        self._column_of = lru_cache(COLUMNS_KEPT, typed=True)(self._new_column)

    @cached_property
    def book(self) -> PriceBook | None:
        """The prices, None where the sheets have a problem."""
        return self.reading.contract and PriceBook(self.reading.contract)

    @property
    def problem(self) -> str:
        """Why nothing is priced, the first problem of the sheets by name."""
        first, *others = self.reading.problems
        more = f" (and {len(others)} more; see the check)" if others else ""
        return f"not determinable: {first}{more}"

    def price_column(self, service: Cell, known_on: Cell) -> PriceColumn | None:
        """The prices that these two arguments choose, for whole columns of questions.

        None where each question has to be asked by itself: nothing is priced, the arguments are
        no good, or the service is not counted in single units.
        """
        try:
            return self._column_of(service, known_on)
        except (BadInput, TypeError):  # or no cell that any host could have handed over
            return None

    def _new_column(self, name: Cell, known_on: Cell) -> PriceColumn | None:
        if self.book is None:
            return None
        service = self.book.service(service_cell(name))
        known = optional_day("known_on", known_on, self.date1904)
        if service is None or service.step != 1:
            return None
        return PriceColumn(self.book.price_list(service, known), self.date1904)


_KEPT: dict[str, Workbook] = {}


def workbook_of(sheets: Sheets) -> Workbook:
    """The workbook with these sheets; read once, as long as no cell of them changes."""
    return _KEPT[keep(sheets)]


def keep(sheets: Sheets) -> str:
    """Keeps the workbook with these sheets, read if need be; answers what it is kept under."""
    key = key_of(sheets)
    if kept_under(key) is None:
        _KEPT[key] = Workbook(read_sheets(sheets), sheets.date1904)
        while len(_KEPT) > BOOKS_KEPT:
            del _KEPT[next(iter(_KEPT))]
    return key


def key_of(sheets: Sheets) -> str:
    """What the workbook with these sheets is kept under.

    It is made from every cell, so an edited sheet can never be answered from an earlier reading.
    """
    cells: Any = tuple(sheets)
    try:
        content = marshal.dumps(cells, 2)  # version 2 writes equal cells alike
    except ValueError:  # dates and decimals, which some hosts hand over
        content = repr(cells).encode("utf-8", "surrogatepass")
    return sha256(content).hexdigest()


def kept_under(key: str) -> Workbook | None:
    """The workbook that was last read under a key, unless others have displaced it since."""
    workbook = _KEPT.pop(key, None)
    if workbook is not None:
        _KEPT[key] = workbook  # the last one asked for is the last one dropped
    return workbook
