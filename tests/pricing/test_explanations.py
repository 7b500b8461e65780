"""The explanation, sentence by sentence, for every cause and charge."""

from datetime import date

import pytest

from tests.support.contracts_in_code import DAY, ask, row
from xlfuncs.pricing.contract import Assumption, PartUnits, Row
from xlfuncs.pricing.explain import explain

TIER = row(0, 1, "or more", "per unit", 10)
SLABS = [row(0, 1, 10, "graduated", 5), row(1, 11, "or more", "graduated", "0.0125")]

SENTENCES: list[tuple[list[Row], object, str]] = [
    ([TIER], 7, "70.00 for 7 IPs = 7 x 10.00: Agreement, 1 (1 IPs or more)."),
    (
        [row(0, 1, 9, "per unit", "0.125")],
        1,
        "0.13 for 1 IPs = 1 x 0.125, rounded: Agreement, 1 (1 to 9 IPs).",
    ),
    (
        [row(0, 5, 5, "package", "0.99"), row(1, 5, 5, "discount", 50)],
        5,
        "0.50 for 5 IPs = 0.99 less 50 percent by Amendment 1, 1 (5 IPs), rounded: Agreement, 1 "
        "(5 IPs).",
    ),
    (
        [row(0, 500, "or more", "additional", 7000, 14)],
        600,
        "8,400.00 for 600 IPs = (7,000.00 + 100 x 14.00): Agreement, 1 (500 IPs or more).",
    ),
    (
        SLABS,
        18,
        "50.10 for 18 IPs = (50.00 + 8 x 0.0125): Amendment 1, 1 (11 IPs or more), with the slabs "
        "of Agreement, 1.",
    ),
    (
        [*SLABS, row(2, 1, "or more", "discount", 10)],
        18,
        "45.09 for 18 IPs = (50.00 + 8 x 0.0125) less 10 percent by Amendment 2, 1 (1 IPs or "
        "more): Amendment 1, 1 (11 IPs or more), with the slabs of Agreement, 1.",
    ),
    (
        [row(0, 5, 5, "package", 80), row(1, 1, 9, "discount", "2.5")],
        5,
        "78.00 for 5 IPs = 80.00 less 2.5 percent by Amendment 1, 1 (1 to 9 IPs): Agreement, 1 "
        "(5 IPs).",
    ),
    (
        [TIER, row(1, 0, "or more", "withdrawn", source="is deleted")],
        3,
        "no price: Amendment 1, 1 (0 IPs or more) withdraws it (is deleted); it displaces 10.00 "
        "each of Agreement, 1.",
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
        "not determinable: Amendment 1, 1 is signed, but the day it takes effect is not on file; "
        "it displaces 10.00 each of Agreement, 1.",
    ),
    (
        [TIER, row(0, 5, 5, "package", 50)],
        5,
        "not determinable: 5 IPs stand in Agreement, 1 (10.00 each) and in Agreement, 1 (50.00), "
        "and nothing says which row prevails.",
    ),
    (
        [row(0, 250, 250, "package", 1), row(0, 5000, 5000, "package", 2)],
        1000,
        "not determinable: no row prices 1,000 IPs, which stand between Agreement, 1 (250 IPs) and "
        "Agreement, 1 (5,000 IPs).",
    ),
    (
        [
            TIER._replace(purchased_through=date(2020, 3, 31)),
            TIER._replace(purchased_from=date(2020, 8, 1)),
        ],
        3,
        "not determinable: no row prices 3 IPs on 2020-06-15; Agreement, 1 counts through "
        "2020-03-31 and Agreement, 1 counts from 2020-08-01.",
    ),
    (
        [row(0, 500, 900, "package", 1)],
        400,
        "no price: no row prices 400 IPs on 2020-06-15; the smallest on 2020-06-15 is Agreement, 1 "
        "(500 to 900 IPs).",
    ),
    (
        [row(0, 500, 900, "package", 1)],
        901,
        "no price: no row prices 901 IPs on 2020-06-15; the largest on 2020-06-15 is Agreement, 1 "
        "(500 to 900 IPs).",
    ),
    (
        [row(0, 1, 4, "graduated", 5), row(0, 6, 9, "graduated", 4)],
        7,
        "not determinable: Agreement, 1 adds up slabs, and 5 IPs below 7 IPs have none: no slab "
        "row fits them.",
    ),
]


@pytest.mark.parametrize(("rows", "quantity", "sentence"), SENTENCES)
def test_the_sentence(rows: list[Row], quantity: object, sentence: str) -> None:
    assert explain(ask(rows, quantity)) == sentence


def test_before_the_agreement_the_sentence_names_its_first_day() -> None:
    assert explain(ask([TIER], 1, date(2019, 12, 31))) == (
        "no price: no row prices 1 IPs on 2019-12-31; Agreement, 1 counts from 2020-01-01."
    )


def test_part_units_are_named_as_asked_and_as_counted() -> None:
    up = ask([TIER], "1.5", part_units=PartUnits.UP)
    assert explain(up).startswith("20.00 for 2 IPs (asked: 1.5) = 2 x 10.00")
    unsaid = ask([TIER], "1.5", part_units=PartUnits.NOT_SAID)
    assert explain(unsaid) == (
        "not determinable: 1.5 IPs are no whole number of steps of 1, and the contract does not "
        "say how part units count."
    )


def test_what_nobody_could_know_is_named() -> None:
    amended = row(1, 1, 9, "per unit", 9, signed=date(2020, 9, 1))
    assert explain(ask([TIER, amended], 3, DAY, known_on=DAY)) == (
        "30.00 for 3 IPs = 3 x 10.00: Agreement, 1 (1 IPs or more); as known on 2020-06-15, when "
        "nobody could know Amendment 1 (signed 2020-09-01)."
    )
    unsigned = row(1, 1, 9, "per unit", 9, signed=None)
    assert explain(ask([TIER, unsigned], 3, DAY, known_on=DAY)).startswith(
        "not determinable: the day Amendment 1 was signed is not on file; it displaces"
    )


def test_an_assumption_is_named_with_its_field_its_document_and_its_reason() -> None:
    assumed = (Assumption(("effective",), "the date is blurred"),)
    amended = row(1, 1, 9, "per unit", 9, effective=date(2020, 6, 15), assumed=assumed)
    assert explain(ask([TIER, amended], 3)).endswith(
        "; assumed: the effective date of Amendment 1 (the date is blurred)."
    )
    assert explain(ask([TIER, amended], 3, date(2020, 6, 14))).endswith(
        "; assumed: the effective date of Amendment 1 (the date is blurred)."
    )


def test_no_more_than_a_few_displaced_rows_are_named() -> None:
    rows = [row(number, 1, 9, "per unit", number) for number in range(1, 9)]
    assert explain(ask(rows, 1)).endswith("4.00 each of Amendment 4, 1 and 3 more.")
