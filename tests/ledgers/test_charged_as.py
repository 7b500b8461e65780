"""What was charged instead: each mistake is named where it gives the amount paid, to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.support.contracts_in_code import SERVICE, row
from tests.support.random_contracts import MONTH_AND_BEFORE, contracts, questions
from xlfuncs.ledgers.charged_as import ChargedLine, TaxRates, explain_charges
from xlfuncs.ledgers.other_prices import ChargeKind, Explanation
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import (
    Charge,
    Contract,
    Counted,
    Increase,
    PartUnits,
    Row,
    Service,
)
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import PriceBook, Question

SCANNING, LICENCES, HOURS = (
    Service("Scanning", "IPs"),
    Service("Licences"),
    Service("Hours", "hours"),
)
STORAGE, SEATS, SUPPORT, BLOCKS = map(Service, ("Storage", "Seats", "Support", "Blocks"))
FEBRUARY, MARCH, JUNE = date(2020, 2, 1), date(2020, 3, 1), date(2020, 6, 1)
IN_MARCH = {"purchased_from": MARCH, "purchased_through": date(2020, 3, 31)}
NO_DAYS: dict[str, Any] = {
    "not_on_file": ("signed", "effective"),
    "signed": None,
    "effective": None,
}


def of(service: Service, *rows: Row) -> list[Row]:
    return [each._replace(service=service.name) for each in rows]


def clause(place: str, *cells: Any, **fields: Any) -> Row:
    return row(*cells, **fields)._replace(clause=place)


TIERS = Contract(
    "A contract of tiers",
    "TIERS",
    (SCANNING, LICENCES, HOURS, STORAGE, SEATS, SUPPORT, BLOCKS),
    tuple(
        [
            *of(
                SCANNING,
                clause("1.1", 0, 1, 99, "per unit", "10.00"),
                clause("1.2", 0, 100, 499, "per unit", "9.00"),
                clause("1.3", 0, 500, 999, "package", "4000.00", "8.00"),
                clause("1.4", 0, 2000, "or more", "package", "9000.00"),
                clause("A", 1, 100, 499, "per unit", "8.50", effective=FEBRUARY),
                clause("A", 2, 1, 99, "per unit", "9.50", effective=MARCH),
                clause("B", 2, 100, 499, "per unit", "7.00", effective=MARCH, **IN_MARCH),
                clause("A", 3, 100, 499, "per unit", "8.00", effective=JUNE),
            ),
            # graduated
            *of(
                LICENCES,
                row(0, 1, 100, "graduated", "10.00"),
                row(0, 101, 200, "graduated", "8.00"),
                row(0, 201, "or more", "graduated", "5.00"),
            ),
            # rises twice, and by an amendment is rounded otherwise
            *of(
                HOURS,
                row(0, 1, "or more", "per unit", "100.00", increases=(
                    Increase(FEBRUARY, Decimal(10)), Increase(MARCH, Decimal(10)),
                )),
                row(3, 1, "or more", "per unit", "150.00", effective=JUNE),
            ),
            # discounts in windows
            *of(
                STORAGE,
                row(0, 1, "or more", "per unit", "2.00", increases=(Increase(JUNE, Decimal(50)),)),
                clause("D", 1, 1, "or more", "discount", "10", effective=FEBRUARY, **IN_MARCH),
                clause("E", 2, 1, "or more", "discount", "20", effective=FEBRUARY,
                    purchased_through=date(2020, 3, 15), purchased_from=MARCH),
            ),
            # a first block with units above, a minimum, and a discount on larger quantities
            *of(
                SEATS,
                row(0, 1, 9, "per unit", "10.00", minimum=Decimal("50.00")),
                row(0, 10, 99, "additional", "90.00", "7.00"),
                row(0, 100, "or more", "per unit", "6.00"),
                row(0, 200, "or more", "discount", "25"),
            ),
            # a letter replaced by another one
            *of(
                SUPPORT,
                row(0, 1, "or more", "per unit", "20.00"),
                row(5, 1, "or more", "per unit", "30.00", effective=FEBRUARY),
                row(6, 5, 5, "per unit", "25.00", effective=JUNE, replaces=5),
            ),
            # neighbours that give no price
            *of(
                BLOCKS,
                row(0, 1, 9, "per unit", "3.00"),
                row(0, 10, 19, "not on file"),
                row(0, 20, 29, "per unit", "2.00"),
                row(0, 30, "or more", "withdrawn"),
            ),
        ]
    ),
)  # fmt: skip
BOOK = PriceBook(TIERS)
OHIO = PriceBook(load_reading(SHIPPED).contract)


class Case(NamedTuple):
    """What was bought, what was paid for it, and the labels that fit."""

    quantity: str
    purchased: date
    paid: str
    labels: str
    service: Service = SCANNING
    entered: date | None = None


FOOTNOTE = "Amendment 1, 1.A, footnote *"
OHIO_CASES = {
    "the window is over": Case(
        "100000", date(2014, 1, 1), "255000.00", f"price of the window through 2013-12-31 ({FOOTNOTE})"
    ),
    "its last day": Case("100000", date(2013, 12, 31), "255000.00", ""),
    "the window was missed": Case(
        "100000", date(2013, 12, 31), "279995.00", f"price without the purchase window of {FOOTNOTE}"
    ),
    "the figure printed beside the total": Case(
        "100000", date(2014, 1, 1), "275000.00", "unit price times quantity"
    ),
    "a row without a unit price": Case("100000", date(2013, 12, 31), "275000.00", ""),
    "entered while the window was open": Case(
        "100000", date(2014, 1, 1), "255000.00",
        f"price of the window through 2013-12-31 ({FOOTNOTE}) or price on the day of entry",
        entered=date(2013, 12, 31),
    ),
    "entered a day too late": Case(
        "100000", date(2014, 1, 1), "255000.00",
        f"price of the window through 2013-12-31 ({FOOTNOTE})", entered=date(2014, 1, 2),
    ),
    "a cent more": Case("100000", date(2013, 12, 31), "279995.01", ""),
    "no price": Case("99999", date(2014, 1, 1), "279995.00", ""),
    "before the amendment nothing is on file": Case("100000", date(2013, 11, 20), "279995.00", ""),
}  # fmt: skip

WINDOW = "price of the window 2020-03-01 to 2020-03-31"
TIER_CASES = {
    # an amendment, on both sides of the day on which it takes effect
    "the last day before": Case("200", date(2020, 1, 31), "1700.00", "price after Amendment 1"),
    "its first day": Case("200", FEBRUARY, "1800.00", "price before Amendment 1"),
    "a later one": Case("200", FEBRUARY, "1600.00", "price after Amendment 3"),
    "the one before the last": Case("200", JUNE, "1700.00", "price before Amendment 3"),
    "several before": Case("200", JUNE, "1800.00", "price before Amendment 1"),
    "one that changed another row": Case("50", MARCH, "500.00", "price before Amendment 2"),
    "a row that none changed": Case("500", JUNE, "4000.01", ""),
    "what a later document puts out of force": Case("4", date(2020, 5, 31), "80.00",
        "price before Amendment 5 or price after Amendment 6", SUPPORT),
    "after it was replaced": Case("4", JUNE, "120.00", "price before Amendment 6", SUPPORT),
    "a row of the document that replaces": Case("5", date(2020, 5, 31), "125.00",
        "price after Amendment 6", SUPPORT),
    # purchase windows
    "missed on the last day": Case("200", date(2020, 3, 31), "1700.00",
        "price before Amendment 2 or price without the purchase window of Amendment 2, B"),
    "given on the day after": Case("200", date(2020, 4, 1), "1400.00", f"{WINDOW} (Amendment 2, B)"),
    "given on the day before": Case("200", date(2020, 2, 29), "1400.00", f"{WINDOW} (Amendment 2, B)"),
    "given after a later amendment": Case("200", JUNE, "1400.00", f"{WINDOW} (Amendment 2, B)"),
    "not for this quantity": Case("99", JUNE, "693.00", ""),
    "a discount that is over": Case("100", JUNE, "270.00", f"{WINDOW} (Amendment 1, D)", STORAGE),
    "at the price of its last day": Case("100", JUNE, "180.00", f"{WINDOW} (Amendment 1, D)", STORAGE),
    "two windows of which one was missed": Case("100", MARCH, "180.00",
        "price before Amendment 2 or price without the purchase window of Amendment 2, E", STORAGE),
    "two windows missed": Case("100", MARCH, "200.00", "price before Amendment 1 or price without "
        "the purchase windows of Amendment 2, E and Amendment 1, D", STORAGE),
    # increases
    "before the last increase": Case("2", MARCH, "220.00", "price before the increase of 2020-03-01", HOURS),
    "before the first": Case("2", MARCH, "200.00", "price before the increase of 2020-02-01", HOURS),
    "the day before an increase": Case("2", date(2020, 1, 31), "220.00",
        "price after the increase of 2020-02-01", HOURS),
    "an increase of a table that an amendment replaced": Case("2", JUNE, "220.00", "", HOURS),
    "the last price of that table": Case("2", JUNE, "242.00", "price before Amendment 3", HOURS),
    # tiers
    "the last of a tier": Case("99", FEBRUARY, "841.50", "price of the next tier"),
    "the first of the next": Case("100", FEBRUARY, "1000.00", "price of the previous tier"),
    "the package above": Case("499", date(2020, 1, 15), "4000.00", "price of the next tier"),
    "the unit price below a package": Case("500", date(2020, 1, 15), "4500.00", "price of the previous tier"),
    "the tier next but one": Case("40", date(2020, 1, 15), "4000.00", ""),
    "beyond a gap": Case("500", date(2020, 1, 15), "9000.00",
        "price of the next tier or quantity times 10 or quantity times 100"),
    "beyond figures that are not on file": Case("9", JUNE, "18.00", "", BLOCKS),
    "below them": Case("20", JUNE, "60.00", "", BLOCKS),
    "what is withdrawn has no price": Case("29", JUNE, "0.00", "", BLOCKS),
    "all at the unit price of the tier": Case("150", JUNE, "1200.00", "unit price times quantity", LICENCES),
    "all at that of the tier above": Case("150", JUNE, "750.00", "price of the next tier", LICENCES),
    "all at that of the tier below": Case("250", JUNE, "2000.00", "price of the previous tier", LICENCES),
    "as if the last tier had not begun": Case("250", JUNE, "2200.00", "price of the previous tier", LICENCES),
    "in the lowest tier": Case("100", JUNE, "800.00", "price of the next tier", LICENCES),
    "a minimum below": Case("10", JUNE, "100.00", "price of the previous tier", SEATS),
    "a minimum that was left out": Case("4", JUNE, "40.00", "unit price times quantity", SEATS),
    "the first block of the tier above": Case("9", JUNE, "90.01", "", SEATS),
    "units above a first block": Case("100", JUNE, "720.00", "price of the previous tier", SEATS),
    "a first block by the unit": Case("20", JUNE, "140.00", "unit price times quantity", SEATS),
    "the discount above": Case("199", JUNE, "895.50", "price of the next tier", SEATS),
    "no discount yet": Case("200", JUNE, "1200.00", "price of the previous tier", SEATS),
    # units and quantities
    "a package by the unit": Case("600", FEBRUARY, "4800.00", "unit price times quantity"),
    "which is that of the tier below": Case("600", JUNE, "4800.00",
        "price of the previous tier or unit price times quantity"),
    "ten times": Case("12", date(2020, 1, 15), "1080.00", "quantity times 10"),
    "ten times the price is not the price of ten times": Case("12", date(2020, 1, 15), "1200.00", ""),
    "a hundred times": Case("4", date(2020, 1, 15), "3600.00", "quantity times 100"),
    "a tenth": Case("120", date(2020, 1, 15), "120.00", "quantity divided by 10"),
    "a hundredth": Case("300", date(2020, 1, 15), "30.00", "quantity divided by 100"),
    "a tenth that cannot be bought": Case("125", date(2020, 1, 15), "125.00", ""),
    "a thousand times": Case("2", date(2020, 1, 15), "9000.00", ""),
    # the day of entry
    "entered before the amendment": Case("200", FEBRUARY, "1800.00",
        "price before Amendment 1 or price on the day of entry", entered=date(2020, 1, 31)),
    "entered on its day": Case("200", date(2020, 1, 31), "1700.00",
        "price after Amendment 1 or price on the day of entry", entered=FEBRUARY),
    "entered in a window": Case("200", date(2020, 4, 1), "1400.00",
        f"{WINDOW} (Amendment 2, B) or price on the day of entry", entered=date(2020, 3, 31)),
    # two explanations at once
    "a tier and an amendment": Case("100", MARCH, "950.00", "price of the previous tier"),
    "a tenth or the tier below": Case("10", JUNE, "100.01", "", SEATS),
    # neither over nor under
    "the contract price": Case("200", FEBRUARY, "1700.00", ""),
    "the contract price with more decimals": Case("200", FEBRUARY, "1699.996", ""),
    "an amount with more decimals": Case("200", FEBRUARY, "1800.004", "price before Amendment 1"),
}  # fmt: skip


def line(book: PriceBook, case: Case, **more: Any) -> ChargedLine:
    """The line of a ledger that a case is about, with its price."""
    service = case.service.name if book is BOOK else None
    quantity = Decimal(case.quantity)
    price = book.price(Question(quantity, case.purchased, service)) or Decimal(0)
    paid, day = Decimal(case.paid), case.purchased
    return ChargedLine(2, book, service, quantity, day, paid, price, case.entered, **more)


def explain(*lines: ChargedLine) -> list[str]:
    """Of each line its labels as the ledger says them."""
    found = explain_charges(lines, TaxRates(lines))
    return [" or ".join(each.label for each in explanations) for _, explanations in found]


@pytest.mark.parametrize("case", OHIO_CASES.values(), ids=OHIO_CASES)
def test_the_shipped_contract(case: Case) -> None:
    assert explain(line(OHIO, case)) == [case.labels]


@pytest.mark.parametrize("case", TIER_CASES.values(), ids=TIER_CASES)
def test_a_contract_of_tiers(case: Case) -> None:
    assert explain(line(BOOK, case)) == [case.labels]
