"""What was read from sheets and compiled, kept until their cells change."""

from __future__ import annotations

import marshal
from bisect import bisect_right
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Optional

from xlfuncs.functions.registry import parse_optional_day_argument, parse_service_argument
from xlfuncs.pricing.contract import MOST_DIGITS
from xlfuncs.pricing.money import WholePriceFunction
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.price_list import SEGMENTS_KEPT, PriceList
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, parse_day
from xlfuncs.sheets.parsers import Reading
from xlfuncs.sheets.reader import Sheets, read_sheets

WORKBOOKS_KEPT = 8
"""Workbooks whose contracts are kept between calls."""

COLUMNS_KEPT = 16
"""Services, each as known on some day, of which one workbook keeps the prices."""


class PricedSheets:
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
        more = f" (and {len(others)} more; see the sheet Checks)" if others else ""
        return f"not determinable: {first}{more}"

    def price_column(self, service: Cell, known_on: Cell) -> PriceColumn | None:
        """The prices that these two arguments choose, for whole columns of questions.

        None where each question has to be asked by itself: nothing is priced, the arguments are
        no good, or the service is not counted in single units or its purchases add up.
        """
        try:
            return self._column_of(service, known_on)
        except (BadInput, TypeError):  # or no cell that any host could have handed over
            return None

    def _new_column(self, name: Cell, known_on: Cell) -> PriceColumn | None:
        if self.book is None:
            return None
        service = self.book.find_service(parse_service_argument(name))
        known = parse_optional_day_argument("known_on", known_on, self.date1904)
        if service.step != 1 or service.adds_up:
            return None
        return PriceColumn(self.book.price_list(service, known), self.date1904)


_KEPT: dict[str, PricedSheets] = {}


def read_workbook(sheets: Sheets) -> PricedSheets:
    """The workbook with these sheets; read once, as long as no cell of them changes."""
    return _KEPT[keep_workbook(sheets)]


def keep_workbook(sheets: Sheets) -> str:
    """Keep the workbook with these sheets, read if need be; return what it is kept under."""
    key = make_key(sheets)
    if find_workbook(key) is None:
        _KEPT[key] = PricedSheets(read_sheets(sheets), sheets.date1904)
        while len(_KEPT) > WORKBOOKS_KEPT:
            del _KEPT[next(iter(_KEPT))]
    return key


def make_key(sheets: Sheets) -> str:
    """What the workbook with these sheets is kept under.

    It is made from every cell, so that no edited sheet is ever priced from an earlier reading.
    """
    cells: Any = tuple(sheets)
    try:
        content = marshal.dumps(cells, 2)  # version 2 writes equal cells alike
    except ValueError:  # dates and decimals, which some hosts hand over
        content = repr(cells).encode("utf-8", "surrogatepass")
    return sha256(content).hexdigest()


def find_workbook(key: str) -> PricedSheets | None:
    """The workbook that was last read under a key, unless others have displaced it since."""
    workbook = _KEPT.pop(key, None)
    if workbook is not None:
        _KEPT[key] = workbook  # the last one asked for is the last one dropped
    return workbook


# Prices of a whole range at once, in whole numbers, for many thousand questions.

MOST = 10.0**MOST_DIGITS

Columns = tuple[list[int], list[Optional[WholePriceFunction]]]


class PriceColumn:
    """The prices of one service counted in single units, kept for the next question."""

    def __init__(self, prices: PriceList, date1904: bool) -> None:
        self._periods = _Periods(prices, date1904)

    def price(self, quantity: Cell, day: Cell, before: Cell) -> Cell:
        """The price, `#N/A` where there is none; None for a question that has to be read first.

        That is one that is not plainly a whole number of units and the serial number of a day, or
        that says what was bought before.
        """
        if before is not None:
            return None
        if type(quantity) is float and 0.0 <= quantity < MOST and type(day) is float:
            count = int(quantity)
            period = self._periods[day]
            if count == quantity and period:
                starts, lines = period
                line = lines[bisect_right(starts, count) - 1]
                if line:
                    base, rate, cent = line
                    return (base + rate * count) // cent / 100
                return NOT_AVAILABLE
        return None


class _Periods(dict[float, Columns]):
    """The periods by serial number, found once for each day; None where that is no day."""

    def __init__(self, prices: PriceList, date1904: bool) -> None:
        super().__init__()
        self._prices = prices
        self._date1904 = date1904
        self._segments = 0

    def __missing__(self, serial: float) -> Columns | None:
        try:
            day = parse_day(serial, self._date1904)
        except BadInput:
            return None
        period = self._prices.period_on(day.toordinal())
        self._segments += len(period.segments)
        if self._segments > SEGMENTS_KEPT:
            self.clear()
            self._segments = len(period.segments)
        self[serial] = (period.starts, period.whole_numbers)
        return self[serial]
