"""The price table of a day, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Row, Service
from xlfuncs.pricing.lines import Line
from xlfuncs.pricing.pieces import Cause, Piece
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.quantities import quantity_of
from xlfuncs.pricing.quotes import assumptions_of


class ScheduleLine(NamedTuple):
    """Quantities of a service, inclusive (`last` is None for "or more"), with their line.

    price = fixed + rate x (quantity - above); `line` is None where there is no price. `decided` are
    the rows that decide, without the slabs that a graduated price adds up below; `assumed` are the
    rows whose assumptions any of these quantities leans on.
    """

    service: Service
    first: Decimal
    last: Decimal | None
    cause: Cause
    line: Line | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...] = ()


def schedule(
    book: PriceBook, purchased: date, service: str | None = None, known_on: date | None = None
) -> list[ScheduleLine]:
    """The price table in force on a day, for one service or for all of them.

    Quantities that no row fits and that lie between none are left out, so it is empty for a day
    or a service that the contract does not know.
    """
    day = purchased.toordinal()
    lines = []
    for each in book.chosen(service):
        prices = book.price_list(each, known_on)
        leaning = assumptions_of(prices)
        for piece in prices.band_on(day).pieces:
            if piece.verdict.cause is not Cause.OUTSIDE:
                leaned = leaning.over(piece.verdict.everyone, (day, day), piece[:2])
                lines.append(_line(each, piece, leaned))
    return lines


def _line(service: Service, piece: Piece, assumed: Iterable[Row]) -> ScheduleLine:
    verdict = piece.verdict
    return ScheduleLine(
        service,
        quantity_of(piece.first, service),
        quantity_of(piece.last, service) if piece.bounded else None,
        verdict.cause,
        verdict.line,
        tuple(claim.row for claim in verdict.decided),
        tuple(assumed),
    )
