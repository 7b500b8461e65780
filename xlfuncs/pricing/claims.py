"""A claim is a row as it counts: on which days, for which quantities, before or after which others.

Rules 1 (in force), 2 (which prevails) and 8 (known on a day). With dates and windows settled here,
every row is a rectangle of days by quantities, and the rest of the package needs no dates at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.lines import EXACT

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
