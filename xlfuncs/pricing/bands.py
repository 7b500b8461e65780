"""A band: days on which the same rows fit, as pieces of quantity (rules 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlfuncs.pricing.claims import REFUSALS, UNBOUNDED, Claim
from xlfuncs.pricing.contest import Contests
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.gaps import Gaps
from xlfuncs.pricing.lines import ZERO, Line
from xlfuncs.pricing.pieces import Cause, Piece, Verdict, refusal
from xlfuncs.pricing.slabs import NOTHING, Chains, RunningSum, Sum

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
