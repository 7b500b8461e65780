"""Quantities that add up (rule 10): worked by hand, and on both sides of every boundary."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.contracts_in_code import DAY, SERVICE, ask, book, row
from xlfuncs.pricing.contract import Assumption, Contract, Counted, PartUnits, Purchase, Row
from xlfuncs.pricing.counting import (
    Arithmetic,
    find_arithmetic,
    find_period,
    find_terms,
    is_unaffected,
    list_bought_before,
)
from xlfuncs.pricing.explain import explain, explain_in_lines
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.price_book import Answer, Question
from xlfuncs.pricing.schedule_timeline import schedule, timeline

ANY = "or more"
TIERS = [row(0, 1, 1000, "graduated", "0.10"), row(0, 1001, ANY, "graduated", "0.08")]
BLOCK = [row(0, 1, 600, "package", "25.71"), row(0, 601, ANY, "graduated", "4.28", per=100)]
FEE = [row(0, 0, 0, "package", 50), row(0, 1, ANY, "graduated", 2)]
VOLUME = [row(0, 1, 100, "per unit", 10), row(0, 101, ANY, "per unit", 8)]
BOUNDED = [
    row(0, 1, 100, "per unit", 10),
    row(0, 101, ANY, "per unit", 8, minimum=Decimal(100), maximum=Decimal(500)),
]
LEAST = [row(0, 1, ANY, "graduated", 10, minimum=Decimal(100))]
HALF = [row(0, 1, ANY, "graduated", "0.005")]
TEN_OFF = row(1, 1001, ANY, "discount", 10)
LETTER = row(1, 1, ANY, "standing discount", 25, minimum=Decimal(20), maximum=Decimal(60))
PACKAGES = [row(0, 1, 10, "package", 90), row(0, 11, ANY, "additional", 100, 7)]
SPECIAL = [row(0, 1, ANY, "graduated", 1), row(1, 50, 50, "package", 500)]

WORKED: list[tuple[str, list[Row], Any, Any, str]] = [
    # what it is about, rows, bought before, quantity, price or cause
    ("within the first tier", TIERS, 200, 300, "30.00"),
    ("across the edge: 260.00 for 3,000 less 116.00 for 1,200", TIERS, 1200, 1800, "144.00"),
    ("up to the edge", TIERS, 900, 100, "10.00"),
    ("one beyond the edge: 100.08 less 90.00", TIERS, 900, 101, "10.08"),
    ("nothing before is as by purchase", TIERS, 0, 1800, "164.00"),
    ("nothing more costs nothing more", TIERS, 1200, 0, "0.00"),
    ("a block first: 29.99 for 700 less 25.71 for 600", BLOCK, 600, 100, "4.28"),
    ("within the block nobody says", BLOCK, 300, 100, "NOT_FOR_FURTHER"),
    ("out of the block: 25.75 for 601 less 25.71", BLOCK, 300, 301, "0.04"),
    ("the block itself, with nothing before", BLOCK, 0, 300, "25.71"),
    ("a fee is paid with the first purchase: 50 + 3 x 2", FEE, 0, 3, "56.00"),
    ("and not again: 60 less 56", FEE, 3, 2, "4.00"),
    ("the fee alone, with nothing before", FEE, 0, 0, "50.00"),
    ("per unit by the row of the total, all units of the purchase", VOLUME, 90, 20, "160.00"),
    ("per unit up to the edge", VOLUME, 90, 10, "100.00"),
    ("a minimum of a per unit row is the purchase's", BOUNDED, 200, 5, "100.00"),
    ("so is its maximum", BOUNDED, 200, 100, "500.00"),
    ("a graduated minimum is the total's: 100 less 100", LEAST, 3, 2, "0.00"),
    ("and is met by the total: 120 less 100", LEAST, 3, 9, "20.00"),
    ("halves are rounded once, at the end: 0.015 less 0.005", HALF, 1, 2, "0.01"),
    ("0.010 less 0.005", HALF, 1, 1, "0.01"),
    (
        "a discount of the total's row, off what the purchase costs",
        [*TIERS, TEN_OFF],
        900,
        200,
        "16.20",
    ),
    ("the same, bought before under the discount, too", [*TIERS, TEN_OFF], 1200, 1800, "129.60"),
    (
        "bounds of a discount are the purchase's: 75 percent of 16",
        [*TIERS, LETTER],
        2000,
        200,
        "20.00",
    ),
    ("and the most of it: 75 percent of 160", [*TIERS, LETTER], 2000, 2000, "60.00"),
    ("a discount per unit: 75 percent of 8 x 5", [*VOLUME, LETTER], 200, 5, "30.00"),
    ("a package has no price for a further purchase", PACKAGES, 1, 1, "NOT_FOR_FURTHER"),
    ("nor has what is priced for its first units", PACKAGES, 11, 1, "NOT_FOR_FURTHER"),
    ("nor has a discount on top of it", [*PACKAGES, LETTER], 1, 1, "NOT_FOR_FURTHER"),
    ("before costs more than all of it", SPECIAL, 50, 50, "BEFORE_COSTS_MORE"),
    ("as much as all of it", [*SPECIAL[:1], row(1, 50, 50, "package", 100)], 50, 50, "0.00"),
    ("a withdrawn tier below", [*SPECIAL[:1], row(1, 50, 50, "withdrawn")], 50, 50, "TIER_MISSING"),
    ("the total is in no row", [row(0, 1, 9, "graduated", 1)], 5, 5, "OUTSIDE"),
    ("the total is in the last row", [row(0, 1, 9, "graduated", 1)], 5, 4, "4.00"),
    ("the total is withdrawn", [*TIERS, row(1, 2000, ANY, "withdrawn")], 1999, 1, "WITHDRAWN"),
]


def asked(rows: list[Row], before: Any, quantity: Any, **service: Any) -> Answer:
    prices = book(*rows, service=SERVICE._replace(**{"counted": Counted.TERM, **service}))
    found = None if before is None else Decimal(str(before))
    return prices.answer(Question(Decimal(str(quantity)), DAY, before=found))


def price(rows: list[Row], before: Any, quantity: Any, **service: Any) -> str:
    """The price as text, or the cause of there being none."""
    answer = asked(rows, before, quantity, **service)
    return answer.cause.name if answer.price is None else str(answer.price)


@pytest.mark.parametrize(
    ("rows", "before", "quantity", "expected"),
    [case[1:] for case in WORKED],
    ids=[c[0] for c in WORKED],
)
def test_worked_cases(rows: list[Row], before: Any, quantity: Any, expected: str) -> None:
    assert price(rows, before, quantity) == expected


def test_purchases_of_a_period_come_to_the_price_of_all_together() -> None:
    bought, total = Decimal(0), Decimal(0)
    for quantity in (1, 999, 1, 499, 0, 1500):
        answer = asked(TIERS, bought, quantity)
        assert answer.price is not None
        bought, total = bought + quantity, total + answer.price
    assert total == asked(TIERS, 0, bought).price


def test_what_was_bought_before_has_no_price_where_rows_tie_there() -> None:
    tied = [row(1, 5, 5, "discount", 10), row(1, 5, 5, "discount", 20)]
    assert price([*TIERS, *tied], 5, 5) == "BEFORE_NOT_PRICED"
    assert price([*TIERS, *tied], 6, 5) == "0.50"


def test_both_figures_are_those_of_the_day_of_purchase() -> None:
    cheaper = row(1, 1, ANY, "graduated", "0.05", effective=DAY)
    assert price([*TIERS, cheaper], 1000, 1000) == "50.00"


# What is said of what was bought before.


def test_by_the_purchase_nothing_was_bought_before() -> None:
    by_purchase = {"counted": Counted.PURCHASE}
    for before in (None, 0, "0.00"):
        assert price(TIERS, before, 1800, **by_purchase) == "164.00"
    with pytest.raises(BadInput, match="bought before is 5; expected nothing or 0") as refusal:
        price(TIERS, 5, 1800, **by_purchase)
    assert refusal.value.code == "#VALUE!"


def test_by_a_period_it_has_to_be_said_and_the_period_is_named() -> None:
    named = {
        Counted.MONTH: "by month, here 2020-06-01 to 2020-06-30",
        Counted.QUARTER: "by quarter, here 2020-04-01 to 2020-06-30",
        Counted.YEAR: "by year, here 2020-01-01 to 2020-12-31",
        Counted.CONTRACT_YEAR: "by contract year, here 2020-01-01 to 2020-12-31",
        Counted.TERM: "over the term",
    }
    for counted, period in named.items():
        with pytest.raises(BadInput) as refusal:
            asked(TIERS, None, 5, counted=counted)
        assert str(refusal.value) == (
            f"bought before is not given; purchases of 'Scanning' add up {period}; give the "
            "quantity bought before in it, 0 if none"
        )
        assert refusal.value.code == "#VALUE!"


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ("-1", "bought before is -1; expected 0 or more"),
        ("0.5", "bought before is 0.5; expected a whole number of IPs"),
        ("1e15", "bought before is 1E[+]15; expected at most 15 digits"),
    ],
)
def test_what_was_bought_before_is_counted_as_a_quantity_is(before: str, refused: str) -> None:
    with pytest.raises(BadInput, match=refused) as refusal:
        asked(TIERS, before, 5)
    assert refusal.value.code == "#NUM!"


def test_parts_of_both_count_as_the_service_says() -> None:
    assert price(TIERS, "999.5", "0.5", part_units=PartUnits.UP) == "0.08"
    assert price(TIERS, "999.5", "1.5", part_units=PartUnits.DOWN) == "0.10"
    either = {"part_units": PartUnits.NOT_SAID}
    assert price(TIERS, "1.5", 2, **either) == "0.20"
    assert price(TIERS, "999.5", 1, **either) == "PART_UNITS"
    assert price(TIERS, 10, "1.5", **either) == "PART_UNITS"
    assert price([row(0, 1, ANY, "graduated", 0)], "1.5", "2.5", **either) == "0.00"


# The limit.


def test_what_goes_beyond_the_limit_has_no_price_and_the_rest_is_named() -> None:
    limit = {"limit": Decimal(5000)}
    assert price(TIERS, 4600, 400, **limit) == "32.00"
    answer = asked(TIERS, 4600, 401, **limit)
    assert explain(answer) == (
        "no price: 401 IPs go beyond the limit: of the limit of 5,000 IPs in the term, 400 IPs "
        "were left."
    )
    assert (answer.unit_price, answer.decided, answer.assumptions) == (None, (), ())
    assert "nothing was left" in explain(asked(TIERS, 5000, 1, **limit))
    assert price(TIERS, 0, 5001, **limit) == "OVER_LIMIT"


def test_a_limit_by_the_purchase_is_that_of_each() -> None:
    by_purchase = {"limit": Decimal(5000), "counted": Counted.PURCHASE}
    assert price(TIERS, None, 5000, **by_purchase) == "420.00"
    assert explain(asked(TIERS, None, 5001, **by_purchase)) == (
        "no price: 5,001 IPs go beyond the limit of 5,000 IPs in one purchase."
    )


def test_a_limit_says_nothing_of_days_that_the_contract_does_not_know() -> None:
    prices = book(*TIERS, service=SERVICE._replace(limit=Decimal(10)))
    assert schedule(prices, date(2019, 12, 31)) == []
    assert [str(line.last) for line in schedule(prices, DAY)] == ["10", "None"]
    assert [each.answer.cause.name for each in timeline(prices, Decimal(11))] == ["OVER_LIMIT"]


# Where the contract does not say how purchases add up.

SILENT = {"counted": Counted.NOT_SAID}


def test_what_the_contract_does_not_say_matters_only_where_it_changes_the_price() -> None:
    assert price(TIERS, 200, 300, **SILENT) == "30.00"
    assert price(TIERS, 900, 100, **SILENT) == "10.00"
    assert price(TIERS, 900, 101, **SILENT) == "COUNTING_NOT_SAID"
    assert price(TIERS, 0, 1800, **SILENT) == "164.00"
    assert price(PACKAGES, 1, 1, **SILENT) == "COUNTING_NOT_SAID"
    assert price(BLOCK[:1], 300, 400, **SILENT) == "COUNTING_NOT_SAID"
    assert price(BLOCK[:1], 300, 601, **SILENT) == "OUTSIDE"
    assert price([row(0, 1, ANY, "not on file")], 5, 5, **SILENT) == "NOT_ON_FILE"
    withdrawn = [row(0, 1, ANY, "withdrawn")]
    assert price(withdrawn, 5, 5, **SILENT) == "WITHDRAWN"


def test_with_nothing_said_no_earlier_quantity_may_change_the_price() -> None:
    one_row = [row(0, 1, ANY, "graduated", 3)]
    assert price(one_row, None, 5, **SILENT) == "15.00"
    assert price([row(0, 1, ANY, "per unit", 3)], None, 5, **SILENT) == "15.00"
    assert price(TIERS, None, 1, **SILENT) == "COUNTING_NOT_SAID"
    assert price(TIERS, None, 0, **SILENT) == "COUNTING_NOT_SAID"  # none is no purchase of 0
    assert price(VOLUME, None, 5, **SILENT) == "COUNTING_NOT_SAID"
    assert price(VOLUME, None, 101, **SILENT) == "808.00"
    assert price(BLOCK, None, 601, **SILENT) == "COUNTING_NOT_SAID"
    assert price(one_row, None, 5, limit=Decimal(1000), **SILENT) == "COUNTING_NOT_SAID"
    assert price(one_row, None, 1001, limit=Decimal(1000), **SILENT) == "OVER_LIMIT"


def test_a_discount_on_smaller_totals_changes_no_larger_purchase() -> None:
    rows = [row(0, 1, ANY, "graduated", 2), row(1, 2, 17, "discount", 10)]
    assert price(rows, None, 23, **SILENT) == "46.00"
    assert price(rows, None, 17, **SILENT) == "COUNTING_NOT_SAID"
    service = SERVICE._replace(**SILENT)
    period = book(*rows, service=service).price_list(service).period_on(DAY.toordinal())
    assert [is_unaffected(period, steps) for steps in (1, 2, 17, 18, 23)] == [False] * 3 + [
        True
    ] * 2


def test_a_bound_that_is_met_far_away_changes_the_price_too() -> None:
    far = [row(0, 1, ANY, "graduated", 1, maximum=Decimal(10**9))]
    assert price(far, None, 5, **SILENT) == "COUNTING_NOT_SAID"
    nearly = [row(0, 1, 10**6, "graduated", 1), row(0, 10**6 + 1, ANY, "graduated", "1.000001")]
    assert price(nearly, None, 5, **SILENT) == "5.00"
    assert price(nearly, None, 5000, **SILENT) == "COUNTING_NOT_SAID"


def test_both_readings_are_named() -> None:
    assert explain(asked(TIERS, 1200, 1800, **SILENT)) == (
        "not determinable: the contract does not say how purchases add up: 1,800 IPs cost 164.00 "
        "by themselves and 144.00 after 1,200 IPs."
    )
    lines = dict(lines_of(asked(TIERS, 200, 300, **SILENT)))
    assert lines["Bought before"] == "200 IPs"
    assert lines["Open"] == (
        "the contract does not say how purchases add up, and this price is the same either way"
    )


# What is behind an answer.


def lines_of(answer: Answer) -> list[tuple[str, str]]:
    assert answer.service
    rows = answer.price_list.rows if answer.price_list else ()
    return [
        (each.label, each.text)
        for each in explain_in_lines(book(*rows, service=answer.service), answer)
    ]


def test_the_explanation_says_what_was_before_and_both_sums() -> None:
    answer = asked(TIERS, 1200, 1800, counted=Counted.CONTRACT_YEAR)
    assert explain(answer) == (
        "144.00 for 1,800 IPs after 1,200 IPs in the contract year 2020-01-01 to 2020-12-31 "
        "(together 3,000 IPs): Agreement, 1; 260.00 for 3,000, less 116.00 for 1,200 = 144.00."
    )
    lines = dict(lines_of(answer))
    assert lines["Bought before"] == (
        "1,200 IPs in the contract year 2020-01-01 to 2020-12-31; together 3,000 IPs"
    )
    assert lines["Arithmetic"] == (
        "1,000 x 0.10 + 2,000 x 0.08 = 260.00 for 3,000; 1,000 x 0.10 + 200 x 0.08 = 116.00 for "
        "1,200; 260.00 - 116.00 = 144.00"
    )
    assert answer.unit_price == Decimal("0.08")


def test_the_explanation_says_that_nothing_was_before() -> None:
    answer = asked(TIERS, 0, 5)
    assert explain(answer) == (
        "0.50 for 5 IPs, with none bought before in the term: Agreement, 1; 5 x 0.10 = 0.50."
    )
    assert dict(lines_of(answer))["Bought before"] == "nothing in the term"


def test_bounds_and_discounts_of_a_difference_are_worked_out_in_words() -> None:
    rows = [*TIERS, LETTER]
    assert dict(lines_of(asked(rows, 2000, 200)))["Arithmetic"].endswith(
        "196.00 - 180.00 = 16.00, less 25 percent = 12.00, minimum 20.00"
    )
    assert dict(lines_of(asked(LEAST, 3, 9)))["Arithmetic"] == (
        "12 x 10.00 = 120.00 for 12; 3 x 10.00 = 30.00, minimum 100.00 for 3; "
        "120.00 - 100.00 = 20.00"
    )
    assert (
        dict(lines_of(asked(BOUNDED, 200, 5)))["Arithmetic"] == "5 x 8.00 = 40.00, minimum 100.00"
    )


def test_why_a_further_purchase_has_no_price() -> None:
    assert explain(asked(PACKAGES, 1, 1)) == (
        "not determinable: Agreement, 1 (1 to 10 IPs) prices 2 IPs bought at once, and does not "
        "say what 1 IPs cost after 1 IPs."
    )
    assert explain(asked(SPECIAL, 50, 50)).startswith(
        "not determinable: the 50 IPs bought before cost 500.00, more than the 100.00 of 100 IPs "
        "together"
    )
    tied = [row(1, 5, 5, "discount", 10), row(1, 5, 5, "discount", 20)]
    answer = asked([*TIERS, *tied], 5, 5)
    assert explain(answer).startswith(
        "not determinable: the price of the 5 IPs bought before is taken off, and there is none: "
        "5 IPs fall under "
    )
    assert dict(lines_of(answer))["Ask for"] == (
        "which of these rows prevails, agreed in writing by the parties"
    )


def test_an_assumption_behind_what_was_before_is_named() -> None:
    assumed = (Assumption(("price",), "an invoice"),)
    rows = [row(0, 1, ANY, "graduated", 1), row(1, 5, 5, "package", 4, assumed=assumed)]
    assert [each.document for each in asked(rows, 5, 5).assumptions] == [1]
    assert [each.document for each in asked(rows, 5, 5).decided] == [0, 1]
    assert asked(rows, 6, 5).assumptions == ()


def test_an_assumed_date_of_the_agreement_is_behind_a_contract_year() -> None:
    assumed = (Assumption(("signed",), "the first invoice"),)
    rows = [row(0, 1, ANY, "per unit", 1, assumed=assumed), *[row(1, 1, ANY, "per unit", 2)]]
    assert len(asked(rows, 5, 5, counted=Counted.CONTRACT_YEAR).assumptions) == 1


def test_a_window_behind_what_was_before_is_part_of_the_saving() -> None:
    window = row(1, 5, 5, "package", 4, purchased_through=DAY)
    rows = [row(0, 1, ANY, "graduated", 1), window]
    prices = book(*rows, service=SERVICE._replace(counted=Counted.TERM))
    question = Question(Decimal(5), DAY, before=Decimal(5))
    assert prices.answer(question).price == 6
    assert prices.saving(question) == -1


# Periods.


@pytest.mark.parametrize(
    ("counted", "day", "first", "last"),
    [
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2023-12-31", "2023-12-01", "2023-12-31"),
        ("month", "9999-12-31", "9999-12-01", "9999-12-31"),
        ("quarter", "2024-03-31", "2024-01-01", "2024-03-31"),
        ("quarter", "2024-04-01", "2024-04-01", "2024-06-30"),
        ("year", "2024-07-01", "2024-01-01", "2024-12-31"),
        ("contract year", "2025-06-30", "2024-07-01", "2025-06-30"),
        ("contract year", "2025-07-01", "2025-07-01", "2026-06-30"),
        ("contract year", "2020-06-30", "2019-07-01", "2020-06-30"),
        ("contract year", "0001-01-01", "0001-01-01", "0001-06-30"),
        ("contract year", "9999-12-31", "9999-07-01", "9999-12-31"),
    ],
)
def test_the_period_of_a_day(counted: str, day: str, first: str, last: str) -> None:
    service = SERVICE._replace(counted=Counted(counted))
    found = find_period(service, date.fromisoformat(day), date(2024, 7, 1))
    assert found
    assert [date.fromordinal(each).isoformat() for each in found] == [first, last]


def test_a_contract_year_of_29_february_begins_on_1_march_of_common_years() -> None:
    service, agreed = SERVICE._replace(counted=Counted.CONTRACT_YEAR), date(2024, 2, 29)
    begins = {
        date.fromordinal((find_period(service, date(year, 6, 1), agreed) or (1, 1))[0])
        for year in range(1896, 2032)
    }
    assert {each for each in begins if each.month == 2} == {
        date(year, 2, 29) for year in range(1896, 2032, 4) if year != 1900
    }
    assert {(each.month, each.day) for each in begins} == {(2, 29), (3, 1)}


@pytest.mark.parametrize("counted", ["month", "quarter", "year", "contract year"])
def test_periods_meet_and_every_day_is_in_its_own(counted: str) -> None:
    service = SERVICE._replace(counted=Counted(counted))
    day, before = date(2019, 1, 1), None
    while day < date(2025, 3, 1):
        found = find_period(service, day, date(2020, 2, 29))
        assert found
        assert found[0] <= day.toordinal() <= found[1]
        assert before in (None, found) or (before and before[1] + 1 == found[0])
        before, day = found, day + timedelta(1)


def test_there_is_no_period_where_nothing_adds_up_or_none_begins() -> None:
    assert find_period(SERVICE, DAY, DAY) is None
    assert find_period(SERVICE._replace(counted=Counted.NOT_SAID), DAY, DAY) is None
    assert find_period(SERVICE._replace(counted=Counted.CONTRACT_YEAR), DAY, None) is None
    term = find_period(SERVICE._replace(counted=Counted.TERM), DAY, None)
    assert term == (FIRST_DAY, LAST_DAY)


def test_without_the_agreements_date_a_contract_year_is_not_on_file_and_the_price_is() -> None:
    undated = [each._replace(signed=None, not_on_file=("signed",)) for each in TIERS]
    answer = asked(undated, 1200, 1800, counted=Counted.CONTRACT_YEAR)
    assert str(answer.price) == "144.00"
    assert "in a contract year whose first day is not on file" in explain(answer)
    with pytest.raises(BadInput, match="by contract year, and the agreement's date is not on file"):
        asked(undated, None, 5, counted=Counted.CONTRACT_YEAR)


# What a ledger and a list of purchases take from here.


def test_how_a_segment_prices_a_further_purchase() -> None:
    by_rows = [
        (TIERS, Arithmetic.GRADUATED),
        (BLOCK, Arithmetic.OTHER),
        (VOLUME, Arithmetic.PER_UNIT),
        ([*VOLUME, LETTER], Arithmetic.PER_UNIT),
        ([*TIERS, LETTER], Arithmetic.GRADUATED),
        ([row(0, 1, ANY, "withdrawn")], None),
    ]
    for rows, expected in by_rows:
        assert find_arithmetic(ask(rows, 5).verdict) is expected
    terms = find_terms(ask([*BOUNDED, LETTER], 105).verdict)
    assert terms
    assert (terms.function.rate, terms.minimum, terms.maximum) == (8, 100, 500)
    assert terms.discount == LETTER


def test_purchases_of_a_list_are_added_up_by_day_and_then_as_listed() -> None:
    service = SERVICE._replace(counted=Counted.YEAR, part_units=PartUnits.UP)
    days = [date(2020, 5, 1), date(2020, 4, 1), date(2020, 5, 1), date(2021, 1, 1)]
    quantities = ["5", "2.5", "7", "1"]
    purchases = tuple(map(Purchase, map(Decimal, quantities), days))
    contract = Contract("", "", (service,), tuple(TIERS), purchases=purchases)
    assert list_bought_before(contract) == [3, 0, 8, 0]
    by_purchase = contract._replace(services=(SERVICE,))
    assert list_bought_before(by_purchase) == [None] * 4
