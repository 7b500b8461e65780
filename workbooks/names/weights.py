"""How rows count: the numbers by which the formulas find the row that prevails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from xlfuncs.pricing.claims import REFUSALS, charge_of, counts, in_force_from
from xlfuncs.pricing.contract import Charge, PartUnits, Row, Service, service_key
from xlfuncs.pricing.overlaps import Overlaps
from xlfuncs.tables.cells import serial_of

CHARGES = (
    *(Charge.DISCOUNT, Charge.PACKAGE, Charge.PER_UNIT, Charge.GRADUATED, Charge.ADDITIONAL),
    *(Charge.WITHDRAWN, Charge.NOT_ON_FILE),
)
"""The charges by their numbers from 1, so that each contest is of charges from a number on."""

PART_UNITS = tuple(PartUnits)
"""The same for what happens to part units."""

ALWAYS, NEVER, UNBOUNDED = 10**8, 10**9, 10**16
"""A day after all others, the first day of what is never in force, and no upper end."""


class Counted(NamedTuple):
    """A row with its number on the sheet Rows, and what it is for: days and steps, inclusive."""

    number: int
    row: Row
    service: int
    first: int
    last: int
    since: int
    until: int

    @property
    def charge(self) -> int:
        return CHARGES.index(charge_of(self.row)) + 1

    @property
    def known_charge(self) -> int:
        """The charge for those who ask what was known on a day."""
        return CHARGES.index(charge_of(self.row, known_on=date.max)) + 1

    def weight(self, charge: int) -> int:
        """What makes the row prevail, with the numbers of its charge and of the row; or 0."""
        if self.since > self.until:
            return 0
        prices = CHARGES[charge - 1] not in REFUSALS
        standing = self.row.document * 4 + self.row.windowed * 2 + prices
        return (standing * 10 + charge) * 10**5 + self.number

    def overlaps(self, other: Counted) -> bool:
        """Whether both are for some of the same quantities on some of the same days."""
        quantities = self.first <= other.last and other.first <= self.last
        return quantities and self.since <= other.until and other.since <= self.until


def counted_of(
    row: Row, services: Sequence[Service], numbers: Mapping[str, int], number: int
) -> Counted:
    """The row as it counts; days as serial numbers, those without an end far away."""
    service = numbers[service_key(row.service)]
    first, last = counts(row, services[service - 1].step)
    starts = in_force_from(row)
    never = row.document > 0 and starts is None
    known = row.effective or row.signed
    since = max(_day(row.purchased_from, 0), NEVER if never else _day(known, 0))
    until = min(_day(row.purchased_through, ALWAYS), _day(row.ends, ALWAYS))
    last = UNBOUNDED if row.quantity_to is None else last
    return Counted(number, row, service, first, last, since, until)


def _day(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else int(serial_of(day, date1904=False))


def rivals_of(rows: Sequence[Counted]) -> set[int]:
    """The numbers of rows that another one of the same standing overlaps."""
    by_standing: defaultdict[tuple[int, int], list[Counted]] = defaultdict(list)
    for row in rows:
        weight = row.weight(row.charge)
        if weight:
            by_standing[row.service, weight // WEIGHT_SCALE].append(row)
    return {number for level in by_standing.values() for number in _overlapping(level)}


def _overlapping(rows: Sequence[Counted]) -> Iterator[int]:
    """The numbers of rows that another one overlaps.

    Those for the same days and those for the same quantities are looked through side by side:
    whichever are fewer are enough.
    """
    by_days = Overlaps((row.since, row.until) for row in rows)
    by_quantities = Overlaps((row.first, row.last) for row in rows)
    for row in rows:
        near = zip(
            by_days.each(row.since, row.until),
            by_quantities.each(row.first, row.last),
            strict=False,
        )
        others = (rows[place] for places in near for place in places)
        if any(row.overlaps(other) for other in others if other is not row):
            yield row.number


WEIGHT_SCALE = 10**6
"""Above it stands what makes a row prevail, below it which row it is."""


def ladders_of(rows: Sequence[Counted], rivals: set[int]) -> dict[int, tuple[int, Counted | None]]:
    """Where the ladder of each graduated row begins, and the row of it that lies next below.

    A ladder are the slabs of one standing for the same days, without gaps; a row that is in none is
    a ladder of its own. Lower rows come before higher ones.
    """
    ladders: defaultdict[tuple[int, int, int, int], list[Counted]] = defaultdict(list)
    for row in rows:
        weight = row.weight(row.charge)
        if weight and CHARGES[row.charge - 1] is Charge.GRADUATED:
            ladders[row.service, weight // WEIGHT_SCALE, row.since, row.until].append(row)
    found: dict[int, tuple[int, Counted | None]] = {}
    for ladder in ladders.values():
        ladder.sort(key=lambda row: row.first)
        clear = rivals.isdisjoint(row.number for row in ladder)
        begins = ladder[0].first
        for row, below in zip(ladder, [None, *ladder], strict=False):
            unbroken = clear and below is not None and below.last == row.first - 1
            begins = begins if unbroken else row.first
            whole = begins == ladder[0].first and unbroken
            found[row.number] = (begins, below) if whole else (row.first, None)
    return found
