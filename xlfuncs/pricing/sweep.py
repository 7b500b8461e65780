"""The segments of all periods of a price list in turn, compiled again only where they change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.contract import DISCOUNTS, Charge
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import UNBOUNDED, EffectiveRow
from xlfuncs.pricing.segments import NOTHING, Chains, Compilation, Gaps, Segment, compile_segments
from xlfuncs.pricing.spans import Span, merge_spans

CHAINS_KEPT = 1_000_000
"""Sums of tiers in memory at a time."""

MOST_WORK, WORK_OF_A_RANGE = 10_000_000, 20
"""The work of one sweep: a unit for each segment of each period, and so many for each range that is
compiled again. That takes some seconds. Five thousand rows with windows of their own come to four
million, as many windows within windows to a hundred times as many."""


class TooManyPrices(BadInput):
    """A price list that would take minutes to list; a single price takes no time all the same."""

    def __init__(self, day: int) -> None:
        self.day = day
        super().__init__(
            f"the prices from {date.fromordinal(day)} on are too many to list; price single "
            "quantities, and check that dates and quantities are entered as the documents state "
            "them"
        )


class Sweep:
    """The segments of one period after the other; at first those of days on which no row fits.

    Rows come and go one by one, so from one period to the next most segments stay. What has to be
    compiled again is where a row came or went, with the gaps beside it; and where graduated prices
    add up to something else there, all that is above.
    """

    def __init__(self, rows: Sequence[EffectiveRow], step: Decimal) -> None:
        self._rows = rows
        self._step = step
        self._adds_up = any(row.charge is Charge.GRADUATED for row in rows)
        self._active: list[int] = []
        self._firsts: list[int] = []
        self._chains: Chains = {}
        nothing = compile_segments((), Gaps(0, 0, ()), step)
        self.segments: list[Segment] = nothing.segments
        self._sums = nothing.sums
        self._work_left = MOST_WORK

    def move_to(
        self, day: int, changes: Iterable[tuple[int, bool]], between_days: Sequence[int]
    ) -> None:
        """Go on to the next period, which begins on a day.

        `changes` are the indexes of the rows that change, and whether each comes or goes;
        `between_days` the edges of the quantities between days. Raises TooManyPrices.
        """
        changed = [self._move(row_index, enters=enters) for row_index, enters in changes]
        first_start, last_start = (self._firsts[0], self._firsts[-1]) if self._firsts else (0, 0)
        gaps = Gaps(first_start, last_start, between_days)
        for span in merge_spans(changed):
            if self._compile_again(span, gaps) == UNBOUNDED:
                break
        if len(self._chains) > CHAINS_KEPT:
            self._chains = {}
        self._work_left -= len(self.segments)
        if self._work_left < 0:
            raise TooManyPrices(day)

    def _move(self, row_index: int, *, enters: bool) -> Span:
        """Let a row come or go, and return its quantities."""
        row = self._rows[row_index]
        sequences = [(self._active, row_index)]
        if row.charge not in DISCOUNTS:
            sequences.append((self._firsts, row.first))
        for numbers, number in sequences:
            if enters:
                insort(numbers, number)
            else:
                del numbers[bisect_left(numbers, number)]
        return row.first, row.last

    def _compile_again(self, counts: Span, gaps: Gaps) -> int:
        """Compile the segments of some counts, and further if need be; return the last count.

        The segments beside them are compiled as well, and all gaps next to each other there, so
        that those below and above remain as they are.
        """
        first, last = counts
        begin, end = self._index_of(max(first - 1, 0)), self._index_of(min(last + 1, UNBOUNDED))
        begin, end = extend_over_gaps(self.segments, begin, end)
        compiled = self._compile(begin, end, gaps)
        if self._adds_up and compiled.sums[-1] != self._sums[end]:
            end = len(self.segments) - 1
            compiled = self._compile(begin, end, gaps)
        reached = self.segments[end].last
        kept = {segment.first: segment for segment in self.segments[begin : end + 1]}
        self.segments[begin : end + 1] = [
            same if (same := kept.get(segment.first)) == segment else segment
            for segment in compiled.segments
        ]
        self._sums[begin : end + 1] = compiled.sums
        return reached

    def _compile(self, begin: int, end: int, gaps: Gaps) -> Compilation:
        first, last = self.segments[begin].first, self.segments[end].last
        active = map(self._rows.__getitem__, self._active)
        compiled = compile_segments(
            [row for row in active if row.first <= last and first <= row.last],
            gaps,
            self._step,
            counts=(first, last),
            sum_below=self._sums[begin - 1] if begin else NOTHING,
            chains=self._chains,
            adds_up=self._adds_up,
        )
        self._work_left -= WORK_OF_A_RANGE * compiled.ranges
        return compiled

    def _index_of(self, count: int) -> int:
        """The index of the segment of a count."""
        return bisect_right(self.segments, (count, UNBOUNDED + 1)) - 1


def extend_over_gaps(segments: Sequence[Segment], begin: int, end: int) -> Span:
    """The segments from one to another, and where gaps are at their ends, all that go on there."""
    while begin and segments[begin].is_gap and segments[begin - 1].is_gap:
        begin -= 1
    while end + 1 < len(segments) and segments[end].is_gap and segments[end + 1].is_gap:
        end += 1
    return begin, end
