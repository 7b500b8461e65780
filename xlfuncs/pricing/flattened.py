"""The price list flattened: each range of days and quantities with one and the same answer.

A ledger of any length is priced by finding its lines here, wherever it is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING

from xlfuncs.pricing.contract import LARGEST, Counted, Service, quantity_of
from xlfuncs.pricing.counting import find_terms, is_unaffected
from xlfuncs.pricing.explain import format_remark
from xlfuncs.pricing.money import EXACT
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import LAST_DAY, UNBOUNDED, EffectiveRow
from xlfuncs.pricing.price_book import Answer, Extent, PriceBook, Question
from xlfuncs.pricing.price_list import Period, PriceList, priced_rows
from xlfuncs.pricing.schedule_timeline import periods_on
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.spans import Overlaps, Span, merge_spans
from xlfuncs.pricing.sweep import extend_over_gaps
from xlfuncs.pricing.wording import cite_all


@dataclass(frozen=True)
class FlattenedLine:
    """The answer for the days `since` to `until`, as ordinals, and the counts `first` to `last`.

    Both ends are inclusive, and counts are in the service's steps. `source` are the clauses, and
    `remark` is what else there is to say.
    """

    service: Service
    since: int
    until: int
    first: int
    last: int
    answer: Answer
    source: str
    remark: str

    def says_the_same(self, other: FlattenedLine) -> bool:
        """Whether the other line differs at most in its days and counts."""
        return (
            self.answer.cause is other.answer.cause
            and self.answer.price_function == other.answer.price_function
            and self.answer.unit_price == other.answer.unit_price
            and self.source == other.source
            and self.remark == other.remark
            and self._counts_like(other)
        )

    def _counts_like(self, other: FlattenedLine) -> bool:
        """Whether a purchase after others is priced in the same way (rule 10)."""
        if not self.service.adds_up:
            return True
        return find_terms(self.answer.verdict) == find_terms(other.answer.verdict)


def flatten(book: PriceBook, since: int, known_on: date | None = None) -> Iterator[FlattenedLine]:
    """The price lists of all services from a day on, without gaps: each question is in one line.

    Counts go as far as the largest quantity that can be asked for, rounded up. A line ends wherever
    anything that is said in words changes, also where an assumption or a later document begins to
    matter, and goes on through all days on which nothing does.
    """
    for service in book.contract.services:
        lines = Flattener(book.price_list(service, known_on), service).lines(since)
        yield from sorted(lines, key=lambda line: (line.since, line.first))


class Flattener:
    """The lines of one service that go on, from the smallest count up, day by day."""

    def __init__(self, prices: PriceList, service: Service) -> None:
        self._prices = prices
        self._service = service
        self._most = int(EXACT.divide(LARGEST, service.step).to_integral_value(ROUND_CEILING))
        self._firsts: list[int] = []
        self._lines: list[FlattenedLine] = []

    def lines(self, since: int) -> Iterator[FlattenedLine]:
        """All lines from a day on, those that end first before others."""
        cuts = Cuts(self._prices)
        days = [since, *cuts.days[bisect_right(cuts.days, since) :]]
        for day, [period] in zip(days, periods_on([self._prices], days)):
            changed = cuts.spans(day, period)
            if self._service.counted is Counted.NOT_SAID and changed:
                changed = [(0, UNBOUNDED)]  # what is above a quantity decides it as well
            for span in merge_spans(map(self._extend_to_lines, changed)):
                staying = {line.first: line for line in self._lines_outside(span, changed)}
                firsts = {*cuts.between(day, period, span), *staying}
                firsts.update(line.last + 1 for line in staying.values() if line.last < span[1])
                yield from self._replace_lines(day, period, sorted(firsts), span[1], staying)
        yield from self._lines

    def _lines_outside(self, span: Span, changed: Sequence[Span]) -> Iterator[FlattenedLine]:
        """The lines in a range of counts of which nothing can have changed."""
        first, last = span
        for line in self._lines[
            bisect_left(self._firsts, first) : bisect_right(self._firsts, last)
        ]:
            index = bisect_right(changed, (line.last, UNBOUNDED))
            if not index or changed[index - 1][1] < line.first:
                yield line

    def _extend_to_lines(self, span: Span) -> Span:
        """A range of counts that can be asked for, with the lines of those within and beside it."""
        first, last = span
        last = min(last, self._most)
        if not self._lines:
            return first, last
        begin, end = self._index_of(max(first - 1, 0)), self._index_of(last + 1)
        return self._lines[begin].first, self._lines[end].last

    def _index_of(self, count: int) -> int:
        return bisect_right(self._firsts, count) - 1

    def _replace_lines(
        self,
        day: int,
        period: Period,
        firsts: Sequence[int],
        last: int,
        staying: Mapping[int, FlattenedLine],
    ) -> Iterator[FlattenedLine]:
        """Put the lines of a day for some counts in place of those of the days before.

        Those that are `staying`, by their first count, are as they were, but may be merged with
        others. Lines that end are returned; those that go on unchanged stay.
        """
        changed = slice(bisect_left(self._firsts, firsts[0]), bisect_right(self._firsts, last))
        before = {line.first: line for line in self._lines[changed]}
        lines: list[FlattenedLine] = []
        stays_through = -1
        for first, end in zip(firsts, [*(cut - 1 for cut in firsts[1:]), last]):
            if first <= stays_through:
                continue
            line = staying.get(first) or self._line(day, period, first, end)
            stays_through = line.last
            if lines and lines[-1].says_the_same(line):
                lines[-1] = replace(lines[-1], since=day, last=line.last)
            else:
                lines.append(line)
        for number, line in enumerate(lines):
            same = before.get(line.first)
            if same and same.last == line.last and same.says_the_same(line):
                lines[number] = before.pop(line.first)
        self._lines[changed] = lines
        self._firsts[changed] = [line.first for line in lines]
        yield from (replace(line, until=day - 1) for line in before.values())

    def _line(self, day: int, period: Period, first: int, last: int) -> FlattenedLine:
        prices, service = self._prices, self._service
        purchased = date.fromordinal(day)
        question = Question(quantity_of(first, service), purchased, service.name, prices.known_on)
        verdict = period.segment_at(first).verdict
        if service.counted is Counted.NOT_SAID and not is_unaffected(period, first):
            verdict = Verdict(Cause.COUNTING_NOT_SAID)
        extent = Extent((day, day), (first, first))  # nothing that is said changes up to the last
        answer = Answer(question, verdict, service, first, prices, extent)
        words = cite_all(answer.decided), format_remark(answer)
        return FlattenedLine(service, day, LAST_DAY, first, last, answer, *words)


class Cuts:
    """Where what is said of prices may change: on which days, and on a day at which quantities.

    It walks through the days of a price list, with what is assumed and what was signed later.
    `days` are those from which on anything that is said may be different.
    """

    def __init__(self, prices: PriceList) -> None:
        assumed = prices.assumptions.widest
        self._prices = prices
        unsigned, replaced = prices.signed_later, prices.replaced
        self._further = [*assumed, *unsigned, *prices.drafts, *replaced]
        self._further_by_days = Overlaps((row.since, row.until) for row in self._further)
        self._turns: defaultdict[int, list[Span]] = defaultdict(list)
        self._add_turns((row, row.last) for row in [*prices.effective_rows, *unsigned, *replaced])
        # a tier that may be missing below is assumed of every graduated price above; so is a draft
        self._add_turns((row, UNBOUNDED) for row in [*assumed, *prices.drafts])
        self.days = sorted({*prices.days, *(day for day in self._turns if day <= LAST_DAY)})
        self._period: Period | None = None

    def _add_turns(self, rows: Iterable[tuple[EffectiveRow, int]]) -> None:
        for row, last in rows:
            for day in (row.since, row.until + 1):
                self._turns[day].append((row.first, last))

    def spans(self, day: int, period: Period) -> list[Span]:
        """The counts for which anything that is said may differ from the day before.

        At first these are all. Gaps beside them are among them, for what is said of a gap names
        the rows next to it.
        """
        before, self._period = self._period, period
        if before is None:
            return [(0, UNBOUNDED)]
        known = set(map(id, before.segments))
        found = [segment.counts for segment in period.segments if id(segment) not in known]
        found += self._turns.get(day, ())
        return merge_spans(_extend_to_gaps(period, span) for span in merge_spans(found))

    def between(self, day: int, period: Period, span: Span) -> list[int]:
        """Where in a range of counts anything changes on a day, its first count among them."""
        first, last = span
        further = (self._further[index] for index in self._further_by_days.at(day))
        within = (row for row in further if row.first <= last and first <= row.last)
        found = {first}
        for row in (*self._prices.on_for(day, span), *within):
            found.update((max(first, row.first), row.last + 1))
        starts = period.starts
        segments = period.segments[bisect_right(starts, first) : bisect_right(starts, last)]
        found.update(segment.first for segment in segments)
        for segment in [period.segment_at(first), *segments]:
            cause = segment.verdict.cause
            if cause is Cause.BETWEEN_DAYS or (
                cause is Cause.OUTSIDE and not priced_rows(self._prices.on(day))
            ):
                grid = self._prices.grid
                begin, end = max(first, segment.first), min(last, segment.last)
                found.update(grid[bisect_left(grid, begin) : bisect_right(grid, end)])
        return sorted(cut for cut in found if cut <= last)


def _extend_to_gaps(period: Period, span: Span) -> Span:
    """A range of counts with the gaps that it has in it or beside it."""
    first, last = span
    begin, end = extend_over_gaps(
        period.segments,
        bisect_right(period.starts, max(first - 1, 0)) - 1,
        bisect_right(period.starts, last + 1) - 1,
    )
    if period.segments[begin].is_gap:
        first = min(first, period.segments[begin].first)
    if period.segments[end].is_gap:
        last = max(last, period.segments[end].last)
    return first, last
