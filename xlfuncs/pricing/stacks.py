"""Stacks: claims for one and the same range of quantities, one amendment on top of the other.

Amendments restate the same rows year after year. On any day only the best of a stack can matter,
so that a contract of ten thousand rows compiles as fast as its distinct ranges allow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contest import Contests
from xlfuncs.pricing.neighbours import Nearest, Neighbours, in_time
from xlfuncs.pricing.overlaps import Overlaps


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
