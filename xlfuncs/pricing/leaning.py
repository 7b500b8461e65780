"""What an answer leans on: assumptions in the rows that decided, and in rows that might have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from xlfuncs.pricing.claims import REFUSALS, SLABS, Claim, claim, in_force_from
from xlfuncs.pricing.contract import Charge, Row

DATES = ("signed", "effective", "ends", "purchased_from", "purchased_through")


class Possibility(NamedTuple):
    """A row with an assumed date: as it counts, and as it might count if the date were another."""

    row: Row
    counted: Claim | None
    possible: Claim


class Assumptions:
    """The rows of one service whose dates are assumed.

    Such a row is absent on the days that the assumption keeps it out of, so an answer on those
    days leans on the assumption as much as an answer that the row gives.
    """

    def __init__(self, rows: Sequence[Row], step: Decimal, known_on: date | None) -> None:
        starts = [in_force_from(row) for row in rows if row.document == 0]
        earliest = date.fromordinal(min((day for day in starts if day), default=1))
        self._possibilities: list[Possibility] = []
        for row in rows:
            widest = _without_assumed_dates(row, earliest) if row.assumed else row
            possible = None if widest is row else claim(widest, step, known_on)
            if possible is not None:
                counted = claim(row, step, known_on)
                self._possibilities.append(Possibility(row, counted, possible))

    def behind(self, decided: Sequence[Claim], day: int, count: int) -> list[Row]:
        """The rows with assumptions behind an answer, those that decided first."""
        leaned = [c.row for c in decided if c.row.assumed]
        for row, counted, possible in self._possibilities:
            absent = counted is None or not counted.since <= day <= counted.until
            might_count = absent and possible.since <= day <= possible.until
            if might_count and _could_prevail(possible, decided, count):
                leaned.append(row)
        return leaned


def _without_assumed_dates(row: Row, earliest: date) -> Row:
    """The row as it would count at its widest, the same row where no date is assumed."""
    widest: dict[str, Any] = {field: None for field in DATES if field in row.assumed_fields}
    if "signed" in widest:
        widest["signed"] = earliest
    if "effective" in widest:
        widest["effective"] = earliest
    return row._replace(**widest) if widest else row


def _could_prevail(possible: Claim, decided: Sequence[Claim], count: int) -> bool:
    """Whether the claim would have changed an answer that others decided."""
    if possible.first <= count <= possible.last:
        return not decided or possible.rank <= decided[0].rank
    if not decided or decided[0].charge is not Charge.GRADUATED or possible.first > count:
        return False
    slab = possible.charge in SLABS or possible.charge in REFUSALS
    return slab and any(
        possible.rank <= c.rank and possible.first <= c.last and c.first <= possible.last
        for c in decided
    )
