"""The price table of a day, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Row, Service
from xlfuncs.pricing.lines import Line
from xlfuncs.pricing.pieces import Cause, Piece
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.quantities import quantity_of


class ScheduleLine(NamedTuple):
    """Quantities of a service, inclusive (`last` is None for "or more"), with their line.

    price = fixed + rate x (quantity - above); `line` is None where there is no price. `decided` are
    the rows that decide, without the slabs that a graduated price adds up below.
    """

    service: Service
    first: Decimal
    last: Decimal | None
    cause: Cause
    line: Line | None
    decided: tuple[Row, ...]


def schedule(
    book: PriceBook, purchased: date, service: str | None = None, known_on: date | None = None
) -> list[ScheduleLine]:
    """The price table in force on a day, for one service or for all of them.

    Quantities that no row fits and that lie between none are left out, so it is empty for a day
    or a service that the contract does not know.
    """
    return [
        _line(each, piece)
        for each in book.chosen(service)
        for piece in book.price_list(each, known_on).band_on(purchased.toordinal()).pieces
        if piece.verdict.cause is not Cause.OUTSIDE
    ]


def _line(service: Service, piece: Piece) -> ScheduleLine:
    verdict = piece.verdict
    return ScheduleLine(
        service,
        quantity_of(piece.first, service),
        quantity_of(piece.last, service) if piece.bounded else None,
        verdict.cause,
        verdict.line,
        tuple(claim.row for claim in verdict.decided),
    )
