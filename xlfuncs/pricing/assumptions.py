"""Assumptions behind an answer, in the rows that decided and in rows that might have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.precedence import REFUSALS, SLABS, Claim, Overlaps, claim, in_force_from

WIDEST: dict[str, Any] = {
    "signed": None,
    "effective": None,
    "ends": None,
    "purchased_from": None,
    "purchased_through": None,
    "quantity_from": Decimal(0),
    "quantity_to": None,
}
"""Each assumed field as it keeps the row out of nothing."""


class Possibility(NamedTuple):
    """A row with an assumption: as it counts, and as it might count at its widest."""

    row: Row
    counted: Claim | None
    possible: Claim


class Assumptions:
    """The rows of one service whose dates or quantities are assumed.

    Such a row is absent where the assumption keeps it out, so an answer there leans on the
    assumption as much as an answer that the row gives.
    """

    def __init__(self, rows: Sequence[Row], step: Decimal, known_on: date | None) -> None:
        earliest = _earliest(rows)
        self._possibilities: list[Possibility] = []
        for row in rows:
            widest = _at_its_widest(row, earliest) if row.assumed else row
            possible = None if widest is row else claim(widest, step, known_on)
            if possible is not None:
                counted = claim(row, step, known_on)
                self._possibilities.append(Possibility(row, counted, possible))
        self._by_days = Overlaps((claim.since, claim.until) for claim in self.claims)

    @property
    def claims(self) -> list[Claim]:
        """The rows whose days or quantities are assumed, each as it might count at its widest."""
        return [possibility.possible for possibility in self._possibilities]

    def behind(self, decided: Sequence[Claim], day: int, count: int) -> list[Row]:
        """The rows with assumptions behind an answer, those that decided first."""
        return self.over(decided, (day, day), (count, count))

    def over(
        self, decided: Sequence[Claim], days: tuple[int, int], counts: tuple[int, int]
    ) -> list[Row]:
        """The same for all answers from a first to a last day and count, if any leans on them."""
        leaned = [c.row for c in decided if c.row.assumed]
        for place in self._by_days.between(*days):
            row, counted, possible = self._possibilities[place]
            always = counted is not None and _covers(counted, days, counts)
            if not always and row not in leaned and _could_prevail(possible, decided, counts):
                leaned.append(row)
        return leaned


def _covers(claim: Claim, days: tuple[int, int], counts: tuple[int, int]) -> bool:
    return claim.fits(days[0], counts[0]) and claim.fits(days[1], counts[1])


def _earliest(rows: Sequence[Row]) -> date:
    """The day before which nothing can have counted: the agreement's, unless that is assumed."""
    starts = [
        in_force_from(row)
        for row in rows
        if row.document == 0 and not {"signed", "effective"} & set(row.assumed_fields)
    ]
    return date.fromordinal(min((day for day in starts if day), default=1))


def _at_its_widest(row: Row, earliest: date) -> Row:
    """The row as it might count if nothing were assumed, the same row where that is no more."""
    widest = {field: WIDEST[field] for field in row.assumed_fields if field in WIDEST}
    widest |= {field: earliest for field in ("signed", "effective") if field in widest}
    return row._replace(**widest) if widest else row


def _could_prevail(possible: Claim, decided: Sequence[Claim], counts: tuple[int, int]) -> bool:
    """Whether the claim would have changed an answer that others decided."""
    first, last = counts
    among = possible.first <= last and first <= possible.last
    if not decided:
        return among
    principal = decided[0]
    if principal.charge is Charge.DISCOUNT and possible.charge is not Charge.DISCOUNT:
        return _could_prevail(possible, decided[1:], counts)
    if among and possible.rank <= principal.rank:
        return True
    if principal.charge is not Charge.GRADUATED or possible.first > last:
        return False
    slab = possible.charge in SLABS or possible.charge in REFUSALS
    return slab and any(
        possible.rank <= c.rank and possible.first <= c.last and c.first <= possible.last
        for c in decided
    )
