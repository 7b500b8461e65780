"""A band: days on which the same rows fit, as pieces of quantity (rules 2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Callable

from xlfuncs.pricing.claims import REFUSALS, UNBOUNDED, Claim
from xlfuncs.pricing.contest import Contests
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.lines import ZERO, Line
from xlfuncs.pricing.pieces import Cause, Piece, Verdict, refusal
from xlfuncs.pricing.slabs import RunningSum

Gap = Callable[[int], Cause]
"""Says why no row fits the quantities from this cut of the grid to the next."""


def compile_band(
    ranked: Sequence[Claim], grid: Sequence[int], gap: Gap, step: Decimal
) -> list[Piece]:
    """The pieces that the claims of one band make, lowest quantity first and without gaps.

    `ranked` are the claims that matter on the band's days, best first; `grid` are the counts at
    which anything changes on any day, 0 and 1 among them.
    """
    pieces: list[Piece] = []
    contests = Contests(ranked, lambda claim: (claim.first, claim.last))
    running = RunningSum(step)
    for first, next_cut in zip(grid, [*grid[1:], UNBOUNDED + 1]):
        last = next_cut - 1
        contests.move_to(first)
        running.walk(first, last, contests.slabs.winners())
        verdict = settle(contests, running, partial(gap, first))
        if pieces and pieces[-1].verdict == verdict:
            pieces[-1] = pieces[-1]._replace(last=last)
        else:
            pieces.append(Piece(first, last, verdict))
    return pieces


def settle(contests: Contests, running: RunningSum, gap: Callable[[], Cause]) -> Verdict:
    """What decides at the point that the contests have moved to."""
    winners = contests.everything.winners()
    if len(winners) != 1 or winners[0].charge is not Charge.DISCOUNT:
        return verdict_on(winners, running, gap)
    discount = winners[0]
    base = verdict_on(contests.undiscounted.winners(), running, gap)
    line = base.line and base.line.less(discount.row.percent or ZERO)
    return base._replace(decided=(discount, *base.decided), line=line, undiscounted=base.line)


def verdict_on(
    winners: tuple[Claim, ...], running: RunningSum, gap: Callable[[], Cause]
) -> Verdict:
    """What claims that prevail together decide; none of them is a discount that stands alone."""
    if not winners:
        return Verdict(gap())
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
