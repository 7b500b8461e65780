"""Which of the claims that fit prevails (rule 2), along a walk through quantities or days."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from typing import Callable

from xlfuncs.pricing.claims import REFUSALS, SLABS, Claim
from xlfuncs.pricing.contract import Charge

MOST_LEVEL = 10
"""Level claims that are looked at; two are enough for a conflict."""

Span = Callable[[Claim], tuple[int, int]]
"""Where on the walk a claim fits: the first point and the last."""


class Contest:
    """The claims that fit at one point of a walk, kept best first.

    They enter and leave by their position in a list sorted by rank, so that each step of the walk
    costs a binary search.
    """

    def __init__(self, ranked: Sequence[Claim]) -> None:
        self._ranked = ranked
        self._fitting: list[int] = []

    def enter(self, position: int) -> None:
        insort(self._fitting, position)

    def leave(self, position: int) -> None:
        del self._fitting[bisect_left(self._fitting, position)]

    def winners(self) -> tuple[Claim, ...]:
        """The claim that prevails; several where they are level; none where none fits."""
        level: list[Claim] = []
        for position in self._fitting[:MOST_LEVEL]:
            claim = self._ranked[position]
            if level and claim.rank != level[0].rank:
                break
            level.append(claim)
        return tuple(level)


class Contests:
    """The three contests that run beside each other.

    A discount is taken off what would prevail without discounts; a graduated sum sees slabs and
    what takes slabs away, and nothing else.
    """

    def __init__(self, ranked: Sequence[Claim], span: Span) -> None:
        self.everything = Contest(ranked)
        self.undiscounted = Contest(ranked)
        self.slabs = Contest(ranked)
        self._ranked = ranked
        self._moves: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        for position, claim in enumerate(ranked):
            first, last = span(claim)
            self._moves[first].append((True, position))
            self._moves[last + 1].append((False, position))

    @property
    def cuts(self) -> list[int]:
        """The points at which anything enters or leaves."""
        return sorted(self._moves)

    def move_to(self, point: int) -> None:
        """Lets enter and leave what does so here; every cut has to be moved to, in order."""
        for enters, position in self._moves.get(point, ()):
            for contest in self._of(self._ranked[position].charge):
                (contest.enter if enters else contest.leave)(position)

    def _of(self, charge: Charge) -> list[Contest]:
        contests = [self.everything]
        if charge is not Charge.DISCOUNT:
            contests.append(self.undiscounted)
        if charge in SLABS or charge in REFUSALS:
            contests.append(self.slabs)
        return contests
