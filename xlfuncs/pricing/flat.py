"""The flat price list written out: each range of days and quantities with one and the same answer.

A ledger of any length is priced by looking its lines up here, wherever it lies.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from xlfuncs.pricing.changing import Changing
from xlfuncs.pricing.claims import LAST_DAY
from xlfuncs.pricing.contract import Service
from xlfuncs.pricing.explanation import remark
from xlfuncs.pricing.lines import EXACT, Line
from xlfuncs.pricing.pieces import Band, Cause, Span
from xlfuncs.pricing.pricebook import Found, PriceBook, Question
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import LARGEST, quantity_of
from xlfuncs.pricing.quotes import quote_found
from xlfuncs.pricing.stretches import bands_on
from xlfuncs.pricing.sweep import merged
from xlfuncs.pricing.wording import citations


class Answer(NamedTuple):
    """What a ledger is told: all but the price itself, which the line gives for each quantity."""

    cause: Cause
    line: Line | None
    unit_price: Decimal | None
    source: str
    remark: str


class FlatLine(NamedTuple):
    """The answer for the days `since` to `until`, as ordinals, and the counts `first` to `last`.

    Both ends are inclusive, and counts are in the service's steps.
    """

    service: Service
    since: int
    until: int
    first: int
    last: int
    answer: Answer


def flat_lines(book: PriceBook, since: int, known_on: date | None = None) -> Iterator[FlatLine]:
    """The price lists of all services from a day on, without gaps: each question is in one line.

    Counts go as far as the largest quantity that can be asked for, rounded up. A line ends wherever
    anything that is said in words changes, also where an assumption or a later document begins to
    matter, and goes on through all days on which nothing does.
    """
    for service in book.contract.services:
        lines = Lines(book.price_list(service, known_on), service).ended(since)
        yield from sorted(lines, key=lambda line: (line.since, line.first))


class Lines:
    """The lines of one service that go on, from the smallest count up, day by day."""

    def __init__(self, prices: PriceList, service: Service) -> None:
        self._prices = prices
        self._service = service
        self._most = int(EXACT.divide(LARGEST, service.step).to_integral_value(ROUND_CEILING))
        self._firsts: list[int] = []
        self._lines: list[FlatLine] = []

    def ended(self, since: int) -> Iterator[FlatLine]:
        """All lines from a day on, those that end first before others."""
        changing = Changing(self._prices)
        days = [since, *changing.days[bisect_right(changing.days, since) :]]
        for day, [band] in zip(days, bands_on([self._prices], days)):
            for span in merged(map(self._whole, changing.spans(day, band))):
                cuts = changing.cuts(day, band, span)
                yield from self._tell_again(day, band, cuts, span[1])
        yield from self._lines

    def _whole(self, span: Span) -> Span:
        """A range of counts that can be asked for, with the lines of those within and beside it."""
        first, last = span[0], min(span[1], self._most)
        if not self._lines:
            return first, last
        begin, end = self._place(max(first - 1, 0)), self._place(last + 1)
        return self._lines[begin].first, self._lines[end].last

    def _place(self, count: int) -> int:
        return bisect_right(self._firsts, count) - 1

    def _tell_again(
        self, day: int, band: Band, cuts: Sequence[int], last: int
    ) -> Iterator[FlatLine]:
        """Puts the lines of a day for some counts in the place of those of the days before."""
        place = slice(bisect_left(self._firsts, cuts[0]), bisect_right(self._firsts, last))
        before = {line.first: line for line in self._lines[place]}
        told: list[FlatLine] = []
        for first, end in zip(cuts, [*(cut - 1 for cut in cuts[1:]), last]):
            answer = self._answer(day, band, first)
            if told and told[-1].answer == answer:
                told[-1] = told[-1]._replace(last=end)
            else:
                told.append(FlatLine(self._service, day, LAST_DAY, first, end, answer))
        for number, line in enumerate(told):
            same = before.get(line.first)
            if same and (same.last, same.answer) == (line.last, line.answer):
                told[number] = before.pop(line.first)
        self._lines[place] = told
        self._firsts[place] = [line.first for line in told]
        yield from (line._replace(until=day - 1) for line in before.values())

    def _answer(self, day: int, band: Band, count: int) -> Answer:
        prices, service = self._prices, self._service
        verdict = band.piece_at(count).verdict
        asked = Question(
            quantity_of(count, service), date.fromordinal(day), service.name, prices.known_on
        )
        found = quote_found(asked, Found(verdict, service, count, prices), ())
        return Answer(
            verdict.cause,
            verdict.line,
            found.unit_price,
            citations(found.decided),
            remark(found._replace(whichever=True)),
        )
