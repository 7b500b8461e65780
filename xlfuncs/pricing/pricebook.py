"""Asking: a question to a contract, and the quote that answers it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import Claim, claims
from xlfuncs.pricing.contract import Contract, Row, Service, service_key
from xlfuncs.pricing.kinds import BadInput, Kind
from xlfuncs.pricing.leaning import Assumptions
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.neighbours import Neighbours, in_quantity, in_time
from xlfuncs.pricing.pieces import Cause, Verdict
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import count_of, quantity_of


class Question(NamedTuple):
    """What a quantity of a service costs when it is bought on a day.

    No service means the only one there is; `known_on` asks what the documents signed by that day
    would have answered.
    """

    quantity: Decimal
    purchased: date
    service: str | None = None
    known_on: date | None = None


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


class PriceBook:
    """Answers questions from one contract, keeping the price lists it has compiled."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._services = {service.key: service for service in contract.services}
        self._rows: dict[str, list[Row]] = {key: [] for key in self._services}
        for row in contract.rows:
            self._rows[service_key(row.service)].append(row)
        self._signings = sorted({row.signed for row in contract.rows if row.signed})
        self._lists: dict[tuple[str, int | None, bool], PriceList] = {}

    def service(self, name: str | None) -> Service | None:
        """The service of that name, None where the contract has none.

        No name means the only service. Raises BadInput where there are several to choose from.
        """
        if name is not None:
            return self._services.get(service_key(name))
        if len(self._services) > 1:
            raise BadInput(f"no service is given; expected {' or '.join(map(repr, self.offered))}")
        return next(iter(self._services.values()), None)

    def chosen(self, name: str | None) -> tuple[Service, ...]:
        """The service of that name, or all of them where none is named."""
        if name is None:
            return self.contract.services
        service = self.service(name)
        return () if service is None else (service,)

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of the services."""
        return tuple(service.name for service in self.contract.services)

    def price_list(
        self, service: Service, known_on: date | None = None, windows: bool = True
    ) -> PriceList:
        """The flat price list of a service; without `windows`, as if no row had one."""
        known = None if known_on is None else sum(day <= known_on for day in self._signings)
        key = (service.key, known, windows)
        if key not in self._lists:
            rows = [row for row in self._rows[service.key] if windows or not row.windowed]
            self._lists[key] = PriceList(claims(rows, service.step, known_on), service.step)
        return self._lists[key]

    def price(self, question: Question) -> Decimal | None:
        """The price alone, None where there is none. Raises BadInput."""
        return self._price(question, windows=True)

    def _price(self, question: Question, windows: bool) -> Decimal | None:
        service = self.service(question.service)
        if service is None:
            return None
        count = count_of(question.quantity, service)
        if count is None:
            return None
        prices = self.price_list(service, question.known_on, windows)
        verdict = prices.piece_on(question.purchased.toordinal(), count).verdict
        return verdict.line and to_cents(verdict.line.at(quantity_of(count, service)))

    def saving(self, question: Question) -> Decimal | None:
        """What purchase windows save against the price without them, negative where they cost more.

        0 where no window decided; None where either price does not exist. Raises BadInput.
        """
        quote = self.quote(question)
        if quote.price is None or not any(row.windowed for row in quote.decided):
            return None if quote.price is None else Decimal(0)
        without = self._price(question, windows=False)
        return None if without is None else without - quote.price

    def quote(self, question: Question) -> Quote:
        """The whole answer. Raises BadInput for a question that cannot be asked."""
        service = self.service(question.service)
        if service is None:
            return Quote(question, None, Cause.UNKNOWN_SERVICE, offered=self.offered)
        count = count_of(question.quantity, service)
        if count is None:
            return Quote(question, service, Cause.PART_UNITS)
        prices = self.price_list(service, question.known_on)
        day = question.purchased.toordinal()
        verdict = prices.piece_on(day, count).verdict
        decided = verdict.everyone
        return Quote(
            question,
            service,
            verdict.cause,
            price=verdict.line and to_cents(verdict.line.at(quantity_of(count, service))),
            unit_price=verdict.decided[0].row.unit_price if verdict.line else None,
            decided=tuple(c.row for c in decided),
            displaced=tuple(_displaced(prices, decided, day, count)),
            assumed=tuple(self._assumptions(service, question).behind(decided, day, count)),
            counted=quantity_of(count, service),
            verdict=verdict,
            in_quantity=in_quantity(prices.claims, day, count),
            in_time=in_time(prices.claims, day, count),
        )

    def _assumptions(self, service: Service, question: Question) -> Assumptions:
        return Assumptions(self._rows[service.key], service.step, question.known_on)


def _displaced(prices: PriceList, decided: tuple[Claim, ...], day: int, count: int) -> list[Row]:
    deciding = {id(c) for c in decided}
    return [c.row for c in prices.claims if c.fits(day, count) and id(c) not in deciding]
