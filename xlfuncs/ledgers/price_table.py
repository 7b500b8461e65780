"""The flat price list as a table of a database, and the search for the line that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from heapq import heapify, heappop, heappush
from itertools import count, groupby
from operator import attrgetter

from xlfuncs.pricing.contract import LARGEST, Contract, PartUnits, Service, quantity_of
from xlfuncs.pricing.flattened import FlattenedLine, flatten
from xlfuncs.pricing.money import CENT, EXACT, ZERO, PriceFunction
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.wording import format_through
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY

# A search for the line of a price list that has the price, by halves of days and quantities.
#
# The lines of a service are rectangles of days by quantities without gaps between them. Halved
# again and again, by a day or a quantity at which one of them begins, they end up in parts of few
# lines.

MOST_PARTS = 512
"""Parts in all: each is a condition in a statement, which is looked at for every line of a ledger.

Beyond that parts have several lines each, and a question is compared with these one by one.
"""


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
    """A side of rectangles: where each begins and ends on it."""

    begin: Callable[[Rectangle], int]
    end: Callable[[Rectangle], int]


DAYS = Axis(attrgetter("since"), attrgetter("until"))
COUNTS = Axis(attrgetter("first"), attrgetter("last"))


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
        self._lowest = lowest

    def halve(self) -> Half:
        """Halve the part where that leaves the fewest lines in the larger half."""
        halves = (self._halve_at(axis, lowest) for axis, lowest in self._lowest.items())
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
        lowest_above = {**self._lowest, axis: cut}
        return Half(axis, cut, Part(below, self._lowest), Part(above, lowest_above))

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
    >>> halve_parts([week], MOST_PARTS)
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


# The flat price list as a table of a database, whose lines are numbered.
#
# A search by days and quantities leads each question to a part of the list. Where each part has one
# line, a question is looked up by the number of its part alone: in any database, and in a list as
# well as by a join. In a longer list a part has several lines, each with its days and quantities.

REACH = LARGEST - CENT / 2
"""Above every sum that is less than the largest price when it is rounded to the cent."""

MOST_DECIMALS_HELD = 21
"""Decimals of a price before it is rounded; with more, the widest types of a database do not hold
it. That takes, of one price, many decimals of a unit price that is for a million, of a discount and
of a step.
"""

TOO_LARGE = "the price would be 1,000,000,000,000,000 or more; price it by itself"
TOO_LONG = "the price has more digits than the database can hold; price it by itself"
REFUSED = {TOO_LARGE: "the price is too large", TOO_LONG: "the price has too many digits"}
"""What is said of prices that a database cannot give, with the cause."""

MOST_LINES = 500_000
"""Lines that fit in memory with room to spare; a contract of ten thousand rows has some 80,000."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of the table: price = fixed + rate x (quantity - above), none without `fixed`."""

    cell: int
    fixed: Decimal | None
    rate: Decimal
    above: Decimal
    unit_price: Decimal | None
    source: str
    answer: str
    cause: str
    remark: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line is: in a part of the search, for days and quantities, inclusive."""

    in_part: int
    day_from: date
    day_through: date
    quantity_from: Decimal
    quantity_through: Decimal


LINE_COLUMNS = tuple(each.name for each in fields(PriceLine))
PLACE_COLUMNS = tuple(each.name for each in fields(Place))


@dataclass(frozen=True, slots=True)
class Search:
    """The search among the lines of a service; its parts are numbered from `first` on."""

    service: Service
    first: int
    root: Part


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The table of a contract; `whole` where it knows nothing but whole numbers of units.

    Where it is `plain`, each part of the search has one line, the cell of the part's number.
    """

    contract: Contract
    whole: bool
    plain: bool
    searches: list[Search]
    lines: list[PriceLine]
    known_on: date | None
    through: int | None = None

    @property
    def as_known(self) -> list[str]:
        """Which documents count, in words, where not all of them do."""
        known = [] if self.known_on is None else [f"as known on {self.known_on}"]
        return known if self.through is None else [*known, format_through(self.through)]

    @property
    def length(self) -> int:
        """The lines of all parts."""
        return sum(len(end.lines) for search in self.searches for end in search.root.ends())

    def placed(self) -> Iterator[tuple[Place, PriceLine]]:
        """The lines of each part in turn with their places; a line may be in several parts."""
        for search in self.searches:
            for part, end in enumerate(search.root.ends(), start=search.first):
                for line in end.lines:
                    place = Place(
                        part,
                        date.fromordinal(line.since),
                        date.fromordinal(line.until),
                        quantity_of(line.first, search.service),
                        quantity_of(line.last, search.service),
                    )
                    yield place, self.lines[line.number]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The cells of each line; unless the table is plain they begin with those of its place."""
        line_cells, place_cells = attrgetter(*LINE_COLUMNS), attrgetter(*PLACE_COLUMNS)
        if self.plain:
            yield from map(line_cells, self.lines)
        else:
            yield from (place_cells(place) + line_cells(line) for place, line in self.placed())


def build_price_table(
    contract: Contract, known_on: date | None = None, through: int | None = None
) -> PriceTable:
    """Build the table of all prices of a contract.

    It is what the documents say that were signed by a day, and those through a number. Raises
    BadInput where there are too many prices.
    """
    book = PriceBook(contract, through=through)
    flat = flatten(book, FIRST_CERTAIN_DAY.toordinal(), known_on)
    whole = all(
        service.step == int(service.step) and service.part_units is PartUnits.NONE
        for service in contract.services
    )
    decimals_of_counts = max(count_decimals(each.step) for each in contract.services)
    lines: list[FlattenedLine] = []
    roots: list[tuple[Service, Part]] = []
    for service, found in groupby(flat, lambda line: line.service):
        first = len(lines)
        lines += (part for line in found for part in _split_at_reach(line, decimals_of_counts))
        places = [
            Rectangle(line.since, line.until, line.first, line.last, number)
            for number, line in enumerate(lines[first:], first)
        ]
        lowest = {DAYS: FIRST_CERTAIN_DAY.toordinal(), COUNTS: 0}
        roots.append((service, Part(places, lowest)))
        if len(lines) > MOST_LINES:
            raise BadInput(
                f"the price list has more than {MOST_LINES:,} lines, which is too many for this "
                f"command; price single quantities, or check for rows that alternate day by day"
            )
    halve_parts([root for _, root in roots], MOST_PARTS)
    searches: list[Search] = []
    ends: list[Part] = []
    for service, root in roots:
        searches.append(Search(service, len(ends) + 1, root))
        ends += root.ends()
    plain = all(len(end.lines) == 1 for end in ends)
    if plain:
        lines = [lines[end.lines[0].number] for end in ends]
        for number, end in enumerate(ends):
            end.lines = [replace(end.lines[0], number=number)]
    numbered = [_make_price_line(number, line) for number, line in enumerate(lines, start=1)]
    return PriceTable(contract, whole, plain, searches, numbered, known_on, through)


def count_decimals(figure: Decimal) -> int:
    """The decimals of a figure, without surplus zeros.

    >>> count_decimals(Decimal("0.250")), count_decimals(Decimal(100))
    (2, 0)
    """
    return max(0, -int(figure.normalize(EXACT).as_tuple().exponent))


def _split_at_reach(line: FlattenedLine, decimals_of_counts: int) -> Iterator[FlattenedLine]:
    """Split off quantities whose price would have too many digits: these are refused."""
    price, step = line.answer.price_function, line.service.step
    if price is None:
        yield line
        return
    decimals = count_decimals(price.rate) + decimals_of_counts if price.rate else 0
    if max(decimals, count_decimals(price.fixed)) > MOST_DECIMALS_HELD:
        yield _refuse(line, TOO_LONG)
        return
    if price.at(EXACT.multiply(Decimal(line.last), step)) < REACH:
        yield line
        return
    most = _find_largest_count(price, step) if price.rate else line.first - 1
    if most >= line.first:
        yield replace(line, last=most)
    yield replace(_refuse(line, TOO_LARGE), first=max(line.first, most + 1))


def _refuse(line: FlattenedLine, why: str) -> FlattenedLine:
    refused = line.answer._replace(verdict=Verdict(Cause.BAD_INPUT))
    return replace(line, answer=refused, source="", remark=why)


def _find_largest_count(price: PriceFunction, step: Decimal) -> int:
    """The largest count that costs less than a price can be."""
    over = EXACT.divide(EXACT.subtract(REACH, price.fixed), EXACT.multiply(price.rate, step))
    return int(over.to_integral_value(ROUND_CEILING)) - 1 + int(EXACT.divide(price.above, step))


def _make_price_line(cell: int, line: FlattenedLine) -> PriceLine:
    answer = line.answer
    cause = REFUSED.get(line.remark, answer.cause.text)
    words = (line.source, answer.outcome.value, cause, line.remark)
    price = answer.price_function
    fixed, rate, above = (price.fixed, price.rate, price.above) if price else (None, ZERO, ZERO)
    return PriceLine(cell, fixed, rate, above, answer.unit_price, *words)
