"""What was charged instead: for a line that was paid over or under, the price that it was paid at.

An explanation is a mistake that people make, applied to the contract: an amendment that was missed
or came too early, a purchase window, the price of another tier, a slip in the quantity, tax. It
fits where it gives exactly the amount that was paid; what merely comes near is none.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlfuncs.ledgers.other_prices import ChargeKind, Explanation, ServiceCharges, Versions
from xlfuncs.pricing.money import to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.price_book import PriceBook, Question


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """A line with a price, and another amount paid.

    `entered` is the day of entry, where the ledger has one besides the day of purchase; `before`
    is the quantity bought before in the period, where purchases add up.
    """

    line: int
    book: PriceBook
    service: str | None
    quantity: Decimal
    purchased: date
    paid: Decimal
    price: Decimal
    entered: date | None = None
    vendor: str = ""
    before: Decimal | None = None
    known_on: date | None = None


def explain_charges(
    lines: Iterable[ChargedLine], taxes: TaxRates
) -> Iterator[tuple[int, tuple[Explanation, ...]]]:
    """For each line its number and every explanation that gives exactly what was paid.

    None of them gives the contract price itself. Of a contract with many services, lines in the
    order of their services are much faster, for only some price lists are kept.

    >>> from xlfuncs.pricing.contract import Charge, Contract, Row, Service
    >>> book = PriceBook(Contract("", "", (Service("IPs"),), (
    ...     Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3)),
    ...     Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(2),
    ...         effective=date(2024, 7, 1)),
    ... )))
    >>> def explain(day, paid):
    ...     line = ChargedLine(2, book, "IPs", Decimal(10), day, Decimal(paid), Decimal(20))
    ...     [(_, found)] = explain_charges([line], TaxRates([line]))
    ...     return [each.label for each in found]
    >>> explain(date(2024, 7, 1), "30.00"), explain(date(2024, 6, 30), "20.00")
    (['price before Amendment 1'], ['price after Amendment 1'])
    >>> explain(date(2024, 7, 1), "200.00"), explain(date(2024, 7, 1), "30.01")
    (['quantity times 10'], [])
    """
    contracts: dict[int, Versions] = {}
    services: dict[tuple[int, str, date | None], ServiceCharges] = {}
    for line in lines:
        service = line.book.find_service(line.service)
        key = id(line.book), service.key, line.known_on
        charges = services.get(key)
        if charges is None:
            if len(services) >= SERVICES_KEPT:
                del services[next(iter(services))]
            versions = contracts.setdefault(id(line.book), Versions(line.book))
            charges = services[key] = ServiceCharges(versions, service, line.known_on)
        question = Question(line.quantity, line.purchased, before=line.before)
        found = charges.explain(question, line.paid, line.entered)
        tax = taxes.explain(line)
        yield line.line, found if tax is None else (*found, tax)


SERVICES_KEPT = 100
"""Services whose price lists are in memory at a time."""


# Tax: one rate on all that a vendor's lines were paid over.

RATES_IN_A_PERCENT = 1_000
"""Rates have at most three decimals of a percent."""

WHOLE = 100 * RATES_IN_A_PERCENT
MOST_PERCENT = 25
FEWEST_LINES = 3


class TaxedLines:
    """The lines of a vendor that were paid over, as the rates that give the amounts of all."""

    __slots__ = ("_first_price", "highest", "lines", "lowest", "of_several_prices")

    def __init__(self) -> None:
        self.lines = 0
        self.lowest, self.highest = 1, MOST_PERCENT * RATES_IN_A_PERCENT
        self.of_several_prices = False
        self._first_price: Decimal | None = None

    def add(self, price: Decimal, paid: Decimal) -> None:
        """Keep the rates that make the amount paid of the price, halves of a cent rounded up."""
        self.lines += 1
        if self._first_price is None:
            self._first_price = price
        self.of_several_prices = self.of_several_prices or price != self._first_price
        cents, paid_cents = (int(to_cents(amount).scaleb(2)) for amount in (price, paid))
        if not cents:
            self.highest = 0
            return
        self.lowest = max(self.lowest, _round_up(paid_cents, cents))
        self.highest = min(self.highest, _round_up(paid_cents + 1, cents) - 1)

    @property
    def rate(self) -> Decimal | None:
        """The rate in percent that all lines show, None where there is none.

        Of several it is the one with the fewest decimals, if that is one.

        >>> lines = TaxedLines()
        >>> for price, paid in (("100.00", "108.25"), ("20.00", "21.65"), ("3.00", "3.25")):
        ...     lines.add(Decimal(price), Decimal(paid))
        >>> lines.rate
        Decimal('8.250')
        """
        if self.lines < FEWEST_LINES or not self.of_several_prices:
            return None
        for size in (1_000, 100, 10, 1):
            first, last = -(-self.lowest // size), self.highest // size
            if first <= last:
                rate = Decimal(first * size).scaleb(-3)
                return rate if first == last else None
        return None


def _round_up(paid: int, price: int) -> int:
    """The lowest rate at which a price with tax comes to an amount, both in cents."""
    return -(-(paid * WHOLE - WHOLE // 2) // price) - WHOLE


class TaxRates:
    """The rate of tax that all lines of a vendor show that were paid over, where they do.

    Lines without a vendor are those of one, the contract's.
    """

    def __init__(self, lines: Iterable[ChargedLine]) -> None:
        vendors: dict[Hashable, TaxedLines] = {}
        for line in lines:
            if line.paid > line.price:
                vendors.setdefault(_find_vendor(line), TaxedLines()).add(line.price, line.paid)
        rates = {vendor: taxed.rate for vendor, taxed in vendors.items()}
        self._rates = {vendor: rate for vendor, rate in rates.items() if rate is not None}

    def explain(self, line: ChargedLine) -> Explanation | None:
        """The rate that a line was paid over by, None where its vendor shows none."""
        rate = self._rates.get(_find_vendor(line))
        if rate is None or line.paid <= line.price:
            return None
        return Explanation(ChargeKind.TAX, f"tax of {rate.normalize():f}%")


def _find_vendor(line: ChargedLine) -> Hashable:
    """The vendor of a line; where it names none, that of its contract."""
    return name_key(line.vendor) or id(line.book)
