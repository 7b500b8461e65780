"""Ask a contract what something costs."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract, Row, Service, count_of, quantity_of, service_key
from xlfuncs.pricing.money import to_cents
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import Cause, Verdict

LISTS_KEPT = 32
"""Price lists in memory at a time; further ones displace the oldest and are compiled again."""


class Question(NamedTuple):
    """What a quantity of a service costs when it is bought on a day.

    No service means the only one there is; `known_on` asks what the documents signed by that day
    would have answered.
    """

    quantity: Decimal
    purchased: date
    service: str | None = None
    known_on: date | None = None


class Found(NamedTuple):
    """Where a question leads: a service, a number of its steps, a price list and a verdict.

    Without a price list the question ends before it: `service` is None where the contract has no
    such service, `steps` where it does not say how part units count.
    """

    verdict: Verdict
    service: Service | None = None
    steps: int | None = None
    prices: PriceList | None = None

    @property
    def price(self) -> Decimal | None:
        """To the cent, None where there is none."""
        line = self.verdict.line
        if line is None or self.service is None or self.steps is None:
            return None
        return to_cents(line.at(quantity_of(self.steps, self.service)))


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
        known = None if known_on is None else bisect_right(self._signings, known_on)
        key = (service.key, known, windows)
        prices = self._lists.get(key)
        if prices is None:
            rows = [row for row in self._rows[service.key] if windows or not row.windowed]
            prices = PriceList(rows, service.step, known_on)
            if len(self._lists) >= LISTS_KEPT:
                del self._lists[next(iter(self._lists))]
            self._lists[key] = prices
        return prices

    def find(self, question: Question, windows: bool = True) -> Found:
        """What decides a question. Raises BadInput for one that cannot be asked."""
        service = self.service(question.service)
        if service is None:
            return Found(Verdict(Cause.UNKNOWN_SERVICE))
        steps = count_of(question.quantity, service)
        if steps is None:
            return Found(Verdict(Cause.PART_UNITS), service)
        prices = self.price_list(service, question.known_on, windows)
        verdict = prices.piece_on(question.purchased.toordinal(), steps).verdict
        return Found(verdict, service, steps, prices)

    def price(self, question: Question) -> Decimal | None:
        """The price alone, None where there is none. Raises BadInput."""
        return self.find(question).price

    def saving(self, question: Question) -> Decimal | None:
        """What purchase windows save against the price without them, negative where they cost more.

        0 where no window decided; None where either price does not exist. Raises BadInput.
        """
        found = self.find(question)
        if found.price is None or not any(c.row.windowed for c in found.verdict.everyone):
            return None if found.price is None else Decimal(0)
        without = self.find(question, windows=False).price
        return None if without is None else without - found.price
