"""Precedence: which of the rows in force for a quantity on a day decides (rules 1, 2 and 8)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Callable, NamedTuple

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.money import EXACT

# A claim is a row as it counts: on which days, for which quantities, before or after which others.
#
# Rules 1 (in force), 2 (which prevails) and 8 (known on a day). With dates and windows settled
# here, every row is a rectangle of days by quantities, and the rest of the package needs no dates
# at all.

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()
UNBOUNDED = 10**24
"""Above any count of steps: quantities have at most 15 digits, steps at least 0.000001."""

SLABS = frozenset({Charge.GRADUATED, Charge.ADDITIONAL})
REFUSALS = frozenset({Charge.WITHDRAWN, Charge.NOT_ON_FILE})


class Claim(NamedTuple):
    """A row on the days and quantities it is for; days as ordinals, quantities in steps, inclusive.

    The smallest rank prevails; claims of one rank are level.
    """

    rank: tuple[int, bool, bool]
    since: int
    until: int
    first: int
    last: int
    charge: Charge
    row: Row

    def fits(self, day: int, count: int) -> bool:
        return self.since <= day <= self.until and self.first <= count <= self.last


def claims(rows: Iterable[Row], step: Decimal, known_on: date | None = None) -> list[Claim]:
    """The claims of one service's rows, best rank first; rows that never count are left out.

    `known_on`: as the documents signed by that day would have answered.
    """
    found = (claim(row, step, known_on) for row in rows)
    return sorted((c for c in found if c is not None), key=precedence)


def precedence(claim: Claim) -> tuple[object, ...]:
    """Best rank first; level claims by what they cite, so that sorting a sheet changes nothing."""
    return claim.rank, claim.row.title, claim.row.clause, claim.first, claim.last


def claim(row: Row, step: Decimal, known_on: date | None = None) -> Claim | None:
    """The row as it counts, or None where it counts on no day.

    >>> row = Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.PER_UNIT,
    ...           unit_price=Decimal("2.75"), signed=date(2013, 12, 1))
    >>> claim(row, Decimal(1)).charge.value     # signed, but effective from a day nobody stated
    'not on file'
    >>> claim(row._replace(signed=None), Decimal(1)) is None            # neither: not in force
    True
    >>> claim(row, Decimal(1), known_on=date(2013, 11, 30)) is None     # not yet signed that day
    True
    """
    if known_on is not None and row.signed is not None and row.signed > known_on:
        return None
    starts = in_force_from(row)
    if starts is None:
        return None
    since = max(starts, ordinal(row.purchased_from, FIRST_DAY))
    until = min(ordinal(row.ends, LAST_DAY), ordinal(row.purchased_through, LAST_DAY))
    if since > until:
        return None
    charge = charge_of(row, known_on)
    rank = (-row.document, not row.windowed, charge in REFUSALS)
    first, last = counts(row, step)
    return Claim(rank, since, until, first, last, charge, row)


def charge_of(row: Row, known_on: date | None = None) -> Charge:
    """The charge, `not on file` where a figure or a date that it needs is missing."""
    undated = row.document > 0 and row.effective is None
    unsigned = known_on is not None and row.signed is None
    return Charge.NOT_ON_FILE if row.lacking or undated or unsigned else row.charge


def in_force_from(row: Row) -> int | None:
    """The first day on which the row is in force, None where there is none (rule 1)."""
    if row.effective is not None:
        return row.effective.toordinal()
    if row.document == 0:
        return ordinal(row.signed, FIRST_DAY)
    return None if row.signed is None else row.signed.toordinal()


def counts(row: Row, step: Decimal) -> tuple[int, int]:
    """The row's quantities in steps."""
    first = int(EXACT.divide(row.quantity_from, step))
    return first, UNBOUNDED if row.quantity_to is None else int(EXACT.divide(row.quantity_to, step))


def ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()


# Which of the claims that fit prevails (rule 2), along a walk through quantities or days.

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


# Ranges of whole numbers, found by the numbers that they hold.

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
