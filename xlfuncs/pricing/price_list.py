"""The price list of one service: periods of days, each with segments of quantity."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional

from xlfuncs.pricing.contract import DISCOUNTS, Charge, Row
from xlfuncs.pricing.money import WholePriceFunction
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import (
    ABOVE_ALL,
    FIRST_DAY,
    LAST_DAY,
    REFUSALS,
    UNBOUNDED,
    DocumentsInForce,
    EffectiveRow,
    Rank,
    by_precedence,
    is_draft,
    is_signed_later,
    make_effective,
    rank,
    rank_rows,
)
from xlfuncs.pricing.segments import Gaps, Segment, SweepLine, Verdict, compile_segments
from xlfuncs.pricing.spans import Overlaps, Span

if TYPE_CHECKING:
    from xlfuncs.pricing.assumptions import Assumptions

SEGMENTS_KEPT = 1_000_000
"""Segments in memory at a time; beyond that, periods are compiled again when asked for."""


OVER_LIMIT = Verdict(Cause.OVER_LIMIT)
"""What decides the quantities beyond the limit of a service."""


class Period:
    """A period: the segments for the days `since` to `until`, both inclusive, as ordinals."""

    def __init__(self, since: int, until: int, segments: Sequence[Segment], step: Decimal) -> None:
        self.since = since
        self.until = until
        self.segments = segments
        self._step = step

    @cached_property
    def starts(self) -> list[int]:
        """Per segment the count at which it begins."""
        return [segment.first for segment in self.segments]

    def segment_at(self, count: int) -> Segment:
        return self.segments[bisect_right(self.starts, count) - 1]

    @cached_property
    def whole_numbers(self) -> list[WholePriceFunction | None]:
        """Per segment its price function in whole numbers, None where there is no price."""
        functions = (segment.verdict.price_function for segment in self.segments)
        return [function and function.whole_numbers(self._step) for function in functions]


class RowsOfDay(NamedTuple):
    """The rows that fit on the day last asked for, best first, and the nearest in quantity."""

    day: int
    rows: list[EffectiveRow]
    nearest: Nearest


class PriceList:
    """What one service costs on every day and in every quantity.

    `rows`, `step` and `limit`, in steps, are the service's; beyond the limit there is no price on
    any day that the contract knows (rule 10). `known_on` leaves out what was signed later.
    `documents` are those of the whole contract, `through` the last of them that is asked for, if
    any is; `currency` is the contract's. `effective_rows` has the best first. Nothing is compiled
    before it is asked for.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        step: Decimal,
        known_on: date | None = None,
        documents: DocumentsInForce | None = None,
        through: int | None = None,
        *,
        currency: str = "",
        limit: int | None = None,
    ) -> None:
        self.rows = rows
        self.step = step
        self.known_on = known_on
        self.documents = documents or DocumentsInForce(rows, known_on)
        self.through = through
        self.currency = currency
        self._limit = limit
        self._cut_segments: dict[int, tuple[Segment, Segment]] = {}
        self.effective_rows = rank_rows(rows, step, known_on, self.documents)
        days = {FIRST_DAY}
        counts = {0, 1}
        for row in self.effective_rows:
            days.update((row.since, row.until + 1))
            counts.add(row.first)
            if row.last < UNBOUNDED:
                counts.add(row.last + 1)
        if limit is not None:
            counts.add(limit + 1)
        self.days = sorted(day for day in days if day <= LAST_DAY)
        self.grid = sorted(counts)
        self._periods: dict[int, Period] = {}
        self._kept = 0
        self._rows_last_asked: RowsOfDay | None = None

    def segment_on(self, day: int, count: int) -> Segment:
        return self.period_on(day).segment_at(count)

    def period_on(self, day: int) -> Period:
        """The period of a day, compiled at its first question."""
        period_index = bisect_right(self.days, day) - 1
        period = self._periods.get(period_index)
        if period is None:
            period = self._compile(period_index)
            self._kept += len(period.segments)
            if self._kept > SEGMENTS_KEPT:
                self._periods.clear()
                self._kept = len(period.segments)
            self._periods[period_index] = period
        return period

    def _compile(self, period_index: int) -> Period:
        """Compile a period by itself.

        It takes four steps: the rows that fit on its days; of each range of quantities those that
        can matter; where the contract is silent if none fits; and what segments they make.
        """
        day = self.days[period_index]
        group_indexes = {self._group_of_row[row_index] for row_index in self._by_days.at(day)}
        row_indexes = sorted(
            row_index
            for group_index in group_indexes
            for row_index in self._groups[group_index].best_on(day)
        )
        ranked = [self.effective_rows[row_index] for row_index in row_indexes]
        starts = [row.first for row in priced_rows(ranked)]
        edges = self._between_days.edges(period_index)
        gaps = Gaps(min(starts, default=0), max(starts, default=0), edges)
        segments = compile_segments(ranked, gaps, self.step, adds_up=self._adds_up).segments
        return Period(
            day, self._until(period_index), self._cut_at_limit(segments, keep=False), self.step
        )

    def _cut_at_limit(self, segments: list[Segment], *, keep: bool) -> list[Segment]:
        """The segments, and beyond the limit one without a price, where the contract has any.

        With `keep`, a segment that is cut is the same object again where the same one goes on.
        """
        limit = self._limit
        if limit is None or all(each.verdict.cause is Cause.OUTSIDE for each in segments):
            return list(segments)
        found = [each for each in segments if each.first <= limit]
        last = found.pop()
        if last.last > limit:
            known = self._cut_segments.get(id(last))
            cut = known[1] if known else last._replace(last=limit)
            if keep:
                self._cut_segments[id(last)] = last, cut
            last = cut
        return [*found, last, self._beyond_limit]

    @cached_property
    def _beyond_limit(self) -> Segment:
        return Segment((self._limit or 0) + 1, UNBOUNDED, OVER_LIMIT)

    def _until(self, period_index: int) -> int:
        following = period_index + 1
        return self.days[following] - 1 if following < len(self.days) else LAST_DAY

    @cached_property
    def _by_days(self) -> Overlaps:
        return Overlaps((row.since, row.until) for row in self.effective_rows)

    @cached_property
    def _adds_up(self) -> bool:
        """Whether any row is graduated, so that prices are sums of tiers."""
        return any(row.charge is Charge.GRADUATED for row in self.effective_rows)

    @cached_property
    def _groups(self) -> list[RowsOfOneRange]:
        """The effective rows, in groups of the same range of quantities."""
        by_range: defaultdict[Span, list[int]] = defaultdict(list)
        for row_index, row in enumerate(self.effective_rows):
            by_range[row.first, row.last].append(row_index)
        return [
            RowsOfOneRange(
                [self.effective_rows[row_index] for row_index in row_indexes],
                row_indexes,
                self._adds_up,
            )
            for row_indexes in by_range.values()
        ]

    @cached_property
    def _group_of_row(self) -> dict[int, int]:
        """For each effective row, by its index, the index of the group with its range."""
        return {
            row_index: group_index
            for group_index, group in enumerate(self._groups)
            for row_index in group.row_indexes
        }

    @cached_property
    def _between_days(self) -> BetweenDays:
        return BetweenDays(self.effective_rows, self.grid, self.days)

    def periods(self) -> Iterator[Period]:
        """All periods, the earliest first; a segment that goes on is the same object in the next.

        None is kept: each is compiled from what changes since the one before. Raises TooManyPrices.
        """
        from xlfuncs.pricing.sweep import Sweep  # which a single price does without

        sweep = Sweep(self.effective_rows, self.step)
        groups_by_day: defaultdict[int, list[RowsOfOneRange]] = defaultdict(list)
        for group in self._groups:
            for day in group.days:
                groups_by_day[day].append(group)
        edges = self._between_days.walk(len(self.days))
        for period_index, (day, between) in enumerate(zip(self.days, edges)):
            groups = groups_by_day.get(day, ())
            changes = (change for group in groups for change in group.changes_on(day))
            sweep.move_to(day, changes, between)
            segments = self._cut_at_limit(sweep.segments, keep=True)
            yield Period(day, self._until(period_index), segments, self.step)
        self._cut_segments.clear()

    def on(self, day: int) -> list[EffectiveRow]:
        """All rows that fit on a day, best first."""
        return self._rows_of(day).rows

    def _rows_of(self, day: int) -> RowsOfDay:
        if self._rows_last_asked is None or self._rows_last_asked.day != day:
            rows = [self.effective_rows[row_index] for row_index in self._by_days.at(day)]
            nearest = Nearest(rows, lambda row: row.first, lambda row: row.last)
            self._rows_last_asked = RowsOfDay(day, rows, nearest)
        return self._rows_last_asked

    def fitting(self, day: int, count: int) -> list[EffectiveRow]:
        """All rows that fit, best first, those that give way included."""
        row_indexes = (
            row_index for group in self._groups_at(count) for row_index in group.fitting(day)
        )
        return [self.effective_rows[row_index] for row_index in sorted(row_indexes)]

    def in_quantity(self, day: int, count: int) -> Neighbours:
        """The rows that fit the nearest smaller and the nearest larger quantity that day."""
        return self._rows_of(day).nearest.to(count)

    def in_time(self, day: int, count: int) -> Neighbours:
        """The rows that fit the quantity on the nearest earlier and the nearest later day."""
        pairs = [group.nearest(day) for group in self._groups_at(count)]
        earlier = sorted((row for row, _ in pairs if row), key=by_precedence)
        later = sorted((row for _, row in pairs if row), key=by_precedence)
        return (
            max(earlier, key=lambda row: (row.until, row.charge not in REFUSALS), default=None),
            min(later, key=lambda row: (row.since, row.charge in REFUSALS), default=None),
        )

    def _groups_at(self, count: int) -> list[RowsOfOneRange]:
        return [self._groups[group_index] for group_index in self._by_counts.at(count)]

    @cached_property
    def _by_counts(self) -> Overlaps:
        ranked = (group.ranked[0] for group in self._groups)
        return Overlaps((row.first, row.last) for row in ranked)

    @cached_property
    def signed_later(self) -> list[EffectiveRow]:
        """The rows left out because they were signed after `known_on`, as they count now."""
        left_out = (row for row in self.rows if is_signed_later(row, self.known_on))
        return [row for each in left_out for row in make_effective(each, self.step)]

    def fitting_later(self, day: int, count: int) -> list[EffectiveRow]:
        """The rows signed later that fit, in the order of their rows."""
        that_day = (self.signed_later[index] for index in self._later_by_days.at(day))
        return [row for row in that_day if row.fits(day, count)]

    @cached_property
    def _later_by_days(self) -> Overlaps:
        return Overlaps((row.since, row.until) for row in self.signed_later)

    @cached_property
    def drafts(self) -> list[EffectiveRow]:
        """The rows of documents that nobody has signed, as they would count if they were in force.

        A document may take effect on any day from the agreement's date on.
        """
        agreed = date.fromordinal(self.documents.agreed)
        return [
            effective._replace(row=row)
            for row in self.rows
            if is_draft(row)
            for effective in make_effective(row._replace(effective=agreed), self.step)
        ]

    def drafts_on(self, day: int) -> list[EffectiveRow]:
        """The rows of unsigned documents that would count on a day, in the order of their rows."""
        return [row for row in self.drafts if row.since <= day <= row.until]

    @cached_property
    def best_window(self) -> Rank | None:
        """The best rank of a row with a purchase window; of standing discounts above all others."""
        ranks = (
            ABOVE_ALL if row.charge is Charge.STANDING_DISCOUNT else rank(row, row.charge)
            for row in self.rows
            if row.has_window
        )
        return min(ranks, default=None)

    def windows_over(self, day: int, count: int) -> Iterator[EffectiveRow]:
        """The rows that would fit, had their purchase window not closed; the last ones first."""
        closing, rows = self._windows_by_end
        for index in range(bisect_left(closing, day) - 1, -1, -1):
            if rows[index].fits(day, count):
                yield rows[index]

    def windows_to_come(self, day: int, count: int) -> Iterator[EffectiveRow]:
        """The rows that would fit, were their purchase window open already; the next ones first."""
        opening, rows = self._windows_by_begin
        for index in range(bisect_right(opening, day), len(rows)):
            if rows[index].fits(day, count):
                yield rows[index]

    @cached_property
    def _windows_by_end(self) -> tuple[list[int], list[EffectiveRow]]:
        """When purchase windows close, and their rows; of several that day the best is last."""
        return _sort_by_day((each.row.purchased_through, each) for each in reversed(self._windowed))

    @cached_property
    def _windows_by_begin(self) -> tuple[list[int], list[EffectiveRow]]:
        """When purchase windows open, and their rows; of several that day the best is first."""
        return _sort_by_day((each.row.purchased_from, each) for each in self._windowed)

    @cached_property
    def _windowed(self) -> list[EffectiveRow]:
        """The rows with a purchase window, as they would fit on any day of purchase, best first."""
        found = (
            each._replace(row=row, rank=rank(row, each.charge))
            for row in self.rows
            if row.has_window and self._make_effective(row)
            for each in self._make_effective(
                row._replace(purchased_from=None, purchased_through=None)
            )
        )
        return sorted(found, key=by_precedence)

    def _make_effective(self, row: Row) -> list[EffectiveRow]:
        return make_effective(row, self.step, self.known_on, self.documents)

    @cached_property
    def replaced(self) -> list[EffectiveRow]:
        """The rows that a later document has put out of force, for the days on which it has."""
        days = self.documents.replaced
        return [
            effective._replace(since=max(effective.since, days[row.document]))
            for row in (self.rows if days else ())
            if row.document in days and not is_signed_later(row, self.known_on)
            for effective in make_effective(row, self.step, self.known_on)
            if effective.until >= days[row.document]
        ]

    @cached_property
    def assumptions(self) -> Assumptions:
        """The rows whose days or quantities are assumed."""
        from xlfuncs.pricing.assumptions import Assumptions

        return Assumptions(self.rows, self.step, self.known_on, self.documents)


def _sort_by_day(
    rows: Iterable[tuple[date | None, EffectiveRow]],
) -> tuple[list[int], list[EffectiveRow]]:
    """Days in order, and the row of each; rows without a day are left out."""
    found = sorted(((day.toordinal(), row) for day, row in rows if day), key=lambda dated: dated[0])
    return [day for day, _ in found], [row for _, row in found]


class RowsOfOneRange:
    """The rows with one and the same range of quantities, best first.

    `row_indexes` are theirs among all effective rows; `adds_up` says whether any row is graduated.
    Amendments restate the same rows year after year, and on any day only the best of them can
    matter, so that a contract of ten thousand rows compiles as fast as its distinct ranges allow.
    """

    def __init__(
        self, ranked: Sequence[EffectiveRow], row_indexes: Sequence[int], adds_up: bool
    ) -> None:
        self.ranked = ranked
        self.row_indexes = row_indexes
        sweep = SweepLine(ranked, lambda row: (row.since, row.until))
        self.days = sweep.cuts
        self._best: list[tuple[int, ...]] = [()]
        index_of = {id(row): row_index for row, row_index in zip(ranked, row_indexes)}
        selections = sweep.selections
        for day in self.days:
            sweep.move_to(day)
            best = {index_of[id(row)] for rows in selections for row in rows.prevailing()}
            if adds_up:  # what a tier builds on may be outranked there
                best.update(index_of[id(row)] for row in sweep.outright.active())
            self._best.append(tuple(best))

    def best_on(self, day: int) -> tuple[int, ...]:
        """The indexes of the rows that can matter on a day: those that prevail in any selection."""
        return self._best[bisect_right(self.days, day)]

    def changes_on(self, day: int) -> Iterator[tuple[int, bool]]:
        """The indexes of the rows that begin (True) or cease to matter on a day."""
        before, after = set(self.best_on(day - 1)), set(self.best_on(day))
        return ((row_index, row_index in after) for row_index in before ^ after)

    def fitting(self, day: int) -> list[int]:
        """The indexes of the rows that fit, those that give way included."""
        return [self.row_indexes[index] for index in self._by_days.at(day)]

    def nearest(self, day: int) -> Neighbours:
        """The rows that fit on the nearest earlier and the nearest later day."""
        return self._in_time.to(day)

    @cached_property
    def _in_time(self) -> Nearest:
        return Nearest(self.ranked, lambda row: row.since, lambda row: row.until)

    @cached_property
    def _by_days(self) -> Overlaps:
        return Overlaps((row.since, row.until) for row in self.ranked)


# Where no row fits (rule 4). Between quantities that day, or between days for this quantity, the
# contract is silent about something it prices on both sides: not determinable. Elsewhere it offers
# no price. A discount has no price of its own and is no neighbour.


def priced_rows(rows: Iterable[EffectiveRow]) -> list[EffectiveRow]:
    """The rows that can be neighbours of a gap."""
    return [row for row in rows if row.charge not in DISCOUNTS]


class BetweenRange(NamedTuple):
    """A range of counts that is between days in some periods.

    The counts are those from `begin` up to but not including `end`, the periods by their index
    those from `first_period` up to but not including `after_period`.
    """

    begin: int
    end: int
    first_period: int
    after_period: int


class BetweenDays:
    """The quantities that rows fit both before and after the periods of a price list.

    Rows that fit on the days of a period itself are no matter here. `days` are where periods begin.
    """

    def __init__(
        self, rows: Sequence[EffectiveRow], grid: Sequence[int], days: Sequence[int]
    ) -> None:
        self._ranges: list[BetweenRange] = []
        ends = [*grid[1:], UNBOUNDED + 1]
        for begin, end, reach in zip(grid, ends, _reaches(rows, grid)):
            if reach is not None:
                earliest, latest = reach
                first_period, after_period = bisect_right(days, earliest), bisect_left(days, latest)
                if first_period < after_period:
                    self._ranges.append(BetweenRange(begin, end, first_period, after_period))

    def edges(self, period_index: int) -> list[int]:
        """Where such quantities begin and end, in turn, on the days of a period."""
        edges: list[int] = []
        for each in self._ranges:
            if each.first_period <= period_index < each.after_period:
                if edges and edges[-1] == each.begin:
                    edges[-1] = each.end
                else:
                    edges += (each.begin, each.end)
        return edges

    def walk(self, periods: int) -> Iterator[list[int]]:
        """The edges of each period in turn; it is one list, which changes."""
        changes: defaultdict[int, list[BetweenRange]] = defaultdict(list)
        for each in self._ranges:
            changes[each.first_period].append(each)
            changes[each.after_period].append(each)
        edges: list[int] = []
        for period_index in range(periods):
            for each in changes.get(period_index, ()):
                _toggle(edges, each.begin)
                _toggle(edges, each.end)
            yield edges


def _reaches(rows: Sequence[EffectiveRow], grid: Sequence[int]) -> Iterator[Span | None]:
    """Per cut of the grid the first and the last day on which any row fits there."""
    moves: defaultdict[int, list[tuple[bool, EffectiveRow]]] = defaultdict(list)
    for row in priced_rows(rows):
        moves[row.first].append((True, row))
        moves[row.last + 1].append((False, row))
    firsts: list[int] = []
    lasts: list[int] = []
    for cut in grid:
        for enters, row in moves.get(cut, ()):
            for days, day in ((firsts, row.since), (lasts, row.until)):
                if enters:
                    insort(days, day)
                else:
                    del days[bisect_left(days, day)]
        yield (firsts[0], lasts[-1]) if firsts else None


def _toggle(edges: list[int], edge: int) -> None:
    """Put an edge among others, or take it away: two ranges that meet have none between them."""
    index = bisect_left(edges, edge)
    if edges[index : index + 1] == [edge]:
        del edges[index]
    else:
        edges.insert(index, edge)


Neighbours = tuple[Optional[EffectiveRow], Optional[EffectiveRow]]
"""The rows nearest to a question that no row fits: before it and after it."""

NO_NEIGHBOURS: Neighbours = (None, None)


class Nearest:
    """Rows by where they begin and where they end, in days or in quantities.

    `ranked` has the best first, and of several at one point the best is taken that prices. A
    discount is none of them.
    """

    def __init__(
        self,
        ranked: Sequence[EffectiveRow],
        begin: Callable[[EffectiveRow], int],
        end: Callable[[EffectiveRow], int],
    ) -> None:
        worst_first = sorted(priced_rows(ranked), key=lambda row: row.charge in REFUSALS)[::-1]
        self._by_end = {end(row): row for row in worst_first}
        self._by_begin = {begin(row): row for row in worst_first}
        self._ends = sorted(self._by_end)
        self._begins = sorted(self._by_begin)

    def to(self, point: int) -> Neighbours:
        """The row that ends last before a day or count, and the one that begins first after it."""
        before, after = bisect_left(self._ends, point), bisect_right(self._begins, point)
        return (
            self._by_end[self._ends[before - 1]] if before else None,
            self._by_begin[self._begins[after]] if after < len(self._begins) else None,
        )
