"""The price of one quantity through all days of purchase."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.pieces import Cause, Verdict
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.quantities import count_of, quantity_of


class Stretch(NamedTuple):
    """Days of purchase, inclusive, on which the same rows decide and give the same price.

    `since` is None from the beginning, `until` None without an end; `price` is None where there is
    none; `decided` has the principal row first.
    """

    since: date | None
    until: date | None
    cause: Cause
    price: Decimal | None
    decided: tuple[Row, ...]


def timeline(
    book: PriceBook, quantity: Decimal, service: str | None = None, known_on: date | None = None
) -> list[Stretch]:
    """What a quantity costs through all documents, the earliest days first.

    Days before the first row and after the last one are left out. It is empty for a service that
    the contract does not know, and for part of a step where it does not say how to count one.
    Raises BadInput for a quantity that cannot be asked for.

    >>> from datetime import date
    >>> from xlfuncs.pricing.contract import Charge, Contract, Service
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3),
    ...           signed=date(2024, 1, 1), ends=date(2024, 12, 31))
    >>> [stretch] = timeline(PriceBook(Contract("", "", (Service("IPs"),), (row,))), Decimal(10))
    >>> print(stretch.since, stretch.until, stretch.price)
    2024-01-01 2024-12-31 30.00
    """
    found = book.service(service)
    steps = found and count_of(quantity, found)
    if found is None or steps is None:
        return []
    counted = quantity_of(steps, found)
    prices = book.price_list(found, known_on)
    stretches: list[Stretch] = []
    for day in prices.days:
        band = prices.band_on(day)
        stretch = _stretch(band.since, band.until, band.piece_at(steps).verdict, counted)
        if stretches and stretches[-1][2:] == stretch[2:]:
            stretches[-1] = stretches[-1]._replace(until=stretch.until)
        else:
            stretches.append(stretch)
    return [stretch for stretch in stretches if stretch.cause is not Cause.OUTSIDE]


def _stretch(since: int, until: int, verdict: Verdict, counted: Decimal) -> Stretch:
    return Stretch(
        date.fromordinal(since) if since > FIRST_DAY else None,
        date.fromordinal(until) if until < LAST_DAY else None,
        verdict.cause,
        to_cents(verdict.line.at(counted)) if verdict.line else None,
        tuple(claim.row for claim in verdict.everyone),
    )
