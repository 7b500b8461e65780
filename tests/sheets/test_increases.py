"""Rises as a contract file states them: what is read, and what is refused and why."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support import contracts_in_code
from xlfuncs.pricing.contract import Charge, Increase, Row
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.increases import check_increases, parse_increases, parse_rounded

DAY, NEXT = date(2025, 7, 1), date(2026, 7, 1)


def test_a_percent_may_be_not_on_file_and_an_index_has_bounds() -> None:
    tables = [
        {"from": DAY, "percent": "Not on  file"},
        {"from": NEXT, "index": Decimal("4.2"), "floor": 0, "cap": 3},
    ]
    assert parse_increases(tables) == (
        Increase(DAY),
        Increase(NEXT, None, Decimal("4.2"), Decimal(0), Decimal(3)),
    )
    assert parse_increases([]) == ()


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (3, "is 3; expected a list of tables, [{from = 2025-07-01, percent = 3}]"),
        ({"from": DAY}, "is a table; expected a list"),
        ([3], "number 1 is 3; expected a table such as {from"),
        ([{"from": DAY, "percent": 3, "x\u202e": 1}], "number 1 has an unknown key 'x\\u202e'; ex"),
        ([{"percent": 3}], "number 1 has no 'from'; expected a date such as"),
        ([{"from": 2025, "percent": 3}], "has from = 2025, and a year is not a date; expected"),
        ([{"from": "2025-07-01", "percent": 3}], "has from = '2025-07-01'; expected"),
        ([{"from": datetime(2025, 7, 1), "percent": 3}], "2025-07-01, without a time of day"),
        ([{"from": date(1, 1, 1), "percent": 3}], "has from = 0001-01-01; expected a date on"),
        ([{"from": DAY}], "has neither percent nor index"),
        ([{"from": DAY, "percent": 3, "index": 4}], "has percent and index"),
        ([{"from": DAY, "percent": 3, "cap": 4}], "has a floor or cap with percent"),
        ([{"from": DAY, "percent": "3%"}], "percent that is '3%'; expected a number, 3 for 3"),
        ([{"from": DAY, "index": 3, "cap": "not on file"}], "has a cap that is 'not on file'"),
        ([{"from": DAY, "percent": True}], "has a percent that is TRUE"),
        ([{"from": DAY, "percent": Decimal("nan")}], "has a percent that is NaN"),
        ([{"from": DAY, "percent": -100}], "has -100 percent; expected more than -100"),
        ([{"from": DAY, "index": 3, "floor": 4, "cap": 2}], "has the cap 2; expected at least"),
        (
            [{"from": NEXT, "percent": 3}, {"from": DAY, "percent": 3}],
            "number 2 is from 2025-07-01, after one from 2026-07-01; expected the earliest first",
        ),
        ([{"from": DAY, "percent": 3}] * 2, "each date once"),
        ([{"from": DAY, "percent": 3}] * 101, "has 101 tables; expected at most 100"),
    ],
)
def test_what_is_wrong_is_named_with_its_number(cell: Any, problem: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_increases(cell)
    assert problem in str(refusal.value)


@pytest.mark.parametrize("cell", [-1, 7, 2.5, "2", True, Decimal("nan"), [2]])
def test_decimals_are_a_whole_number_up_to_six(cell: Any) -> None:
    assert [parse_rounded(each) for each in (0, 6, Decimal("2.0"))] == [0, 6, 2]
    with pytest.raises(BadInput, match="expected a number of decimals from 0 to 6"):
        parse_rounded(cell)


def row(**stated: Any) -> Row:
    usual: dict[str, Any] = {"unit_price": Decimal("4.28"), "effective": date(2024, 7, 1)}
    increases = (Increase(DAY, Decimal(3)), Increase(NEXT, Decimal(3)))
    charge = stated.pop("charge", Charge.PER_UNIT)
    first = Row(1, "Amendment 1", "IPs", Decimal(1), None, charge, increases=increases)
    return first._replace(**{**usual, **stated})


@pytest.mark.parametrize(
    ("stated", "field", "problem"),
    [
        ({"unit_price": None}, "increases", "remove it: the pricing method per unit has no figure"),
        ({"effective": DAY}, "increases", "expected a day after 2025-07-01, the first day in"),
        ({"ends": date(2026, 6, 30)}, "increases", "has 2026-07-01; expected 2026-06-30 or an ear"),
        ({"unit_price": Decimal("999999999999999")}, "increases", "to more than 15 digits"),
        ({"unit_price": Decimal(40)}, "rounded", "expected 40.00 there, or rounded = 2 or 0"),
    ],
)
def test_rises_have_to_go_with_the_row(stated: dict[str, Any], field: str, problem: str) -> None:
    [(found, text)] = check_increases(row(**stated))
    assert (found, problem in text) == (field, True), text


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"ends": NEXT},
        {"effective": date(2025, 6, 30)},
        {"effective": None, "unit_price": Decimal(40)},
        {"charge": Charge.DISCOUNT, "unit_price": None, "minimum": Decimal("10.00")},
    ],
)
def test_rises_that_go_with_the_row_are_right(stated: dict[str, Any]) -> None:
    assert [*check_increases(row(**stated))] == []


@pytest.mark.parametrize("words", ["3 percent from 2025-07-01", "3 percent from 2025-07-02; x"])
def test_a_rise_in_words_alone_is_no_rise(words: str) -> None:
    tier = contracts_in_code.row(0, 1, "or more", "per unit", 10, increase=words)
    found = [field for field, _ in check_increases(tier)]
    assert found == (["increase"] if words.endswith("01") else [])
    raised = tier._replace(effective=date(2025, 7, 1))
    assert not list(check_increases(raised))
