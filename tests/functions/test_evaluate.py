"""The sheet functions: hostile cells, errors handed in, ranges, dates of both systems."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.contracts_in_code import SERVICE, row
from tests.support.random_contracts import (
    BEFORE,
    START,
    AskedContract,
    asked_contracts,
    contracts_adding_up,
    counting_contracts,
    spread,
)
from tests.support.workbook_edits import sheets_of
from xlfuncs.functions.cache import PricedSheets, read_workbook
from xlfuncs.functions.evaluate import EACH, TABLES, call
from xlfuncs.functions.registry import BY_NAME, FUNCTIONS, LONGEST_HELP
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Counted, PartUnits
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, CellError, format_cell
from xlfuncs.sheets.parsers import Problem, Reading
from xlfuncs.sheets.reader import Sheets

CONTRACT = load_reading(SHIPPED).contract
OHIO = PricedSheets(Reading(CONTRACT))
WRONG_NUMBER = CellError("#NUM!")
DAY = 41628.0  # 20 December 2013 as a serial number

HOSTILE_QUANTITIES = [
    (None, WRONG_VALUE),
    (True, WRONG_VALUE),
    ("", WRONG_VALUE),
    ("12,5o", WRONG_VALUE),
    (" 100000 ", WRONG_VALUE),
    ("100000", WRONG_VALUE),
    (date(2013, 12, 20), WRONG_VALUE),
    (time(1), WRONG_VALUE),
    ({}, WRONG_VALUE),
    (1j, WRONG_VALUE),
    (1e308, WRONG_NUMBER),
    (math.nan, WRONG_NUMBER),
    (math.inf, WRONG_NUMBER),
    (-math.inf, WRONG_NUMBER),
    (Decimal("sNaN"), WRONG_NUMBER),
    (-1, WRONG_NUMBER),
    (-1.0, WRONG_NUMBER),
    (0.5, WRONG_NUMBER),
    (100000.5, WRONG_NUMBER),
    (5e-324, WRONG_NUMBER),
    (2**63, WRONG_NUMBER),
    (10**400, WRONG_NUMBER),
    (10**5000, WRONG_NUMBER),
    (Decimal("1e1000000"), WRONG_NUMBER),
    (1e15, WRONG_NUMBER),
    (CellError("#REF!"), CellError("#REF!")),
]

HOSTILE_DAYS = [
    None,
    True,
    "",
    " ",
    "2013-02-30",
    "12/20/2013",
    "20.12.2013",
    "2013-12-20T10:00",
    "20131220",
    "2013-W51-5",
    "\u0662\u0660\u0661\u0663-12-20",
    0.0,
    60,
    60.9,
    -1.0,
    2958466.0,
    1e308,
    math.nan,
    math.inf,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    10**5000,
    time(12),
    timedelta(days=41628),
    datetime(2013, 12, 20, tzinfo=UTC),
    date(1900, 2, 28),
    object(),
    1900.0,
    2013,
    2020.0,
    2199.75,
    Decimal(2020),
    "2020",
    " 2020 ",
    "1905-07-12",
    date(1905, 7, 12),
    datetime(1905, 7, 12, 10),
]
"""Among them years, which spreadsheets take for days of 1905."""


@pytest.mark.parametrize(("cell", "error"), HOSTILE_QUANTITIES, ids=format_cell)
@pytest.mark.parametrize("name", [name for name in EACH if name != "EXPLAIN"])
def test_a_hostile_quantity_gets_its_error_alone_and_in_a_range(
    name: str, cell: Any, error: CellError
) -> None:
    assert call(name, [cell, DAY], OHIO) == error
    assert call(name, [[[cell], [cell]], DAY], OHIO) == [[error], [error]]


@pytest.mark.parametrize("cell", HOSTILE_DAYS, ids=format_cell)
@pytest.mark.parametrize("name", [name for name in EACH if name != "EXPLAIN"])
def test_a_hostile_day_is_wrong_value_alone_and_in_a_range(name: str, cell: Any) -> None:
    assert call(name, [100000.0, cell], OHIO) == WRONG_VALUE
    assert call(name, [[[100000.0], [5.0]], [[cell], [cell]]], OHIO) == [[WRONG_VALUE]] * 2
    assert call("SCHEDULE", [cell], OHIO) == WRONG_VALUE


def test_a_year_is_no_day_and_the_numbers_beside_the_years_are_days() -> None:
    said = call("EXPLAIN", [100000.0, 2013.0], OHIO)
    assert said == (
        "bad input: purchased is 2013, and a year is not a date; expected a date such as 2013-12-20"
    )
    for day, told in ((date(1905, 7, 12), "1905-07-12"), ("1905-07-12", "'1905-07-12'")):
        said = call("EXPLAIN", [100000.0, DAY, None, day], OHIO)
        assert f"is {told}, which a spreadsheet cannot tell from the year 2020; expec" in said
    assert call("PRICE", [100000.0, [[1899.0], [2200.0]]], OHIO) == [[NOT_AVAILABLE]] * 2
    assert call("PRICE", [100000.0, DAY, None, 2020.0], OHIO) == WRONG_VALUE
    assert call("TIMELINE", [100000.0, None, 2020.0], OHIO) == WRONG_VALUE


def test_a_hostile_service_or_known_on_is_wrong_value() -> None:
    assert call("PRICE", [100000.0, DAY, 5.0], OHIO) == WRONG_VALUE
    assert call("PRICE", [100000.0, DAY, True], OHIO) == WRONG_VALUE
    assert call("PRICE", [100000.0, DAY, None, "soon"], OHIO) == WRONG_VALUE


TIERS = (row(0, 1, 1000, "graduated", "0.10"), row(0, 1001, "or more", "graduated", "0.08"))
BY_YEAR = PricedSheets(
    Reading(
        Contract("", "A", (SERVICE._replace(counted=Counted.YEAR, limit=Decimal(5000)),), TIERS)
    )
)


@pytest.mark.parametrize(("cell", "error"), HOSTILE_QUANTITIES, ids=format_cell)
@pytest.mark.parametrize("name", [name for name in EACH if name != "EXPLAIN"])
def test_a_hostile_quantity_bought_before_gets_its_error_alone_and_in_a_range(
    name: str, cell: Any, error: CellError
) -> None:
    asked = [5.0, 44000.0, None, None]
    assert call(name, [*asked, cell], BY_YEAR) == error
    assert call(name, [*asked, [[cell], [cell]]], BY_YEAR) == [[error], [error]]


def test_what_was_bought_before_counts_where_purchases_add_up() -> None:
    asked = [1800.0, 44000.0, None, None]
    assert call("PRICE", [*asked, [[0.0, 1200.0, 3200.0, 3201.0]]], BY_YEAR) == [
        [164.0, 144.0, 144.0, NOT_AVAILABLE]
    ]
    assert call("UNIT_PRICE", [*asked, [[0.0, 3201.0]]], BY_YEAR) == [[0.08, NOT_AVAILABLE]]
    assert call("SOURCE", [*asked, [[1200.0, 3201.0]]], BY_YEAR) == [
        ["Agreement, 1", NOT_AVAILABLE]
    ]
    assert call("SAVING", [*asked, 1200.0], BY_YEAR) == 0.0
    assert call("EXPLAIN", asked, BY_YEAR) == (
        "bad input: bought before is not given; purchases of 'Scanning' add up by year, here "
        "2020-01-01 to 2020-12-31; give the quantity bought before in it, 0 if none"
    )


def test_what_was_bought_before_is_refused_where_each_purchase_counts_by_itself() -> None:
    asked = [100000.0, DAY, None, None]
    for before, expected in ((None, 255000.0), ("", 255000.0), (0.0, 255000.0), (5.0, WRONG_VALUE)):
        assert call("PRICE", [*asked, before], OHIO) == expected
        assert call("PRICE", [*asked, [[before], [0.0]]], OHIO) == [[expected], [255000.0]]
    assert call("PRICE", [*asked, CellError("#REF!")], OHIO) == CellError("#REF!")


@settings(max_examples=40)
@given(counting_contracts(contracts_adding_up()), st.lists(BEFORE, min_size=30, max_size=30))
def test_a_range_of_quantities_bought_before_answers_as_its_cells_do(
    contract: Contract, befores: list[int | None]
) -> None:
    workbook, step = PricedSheets(Reading(contract)), float(contract.services[0].step)
    cells = [None if before is None else before * step for before in befores]
    quantities = [number * step for number in range(len(cells))]
    day = float((START - date(1899, 12, 30)).days)
    for name in EACH:
        columns = [[[each] for each in cells] for cells in (quantities, cells)]
        together = call(name, [columns[0], day, None, None, columns[1]], workbook)
        assert together == [
            [call(name, [quantity, day, None, None, before], workbook)]
            for quantity, before in zip(quantities, cells, strict=True)
        ]


def test_an_unknown_service_is_wrong_value_and_the_explanation_names_the_nearest() -> None:
    for name in EACH:
        if name != "EXPLAIN":
            assert call(name, [100000.0, DAY, "Gardening"], OHIO) == WRONG_VALUE
            found = call(name, [[[100000.0], [0.0]], DAY, "Gardening"], OHIO)
            assert found == [[WRONG_VALUE], [WRONG_VALUE]]
    assert call("SCHEDULE", [DAY, "Gardening"], OHIO) == WRONG_VALUE
    assert call("TIMELINE", [100000.0, "Gardening"], OHIO) == WRONG_VALUE
    assert call("EXPLAIN", [100000.0, DAY, "Enterprise Vulnerabilty Management"], OHIO) == (
        "bad input: service is 'Enterprise Vulnerabilty Management'; expected "
        "'Enterprise Vulnerability Management'"
    )


MANY = row(0, 0, "or more", "per unit", "0.55", per=1_000_000)
"""By the million, in parts that the contract does not say how to count."""


def test_part_of_a_unit_is_priced_where_both_whole_ones_cost_the_same() -> None:
    service = SERVICE._replace(part_units=PartUnits.NOT_SAID)
    sheets = PricedSheets(Reading(Contract("", "TEST", (service,), (MANY,))))
    quantities = [[1.5], [9090.5], [20000.5], [20000.0]]
    assert call("PRICE", [quantities, 44000.0], sheets) == [[0.0], [NOT_AVAILABLE], [0.01], [0.01]]
    assert call("EXPLAIN", [1.5, 44000.0], sheets).startswith(
        "0.00 for 1 IPs (asked: 1.5; 2 IPs cost the same): "
    )
    assert call("EXPLAIN", [9090.5, 44000.0], sheets).startswith("not determinable: ")


def test_the_unit_price_is_that_of_one_unit() -> None:
    sheets = PricedSheets(Reading(Contract("", "TEST", (SERVICE,), (MANY,))))
    assert call("UNIT_PRICE", [1.0, 44000.0], sheets) == 0.00000055
    assert call("PRICE", [1_000_000.0, 44000.0], sheets) == 0.55


@pytest.mark.parametrize(
    "argument", [[], [[]], [1.0, 2.0], [[1.0], [2.0, 3.0]], ["ab"], [[1.0], "b"], [[[1.0]], 2.0]]
)
def test_what_is_no_rectangle_is_wrong_value(argument: Any) -> None:
    assert call("PRICE", [argument, DAY], OHIO) == WRONG_VALUE


def test_a_range_within_a_cell_is_wrong_value() -> None:
    assert call("PRICE", [[[[[1.0]]]], DAY], OHIO) == [[WRONG_VALUE]]


def test_the_explanation_of_bad_input_says_what_was_found_and_what_is_expected() -> None:
    assert call("EXPLAIN", ["12,5o", DAY], OHIO) == (
        "bad input: quantity is '12,5o'; expected a number such as 100000"
    )
    assert call("EXPLAIN", [1.0, "12/20/2013"], OHIO) == (
        "bad input: purchased is '12/20/2013'; expected a date such as 2013-12-20"
    )
    assert call("EXPLAIN", [CellError("#DIV/0!"), DAY], OHIO) == CellError("#DIV/0!")


def test_every_form_of_a_day_is_the_same_day() -> None:
    days = [DAY, 41628, 41628.99, Decimal(41628), date(2013, 12, 20), "2013-12-20"]
    for day in [*days, datetime(2013, 12, 20, 23, 59)]:
        assert call("PRICE", [100000.0, day], OHIO) == 255000.0
    macintosh = PricedSheets(Reading(CONTRACT), date1904=True)
    assert call("PRICE", [100000.0, 40166.0], macintosh) == 255000.0
    assert call("PRICE", [100000.0, DAY], macintosh) == 279995.0


def test_ranges_answer_cell_by_cell() -> None:
    column = [[100000.0], [5.0], [-1.0], [CellError("#NAME?")]]
    assert call("PRICE", [column, DAY], OHIO) == [
        [255000.0],
        [NOT_AVAILABLE],
        [WRONG_NUMBER],
        [CellError("#NAME?")],
    ]
    days = [[DAY, 41640.0], [41598.0, "x"]]
    assert call("PRICE", [100000.0, days], OHIO) == [
        [255000.0, 279995.0],
        [NOT_AVAILABLE, WRONG_VALUE],
    ]
    assert call("PRICE", [[[100000.0]], days], OHIO) == call("PRICE", [100000.0, days], OHIO)
    assert call("PRICE", [[[100000.0]], [[DAY]]], OHIO) == [[255000.0]]
    assert call("UNIT_PRICE", [100000.0, [[DAY], [41640.0]]], OHIO) == [[NOT_AVAILABLE], [2.75]]


def test_ranges_of_different_shapes_and_too_many_arguments_are_wrong_value() -> None:
    assert call("PRICE", [[[1.0], [2.0]], [[DAY, DAY]]], OHIO) == WRONG_VALUE
    assert call("PRICE", [1.0, DAY, None, None, None, 1.0], OHIO) == WRONG_VALUE
    assert call("SCHEDULE", [[[DAY], [DAY]]], OHIO) == WRONG_VALUE
    assert call("PRICE", [1.0], OHIO) == WRONG_VALUE


@settings(max_examples=60)
@given(asked_contracts(1))
def test_a_range_answers_as_its_cells_do_one_by_one(asked: AskedContract) -> None:
    workbook = PricedSheets(Reading(asked.contract))
    [first] = asked.questions
    questions = list(spread(asked.contract, first, 30))
    quantities: list[Any] = [float(question.quantity) for question in questions]
    quantities[3:6] = [-1.0, 0.3, "x"]
    days = [float((question.purchased - date(1899, 12, 30)).days) for question in questions]
    beside = [first.service, first.known_on]
    for name in EACH:
        together = call(name, [[[q] for q in quantities], [[d] for d in days], *beside], workbook)
        one_by_one = [
            [call(name, [q, d, *beside], workbook)] for q, d in zip(quantities, days, strict=True)
        ]
        assert together == one_by_one


def test_the_source_is_cited_also_where_it_decides_that_there_is_no_price() -> None:
    assert call("SOURCE", [100000.0, DAY], OHIO) == "Amendment 1, 1.A, footnote *"
    assert call("SOURCE", [99999.0, DAY], OHIO) == "Service Attachment 1, page 9, Table (a.)"
    assert call("SOURCE", [100000.0, 41592.0], OHIO) == NOT_AVAILABLE


def test_the_saving_is_true_nought_where_no_window_decided() -> None:
    assert call("SAVING", [100000.0, DAY], OHIO) == 24995.0
    assert call("SAVING", [100000.0, 41640.0], OHIO) == 0.0
    assert call("SAVING", [5.0, DAY], OHIO) == NOT_AVAILABLE


def test_the_schedule_is_the_price_table_of_the_day() -> None:
    titles, *lines = call("SCHEDULE", [41640.0], OHIO)
    assert titles[:6] == ["Service", "Quantity from", "Quantity to", "Fixed", "Rate", "Above"]
    assert [line[1:7] for line in lines] == [
        [1.0, 99999.0, None, None, None, "not determinable"],
        [100000.0, 100000.0, 279995.0, 0.0, 0.0, "price"],
        [100001.0, "or more", None, None, None, "not determinable"],
    ]
    assert call("SCHEDULE", [41592.0], OHIO) == NOT_AVAILABLE
    known = call("SCHEDULE", [41640.0, None, 41600.0], OHIO)
    assert {line[6] for line in known[1:]} == {"not determinable"}


def test_a_sheet_that_cannot_be_read_prices_nothing_and_says_why() -> None:
    broken = PricedSheets(Reading(None, (Problem("Tiers!C7", "unit price is '12,5o'"),)))
    for name in EACH:
        if name != "EXPLAIN":
            assert call(name, [100000.0, DAY], broken) == NOT_AVAILABLE
            assert call(name, [[[100000.0]] * 2, DAY], broken) == [[NOT_AVAILABLE]] * 2
    assert call("EXPLAIN", [1.0, DAY], broken) == (
        "not determinable: Tiers!C7: unit price is '12,5o'"
    )
    assert call("SCHEDULE", [DAY], broken) == NOT_AVAILABLE
    assert call("CHECK", [], broken)[1][:2] == ["error", "Tiers!C7"]


def test_an_edited_sheet_is_never_answered_from_an_earlier_reading() -> None:
    sheets = sheets_of(CONTRACT)
    assert read_workbook(sheets) is read_workbook(sheets)
    edited = [list(row) for row in sheets.amendments]
    edited[2][8] = 250000
    assert (
        call("PRICE", [100000.0, DAY], read_workbook(sheets._replace(amendments=edited))) == 250000
    )
    edited[2][8] = True  # equal to 1 for Python, and no price
    changed = read_workbook(sheets._replace(amendments=edited))
    edited[2][8] = 1
    assert changed.book is None
    assert call("PRICE", [100000.0, DAY], read_workbook(sheets._replace(amendments=edited))) == 1.0


def test_floats_alone_are_told_apart_by_type_too() -> None:
    grid = (("a", 1.0),)
    assert read_workbook(Sheets(grid, grid)) is not read_workbook(Sheets(((("a", True)),), grid))


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.sampled_from([CellError("#N/A"), [], [[]], (), b"x"]),
)


@settings(max_examples=300)
@given(name=st.sampled_from(sorted(BY_NAME)), arguments=st.lists(cells, max_size=5))
def test_no_arguments_whatever_raise_an_exception(name: str, arguments: list[Any]) -> None:
    answer = call(name, arguments, OHIO)
    assert isinstance(answer, (float, str, list, CellError))


@settings(max_examples=300)
@given(quantity=cells, day=cells)
def test_no_price_comes_of_anything_but_a_number_and_a_day(quantity: Any, day: Any) -> None:
    assert not isinstance(call("PRICE", [100000.0, day], OHIO), str)
    answer = call("PRICE", [quantity, day], OHIO)
    if isinstance(answer, float):
        assert quantity == 100000
        assert answer in {255000.0, 279995.0}


def test_each_function_is_declared_once_and_answered_once() -> None:
    assert {function.name for function in FUNCTIONS} == set(EACH) | set(TABLES)
    for function in FUNCTIONS:
        assert function.returns_table == (function.name in TABLES)
        for text in (function.help, *(argument.help for argument in function.arguments)):
            assert 0 < len(text) <= LONGEST_HELP
            assert text.endswith(".")
