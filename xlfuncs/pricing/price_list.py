"""The price list of one service: periods of days, each with segments of quantity."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.money import WholePriceFunction
from xlfuncs.pricing.precedence import (
    FIRST_DAY,
    LAST_DAY,
    PRECEDENCE,
    UNBOUNDED,
    EffectiveRow,
    Overlaps,
    Span,
    SweepLine,
    make_effective,
    rank_rows,
)
from xlfuncs.pricing.sweep import Compiler, Gaps, Segment, Sweep

if TYPE_CHECKING:
    from xlfuncs.pricing.assumptions import Assumptions

SEGMENTS_KEPT = 1_000_000
"""Segments in memory at a time; beyond that, periods are compiled again when asked for."""


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
        lines = (segment.verdict.price_function for segment in self.segments)
        return [line and line.whole_numbers(self._step) for line in lines]


class RowsOfDay(NamedTuple):
    """The rows that fit on the day last asked for, best first, and the nearest in quantity."""

    day: int
    rows: list[EffectiveRow]
    nearest: Nearest


class PriceList:
    """What one service costs on every day and in every quantity.

    `rows` and `step` are the service's; `known_on` leaves out what was signed later.
    `effective_rows` has the best first. Nothing is compiled before it is asked for.
    """

    def __init__(self, rows: Sequence[Row], step: Decimal, known_on: date | None = None) -> None:
        self.rows = rows
        self.step = step
        self.known_on = known_on
        self.effective_rows = rank_rows(rows, step, known_on)
        days = {FIRST_DAY}
        counts = {0, 1}
        for row in self.effective_rows:
            days.update((row.since, row.until + 1))
            counts.add(row.first)
            if row.last < UNBOUNDED:
                counts.add(row.last + 1)
        self.days = sorted(day for day in days if day <= LAST_DAY)
        self.grid = sorted(counts)
        self._periods: dict[int, Period] = {}
        self._kept = 0
        self._last_day: RowsOfDay | None = None

    def on(self, day: int) -> list[EffectiveRow]:
        """All rows that fit on a day, best first."""
        return self._rows_of(day).rows

    def _rows_of(self, day: int) -> RowsOfDay:
        if self._last_day is None or self._last_day.day != day:
            rows = [self.effective_rows[place] for place in self._by_days.at(day)]
            nearest = Nearest(rows, lambda row: row.first, lambda row: row.last)
            self._last_day = RowsOfDay(day, rows, nearest)
        return self._last_day

    def period_on(self, day: int) -> Period:
        """The period of a day, compiled at its first question."""
        position = bisect_right(self.days, day) - 1
        period = self._periods.get(position)
        if period is None:
            period = self._compile(position)
            self._kept += len(period.segments)
            if self._kept > SEGMENTS_KEPT:
                self._periods.clear()
                self._kept = len(period.segments)
            self._periods[position] = period
        return period

    def periods(self) -> Iterator[Period]:
        """All periods, the earliest first; a segment that goes on is the same object in the next.

        None is kept: each is compiled from what changes since the one before. Raises TooManyPrices.
        """
        sweep = Sweep(self.effective_rows, self.step)
        turns: defaultdict[int, list[RowsOfOneRange]] = defaultdict(list)
        for restated in self._restated:
            for day in restated.days:
                turns[day].append(restated)
        edges = self._between_days.walk(len(self.days))
        for position, (day, between) in enumerate(zip(self.days, edges)):
            changes = (
                change for restated in turns.get(day, ()) for change in restated.changes_on(day)
            )
            sweep.move_to(day, changes, between)
            yield Period(day, self._until(position), list(sweep.segments), self.step)

    def segment_on(self, day: int, count: int) -> Segment:
        return self.period_on(day).segment_at(count)

    def fitting(self, day: int, count: int) -> list[EffectiveRow]:
        """All rows that fit, best first, those that give way included."""
        places = (place for restated in self._restated_at(count) for place in restated.fitting(day))
        return [self.effective_rows[place] for place in sorted(places)]

    def in_quantity(self, day: int, count: int) -> Neighbours:
        """The rows that fit the nearest smaller and the nearest larger quantity that day."""
        return self._rows_of(day).nearest.to(count)

    def in_time(self, day: int, count: int) -> Neighbours:
        """The rows that fit the quantity on the nearest earlier and the nearest later day."""
        pairs = [restated.nearest(day) for restated in self._restated_at(count)]
        earlier = sorted((row for row, _ in pairs if row), key=PRECEDENCE)
        later = sorted((row for _, row in pairs if row), key=PRECEDENCE)
        return (
            max(earlier, key=lambda row: row.until, default=None),
            min(later, key=lambda row: row.since, default=None),
        )

    @cached_property
    def signed_later(self) -> list[EffectiveRow]:
        """The rows left out because they were signed after `known_on`, as they count now."""
        known_on = self.known_on
        left_out = [row for row in self.rows if known_on and row.signed and row.signed > known_on]
        counted = (make_effective(row, self.step) for row in left_out)
        return [row for row in counted if row is not None]

    def fitting_later(self, day: int, count: int) -> list[EffectiveRow]:
        """The rows signed later that fit, in the order of their rows."""
        that_day = (self.signed_later[place] for place in self._later_by_days.at(day))
        return [row for row in that_day if row.fits(day, count)]

    @cached_property
    def assumptions(self) -> Assumptions:
        """The rows whose days or quantities are assumed."""
        from xlfuncs.pricing.assumptions import Assumptions

        return Assumptions(self.rows, self.step, self.known_on)

    def _compile(self, position: int) -> Period:
        day = self.days[position]
        numbers = {self._restated_by_place[place] for place in self._by_days.at(day)}
        places = sorted(
            place for number in numbers for place in self._restated[number].best_on(day)
        )
        ranked = [self.effective_rows[place] for place in places]
        firsts = [row.first for row in priced_rows(ranked)]
        edges = self._between_days.edges(position)
        gaps = Gaps(min(firsts, default=0), max(firsts, default=0), edges)
        return Period(
            day, self._until(position), Compiler(ranked, gaps, self.step).segments, self.step
        )

    def _until(self, position: int) -> int:
        return self.days[position + 1] - 1 if position + 1 < len(self.days) else LAST_DAY

    def _restated_at(self, count: int) -> list[RowsOfOneRange]:
        return [self._restated[number] for number in self._by_counts.at(count)]

    @cached_property
    def _restated(self) -> list[RowsOfOneRange]:
        by_range: defaultdict[Span, list[int]] = defaultdict(list)
        for place, row in enumerate(self.effective_rows):
            by_range[row.first, row.last].append(place)
        return [
            RowsOfOneRange([self.effective_rows[place] for place in places], places)
            for places in by_range.values()
        ]

    @cached_property
    def _restated_by_place(self) -> dict[int, int]:
        """Per place of a row the number of the restatements it is one of."""
        return {
            place: number
            for number, restated in enumerate(self._restated)
            for place in restated.places
        }

    @cached_property
    def _by_days(self) -> Overlaps:
        return Overlaps((row.since, row.until) for row in self.effective_rows)

    @cached_property
    def _later_by_days(self) -> Overlaps:
        return Overlaps((row.since, row.until) for row in self.signed_later)

    @cached_property
    def _by_counts(self) -> Overlaps:
        ranked = (restated.ranked[0] for restated in self._restated)
        return Overlaps((row.first, row.last) for row in ranked)

    @cached_property
    def _between_days(self) -> BetweenDays:
        return BetweenDays(self.effective_rows, self.grid, self.days)


class RowsOfOneRange:
    """The rows of one range of quantities, best first, with their places among all rows.

    Amendments restate the same rows year after year. On any day only the best of them can matter,
    so that a contract of ten thousand rows compiles as fast as its distinct ranges allow.
    """

    def __init__(self, ranked: Sequence[EffectiveRow], places: Sequence[int]) -> None:
        self.ranked = ranked
        self.places = places
        line = SweepLine(ranked, lambda row: (row.since, row.until))
        self.days = line.cuts
        self._best: list[tuple[int, ...]] = [()]
        place_of = {id(row): place for row, place in zip(ranked, places)}
        for day in self.days:
            line.move_to(day)
            selections = (line.everything, line.undiscounted, line.tiers)
            best = {place_of[id(row)] for rows in selections for row in rows.prevailing()}
            self._best.append(tuple(best))

    def best_on(self, day: int) -> tuple[int, ...]:
        """The places of the rows that can matter on a day: those that prevail in any selection."""
        return self._best[bisect_right(self.days, day)]

    def changes_on(self, day: int) -> Iterator[tuple[int, bool]]:
        """The places of the rows that begin (True) or cease to matter on a day."""
        before, after = set(self.best_on(day - 1)), set(self.best_on(day))
        return ((place, place in after) for place in before ^ after)

    def fitting(self, day: int) -> list[int]:
        """The places of the rows that fit, those that give way included."""
        return [self.places[number] for number in self._by_days.at(day)]

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
    return [row for row in rows if row.charge is not Charge.DISCOUNT]


class BetweenRange(NamedTuple):
    """A range of counts that is between days in some periods; both ends are exclusive."""

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
        self._turns: list[BetweenRange] = []
        ends = [*grid[1:], UNBOUNDED + 1]
        for cut, end, reach in zip(grid, ends, _reaches(rows, grid)):
            if reach is not None:
                earliest, latest = reach
                turn = BetweenRange(
                    cut, end, bisect_right(days, earliest), bisect_left(days, latest)
                )
                if turn.first_period < turn.after_period:
                    self._turns.append(turn)

    def edges(self, position: int) -> list[int]:
        """Where such quantities begin and end, in turn, on the days of the period at a position."""
        edges: list[int] = []
        for turn in self._turns:
            if turn.first_period <= position < turn.after_period:
                if edges and edges[-1] == turn.begin:
                    edges[-1] = turn.end
                else:
                    edges += (turn.begin, turn.end)
        return edges

    def walk(self, periods: int) -> Iterator[list[int]]:
        """The edges of each period in turn; it is one list, which changes."""
        changes: defaultdict[int, list[BetweenRange]] = defaultdict(list)
        for turn in self._turns:
            changes[turn.first_period].append(turn)
            changes[turn.after_period].append(turn)
        edges: list[int] = []
        for position in range(periods):
            for turn in changes.get(position, ()):
                _toggle(edges, turn.begin)
                _toggle(edges, turn.end)
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
    place = bisect_left(edges, edge)
    if edges[place : place + 1] == [edge]:
        del edges[place]
    else:
        edges.insert(place, edge)


Neighbours = tuple[Optional[EffectiveRow], Optional[EffectiveRow]]
"""The rows nearest to a question that no row fits: before it and after it."""

NO_NEIGHBOURS: Neighbours = (None, None)


class Nearest:
    """Rows by where they begin and where they end, in days or in quantities.

    `ranked` has the best first, and of several at one place the best is taken. A discount is none
    of them.
    """

    def __init__(
        self,
        ranked: Sequence[EffectiveRow],
        begin: Callable[[EffectiveRow], int],
        end: Callable[[EffectiveRow], int],
    ) -> None:
        worst_first = priced_rows(ranked)[::-1]
        self._by_end = {end(row): row for row in worst_first}
        self._by_begin = {begin(row): row for row in worst_first}
        self._ends = sorted(self._by_end)
        self._begins = sorted(self._by_begin)

    def to(self, place: int) -> Neighbours:
        """The row that ends last before a place, and the one that begins first after it."""
        before, after = bisect_left(self._ends, place), bisect_right(self._begins, place)
        return (
            self._by_end[self._ends[before - 1]] if before else None,
            self._by_begin[self._begins[after]] if after < len(self._begins) else None,
        )
