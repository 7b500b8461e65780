"""The macros: a question is asked once, changed sheets are asked about again, errors are errors."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.macro_excel import MacroExcel
from tests.support.vba_values import as_tuple
from tests.support.workbook_edits import sheets_of
from xlfuncs.functions import cache
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts import excel
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.schema import FIELDS, column_letter
from xlfuncs.xlsx.builder import build_workbook

DAY = 41628.0
"""2013-12-20."""

PRICE = "I6"
"""On Amendments: the price of the footnote."""

ASKING = "=QUALYS_PRICE(100000,DATE(2013,12,20))"


@pytest.fixture(scope="module")
def content() -> bytes:
    """The shipped contract in few words, which the interpreter reads again and again."""
    contract = load_reading(SHIPPED).contract
    rows = tuple(row._replace(source="", note="", assumed=()) for row in contract.rows)
    draft = build_draft(contract._replace(open_questions=(), rows=rows))
    return build_workbook(draft, date(2026, 11, 22), ".xlsm")


@pytest.fixture
def path(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "book.xlsm"
    path.write_bytes(content)
    return path


@pytest.fixture
def running(path: Path) -> MacroExcel:
    running = MacroExcel(path)
    running.open()
    return running


@pytest.fixture
def asked(running: MacroExcel) -> MacroExcel:
    """With a price asked for in a cell, and nothing counted yet."""
    running.enter("Purchases", "L1", ASKING)
    assert running.shown("Purchases", "L1") == 255000
    running.python.asked.clear()
    return running


def test_a_question_is_asked_once(running: MacroExcel) -> None:
    for _ in range(3):
        assert running.call("QUALYS_PRICE", 100000.0, DAY) == 255000
    assert (running.started, running.python.count()) == (1, 1)
    assert running.call("QUALYS_PRICE", 100000.0, DAY + 20) == 279995
    assert running.call("QUALYS_UNIT_PRICE", 100000.0, DAY + 20) == 2.75
    assert (running.started, running.python.count()) == (1, 3)


def test_thousands_of_equal_cells_cross_once(running: MacroExcel) -> None:
    running.enter("Purchases", "L1:L2000", ASKING)
    assert {running.shown("Purchases", f"L{row}") for row in range(1, 2001)} == {255000}
    assert (running.python.count("read_sheets"), running.python.count()) == (1, 1)


def test_opening_the_workbook_asks_nothing(running: MacroExcel) -> None:
    assert running.shown("Purchases", "E16") == 255000
    assert (running.started, running.python.asked, running.messages) == (0, [], [])


def test_an_edit_elsewhere_asks_nothing(asked: MacroExcel) -> None:
    asked.type("Purchases", "L5", 12)
    asked.enter("Purchases", "L6", "=L5+1")
    assert asked.python.asked == []


def test_a_typed_price_is_followed_by_every_cell(asked: MacroExcel) -> None:
    asked.type("Amendments", PRICE, 250000)
    assert asked.shown("Purchases", "L1") == 250000
    assert asked.shown("Purchases", "E16") == 250000
    assert asked.python.count("read_sheets") == 1


def test_a_changed_sheet_is_asked_about_in_one_go(running: MacroExcel) -> None:
    running.type("Purchases", "L1", 99_900)
    running.enter("Purchases", "L2:L300", "=L1+1")
    running.enter("Purchases", "M1:M300", "=QUALYS_EXPLAIN(L1,DATE(2013,12,20))")
    assert running.shown("Purchases", "M300").lower().startswith("not determinable")
    assert running.shown("Purchases", "M101").startswith("255,000.00 USD (billing")
    assert running.python.count() == 300
    running.python.asked.clear()
    running.type("Amendments", PRICE, 250000)
    assert running.shown("Purchases", "M101").startswith("250,000.00 USD (billing")
    assert running.shown("Purchases", "E16") == 250000
    counts = [running.python.count(name) for name in ("read_sheets", "answer_all")]
    assert counts == [1, 1]
    assert running.python.count() < 30  # what the other sheets had not asked before


def test_a_pasted_price_is_followed(asked: MacroExcel) -> None:
    asked.type("Purchases", "L2", 240000)
    asked.cells("Purchases", "L2").vba_get("Copy", [asked.cells("Amendments", PRICE)])
    assert asked.shown("Purchases", "L1") == 240000


def test_a_price_worked_out_by_a_formula_is_followed(asked: MacroExcel) -> None:
    asked.type("Purchases", "L2", 240000)
    asked.enter("Amendments", PRICE, "=Purchases!L2+1")
    assert asked.shown("Purchases", "L1") == 240001
    asked.type("Purchases", "L2", 230000)
    assert asked.shown("Purchases", "L1") == 230001


def test_what_another_program_writes_is_found_at_the_next_calculation(asked: MacroExcel) -> None:
    asked.write_unseen("Amendments", PRICE, 245000)
    assert asked.shown("Purchases", "L1") == 255000
    asked.enter("Purchases", "L7", "=1+1")
    assert asked.shown("Purchases", "L1") == 245000


def test_what_another_program_writes_is_found_by_the_next_question(asked: MacroExcel) -> None:
    asked.write_unseen("Amendments", PRICE, 245000)
    cache._KEPT.clear()  # Python does not know the sheets any more
    asked.enter("Purchases", "L7", "=QUALYS_PRICE(100000,DATE(2013,12,21))")
    assert (asked.shown("Purchases", "L7"), asked.shown("Purchases", "L1")) == (245000, 245000)


def test_what_another_program_writes_is_found_before_the_workbook_is_saved(
    asked: MacroExcel,
) -> None:
    asked.write_unseen("Amendments", PRICE, 245000)
    before = asked.named("xlfuncs_priced_from")
    asked.before_save()
    assert asked.shown("Purchases", "L1") == 245000
    assert asked.named("xlfuncs_priced_from") not in {before, '=""'}


def test_what_a_program_wrote_into_the_closed_file_is_found_when_it_is_opened(path: Path) -> None:
    book = openpyxl.load_workbook(path, keep_vba=True)
    book["Amendments"][PRICE].value = 235000
    book.save(path)
    running = MacroExcel(path)
    running.open()
    assert running.shown("Purchases", "E16") == 235000
    running.before_save()
    noted = running.named("xlfuncs_priced_from")
    running.open()
    assert running.python.count("read_sheets") == 1
    assert running.named("xlfuncs_priced_from") == noted


def test_an_error_handed_in_comes_back_as_itself(running: MacroExcel) -> None:
    text = f"Function Asked(number)\nAsked = QUALYS_PRICE(CVErr(number), {DAY})\nEnd Function"
    running.app.add_module(text, name="Asks")
    for number in excel.EXCEL_ERRORS:
        assert running.call("Asked", number) == number + excel.ERROR_OF_COM


def test_errors_are_true_errors_in_cells_and_in_ranges(running: MacroExcel) -> None:
    column = [100000.0, 5.0, -1.0, "many", None, 99999.5]
    for row, value in enumerate(column, 1):
        if value is not None:
            running.type("Purchases", f"L{row}", value)
    running.enter("Purchases", "M1", f"=QUALYS_PRICE(L1:L6,{DAY})")
    shown = [running.shown("Purchases", f"M{row}") for row in range(1, 7)]
    assert shown == [255000, "#N/A", "#NUM!", "#VALUE!", "#VALUE!", "#NUM!"]
    running.enter("Purchases", "N1", '=IFERROR(QUALYS_PRICE(5,DATE(2013,12,20)),"none")')
    assert running.shown("Purchases", "N1") == "none"
    assert running.python.count() == 2


def test_a_range_of_one_row_is_answered_as_one_row(running: MacroExcel) -> None:
    running.type("Purchases", "L1", 100000.0)
    running.type("Purchases", "M1", 5.0)
    running.enter("Purchases", "L3", f"=QUALYS_PRICE(L1:M1,{DAY})")
    assert [running.shown("Purchases", cell) for cell in ("L3", "M3")] == [255000, "#N/A"]


def test_a_table_is_asked_for_once(running: MacroExcel) -> None:
    for cell in ("L1", "L20"):
        running.enter("Purchases", cell, "=QUALYS_SCHEDULE(DATE(2014,1,1))")
        assert running.shown("Purchases", cell) == "Service"
    assert running.shown("Purchases", "O22") == 279995
    assert running.python.count() == 1


def test_questions_that_look_alike_are_not_taken_for_each_other(running: MacroExcel) -> None:
    alike = [
        (100000.0, 100000.00000000001),
        *((1.0, "1"), (-1.0, True), (0.0, ""), ("a", "A"), (0.25, 0.75)),
    ]
    for one, other in alike:
        running.python.asked.clear()
        answers = [running.call("QUALYS_EXPLAIN", quantity, DAY) for quantity in (one, other, one)]
        assert answers[0] == answers[2] != answers[1]
        assert running.python.count() == 2


def test_sheets_that_look_alike_are_not_taken_for_each_other(asked: MacroExcel) -> None:
    note, step = (list(FIELDS).index(field) for field in ("note", "step"))
    note_cell, step_cell = f"{column_letter(note)}6", f"{column_letter(step)}6"
    asked.type("Amendments", note_cell, "note")
    asked.type("Amendments", step_cell, 7)
    assert asked.shown("Purchases", "L1") == "#N/A"
    asked.app.application.enable_events = False
    asked.type("Amendments", note_cell, f"note\n6,{step + 1}= 7 0")
    asked.cells("Amendments", step_cell).vba_get("ClearContents")
    asked.app.application.enable_events = True
    asked.enter("Purchases", "L9", "=2+2")
    assert asked.shown("Purchases", "L1") == 255000


def test_other_numbers_of_macros_are_told_apart(running: MacroExcel) -> None:
    text = (
        "Function Asked(x)\nDim y As Single\ny = x\nAsked = QUALYS_EXPLAIN(y, 41628)\nEnd Function"
    )
    running.app.add_module(text, name="Asks")
    answers = {running.call("Asked", quantity) for quantity in (12345678.0, 12345679.0)}
    assert running.python.count() == 2
    assert all("not on file" in answer for answer in answers)


def test_nothing_in_the_sense_of_databases_is_nothing(running: MacroExcel) -> None:
    text = "Function Asked()\nAsked = QUALYS_PRICE(100000, 41628, Null)\nEnd Function"
    running.app.add_module(text, name="Asks")
    assert running.call("Asked") == 255000


def test_several_areas_at_once_are_no_argument(running: MacroExcel) -> None:
    running.type("Purchases", "L1", 100000.0)
    text = (
        "Function Asked()\n"
        f'Asked = QUALYS_PRICE(Worksheets("Purchases").Range("L1,L3"), {DAY})\nEnd Function'
    )
    running.app.add_module(text, name="Asks")
    assert running.call("Asked") == excel.ERROR_NUMBERS[excel.WRONG_VALUE] + excel.ERROR_OF_COM


@pytest.mark.parametrize(
    ("number_format", "found"),
    [("0%", "price is '25500000%'"), ("yyyy-mm-dd", "price is 2598-02-28")],
)
def test_a_price_that_is_shown_as_something_else_is_refused(
    running: MacroExcel, number_format: str, found: str
) -> None:
    running.cells("Amendments", PRICE).vba_set("NumberFormat", number_format)
    sentence = running.call("QUALYS_EXPLAIN", 100000.0, DAY)
    assert sentence.startswith(f"not determinable: Amendments!{PRICE}: {found}")


def test_merged_cells_in_the_table_are_refused(running: MacroExcel) -> None:
    running.cells("Amendments", "C8:D9").vba_get("Merge")
    assert "Amendments!C8:D9: merged cells" in running.call("QUALYS_EXPLAIN", 100000.0, DAY)


@pytest.mark.parametrize("area", ["A:B", "5:6", "A1:B1048576"])
def test_merged_columns_and_rows_are_named(area: str) -> None:
    def handed(cells: Any, merged: str = "") -> tuple[Any, Any, str]:
        cells = as_tuple(cells)
        return cells, tuple((None,) * len(row) for row in cells), merged

    tiers, amendments, contract, *_ = sheets_of(load_reading(SHIPPED).contract)
    key = excel.read_sheets(handed(tiers), handed(amendments, area), handed(contract), False)[0][0]
    sentence = excel.answer(key, "EXPLAIN", (100000.0, 41628.0))[0][0]
    assert sentence.startswith(f"not determinable: Amendments!{area}: merged cells")


def test_a_missing_sheet_is_named(asked: MacroExcel) -> None:
    asked.cells("Amendments", "A1").sheet.vba_set("Name", "Renamed")
    asked.enter("Purchases", "L2", '=QUALYS_EXPLAIN(100000,DATE(2013,12,20))&""')
    assert asked.shown("Purchases", "L1") == "#N/A"
    assert "Amendments: no such sheet" in asked.shown("Purchases", "L2")


def test_the_date_system_is_handed_over(running: MacroExcel) -> None:
    running.book.date1904 = True
    assert "for purchases through 2018-01-01" in running.call("QUALYS_EXPLAIN", 100000.0, DAY)


@pytest.mark.parametrize("number_format", ["0%", "yyyy-mm-dd"])
def test_a_number_format_that_a_program_gave_the_closed_file_counts(
    path: Path, number_format: str
) -> None:
    book = openpyxl.load_workbook(path, keep_vba=True)
    book["Amendments"][PRICE].number_format = number_format
    book.save(path)
    running = MacroExcel(path)
    running.cells("Purchases", "E16").sheet.cells_[16, 5].stale = False
    running.open()
    assert running.shown("Purchases", "E16") == "#N/A"


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        ("Could not load xlwings64-0.0.0.dll from ...", "no Python with xlwings 0.0.0 was found"),
        ("File not found: xlwings64-0.0.0.dll", "no Python with xlwings 0.0.0 was found"),
        ("ModuleNotFoundError: No module named 'xlfuncs'", "does not have the package xlfuncs"),
        ("Could not activate Python COM server", "Python did not answer"),
    ],
)
def test_a_python_that_cannot_be_asked_is_told_once_in_a_sentence(
    asked: MacroExcel, failure: str, sentence: str
) -> None:
    asked.python.failure = failure
    for row in (2, 3):
        asked.enter("Purchases", f"L{row}", f"=QUALYS_PRICE({row},DATE(2013,12,20))")
        asked.enter("Purchases", f"M{row}", f"=QUALYS_EXPLAIN({row},DATE(2013,12,20))")
    assert asked.shown("Purchases", "L2") == "#VALUE!"
    assert sentence in asked.shown("Purchases", "M3")
    assert "xlfuncs doctor" in asked.shown("Purchases", "M3")
    [told] = asked.messages
    assert sentence in told
    asked.before_save()
    assert asked.named("xlfuncs_priced_from") == '=""'
    asked.python.failure = ""
    asked.calculate_fully()
    assert asked.shown("Purchases", "L2") == "#N/A"


def test_python_that_ended_is_started_again(asked: MacroExcel) -> None:
    asked.python.fails_once = True
    asked.enter("Purchases", "L2", "=QUALYS_PRICE(100000,DATE(2014,1,1))")
    assert asked.shown("Purchases", "L2") == 279995
    assert (asked.started, asked.messages) == (2, [])


def test_sheets_that_python_has_forgotten_are_handed_over_again(asked: MacroExcel) -> None:
    cache._KEPT.clear()
    asked.enter("Purchases", "L2", "=QUALYS_PRICE(100000,DATE(2014,1,1))")
    assert asked.shown("Purchases", "L2") == 279995
    assert asked.python.count("read_sheets") == 1


@pytest.mark.parametrize("formula", ["=Purchases!L1+1", "=RAND()"])
def test_sheets_that_lean_on_prices_have_none(asked: MacroExcel, formula: str) -> None:
    asked.enter("Amendments", PRICE, formula)
    assert asked.shown("Purchases", "L1") in {"#N/A", "#VALUE!"}
    assert len(asked.messages) <= 1
    asked.type("Amendments", PRICE, 250000)
    asked.enter("Purchases", "L9", "=2+2")
    assert asked.shown("Purchases", "L1") == 250000


def test_with_manual_calculation_prices_wait_for_the_user(asked: MacroExcel) -> None:
    asked.app.application.calculation = -4135
    asked.type("Amendments", PRICE, 250000)
    assert asked.shown("Purchases", "L1") == 255000
    asked.before_save()
    assert asked.named("xlfuncs_priced_from") == '=""'
    asked.app.application.vba_get("Calculate")
    assert asked.shown("Purchases", "L1") == 250000


def test_another_workbook_that_asks_is_worked_out_when_it_is_opened(
    asked: MacroExcel, tmp_path: Path
) -> None:
    for name, formula in (("asks", ASKING), ("other", "=1+1")):
        book = openpyxl.Workbook()
        book.active["A1"].value = formula
        book.save(tmp_path / f"{name}.xlsx")
        opened = asked.app.open_workbook(tmp_path / f"{name}.xlsx")
        cell = opened.sheets_[0].cells_[1, 1]
        cell.stale, cell.value = False, 1.0
        asked.handle("host_WorkbookOpen", opened)
        shown = opened.sheets_[0].vba_get("Range", ["A1"]).vba_get("Value2")
        assert shown == (255000 if name == "asks" else 1.0)


def test_a_question_before_the_workbook_is_open_does_not_hide_what_has_changed(path: Path) -> None:
    book = openpyxl.load_workbook(path, keep_vba=True)
    book["Amendments"][PRICE].value = 235000
    book.save(path)
    running = MacroExcel(path)
    running.cells("Purchases", "E16").sheet.cells_[16, 5].value = 255000.0
    running.cells("Purchases", "E16").sheet.cells_[16, 5].stale = False
    assert running.call("QUALYS_PRICE", 100000.0, DAY) == 235000
    assert running.shown("Purchases", "E16") == 255000
    running.open()
    assert running.shown("Purchases", "E16") == 235000


def test_a_calculation_that_fails_is_told_and_not_noted(
    asked: MacroExcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked.added, "failure", "Method 'EnableCalculation' failed")
    asked.type("Amendments", PRICE, 250000)
    [told] = asked.messages
    assert "Excel could not calculate prices (Method 'EnableCalculation' failed)" in told
    asked.before_save()
    assert asked.named("xlfuncs_priced_from") == '=""'
    monkeypatch.undo()
    asked.enter("Purchases", "L9", "=2+2")
    assert asked.shown("Purchases", "L1") == 250000


def test_a_new_number_format_counts_as_soon_as_the_sheet_is_left(asked: MacroExcel) -> None:
    asked.cells("Amendments", PRICE).vba_set("NumberFormat", "0%")
    asked.handle("Workbook_SheetActivate", asked.cells("Purchases", "A1").sheet)
    assert asked.shown("Purchases", "L1") == "#N/A"
    asked.cells("Amendments", PRICE).vba_set("NumberFormat", "#,##0.00")
    asked.handle("Workbook_SheetActivate", asked.cells("Purchases", "A1").sheet)
    assert asked.shown("Purchases", "L1") == 255000


def test_what_another_person_edits_at_the_same_time_is_followed(asked: MacroExcel) -> None:
    asked.write_unseen("Amendments", PRICE, 245000)
    asked.handle("Workbook_AfterRemoteChange")
    assert asked.shown("Purchases", "L1") == 245000


def test_tables_that_were_errors_come_back(asked: MacroExcel) -> None:
    asked.type("Amendments", PRICE, "many")
    for cell in ("L10", "L20"):
        asked.enter("Purchases", cell, "=QUALYS_SCHEDULE(DATE(2014,1,1))")
        assert asked.shown("Purchases", cell) == "#N/A"
    asked.type("Amendments", PRICE, 250000)
    assert asked.shown("Purchases", "L20") == "Service"
    assert asked.shown("Purchases", "L1") == 250000
    assert asked.messages == []


def test_cells_without_an_answer_get_one_as_soon_as_python_answers(asked: MacroExcel) -> None:
    asked.python.failure = "Could not activate Python COM server"
    asked.enter("Purchases", "L2", "=QUALYS_PRICE(100000,DATE(2014,1,1))")
    assert asked.shown("Purchases", "L2") == "#VALUE!"
    asked.python.failure = ""
    asked.enter("Purchases", "L3", "=QUALYS_PRICE(100000,DATE(2014,1,2))")
    assert [asked.shown("Purchases", cell) for cell in ("L2", "L3")] == [279995, 279995]
    asked.before_save()
    assert asked.named("xlfuncs_priced_from") != '=""'


def test_questions_that_nobody_asks_any_more_are_forgotten(asked: MacroExcel) -> None:
    for quantity in range(20):
        asked.call("QUALYS_PRICE", float(quantity), DAY)
    counts = []
    for price in (250000, 240000):
        asked.python.asked.clear()
        asked.type("Amendments", PRICE, price)
        [questions] = [given[1] for name, given in asked.python.asked if name == "answer_all"]
        counts.append(sum(given[0] < 20 for _, given in questions))
    assert counts == [20, 0]


def test_each_function_has_its_help(path: Path) -> None:
    [text] = [text for name, text, _ in MacroExcel.modules(path) if name == "PriceFunctions"]
    for function in FUNCTIONS:
        name = f"QUALYS_{function.name}"
        assert f"Public Function {name}(" in text
        assert f'Attribute {name}.VB_Description = "{function.help}"' in text
        assert f'Macro:="{name}", Category:="QUALYS"' in text
    assert "Volatile" not in text


def test_an_open_workbook_lets_every_function_be_described(running: MacroExcel) -> None:
    described = running.app.application.described
    assert [each[0] for each in described] == [f"QUALYS_{each.name}" for each in FUNCTIONS]
    for (_, category, text, arguments), function in zip(described, FUNCTIONS, strict=True):
        assert (category, text) == ("QUALYS", function.help)
        assert arguments == [argument.help for argument in function.arguments]
