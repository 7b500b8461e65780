"""The flat price list as a table of a database, whose rows are numbered.

The days and the quantities at which anything changes cut all questions about a service into cells.
How many of the cuts a question has passed is the number of its cell, so a question is looked up by
that number alone: in any database, and in a list as well as by a join.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract, PartUnits, Service
from xlfuncs.pricing.flat import FlatLine, flat_lines
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.lines import CENT, EXACT, ZERO, Line
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.quantities import LARGEST, quantity_of
from xlfuncs.tables.cells import FIRST_CERTAIN_DAY

REACH = LARGEST - CENT / 2
"""Above every sum that is less than the largest price when it is rounded to the cent."""

TOO_LARGE = "the price would be 1,000,000,000,000,000 or more; ask for it by itself"


class PriceLine(NamedTuple):
    """A row of the table: price = fixed + rate x (quantity - above), none without `fixed`."""

    cell: int
    fixed: Decimal | None
    rate: Decimal
    above: Decimal
    unit_price: Decimal | None
    source: str
    answer: str
    cause: str
    remark: str


class Cuts(NamedTuple):
    """The cells of one service, from the number `first` on: each day has one for each quantity."""

    service: Service
    first: int
    days: list[date]
    quantities: list[Decimal]


class PriceTable(NamedTuple):
    """The table of a contract; `whole` where it knows nothing but whole numbers of units."""

    contract: Contract
    whole: bool
    cuts: list[Cuts]
    lines: list[PriceLine]
    known_on: date | None


def price_table(contract: Contract, known_on: date | None = None) -> PriceTable:
    """All prices of a contract, as the documents signed by `known_on` would have answered."""
    flat = flat_lines(PriceBook(contract), FIRST_CERTAIN_DAY.toordinal(), known_on)
    whole = all(
        service.step == int(service.step) and service.part_units is PartUnits.NONE
        for service in contract.services
    )
    cuts: list[Cuts] = []
    lines: list[PriceLine] = []
    for service, found in groupby(flat, lambda line: line.service):
        every = [part for line in found for part in _within_reach(line)]
        days = sorted({line.since for line in every})
        counts = sorted({line.first for line in every})
        first = len(lines) + 1
        cuts.append(
            Cuts(
                service,
                first,
                [date.fromordinal(day) for day in days],
                [quantity_of(count, service) for count in counts],
            )
        )
        for line in every:
            row = first + bisect_left(days, line.since) * len(counts)
            cells = range(bisect_left(counts, line.first), bisect_left(counts, line.last + 1))
            lines += (_price_line(row + cell, line) for cell in cells)
    return PriceTable(contract, whole, cuts, lines, known_on)


def _within_reach(line: FlatLine) -> Iterator[FlatLine]:
    """The line, without quantities whose price would have too many digits: these are refused."""
    price, step = line.answer.line, line.service.step
    if price is None or price.at(EXACT.multiply(Decimal(line.last), step)) < REACH:
        yield line
        return
    most = _largest_count(price, step) if price.rate else line.first - 1
    if most >= line.first:
        yield line._replace(last=most)
    yield line._replace(first=max(line.first, most + 1), answer=line.answer._replace(line=None))


def _largest_count(price: Line, step: Decimal) -> int:
    """The largest count that costs less than a price can be."""
    over = EXACT.divide(EXACT.subtract(REACH, price.fixed), EXACT.multiply(price.rate, step))
    return int(over.to_integral_value(ROUND_CEILING)) - 1 + int(EXACT.divide(price.above, step))


def _price_line(cell: int, line: FlatLine) -> PriceLine:
    answer = line.answer
    kind, cause = answer.cause.value
    if kind is Kind.PRICE and answer.line is None:
        kind, cause = Kind.BAD_INPUT, "the price is too large"
        answer = answer._replace(unit_price=None, source="", remark=TOO_LARGE)
    fixed, rate, above = (None, ZERO, ZERO) if answer.line is None else answer.line
    words = (answer.source, kind.value, cause, answer.remark)
    return PriceLine(cell, fixed, rate, above, answer.unit_price, *words)


def widths(figures: Iterable[Decimal | None], decimals: int = 0) -> tuple[int, int]:
    """Digits in all and decimals, at least so many, that hold every figure.

    >>> widths([Decimal("279995.00"), None, Decimal("2.75")])
    (8, 2)
    """
    whole = 0
    for figure in figures:
        if figure is not None:
            whole = max(whole, len(str(int(abs(figure)))))
            decimals = max(decimals, -int(figure.normalize(EXACT).as_tuple().exponent))
    return whole + decimals or 1, decimals
