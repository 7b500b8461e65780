"""Stacks: claims for one and the same range of quantities, one amendment on top of the other.

Amendments restate the same rows year after year. On any day only the best of a stack can matter,
so that a contract of ten thousand rows compiles as fast as its distinct ranges allow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contest import Contests


class Stack:
    """The claims of one range, sorted by rank."""

    def __init__(self, ranked: Sequence[Claim]) -> None:
        self._ranked = ranked
        contests = Contests(ranked, lambda claim: (claim.since, claim.until))
        self._days = contests.cuts
        self._best: list[tuple[Claim, ...]] = [()]
        for day in self._days:
            contests.move_to(day)
            self._best.append(_all_winners(contests))

    def best_on(self, day: int) -> tuple[Claim, ...]:
        """The claims that can matter on a day: those that win any of the contests."""
        return self._best[bisect_right(self._days, day)]

    def fitting(self, day: int, count: int) -> list[Claim]:
        """The claims that fit, those that give way included."""
        if not self._ranked[0].first <= count <= self._ranked[0].last:
            return []
        return [claim for claim in self._ranked if claim.since <= day <= claim.until]


def _all_winners(contests: Contests) -> tuple[Claim, ...]:
    everyone = (
        *contests.everything.winners(),
        *contests.undiscounted.winners(),
        *contests.slabs.winners(),
    )
    return tuple({id(claim): claim for claim in everyone}.values())


def stacks_of(ranked: Sequence[Claim]) -> list[Stack]:
    """The claims by their ranges."""
    by_range: defaultdict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in ranked:
        by_range[claim.first, claim.last].append(claim)
    return [Stack(claims) for claims in by_range.values()]
