"""From the rows of a day to segments: quantities with their price function (rules 2, 3 and 4).

Every charge is a straight line on a range of quantities, so on any day the rows in effect are a
list of segments from 0 upwards, without gaps. `compile_segments` sweeps upwards through the
quantities with the rows that are active at each point and the sum of the graduated tiers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Callable, NamedTuple

from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import REFUSALS, TIER_CHARGES, UNBOUNDED, EffectiveRow
from xlfuncs.pricing.spans import Span


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
    the price function that a discount is taken off.
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


MOST_TIED = 10
"""Tied rows that are looked at; two are enough for a conflict."""


class ActiveRows:
    """The effective rows that fit at one point of a sweep, best first.

    They enter and leave by their index in a list sorted by rank, so that each step of the sweep
    costs a binary search.
    """

    def __init__(self, ranked: Sequence[EffectiveRow]) -> None:
        self._ranked = ranked
        self._active: list[int] = []

    def enter(self, row_index: int) -> None:
        insort(self._active, row_index)

    def leave(self, row_index: int) -> None:
        del self._active[bisect_left(self._active, row_index)]

    def prevailing(self) -> tuple[EffectiveRow, ...]:
        """The row that prevails; several where they are tied; none where none fits."""
        tied: list[EffectiveRow] = []
        for row_index in self._active[:MOST_TIED]:
            row = self._ranked[row_index]
            if tied and row.rank != tied[0].rank:
                break
            tied.append(row)
        return tuple(tied)


class SweepLine:
    """The rows that fit at a point of a sweep, in three selections.

    A discount is taken off what would prevail without discounts (`undiscounted`); a graduated sum
    sees tiers and what takes tiers away, and nothing else (`tiers`). `extent` gives the first and
    the last point at which a row fits.
    """

    def __init__(
        self, ranked: Sequence[EffectiveRow], extent: Callable[[EffectiveRow], Span]
    ) -> None:
        self.everything = ActiveRows(ranked)
        self.undiscounted = ActiveRows(ranked)
        self.tiers = ActiveRows(ranked)
        self._ranked = ranked
        self._moves: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        for row_index, row in enumerate(ranked):
            first, last = extent(row)
            self._moves[first].append((True, row_index))
            self._moves[last + 1].append((False, row_index))

    @property
    def cuts(self) -> list[int]:
        """The points at which any row enters or leaves."""
        return sorted(self._moves)

    def move_to(self, point: int) -> None:
        """Let rows enter and leave at a point; every cut has to be moved to, in order."""
        for enters, row_index in self._moves.get(point, ()):
            for rows in self._selections(self._ranked[row_index].charge):
                (rows.enter if enters else rows.leave)(row_index)

    def _selections(self, charge: Charge) -> list[ActiveRows]:
        selections = [self.everything]
        if charge is not Charge.DISCOUNT:
            selections.append(self.undiscounted)
        if charge in TIER_CHARGES or charge in REFUSALS:
            selections.append(self.tiers)
        return selections


class Gaps(NamedTuple):
    """Why no row fits a quantity on the days of a period (rule 4).

    `first_start` and `last_start` are where the quantities of the lowest and of the highest row
    that fits then begin, both 0 where none does. `edges` are [begin, end, begin, end, ...] of the
    quantities that rows fit both on earlier and on later days, each end exclusive: a quantity that
    has an odd number of edges behind it is one of them.
    """

    first_start: int
    last_start: int
    edges: Sequence[int]

    def causes(self, first: int, last: int) -> Iterator[tuple[int, int, Cause]]:
        """Why none fits the quantities from a first to a last one, part by part."""
        if self.first_start < first < self.last_start:
            yield first, last, Cause.BETWEEN_QUANTITIES
            return
        passed = bisect_right(self.edges, first)
        while first <= last:
            end = min(last, self.edges[passed] - 1) if passed < len(self.edges) else last
            yield first, end, Cause.BETWEEN_DAYS if passed % 2 else Cause.OUTSIDE
            first, passed = end + 1, passed + 1


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
            self._add_tier(tier, first)
        elif last > 0 or any(row.charge in NEEDED_AT_NOTHING for row in prevailing):
            self._note_missing(first, last, prevailing)

    def _start_again(self, tier: EffectiveRow) -> None:
        row = tier.row
        if not self._goes_on(tier) and row.price is not None and row.unit_price is not None:
            price_function = PriceFunction(row.price, row.unit_price, row.quantity_from)
            self.sum = Sum(price_function, self._chain(tier, None), None)

    def _add_tier(self, tier: EffectiveRow, first: int) -> None:
        total, tiers = self.sum.price_function, self.sum.tiers
        if total is None or tier.row.unit_price is None or self._goes_on(tier):
            return
        below = EXACT.multiply(self._step, Decimal(max(first - 1, 0)))
        # a tier that only reached quantity 0 has no units
        empty = first == 1 and tiers and tiers.row.charge is Charge.GRADUATED
        self.sum = Sum(
            PriceFunction(total.at(below), tier.row.unit_price, below),
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

    def _note_missing(self, first: int, last: int, prevailing: tuple[EffectiveRow, ...]) -> None:
        """Note that no tier prices these units: a graduated price above them has no sum.

        Other charges do not ask for the sum, so where there is no graduated row it does no harm.
        """
        verdict = Verdict(_refusal(prevailing), prevailing)
        missing = self.sum.missing
        if missing is None:
            self.sum = Sum(None, None, Segment(first, last, verdict))
        elif missing.last == first - 1 and missing.verdict == verdict:
            self.sum = Sum(None, None, missing._replace(last=last))


EVERYTHING: Span = (0, UNBOUNDED)
"""All quantities, in steps."""


class Compilation(NamedTuple):
    """The segments of some quantities in a period, lowest first, without gaps.

    `sums` has, for each segment, what the units up to its end add up to; `ranges` counts the ranges
    between all cuts, which is the work that it took.
    """

    segments: list[Segment]
    sums: list[Sum]
    ranges: int


def compile_segments(
    ranked: Sequence[EffectiveRow],
    gaps: Gaps,
    step: Decimal,
    *,
    counts: Span = EVERYTHING,
    sum_below: Sum = NOTHING,
    chains: Chains | None = None,
) -> Compilation:
    """Compile the segments that rows make of some quantities in a period.

    `ranked` are the effective rows that matter on these days, best first; `counts` the first and
    the last quantity, `sum_below` what the units below them add up to; `chains` are tiers on tiers
    met in other periods.
    """
    lowest, highest = counts
    sweep = SweepLine(ranked, lambda row: (max(row.first, lowest), min(row.last, highest)))
    units_below = GraduatedSum(step, sum_below, {} if chains is None else chains)
    segments: list[Segment] = []
    sums: list[Sum] = []
    ranges = _between_cuts(sweep.cuts, lowest, highest)
    for first, last in ranges:
        sweep.move_to(first)
        units_below.move_through(first, last, sweep.tiers.prevailing())
        for begin, end, verdict in _decide(first, last, sweep, units_below.sum, gaps):
            if segments and segments[-1].verdict == verdict:
                segments[-1] = segments[-1]._replace(last=end)
                sums[-1] = units_below.sum
            else:
                segments.append(Segment(begin, end, verdict))
                sums.append(units_below.sum)
    return Compilation(segments, sums, len(ranges))


def _between_cuts(cuts: Sequence[int], lowest: int, highest: int) -> list[Span]:
    """The quantities from one at which anything changes to the next; 0 is one by itself."""
    begins = {lowest, *cuts} | ({1} if lowest == 0 else set())
    firsts = [begin for begin in sorted(begins) if begin <= highest]
    return list(zip(firsts, [*(first - 1 for first in firsts[1:]), highest]))


def _decide(
    first: int, last: int, sweep: SweepLine, summed: Sum, gaps: Gaps
) -> list[tuple[int, int, Verdict]]:
    """What decides a range in which nothing changes but why no row fits, part by part."""
    prevailing = sweep.everything.prevailing()
    undiscounted = sweep.undiscounted.prevailing()
    if undiscounted:
        verdict = _take_off(prevailing, _decide_undiscounted(undiscounted, summed))
        return [(first, last, verdict)]
    return [
        (begin, end, _take_off(prevailing, Verdict(cause)))
        for begin, end, cause in gaps.causes(first, last)
    ]


def _take_off(prevailing: tuple[EffectiveRow, ...], undiscounted: Verdict) -> Verdict:
    """What all rows that prevail decide, given what those that are no discounts do."""
    if len(prevailing) > 1:  # a discount may be among them
        return Verdict(Cause.TIED, prevailing)
    if not prevailing or prevailing[0].charge is not Charge.DISCOUNT:
        return undiscounted
    discount = prevailing[0]
    before = undiscounted.price_function
    return Verdict(
        undiscounted.cause,
        (discount, *undiscounted.decided),
        before and before.less(discount.row.percent or ZERO),
        undiscounted.tiers,
        undiscounted.missing,
        before,
    )


def _decide_undiscounted(prevailing: tuple[EffectiveRow, ...], summed: Sum) -> Verdict:
    """What rows that prevail together decide, none of them a discount."""
    principal = prevailing[0]
    if len(prevailing) > 1 or principal.charge in REFUSALS:
        return Verdict(_refusal(prevailing), prevailing)
    if principal.charge is not Charge.GRADUATED:
        return Verdict(Cause.PRICED, prevailing, _own_price_function(principal))
    if summed.price_function is None:
        return Verdict(Cause.TIER_MISSING, prevailing, missing=summed.missing)
    return Verdict(Cause.PRICED, prevailing, summed.price_function, summed.tiers)


def _refusal(prevailing: tuple[EffectiveRow, ...]) -> Cause:
    """Why rows that prevail together give no price."""
    if not prevailing:
        return Cause.OUTSIDE
    if len(prevailing) > 1:
        return Cause.TIED
    return Cause.WITHDRAWN if prevailing[0].charge is Charge.WITHDRAWN else Cause.NOT_ON_FILE


def _own_price_function(principal: EffectiveRow) -> PriceFunction:
    """The price function that a package, per unit or additional row states by itself."""
    row = principal.row
    price, unit_price = row.price or ZERO, row.unit_price or ZERO
    if principal.charge is Charge.PACKAGE:
        return PriceFunction(price)
    if principal.charge is Charge.PER_UNIT:
        return PriceFunction(ZERO, unit_price)
    return PriceFunction(price, unit_price, row.quantity_from)
