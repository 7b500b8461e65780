"""The lines of the charts, out of the blocks on the sheet Price list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbooks.formulas import Formulas
from workbooks.sheets.points import Ends, Worth
from workbooks.sheets.price_list import Shown
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell
from xlfuncs.tables.schema import PRICE_LIST

SPARE_LINES = 10
"""Lines that a chart has room for beyond those it was built with."""

NO_PRICE = Worth("NA()", NOT_AVAILABLE)
MARGIN_DAYS = 30


class Cells(NamedTuple):
    """The lines of a block, and the row of the sheet in which the first of them stands."""

    first_row: int
    rows: Sequence[Sequence[Cell]]

    def worth(self, column: str, number: int) -> Worth:
        """The cell in a line counted from 0, blank below the last one."""
        text = f"'{PRICE_LIST}'!${column}${self.first_row + number}"
        index = ord(column) - ord("A")
        return Worth(text, self.rows[number][index] if number < len(self.rows) else None)

    @property
    def room(self) -> range:
        return range(len(self.rows) + SPARE_LINES)


def cells_of(shown: Shown) -> Cells:
    return Cells(shown.block.first_row + 1, shown.rows[1:])


def lines_of_days(shown: Shown) -> list[Ends]:
    """A level line for each stretch of days; one without end goes on for a while."""
    timeline = cells_of(shown)
    last_row = timeline.first_row + len(timeline.room) - 1
    days = f"'{PRICE_LIST}'!$A${timeline.first_row}:$B${last_row}"
    known = [day for since, until, *_ in timeline.rows for day in (since, until) if _number(day)]
    first, last = min(known, default=0), max(known, default=0)
    margin = Worth(
        f"MAX({MARGIN_DAYS},INT((MAX({days})-MIN({days}))/4))",
        max(MARGIN_DAYS, int((last - first) / 4)),
    )
    otherwise = Worth(f"MIN({days})", first)
    lines = []
    for number in timeline.room:
        since, until, price = (timeline.worth(column, number) for column in "ABC")
        before = _if_number(until, _sum(until, margin, -1), otherwise)
        after = _if_number(since, _sum(since, margin, 1), otherwise)
        height = _if_number(price, price, NO_PRICE)
        begin, end = _if_number(since, since, before), _if_number(until, until, after)
        lines.append(Ends(begin, height, end, height))
    return lines


def lines_of_quantities(
    shown: Shown, chosen: dict[str, tuple[str, Cell]], formulas: Formulas
) -> list[Ends]:
    """A line for each line of the price table, from the price of its first quantity to the last.

    One without an upper end is drawn up to the double of its first quantity. `chosen` are the cells
    of the sheet Price list in which something is chosen, with their values.
    """
    schedule = cells_of(shown)
    lines = []
    day, known_on = (
        Worth(f"'{PRICE_LIST}'!{chosen[field][0]}", chosen[field][1])
        for field in ("purchased", "known_on")
    )
    nought = Worth("0", 0.0)
    for number in schedule.room:
        service, first, last, fixed = (schedule.worth(column, number) for column in "ABCD")
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
            prices.append(_if_number(fixed, price, NO_PRICE))
        lines.append(Ends(begin, prices[0], end, prices[1]))
    return lines


def _if_number(asked: Worth, one: Worth, other: Worth) -> Worth:
    value = one.value if asked.number is not None else other.value
    return Worth(f"IF(ISNUMBER({asked.text}),{one.text},{other.text})", value)


def _sum(day: Worth, margin: Worth, sign: int) -> Worth:
    operator = "+" if sign > 0 else "-"
    value = None if day.number is None else day.number + sign * (margin.number or 0)
    return Worth(f"{day.text}{operator}{margin.text}", value)


def _number(cell: Cell) -> bool:
    return isinstance(cell, (int, float))
