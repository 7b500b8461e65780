"""The rules, one by one, on both sides of their boundaries."""

from datetime import date
from decimal import Decimal

import pytest

from tests.support.contracts_in_code import DAY, SERVICE, ask, book, price, row
from xlfuncs.pricing.contract import Assumption, Charge, PartUnits, Row
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import Question

TIER = row(0, 1, "or more", "per unit", 10)


# Rule 1: in force


def test_a_tier_counts_from_the_date_of_the_agreement() -> None:
    tier = TIER._replace(signed=date(2020, 3, 1))
    assert price([tier], 1, date(2020, 2, 29)) == "OUTSIDE"
    assert price([tier], 1, date(2020, 3, 1)) == "10.00"


def test_a_tier_of_an_undated_agreement_counts_from_the_beginning() -> None:
    assert price([TIER._replace(signed=None)], 1, date(1, 1, 1)) == "10.00"


def test_an_amendment_counts_from_its_effective_date() -> None:
    amended = row(1, 1, "or more", "per unit", 9, effective=date(2020, 6, 15))
    assert price([TIER, amended], 1, date(2020, 6, 14)) == "10.00"
    assert price([TIER, amended], 1, date(2020, 6, 15)) == "9.00"


def test_an_amendment_neither_signed_nor_effective_is_not_in_force() -> None:
    draft = row(1, 1, "or more", "per unit", 9, signed=None, effective=None)
    assert price([TIER, draft], 1) == "10.00"


def test_an_amendment_signed_without_an_effective_date_is_not_on_file_from_that_day() -> None:
    undated = row(1, 1, "or more", "per unit", 9, signed=date(2020, 6, 15), effective=None)
    assert price([TIER, undated], 1, date(2020, 6, 14)) == "10.00"
    assert price([TIER, undated], 1, date(2020, 6, 15)) == "NOT_ON_FILE"


def test_nothing_counts_after_the_end_of_the_term() -> None:
    ending = TIER._replace(ends=date(2020, 6, 15))
    assert price([ending], 1, date(2020, 6, 15)) == "10.00"
    assert price([ending], 1, date(2020, 6, 16)) == "OUTSIDE"


def test_a_row_that_lacks_a_figure_is_not_on_file() -> None:
    assert price([TIER._replace(unit_price=None)], 1) == "NOT_ON_FILE"
    assert price([row(0, 1, 1, "additional", 5)], 1) == "NOT_ON_FILE"


# Rule 2: which row prevails


def test_the_highest_document_number_prevails_whatever_the_effective_dates() -> None:
    early = row(2, 1, "or more", "per unit", 8, effective=date(2020, 1, 1))
    late = row(1, 1, "or more", "per unit", 9, effective=date(2020, 5, 1))
    assert price([late, early, TIER], 1) == "8.00"


def test_within_a_document_a_purchase_window_prevails() -> None:
    window = TIER._replace(unit_price=Decimal(7), purchased_through=DAY)
    assert price([TIER, window], 1, DAY) == "7.00"
    assert price([TIER, window], 1, date(2020, 6, 16)) == "10.00"


def test_a_later_document_prevails_over_the_window_of_an_earlier_one() -> None:
    window = TIER._replace(unit_price=Decimal(7), purchased_through=DAY)
    assert price([window, row(1, 1, "or more", "per unit", 9)], 1, DAY) == "9.00"


@pytest.mark.parametrize("refusal", ["withdrawn", "not on file"])
def test_within_a_document_a_price_prevails_over_a_refusal(refusal: str) -> None:
    replaced = row(1, 0, "or more", refusal)
    restated = row(1, 5, 10, "per unit", 9)
    assert price([TIER, replaced, restated], 7) == "63.00"
    assert price([TIER, replaced, restated], 4) == refusal.upper().replace(" ", "_")


def test_tied_rows_are_not_determinable_even_if_equal_in_price() -> None:
    found = ask([TIER, row(0, 5, 5, "package", 50)], 5)
    assert (found.cause.name, len(found.decided)) == ("TIED", 2)


def test_the_order_of_rows_never_matters() -> None:
    rows = [TIER, row(1, 5, 9, "package", 3), row(2, 0, 6, "withdrawn"), row(2, 6, 6, "package", 4)]
    for quantity in range(12):
        assert price(rows, quantity) == price(rows[::-1], quantity)
    level = [TIER._replace(clause=clause) for clause in ("2", "10", "1")]
    assert [row.clause for row in ask(level, 1).decided] == ["1", "10", "2"]
    assert explain(ask(level, 1)) == explain(ask(level[::-1], 1))


# Rule 3: charges


def test_a_package_costs_the_same_whatever_the_quantity_in_its_range() -> None:
    rows = [row(0, 1, 500, "package", "48524.43", "2.75")]
    assert price(rows, 1) == price(rows, 500) == "48524.43"
    assert ask(rows, 3).unit_price == Decimal("2.75")


def test_graduated_units_cost_the_price_of_their_own_tier() -> None:
    rows = [
        row(0, 1, 10, "graduated", 5),
        row(0, 11, 20, "graduated", 4),
        row(0, 21, "or more", "graduated", 3),
    ]
    assert [price(rows, q) for q in (0, 1, 10, 11, 20, 25)] == [
        "OUTSIDE",
        "5.00",
        "50.00",
        "54.00",
        "90.00",
        "105.00",
    ]
    assert [r.quantity_from for r in ask(rows, 25).decided] == [21, 11, 1]


def test_amending_one_tier_moves_every_tier_above_it() -> None:
    rows = [row(0, 1, 10, "graduated", 5), row(0, 11, "or more", "graduated", 4)]
    amended = [*rows, row(1, 5, 6, "graduated", 1)]
    assert price(rows, 20) == "90.00"
    assert price(amended, 20) == "82.00"
    assert price(amended, 4) == "20.00"


def test_an_additional_row_prices_its_first_units_and_restarts_the_sum() -> None:
    rows = [
        row(0, 1, 9, "graduated", 5),
        row(0, 10, 19, "additional", 30, 2),
        row(0, 20, "or more", "graduated", 1),
    ]
    assert [price(rows, q) for q in (9, 10, 12, 19, 20)] == [
        "45.00",
        "30.00",
        "34.00",
        "48.00",
        "49.00",
    ]


def test_a_tier_that_is_missing_makes_everything_above_not_determinable() -> None:
    rows = [
        row(0, 1, 4, "graduated", 5),
        row(0, 6, 9, "graduated", 4),
        row(0, 10, 19, "additional", 30, 2),
    ]
    assert price(rows, 4) == "20.00"
    assert price(rows, 5) == "BETWEEN_QUANTITIES"
    assert price(rows, 6) == "TIER_MISSING"
    assert price(rows, 10) == "30.00"


@pytest.mark.parametrize(
    "unknown",
    [
        [row(1, 0, 0, "not on file")],
        [row(1, 0, 0, "additional", 100)],
        [row(0, 0, 0, "additional", 200, 0)],
    ],
)
def test_a_fee_for_nothing_that_nobody_knows_is_not_nought(unknown: list[Row]) -> None:
    rows = [row(0, 0, 0, "additional", 100, 0), row(0, 1, "or more", "graduated", 5)]
    assert price(rows, 10) == "150.00"
    assert price([*rows, *unknown], 10) == "TIER_MISSING"
    assert price([*rows, row(1, 0, 0, "withdrawn")], 10) == "50.00"


def test_other_charges_never_enter_the_sum_of_tiers() -> None:
    rows = [row(0, 1, "or more", "graduated", 5), row(1, 3, 3, "package", 1)]
    assert price(rows, 3) == "1.00"
    assert price(rows, 4) == "20.00"


def test_a_discount_is_taken_off_the_next_row_and_discounts_never_add_up() -> None:
    rows = [TIER, row(1, 1, "or more", "discount", 10), row(2, 1, "or more", "discount", 25)]
    assert price(rows[:2], 2) == "18.00"
    assert price(rows, 2) == "15.00"
    assert price([*rows, row(3, 1, "or more", "per unit", 9)], 2) == "18.00"


def test_a_discount_of_nothing_is_not_determinable() -> None:
    nothing = "NOTHING_TO_DISCOUNT"
    assert price([row(0, 1, 5, "discount", 10)], 2) == nothing
    assert price([row(0, 1, 5, "withdrawn"), row(1, 1, 5, "standing discount", 10)], 2) == nothing
    assert price([row(0, 1, 5, "not on file"), row(1, 1, 5, "discount", 10)], 2) == "NOT_ON_FILE"


# Rule 4: no row fits


def test_between_quantities_is_not_determinable_and_beyond_them_no_price() -> None:
    rows = [row(0, 250, 250, "package", 8036), row(0, 5000, 5000, "package", 77118)]
    assert price(rows, 1000) == "BETWEEN_QUANTITIES"
    assert price(rows, 249) == price(rows, 5001) == "OUTSIDE"


def test_between_days_is_not_determinable_and_before_and_after_no_price() -> None:
    rows = [
        TIER._replace(purchased_from=date(2020, 2, 1), purchased_through=date(2020, 2, 9)),
        TIER._replace(purchased_from=date(2020, 4, 1), purchased_through=date(2020, 4, 9)),
    ]
    assert price(rows, 1, date(2020, 3, 1)) == "BETWEEN_DAYS"
    assert price(rows, 1, date(2020, 1, 31)) == price(rows, 1, date(2020, 4, 10)) == "OUTSIDE"


def test_a_discount_is_no_neighbour() -> None:
    rows = [row(0, 5, 5, "package", 9), row(1, 9, "or more", "discount", 5)]
    assert price(rows, 7) == "OUTSIDE"


# Rule 5: money


def test_a_computed_price_is_rounded_once_half_away_from_zero() -> None:
    assert price([row(0, 1, 9, "per unit", "0.125")], 1) == "0.13"
    assert price([row(0, 1, 9, "per unit", "0.125")], 3) == "0.38"
    rows = [row(0, 1, 1, "graduated", "0.004"), row(0, 2, 2, "graduated", "0.004")]
    assert price(rows, 2) == "0.01"


def test_a_printed_nought_is_a_price() -> None:
    assert price([row(0, 1, 1, "package", 0)], 1) == "0.00"


def test_the_largest_figures_are_exact() -> None:
    rows = [row(0, 1, "or more", "per unit", "999999999.999999")]
    assert price(rows, 999_999_999_999_999) == "999999999999998000000000.00"


# Rule 6: quantities


@pytest.mark.parametrize(
    ("part_units", "quantity", "expected"),
    [
        ("nearest", "2.4", "20.00"),
        ("nearest", "2.5", "30.00"),
        ("up", "2.1", "30.00"),
        ("down", "2.9", "20.00"),
        ("not said", "2.5", "PART_UNITS"),
        ("not said", "2", "20.00"),
    ],
)
def test_part_units_count_as_the_service_says(
    part_units: str, quantity: str, expected: str
) -> None:
    assert price([TIER], quantity, part_units=PartUnits(part_units)) == expected


@pytest.mark.parametrize("quantity", ["0.5", "-1", "1e16", "0.0000001", "NaN", "Infinity"])
def test_a_quantity_that_is_none_is_bad_input(quantity: str) -> None:
    with pytest.raises(BadInput) as refusal:
        price([TIER], quantity)
    assert refusal.value.code == "#NUM!"


def test_quantities_are_counted_in_the_step_of_the_service() -> None:
    rows = [row(0, 25, 100, "graduated", 2), row(0, 125, "or more", "graduated", 1)]
    assert price(rows, 150, step=Decimal(25)) == "250.00"
    with pytest.raises(BadInput, match="multiple of 25"):
        price(rows, 130, step=Decimal(25))


def test_an_unknown_service_and_no_service_among_several_are_bad_input() -> None:
    one = book(TIER)
    with pytest.raises(BadInput, match="service is 'Scaning'; expected 'Scanning'"):
        one.answer(Question(Decimal(1), DAY, "Scaning"))
    assert one.answer(Question(Decimal(1), DAY, "  scanning ")).price == 10
    contract = one.contract._replace(services=(SERVICE, SERVICE._replace(name="Sweeping")))
    with pytest.raises(BadInput, match="'Scanning' or 'Sweeping'"):
        type(one)(contract).answer(Question(Decimal(1), DAY))


# Rule 8: known on a day


def test_what_was_signed_later_was_not_known() -> None:
    amended = row(1, 1, "or more", "per unit", 9, signed=date(2020, 6, 1))
    assert price([TIER, amended], 1, known_on=date(2020, 5, 31)) == "10.00"
    assert price([TIER, amended], 1, known_on=date(2020, 6, 1)) == "9.00"
    assert price([TIER], 1, known_on=date(2019, 12, 31)) == "OUTSIDE"


def test_a_row_without_a_day_of_signing_is_then_not_on_file() -> None:
    unsigned = row(1, 1, "or more", "per unit", 9, signed=None)
    assert price([TIER, unsigned], 1) == "9.00"
    assert price([TIER, unsigned], 1, known_on=DAY) == "NOT_ON_FILE"


def test_a_retroactive_amendment_changes_what_is_known_and_not_what_was() -> None:
    retroactive = row(
        1, 1, "or more", "per unit", 9, signed=date(2020, 9, 1), effective=date(2020, 2, 1)
    )
    assert price([TIER, retroactive], 1, DAY) == "9.00"
    assert price([TIER, retroactive], 1, DAY, known_on=DAY) == "10.00"


# Assumptions behind an answer


def test_a_price_that_sums_an_assumed_tier_says_so() -> None:
    assumed = (Assumption(("unit_price",), "read from a faint copy"),)
    rows = [
        row(0, 1, 9, "graduated", 5, assumed=assumed),
        row(0, 10, "or more", "graduated", 4),
    ]
    assert [r.quantity_from for r in ask(rows, 12).assumptions] == [1]


def test_an_assumption_counts_also_under_a_discount() -> None:
    later = row(
        1,
        1,
        "or more",
        "per unit",
        9,
        effective=date(2020, 12, 1),
        assumed=(Assumption(("effective",), "the date is blurred"),),
    )
    rows = [TIER, later, row(2, 1, "or more", "discount", 10)]
    assert [r.document for r in ask(rows, 1).assumptions] == [1]


def test_a_sum_rests_on_an_assumption_that_keeps_another_tier_out_of_the_units_below() -> None:
    """The assumed row fits the quantity itself too, where a later document prevails over it."""
    assumed = (Assumption(("effective",), "the date is blurred"),)
    later = date(2020, 12, 1)
    rows = [
        row(0, 1, 50, "graduated", 5),
        row(1, 1, 100, "graduated", 4, effective=later, assumed=assumed),
        row(2, 51, 100, "graduated", 3),
    ]
    assert ask(rows, 60).price == 280
    assert [r.document for r in ask(rows, 60).assumptions] == [1]
    package = rows[1]._replace(charge=Charge.PACKAGE, price=Decimal(1))
    assert ask([rows[0], package, rows[2]], 60).assumptions == (package,)
    discount = rows[1]._replace(charge=Charge.DISCOUNT, percent=Decimal(1), unit_price=None)
    assert ask([rows[0], discount, rows[2]], 60).assumptions == ()


def test_an_answer_beyond_an_assumed_end_of_a_range_rests_on_it() -> None:
    assumed = (Assumption(("quantity_to",), "the figure is blurred"),)
    rows = [row(0, 1, 500, "package", 7, assumed=assumed)]
    assert ask(rows, 501).assumptions == (rows[0],)


def test_an_answer_on_the_day_before_an_assumed_date_of_the_agreement_rests_on_it() -> None:
    tier = TIER._replace(assumed=(Assumption(("signed",), "undated copy"),))
    assert ask([tier], 1, date(2019, 12, 31)).assumptions == (tier,)


def test_a_window_on_a_lower_tier_saves_too() -> None:
    rows = [
        row(0, 1, 9, "graduated", 5, purchased_through=DAY),
        row(0, 1, "or more", "graduated", 6),
    ]
    assert price(rows, 12) == "63.00"
    assert book(*rows).saving(Question(Decimal(12), DAY)) == 9


def test_a_price_above_a_tier_that_an_assumed_date_keeps_out_rests_on_the_date() -> None:
    later = row(
        1,
        1,
        5,
        "graduated",
        1,
        effective=date(2020, 12, 1),
        assumed=(Assumption(("effective",), "the date is blurred"),),
    )
    rows = [row(0, 1, "or more", "graduated", 5), later]
    assert [r.document for r in ask(rows, 50).assumptions] == [1]
    assert ask([row(0, 1, 9, "package", 5), later], 9).assumptions == ()
