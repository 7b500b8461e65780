"""Precedence: which rows are in force, and which of them prevails (rules 1, 2 and 8)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Callable, NamedTuple

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.money import EXACT

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()
UNBOUNDED = 10**24
"""Above any count of steps: quantities have at most 15 digits, steps at least 0.000001."""

Span = tuple[int, int]
"""The first and the last of some days or counts, inclusive."""

TIER_CHARGES = frozenset({Charge.GRADUATED, Charge.ADDITIONAL})
REFUSALS = frozenset({Charge.WITHDRAWN, Charge.NOT_ON_FILE})

Rank = tuple[int, bool, bool]


def rank(row: Row, charge: Charge) -> Rank:
    """The rank of a row with the charge it counts as: the smallest prevails, equal ones are tied.

    Rule 2, stated here alone: the latest document, then a row with a purchase window, then one that
    prices before one that is withdrawn or not on file.

    >>> tier = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PACKAGE, price=Decimal(9))
    >>> window = tier._replace(purchased_through=date(2013, 12, 31))
    >>> amendment = tier._replace(document=1, charge=Charge.WITHDRAWN)
    >>> rank(amendment, Charge.WITHDRAWN) < rank(window, tier.charge) < rank(tier, tier.charge)
    True
    """
    return -row.document, not row.has_window, charge in REFUSALS


class EffectiveRow(NamedTuple):
    """A row in effect: the days and quantities it is for, and its rank among others.

    Days are ordinals, quantities counts of steps, both inclusive. Dates and windows are settled
    here, so that each row is a rectangle and the rest of the package needs no dates.
    """

    rank: Rank
    since: int
    until: int
    first: int
    last: int
    charge: Charge
    row: Row

    @property
    def precedence(self) -> tuple[object, ...]:
        """Best rank first; tied rows by what they cite, so that sorting a sheet changes nothing."""
        return self.rank, self.row.title, self.row.clause, self.first, self.last

    def fits(self, day: int, count: int) -> bool:
        return self.since <= day <= self.until and self.first <= count <= self.last


PRECEDENCE = attrgetter("precedence")


def rank_rows(
    rows: Iterable[Row], step: Decimal, known_on: date | None = None
) -> list[EffectiveRow]:
    """The effective rows of one service, best rank first; rows that never count are left out.

    `known_on`: as the documents signed by that day would have answered.
    """
    found = (make_effective(row, step, known_on) for row in rows)
    return sorted((each for each in found if each is not None), key=PRECEDENCE)


def make_effective(row: Row, step: Decimal, known_on: date | None = None) -> EffectiveRow | None:
    """The row in effect, or None where it counts on no day.

    >>> row = Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.PER_UNIT,
    ...           unit_price=Decimal("2.75"), signed=date(2013, 12, 1))
    >>> make_effective(row, Decimal(1)).charge.value  # effective from a day nobody stated
    'not on file'
    >>> make_effective(row._replace(signed=None), Decimal(1)) is None  # neither: not in force
    True
    >>> make_effective(row, Decimal(1), known_on=date(2013, 11, 30)) is None  # not yet signed
    True
    """
    if known_on is not None and row.signed is not None and row.signed > known_on:
        return None
    starts = in_force_from(row)
    if starts is None:
        return None
    since = max(starts, _ordinal(row.purchased_from, FIRST_DAY))
    until = min(_ordinal(row.ends, LAST_DAY), _ordinal(row.purchased_through, LAST_DAY))
    if since > until:
        return None
    charge = charge_of(row, known_on)
    first, last = count_range(row, step)
    return EffectiveRow(rank(row, charge), since, until, first, last, charge, row)


def charge_of(row: Row, known_on: date | None = None) -> Charge:
    """The charge a row counts as: `not on file` where a figure or a date that it needs is missing.

    Rules 1, 3 and 8.
    """
    undated = row.document > 0 and row.effective is None
    unsigned = known_on is not None and row.signed is None
    return Charge.NOT_ON_FILE if row.missing_figures or undated or unsigned else row.charge


def in_force_from(row: Row) -> int | None:
    """The first day on which the row is in force, None where there is none (rule 1)."""
    if row.effective is not None:
        return row.effective.toordinal()
    if row.document == 0:
        return _ordinal(row.signed, FIRST_DAY)
    return None if row.signed is None else row.signed.toordinal()


def count_range(row: Row, step: Decimal) -> Span:
    """The row's quantities in steps."""
    first = int(EXACT.divide(row.quantity_from, step))
    return first, UNBOUNDED if row.quantity_to is None else int(EXACT.divide(row.quantity_to, step))


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()


# Which of the effective rows that fit prevails, along a sweep through quantities or days.

MOST_TIED = 10
"""Tied rows that are looked at; two are enough for a conflict."""


class ActiveRows:
    """The effective rows that fit at one point of a sweep, best first.

    They enter and leave by their position in a list sorted by rank, so that each step of the sweep
    costs a binary search.
    """

    def __init__(self, ranked: Sequence[EffectiveRow]) -> None:
        self._ranked = ranked
        self._active: list[int] = []

    def enter(self, position: int) -> None:
        insort(self._active, position)

    def leave(self, position: int) -> None:
        del self._active[bisect_left(self._active, position)]

    def prevailing(self) -> tuple[EffectiveRow, ...]:
        """The row that prevails; several where they are tied; none where none fits."""
        tied: list[EffectiveRow] = []
        for position in self._active[:MOST_TIED]:
            row = self._ranked[position]
            if tied and row.rank != tied[0].rank:
                break
            tied.append(row)
        return tuple(tied)


class SweepLine:
    """The rows that fit at a point of a sweep, in three selections.

    A discount is taken off what would prevail without discounts (`undiscounted`); a graduated sum
    sees tiers and what takes tiers away, and nothing else (`tiers`). `extent` gives the first and
    the last point at which a row fits.
    """

    def __init__(
        self, ranked: Sequence[EffectiveRow], extent: Callable[[EffectiveRow], Span]
    ) -> None:
        self.everything = ActiveRows(ranked)
        self.undiscounted = ActiveRows(ranked)
        self.tiers = ActiveRows(ranked)
        self._ranked = ranked
        self._moves: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        for position, row in enumerate(ranked):
            first, last = extent(row)
            self._moves[first].append((True, position))
            self._moves[last + 1].append((False, position))

    @property
    def cuts(self) -> list[int]:
        """The points at which any row enters or leaves."""
        return sorted(self._moves)

    def move_to(self, point: int) -> None:
        """Let rows enter and leave at a point; every cut has to be moved to, in order."""
        for enters, position in self._moves.get(point, ()):
            for rows in self._selections(self._ranked[position].charge):
                (rows.enter if enters else rows.leave)(position)

    def _selections(self, charge: Charge) -> list[ActiveRows]:
        selections = [self.everything]
        if charge is not Charge.DISCOUNT:
            selections.append(self.undiscounted)
        if charge in TIER_CHARGES or charge in REFUSALS:
            selections.append(self.tiers)
        return selections


class Overlaps:
    """An interval tree: ranges, first and last inclusive, found by the numbers in them.

    Ranges are known by their positions in the order in which they came. A search costs a few steps
    for each range that it finds, however many there are.

    >>> Overlaps([(5, 9), (1, 3), (2, 6)]).at(6)
    [0, 2]
    """

    def __init__(self, ranges: Iterable[Span]) -> None:
        found = sorted((first, last, position) for position, (first, last) in enumerate(ranges))
        self._firsts = [first for first, _, _ in found]
        self._positions = [position for _, _, position in found]
        self._leaves = 1 << max(0, len(found) - 1).bit_length()
        lasts = [last for _, last, _ in found]
        # per node the highest end below it; no range ends below 0
        tree = [-1] * self._leaves + lasts + [-1] * (self._leaves - len(lasts))
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
