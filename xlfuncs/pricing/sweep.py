"""The sweep over days and quantities: rows compiled into periods of segments (rules 2 and 3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.gaps import Gaps, Nearest, Neighbours, in_time
from xlfuncs.pricing.money import EXACT, ZERO, Line
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import REFUSALS, UNBOUNDED, Claim, Contests, Overlaps
from xlfuncs.pricing.segments import Cause, Piece, Slabs, Span, Verdict, refusal

# Stacks: claims for one and the same range of quantities, one amendment on top of the other.
#
# Amendments restate the same rows year after year. On any day only the best of a stack can matter,
# so that a contract of ten thousand rows compiles as fast as its distinct ranges allow.


class Stack:
    """The claims of one range, sorted by rank, with their places among all claims."""

    def __init__(self, ranked: Sequence[Claim], places: Sequence[int]) -> None:
        self.ranked = ranked
        self.places = places
        contests = Contests(ranked, lambda claim: (claim.since, claim.until))
        self.days = contests.cuts
        self._best: list[tuple[int, ...]] = [()]
        place_of = {id(claim): place for claim, place in zip(ranked, places)}
        for day in self.days:
            contests.move_to(day)
            self._best.append(tuple({place_of[id(claim)] for claim in _all_winners(contests)}))

    def best_on(self, day: int) -> tuple[int, ...]:
        """The places of the claims that can matter on a day: those that win any of the contests."""
        return self._best[bisect_right(self.days, day)]

    def fitting(self, day: int) -> list[int]:
        """The places of the claims that fit, those that give way included."""
        return [self.places[number] for number in self._by_days.at(day)]

    def nearest(self, day: int) -> Neighbours:
        """The claims that fit on the nearest earlier and the nearest later day."""
        return self._in_time.to(day)

    @cached_property
    def _in_time(self) -> Nearest:
        return in_time(self.ranked)

    @cached_property
    def _by_days(self) -> Overlaps:
        return Overlaps((claim.since, claim.until) for claim in self.ranked)


def _all_winners(contests: Contests) -> tuple[Claim, ...]:
    return (
        *contests.everything.winners(),
        *contests.undiscounted.winners(),
        *contests.slabs.winners(),
    )


def stacks_of(ranked: Sequence[Claim]) -> list[Stack]:
    """The claims by their ranges."""
    by_range: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, claim in enumerate(ranked):
        by_range[claim.first, claim.last].append(place)
    return [Stack([ranked[place] for place in places], places) for places in by_range.values()]


# Graduated prices (rule 3): the sum of slabs, each unit at the price of its own slab.

UNKNOWN_AT_NOTHING = frozenset({Charge.ADDITIONAL, Charge.NOT_ON_FILE})
"""At quantity 0 there is no unit that would need a slab, but a fee may stand there."""


class Sum(NamedTuple):
    """What the units up to some quantity add up to.

    `line` prices the range last walked, or is None above a unit that no slab prices; `missing` is
    then that unit's range.
    """

    line: Line | None
    slabs: Slabs | None
    missing: Piece | None


NOTHING = Sum(Line(ZERO), None, None)

Chains = dict[tuple[int, int], Slabs]
"""Slabs on slabs that were met before, so that what adds up alike is one and the same."""


class RunningSum:
    """Walks a band upwards, one range of quantities after the other, `begun` with those below.

    An `additional` row states its price outright: the sum starts again from it.
    """

    def __init__(self, step: Decimal, begun: Sum, chains: Chains) -> None:
        self.line, self.slabs, self.missing = begun
        self._step = step
        self._chains = chains

    @property
    def sum(self) -> Sum:
        return Sum(self.line, self.slabs, self.missing)

    def walk(self, first: int, last: int, winners: tuple[Claim, ...]) -> None:
        """Takes in the counts `first` to `last` with the slab claims that prevail there."""
        slab = winners[0] if len(winners) == 1 else None
        if slab is not None and slab.charge is Charge.ADDITIONAL:
            self._start_anew(slab)
        elif slab is not None and slab.charge is Charge.GRADUATED:
            self._add(slab, first)
        elif last > 0 or any(claim.charge in UNKNOWN_AT_NOTHING for claim in winners):
            self._break(first, last, winners)

    def _start_anew(self, slab: Claim) -> None:
        row = slab.row
        if not self._goes_on(slab) and row.price is not None and row.unit_price is not None:
            self.line = Line(row.price, row.unit_price, row.quantity_from)
            self.slabs, self.missing = self._chained(slab, None), None

    def _add(self, slab: Claim, first: int) -> None:
        if self.line is None or slab.row.unit_price is None or self._goes_on(slab):
            return
        below = EXACT.multiply(self._step, Decimal(max(first - 1, 0)))
        self.line = Line(self.line.at(below), slab.row.unit_price, below)
        self.slabs = self._chained(slab, self._units_below(first))

    def _goes_on(self, slab: Claim) -> bool:
        return self.line is not None and self.slabs is not None and self.slabs.claim is slab

    def _units_below(self, first: int) -> Slabs | None:
        """The slabs of the units below; one that only reached quantity 0 has none."""
        empty = first == 1 and self.slabs and self.slabs.claim.charge is Charge.GRADUATED
        return None if empty else self.slabs

    def _chained(self, slab: Claim, below: Slabs | None) -> Slabs:
        found = self._chains.get((id(slab), id(below)))
        if found is None:
            found = self._chains[id(slab), id(below)] = Slabs(slab, below)
        return found

    def _break(self, first: int, last: int, winners: tuple[Claim, ...]) -> None:
        verdict = Verdict(refusal(winners), winners)
        if self.line is not None:
            self.line, self.slabs, self.missing = None, None, Piece(first, last, verdict)
        elif self.missing and self.missing.last == first - 1 and self.missing.verdict == verdict:
            self.missing = self.missing._replace(last=last)


# A band: days on which the same rows fit, as pieces of quantity (rules 2 and 3).

EVERYTHING = (0, UNBOUNDED)
"""All quantities, in steps."""


class Compiled:
    """The pieces that the claims of one band make of some quantities, lowest first, without gaps.

    `ranked` are the claims that matter on the band's days, best first; `counts` the first and the
    last quantity, where `begun` is what those below add up to. `sums` has, for each piece, what
    the units up to its end add up to; `walked` counts the ranges between all its cuts.
    """

    def __init__(
        self,
        ranked: Sequence[Claim],
        gaps: Gaps,
        step: Decimal,
        *,
        counts: tuple[int, int] = EVERYTHING,
        begun: Sum = NOTHING,
        chains: Chains | None = None,
    ) -> None:
        self.pieces: list[Piece] = []
        self.sums: list[Sum] = []
        self._gaps = gaps
        self._running = RunningSum(step, begun, {} if chains is None else chains)
        lowest, highest = counts
        self._contests = Contests(
            ranked, lambda claim: (max(claim.first, lowest), min(claim.last, highest))
        )
        self.walked = 0
        for first, last in self._ranges(lowest, highest):
            self.walked += 1
            self._contests.move_to(first)
            self._running.walk(first, last, self._contests.slabs.winners())
            self._add(first, last)

    def _ranges(self, lowest: int, highest: int) -> Iterator[tuple[int, int]]:
        """The quantities from one that anything changes at to the next; 0 is one by itself."""
        cuts = {lowest, *self._contests.cuts} | ({1} if lowest == 0 else set())
        firsts = [cut for cut in sorted(cuts) if cut <= highest]
        return zip(firsts, [*(first - 1 for first in firsts[1:]), highest])

    def _add(self, first: int, last: int) -> None:
        """Takes in a range in which nothing changes but why no row fits."""
        if self._contests.undiscounted.winners():
            self._append(first, last, settle(self._contests, self._running, Cause.OUTSIDE))
            return
        for begin, end, cause in self._gaps.causes(first, last):
            self._append(begin, end, settle(self._contests, self._running, cause))

    def _append(self, first: int, last: int, verdict: Verdict) -> None:
        if self.pieces and self.pieces[-1].verdict == verdict:
            self.pieces[-1] = self.pieces[-1]._replace(last=last)
            self.sums[-1] = self._running.sum
        else:
            self.pieces.append(Piece(first, last, verdict))
            self.sums.append(self._running.sum)


def settle(contests: Contests, running: RunningSum, gap: Cause) -> Verdict:
    """What decides at the point that the contests have moved to; `gap` says why where none does."""
    winners = contests.everything.winners()
    if len(winners) != 1 or winners[0].charge is not Charge.DISCOUNT:
        return verdict_on(winners, running, gap)
    discount = winners[0]
    base = verdict_on(contests.undiscounted.winners(), running, gap)
    line = base.line and base.line.less(discount.row.percent or ZERO)
    return base._replace(decided=(discount, *base.decided), line=line, undiscounted=base.line)


def verdict_on(winners: tuple[Claim, ...], running: RunningSum, gap: Cause) -> Verdict:
    """What claims that prevail together decide; none of them is a discount that stands alone."""
    if not winners:
        return Verdict(gap)
    principal = winners[0]
    if len(winners) > 1 or principal.charge in REFUSALS:
        return Verdict(refusal(winners), winners)
    if principal.charge is Charge.GRADUATED:
        if running.line is None:
            return Verdict(Cause.SLAB_MISSING, winners, missing=running.missing)
        return Verdict(Cause.PRICED, winners, running.line, running.slabs)
    return Verdict(Cause.PRICED, winners, own_line(principal))


def own_line(claim: Claim) -> Line:
    """The line that a package, per unit or additional row states by itself."""
    row = claim.row
    price, unit_price = row.price or ZERO, row.unit_price or ZERO
    if claim.charge is Charge.PACKAGE:
        return Line(price)
    if claim.charge is Charge.PER_UNIT:
        return Line(ZERO, unit_price)
    return Line(price, unit_price, row.quantity_from)


# All bands of a price list in turn, each compiled from what changes since the one before.
#
# Rows come and go one by one, so from one band to the next most pieces stay. What has to be
# compiled again is where a row came or went, with the gaps beside it; and where graduated prices
# add up to something else there, all that is above.

CHAINS_KEPT = 1_000_000
"""Sums of slabs in memory at a time."""

MOST_WORK, A_RANGE = 10_000_000, 20
"""Pieces that the bands of one price list have in all, and as how many of them a range counts that
is compiled again. That takes some seconds. Five thousand rows with windows of their own have four
million, as many windows within windows have a hundred times as many."""


class TooManyPrices(BadInput):
    """A price list that would take minutes to list; a single price is answered at once."""

    def __init__(self, day: int) -> None:
        self.day = day
        super().__init__(
            f"the prices from {date.fromordinal(day)} on are too many to be listed; ask for single "
            "prices, and see whether days and quantities are entered as the documents have them"
        )


class Sweep:
    """The pieces of one band after the other; at first those of days on which no row fits."""

    def __init__(self, claims: Sequence[Claim], stacks: Sequence[Stack], step: Decimal) -> None:
        self._claims = claims
        self._step = step
        self._adds_up = any(claim.charge is Charge.GRADUATED for claim in claims)
        self._turns: defaultdict[int, list[Stack]] = defaultdict(list)
        for stack in stacks:
            for day in stack.days:
                self._turns[day].append(stack)
        self._fitting: list[int] = []
        self._firsts: list[int] = []
        self._chains: Chains = {}
        compiled = Compiled((), Gaps(0, 0, ()), step)
        self.pieces: list[Piece] = compiled.pieces
        self._sums = compiled.sums
        self._left = MOST_WORK

    def move_to(self, day: int, between_days: Sequence[int]) -> None:
        """Goes on to the next band; `between_days` are the edges of quantities between days.

        Raises TooManyPrices.
        """
        changed: list[Span] = []
        for stack in self._turns.get(day, ()):
            before, after = set(stack.best_on(day - 1)), set(stack.best_on(day))
            changed += (self._move(place, enters=place in after) for place in before ^ after)
        lowest, highest = (self._firsts[0], self._firsts[-1]) if self._firsts else (0, 0)
        gaps = Gaps(lowest, highest, between_days)
        for span in merged(changed):
            if self._compile_again(*span, gaps) == EVERYTHING[1]:
                break
        if len(self._chains) > CHAINS_KEPT:
            self._chains = {}
        self._left -= len(self.pieces)
        if self._left < 0:
            raise TooManyPrices(day)

    def _move(self, place: int, *, enters: bool) -> Span:
        """Let a claim come or go, and return its quantities."""
        claim = self._claims[place]
        sequences = [(self._fitting, place)]
        if claim.charge is not Charge.DISCOUNT:
            sequences.append((self._firsts, claim.first))
        for numbers, number in sequences:
            if enters:
                insort(numbers, number)
            else:
                del numbers[bisect_left(numbers, number)]
        return claim.first, claim.last

    def _compile_again(self, first: int, last: int, gaps: Gaps) -> int:
        """Compiles the pieces from a first to a last count, and further if need be.

        The pieces beside them are taken in as well, and all gaps next to each other there, so that
        those below and above remain as they are. Returns the last count that was reached.
        """
        begin, end = self._place(max(first - 1, 0)), self._place(min(last + 1, UNBOUNDED))
        begin, end = with_gaps(self.pieces, begin, end)
        compiled = self._compile(begin, end, gaps)
        if self._adds_up and compiled.sums[-1] != self._sums[end]:
            end = len(self.pieces) - 1
            compiled = self._compile(begin, end, gaps)
        reached = self.pieces[end].last
        kept = {piece.first: piece for piece in self.pieces[begin : end + 1]}
        self.pieces[begin : end + 1] = [
            same if (same := kept.get(piece.first)) == piece else piece for piece in compiled.pieces
        ]
        self._sums[begin : end + 1] = compiled.sums
        return reached

    def _compile(self, begin: int, end: int, gaps: Gaps) -> Compiled:
        first, last = self.pieces[begin].first, self.pieces[end].last
        fitting = (self._claims[place] for place in self._fitting)
        ranked = [c for c in fitting if c.first <= last and first <= c.last]
        begun: Sum = self._sums[begin - 1] if begin else NOTHING
        counts = first, last
        compiled = Compiled(
            ranked, gaps, self._step, counts=counts, begun=begun, chains=self._chains
        )
        self._left -= A_RANGE * compiled.walked
        return compiled

    def _place(self, count: int) -> int:
        """Where the piece of a count is."""
        return bisect_right(self.pieces, (count, UNBOUNDED + 1)) - 1


def with_gaps(pieces: Sequence[Piece], begin: int, end: int) -> Span:
    """Pieces from one to another, and where gaps are at their ends, all that go on there."""
    while begin and is_gap(pieces[begin]) and is_gap(pieces[begin - 1]):
        begin -= 1
    while end + 1 < len(pieces) and is_gap(pieces[end]) and is_gap(pieces[end + 1]):
        end += 1
    return begin, end


def is_gap(piece: Piece) -> bool:
    """Whether no row but discounts is for these quantities."""
    return all(claim.charge is Charge.DISCOUNT for claim in piece.verdict.decided)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Ranges of counts, the smallest first, those in one that have counts in common or meet."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
