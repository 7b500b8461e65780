"""Gaps: why no row fits a quantity on a day, and which rows are nearest (rule 4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Callable, NamedTuple, Optional

from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.precedence import UNBOUNDED, Claim, precedence
from xlfuncs.pricing.segments import Cause

# Why no row fits a quantity on a day (rule 4).
#
# Between quantities that day, or between days for this quantity, the contract is silent about
# something it prices on both sides: not determinable. Elsewhere it offers no price. A discount has
# no price of its own and is no neighbour.

NEVER = (0, 0)


def priced_rows(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that can be neighbours."""
    return [claim for claim in claims if claim.charge is not Charge.DISCOUNT]


def reach(claims: Sequence[Claim], grid: Sequence[int]) -> list[tuple[int, int]]:
    """Per cut of the grid the first and the last day on which any row fits there."""
    moves: defaultdict[int, list[tuple[bool, Claim]]] = defaultdict(list)
    for claim in priced_rows(claims):
        moves[claim.first].append((True, claim))
        moves[claim.last + 1].append((False, claim))
    firsts: list[int] = []
    lasts: list[int] = []
    found = []
    for cut in grid:
        for enters, claim in moves.get(cut, ()):
            for days, day in ((firsts, claim.since), (lasts, claim.until)):
                if enters:
                    insort(days, day)
                else:
                    del days[bisect_left(days, day)]
        found.append((firsts[0], lasts[-1]) if firsts else NEVER)
    return found


class BetweenDays:
    """The quantities that rows fit both before and after the bands of a price list.

    Rows that fit on the days of a band itself are no matter here. `days` are where bands begin.
    """

    def __init__(self, claims: Sequence[Claim], grid: Sequence[int], days: Sequence[int]) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._bands: list[tuple[int, int]] = []
        ends = [*grid[1:], UNBOUNDED + 1]
        for cut, end, (earliest, latest) in zip(grid, ends, reach(claims, grid)):
            bands = bisect_right(days, earliest), bisect_left(days, latest)
            if earliest and bands[0] < bands[1]:
                self._ranges.append((cut, end))
                self._bands.append(bands)

    def edges(self, position: int) -> list[int]:
        """Where such quantities begin and end, in turn, on the days of the band at a position."""
        edges: list[int] = []
        for (cut, end), (first, after) in zip(self._ranges, self._bands):
            if first <= position < after:
                if edges and edges[-1] == cut:
                    edges[-1] = end
                else:
                    edges += (cut, end)
        return edges

    def walk(self, bands: int) -> Iterator[list[int]]:
        """The edges of each band in turn; it is one list, which changes."""
        turns: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for span, (first, after) in zip(self._ranges, self._bands):
            turns[first].append(span)
            turns[after].append(span)
        edges: list[int] = []
        for position in range(bands):
            for span in turns.get(position, ()):
                for edge in span:
                    _turn(edges, edge)
            yield edges


def _turn(edges: list[int], edge: int) -> None:
    """Puts an edge among others, or takes it away: two ranges that meet have none between them."""
    place = bisect_left(edges, edge)
    if edges[place : place + 1] == [edge]:
        del edges[place]
    else:
        edges.insert(place, edge)


class Gaps(NamedTuple):
    """Why no row fits on the days of a band.

    `lowest` and `highest` are the smallest quantities of the first and the last row that fits then,
    both 0 where none does; `edges` are those of the quantities between days.
    """

    lowest: int
    highest: int
    edges: Sequence[int]

    def causes(self, first: int, last: int) -> Iterator[tuple[int, int, Cause]]:
        """Why none fits the quantities from a first to a last one, part by part."""
        if self.lowest < first < self.highest:
            yield first, last, Cause.BETWEEN_QUANTITIES
            return
        place = bisect_right(self.edges, first)
        while first <= last:
            end = min(last, self.edges[place] - 1) if place < len(self.edges) else last
            yield first, end, Cause.BETWEEN_DAYS if place % 2 else Cause.OUTSIDE
            first, place = end + 1, place + 1


# The rows nearest to a question that no row fits, for the explanation (rule 4).

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
