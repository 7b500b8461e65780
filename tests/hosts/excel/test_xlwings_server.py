"""Excel's functions through xlwings' own server and DLL: what VBA sends, and what it gets back."""

from datetime import date
from typing import Any

import pytest

from tests.support.com_variants import (
    EMPTY,
    LEFT_OUT,
    Variant,
    array,
    cells,
    column,
    day,
    error,
    money,
    number,
    text,
    truth,
    whole,
)
from tests.support.vba_values import (
    ERROR_NUMBERS,
    as_tuples,
    expected,
    handed_over,
    sheet,
    understood,
)
from tests.support.workbook_edits import FIELDS, sheets_of
from tests.support.xlwings_session import Macros
from xlfuncs.functions.cache import WORKBOOKS_KEPT, make_key, read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import CellError
from xlfuncs.sheets.reader import Sheets

QUANTITY, DAY, NEXT_DAY, SIGNED = 100_000.0, 41_628.0, 41_640.0, 41_609.0
"""A quantity that is priced; a day with the footnote's price, one without, the day of signing."""

PRICE, NEXT_PRICE = Variant("R8", 255_000.0), Variant("R8", 279_995.0)
NOT_AVAILABLE, WRONG_VALUE, WRONG_NUMBER = (whole(number) for number in (2042, 2015, 2036))
UNKNOWN = whole(0)
ASKED = [number(QUANTITY), number(DAY)]
LATER_AND_EARLIER = 1462
"""Days between the two date systems."""


def named(value: str | Variant | list[Variant]) -> str:
    """Part of a test's name after what it sends."""
    if isinstance(value, str):
        return value
    sent = value if isinstance(value, list) else [value]
    return " ".join(
        each.kind if each.value is None else f"{each.kind}={each.value}" for each in sent
    )


def shipped() -> Contract:
    return load_reading(SHIPPED).contract


def shipped_sheets() -> Sheets:
    return as_tuples(sheets_of(shipped()))


@pytest.fixture
def key(macros: Macros) -> Variant:
    """That of the shipped contract, just handed over."""
    return macros.read_sheets(*handed_over(shipped_sheets()))


def edited(sheets: Sheets, row: int, field: str, cell: Any) -> Sheets:
    """Other sheets, where a cell of Amendments holds something else."""
    grid = [list(cells) for cells in sheets.amendments]
    grid[row][FIELDS.index(field)] = cell
    return as_tuples(sheets._replace(amendments=grid))


def explained(macros: Macros, *handed: Variant, date1904: bool = False) -> str:
    """Why nothing is priced from these sheets."""
    key = macros.read_sheets(*handed, date1904=date1904)
    assert macros.answer(key, "PRICE", *ASKED) == NOT_AVAILABLE
    return macros.answer(key, "EXPLAIN", *ASKED).value


def test_sheets_arrive_cell_by_cell_as_the_core_has_them(macros: Macros, key: Variant) -> None:
    assert key == text(make_key(shipped_sheets()))


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (ASKED, PRICE),
        ([number(QUANTITY), number(DAY + 0.75)], PRICE),
        ([number(QUANTITY), number(NEXT_DAY)], NEXT_PRICE),
        ([number(QUANTITY), day(DAY)], PRICE),
        ([number(QUANTITY), day(DAY + 0.75)], PRICE),
        ([number(QUANTITY), day(NEXT_DAY)], NEXT_PRICE),
        ([number(QUANTITY), text("2013-12-20")], PRICE),
        ([money("100000"), number(DAY)], PRICE),
        ([money("0.5"), number(DAY)], WRONG_NUMBER),
        ([whole(100_000), whole(41_628)], PRICE),
        ([Variant("I8", 100_000), Variant("I8", 41_628)], PRICE),
        ([Variant("R4", QUANTITY), Variant("R4", DAY)], PRICE),
        ([Variant("I2", 5), number(DAY)], NOT_AVAILABLE),
        ([whole(-1), number(DAY)], WRONG_NUMBER),
        ([EMPTY, number(DAY)], WRONG_VALUE),
        ([text(""), number(DAY)], WRONG_VALUE),
        ([text("100000"), number(DAY)], WRONG_VALUE),
        ([truth(True), number(DAY)], WRONG_VALUE),
        ([number(QUANTITY), truth(False)], WRONG_VALUE),
        ([number(QUANTITY), EMPTY], WRONG_VALUE),
        ([number(QUANTITY), number(60)], WRONG_VALUE),
        ([number(QUANTITY), day(60)], WRONG_VALUE),
        ([number(QUANTITY), day(-5)], WRONG_VALUE),
        ([*ASKED, LEFT_OUT, LEFT_OUT], PRICE),
        ([*ASKED, EMPTY, text("")], PRICE),
        ([*ASKED, text(""), EMPTY], PRICE),
        ([*ASKED, Variant("NULL"), Variant("NULL")], PRICE),
        ([*ASKED, text(" enterprise  vulnerability MANAGEMENT"), LEFT_OUT], PRICE),
        ([*ASKED, text("Nothing"), LEFT_OUT], WRONG_VALUE),
        ([*ASKED, LEFT_OUT, number(SIGNED)], PRICE),
        ([*ASKED, LEFT_OUT, day(SIGNED)], PRICE),
        ([*ASKED, LEFT_OUT, number(SIGNED - 1)], NOT_AVAILABLE),
        ([*ASKED, LEFT_OUT, day(SIGNED - 1)], NOT_AVAILABLE),
        ([*ASKED, LEFT_OUT, LEFT_OUT, LEFT_OUT], PRICE),
        ([*ASKED, LEFT_OUT, LEFT_OUT, number(0)], PRICE),
        ([*ASKED, LEFT_OUT, LEFT_OUT, number(5)], WRONG_VALUE),
        ([*ASKED, LEFT_OUT, LEFT_OUT, day(5)], WRONG_VALUE),
        ([*ASKED, LEFT_OUT, LEFT_OUT, LEFT_OUT, LEFT_OUT], WRONG_VALUE),
        ([number(QUANTITY), number(2013)], WRONG_VALUE),
        ([number(QUANTITY), whole(2013)], WRONG_VALUE),
        ([number(QUANTITY), day(2013)], WRONG_VALUE),
        ([day(2013), number(DAY)], WRONG_VALUE),
        ([day(DAY), number(DAY)], WRONG_VALUE),
        ([*ASKED, LEFT_OUT, number(2013)], WRONG_VALUE),
    ],
    ids=named,
)
def test_a_single_question_is_answered_whatever_its_type(
    macros: Macros, key: Variant, arguments: list[Variant], answer: Variant
) -> None:
    assert macros.answer(key, "PRICE", *arguments) == answer


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("code", ERROR_NUMBERS)
def test_an_error_comes_back_as_itself(macros: Macros, key: Variant, code: str, place: int) -> None:
    arguments = [*ASKED, LEFT_OUT, LEFT_OUT, LEFT_OUT]
    arguments[place] = error(ERROR_NUMBERS[code])
    assert macros.answer(key, "PRICE", *arguments) == whole(ERROR_NUMBERS[code])


def test_an_error_that_is_not_known_is_a_wrong_value(macros: Macros, key: Variant) -> None:
    assert macros.answer(key, "PRICE", error(2999), number(DAY)) == WRONG_VALUE


def test_of_several_errors_the_first_comes_back(macros: Macros, key: Variant) -> None:
    assert macros.answer(key, "PRICE", error(2023), error(2007)) == whole(2023)


def test_a_column_is_answered_with_a_column(macros: Macros, key: Variant) -> None:
    asked = column([number(QUANTITY), error(2007), EMPTY, text("x"), money("100000")])
    answer = macros.answer(key, "PRICE", asked, number(DAY))
    assert answer.bounds == ((0, 4), (0, 0))
    assert answer.value == [[PRICE], [whole(2007)], [WRONG_VALUE], [WRONG_VALUE], [PRICE]]


def test_a_row_is_answered_with_a_row(macros: Macros, key: Variant) -> None:
    asked = cells([[number(DAY), day(NEXT_DAY), error(2042)]])
    answer = macros.answer(key, "PRICE", number(QUANTITY), asked)
    assert answer.bounds == ((0, 0), (0, 2))
    assert answer.value == [[PRICE, NEXT_PRICE, NOT_AVAILABLE]]


def test_an_array_of_constants_is_a_row(macros: Macros, key: Variant) -> None:
    answer = macros.answer(
        key, "PRICE", array(number(QUANTITY), number(-1), truth(True)), number(DAY)
    )
    assert answer.bounds == ((0, 0), (0, 2))
    assert answer.value == [[PRICE, WRONG_NUMBER, WRONG_VALUE]]


def test_a_block_is_answered_cell_by_cell(macros: Macros, key: Variant) -> None:
    asked = cells([[number(QUANTITY), number(5)], [EMPTY, error(2029)], [whole(-1), number(0.5)]])
    answer = macros.answer(key, "PRICE", asked, number(DAY))
    assert answer.bounds == ((0, 2), (0, 1))
    assert answer.value == [
        [PRICE, NOT_AVAILABLE],
        [WRONG_VALUE, whole(2029)],
        [WRONG_NUMBER, WRONG_NUMBER],
    ]


def test_a_range_of_one_cell_is_answered_with_one_cell(macros: Macros, key: Variant) -> None:
    answer = macros.answer(key, "PRICE", cells([[number(QUANTITY)]]), number(DAY))
    assert understood(answer) in (255_000.0, [[255_000.0]])


def test_many_questions_are_answered_in_one_go(macros: Macros, key: Variant) -> None:
    questions = [
        array(text("PRICE"), array(*ASKED, EMPTY, EMPTY)),
        array(text("PRICE"), array(number(5), number(DAY), EMPTY, EMPTY)),
        array(text("EXPLAIN"), array(error(2007), number(DAY), EMPTY, EMPTY)),
        array(text("UNIT_PRICE"), array(number(QUANTITY), number(NEXT_DAY), EMPTY, EMPTY)),
    ]
    found = macros.call("xlfuncs.hosts.excel", "answer_all", key, array(*questions))
    end = text("")
    assert found == array(PRICE, NOT_AVAILABLE, whole(2007), number(2.75), end)
    assert macros.call("xlfuncs.hosts.excel", "answer_all", key, array(questions[0])) == array(
        PRICE, end
    )
    table = array(text("SCHEDULE"), array(number(DAY), EMPTY, EMPTY))
    tables = macros.call("xlfuncs.hosts.excel", "answer_all", key, array(table, table))
    assert [each.kind for each in tables.value] == ["ARRAY", "ARRAY", "BSTR"]
    assert macros.call("xlfuncs.hosts.excel", "answer_all", text("x"), array(*questions)) == UNKNOWN


def test_ranges_of_different_shapes_are_a_wrong_value(macros: Macros, key: Variant) -> None:
    asked = [column([number(QUANTITY)] * 2), column([number(DAY)] * 3)]
    assert macros.answer(key, "PRICE", *asked) == WRONG_VALUE


def test_a_range_says_in_words_what_one_cell_would_be_told(macros: Macros, key: Variant) -> None:
    asked = [number(QUANTITY), number(5), text("many")]
    single = [macros.answer(key, "EXPLAIN", quantity, number(DAY)) for quantity in asked]
    assert macros.answer(key, "EXPLAIN", column(asked), number(DAY)).value == [
        [each] for each in single
    ]
    assert {each.kind for each in single} == {"BSTR"}


@pytest.mark.parametrize("name", ["Prüfung", "Révision é", "10 € + more", "Scan 😀 𝄞"])
def test_names_keep_their_letters_in_and_out(macros: Macros, name: str) -> None:
    contract = shipped()
    [service] = contract.services
    rows = tuple(row._replace(service=name, clause=f"§ {name}") for row in contract.rows)
    renamed = contract._replace(services=(service._replace(name=name),), rows=rows)
    sheets = as_tuples(sheets_of(renamed))
    key = macros.read_sheets(*handed_over(sheets))
    assert key == text(make_key(sheets))
    assert macros.answer(key, "PRICE", *ASKED, text(name)) == PRICE
    assert macros.answer(key, "PRICE", *ASKED, text(f"{name}!")) == WRONG_VALUE
    assert name in macros.answer(key, "SOURCE", *ASKED, text(name)).value
    assert f"{name}!" in macros.answer(key, "EXPLAIN", *ASKED, text(f"{name}!")).value


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("SCHEDULE", [number(NEXT_DAY)]),
        ("SCHEDULE", [day(DAY), LEFT_OUT, EMPTY]),
        ("TIMELINE", [number(QUANTITY)]),
        ("TIMELINE", [whole(100_000), text(""), LEFT_OUT]),
        ("CHECK", []),
    ],
    ids=named,
)
def test_tables_come_as_blocks(
    macros: Macros, key: Variant, name: str, arguments: list[Variant]
) -> None:
    plain = [each.value for each in arguments if each.kind in {"R8", "DATE", "I4"}]
    answer = macros.answer(key, name, *arguments)
    table = call(name, list(map(float, plain)), read_workbook(shipped_sheets()))
    assert len(table) > 1
    assert understood(answer) == expected(table)
    assert answer.bounds == ((0, len(table) - 1), (0, len(table[0]) - 1))


@pytest.mark.parametrize("name", ["SCHEDULE", "TIMELINE"])
def test_bad_input_of_a_table_is_an_error(macros: Macros, key: Variant, name: str) -> None:
    assert macros.answer(key, name, text("x")) == WRONG_VALUE
    assert macros.answer(key, name, error(2023)) == whole(2023)
    assert macros.answer(key, name) == WRONG_VALUE


def test_the_check_asks_nothing(macros: Macros, key: Variant) -> None:
    assert macros.answer(key, "CHECK", number(1)) == WRONG_VALUE


def test_the_days_of_a_workbook_may_count_from_1904(macros: Macros) -> None:
    sheets = shipped_sheets()._replace(date1904=True)
    key = macros.read_sheets(*handed_over(sheets), date1904=True)
    assert key == text(make_key(sheets))
    earlier, later = number(DAY - LATER_AND_EARLIER), number(NEXT_DAY - LATER_AND_EARLIER)
    assert macros.answer(key, "PRICE", number(QUANTITY), earlier) == PRICE
    assert macros.answer(key, "PRICE", number(QUANTITY), later) == NEXT_PRICE
    assert macros.answer(key, "PRICE", number(QUANTITY), day(DAY)) == PRICE
    schedule = macros.answer(key, "SCHEDULE", later)
    assert understood(schedule) == expected(
        call("SCHEDULE", [NEXT_DAY - LATER_AND_EARLIER], read_workbook(sheets))
    )


def test_days_are_read_by_number_or_as_shown(macros: Macros) -> None:
    """A day typed as a number, in a cell that shows it as one, is the same day."""
    sheets = edited(shipped_sheets(), 1, "effective", 41_609.0)
    key = macros.read_sheets(*handed_over(sheets))
    assert macros.answer(key, "PRICE", *ASKED) == PRICE


@pytest.mark.parametrize(
    ("format_code", "why"),
    [
        ("General", "effective date is 2013, and a year is not a date; expected a date"),
        (
            "yyyy-mm-dd",
            "effective date is 1905-07-05, which a spreadsheet cannot tell from the year",
        ),
    ],
)
def test_a_year_on_a_sheet_is_no_day_whatever_its_format_shows(
    macros: Macros, format_code: str, why: str
) -> None:
    sheets = edited(shipped_sheets(), 1, "effective", 2013.0)
    tiers, _, contract = handed_over(sheets)
    formats = {(1, FIELDS.index("effective")): format_code}
    amendments = sheet(sheets.amendments, formats=formats)
    assert why in explained(macros, tiers, amendments, contract)


@pytest.mark.parametrize(
    ("field", "format_code", "why"),
    [
        ("price", "0%", "price is '25500000%'; expected a number"),
        ("price", "0.00 %", "price is '25500000%'; expected a number"),
        ("quantity_from", "0%", "quantity from is '10000000%'; expected a"),
        ("quantity_from", "dd/mm/yyyy", "quantity from is 2173-10-14"),
    ],
)
def test_a_figure_that_is_shown_as_something_else_is_refused(
    macros: Macros, field: str, format_code: str, why: str
) -> None:
    sheets = shipped_sheets()
    index = FIELDS.index(field)
    tiers, _, contract = handed_over(sheets)
    amendments = sheet(sheets.amendments, formats={(2, index): format_code})
    assert why in explained(macros, tiers, amendments, contract)


@pytest.mark.parametrize("format_code", ['0.00 "%"', "0.00 \\%", "#,##0.00 [$€-407]", "@", ""])
def test_a_figure_that_is_shown_as_a_figure_counts(macros: Macros, format_code: str) -> None:
    sheets = shipped_sheets()
    index = FIELDS.index("price")
    tiers, _, contract = handed_over(sheets)
    amendments = sheet(sheets.amendments, formats={(2, index): format_code})
    key = macros.read_sheets(tiers, amendments, contract)
    assert key == text(make_key(sheets))


def test_merged_cells_are_refused_below_the_titles_only(macros: Macros) -> None:
    sheets = shipped_sheets()
    tiers, _, contract = handed_over(sheets)
    merged = sheet(sheets.amendments, merged="A1:B1 C2:D3")
    why = explained(macros, tiers, merged, contract)
    assert "Amendments!C2:D3: merged cells" in why
    assert "A1:B1" not in why
    titles = sheet(sheets.amendments, merged="A1:B1")
    key = macros.read_sheets(tiers, titles, sheet(sheets.contract, merged="A2:B2"))
    assert macros.answer(key, "PRICE", *ASKED) == PRICE


def test_a_sheet_that_is_missing_is_named(macros: Macros) -> None:
    tiers, amendments, contract = handed_over(shipped_sheets())
    assert "Tiers: no such sheet" in explained(macros, EMPTY, amendments, contract)
    assert "Amendments: no such sheet" in explained(macros, tiers, EMPTY, contract)
    key = macros.read_sheets(tiers, amendments, EMPTY)
    assert macros.answer(key, "PRICE", *ASKED) == PRICE


def test_a_sheet_may_have_a_single_cell_or_none(macros: Macros) -> None:
    _, amendments, contract = handed_over(shipped_sheets())
    for cell, shown in ((EMPTY, EMPTY), (text("Tiers"), EMPTY), (number(1), text("General"))):
        alone = array(cell, shown, text(""))
        assert "Tiers!A1: no row has the titles" in explained(macros, alone, amendments, contract)


@pytest.mark.parametrize("code", ERROR_NUMBERS)
def test_an_error_on_a_sheet_is_named(macros: Macros, code: str) -> None:
    sheets = edited(shipped_sheets(), 2, "price", CellError(code))
    why = explained(macros, *handed_over(sheets))
    assert f"price is {code}; expected a number" in why
    assert macros.read_sheets(*handed_over(sheets)) == text(make_key(sheets))


@pytest.mark.parametrize("cell", [True, "", " ", None, "255000", 255_000.005, date(2020, 1, 1)])
def test_other_cells_of_a_sheet_arrive_as_they_are(macros: Macros, cell: Any) -> None:
    sheets = edited(shipped_sheets(), 2, "price", cell)
    key = macros.read_sheets(*handed_over(sheets))
    assert key == text(make_key(sheets))
    answer = call("EXPLAIN", [QUANTITY, DAY], read_workbook(sheets))
    assert macros.answer(key, "EXPLAIN", *ASKED).value == answer


@pytest.mark.parametrize(
    "unknown", [text(""), text("0" * 64), EMPTY, number(0), whole(0)], ids=named
)
def test_a_key_that_is_not_known_is_answered_with_0(macros: Macros, unknown: Variant) -> None:
    assert macros.answer(unknown, "PRICE", *ASKED) == UNKNOWN
    assert macros.answer(unknown, "CHECK") == UNKNOWN


def test_workbooks_do_not_disturb_each_other(macros: Macros, key: Variant) -> None:
    other = macros.read_sheets(*handed_over(edited(shipped_sheets(), 2, "price", 1234.5)))
    assert other != key
    assert macros.answer(key, "PRICE", *ASKED) == PRICE
    assert macros.answer(other, "PRICE", *ASKED) == number(1234.5)
    assert macros.answer(key, "PRICE", *ASKED) == PRICE
    assert macros.read_sheets(*handed_over(shipped_sheets())) == key


def test_the_workbook_asked_least_recently_is_forgotten(macros: Macros, key: Variant) -> None:
    others = [
        macros.read_sheets(*handed_over(edited(shipped_sheets(), 2, "price", float(price))))
        for price in range(WORKBOOKS_KEPT)
    ]
    assert macros.answer(key, "PRICE", *ASKED) == UNKNOWN
    assert macros.answer(others[0], "PRICE", *ASKED) == number(0)
    assert macros.read_sheets(*handed_over(shipped_sheets())) == key
    assert macros.answer(key, "PRICE", *ASKED) == PRICE
    assert macros.answer(others[1], "PRICE", *ASKED) == UNKNOWN


def test_a_server_restarted_knows_no_key_of_the_old_one(macros: Macros, key: Variant) -> None:
    macros.restart()
    assert macros.answer(key, "PRICE", *ASKED) == UNKNOWN
    assert macros.read_sheets(*handed_over(shipped_sheets())) == key
    assert macros.answer(key, "PRICE", *ASKED) == PRICE


def test_import_functions_finds_nothing_to_import(macros: Macros) -> None:
    """The module that a built workbook names to xlwings has no functions of its own."""
    written = macros.vba_wrapper("xlfuncs")
    assert "Function" not in written
    assert "Sub" not in written
    assert "Function answer(" in macros.vba_wrapper("xlfuncs.hosts.excel")
