"""Why no row fits a quantity on a day (rule 4).

Between quantities that day, or between days for this quantity, the contract is silent about
something it prices on both sides: not determinable. Elsewhere it offers no price. A discount has
no price of its own and is no neighbour.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from typing import Callable

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.pieces import Cause

NEVER = (0, 0)


def priced_rows(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that can be neighbours."""
    return [claim for claim in claims if claim.charge is not Charge.DISCOUNT]


def reach(claims: Sequence[Claim], grid: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Per cut of the grid the first and the last day on which any row fits there."""
    moves: defaultdict[int, list[tuple[bool, Claim]]] = defaultdict(list)
    for claim in priced_rows(claims):
        moves[claim.first].append((True, claim))
        moves[claim.last + 1].append((False, claim))
    firsts: list[int] = []
    lasts: list[int] = []
    found = {}
    for cut in grid:
        for enters, claim in moves.get(cut, ()):
            for days, day in ((firsts, claim.since), (lasts, claim.until)):
                if enters:
                    insort(days, day)
                else:
                    del days[bisect_left(days, day)]
        found[cut] = (firsts[0], lasts[-1]) if firsts else NEVER
    return found


def gaps_of_band(
    fitting: Sequence[Claim], since: int, days_at: dict[int, tuple[int, int]]
) -> Callable[[int], Cause]:
    """A function that tells, for a cut of the grid where no row of the band fits, why."""
    firsts = [claim.first for claim in priced_rows(fitting)]
    lowest, highest = min(firsts, default=0), max(firsts, default=0)

    def gap(cut: int) -> Cause:
        if lowest < cut < highest:
            return Cause.BETWEEN_QUANTITIES
        earliest, latest = days_at[cut]
        if earliest < since < latest and earliest:
            return Cause.BETWEEN_DAYS
        return Cause.OUTSIDE

    return gap
