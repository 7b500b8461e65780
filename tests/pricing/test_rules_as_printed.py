"""What contracts print, worked by hand: unknown days, bounds, rises, and sums of any base."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.contracts_in_code import ask, price, row
from xlfuncs.pricing.contract import ALL_BEFORE, Contract, Increase, PartUnits, Row, Service
from xlfuncs.pricing.dated_rows import fold_rows, raise_row
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.price_book import PriceBook, Question

TIER = row(0, 1, "or more", "per unit", 10)
NINE = row(1, 1, "or more", "per unit", 9)


# Rule 1: days that are not on file, and documents that replace others


def without_days(each: Row, *fields: str, **known: Any) -> Row:
    return each._replace(**dict.fromkeys(("signed", "effective")), not_on_file=fields)._replace(
        **known
    )


@pytest.mark.parametrize("fields", [("signed", "effective"), ("signed",), ("effective",)])
def test_an_executed_document_without_a_day_is_not_on_file_from_the_agreements_date(
    fields: tuple[str, ...],
) -> None:
    undated = without_days(NINE, *fields)
    assert price([TIER, undated], 1, date(2020, 1, 1)) == "NOT_ON_FILE"
    assert price([TIER, undated], 1, date(2019, 12, 31)) == "OUTSIDE"


def test_a_draft_that_would_have_decided_is_named() -> None:
    draft = without_days(NINE)
    found = explain(ask([TIER, draft], 1))
    assert found == (
        "10.00 for 1 IPs: Agreement, 1; 1 x 10.00 = 10.00; open: Amendment 1, 1 has no date signed "
        "or effective date and does not count."
    )
    later = row(2, 1, "or more", "per unit", 8)
    assert "Amendment 1" not in explain(ask([later, draft], 1))
    assert "does not count" not in explain(ask([TIER, draft._replace(quantity_from=Decimal(2))], 1))


def test_an_end_that_is_not_on_file_ends_nothing_and_is_named() -> None:
    endless = TIER._replace(not_on_file=("ends",))
    assert explain(ask([endless], 1, date(2099, 1, 1))).endswith(
        "; open: end of Agreement not on file."
    )
    undated = TIER._replace(signed=None, not_on_file=("signed",))
    assert explain(ask([undated], 1, date(1990, 1, 1))).endswith(
        "; open: date of Agreement not on file."
    )


def test_what_is_below_a_replaced_document_shows_through_again() -> None:
    letter = row(2, 5, "or more", "per unit", 8, effective=date(2020, 6, 1), replaces=1)
    rows = [TIER, NINE, letter]
    assert price(rows, 1, date(2020, 5, 31)) == "9.00"
    assert price(rows, 1, date(2020, 6, 1)) == "10.00"
    assert price(rows, 5, date(2020, 6, 1)) == "40.00"
    assert explain(ask(rows, 1, date(2020, 6, 1))) == (
        "10.00 for 1 IPs: Agreement, 1; 1 x 10.00 = 10.00; in place of Amendment 1 (replaced by a "
        "later document)."
    )


def test_a_draft_is_named_where_it_would_change_a_sum_or_replace_what_decides() -> None:
    tiers = [row(0, 1, 10, "graduated", 1), row(0, 11, "or more", "graduated", 2)]
    draft = without_days(row(1, 1, 5, "graduated", "0.5"))
    assert [ask([*tiers, draft], each).drafts for each in (5, 7, 20)] == [(draft,)] * 3
    replacing = without_days(row(1, 1, 5, "package", 3, replaces=ALL_BEFORE))
    assert ask([TIER, replacing], 7).drafts == (replacing,)
    assert ask([TIER, replacing._replace(replaces=None)], 7).drafts == ()


def test_thousands_of_documents_that_restate_all_before_are_no_obstacle() -> None:
    days = [date(2020, 1, 1).toordinal() + number for number in range(5000)]
    restated = row(1, 1, "or more", "per unit", 1, replaces=ALL_BEFORE)
    rows = [
        restated._replace(document=number, effective=day, unit_price=Decimal(number + 1))
        for number, day in enumerate(map(date.fromordinal, days))
        if number
    ]
    assert price([TIER, *rows], 1, date.fromordinal(days[-1])) == "5000.00"


def test_nothing_comes_back_when_a_replacing_document_is_replaced() -> None:
    second = row(2, 5, 5, "package", 1, effective=date(2020, 6, 1), replaces=1)
    third = row(3, 7, 7, "package", 2, effective=date(2020, 8, 1), replaces=2)
    assert price([TIER, NINE, second, third], 1, date(2020, 9, 1)) == "10.00"
    assert price([TIER, NINE, second, third], 5, date(2020, 9, 1)) == "50.00"


def test_a_document_that_never_counted_replaces_nothing() -> None:
    second = row(2, 5, 5, "package", 1, effective=date(2020, 6, 1), replaces=1)
    third = row(3, 7, 7, "package", 2, effective=date(2020, 6, 1), replaces=2)
    assert price([TIER, NINE, second, third], 1, date(2020, 9, 1)) == "9.00"


def test_all_before_are_replaced_by_a_restatement() -> None:
    restated = row(3, 5, "or more", "per unit", 7, effective=date(2020, 6, 1), replaces=ALL_BEFORE)
    assert price([TIER, NINE, restated], 4, date(2020, 6, 1)) == "OUTSIDE"
    assert price([TIER, NINE, restated], 5, date(2020, 6, 1)) == "35.00"


def test_from_when_on_an_undated_document_replaces_nobody_knows() -> None:
    undated = row(2, 5, 5, "package", 1, signed=date(2020, 6, 1), effective=None, replaces=1)
    rows = [TIER, NINE, undated]
    assert price(rows, 1, date(2020, 5, 31)) == "9.00"
    assert explain(ask(rows, 1, date(2020, 6, 1))).startswith(
        "not determinable: a later document replaces Amendment 1, from a day that is not on file; "
    )


def test_a_document_that_was_not_known_replaced_nothing() -> None:
    letter = row(2, 5, 5, "package", 1, signed=date(2020, 6, 1), replaces=1)
    letter = letter._replace(effective=date(2020, 3, 1))
    assert price([TIER, NINE, letter], 1, known_on=date(2020, 5, 31)) == "9.00"
    assert price([TIER, NINE, letter], 1, known_on=date(2020, 6, 1)) == "10.00"


def test_through_a_document_later_ones_are_not_there() -> None:
    later = row(2, 1, "or more", "per unit", 8, replaces=1)
    contract = Contract("Test", "TEST", (Service("Scanning", "IPs"),), (TIER, NINE, later))
    question = Question(Decimal(1), date(2020, 6, 15))
    prices = [PriceBook(contract, through).price(question) for through in (0, 1, 2, None)]
    assert prices == [10, 9, 8, 8]
    assert explain(PriceBook(contract, 1).answer(question)).endswith("; documents through no. 1.")


def test_a_document_that_is_not_held_is_not_on_file_until_a_later_one_prices() -> None:
    contract = Contract("Test", "TEST", (Service("Scanning", "IPs"),), (TIER,), not_held=(1,))
    question = Question(Decimal(1), date(2020, 6, 15))
    answer = PriceBook(contract).answer(question)
    assert (answer.cause.name, answer.decided[0].title) == ("NOT_ON_FILE", "Amendment 1")
    later = contract._replace(rows=(TIER, row(2, 1, "or more", "per unit", 8)))
    assert PriceBook(later).price(question) == 8


# Rule 3: discounts


def test_a_discount_stands_beside_its_price_in_one_document() -> None:
    rows = [row(0, 1, "or more", "per unit", 1), row(0, 500, "or more", "discount", 5)]
    assert [price(rows, quantity) for quantity in (499, 500, 600)] == ["499.00", "475.00", "570.00"]


def test_a_later_price_ends_a_discount_and_no_standing_one() -> None:
    later = row(2, 1, "or more", "per unit", 20)
    assert price([TIER, row(1, 1, "or more", "discount", 10), later], 1) == "20.00"
    assert price([TIER, row(1, 1, "or more", "standing discount", 10), later], 1) == "18.00"


def test_of_the_discounts_that_apply_the_one_that_prevails_is_taken() -> None:
    standing = row(1, 1, "or more", "standing discount", 10)
    later = row(3, 1, "or more", "discount", 5)
    assert price([TIER, standing, later], 1) == "9.50"
    ended = row(2, 1, "or more", "discount", 50)
    assert price([TIER, standing, ended, row(3, 1, "or more", "per unit", 20)], 1) == "18.00"
    assert price([TIER, standing, row(1, 1, "or more", "discount", 5)], 1) == "TIED"


# Rule 3: sums

FIRST = [
    row(0, 0, 600, "package", "25.71"),
    row(0, 601, 3000, "graduated", "4.28", per=100),
    row(0, 3001, "or more", "graduated", "2.71", per=100),
]


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [(0, "25.71"), (600, "25.71"), (601, "25.75"), (3000, "128.43"), (15000, "453.63")],
)
def test_a_sum_begins_with_the_block_below_it(quantity: int, amount: str) -> None:
    assert price(FIRST, quantity) == amount


def test_an_amended_block_moves_the_sum_above_it() -> None:
    assert price([*FIRST, row(1, 0, 600, "package", 30)], 601) == "30.04"


def test_a_special_price_in_the_middle_of_a_tier_leaves_the_sum_as_it_was() -> None:
    tiers = [row(0, 1, 100, "graduated", 1), row(0, 101, "or more", "graduated", "0.5")]
    bundle = row(1, 50, 50, "package", 30)
    assert [price([*tiers, bundle], each) for each in (49, 50, 51, 101)] == [
        "49.00",
        "30.00",
        "51.00",
        "100.50",
    ]


def test_a_row_that_replaces_a_tier_from_its_beginning_carries_those_above() -> None:
    tiers = [row(0, 1, 100, "graduated", 10), row(0, 101, "or more", "graduated", 8)]
    replacing = row(1, 1, 100, "per unit", 9)
    assert price([*tiers, replacing], 101) == "908.00"
    promotion = replacing._replace(purchased_through=date(2020, 12, 31))
    assert [price([*tiers, promotion], each) for each in (100, 101)] == ["900.00", "1008.00"]


def test_a_restated_table_builds_on_its_own_first_row() -> None:
    restated = [row(1, 1, 10, "package", 50), row(1, 11, "or more", "graduated", 3)]
    tiers = [row(0, 1, "or more", "graduated", 1), *restated]
    assert price(tiers, 11) == "53.00"
    amended = row(2, 8, 10, "package", 45)
    assert price([*tiers, amended], 11) == "48.00"
    promotion = amended._replace(purchased_through=date(2020, 12, 31))
    assert [price([*tiers, promotion], each) for each in (10, 11)] == ["45.00", "53.00"]


# Rule 3: unit prices of many units, minimum and maximum


def test_a_unit_price_is_that_of_so_many_units() -> None:
    cubic = row(0, 1, "or more", "per unit", "4.28", per=100)
    answer = ask([cubic], 250)
    assert (str(answer.price), str(answer.unit_price)) == ("10.70", "0.0428")
    assert str(ask([cubic._replace(per=1_000_000)], 1_000_000).price) == "4.28"


def test_a_price_is_held_at_its_minimum_and_maximum() -> None:
    bounded = TIER._replace(minimum=Decimal(50), maximum=Decimal(80))
    asked = [price([bounded], each) for each in (1, 4, 5, 6, 8, 9)]
    assert asked == ["50.00", "50.00", "50.00", "60.00", "80.00", "80.00"]
    assert explain(ask([bounded], 2)) == (
        "50.00 for 2 IPs: Agreement, 1; 2 x 10.00 = 20.00, minimum 50.00."
    )
    assert explain(ask([bounded], 9)).endswith("; 9 x 10.00 = 90.00, maximum 80.00.")


def test_a_minimum_is_before_the_discount_of_another_row_and_a_discounts_own_after_it() -> None:
    bounded = TIER._replace(minimum=Decimal(50))
    off = row(1, 1, "or more", "discount", 10)
    assert price([bounded, off], 1) == "45.00"
    assert explain(ask([bounded, off], 1)).endswith(
        "; 1 x 10.00 = 10.00, minimum 50.00, less 10 percent = 45.00."
    )
    held = off._replace(minimum=Decimal(48))
    assert price([bounded, held], 1) == "48.00"
    assert explain(ask([bounded, held], 1)).endswith(
        "; 1 x 10.00 = 10.00, minimum 50.00, less 10 percent = 45.00, minimum 48.00."
    )


def test_a_sum_builds_on_what_is_below_without_its_bounds() -> None:
    tiers = [
        row(0, 1, 10, "graduated", 2, minimum=Decimal(100)),
        row(0, 11, "or more", "graduated", 1),
    ]
    assert [price(tiers, each) for each in (10, 11)] == ["100.00", "21.00"]


# Rule 3: rises


def raised(*increases: Increase, **fields: Any) -> Row:
    first = row(0, 1, "or more", "per unit", "10.00", **fields)
    return first._replace(increases=increases)


RISE = Increase(date(2021, 1, 1), Decimal(3))
NEXT = Increase(date(2022, 1, 1), Decimal("2.5"))


def test_figures_rise_from_a_day_on_each_time_from_what_they_were() -> None:
    rows = [raised(RISE, NEXT)]
    days = [date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1)]
    assert [price(rows, 1, day) for day in days] == ["10.00", "10.30", "10.30", "10.56"]
    assert explain(ask(rows, 1, date(2022, 5, 1))) == (
        "10.56 for 1 IPs: Agreement, 1 (after an increase of 2.5 percent from 2022-01-01); 1 x "
        "10.56 = "
        "10.56."
    )


def test_the_change_of_an_index_counts_within_its_bounds() -> None:
    day = date(2021, 1, 1)
    capped = Increase(day, index_change=Decimal("4.2"), cap=Decimal(3))
    floored = Increase(day, index_change=Decimal("-1"), floor=Decimal(0))
    assert price([raised(capped)], 1, day) == "10.30"
    assert "index 4.2 percent, at most 3, so 3 percent" in explain(ask([raised(capped)], 1, day))
    assert price([raised(floored)], 1, day) == "10.00"


def test_from_a_rise_that_is_not_on_file_on_nothing_is_known() -> None:
    rows = [raised(RISE, Increase(date(2022, 1, 1)))]
    assert price(rows, 1, date(2021, 12, 31)) == "10.30"
    assert price(rows, 1, date(2022, 1, 1)) == "NOT_ON_FILE"


def test_an_index_that_is_not_on_file_keeps_its_bounds() -> None:
    unknown = Increase(date(2022, 1, 1), floor=Decimal(0), cap=Decimal(3))
    rows = [raised(RISE, unknown)]
    words = "index not on file, at least 0, at most 3, so percent not on file from 2022-01-01"
    assert [each.increase for each in raise_row(rows[0])][2] == words
    assert fold_rows(raise_row(rows[0]), []).rows == (rows[0],)
    assert price(rows, 1, date(2022, 1, 1)) == "NOT_ON_FILE"


def test_raised_figures_are_rounded_as_the_row_says() -> None:
    day = date(2021, 1, 1)
    assert price([raised(Increase(day, Decimal("2.55")))], 100, day) == "1026.00"
    finer = raised(Increase(day, Decimal("2.55")), rounded=4)
    assert price([finer], 100, day) == "1025.50"


# Rule 6: part units


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [("2.5", "30.00"), ("10.5", "PART_UNITS"), ("20.5", "PART_UNITS"), ("21.5", "OUTSIDE")],
)
def test_part_units_that_make_no_difference_are_no_reason_to_refuse(
    quantity: str, amount: str
) -> None:
    rows = [row(0, 1, 10, "package", 30), row(0, 11, 20, "per unit", 3)]
    assert price(rows, quantity, part_units=PartUnits.NOT_SAID) == amount


def test_a_price_that_part_units_leave_alone_says_so() -> None:
    rows = [row(0, 1, 10, "package", 30)]
    assert explain(ask(rows, "2.5", part_units=PartUnits.NOT_SAID)).startswith(
        "30.00 for 2 IPs (asked: 2.5; 3 IPs cost the same): "
    )
