"""The lines of the charts, out of the blocks on the sheet Price list."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from workbooks.formulas import Formulas
from workbooks.sheets.blocks import Written
from workbooks.sheets.points import Ends, Worth
from workbooks.sheets.price_list import PriceList
from xlfuncs.tables.cells import NOT_AVAILABLE, serial_of
from xlfuncs.tables.schema import PRICE_LIST

LEAST_LINES, SPARE_LINES = 40, 20
"""Lines that a chart has room for, at least, and beyond those that it was built with."""

NO_PRICE = Worth("NA()", NOT_AVAILABLE)
MARGIN_DAYS = 30
LARGEST, SMALLEST = 4, 5
"""What AGGREGATE answers by these numbers; it passes over errors."""


class Days(NamedTuple):
    """Where lines begin that have no first day, and how far they go; both as worked out."""

    first: Worth
    margin: Worth


def days_of(price_list: PriceList) -> Days:
    """The first day of the timeline, or the chosen day, and a fourth of its span."""
    cells, chosen = Cells(price_list.timeline), price_list.chosen["purchased"]
    days = cells.reach("A", "B")
    known = [cell for line in cells.lines for cell in line[:2] if isinstance(cell, (int, float))]
    day = serial_of(chosen[1], False) if isinstance(chosen[1], date) else chosen[1]
    day = float(day) if isinstance(day, (int, float)) and not isinstance(day, bool) else 0.0
    first, last = min(known, default=day), max(known, default=day)
    smallest, largest = (f"_xlfn.AGGREGATE({n},6,{days})" for n in (SMALLEST, LARGEST))
    return Days(
        Worth(f"IF(COUNT({days})=0,N('{PRICE_LIST}'!{chosen[0]}),{smallest})", first),
        Worth(
            f"IF(COUNT({days})=0,{MARGIN_DAYS},MAX({MARGIN_DAYS},INT(({largest}-{smallest})/4)))",
            max(MARGIN_DAYS, int((last - first) / 4)),
        ),
    )


def lines_of_days(price_list: PriceList, days: Days) -> list[Ends]:
    """A level line for each stretch of days; one without an end goes on for the margin."""
    cells = Cells(price_list.timeline)
    lines = []
    for number in cells.room:
        since, until, price = (cells.worth(column, number) for column in "ABC")
        before = _if_number(until, _sum(until, days.margin, -1), _sum(days.first, days.margin, -1))
        after = _if_number(since, _sum(since, days.margin, 1), _sum(days.first, days.margin, 1))
        height = _if_number(price, price, NO_PRICE)
        begin, end = _if_number(since, since, before), _if_number(until, until, after)
        lines.append(Ends(begin, height, end, height))
    return lines


def lines_of_quantities(price_list: PriceList, formulas: Formulas) -> list[Ends]:
    """A line for each line of the price table, from the price of its first quantity to the last.

    One without an upper end is drawn up to the double of its first quantity. Of several services
    only the first one is drawn.
    """
    cells = Cells(price_list.schedule)
    day, known_on = (
        Worth(f"'{PRICE_LIST}'!{address}", value)
        for address, value in (price_list.chosen[field] for field in ("purchased", "known_on"))
    )
    nought, drawn = Worth("0", 0.0), cells.worth("G", 0)
    lines = []
    for number in cells.room:
        service, first, last, fixed = (cells.worth(column, number) for column in "GHIJ")
        double = Worth(f"2*{first.text}", 2 * (first.number or 0))
        begin = _if_number(first, first, nought)
        end = _if_number(last, last, _if_number(first, double, nought))
        prices = []
        for quantity in (begin, end):
            asked = [quantity, day, service, known_on]
            price = Worth(
                formulas.call("PRICE", [each.text for each in asked]),
                formulas.value("PRICE", [each.value for each in asked]),
            )
            shown = _if_number(fixed, price, NO_PRICE)
            same = service.value == drawn.value
            text = f"IF(EXACT({service.text},{drawn.text}),{shown.text},NA())"
            prices.append(Worth(text, shown.value if same else NOT_AVAILABLE))
        lines.append(Ends(begin, prices[0], end, prices[1]))
    return lines


class Cells:
    """The cells under the titles of a block."""

    def __init__(self, written: Written) -> None:
        self.lines = written.lines
        self.room = range(max(LEAST_LINES, len(self.lines) + SPARE_LINES))
        self._block = written.block

    def worth(self, column: str, number: int) -> Worth:
        """The cell in a line counted from 0, blank below the last one."""
        text = f"'{PRICE_LIST}'!${column}${self._block.first_row + 1 + number}"
        index = ord(column) - ord(self._block.column)
        return Worth(text, self.lines[number][index] if number < len(self.lines) else None)

    def reach(self, first: str, last: str) -> str:
        """The cells of some columns, as far as lines are drawn."""
        top = self._block.first_row + 1
        return f"'{PRICE_LIST}'!${first}${top}:${last}${top + len(self.room) - 1}"


def _if_number(asked: Worth, one: Worth, other: Worth) -> Worth:
    value = one.value if asked.number is not None else other.value
    return Worth(f"IF(ISNUMBER({asked.text}),{one.text},{other.text})", value)


def _sum(day: Worth, margin: Worth, sign: int) -> Worth:
    operator = "+" if sign > 0 else "-"
    value = None if day.number is None else day.number + sign * (margin.number or 0)
    return Worth(f"{day.text}{operator}{margin.text}", value)
