"""The rows nearest to a question that no row fits, for the explanation (rule 4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Callable, Optional

from xlfuncs.pricing.claims import Claim, precedence
from xlfuncs.pricing.gaps import priced_rows

Neighbours = tuple[Optional[Claim], Optional[Claim]]
NOBODY: Neighbours = (None, None)

Axis = Callable[[Claim], int]


class Nearest:
    """Claims by where they begin and where they end, in days or in quantities.

    `ranked` has the best first, and of several at one place the best is taken. A discount is none
    of them.
    """

    def __init__(self, ranked: Sequence[Claim], begins: Axis, ends: Axis) -> None:
        worst_first = priced_rows(ranked)[::-1]
        self._by_end = {ends(claim): claim for claim in worst_first}
        self._by_begin = {begins(claim): claim for claim in worst_first}
        self._ends = sorted(self._by_end)
        self._begins = sorted(self._by_begin)

    def to(self, place: int) -> Neighbours:
        """The claim that ends last before a place, and the one that begins first after it."""
        before, after = bisect_left(self._ends, place), bisect_right(self._begins, place)
        return (
            self._by_end[self._ends[before - 1]] if before else None,
            self._by_begin[self._begins[after]] if after < len(self._begins) else None,
        )


def in_quantity(ranked: Sequence[Claim]) -> Nearest:
    """The rows of a day, to be asked for the nearest smaller and the nearest larger quantity."""
    return Nearest(ranked, lambda claim: claim.first, lambda claim: claim.last)


def in_time(ranked: Sequence[Claim]) -> Nearest:
    """The rows of a quantity, to be asked for the nearest earlier and the nearest later day."""
    return Nearest(ranked, lambda claim: claim.since, lambda claim: claim.until)


def nearest_in_time(found: Iterable[Neighbours]) -> Neighbours:
    """The earlier and the later claim that are nearest of all; of several the best."""
    pairs = list(found)
    earlier = sorted((claim for claim, _ in pairs if claim), key=precedence)
    later = sorted((claim for _, claim in pairs if claim), key=precedence)
    return (
        max(earlier, key=lambda claim: claim.until, default=None),
        min(later, key=lambda claim: claim.since, default=None),
    )
