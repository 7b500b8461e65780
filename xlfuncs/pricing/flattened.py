"""The price list written out: each range of days and quantities with one answer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from xlfuncs.pricing.answers import assumptions_of, bands_on, quote_found, signed_later
from xlfuncs.pricing.contract import LARGEST, Service, quantity_of
from xlfuncs.pricing.explain import remark
from xlfuncs.pricing.gaps import priced_rows
from xlfuncs.pricing.money import EXACT, Line
from xlfuncs.pricing.precedence import LAST_DAY, UNBOUNDED, Claim, Overlaps
from xlfuncs.pricing.price_book import Found, PriceBook, Question
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import Band, Cause, Span
from xlfuncs.pricing.sweep import is_gap, merged, with_gaps
from xlfuncs.pricing.wording import citations

# Where what is said of prices may change: on which days, and on a day at which quantities.


class Changing:
    """Walks through the days of a price list, with what is assumed and what was signed later.

    `days` are those from which on anything that is said may be different.
    """

    def __init__(self, prices: PriceList) -> None:
        assumed = assumptions_of(prices).claims
        later = signed_later(prices).claims
        self._prices = prices
        self._further = [*assumed, *later]
        self._further_by_days = Overlaps((claim.since, claim.until) for claim in self._further)
        self._turns: defaultdict[int, list[Span]] = defaultdict(list)
        self._note((claim, claim.last) for claim in [*prices.claims, *later])
        # a slab that may be missing below is assumed of every graduated price above
        self._note((claim, UNBOUNDED) for claim in assumed)
        self.days = sorted({*prices.days, *(day for day in self._turns if day <= LAST_DAY)})
        self._band: Band | None = None

    def _note(self, claims: Iterable[tuple[Claim, int]]) -> None:
        for claim, last in claims:
            for day in (claim.since, claim.until + 1):
                self._turns[day].append((claim.first, last))

    def spans(self, day: int, band: Band) -> list[Span]:
        """The counts for which anything that is said may differ from the day before.

        At first these are all. Gaps beside them are among them, for what is said of a gap names
        the rows next to it.
        """
        before, self._band = self._band, band
        if before is None:
            return [(0, UNBOUNDED)]
        known = set(map(id, before.pieces))
        found = [piece[:2] for piece in band.pieces if id(piece) not in known]
        found += self._turns.get(day, ())
        return merged(_with_gaps(band, span) for span in merged(found))

    def cuts(self, day: int, band: Band, span: Span) -> list[int]:
        """Where in a range of counts anything changes on a day, its first count among them."""
        first, last = span
        that_day = self._prices.on(day)
        further = (self._further[place] for place in self._further_by_days.at(day))
        found = {first}
        for claim in [*that_day, *further]:
            if claim.first <= last and first <= claim.last:
                found.update((max(first, claim.first), claim.last + 1))
        pieces = band.pieces[bisect_right(band.starts, first) : bisect_right(band.starts, last)]
        found.update(piece.first for piece in pieces)
        nothing = not priced_rows(that_day)
        for piece in [band.piece_at(first), *pieces]:
            cause = piece.verdict.cause
            if cause is Cause.BETWEEN_DAYS or (nothing and cause is Cause.OUTSIDE):
                grid = self._prices.grid
                begin, end = max(first, piece.first), min(last, piece.last)
                found.update(grid[bisect_left(grid, begin) : bisect_right(grid, end)])
        return sorted(cut for cut in found if cut <= last)


def _with_gaps(band: Band, span: Span) -> Span:
    """A range of counts with the gaps that it has in it or beside it."""
    first, last = span
    places = [bisect_right(band.starts, count) - 1 for count in (max(first - 1, 0), last + 1)]
    begin, end = with_gaps(band.pieces, places[0], places[1])
    if is_gap(band.pieces[begin]):
        first = min(first, band.pieces[begin].first)
    if is_gap(band.pieces[end]):
        last = max(last, band.pieces[end].last)
    return first, last


# The flat price list written out: each range of days and quantities with one and the same answer.
#
# A ledger of any length is priced by looking its lines up here, wherever it lies.


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
