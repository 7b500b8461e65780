"""The sweep that makes segments of rows: quantities with their price function (rules 2, 3 and 4).

Every charge is a straight line on a range of quantities, so on any day the rows in effect are a
list of segments from 0 upwards, without gaps. `Compiler` makes the segments of one period, sweeping
upwards with the sum of the graduated tiers; `Sweep` goes on from period to period and compiles
again only what changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.precedence import REFUSALS, UNBOUNDED, EffectiveRow, Span, SweepLine


class TierChain:
    """The tiers that make up a graduated price, from the highest down.

    There may be thousands of them, so two are the same only if they are one and the same object.
    """

    __slots__ = ("below", "row")

    def __init__(self, row: EffectiveRow, below: TierChain | None) -> None:
        self.row = row
        self.below = below

    def effective_rows(self) -> Iterator[EffectiveRow]:
        tier: TierChain | None = self
        while tier is not None:
            yield tier.row
            tier = tier.below


class Verdict(NamedTuple):
    """What decides a range of quantities on the days of a period.

    `decided` has the principal row first (all the tied ones where they conflict); `tiers` are
    those summed up; `missing` is the lowest range that breaks a graduated sum; `before_discount` is
    the price function before a discount.
    """

    cause: Cause
    decided: tuple[EffectiveRow, ...] = ()
    price_function: PriceFunction | None = None
    tiers: TierChain | None = None
    missing: Segment | None = None
    before_discount: PriceFunction | None = None

    @property
    def all_decided(self) -> tuple[EffectiveRow, ...]:
        """All effective rows behind the verdict, the principal first, each once."""
        tiers = tuple(self.tiers.effective_rows()) if self.tiers else ()
        missing = self.missing.verdict.decided if self.missing else ()
        return tuple({id(row): row for row in (*self.decided, *tiers, *missing)}.values())


class Segment(NamedTuple):
    """A segment: quantities `first` to `last`, in steps, inclusive, with what decides them."""

    first: int
    last: int
    verdict: Verdict

    @property
    def is_bounded(self) -> bool:
        return self.last < UNBOUNDED

    @property
    def counts(self) -> Span:
        return self.first, self.last

    @property
    def is_gap(self) -> bool:
        """Whether no row but discounts is for these quantities."""
        return all(row.charge is Charge.DISCOUNT for row in self.verdict.decided)


class Gaps(NamedTuple):
    """Why no row fits a quantity on the days of a period (rule 4).

    `lowest` and `highest` are the smallest quantities of the first and the last row that fits then,
    both 0 where none does; `edges` are where quantities that rows fit both on earlier and on later
    days begin and end, in turn.
    """

    lowest: int
    highest: int
    edges: Sequence[int]

    def causes(self, first: int, last: int) -> Iterator[tuple[int, int, Cause]]:
        """Why none fits the quantities from a first to a last one, part by part."""
        if self.lowest < first < self.highest:
            yield first, last, Cause.BETWEEN_QUANTITIES
            return
        place = bisect_right(self.edges, first)
        while first <= last:
            end = min(last, self.edges[place] - 1) if place < len(self.edges) else last
            yield first, end, Cause.BETWEEN_DAYS if place % 2 else Cause.OUTSIDE
            first, place = end + 1, place + 1


class Sum(NamedTuple):
    """What the units up to some quantity add up to.

    `price_function` is that of the range last swept, None above a unit that no tier prices;
    `missing` is then that unit's range.
    """

    price_function: PriceFunction | None
    tiers: TierChain | None
    missing: Segment | None


NOTHING = Sum(PriceFunction(ZERO), None, None)

NEEDED_AT_NOTHING = frozenset({Charge.ADDITIONAL, Charge.NOT_ON_FILE})
"""At quantity 0 there is no unit that would need a tier, but there may be a fee."""

Chains = dict[tuple[int, int], TierChain]
"""Tiers on tiers that were met before, so that what adds up alike is one and the same."""


class GraduatedSum:
    """The sum of graduated tiers, each unit at the price of its own tier (rule 3).

    It moves upwards, one range of quantities after the other, beginning with the `sum` below. An
    `additional` row states its price outright: the sum starts again from it.
    """

    def __init__(self, step: Decimal, sum_below: Sum, chains: Chains) -> None:
        self.sum = sum_below
        self._step = step
        self._chains = chains

    def move_through(self, first: int, last: int, prevailing: tuple[EffectiveRow, ...]) -> None:
        """Add the counts `first` to `last` with the tiers that prevail there."""
        tier = prevailing[0] if len(prevailing) == 1 else None
        if tier is not None and tier.charge is Charge.ADDITIONAL:
            self._start_again(tier)
        elif tier is not None and tier.charge is Charge.GRADUATED:
            self._add(tier, first)
        elif last > 0 or any(row.charge in NEEDED_AT_NOTHING for row in prevailing):
            self._break(first, last, prevailing)

    def _start_again(self, tier: EffectiveRow) -> None:
        row = tier.row
        if not self._goes_on(tier) and row.price is not None and row.unit_price is not None:
            line = PriceFunction(row.price, row.unit_price, row.quantity_from)
            self.sum = Sum(line, self._chain(tier, None), None)

    def _add(self, tier: EffectiveRow, first: int) -> None:
        line, tiers = self.sum.price_function, self.sum.tiers
        if line is None or tier.row.unit_price is None or self._goes_on(tier):
            return
        below = EXACT.multiply(self._step, Decimal(max(first - 1, 0)))
        # a tier that only reached quantity 0 has no units
        empty = first == 1 and tiers and tiers.row.charge is Charge.GRADUATED
        self.sum = Sum(
            PriceFunction(line.at(below), tier.row.unit_price, below),
            self._chain(tier, None if empty else tiers),
            None,
        )

    def _goes_on(self, tier: EffectiveRow) -> bool:
        return self.sum.tiers is not None and self.sum.tiers.row is tier

    def _chain(self, tier: EffectiveRow, below: TierChain | None) -> TierChain:
        found = self._chains.get((id(tier), id(below)))
        if found is None:
            found = self._chains[id(tier), id(below)] = TierChain(tier, below)
        return found

    def _break(self, first: int, last: int, prevailing: tuple[EffectiveRow, ...]) -> None:
        verdict = Verdict(_refusal(prevailing), prevailing)
        missing = self.sum.missing
        if missing is None:
            self.sum = Sum(None, None, Segment(first, last, verdict))
        elif missing.last == first - 1 and missing.verdict == verdict:
            self.sum = Sum(None, None, missing._replace(last=last))


EVERYTHING: Span = (0, UNBOUNDED)
"""All quantities, in steps."""


class Compiler:
    """The segments that rows make of some quantities in a period, lowest first, without gaps.

    `ranked` are the effective rows that matter on these days, best first; `counts` the first and
    the last quantity, `sum_below` what the units below them add up to. `sums` has, for each
    segment, what the units up to its end add up to; `ranges` counts the ranges between all cuts.
    """

    def __init__(
        self,
        ranked: Sequence[EffectiveRow],
        gaps: Gaps,
        step: Decimal,
        *,
        counts: Span = EVERYTHING,
        sum_below: Sum = NOTHING,
        chains: Chains | None = None,
    ) -> None:
        self.segments: list[Segment] = []
        self.sums: list[Sum] = []
        self._gaps = gaps
        self._sum = GraduatedSum(step, sum_below, {} if chains is None else chains)
        lowest, highest = counts
        self._line = SweepLine(ranked, lambda row: (max(row.first, lowest), min(row.last, highest)))
        self.ranges = 0
        for first, last in self._between_cuts(lowest, highest):
            self.ranges += 1
            self._line.move_to(first)
            self._sum.move_through(first, last, self._line.tiers.prevailing())
            self._add(first, last)

    def _between_cuts(self, lowest: int, highest: int) -> Iterator[Span]:
        """The quantities from one at which anything changes to the next; 0 is one by itself."""
        cuts = {lowest, *self._line.cuts} | ({1} if lowest == 0 else set())
        firsts = [cut for cut in sorted(cuts) if cut <= highest]
        return zip(firsts, [*(first - 1 for first in firsts[1:]), highest])

    def _add(self, first: int, last: int) -> None:
        """Add a range in which nothing changes but why no row fits."""
        if self._line.undiscounted.prevailing():
            self._append(first, last, self._decide(Cause.OUTSIDE))
            return
        for begin, end, cause in self._gaps.causes(first, last):
            self._append(begin, end, self._decide(cause))

    def _append(self, first: int, last: int, verdict: Verdict) -> None:
        if self.segments and self.segments[-1].verdict == verdict:
            self.segments[-1] = self.segments[-1]._replace(last=last)
            self.sums[-1] = self._sum.sum
        else:
            self.segments.append(Segment(first, last, verdict))
            self.sums.append(self._sum.sum)

    def _decide(self, gap: Cause) -> Verdict:
        """What decides at the point moved to; `gap` says why where no row does."""
        prevailing = self._line.everything.prevailing()
        if len(prevailing) != 1 or prevailing[0].charge is not Charge.DISCOUNT:
            return self._decide_undiscounted(prevailing, gap)
        discount = prevailing[0]
        base = self._decide_undiscounted(self._line.undiscounted.prevailing(), gap)
        line = base.price_function and base.price_function.less(discount.row.percent or ZERO)
        decided = (discount, *base.decided)
        return Verdict(base.cause, decided, line, base.tiers, base.missing, base.price_function)

    def _decide_undiscounted(self, prevailing: tuple[EffectiveRow, ...], gap: Cause) -> Verdict:
        """What rows that prevail together decide; a single one is no discount."""
        if not prevailing:
            return Verdict(gap)
        principal = prevailing[0]
        if len(prevailing) > 1 or principal.charge in REFUSALS:
            return Verdict(_refusal(prevailing), prevailing)
        if principal.charge is not Charge.GRADUATED:
            return Verdict(Cause.PRICED, prevailing, _own_line(principal))
        below = self._sum.sum
        if below.price_function is None:
            return Verdict(Cause.TIER_MISSING, prevailing, missing=below.missing)
        return Verdict(Cause.PRICED, prevailing, below.price_function, below.tiers)


def _refusal(prevailing: tuple[EffectiveRow, ...]) -> Cause:
    """Why rows that prevail together give no price."""
    if not prevailing:
        return Cause.OUTSIDE
    if len(prevailing) > 1:
        return Cause.TIED
    return Cause.WITHDRAWN if prevailing[0].charge is Charge.WITHDRAWN else Cause.NOT_ON_FILE


def _own_line(principal: EffectiveRow) -> PriceFunction:
    """The price function that a package, per unit or additional row states by itself."""
    row = principal.row
    price, unit_price = row.price or ZERO, row.unit_price or ZERO
    if principal.charge is Charge.PACKAGE:
        return PriceFunction(price)
    if principal.charge is Charge.PER_UNIT:
        return PriceFunction(ZERO, unit_price)
    return PriceFunction(price, unit_price, row.quantity_from)


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
            f"the prices from {date.fromordinal(day)} on are too many to be listed; ask for single "
            "prices, and see whether days and quantities are entered as the documents have them"
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
        compiler = Compiler((), Gaps(0, 0, ()), step)
        self.segments: list[Segment] = compiler.segments
        self._sums = compiler.sums
        self._work_left = MOST_WORK

    def move_to(
        self, day: int, changes: Iterable[tuple[int, bool]], between_days: Sequence[int]
    ) -> None:
        """Go on to the next period, which begins on a day.

        `changes` are the places of the rows that change, and whether each comes or goes;
        `between_days` the edges of the quantities between days. Raises TooManyPrices.
        """
        changed = [self._move(place, enters=enters) for place, enters in changes]
        lowest, highest = (self._firsts[0], self._firsts[-1]) if self._firsts else (0, 0)
        gaps = Gaps(lowest, highest, between_days)
        for span in merge_spans(changed):
            if self._compile_again(span, gaps) == UNBOUNDED:
                break
        if len(self._chains) > CHAINS_KEPT:
            self._chains = {}
        self._work_left -= len(self.segments)
        if self._work_left < 0:
            raise TooManyPrices(day)

    def _move(self, place: int, *, enters: bool) -> Span:
        """Let a row come or go, and return its quantities."""
        row = self._rows[place]
        sequences = [(self._active, place)]
        if row.charge is not Charge.DISCOUNT:
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
        begin, end = self._place(max(first - 1, 0)), self._place(min(last + 1, UNBOUNDED))
        begin, end = extend_over_gaps(self.segments, begin, end)
        compiler = self._compile(begin, end, gaps)
        if self._adds_up and compiler.sums[-1] != self._sums[end]:
            end = len(self.segments) - 1
            compiler = self._compile(begin, end, gaps)
        reached = self.segments[end].last
        kept = {segment.first: segment for segment in self.segments[begin : end + 1]}
        self.segments[begin : end + 1] = [
            same if (same := kept.get(segment.first)) == segment else segment
            for segment in compiler.segments
        ]
        self._sums[begin : end + 1] = compiler.sums
        return reached

    def _compile(self, begin: int, end: int, gaps: Gaps) -> Compiler:
        first, last = self.segments[begin].first, self.segments[end].last
        active = (self._rows[place] for place in self._active)
        compiler = Compiler(
            [row for row in active if row.first <= last and first <= row.last],
            gaps,
            self._step,
            counts=(first, last),
            sum_below=self._sums[begin - 1] if begin else NOTHING,
            chains=self._chains,
        )
        self._work_left -= WORK_OF_A_RANGE * compiler.ranges
        return compiler

    def _place(self, count: int) -> int:
        """Where the segment of a count is."""
        return bisect_right(self.segments, (count, UNBOUNDED + 1)) - 1


def extend_over_gaps(segments: Sequence[Segment], begin: int, end: int) -> Span:
    """The segments from one to another, and where gaps are at their ends, all that go on there."""
    while begin and segments[begin].is_gap and segments[begin - 1].is_gap:
        begin -= 1
    while end + 1 < len(segments) and segments[end].is_gap and segments[end + 1].is_gap:
        end += 1
    return begin, end


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Ranges of counts, the smallest first, those in one that have counts in common or meet."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
