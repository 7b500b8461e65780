"""The price of one quantity through all days of purchase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.pieces import Band, Cause, Span
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.quantities import count_of, quantity_of
from xlfuncs.pricing.quotes import assumptions_of
from xlfuncs.pricing.stretches import first_day, last_day, stretches


class Stretch(NamedTuple):
    """Days of purchase, inclusive, on which the same rows decide and give the same price.

    `since` is None from the beginning, `until` None without an end; `price` is None where there is
    none; `decided` has the principal row first; `assumed` are the rows whose assumptions any of
    these days leans on.
    """

    since: date | None
    until: date | None
    cause: Cause
    price: Decimal | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...] = ()


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

    def look(bands: Sequence[Band]) -> Iterator[tuple[Span, Any]]:
        verdict = bands[0].piece_at(steps).verdict
        if verdict.cause is not Cause.OUTSIDE:
            price = to_cents(verdict.line.at(counted)) if verdict.line else None
            yield (steps, steps), (verdict.cause, price, verdict.everyone)

    prices = book.price_list(found, known_on)
    leaning = assumptions_of(prices)
    return [
        Stretch(
            first_day(since),
            last_day(until),
            cause,
            price,
            tuple(claim.row for claim in decided),
            tuple(leaning.over(decided, (since, until), counts)),
        )
        for since, until, counts, (cause, price, decided) in stretches([prices], look)
    ]
