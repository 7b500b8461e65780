"""The search for the line of a price list that has the price, by halves of days and quantities.

The lines of a service are rectangles of days by quantities without gaps between them. Halved again
and again, by a day or a quantity at which one of them begins, they end up in parts of one line
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import count
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The line of a number, its days as ordinals and its quantities in steps, all inclusive."""

    since: int
    until: int
    first: int
    last: int
    number: int


@dataclass(frozen=True, slots=True)
class Axis:
    """A side of rectangles: where each begins and ends on it, by the names of these fields."""

    begin: Callable[[Rectangle], int]
    end: Callable[[Rectangle], int]
    names: tuple[str, str]

    def cut_out(self, rectangle: Rectangle, first: int, last: int) -> Rectangle:
        """What a rectangle has between these ends, inclusive."""
        return replace(rectangle, **dict(zip(self.names, (first, last), strict=True)))


def _make_axis(begin: str, end: str) -> Axis:
    return Axis(attrgetter(begin), attrgetter(end), (begin, end))


DAYS, COUNTS = _make_axis("since", "until"), _make_axis("first", "last")


@dataclass(frozen=True, slots=True)
class Half:
    """The parts below a day or a count, and those from it on."""

    axis: Axis
    cut: int
    below: Part
    above: Part


class Part:
    """Lines that days and counts from `lowest` on lead to, halved where they are too many."""

    def __init__(self, lines: Sequence[Rectangle], lowest: Mapping[Axis, int]) -> None:
        self.lines = lines
        self.half: Half | None = None
        self.lowest = lowest

    def halve(self) -> Half:
        """Halve the part where that leaves the fewest lines in the larger half."""
        halves = (self._halve_at(axis, lowest) for axis, lowest in self.lowest.items())
        self.half = min(filter(None, halves), key=_count_lines)
        return self.half

    def _halve_at(self, axis: Axis, lowest: int) -> Half | None:
        """The halves at the middle one of the days, or counts, at which a line begins.

        None where no line begins later or higher than the part does; of two lines, one does so on
        one of the two axes.
        """
        begin = sorted(number for number in map(axis.begin, self.lines) if number > lowest)
        if not begin:
            return None
        cut = begin[len(begin) // 2]
        below = [line for line in self.lines if axis.begin(line) < cut]
        above = [line for line in self.lines if axis.end(line) >= cut]
        lowest_above = {**self.lowest, axis: cut}
        return Half(axis, cut, Part(below, self.lowest), Part(above, lowest_above))

    def ends(self) -> Iterator[Part]:
        """The parts that are not halved, those below a cut before those above."""
        if self.half is None:
            yield self
        else:
            yield from self.half.below.ends()
            yield from self.half.above.ends()


def _count_lines(half: Half) -> tuple[int, int]:
    """The lines in the larger half, and in both."""
    below, above = len(half.below.lines), len(half.above.lines)
    return max(below, above), below + above


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that may be halved: that of the most lines is first, then the oldest one."""

    part: Part
    number: int

    def __lt__(self, other: Candidate) -> bool:
        lines, others = len(self.part.lines), len(other.part.lines)
        return lines > others or (lines == others and self.number < other.number)


def halve_parts(parts: Sequence[Part], most: int) -> None:
    """Halve the part of the most lines until all have one, or there are so many parts.

    >>> week = Part([Rectangle(1, 5, 0, 9, 1), Rectangle(6, 7, 0, 9, 2)], {DAYS: 1, COUNTS: 0})
    >>> halve_parts([week], 2)
    >>> week.half.cut, [end.lines[0].number for end in week.ends()]
    (6, [1, 2])
    """
    left = [Candidate(part, number) for number, part in enumerate(parts)]
    heapify(left)
    numbers = count(len(left))
    for _ in range(most - len(left)):
        if not left or len(left[0].part.lines) <= 1:
            return
        half = heappop(left).part.halve()
        for part in (half.below, half.above):
            heappush(left, Candidate(part, next(numbers)))


# Long lists are halved in a few stages. In each, the parts of the stage before are divided into
# smaller ones, and the last stage leads to the lines. As the parts of a stage are divided into
# about as many, a question is compared with few places in each, and there are about as many places
# as lines.

MOST_PLACES_COMPARED = 32
"""Places of a part that a question is compared with, one by one, unless that takes more stages.

More comparisons take about as long as another join.
"""


def count_stages(most: int) -> int:
    """The stages that lead to each of so many lines.

    >>> count_stages(30), count_stages(404), count_stages(20_000)
    (1, 2, 3)
    """
    stages = 1
    while MOST_PLACES_COMPARED**stages < most:
        stages += 1
    return stages


def divide(part: Part, box: Rectangle, parts: int) -> Iterator[tuple[Part, Rectangle]]:
    """Divide a part, which is a box of days and quantities, into about so many.

    >>> week = Part([Rectangle(1, 5, 0, 9, 1), Rectangle(6, 7, 0, 9, 2)], {DAYS: 1, COUNTS: 0})
    >>> for half, box in divide(week, Rectangle(1, 7, 0, 9, 0), 2):
    ...     print(box.since, box.until, [line.number for line in half.lines])
    1 5 [1]
    6 7 [2]
    """
    halve_parts([part], parts)
    yield from _find_boxes(part, box)


def _find_boxes(part: Part, box: Rectangle) -> Iterator[tuple[Part, Rectangle]]:
    half = part.half
    if half is None:
        yield part, box
        return
    axis, cut = half.axis, half.cut
    yield from _find_boxes(half.below, axis.cut_out(box, axis.begin(box), cut - 1))
    yield from _find_boxes(half.above, axis.cut_out(box, cut, axis.end(box)))


def find_box(lines: Sequence[Rectangle]) -> Rectangle:
    """The rectangle of all lines of a service, which have no gaps between them."""
    return Rectangle(
        min(map(DAYS.begin, lines)),
        max(map(DAYS.end, lines)),
        min(map(COUNTS.begin, lines)),
        max(map(COUNTS.end, lines)),
        0,
    )
