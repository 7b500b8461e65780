"""Precedence: which rows are in force, and which of them prevails (rules 1, 2 and 8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.money import EXACT
from xlfuncs.pricing.spans import Span

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()
UNBOUNDED = 10**24
"""Above any count of steps: quantities have at most 15 digits, steps at least 0.000001."""

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

    def fits(self, day: int, count: int) -> bool:
        return self.since <= day <= self.until and self.first <= count <= self.last


def by_precedence(row: EffectiveRow) -> tuple[object, ...]:
    """Best rank first; tied rows by what they cite, so that sorting a sheet changes nothing."""
    return row.rank, row.row.title, row.row.clause, row.first, row.last


def rank_rows(
    rows: Iterable[Row], step: Decimal, known_on: date | None = None
) -> list[EffectiveRow]:
    """The effective rows of one service, best rank first; rows that never count are left out.

    `known_on`: as the documents signed by that day would have answered.
    """
    found = (make_effective(row, step, known_on) for row in rows)
    return sorted((each for each in found if each is not None), key=by_precedence)


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
