"""Ranges of whole numbers, found by the numbers that they hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

NOTHING = -1
"""Below the end of every range."""


class Overlaps:
    """Ranges, first and last inclusive, known by their positions in the order in which they came.

    A tree above the ranges, sorted by where they begin, has the highest end below each node. So a
    search costs a few steps for each range that it finds, however many there are.

    >>> Overlaps([(5, 9), (1, 3), (2, 6)]).at(6)
    [0, 2]
    """

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        found = sorted((first, last, position) for position, (first, last) in enumerate(ranges))
        self._firsts = [first for first, _, _ in found]
        self._positions = [position for _, _, position in found]
        self._leaves = 1 << max(0, len(found) - 1).bit_length()
        lasts = [last for _, last, _ in found]
        tree = [NOTHING] * self._leaves + lasts + [NOTHING] * (self._leaves - len(lasts))
        for node in range(self._leaves - 1, 0, -1):
            tree[node] = max(tree[2 * node], tree[2 * node + 1])
        self._highest = tree

    def at(self, number: int) -> list[int]:
        """The positions of the ranges that hold a number, in order."""
        return self.between(number, number)

    def between(self, first: int, last: int) -> list[int]:
        """The positions of the ranges that hold any number from the first to the last, in order."""
        return sorted(self.each(first, last))

    def each(self, first: int, last: int) -> Iterator[int]:
        """The same one by one, in no particular order, where not all may be needed."""
        end = bisect_right(self._firsts, last)
        nodes = [(1, 0, self._leaves)]
        while nodes:
            node, begin, size = nodes.pop()
            if begin >= end or self._highest[node] < first:
                continue
            if size == 1:
                yield self._positions[begin]
            else:
                half = size // 2
                nodes += ((2 * node, begin, half), (2 * node + 1, begin + half, half))
