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

from xlfuncs.pricing.contract import DISCOUNTS, Charge
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import (
    REFUSALS,
    TIER_CHARGES,
    UNBOUNDED,
    EffectiveRow,
    by_precedence,
)
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
    the price function that a discount is taken off; `before_bounds` is what the row that prices
    would give without its minimum and maximum, where these change it.
    """

    cause: Cause
    decided: tuple[EffectiveRow, ...] = ()
    price_function: PriceFunction | None = None
    tiers: TierChain | None = None
    missing: Segment | None = None
    before_discount: PriceFunction | None = None
    before_bounds: PriceFunction | None = None

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
        return all(row.charge in DISCOUNTS for row in self.verdict.decided)


MOST_TIED = 10
"""Tied rows that are looked at; two are enough for a conflict."""


OUTRIGHT = frozenset({Charge.PACKAGE, Charge.PER_UNIT})
"""The charges that state the price of a quantity outright, whatever other units cost."""


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

    def active(self) -> list[EffectiveRow]:
        return [self._ranked[row_index] for row_index in self._active]

    def prevailing(self) -> tuple[EffectiveRow, ...]:
        """The row that prevails; several where they are tied; none where none fits."""
        if not self._active:
            return ()
        tied: list[EffectiveRow] = []
        for row_index in self._active[:MOST_TIED]:
            row = self._ranked[row_index]
            if tied and row.rank != tied[0].rank:
                break
            tied.append(row)
        return tuple(tied)


class SweepLine:
    """The rows that fit at a point of a sweep, in five selections.

    A discount is taken off what prevails without discounts (`undiscounted`); there are ordinary
    ones (`discounts`) and `standing` ones. A graduated sum sees tiers and what takes tiers away
    (`tiers`), and rows that state a price `outright`. `extent` gives the first and the last point
    at which a row fits.
    """

    def __init__(
        self, ranked: Sequence[EffectiveRow], extent: Callable[[EffectiveRow], Span]
    ) -> None:
        self.undiscounted = ActiveRows(ranked)
        self.discounts = ActiveRows(ranked)
        self.standing = ActiveRows(ranked)
        self.tiers = ActiveRows(ranked)
        self.outright = ActiveRows(ranked)
        self._ranked = ranked
        self._moves: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        for row_index, row in enumerate(ranked):
            first, last = extent(row)
            self._moves[first].append((True, row_index))
            self._moves[last + 1].append((False, row_index))

    @property
    def selections(self) -> list[ActiveRows]:
        """Selections of which other rows may prevail; without outright rows, tiers do in both."""
        charges = {row.charge for row in self._ranked}
        own = {
            Charge.DISCOUNT: self.discounts,
            Charge.STANDING_DISCOUNT: self.standing,
        }
        found = [self.undiscounted, *(own[each] for each in own if each in charges)]
        return [*found, self.tiers] if charges & OUTRIGHT else found

    @property
    def cuts(self) -> list[int]:
        """The points at which any row enters or leaves."""
        return sorted(self._moves)

    def move_to(self, point: int) -> None:
        """Let rows enter and leave at a point; every cut has to be moved to, in order."""
        for enters, row_index in self._moves.get(point, ()):
            for rows in self._selections(self._ranked[row_index].charge):
                (rows.enter if enters else rows.leave)(row_index)

    def _selections(self, charge: Charge) -> tuple[ActiveRows, ...]:
        if charge is Charge.DISCOUNT:
            return (self.discounts,)
        if charge is Charge.STANDING_DISCOUNT:
            return (self.standing,)
        if charge in TIER_CHARGES or charge in REFUSALS:
            return self.undiscounted, self.tiers
        return self.undiscounted, self.outright

    def find_discount(self, undiscounted: Sequence[EffectiveRow]) -> tuple[EffectiveRow, ...]:
        """The discount that is taken off what else prevails; several where they are tied.

        A row that prices ends a discount below it, but not a standing one; of the discounts that
        are left the best is taken (rule 3).
        """
        discounts, standing = self.discounts.prevailing(), self.standing.prevailing()
        if discounts and undiscounted and discounts[0].rank > undiscounted[0].rank:
            discounts = ()
        if not discounts or not standing:
            return discounts or standing
        if discounts[0].rank == standing[0].rank:
            return tuple(sorted((*discounts, *standing), key=by_precedence))
        return min(discounts, standing, key=lambda rows: rows[0].rank)


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


class Aside(NamedTuple):
    """A row that states the price of the last units outright, and the sum the other way.

    `otherwise` is the sum that begins with the row, or where the sum does begin with it, the one
    without it. `tier` is the one that it outranks, and `rows` are all that do so and state a price
    outright, best first; `last` is the last of its units.
    """

    row: EffectiveRow
    last: int
    otherwise: Sum
    tier: EffectiveRow | None = None
    rows: tuple[EffectiveRow, ...] = ()

    def find_base(self, above: EffectiveRow, first: int) -> tuple[EffectiveRow, ...]:
        """The row that a tier from `first` on builds on; none where that is the tier below.

        It is a row of the table that the tier above belongs to, or of one before it, and counts
        with the price that the table has for these units now; or the row that replaces all of the
        tier below. Otherwise the row is a price for its own quantities only, as one with a window
        always is, and leaves the table as it was. Several rows are tied.
        """
        if self.tier is None or self.last != first - 1:
            return ()
        is_special = self.row.row.has_window and not above.row.has_window
        own = [row for row in self.rows if row.rank >= above.rank]
        if own:
            return (
                tuple(row for row in own if row.rank == own[0].rank) if is_special else (self.row,)
            )
        is_replaced = self.row.first <= self.tier.first and self.tier is not above
        is_window = self.row.row.has_window and not self.tier.row.has_window
        return (self.row,) if is_replaced and not is_window else ()


class Sum(NamedTuple):
    """What the units up to some quantity add up to.

    `price_function` is that of the range last swept, None above a unit that no tier prices;
    `missing` is then that unit's range. `aside` is a row that states the price of the last units
    outright.
    """

    price_function: PriceFunction | None
    tiers: TierChain | None
    missing: Segment | None
    aside: Aside | None = None


NOTHING = Sum(PriceFunction(ZERO), None, None)

NEEDED_AT_NOTHING = frozenset({Charge.ADDITIONAL, Charge.NOT_ON_FILE})
"""At quantity 0 there is no unit that would need a tier, but there may be a fee."""

Chains = dict[tuple[int, int], TierChain]
"""Tiers on tiers that were met before, so that what adds up alike is one and the same."""


class GraduatedSum:
    """The sum of graduated tiers, each unit at the price of its own tier (rule 3).

    It moves upwards, one range of quantities after the other, beginning with the `sum` below. Below
    the lowest tier the sum is what the units cost by whatever row prices them.
    """

    def __init__(self, step: Decimal, sum_below: Sum, chains: Chains) -> None:
        self.sum = sum_below
        self._step = step
        self._chains = chains

    def move_through(self, first: int, last: int, sweep: SweepLine) -> None:
        """Add the counts `first` to `last` with the rows that prevail there."""
        tiers, undiscounted = sweep.tiers.prevailing(), sweep.undiscounted.prevailing()
        aside, self.sum = self.sum.aside, self.sum._replace(aside=None)
        if len(undiscounted) > 1:
            self._note_missing(first, last, undiscounted)
            return
        tier = tiers[0] if len(tiers) == 1 and tiers[0].charge in TIER_CHARGES else None
        outright = undiscounted[0] if undiscounted and undiscounted[0].charge in OUTRIGHT else None
        if aside is not None and aside.row is outright:
            if aside.tier is None:
                self.sum = aside.otherwise
        elif aside is not None and tier is not None:
            self._build_on(aside.find_base(tier, first), aside, first)
        self._add(first, last, tiers, tier)
        if outright is None:
            return
        if last == 0 and tier is None and len(sweep.outright.active()) > 1:
            self._note_missing(first, last, ())  # a fee below, or this row in its place
        beginning = self._beginning(outright)
        if tier is None:
            self.sum = beginning._replace(aside=Aside(outright, last, self.sum))
        else:
            rows = tuple(row for row in sweep.outright.active() if row.rank < tier.rank)
            self.sum = self.sum._replace(aside=Aside(outright, last, beginning, tier, rows))

    def _beginning(self, outright: EffectiveRow) -> Sum:
        """The sum that begins with a row that states its price outright."""
        return Sum(own_price_function(outright), self._chain(outright, None), None)

    def _build_on(self, rows: tuple[EffectiveRow, ...], aside: Aside, first: int) -> None:
        """Begin again with the row that a tier builds on; several are tied."""
        if len(rows) > 1:
            self._note_missing(first - 1, first - 1, rows)
        elif rows:
            self.sum = aside.otherwise if rows[0] is aside.row else self._beginning(rows[0])

    def _add(
        self,
        first: int,
        last: int,
        tiers: tuple[EffectiveRow, ...],
        tier: EffectiveRow | None,
    ) -> None:
        """Add what the tiers that prevail for some counts say, or note that none does."""
        if tier is None:
            if last > 0 or any(row.charge in NEEDED_AT_NOTHING for row in tiers):
                self._note_missing(first, last, tiers)
        elif tier.charge is Charge.ADDITIONAL:
            self._begin_with(tier)
        else:
            self._add_tier(tier, first)

    def through(self, last: int) -> Sum:
        """What the units up to a count add up to, of those that the sum moved through last."""
        aside = self.sum.aside
        if aside is None or aside.last <= last:
            return self.sum
        return self.sum._replace(aside=aside._replace(last=last))

    def _begin_with(self, row: EffectiveRow) -> None:
        if not self._goes_on(row):
            self.sum = Sum(own_price_function(row), self._chain(row, None), None)

    def _add_tier(self, tier: EffectiveRow, first: int) -> None:
        total, tiers = self.sum.price_function, self.sum.tiers
        if total is None or self._goes_on(tier):
            return
        below = EXACT.multiply(self._step, Decimal(max(first - 1, 0)))
        # a tier that only reached quantity 0 has no units
        empty = first == 1 and tiers and tiers.row.charge is Charge.GRADUATED
        self.sum = Sum(
            PriceFunction(total.at(below), tier.row.price_of_one or ZERO, below),
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
    adds_up: bool = True,
) -> Compilation:
    """Compile the segments that rows make of some quantities in a period.

    `ranked` are the effective rows that matter on these days, best first; `counts` the first and
    the last quantity, `sum_below` what the units below them add up to; `chains` are tiers on tiers
    met in other periods; without `adds_up` no row of the service is graduated.
    """
    lowest, highest = counts
    sweep = SweepLine(ranked, lambda row: (max(row.first, lowest), min(row.last, highest)))
    units_below = GraduatedSum(step, sum_below, {} if chains is None else chains)
    segments: list[Segment] = []
    sums: list[Sum] = []
    ranges = _between_cuts(sweep.cuts, lowest, highest)
    for first, last in ranges:
        sweep.move_to(first)
        if adds_up:
            units_below.move_through(first, last, sweep)
        for part in _decide((first, last), sweep, units_below.sum, gaps, step):
            if segments and segments[-1].verdict == part.verdict:
                segments[-1] = segments[-1]._replace(last=part.last)
                sums[-1] = units_below.through(part.last)
            else:
                segments.append(part)
                sums.append(units_below.through(part.last))
    return Compilation(segments, sums, len(ranges))


def _between_cuts(cuts: Sequence[int], lowest: int, highest: int) -> list[Span]:
    """The quantities from one at which anything changes to the next; 0 is one by itself."""
    begins = {lowest, *cuts} | ({1} if lowest == 0 else set())
    firsts = [begin for begin in sorted(begins) if begin <= highest]
    return list(zip(firsts, [*(first - 1 for first in firsts[1:]), highest]))


def _decide(
    span: Span,
    sweep: SweepLine,
    summed: Sum,
    gaps: Gaps,
    step: Decimal,
) -> Iterator[Segment]:
    """What decides a range in which no row comes or goes, part by part."""
    first, last = span
    undiscounted = sweep.undiscounted.prevailing()
    discount = sweep.find_discount(undiscounted)
    if undiscounted:
        parts = _bound(Segment(first, last, _decide_undiscounted(undiscounted, summed)), step)
    else:
        causes = gaps.causes(first, last)
        parts = (Segment(begin, end, Verdict(cause)) for begin, end, cause in causes)
    for part in parts:
        if discount:
            yield from _take_off(discount, part, step)
        else:
            yield part


def _take_off(
    discount: tuple[EffectiveRow, ...], undiscounted: Segment, step: Decimal
) -> Iterator[Segment]:
    """What a discount leaves of what the rows that are no discounts decide."""
    if len(discount) > 1:
        yield undiscounted._replace(verdict=Verdict(Cause.TIED, discount))
        return
    [taken] = discount
    verdict = undiscounted.verdict
    before = verdict.price_function
    nothing = verdict.cause in NOTHING_THERE
    left = verdict._replace(
        cause=Cause.NOTHING_TO_DISCOUNT if nothing else verdict.cause,
        decided=(taken, *verdict.decided),
        price_function=before and before.less(taken.row.percent or ZERO),
        before_discount=before,
    )
    yield from _bound(undiscounted._replace(verdict=left), step)


NOTHING_THERE = frozenset({Cause.OUTSIDE, Cause.WITHDRAWN})
"""The causes where a contract offers no price that anything could be taken off."""


def _bound(segment: Segment, step: Decimal) -> Iterator[Segment]:
    """The segment with its price within the bounds of the row that decides it (rule 5).

    It is split where the price meets a bound.
    """
    verdict = segment.verdict
    line, row = verdict.price_function, verdict.decided[0].row if verdict.decided else None
    if line is None or row is None or (row.minimum is None and row.maximum is None):
        yield segment
        return
    first, last = segment.first, segment.last
    low, high = first - 1, last
    if row.minimum is not None:
        reaching = line.count_reaching(row.minimum, step)
        low = last if reaching is None else min(last, reaching - 1)
    if row.maximum is not None:
        exceeding = line.count_exceeding(row.maximum, step)
        high = last if exceeding is None else min(last, exceeding - 1)
    for begin, end, bound in (
        (first, low, row.minimum),
        (max(first, low + 1), high, None),
        (max(first, high + 1), last, row.maximum),
    ):
        if begin <= end:
            yield Segment(begin, end, verdict if bound is None else _hold(verdict, bound))


def _hold(verdict: Verdict, bound: Decimal) -> Verdict:
    """The verdict with its price held at a bound of the row that decides."""
    is_discounted = verdict.before_discount is not None
    before = verdict.before_bounds if is_discounted else verdict.price_function
    return verdict._replace(price_function=PriceFunction(bound), before_bounds=before)


def _decide_undiscounted(prevailing: tuple[EffectiveRow, ...], summed: Sum) -> Verdict:
    """What rows that prevail together decide, none of them a discount."""
    principal = prevailing[0]
    if len(prevailing) > 1 or principal.charge in REFUSALS:
        return Verdict(_refusal(prevailing), prevailing)
    if principal.charge is not Charge.GRADUATED:
        return Verdict(Cause.PRICED, prevailing, own_price_function(principal))
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


def own_price_function(principal: EffectiveRow) -> PriceFunction:
    """The price function that a package, per unit or additional row states by itself."""
    row = principal.row
    price, unit_price = row.price or ZERO, row.price_of_one or ZERO
    if principal.charge is Charge.PACKAGE:
        return PriceFunction(price)
    if principal.charge is Charge.PER_UNIT:
        return PriceFunction(ZERO, unit_price)
    return PriceFunction(price, unit_price, row.quantity_from)
