"""Quotes: the whole answer to a question, with the rows that gave it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xlfuncs.pricing.claims import Claim, claim
from xlfuncs.pricing.contract import Row, Service
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.leaning import Assumptions
from xlfuncs.pricing.neighbours import NOBODY, Neighbours
from xlfuncs.pricing.overlaps import Overlaps
from xlfuncs.pricing.pieces import GAPS, Cause, Verdict
from xlfuncs.pricing.pricebook import LISTS_KEPT, Found, PriceBook, Question
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import quantity_of


class Quote(NamedTuple):
    """The answer. `price` and `unit_price` are None unless `kind` is a price.

    `decided` has the principal row first, `displaced` the rows that fit and gave way, best first;
    `assumed` are the rows whose assumptions the answer leans on, `later` those that fit and were
    signed after the day on which the answer should have been known. `counted` is the quantity after
    part units were settled; `service` is None where the contract has no such service. With
    `whichever` the quote stands for all questions that have the same answer, and its words name
    neither quantity nor day.
    """

    question: Question
    service: Service | None
    cause: Cause
    price: Decimal | None = None
    unit_price: Decimal | None = None
    decided: tuple[Row, ...] = ()
    displaced: tuple[Row, ...] = ()
    assumed: tuple[Row, ...] = ()
    later: tuple[Row, ...] = ()
    counted: Decimal | None = None
    verdict: Verdict | None = None
    in_quantity: Neighbours = NOBODY
    in_time: Neighbours = NOBODY
    offered: tuple[str, ...] = ()
    whichever: bool = False

    @property
    def kind(self) -> Kind:
        return self.cause.kind


def quote(book: PriceBook, question: Question) -> Quote:
    """The whole answer. Raises BadInput for a question that cannot be asked."""
    return quote_found(question, book.find(question), book.offered)


def quote_found(question: Question, found: Found, offered: tuple[str, ...]) -> Quote:
    """The whole answer to a question when it is found what decides; `offered` are the services."""
    verdict, service, steps, prices = found
    if service is None or steps is None or prices is None:
        return Quote(question, service, verdict.cause, offered=offered)
    day = question.purchased.toordinal()
    decided = verdict.everyone
    deciding = {id(claim) for claim in decided}
    nothing_fits = verdict.cause in GAPS
    neighbours = prices.neighbours(day, steps) if nothing_fits else (NOBODY, NOBODY)
    return Quote(
        question,
        service,
        verdict.cause,
        price=found.price,
        unit_price=verdict.decided[0].row.unit_price if verdict.line else None,
        decided=tuple(claim.row for claim in decided),
        displaced=tuple(c.row for c in prices.fitting(day, steps) if id(c) not in deciding),
        assumed=tuple(assumptions_of(prices).behind(decided, day, steps)),
        later=tuple(c.row for c in signed_later(prices).fitting(day, steps)),
        counted=quantity_of(steps, service),
        verdict=verdict,
        in_quantity=neighbours[0],
        in_time=neighbours[1],
    )


class Later:
    """The rows that a price list leaves out because they were signed later, as they count now."""

    def __init__(self, prices: PriceList) -> None:
        known_on = prices.known_on
        unknown = [row for row in prices.rows if known_on and row.signed and row.signed > known_on]
        counted = (claim(row, prices.step) for row in unknown)
        self.claims = [each for each in counted if each is not None]
        self._by_days = Overlaps((each.since, each.until) for each in self.claims)

    def fitting(self, day: int, count: int) -> list[Claim]:
        """Those that fit, in the order of their rows."""
        that_day = (self.claims[place] for place in self._by_days.at(day))
        return [each for each in that_day if each.fits(day, count)]


@lru_cache(maxsize=LISTS_KEPT)
def signed_later(prices: PriceList) -> Later:
    """What the price list leaves out, gathered once."""
    return Later(prices)


@lru_cache(maxsize=LISTS_KEPT)
def assumptions_of(prices: PriceList) -> Assumptions:
    """The assumptions in the rows of a price list, gathered once."""
    return Assumptions(prices.rows, prices.step, prices.known_on)
