"""What was charged instead: each mistake is named where it gives the amount paid, to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.support.contracts_in_code import row
from tests.support.random_contracts import MONTH_AND_BEFORE, contracts, questions
from xlfuncs.ledgers.charged_as import ChargedLine, TaxRates, explain_charges
from xlfuncs.ledgers.other_prices import ChargeKind
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import (
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
    (
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
FOOTNOTE_GIVEN = f"price of the window through 2013-12-31 ({FOOTNOTE})"
FOOTNOTE_MISSED = f"price without the purchase window of {FOOTNOTE}"
OHIO_CASES = {
    "the window is over": Case(
        "100000", date(2014, 1, 1), "255000.00", FOOTNOTE_GIVEN
    ),
    "its last day": Case("100000", date(2013, 12, 31), "255000.00", ""),
    "the window was missed": Case(
        "100000", date(2013, 12, 31), "279995.00", FOOTNOTE_MISSED
    ),
    "the figure printed beside the total": Case(
        "100000", date(2014, 1, 1), "275000.00", "unit price times quantity"
    ),
    "a row without a unit price": Case("100000", date(2013, 12, 31), "275000.00", ""),
    "entered while the window was open": Case(
        "100000", date(2014, 1, 1), "255000.00",
        f"{FOOTNOTE_GIVEN} or price on the day of entry",
        entered=date(2013, 12, 31),
    ),
    "entered a day too late": Case(
        "100000", date(2014, 1, 1), "255000.00",
        FOOTNOTE_GIVEN, entered=date(2014, 1, 2),
    ),
    "a cent more": Case("100000", date(2013, 12, 31), "279995.01", ""),
    "no price": Case("99999", date(2014, 1, 1), "279995.00", ""),
    "before the amendment nothing is on file": Case("100000", date(2013, 11, 20), "279995.00", ""),
}  # fmt: skip

NEXT, PREVIOUS = "price of the next tier", "price of the previous tier"
BY_THE_UNIT = "unit price times quantity"
WINDOW_B = "price of the window 2020-03-01 to 2020-03-31 (Amendment 2, B)"
WINDOW_D = "price of the window 2020-03-01 to 2020-03-31 (Amendment 1, D)"
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
    "given on the day after": Case("200", date(2020, 4, 1), "1400.00", WINDOW_B),
    "given on the day before": Case("200", date(2020, 2, 29), "1400.00", WINDOW_B),
    "given after a later amendment": Case("200", JUNE, "1400.00", WINDOW_B),
    "not for this quantity": Case("99", JUNE, "693.00", ""),
    "a discount that is over": Case("100", JUNE, "270.00", WINDOW_D, STORAGE),
    "at the price of its last day": Case("100", JUNE, "180.00", WINDOW_D, STORAGE),
    "two windows of which one was missed": Case("100", MARCH, "180.00",
        "price before Amendment 2 or price without the purchase window of Amendment 2, E", STORAGE),
    "two windows missed": Case("100", MARCH, "200.00", "price before Amendment 1 or price without "
        "the purchase windows of Amendment 2, E and Amendment 1, D", STORAGE),
    # increases
    "before the last increase": Case("2", MARCH, "220.00",
        "price before the increase of 2020-03-01", HOURS),
    "before the first": Case("2", MARCH, "200.00",
        "price before the increase of 2020-02-01", HOURS),
    "the day before an increase": Case("2", date(2020, 1, 31), "220.00",
        "price after the increase of 2020-02-01", HOURS),
    "an increase of a table that an amendment replaced": Case("2", JUNE, "220.00", "", HOURS),
    "the last price of that table": Case("2", JUNE, "242.00", "price before Amendment 3", HOURS),
    # tiers
    "the last of a tier": Case("99", FEBRUARY, "841.50", NEXT),
    "the first of the next": Case("100", FEBRUARY, "1000.00", PREVIOUS),
    "the package above": Case("499", date(2020, 1, 15), "4000.00", NEXT),
    "the unit price below a package": Case("500", date(2020, 1, 15), "4500.00", PREVIOUS),
    "the tier next but one": Case("40", date(2020, 1, 15), "4000.00", ""),
    "beyond a gap": Case("500", date(2020, 1, 15), "9000.00",
        "price of the next tier or quantity times 10 or quantity times 100"),
    "beyond figures that are not on file": Case("9", JUNE, "18.00", "", BLOCKS),
    "below them": Case("20", JUNE, "60.00", "", BLOCKS),
    "what is withdrawn has no price": Case("29", JUNE, "0.00", "", BLOCKS),
    "all at the unit price of the tier": Case("150", JUNE, "1200.00", BY_THE_UNIT, LICENCES),
    "all at that of the tier above": Case("150", JUNE, "750.00", NEXT, LICENCES),
    "all at that of the tier below": Case("250", JUNE, "2000.00", PREVIOUS, LICENCES),
    "as if the last tier had not begun": Case("250", JUNE, "2200.00", PREVIOUS, LICENCES),
    "in the lowest tier": Case("100", JUNE, "800.00", NEXT, LICENCES),
    "a minimum below": Case("10", JUNE, "100.00", PREVIOUS, SEATS),
    "a minimum that was left out": Case("4", JUNE, "40.00", BY_THE_UNIT, SEATS),
    "the first block of the tier above": Case("4", JUNE, "90.00", NEXT, SEATS),
    "units above a first block": Case("100", JUNE, "720.00", PREVIOUS, SEATS),
    "a first block by the unit": Case("20", JUNE, "140.00", BY_THE_UNIT, SEATS),
    "the discount above": Case("199", JUNE, "895.50", NEXT, SEATS),
    "no discount yet": Case("200", JUNE, "1200.00", PREVIOUS, SEATS),
    # units and quantities
    "a package by the unit": Case("600", FEBRUARY, "4800.00", BY_THE_UNIT),
    "which is that of the tier below": Case("600", JUNE, "4800.00",
        "price of the previous tier or unit price times quantity"),
    "ten times": Case("12", date(2020, 1, 15), "1080.00", "quantity times 10"),
    "ten times the price": Case("12", date(2020, 1, 15), "1200.00", ""),
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
        f"{WINDOW_B} or price on the day of entry", entered=date(2020, 3, 31)),
    # two explanations at once
    "a tier and an amendment": Case("100", MARCH, "950.00", PREVIOUS),
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


@pytest.mark.parametrize("known_on", [None, date(2020, 3, 1)])
def test_the_price_of_a_draft_is_named_on_any_day(known_on: date | None) -> None:
    """An amendment that is neither signed nor dated, as a vendor bills it all the same."""
    draft = [
        each._replace(signed=None, effective=None) for each in TIERS.rows if each.document == 3
    ]
    rows = [*(each for each in TIERS.rows if each.document < 3), *draft]
    signed = [
        each._replace(signed=each.effective or date(2020, 1, 1)) for each in rows[: -len(draft)]
    ]
    book = PriceBook(TIERS._replace(rows=(*signed, *draft)))

    def labels(quantity: str, day: date, paid: str) -> list[str]:
        price = book.answer(Question(Decimal(quantity), day, SCANNING.name, known_on)).price
        assert price is not None
        line = ChargedLine(
            *(2, book, SCANNING.name, Decimal(quantity), day, Decimal(paid), price),
            known_on=known_on,
        )
        [(_, found)] = explain_charges([line], TaxRates([line]))
        return [each.label for each in found]

    told = "price of Amendment 3, which does not count"
    assert labels("200", FEBRUARY, "1600.00") == [told]
    assert labels("200", date(2020, 1, 15), "1600.00") == [told]
    assert labels("200", FEBRUARY, "1600.01") == []


@pytest.mark.parametrize("case", OHIO_CASES.values(), ids=OHIO_CASES)
def test_the_shipped_contract(case: Case) -> None:
    assert explain(line(OHIO, case)) == [case.labels]


@pytest.mark.parametrize("case", TIER_CASES.values(), ids=TIER_CASES)
def test_a_contract_of_tiers(case: Case) -> None:
    assert explain(line(BOOK, case)) == [case.labels]


# Other ways of counting and of knowing.


def test_only_documents_that_were_known_are_missed() -> None:
    case = Case("200", JUNE, "1800.00", "")
    known = replace(line(BOOK, case, known_on=date(2020, 1, 1)), price=Decimal("1800.00"))
    assert explain(known) == [""]  # the amendments were signed later
    assert explain(replace(known, paid=Decimal("1700.00"))) == [""]
    known = replace(known, known_on=date(2020, 1, 2), paid=Decimal("1700.00"))
    assert explain(known) == [""]  # Amendment 1 was: 1,700.00 is the price
    assert explain(replace(known, paid=Decimal("1800.00"))) == ["price before Amendment 1"]


def test_documents_that_are_not_asked_for_explain_nothing() -> None:
    through = PriceBook(TIERS, through=1)
    case = Case("200", FEBRUARY, "1600.00", "")
    assert explain(line(BOOK, case)) == ["price after Amendment 3"]
    assert explain(replace(line(BOOK, case), book=through)) == [""]
    assert explain(replace(line(BOOK, case), book=through, paid=Decimal("1800.00"))) == [
        "price before Amendment 1"
    ]


def test_a_document_that_replaces_another_need_not_price_the_service() -> None:
    rows = [
        *of(SUPPORT, row(0, 1, "or more", "per unit", "20.00")),
        *of(SUPPORT, row(1, 1, "or more", "per unit", "30.00", effective=FEBRUARY)),
        *of(SEATS, row(2, 1, "or more", "per unit", "5.00", effective=JUNE, replaces=1)),
    ]
    book = PriceBook(Contract("", "", (SUPPORT, SEATS), tuple(rows)))
    early, late = Case("4", IN_MAY, "80.00", "", SUPPORT), Case("4", JUNE, "120.00", "", SUPPORT)
    for case, labels in (
        (early, "price before Amendment 1 or price after Amendment 2"),
        (late, "price before Amendment 2"),
    ):
        charged = replace(line(BOOK, case), book=book)
        assert explain(charged) == [labels]


def explain_row(rows: list[Row], service: Service, case: Case, **more: Any) -> list[str]:
    book = PriceBook(Contract("", "", (service,), tuple(of(service, *rows))))
    return explain(ChargedLine(2, book, None, Decimal(case.quantity), case.purchased,
                               Decimal(case.paid), Decimal(0), **more))  # fmt: skip


def test_part_of_a_step_costs_what_both_steps_around_it_cost() -> None:
    service = Service("Blocks", part_units=PartUnits.NOT_SAID)
    rows = [
        row(0, 1, 9, "package", "30.00"),
        row(0, 10, "or more", "package", "50.00"),
        row(1, 1, "or more", "package", "20.00", effective=JUNE),
    ]
    before, missed = date(2020, 5, 31), ["price before Amendment 1"]
    assert explain_row(rows, service, Case("3.5", JUNE, "30.00", "")) == missed
    assert explain_row(rows, service, Case("9.5", JUNE, "30.00", "")) == [""]
    assert explain_row(rows, service, Case("9.5", before, "20.00", "")) == [""]  # no price
    assert explain_row(rows, service, Case("3.5", before, "20.00", "")) == [
        "price after Amendment 1"
    ]
    assert explain_row(rows, service, Case("0.95", before, "50.00", "")) == [""]
    rounded = service._replace(part_units=PartUnits.UP)
    assert explain_row(rows, rounded, Case("0.95", before, "50.00", "")) == [
        "price of the next tier or quantity times 10 or quantity times 100"
    ]


IN_MAY, IN_APRIL = date(2020, 5, 31), date(2020, 4, 30)
LATE_IN_MARCH = {"purchased_from": date(2020, 3, 16), "purchased_through": date(2020, 3, 31)}
WINDOW = "price of the window 2020-03-01 to 2020-03-31"

PROMISED = [
    row(0, 1, "or more", "per unit", "10.00"),
    row(1, 1, "or more", "per unit", "9.00", effective=MARCH),
    row(1, 1, "or more", "per unit", "8.00", effective=MARCH, **IN_MARCH),
    row(2, 1, "or more", "per unit", "7.00", effective=MARCH, **LATE_IN_MARCH),
]
"""An amendment with a price and, at first, a window that hides it; then another window."""

DISCOUNTED = [
    row(0, 1, "or more", "per unit", "10.00"),
    row(1, 10, 99, "discount", "10", effective=FEBRUARY, **IN_MARCH),
    row(2, 50, "or more", "per unit", "8.00", effective=JUNE),
    row(2, 80, 99, "standing discount", "25", effective=FEBRUARY, **IN_MARCH),
]
"""Discounts in March, and a later price for 50 or more."""

BOUNDED = [
    row(0, 1, 4, "per unit", "10.00", minimum=Decimal("50.00")),
    row(0, 5, 9, "per unit", "10.00", maximum=Decimal("80.00")),
    row(0, 10, 19, "per unit", "7.00"),
    row(0, 20, 29, "discount", "10", minimum=Decimal("190.00")),
    row(0, 20, "or more", "per unit", "6.90"),
]

RISING = [
    row(0, 1, 9, "per unit", "10.00",
        increases=(Increase(FEBRUARY, Decimal(0)), Increase(JUNE, Decimal(10)))),
    row(0, 10, 99, "per unit", "9.00", ends=IN_MAY),
    row(0, 10, 99, "per unit", "8.00", effective=JUNE),
]  # fmt: skip
"""A row that rises by nothing, and one that another row of the agreement follows."""

FURTHER_CASES = {
    "an amendment's price, hidden by its window at first": (
        PROMISED, Case("5", date(2020, 2, 29), "45.00", "price after Amendment 1")),
    "the window of an amendment to come": (
        PROMISED, Case("5", date(2020, 2, 29), "40.00", f"{WINDOW} (Amendment 1, 1)")),
    "a window whose last days are those of another": (
        PROMISED, Case("5", JUNE, "40.00", f"{WINDOW} (Amendment 1, 1)")),
    "the other": (
        PROMISED,
        Case("5", JUNE, "35.00", "price of the window 2020-03-16 to 2020-03-31 (Amendment 2, 1)")),
    "the other too early, while the first was open": (
        PROMISED,
        Case("5", MARCH, "35.00", "price of the window 2020-03-16 to 2020-03-31 (Amendment 2, 1)")),
    "a discount that is over": (
        DISCOUNTED, Case("10", IN_MAY, "90.00", f"{WINDOW} (Amendment 1, 1)")),
    "below its range": (DISCOUNTED, Case("9", IN_MAY, "81.00", "")),
    "above its range": (DISCOUNTED, Case("100", IN_MAY, "900.00", "")),
    "off a later price, which ends it": (DISCOUNTED, Case("50", JUNE, "360.00", "")),
    "a standing one off a later price": (
        DISCOUNTED, Case("80", JUNE, "480.00", f"{WINDOW} (Amendment 2, 1)")),
    "a tier below that is all minimum": (BOUNDED, Case("9", JUNE, "50.00", "")),
    "a tier below with a maximum": (
        BOUNDED, Case("10", JUNE, "80.00", "price of the previous tier")),
    "beyond its maximum": (BOUNDED, Case("11", JUNE, "110.00", "")),
    "a tier above with a minimum of its discount": (
        BOUNDED, Case("19", JUNE, "190.00", "price of the next tier")),
    "below that minimum": (BOUNDED, Case("19", JUNE, "117.99", "")),
    "below the minimum of the discount": (BOUNDED, Case("20", JUNE, "124.20", "")),
    "an increase of nothing": (
        RISING, Case("5", JUNE, "50.00", "price before the increase of 2020-06-01")),
    "an increase to come": (
        RISING, Case("5", IN_MAY, "55.00", "price after the increase of 2020-06-01")),
    "a price to come that is no increase": (RISING, Case("10", IN_MAY, "80.00", "")),
    "a price that is over": (RISING, Case("10", JUNE, "90.00", "")),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "case"), FURTHER_CASES.values(), ids=FURTHER_CASES)
def test_rows_that_meet(rows: list[Row], case: Case) -> None:
    assert explain_row(rows, Service("Scanning"), case) == [case.labels]


ADDING_UP = [
    row(0, 1, 100, "graduated", "10.00"),
    row(0, 101, 200, "graduated", "8.00"),
    row(0, 201, "or more", "graduated", "5.00"),
    row(0, 1, "or more", "discount", "10", **IN_MARCH),
    row(1, 101, 200, "graduated", "7.00", effective=JUNE),
]
"""Where 20 after 90 cost 100.00 and 10 x 8.00, from June 10 x 7.00."""


@pytest.mark.parametrize(
    ("before", "paid", "labels"),
    [
        ("90", "180.00", "price before Amendment 1"),
        ("90", "162.00", f"{WINDOW} (Agreement, 1)"),
        ("90", "200.00", "price of the previous tier or price with nothing bought before"),
        ("90", "140.00", "unit price times quantity"),
        ("90", "100.00", "price of the next tier"),
        ("90", "170.00", ""),
        ("90", "1250.00", "quantity times 10"),  # 100.00, 100 x 7.00 and 90 x 5.00
        ("190", "130.00", "price before Amendment 1"),
        ("190", "140.00", "price of the previous tier"),
        ("190", "440.00", ""),  # the first 20 by the formula of the tier below
        ("190", "108.00", f"{WINDOW} (Agreement, 1)"),  # 10 percent off 10 x 7.00 and 10 x 5.00
        ("190", "720.00", ""),  # 10 percent less than the tier's own formula makes of 20
        ("190", "200.00", "price with nothing bought before"),
        ("0", "180.00", f"{WINDOW} (Agreement, 1)"),
    ],
)
def test_purchases_that_add_up(before: str, paid: str, labels: str) -> None:
    service = Service("Storage", counted=Counted.YEAR)
    case = Case("20", JUNE, paid, "")
    assert explain_row(ADDING_UP, service, case, before=Decimal(before)) == [labels]


@pytest.mark.parametrize(
    ("counted", "labels"),
    [
        (Counted.YEAR, "price before Amendment 1 or price on the day of entry"),
        (Counted.MONTH, "price before Amendment 1"),
    ],
)
def test_what_was_bought_before_on_the_day_of_entry_is_of_its_period(
    counted: Counted, labels: str
) -> None:
    service = Service("Storage", counted=counted)
    case, more = Case("20", JUNE, "180.00", ""), {"before": Decimal(90)}
    entered = date(2020, 5, 31)
    assert explain_row(ADDING_UP, service, case, entered=entered, **more) == [labels]


def test_nothing_paid_is_not_a_tenth_of_the_quantity() -> None:
    rows = [row(0, 1, "or more", "per unit", "0.004")]
    for paid, labels in (("0.20", ["quantity times 10"]), ("0.00", [""])):
        assert explain_row(rows, Service("Storage"), Case("5", JUNE, paid, "")) == labels


def test_purchases_that_add_up_need_what_was_bought_before() -> None:
    service = Service("Storage", counted=Counted.YEAR)
    assert explain_row(ADDING_UP, service, Case("20", JUNE, "180.00", "")) == [""]


def test_a_limit_ends_what_might_be_charged() -> None:
    rows = [row(0, 1, "or more", "per unit", "10.00")]
    for limit, labels in ((50, ["quantity times 10"]), (49, [""])):
        service = Service("Storage", limit=Decimal(limit))
        assert explain_row(rows, service, Case("5", JUNE, "500.00", "")) == labels


# Tax.


def taxed(*amounts: tuple[str, str], vendor: str = "Acme") -> list[ChargedLine]:
    """Lines with a price and an amount paid that nothing else explains."""
    return [
        ChargedLine(number, OHIO, None, Decimal(100_000), date(2014, 1, 1), Decimal(paid),
                    Decimal(price), None, vendor)
        for number, (price, paid) in enumerate(amounts, 2)
    ]  # fmt: skip


THREE = [("100.00", "108.25"), ("200.00", "216.50"), ("59.99", "64.94")]


def test_tax_of_one_rate_on_all_lines_of_a_vendor() -> None:
    assert explain(*taxed(*THREE)) == ["tax of 8.25%"] * 3
    lines = [*taxed(*THREE), *taxed(("100.00", "110.00"), ("10.00", "11.00"), vendor="Other")]
    assert explain(*lines) == ["tax of 8.25%"] * 3 + ["", ""]  # two lines are too few


@pytest.mark.parametrize(
    ("further", "labels"),
    [
        (("10.00", "10.83"), "tax of 8.25%"),  # 10.825, half a cent
        (("10.00", "10.82"), ""),
        (("10.00", "10.84"), ""),
        (("0.00", "0.01"), ""),
        (("10.00", "9.00"), "tax of 8.25%"),  # paid under, which says nothing of tax
        (("0.01", "0.02"), ""),
    ],
)
def test_a_line_of_the_vendor_that_is_otherwise_ends_it(
    further: tuple[str, str], labels: str
) -> None:
    assert explain(*taxed(*THREE, further))[:3] == [labels] * 3


@pytest.mark.parametrize(
    ("amounts", "labels"),
    [
        ([("1000.00", "1250.00"), ("500.00", "625.00"), ("100.00", "125.00")], "tax of 25%"),
        ([("1000.00", "1250.01"), ("500.00", "625.00"), ("100.00", "125.00")], ""),
        ([("100000.00", "100001.00"), ("50000.00", "50000.50"), ("0.01", "0.02")], ""),
        ([("100000.00", "100001.00"), ("50000.00", "50000.50"), ("1.00", "1.00")], ""),
        ([("100000.00", "100001.00"), ("50000.00", "50000.50"), ("1000.00", "1000.01")],
         "tax of 0.001%"),
        # 8.125 to 8.134 percent make these of it; one has two decimals
        ([("100.00", "108.13"), ("100.00", "108.13"), ("20.00", "21.63")], "tax of 8.13%"),
        ([("100.00", "108.00"), ("100.00", "108.00"), ("100.00", "108.00")], ""),  # one price
        ([("5.00", "5.40"), ("5.00", "5.40"), ("10.00", "10.80")], "tax of 8%"),
        # 8.65 to 9.349 percent with one decimal: several, and a whole one
        ([("1.00", "1.09"), ("2.00", "2.18"), ("3.00", "3.27")], "tax of 9%"),
        # 8.7 to 8.8 percent: no whole one, and several with a decimal
        ([("1.00", "1.09"), ("2.00", "2.17"), ("3.00", "3.26")], ""),
    ],
)  # fmt: skip
def test_the_rate_is_the_only_one_of_its_decimals(
    amounts: list[tuple[str, str]], labels: str
) -> None:
    assert set(explain(*taxed(*amounts))) <= {labels, ""}
    assert explain(*taxed(*amounts))[0] == labels


@given(rate=st.integers(1, 25_000), cents=st.lists(st.integers(1, 10**8), min_size=3, max_size=9))
def test_a_rate_that_was_charged_is_among_those_that_fit(rate: int, cents: list[int]) -> None:
    """On a large amount, which leaves one rate, it is the one that was charged."""
    prices = [Decimal(each).scaleb(-2) for each in (*cents, 10**7 * 2 + 1)]
    paid = [round(price * (100_000 + rate) / 100_000 + Decimal("1e-9"), 2) for price in prices]
    assume(all(one > other for one, other in zip(paid, prices, strict=True)))
    lines = taxed(*((str(price), str(each)) for price, each in zip(prices, paid, strict=True)))
    assert set(explain(*lines)) == {f"tax of {Decimal(rate).scaleb(-3).normalize():f}%"}


# Random contracts: each mistake is named where it gives the amount, and nowhere else.


def price_of(book: PriceBook, question: Question, windows: bool = True) -> Decimal | None:
    """The price to the cent, None where there is none or nothing that can be bought."""
    try:
        return book.answer(question, windows).price
    except BadInput:
        return None


class Mistakes(NamedTuple):
    """What mistakes come to, each by a whole question to a whole contract."""

    contract: Contract
    question: Question
    entered: date

    def amounts(self) -> dict[ChargeKind, set[Decimal | None]]:
        """The amounts at which a kind is named, and at no others."""
        book, quantity = PriceBook(self.contract), self.question.quantity
        quantities = [quantity * 10, quantity * 100, quantity / 10, quantity / 100]
        asked = [self.question._replace(quantity=each) for each in quantities]
        on_entry = self.question._replace(purchased=self.entered)
        return {
            ChargeKind.BEFORE_AMENDMENT: {
                price_of(each, self.question) for _, each in self.versions()
            },
            ChargeKind.DAY_OF_ENTRY: {price_of(book, on_entry)},
            ChargeKind.QUANTITY: {price_of(book, each) for each in asked} - {Decimal(0)},
        }

    def versions(self) -> list[tuple[int, PriceBook]]:
        """The contract through each of its documents."""
        numbers = {*(each.document for each in self.contract.rows), *self.contract.not_held}
        return [(number, PriceBook(self.contract, through=number)) for number in numbers]

    def amounts_after(self) -> set[Decimal | None]:
        """The prices through each document on later days on which it takes effect."""
        return {
            price_of(book, self.question._replace(purchased=row.effective), windows)
            for number, book in self.versions()
            for row in self.contract.rows
            if row.document == number and row.effective and row.effective > self.question.purchased
            for windows in (True, False)
        }

    def amount_without_windows(self) -> Decimal | None:
        """The price as if no row had a purchase window, where one with a window decides."""
        answer = PriceBook(self.contract).answer(self.question)
        if not any(each.has_window for each in answer.decided):
            return None
        return price_of(PriceBook(self.contract), self.question, windows=False)


@settings(max_examples=300)
@given(st.data())
def test_every_mistake_on_random_contracts_is_named_and_no_other(data: DataObject) -> None:
    contract = data.draw(contracts())
    days = st.sampled_from(MONTH_AND_BEFORE)
    question, entered = data.draw(questions(contract, days)), data.draw(days)
    price = price_of(PriceBook(contract), question)
    assume(price is not None)
    mistakes = Mistakes(contract, question, entered)
    expected, later = mistakes.amounts(), mistakes.amounts_after()
    without_windows = mistakes.amount_without_windows()
    for paid in set().union(*expected.values(), later, {without_windows}) - {None, price}:
        line = ChargedLine(2, PriceBook(contract), question.service, question.quantity,
                           question.purchased, paid, Decimal(price or 0), entered,
                           known_on=question.known_on)  # fmt: skip
        [(_, found)] = explain_charges([line], TaxRates([line]))
        kinds = {each.kind for each in found}
        for kind, amounts in expected.items():
            assert (kind in kinds) == (paid in amounts), kind
        if paid == without_windows:
            assert ChargeKind.WINDOW_MISSED in kinds
        if ChargeKind.AFTER_AMENDMENT in kinds:
            assert paid in later
