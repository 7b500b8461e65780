"""Spans: ranges of days or of counts, merged, and found by what is in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""The first and the last of some days or counts, inclusive."""


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Ranges of counts, the smallest first, those in one that have counts in common or meet."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


class Overlaps:
    """An interval tree: ranges, first and last inclusive, found by the numbers in them.

    Ranges are known by their index in the order in which they came. A search costs a few steps
    for each range that it finds, however many there are.

    >>> Overlaps([(5, 9), (1, 3), (2, 6)]).at(6)
    [0, 2]
    """

    def __init__(self, ranges: Iterable[Span]) -> None:
        found = sorted((first, last, index) for index, (first, last) in enumerate(ranges))
        self._firsts = [first for first, _, _ in found]
        self._indexes = [index for _, _, index in found]
        self._leaves = 1 << max(0, len(found) - 1).bit_length()
        lasts = [last for _, last, _ in found]
        self._lasts = sorted(lasts)
        # per node the highest end below it; no range ends below 0
        tree = [-1] * self._leaves + lasts + [-1] * (self._leaves - len(lasts))
        for node in range(self._leaves - 1, 0, -1):
            tree[node] = max(tree[2 * node], tree[2 * node + 1])
        self._highest = tree

    def at(self, number: int) -> list[int]:
        """The indexes of the ranges that hold a number, in order."""
        return self.between(number, number)

    def between(self, first: int, last: int) -> list[int]:
        """The indexes of the ranges that hold any number from the first to the last, in order."""
        return sorted(self.each(first, last))

    def count(self, first: int, last: int) -> int:
        """How many ranges hold any number from the first to the last.

        >>> Overlaps([(5, 9), (1, 3), (2, 6)]).count(3, 4)
        2
        """
        return bisect_right(self._firsts, last) - bisect_left(self._lasts, first)

    def each(self, first: int, last: int) -> Iterator[int]:
        """The same one by one, in no particular order, where not all may be needed."""
        end = bisect_right(self._firsts, last)
        nodes = [(1, 0, self._leaves)]
        while nodes:
            node, begin, size = nodes.pop()
            if begin >= end or self._highest[node] < first:
                continue
            if size == 1:
                yield self._indexes[begin]
            else:
                half = size // 2
                nodes += ((2 * node, begin, half), (2 * node + 1, begin + half, half))
