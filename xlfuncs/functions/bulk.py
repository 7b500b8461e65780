"""Price a whole range at once, in whole numbers, for ledgers of many thousand lines."""

from __future__ import annotations

from bisect import bisect_right
from typing import Optional

from xlfuncs.pricing.contract import MOST_DIGITS
from xlfuncs.pricing.money import WholeLine
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_list import PIECES_KEPT, PriceList
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, day_of

MOST = 10.0**MOST_DIGITS


Columns = tuple[list[int], list[Optional[WholeLine]]]


class PriceColumn:
    """The prices of one service counted in single units, kept for the next question."""

    def __init__(self, prices: PriceList, date1904: bool) -> None:
        self._bands = _Bands(prices, date1904)

    def price(self, quantity: Cell, day: Cell) -> Cell:
        """The price, `#N/A` where there is none; None for a question that has to be read first.

        That is one that is not plainly a whole number of units and the serial number of a day.
        """
        if type(quantity) is float and 0.0 <= quantity < MOST and type(day) is float:
            count = int(quantity)
            band = self._bands[day]
            if count == quantity and band:
                starts, lines = band
                line = lines[bisect_right(starts, count) - 1]
                if line:
                    base, rate, cent = line
                    return (base + rate * count) // cent / 100
                return NOT_AVAILABLE
        return None


class _Bands(dict[float, Columns]):
    """The bands by serial number, looked up once for each day; None where that is no day."""

    def __init__(self, prices: PriceList, date1904: bool) -> None:
        super().__init__()
        self._prices = prices
        self._date1904 = date1904
        self._pieces = 0

    def __missing__(self, serial: float) -> Columns | None:
        try:
            day = day_of(serial, self._date1904)
        except BadInput:
            return None
        band = self._prices.band_on(day.toordinal())
        self._pieces += len(band.pieces)
        if self._pieces > PIECES_KEPT:
            self.clear()
            self._pieces = len(band.pieces)
        self[serial] = (band.starts, band.whole_numbers)
        return self[serial]
