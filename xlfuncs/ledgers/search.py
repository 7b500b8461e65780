"""A search for the line of a price list that answers a question, by halves of days and quantities.

The lines of a service are rectangles of days by quantities without gaps between them. Halved again
and again, by a day or a quantity at which one of them begins, they end up in parts of few lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

MOST_PARTS = 512
"""Parts in all: each is a condition in a statement, which is looked at for every line of a ledger.

Beyond that parts have several lines each, and a question is compared with these one by one.
"""


class Rectangle(NamedTuple):
    """The line of a number, its days as ordinals and its quantities in steps, all inclusive."""

    since: int
    until: int
    first: int
    last: int
    number: int


DAYS, COUNTS = 0, 2
"""Where in a rectangle the days are, and where the quantities; the end follows the beginning."""


class Half(NamedTuple):
    """The parts below a day or a count, and those from it on; `axis` tells which it is."""

    axis: int
    cut: int
    below: Part
    above: Part


class Part:
    """Lines that days and counts from `lowest` on lead to, halved where they are too many."""

    def __init__(self, lines: Sequence[Rectangle], lowest: tuple[int, int]) -> None:
        self.lines = lines
        self.half: Half | None = None
        self._lowest = lowest

    def halve(self) -> Half:
        """Halves the part where that leaves the fewest lines in the larger half."""
        axis, cut = min(self._cuts(), key=lambda each: self._sizes(*each))
        below = [line for line in self.lines if line[axis] < cut]
        above = [line for line in self.lines if line[axis + 1] >= cut]
        further = (cut, self._lowest[1]) if axis == DAYS else (self._lowest[0], cut)
        self.half = Half(axis, cut, Part(below, self._lowest), Part(above, further))
        return self.half

    def _cuts(self) -> Iterator[tuple[int, int]]:
        """The middle one of the days at which a line begins, and of the counts.

        Of two lines, one begins later or higher than where the part does.
        """
        for axis, lowest in zip((DAYS, COUNTS), self._lowest, strict=True):
            begin = sorted(line[axis] for line in self.lines if line[axis] > lowest)
            if begin:
                yield axis, begin[len(begin) // 2]

    def _sizes(self, axis: int, cut: int) -> tuple[int, int]:
        """The lines in the larger half, and in both."""
        below = sum(line[axis] < cut for line in self.lines)
        above = sum(line[axis + 1] >= cut for line in self.lines)
        return max(below, above), below + above

    def ends(self) -> Iterator[Part]:
        """The parts that are not halved, those below a cut before those above."""
        if self.half is None:
            yield self
        else:
            yield from self.half.below.ends()
            yield from self.half.above.ends()


def halved(parts: Sequence[Part], most: int) -> None:
    """Halves the part of the most lines until all have one, or there are so many parts.

    >>> week = Part([Rectangle(1, 5, 0, 9, 1), Rectangle(6, 7, 0, 9, 2)], (1, 0))
    >>> halved([week], MOST_PARTS)
    >>> week.half.cut, [end.lines[0].number for end in week.ends()]
    (6, [1, 2])
    """
    left = [(-len(part.lines), place, part) for place, part in enumerate(parts)]
    left.sort()
    found = len(left)
    while left and found < most and left[0][0] < -1:
        half = heappop(left)[2].halve()
        for number, part in enumerate((half.below, half.above)):
            heappush(left, (-len(part.lines), len(parts) + 2 * found + number, part))
        found += 1
