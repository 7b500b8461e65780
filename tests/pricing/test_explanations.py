"""The explanation for every cause and charge: the line for a cell, and the labelled lines."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.contracts_in_code import DAY, SERVICE, ask, book, of_range, row
from xlfuncs.pricing.contract import Assumption, Billed, Contract, PartUnits, Row, Service
from xlfuncs.pricing.explain import explain, explain_in_lines, format_remark
from xlfuncs.pricing.price_book import PriceBook, Question

TIER = row(0, 1, "or more", "per unit", 10)
TIERS = [row(0, 1, 10, "graduated", 5), row(1, 11, "or more", "graduated", "0.0125")]

SENTENCES: list[tuple[list[Row], object, str]] = [
    ([TIER], 7, "70.00 for 7 IPs: Agreement, 1; 7 x 10.00 = 70.00."),
    (
        [row(0, 1, 9, "per unit", "0.125")],
        1,
        "0.13 for 1 IPs: Agreement, 1; 1 x 0.125 = 0.125, rounded to 0.13.",
    ),
    (
        [row(0, 5, 5, "package", "0.99"), row(1, 5, 5, "discount", 50)],
        5,
        "0.50 for 5 IPs: Amendment 1, 1 (50 percent off), taken off Agreement, 1; 0.99, less 50 "
        "percent = 0.495, rounded to 0.50.",
    ),
    (
        [row(0, 500, "or more", "additional", 7000, 14)],
        600,
        "8,400.00 for 600 IPs: Agreement, 1; 7,000.00 + 100 x 14.00 = 8,400.00.",
    ),
    (
        TIERS,
        18,
        "50.10 for 18 IPs: Amendment 1, 1, on top of Agreement, 1; 50.00 + 8 x 0.0125 = 50.10.",
    ),
    (
        [*TIERS, row(2, 1, "or more", "discount", 10)],
        18,
        "45.09 for 18 IPs: Amendment 2, 1 (10 percent off), taken off Amendment 1, 1, on top of "
        "Agreement, 1; 50.00 + 8 x 0.0125 = 50.10, less 10 percent = 45.09.",
    ),
    (
        [row(0, 5, 5, "package", 80), row(1, 1, 9, "discount", "2.5")],
        5,
        "78.00 for 5 IPs: Amendment 1, 1 (2.5 percent off), taken off Agreement, 1; 80.00, less "
        "2.5 percent = 78.00.",
    ),
    (
        [TIER, row(1, 0, "or more", "withdrawn", source="is deleted")],
        3,
        "no price: Amendment 1, 1 (0 or more IPs) withdraws the price; in place of 10.00 each "
        "(Agreement, 1).",
    ),
    (
        [row(0, 1, 9, "withdrawn", note="Custom Quote")],
        3,
        "no price: Agreement, 1 (1 to 9 IPs) offers none (Custom Quote).",
    ),
    (
        [row(0, 1, 9, "not on file")],
        3,
        "not determinable: Agreement, 1 (1 to 9 IPs) is not on file.",
    ),
    (
        [row(0, 1, 9, "additional", 5)],
        3,
        "not determinable: Agreement, 1 (1 to 9 IPs) states no unit price.",
    ),
    (
        [TIER, row(1, 1, 9, "per unit", 9, effective=None)],
        3,
        "not determinable: the effective date of Amendment 1, signed 2020-01-02, is not on file; "
        "in place of 10.00 each (Agreement, 1).",
    ),
    (
        [TIER, row(0, 5, 5, "package", 50)],
        5,
        "not determinable: 5 IPs fall under Agreement, 1 (10.00 each) and under Agreement, 1 "
        "(50.00), and nothing says which prevails.",
    ),
    (
        [row(0, 250, 250, "package", 1), row(0, 5000, 5000, "package", 2)],
        1000,
        "not determinable: no row prices 1,000 IPs, between 250 IPs (Agreement, 1) and 5,000 IPs "
        "(Agreement, 1).",
    ),
    (
        [
            TIER._replace(purchased_through=date(2020, 3, 31)),
            TIER._replace(purchased_from=date(2020, 8, 1)),
        ],
        3,
        "not determinable: no row prices 3 IPs on 2020-06-15: Agreement, 1 applies through "
        "2020-03-31 and Agreement, 1 applies from 2020-08-01.",
    ),
    (
        [row(0, 500, 900, "package", 1)],
        400,
        "no price: no row prices 400 IPs on 2020-06-15: the smallest range that day is 500 to 900 "
        "IPs (Agreement, 1).",
    ),
    (
        [row(0, 500, 900, "package", 1)],
        901,
        "no price: no row prices 901 IPs on 2020-06-15: the largest range that day is 500 to 900 "
        "IPs (Agreement, 1).",
    ),
    (
        [row(0, 1, 4, "graduated", 5), row(0, 6, 9, "graduated", 4)],
        7,
        "not determinable: Agreement, 1 adds up tiers, and 5 IPs below 7 IPs have no price: no "
        "tier covers them.",
    ),
]


@pytest.mark.parametrize(("rows", "quantity", "sentence"), SENTENCES)
def test_the_line_for_a_cell(rows: list[Row], quantity: object, sentence: str) -> None:
    assert explain(ask(rows, quantity)) == sentence


def test_before_the_agreement_the_sentence_names_its_first_day() -> None:
    assert explain(ask([TIER], 1, date(2019, 12, 31))) == (
        "no price: no row prices 1 IPs on 2019-12-31: Agreement, 1 applies from 2020-01-01."
    )


def test_part_units_are_named_as_asked_and_as_counted() -> None:
    up = ask([TIER], "1.5", part_units=PartUnits.UP)
    assert explain(up).startswith("20.00 for 2 IPs (asked: 1.5): Agreement, 1; 2 x 10.00")
    unsaid = ask([TIER], "1.5", part_units=PartUnits.NOT_SAID)
    assert explain(unsaid) == (
        "not determinable: 1.5 IPs are not whole, and the contract does not say how part "
        "units count."
    )


def test_what_nobody_could_know_is_named() -> None:
    amended = row(1, 1, 9, "per unit", 9, signed=date(2020, 9, 1))
    assert explain(ask([TIER, amended], 3, DAY, known_on=DAY)) == (
        "30.00 for 3 IPs: Agreement, 1; 3 x 10.00 = 30.00; as known on 2020-06-15, before "
        "Amendment 1 (signed 2020-09-01)."
    )
    unsigned = row(1, 1, 9, "per unit", 9, signed=None)
    assert explain(ask([TIER, unsigned], 3, DAY, known_on=DAY)).startswith(
        "not determinable: the date on which Amendment 1 was signed is not on file; in place of "
        "10.00 each"
    )


def test_an_assumption_is_named_with_its_field_its_document_and_its_reason() -> None:
    assumed = (Assumption(("effective",), "the date is blurred"),)
    amended = row(1, 1, 9, "per unit", 9, effective=date(2020, 6, 15), assumed=assumed)
    for day in (date(2020, 6, 15), date(2020, 6, 14)):
        assert explain(ask([TIER, amended], 3, day)).endswith(
            "; assumed: effective date of Amendment 1."
        )
        assert lines([TIER, amended], 3, day)["Assumed"] == (
            "effective date of Amendment 1: 2020-06-15 (the date is blurred)"
        )


def test_a_cell_names_the_best_of_many_rows_that_gave_way_and_the_lines_a_few() -> None:
    rows = [row(number, 1, 9, "per unit", number) for number in range(1, 9)]
    assert explain(ask(rows, 1)).endswith("; in place of 7.00 each (Amendment 7, 1) and 6 more.")
    assert explain(ask(rows[:3], 1)).endswith(
        "; in place of 2.00 each (Amendment 2, 1) and 1.00 each (Amendment 1, 1)."
    )
    assert lines(rows, 1)["In place of"] == (
        "7.00 each (Amendment 7, 1); 6.00 each (Amendment 6, 1); 5.00 each (Amendment 5, 1); "
        "4.00 each (Amendment 4, 1); 3 more"
    )


# Labelled lines.


def lines(rows: list[Row], quantity: object, day: date = DAY, **service: Any) -> dict[str, str]:
    """The labelled lines but for the contract's name, which all of them have."""
    prices = book(*rows, service=SERVICE._replace(**service))
    answer = prices.answer(Question(Decimal(str(quantity)), day))
    found = dict(explain_in_lines(prices, answer))
    assert found.pop("Contract") == "Test"
    return found


WINDOW = row(1, 1, 9, "package", 80, purchased_through=date(2020, 6, 30), source="until June")
LABELLED: dict[str, tuple[list[Row], object, dict[str, str]]] = {
    "a window that decides": (
        [row(0, 1, 9, "package", 100), WINDOW],
        5,
        {
            "Price": "80.00",
            "Because": "Amendment 1, 1 (package price for 1 to 9 IPs, for purchases through "
            "2020-06-30)",
            "Wording": '"until June"',
            "In place of": "100.00 (Agreement, 1)",
            "Saving": "20.00 compared with 100.00 (Agreement, 1)",
        },
    ),
    "a window in which it costs more": (
        [row(0, 1, 9, "package", 70), WINDOW],
        5,
        {
            "Price": "80.00",
            "Because": "Amendment 1, 1 (package price for 1 to 9 IPs, for purchases through "
            "2020-06-30)",
            "Wording": '"until June"',
            "In place of": "70.00 (Agreement, 1)",
            "Saving": "none: 10.00 more than 70.00 (Agreement, 1)",
        },
    ),
    "tiers, each multiplied out": (
        [
            row(0, 0, 10, "package", 3),
            row(0, 11, 20, "graduated", "4.28", per=100),
            row(0, 21, "or more", "graduated", 2),
        ],
        25,
        {
            "Price": "13.43",
            "Because": "Agreement, 1 (graduated, 2.00 each for 21 or more IPs)",
            "Arithmetic": "3.00 + 10 x 4.28 / 100 + 5 x 2.00 = 13.428, rounded to 13.43",
        },
    ),
    "tiers from the first unit on, with a discount": (
        [*TIERS, row(2, 1, "or more", "standing discount", 10)],
        18,
        {
            "Price": "45.09",
            "Because": "Amendment 2, 1 (standing discount, 10 percent off for 1 or more IPs), "
            "taken off Amendment 1, 1 (graduated, 0.0125 each for 11 or more IPs), on top of "
            "Agreement, 1",
            "Arithmetic": "10 x 5.00 + 8 x 0.0125 = 50.10, less 10 percent = 45.09",
        },
    ),
    "a package with more": (
        [row(0, 500, 900, "additional", 7000, 14)],
        600,
        {
            "Price": "8,400.00",
            "Because": "Agreement, 1 (7,000.00 for the first 500 and 14.00 for each one above, "
            "for 500 to 900 IPs)",
            "Arithmetic": "7,000.00 + 100 x 14.00 = 8,400.00",
        },
    ),
    "a minimum, and a discount off it": (
        [TIER._replace(minimum=Decimal(50)), row(1, 1, 9, "discount", 10)],
        2,
        {
            "Price": "45.00",
            "Because": "Amendment 1, 1 (10 percent off for 1 to 9 IPs), taken off Agreement, 1 "
            "(10.00 each, at least 50.00 for 1 or more IPs)",
            "Arithmetic": "2 x 10.00 = 20.00, minimum 50.00, less 10 percent = 45.00",
        },
    ),
    "a discount with a maximum": (
        [TIER, row(1, 1, 9, "discount", 10, maximum=Decimal(60))],
        8,
        {
            "Price": "60.00",
            "Because": "Amendment 1, 1 (10 percent off, at most 60.00 for 1 to 9 IPs), taken off "
            "Agreement, 1 (10.00 each for 1 or more IPs)",
            "Arithmetic": "8 x 10.00 = 80.00, less 10 percent = 72.00, maximum 60.00",
        },
    ),
    "a printed total that disagrees": (
        [row(0, 5, 5, "package", 99, 20)],
        5,
        {
            "Price": "99.00",
            "Because": "Agreement, 1 (package price for 5 IPs)",
            "Open": "the printed total 99.00 does not equal 5 x 20.00 = 100.00; the printed "
            "total is the "
            "price",
        },
    ),
    "a page that is not on file": (
        [row(0, 1, 9, "not on file", note="The copy is cut off.")._replace(clause="page 9")],
        3,
        {
            "Price": "not determinable",
            "Missing": "Agreement, page 9 (1 to 9 IPs) is not on file (The copy is cut off)",
            "Ask for": "Agreement, page 9",
        },
    ),
    "an effective date that is not on file": (
        [TIER, row(1, 1, 9, "per unit", 9, effective=None)],
        3,
        {
            "Price": "not determinable",
            "Missing": "the effective date of Amendment 1, signed 2020-01-02, is not on file",
            "Ask for": "a copy of Amendment 1 that shows its effective date",
            "In place of": "10.00 each (Agreement, 1)",
        },
    ),
    "a figure that is missing": (
        [row(0, 1, 9, "additional", 5)],
        3,
        {
            "Price": "not determinable",
            "Missing": "Agreement, 1 (1 to 9 IPs) states no unit price",
            "Ask for": "Agreement, 1",
        },
    ),
    "a replaced document, from a day that is not on file": (
        [
            TIER,
            row(1, 1, 9, "per unit", 9),
            row(2, 10, 12, "package", 1, effective=None, replaces=1),
        ],
        3,
        {
            "Price": "not determinable",
            "Missing": "a later document replaces Amendment 1, from a day that is not on file",
            "Ask for": "a copy of the document that replaces Amendment 1, with its effective date",
            "In place of": "10.00 each (Agreement, 1)",
        },
    ),
    "a tie": (
        [TIER, row(0, 5, 5, "package", 50)],
        5,
        {
            "Price": "not determinable",
            "Missing": "5 IPs fall under Agreement, 1 (10.00 each) and under Agreement, 1 (50.00), "
            "and nothing says which prevails",
            "Ask for": "which of these rows prevails, agreed in writing by the parties",
        },
    ),
    "a gap": (
        [row(0, 250, 250, "package", 1), row(0, 5000, 5000, "package", 2)],
        1000,
        {
            "Price": "not determinable",
            "Missing": "no row prices 1,000 IPs, between 250 IPs (Agreement, 1) and 5,000 IPs "
            "(Agreement, 1)",
            "Ask for": "a price for 1,000 IPs, agreed in writing by the parties",
        },
    ),
    "a gap below a tier": (
        [row(0, 1, 4, "graduated", 5), row(0, 6, 9, "graduated", 4)],
        7,
        {
            "Price": "not determinable",
            "Missing": "Agreement, 1 adds up tiers, and 5 IPs below 7 IPs have no price: no tier "
            "covers them",
            "Ask for": "a price for them, agreed in writing by the parties",
        },
    ),
    "a tier below that is not on file": (
        [row(0, 1, 4, "not on file")._replace(clause="page 2"), row(0, 5, 9, "graduated", 4)],
        7,
        {
            "Price": "not determinable",
            "Missing": "Agreement, 1 adds up tiers, and 1 to 4 IPs below 7 IPs have no price: "
            "Agreement, page 2 (1 to 4 IPs) is not on file",
            "Ask for": "Agreement, page 2",
        },
    ),
    "a discount off nothing": (
        [row(1, 1, 9, "discount", 10)],
        7,
        {
            "Price": "not determinable",
            "Missing": "Amendment 1, 1 (1 to 9 IPs) takes 10 percent off, but 7 IPs have no price "
            "to take it off",
            "Ask for": "the price that the discount is taken off, agreed in writing by the parties",
        },
    ),
    "what the contract does not offer": (
        [row(0, 500, 900, "package", 1)],
        400,
        {
            "Price": "none",
            "Because": "no row prices 400 IPs on 2020-06-15: the smallest range that day is 500 to "
            "900 IPs (Agreement, 1)",
        },
    ),
    "what is withdrawn": (
        [TIER, row(1, 0, "or more", "withdrawn", source="is deleted")],
        3,
        {
            "Price": "none",
            "Because": "Amendment 1, 1 (0 or more IPs) withdraws the price",
            "Wording": '"is deleted"',
            "In place of": "10.00 each (Agreement, 1)",
        },
    ),
    "rows without a price that gave way": (
        [
            row(0, 1, 9, "not on file"),
            row(1, 0, "or more", "withdrawn"),
            row(2, 3, 3, "package", 5),
        ],
        3,
        {
            "Price": "5.00",
            "Because": "Amendment 2, 1 (package price for 3 IPs)",
            "In place of": "withdrawn (Amendment 1, 1); a price not on file (Agreement, 1)",
        },
    ),
    "a draft": (
        [TIER, row(1, 1, "or more", "per unit", 9, signed=None, effective=None)],
        3,
        {
            "Price": "30.00",
            "Because": "Agreement, 1 (10.00 each for 1 or more IPs)",
            "Arithmetic": "3 x 10.00 = 30.00",
            "Open": "Amendment 1, 1 has no date signed or effective date and does not count",
        },
    ),
    "a document that is replaced": (
        [TIER, row(1, 1, 9, "per unit", 9), row(2, 10, 12, "package", 1, replaces=1)],
        3,
        {
            "Price": "30.00",
            "Because": "Agreement, 1 (10.00 each for 1 or more IPs)",
            "In place of": "Amendment 1 (replaced by a later document)",
            "Arithmetic": "3 x 10.00 = 30.00",
        },
    ),
    "days that are not on file": (
        [TIER._replace(signed=None, not_on_file=("signed", "ends"))],
        3,
        {
            "Price": "30.00",
            "Because": "Agreement, 1 (10.00 each for 1 or more IPs)",
            "Arithmetic": "3 x 10.00 = 30.00",
            "Open": "the date and end of Agreement are not on file",
        },
    ),
}


@pytest.mark.parametrize("case", LABELLED)
def test_the_labelled_lines(case: str) -> None:
    rows, quantity, expected = LABELLED[case]
    asked = f"{Decimal(str(quantity)):,} IPs of Scanning, purchased on 2020-06-15"
    assert lines(rows, quantity) == {"Asked": asked, **expected}


def test_lines_come_in_the_order_of_a_letter() -> None:
    [*labels] = lines([row(0, 1, 9, "package", 100), WINDOW], 5)
    assert labels == ["Asked", "Price", "Because", "Wording", "In place of", "Saving"]


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ((None, date(2020, 6, 14)), "80.00 was for purchases through 2020-06-14"),
        (
            (date(2020, 6, 1), date(2020, 6, 14)),
            "80.00 was for purchases from 2020-06-01 through 2020-06-14",
        ),
        ((date(2020, 6, 16), None), "80.00 is for purchases from 2020-06-16"),
    ],
)
def test_a_window_on_other_days_is_named(
    window: tuple[date | None, date | None], said: str
) -> None:
    opens, closes = window
    other = WINDOW._replace(purchased_from=opens, purchased_through=closes)
    rows = [row(0, 1, 9, "package", 100), other]
    assert lines(rows, 5)["In place of"] == f"{said} (Amendment 1, 1)"
    assert explain(ask(rows, 5)) == f"100.00 for 5 IPs: Agreement, 1; {said} (Amendment 1, 1)."


def test_a_window_on_other_days_is_not_named_where_it_would_not_decide() -> None:
    past = WINDOW._replace(purchased_through=date(2020, 6, 14))
    later = row(2, 1, 9, "package", 70)
    assert explain(ask([past, later], 5)) == "70.00 for 5 IPs: Amendment 2, 1."
    not_yet = past._replace(effective=date(2020, 6, 16), purchased_through=date(2020, 7, 1))
    tier = row(0, 1, 9, "package", 100)
    assert "In place of" not in lines([tier, not_yet], 5)
    assert "In place of" not in lines([tier, past], 10)
    never = past._replace(effective=date(2020, 6, 15))
    assert "In place of" not in lines([tier, never], 5)
    this_month = WINDOW._replace(purchased_from=date(2020, 6, 15))
    assert "was for" not in explain(ask([tier, past, this_month], 5))


def test_of_many_windows_the_last_one_before_and_the_next_one_after_are_named() -> None:
    rows = [row(0, 1, 9, "package", 100)]
    rows += [
        row(1, 1, 9, "package", month, purchased_from=first, purchased_through=first)
        for month in (3, 4, 5, 7, 8, 9)
        for first in [date(2020, month, 1)]
    ]
    assert lines(rows, 5)["In place of"] == (
        "5.00 was for purchases from 2020-05-01 through 2020-05-01 (Amendment 1, 1); "
        "7.00 is for purchases from 2020-07-01 through 2020-07-01 (Amendment 1, 1)"
    )


def test_a_price_has_its_currency_and_what_it_is_for() -> None:
    for billed, said in (
        (None, "30.00 USD"),
        (Billed.ONCE, "30.00 USD (one time)"),
        (Billed.MONTH, "30.00 USD per month"),
        (Billed.NOT_ON_FILE, "30.00 USD (billing period not on file)"),
    ):
        service = SERVICE._replace(billed=billed)
        prices = PriceBook(Contract("Test", "TEST", (service,), (TIER,), "USD"))
        answer = prices.answer(Question(Decimal(3), DAY))
        assert explain(answer) == f"{said} for 3 IPs: Agreement, 1; 3 x 10.00 = 30.00."
        found = dict(explain_in_lines(prices, answer))
        assert found["Price"] == said
        is_open = billed is Billed.NOT_ON_FILE
        assert found.get("Open") == ("the billing period is not on file" if is_open else None)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (Service("IPs", "IPs"), "3 IPs"),
        (Service("Scanned IPs", "IPs"), "3 Scanned IPs"),
        (Service("Scanning", ""), "3 of Scanning"),
    ],
)
def test_what_was_asked_names_the_service_unless_its_unit_does(service: Service, said: str) -> None:
    rows = [TIER._replace(service=service.name)]
    prices = book(*rows, service=service)
    found = explain_in_lines(prices, prices.answer(Question(Decimal(3), DAY)))
    assert found[0] == ("Asked", f"{said}, purchased on 2020-06-15")


def test_what_was_asked_says_how_it_is_counted_and_which_documents_count() -> None:
    up = {"part_units": PartUnits.UP}
    asked = "2 IPs of Scanning (asked: 1.5), purchased on 2020-06-15"
    assert lines([TIER], "1.5", **up)["Asked"] == asked
    later = row(1, 1, 9, "per unit", 9, signed=date(2020, 9, 1))
    contract = Contract("Test", "TEST", (SERVICE,), (TIER, later))
    prices = PriceBook(contract, through=1)
    answer = prices.answer(Question(Decimal(3), DAY, None, DAY))
    assert dict(explain_in_lines(prices, answer))["Asked"] == (
        "3 IPs of Scanning, purchased on 2020-06-15; as known on 2020-06-15, before Amendment 1 "
        "(signed 2020-09-01); documents through no. 1"
    )


def test_what_is_open_and_assumed_comes_last_in_a_cell() -> None:
    assumed = (Assumption(("effective",), "blurred"),)
    amended = row(1, 1, 9, "per unit", 9, effective=date(2020, 6, 15), assumed=assumed)
    amended = amended._replace(not_on_file=("ends",))
    window = row(1, 1, 9, "package", 1, purchased_through=date(2020, 6, 14))
    answer = ask([TIER, amended, window], 3, known_on=DAY)
    assert explain(answer) == (
        "27.00 for 3 IPs: Amendment 1, 1; 3 x 9.00 = 27.00; in place of 10.00 each (Agreement, 1); "
        "1.00 was for purchases through 2020-06-14 (Amendment 1, 1); as known on 2020-06-15; "
        "open: end of Amendment 1 not on file; assumed: effective date of Amendment 1."
    )
    assert format_remark(of_range(answer)) == (
        "in place of 10.00 each (Agreement, 1); as known on 2020-06-15; "
        "open: end of Amendment 1 not on file; assumed: effective date of Amendment 1."
    )


def test_hundreds_of_tiers_are_not_multiplied_out_one_by_one() -> None:
    rows = [row(0, number, number, "graduated", 1) for number in range(1, 300)]
    assert lines(rows, 200)["Arithmetic"] == "199.00 + 1 x 1.00 = 200.00"


def test_tiers_around_a_special_price_are_summed_up() -> None:
    tiers = [row(0, 1, 100, "graduated", 2), row(0, 101, "or more", "graduated", 1)]
    special = row(1, 1, 100, "package", 150)
    assert lines([*tiers, special._replace(quantity_from=Decimal(50))], 110)["Arithmetic"] == (
        "100 x 2.00 + 10 x 1.00 = 210.00"
    )
    assert lines([*tiers, special], 110)["Arithmetic"] == "150.00 + 10 x 1.00 = 160.00"


def test_a_window_in_which_another_document_decides_is_not_promised() -> None:
    june = row(1, 1, 9, "per unit", 5, effective=date(2020, 2, 1))
    june = june._replace(purchased_from=date(2020, 7, 1), purchased_through=date(2020, 7, 31))
    later = row(2, 1, 9, "per unit", 12, effective=date(2020, 7, 1))
    assert "In place of" in lines([TIER, june], 3)
    assert "In place of" not in lines([TIER, june, later], 3)


def test_part_of_a_unit_rests_on_what_is_assumed_of_the_units_on_both_sides() -> None:
    assumed = (Assumption(("price",), "a faint copy"),)
    above = row(0, 11, 20, "package", 100)._replace(clause="b", assumed=assumed)
    rows = [row(0, 1, 10, "package", 100), above]
    said = {"part_units": PartUnits.NOT_SAID}
    assert "Assumed" not in lines(rows, 10, **said)
    assert "a faint copy" in lines(rows, "10.5", **said)["Assumed"]
