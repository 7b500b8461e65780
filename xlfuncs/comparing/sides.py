"""What one contract answers for a service, band by band, to be held against another contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.comparing.scopes import MILLIONTHS, Scope, multiples_of
from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contract import PartUnits, Row, Service
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.lines import Line, WholeLine, to_cents
from xlfuncs.pricing.pieces import Band, Cause, Piece, Span
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import count_of, quantity_of
from xlfuncs.pricing.quotes import assumptions_of


class Given(NamedTuple):
    """An answer for many quantities: a line, or why there is none.

    `cause` is None for bad input. `decided` has the principal row first; `assumed` are the rows
    whose assumptions it leans on. `service` says how quantities are counted, None where the
    contract has no such service.
    """

    kind: Kind
    cause: Cause | None
    line: Line | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...]
    service: Service | None

    def price(self, quantity: Decimal) -> Decimal | None:
        """The price of one of the quantities, to the cent; None where there is none."""
        if self.line is None or self.service is None:
            return None
        count = count_of(quantity, self.service)
        return None if count is None else to_cents(self.line.at(quantity_of(count, self.service)))


class Side(NamedTuple):
    """A service in one contract; without it, what is answered instead."""

    service: Service | None
    prices: PriceList | None
    instead: Answer

    @classmethod
    def of(cls, book: PriceBook, name: str, known_on: date | None) -> Side:
        """The service of a name, or the only one where the name is blank."""
        if name or len(book.offered) == 1:
            service = book.service(name or None)
            prices = service and book.price_list(service, known_on)
            return cls(service, prices, Answer(Kind.NO_PRICE, Cause.UNKNOWN_SERVICE))
        return cls(None, None, Answer(Kind.BAD_INPUT))


class Answer(NamedTuple):
    """What is answered on the days of a band, with the claims behind it."""

    kind: Kind
    cause: Cause | None = None
    line: Line | None = None
    decided: tuple[Claim, ...] = ()
    step: Decimal = Decimal(1)

    def whole_numbers(self, line: Line, scope: Scope) -> WholeLine:
        """The line for multiples of a scope's grain, which are whole steps."""
        base, rate, cent = line.whole_numbers(self.step)
        return base, rate * (scope.grain // int(self.step * MILLIONTHS)), cent

    def given(self, side: Side, since: int, until: int, millionths: Span) -> Given:
        """The answer for these days and quantities, as it is shown."""
        assumed: list[Row] = []
        if side.prices:
            step = int(side.prices.step * MILLIONTHS)
            counts = (millionths[0] // step, -(-millionths[1] // step))
            assumed = assumptions_of(side.prices).over(self.decided, (since, until), counts)
        rows = tuple(claim.row for claim in self.decided)
        return Given(self.kind, self.cause, self.line, rows, tuple(assumed), side.service)


Part = tuple[Span, Answer]
"""An answer with the counts for which it is given."""


class Profile:
    """The answers of a side, band by band, for multiples of a scope's grain.

    `number` is 0 for the first of the two contracts and 1 for the second. Most pieces of a band go
    on in the next, so the answer of each is kept, with the piece itself.
    """

    def __init__(self, side: Side, scope: Scope, number: int) -> None:
        self._service = side.service
        self._scope = scope
        self._whole = scope.whole[number]
        self._everywhere = self._alike(side)
        self._parts: dict[int, tuple[Piece, Part | None]] = {}

    def of(self, band: Band | None) -> list[Part]:
        """The answers on the days of a band, from the smallest counts up."""
        if self._everywhere is not None:
            return [((0, self._scope.most), self._everywhere)]
        found: list[Part] = []
        if band is None or self._service is None:
            return found
        for piece in band.pieces:
            known = self._parts.get(id(piece))
            if known is None:
                known = self._parts[id(piece)] = piece, self._part(piece, self._service)
            if known[1] is not None:
                found.append(known[1])
        return found

    def _alike(self, side: Side) -> Answer | None:
        """The one answer for all days and counts, None where it depends on them."""
        if side.service is None or side.prices is None:
            return side.instead
        if not self._whole and side.service.part_units is PartUnits.NONE:
            return Answer(Kind.BAD_INPUT)
        if not self._whole and side.service.part_units is PartUnits.NOT_SAID:
            return Answer(Kind.NOT_DETERMINABLE, Cause.PART_UNITS)
        return None

    def _part(self, piece: Piece, service: Service) -> Part | None:
        span = multiples_of(piece[:2], service, self._scope, self._whole)
        if span[0] > span[1]:
            return None
        cause, line = piece.verdict.cause, piece.verdict.line
        return span, Answer(cause.kind, cause, line, piece.verdict.everyone, service.step)
