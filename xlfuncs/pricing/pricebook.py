"""Asking a contract what something costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import claims
from xlfuncs.pricing.contract import Contract, Row, Service, service_key
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.lines import to_cents
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


class PriceBook:
    """Answers questions from one contract, keeping the price lists it has compiled.

    `rows` are the contract's rows by the key of their service.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._services = {service.key: service for service in contract.services}
        self.rows: dict[str, list[Row]] = {key: [] for key in self._services}
        for row in contract.rows:
            self.rows[service_key(row.service)].append(row)
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
            rows = [row for row in self.rows[service.key] if windows or not row.windowed]
            self._lists[key] = PriceList(claims(rows, service.step, known_on), service.step)
        return self._lists[key]

    def price(self, question: Question, windows: bool = True) -> Decimal | None:
        """The price alone, None where there is none; without `windows`, as if no row had one.

        Raises BadInput for a question that cannot be asked.
        """
        service = self.service(question.service)
        if service is None:
            return None
        count = count_of(question.quantity, service)
        if count is None:
            return None
        prices = self.price_list(service, question.known_on, windows)
        verdict = prices.piece_on(question.purchased.toordinal(), count).verdict
        return verdict.line and to_cents(verdict.line.at(quantity_of(count, service)))
