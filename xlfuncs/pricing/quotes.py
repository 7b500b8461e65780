"""Quotes: the whole answer to a question, with the rows that gave it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contract import Row, Service
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.leaning import Assumptions
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.neighbours import Neighbours, in_quantity, in_time
from xlfuncs.pricing.pieces import Cause, Verdict
from xlfuncs.pricing.pricebook import PriceBook, Question
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import count_of, quantity_of


class Quote(NamedTuple):
    """The answer. `price` and `unit_price` are None unless `kind` is a price.

    `decided` has the principal row first, `displaced` the rows that fit and gave way, best first;
    `assumed` are the rows whose assumptions the answer leans on. `counted` is the quantity after
    part units were settled; `service` is None where the contract has no such service.
    """

    question: Question
    service: Service | None
    cause: Cause
    price: Decimal | None = None
    unit_price: Decimal | None = None
    decided: tuple[Row, ...] = ()
    displaced: tuple[Row, ...] = ()
    assumed: tuple[Row, ...] = ()
    counted: Decimal | None = None
    verdict: Verdict | None = None
    in_quantity: Neighbours = (None, None)
    in_time: Neighbours = (None, None)
    offered: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.cause.kind


def quote(book: PriceBook, question: Question) -> Quote:
    """The whole answer. Raises BadInput for a question that cannot be asked."""
    service = book.service(question.service)
    if service is None:
        return Quote(question, None, Cause.UNKNOWN_SERVICE, offered=book.offered)
    count = count_of(question.quantity, service)
    if count is None:
        return Quote(question, service, Cause.PART_UNITS)
    prices = book.price_list(service, question.known_on)
    day = question.purchased.toordinal()
    verdict = prices.piece_on(day, count).verdict
    decided = verdict.everyone
    assumptions = Assumptions(book.rows[service.key], service.step, question.known_on)
    return Quote(
        question,
        service,
        verdict.cause,
        price=verdict.line and to_cents(verdict.line.at(quantity_of(count, service))),
        unit_price=verdict.decided[0].row.unit_price if verdict.line else None,
        decided=tuple(c.row for c in decided),
        displaced=tuple(_displaced(prices, decided, day, count)),
        assumed=tuple(assumptions.behind(decided, day, count)),
        counted=quantity_of(count, service),
        verdict=verdict,
        in_quantity=in_quantity(prices.claims, day, count),
        in_time=in_time(prices.claims, day, count),
    )


def _displaced(prices: PriceList, decided: tuple[Claim, ...], day: int, count: int) -> list[Row]:
    deciding = {id(c) for c in decided}
    return [c.row for c in prices.claims if c.fits(day, count) and id(c) not in deciding]


def saving(book: PriceBook, question: Question) -> Decimal | None:
    """What purchase windows save against the price without them, negative where they cost more.

    0 where no window decided; None where either price does not exist. Raises BadInput.
    """
    answer = quote(book, question)
    if answer.price is None or not any(row.windowed for row in answer.decided):
        return None if answer.price is None else Decimal(0)
    without = book.price(question, windows=False)
    return None if without is None else without - answer.price
