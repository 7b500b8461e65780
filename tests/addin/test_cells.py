"""Cells as Office hands them to a function, and as it takes them back."""

import json
from typing import Any

import pytest

from xlfuncs.addin.contract_file import format_contract
from xlfuncs.api import load
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.hosts.office import answer, open_contract

DAY = 41628
"""20 December 2013."""

NOT_AVAILABLE = {
    "valueType": "CustomFunctionError",
    "code": "#N/A",
    "type": "Error",
    "basicValue": "#N/A",
    "basicType": "Error",
    "errorType": "NotAvailable",
}


def opened(date1904: bool = False) -> PricedSheets:
    return open_contract(format_contract(load().draft), date1904)


def ask(name: str, *arguments: Any, date1904: bool = False) -> Any:
    return json.loads(answer(opened(date1904), name, json.dumps(arguments)))


def price(quantity: Any, day: Any = DAY, *others: Any) -> Any:
    [[cell]] = ask("PRICE", [[quantity]], [[day]], *others)
    return cell["basicValue"] if isinstance(cell, dict) else cell


def test_the_price_is_that_of_the_amendment() -> None:
    assert price(100_000) == 255_000
    assert price(100_000, 41640) == 279_995


def test_what_the_contract_does_not_say_is_a_true_error_as_microsoft_writes_it() -> None:
    assert ask("PRICE", [[99_999]], [[DAY]]) == [[NOT_AVAILABLE]]


@pytest.mark.parametrize("blank", [None, "", 0, 0.0, {"type": "Empty", "basicValue": ""}])
def test_a_blank_quantity_is_no_quantity_however_it_arrives(blank: Any) -> None:
    assert price(blank) == "#VALUE!"


@pytest.mark.parametrize("blank", [None, 0, [[None]], [[0]], [[""]]])
def test_optional_arguments_may_be_blank_however_they_arrive(blank: Any) -> None:
    assert price(100_000, DAY, blank, blank, blank) == 255_000


def test_the_text_0_is_the_number_where_a_number_is_expected() -> None:
    assert price("0") == "#N/A"  # the contract has no price for 0 units
    assert price(100_000, DAY, None, None, [["0"]]) == 255_000
    assert price(100_000, "0") == "#VALUE!"
    assert price(100_000, DAY, [["0"]]) == "#VALUE!"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ({"type": "Error", "errorType": "NotAvailable", "basicValue": "#N/A"}, "#N/A"),
        ({"type": "Error", "errorType": "Div0", "basicType": "Error"}, "#DIV/0!"),
        ({"valueType": "CustomFunctionError", "code": "#REF!"}, "#REF!"),
        ({"type": "Entity", "basicType": "Error", "basicValue": "#VALUE!"}, "#VALUE!"),
        ({"type": "Error", "errorType": "Spill", "basicValue": "#SPILL!"}, "#VALUE!"),
        ({"type": "Error", "errorType": "Unheard"}, "#VALUE!"),
    ],
)
def test_an_error_that_is_handed_in_comes_back(cell: Any, shown: str) -> None:
    assert price(cell) == shown


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ({"type": "FormattedNumber", "basicValue": 100_000, "numberFormat": "#,##0"}, 255_000),
        ({"type": "Double", "basicType": "Double", "basicValue": 1e5}, 255_000),
        ({"type": "String", "basicValue": "many"}, "#VALUE!"),
        ({"type": "Boolean", "basicValue": True}, "#VALUE!"),
        (True, "#VALUE!"),
        ("100000", "#VALUE!"),
        ({"type": "Double", "basicValue": {"basicValue": 5}}, "#VALUE!"),
        ({"type": "Double"}, "#VALUE!"),
        ({}, "#VALUE!"),
        ([[100_000]], "#VALUE!"),
    ],
)
def test_a_data_type_is_its_plain_value(cell: Any, expected: Any) -> None:
    assert price(cell) == expected


def test_days_are_in_the_date_system_of_the_workbook() -> None:
    [[late]] = ask("PRICE", [[100_000]], [[DAY - 1462]], date1904=True)
    assert late == 255_000
    [_, first, *_] = ask("TIMELINE", [[100_000]], date1904=True)
    [_, plain, *_] = ask("TIMELINE", [[100_000]])
    assert first[0] == plain[0] - 1462


def test_a_range_is_answered_cell_by_cell_and_a_single_cell_goes_with_each() -> None:
    found = ask("PRICE", [[100_000], [5], [None]], [[DAY]])
    assert [cell["code"] if isinstance(cell, dict) else cell for [cell] in found] == [
        *(255_000, "#N/A", "#VALUE!"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        [[[1], [2]], [[DAY, DAY]]],
        [[[1], [2, 3]], [[DAY]]],
        [[], [[DAY]]],
        [[1], [[DAY]]],
        [*[[[1]]] * 6],
    ],
)
def test_ranges_that_do_not_fit_and_too_many_arguments_are_wrong_values(arguments: Any) -> None:
    [[cell]] = ask("PRICE", *arguments)
    assert cell["code"] == "#VALUE!"


def test_tables_have_titles_and_no_blank_that_would_be_shown_as_0() -> None:
    titles, *rows = ask("SCHEDULE", [[DAY]])
    assert titles[0] == "Service"
    assert all(cell is not None for row in rows for cell in row)
    assert ask("CHECK")[0] == ["Severity", "Cell", "Finding", "What to do"]


def test_words_for_a_cell_are_a_sentence() -> None:
    [[said]] = ask("EXPLAIN", [[0]], [[DAY]])
    assert said.startswith("bad input: quantity is blank")
