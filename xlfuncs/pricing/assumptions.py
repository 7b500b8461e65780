"""Assumptions behind an answer, in the rows that decided and in rows that might have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import DISCOUNTS, Charge, Row
from xlfuncs.pricing.precedence import (
    ALONE,
    DocumentsInForce,
    EffectiveRow,
    in_force_from,
    make_effective,
)
from xlfuncs.pricing.spans import Overlaps, Span

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
    """A row with an assumption: in effect as it is, and as it might be at its widest.

    Where the row's document replaces another one, `widest` is also each row of that one.
    """

    row: Row
    counted: list[EffectiveRow]
    widest: EffectiveRow


class Assumptions:
    """The rows of one service whose dates or quantities are assumed.

    Such a row is absent where the assumption keeps it out, so an answer there rests on the
    assumption as much as an answer that the row gives.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        step: Decimal,
        known_on: date | None,
        documents: DocumentsInForce = ALONE,
    ) -> None:
        earliest = _earliest(rows)
        self._possibilities: list[Possibility] = []
        for row in rows:
            wider = _widen(row, earliest) if row.assumed else row
            if wider is not row:
                counted = make_effective(row, step, known_on, documents)
                for widest in make_effective(wider, step, known_on, documents):
                    self._possibilities.append(Possibility(row, counted, widest))
        for row in documents.replacing:
            if {"signed", "effective"} & set(row.assumed_fields):
                numbers = documents.replaced_by(row)
                for replaced in (other for other in rows if other.document in numbers):
                    for widest in make_effective(replaced, step, known_on):
                        self._possibilities.append(Possibility(row, [], widest))
        self._by_days = Overlaps((row.since, row.until) for row in self.widest)

    @property
    def widest(self) -> list[EffectiveRow]:
        """The rows whose days or quantities are assumed, each in effect at its widest."""
        return [possibility.widest for possibility in self._possibilities]

    def behind(self, decided: Sequence[EffectiveRow], days: Span, counts: Span) -> list[Row]:
        """The rows with assumptions behind answers that `decided` gives, those among it first.

        The answers are those from a first to a last day and count; one that rests on an assumption
        is enough.
        """
        found = [effective.row for effective in decided if effective.row.assumed]
        known = set(map(id, found))
        for index in self._by_days.between(*days):
            each = self._possibilities[index]
            always = any(_covers(counted, days, counts) for counted in each.counted)
            if always or id(each.row) in known:
                continue
            if could_prevail(each.widest, decided, counts):
                known.add(id(each.row))
                found.append(each.row)
        return found


def _covers(row: EffectiveRow, days: Span, counts: Span) -> bool:
    return all(row.fits(day, count) for day, count in zip(days, counts))


def _earliest(rows: Sequence[Row]) -> date:
    """The day before which nothing can have counted: the agreement's, unless that is assumed."""
    starts = [
        in_force_from(row)
        for row in rows
        if row.document == 0 and not {"signed", "effective"} & set(row.assumed_fields)
    ]
    return date.fromordinal(min((day for day in starts if day), default=1))


def _widen(row: Row, earliest: date) -> Row:
    """The row as it might count if nothing were assumed, the same row where that is no more."""
    widest = {field: WIDEST[field] for field in row.assumed_fields if field in WIDEST}
    widest |= {field: earliest for field in ("signed", "effective") if field in widest}
    return row._replace(**widest) if widest else row


def could_prevail(widest: EffectiveRow, decided: Sequence[EffectiveRow], counts: Span) -> bool:
    """Whether the row would have changed an answer that others decided."""
    first, last = counts
    among = widest.first <= last and first <= widest.last
    if not decided:
        return among
    principal = decided[0]
    if principal.charge in DISCOUNTS and widest.charge not in DISCOUNTS:
        return could_prevail(widest, decided[1:], counts)
    if widest.charge is Charge.STANDING_DISCOUNT and principal.charge not in DISCOUNTS:
        return among
    if among and widest.rank <= principal.rank:
        return True
    if principal.charge is not Charge.GRADUATED or widest.first > last:
        return False
    return widest.charge not in DISCOUNTS and any(
        widest.rank <= row.rank and widest.first <= row.last and row.first <= widest.last
        for row in decided
    )
