"""The page that plays Excel: what it hands to an add-in, and what cells show of the answers."""

import json
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Error, expect

from tests.support.office import need_npm
from tests.support.office_addin.played_excel import Answer, Play, PlayedExcel
from tests.support.office_addin.tiny_addin import write_tiny_addin

NOT_AVAILABLE = {
    "type": "Error",
    "errorType": "NotAvailable",
    "basicType": "Error",
    "basicValue": "#N/A",
}
THREW = 2
"""The code with which Microsoft's runtime reports a function that threw."""


@pytest.fixture
def excel(play_excel: Play, tmp_path: Path) -> PlayedExcel:
    return play_excel(write_tiny_addin(tmp_path / "tiny"))


def received(excel: PlayedExcel, address: str) -> Any:
    """The argument that a function has received, which it returns as JSON."""
    return json.loads(excel.cell(address).shown)


def test_microsofts_runtime_calls_what_is_associated_and_reports_what_is_not(
    excel: PlayedExcel,
) -> None:
    assert excel.ask("ADD", [[1]], [[2]]) == Answer(ok=True, value=3, code=None)
    assert excel.ask("LOST") == Answer(ok=False, value="", code=THREW)
    excel.type("A1", "=TINY.LOST()")
    excel.type("A2", "=TINY.NONE()")
    assert excel.shown("A1", "A2") == ["#VALUE!", "#NAME?"]


def test_many_questions_are_answered_in_their_order(excel: PlayedExcel) -> None:
    answers = excel.ask_all([("ADD", [[[number]], [[1]]]) for number in range(500)])
    assert [answer.value for answer in answers] == list(range(1, 501))


def test_what_is_typed_becomes_the_value_that_excel_makes_of_it(excel: PlayedExcel) -> None:
    typed = ["5", "-2.5", "100,000", "2013-12-20", "TRUE", "#n/a", "'0", "2013-02-30", "5 GB"]
    for row, text in enumerate(typed, start=1):
        excel.type(f"A{row}", text)
    cells = [excel.cell(f"A{row}") for row in range(1, len(typed) + 1)]
    error = {"error": "#N/A"}
    assert [cell.value for cell in cells] == [
        *(5, -2.5, 100_000, 41_628, True, error, "0", "2013-02-30", "5 GB"),
    ]
    assert [cell.shown for cell in cells] == [
        *("5", "-2.5", "100,000", "2013-12-20", "TRUE", "#N/A", "0", "2013-02-30", "5 GB"),
    ]


def test_an_argument_arrives_as_excel_hands_it_over(excel: PlayedExcel) -> None:
    for address, text in (("B1", "1"), ("C1", "a"), ("C2", "#N/A")):
        excel.type(address, text)
    arguments: dict[str, object] = {
        "A1": [[None]],
        "B1:C2": [[1, "a"], [None, NOT_AVAILABLE]],
        "$C$2:B1": [[1, "a"], [None, NOT_AVAILABLE]],
        "": None,
        '"say ""so"""': [['say "so"']],
        "-1.5": [[-1.5]],
        "FALSE": [[False]],
        "#N/A": [[NOT_AVAILABLE]],
        "{1,2;3,-4}": [[1, 2], [3, -4]],
        "DATE(2013,12,20)": [[41_628]],
        "DATE(2013,14,B1)": [[41_671]],
        "TINY.ADD(B1,2)": [[3]],
    }
    for row, argument in enumerate(arguments, start=1):
        excel.type(f"E{row}", f"=TINY.RECEIVED({argument},1)")
    found = [received(excel, f"E{row}") for row in range(1, len(arguments) + 1)]
    assert dict(zip(arguments, found, strict=True)) == arguments


def test_an_argument_at_the_end_may_be_left_out(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.ADD(5)")
    excel.type("A2", "=TINY.RECEIVED()")
    assert excel.cell("A1").value == 5
    assert received(excel, "A2") is None


def test_one_value_is_handed_over_where_a_function_takes_no_range(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.RECEIVED_ONE(B1)")
    excel.type("A2", "=TINY.RECEIVED_ONE(B1:B2)")
    assert received(excel, "A1") is None
    assert excel.cell("A2").shown == "#VALUE!"


def test_blank_cells_arrive_as_0_where_that_is_chosen(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.RECEIVED(B1:B2)")
    assert received(excel, "A1") == [[None], [None]]
    excel.set_blanks_as_zero(True)
    assert received(excel, "A1") == [[0], [0]]


@pytest.mark.parametrize(
    ("errors", "data_types", "expected"),
    [
        (True, True, json.dumps([[NOT_AVAILABLE]])),
        (True, False, '"valueType":"CustomFunctionError","code":"#N/A"'),
        (False, True, "#N/A"),
    ],
)
def test_errors_reach_a_function_in_the_form_that_its_metadata_asks_for(
    play_excel: Play, tmp_path: Path, errors: bool, data_types: bool, expected: str
) -> None:
    excel = play_excel(write_tiny_addin(tmp_path / "tiny", errors, data_types))
    excel.type("A1", "=TINY.RECEIVED(#N/A)")
    assert expected.replace(" ", "") in excel.cell("A1").shown
    assert excel.calls == (1 if errors else 0)


def test_errors_that_are_returned_thrown_or_rejected_are_shown(excel: PlayedExcel) -> None:
    formulas = {
        '=TINY.ODD("error")': "#NUM!",
        "=TINY.SAME(#DIV/0!)": "#DIV/0!",
        '=TINY.FAIL("#N/A")': "#N/A",
        '=TINY.FAIL("#NUM!")': "#NUM!",
        '=TINY.FAIL("throws")': "#VALUE!",
        '=TINY.FAIL("rejects")': "#VALUE!",
    }
    for row, formula in enumerate(formulas, start=1):
        excel.type(f"A{row}", formula)
    addresses = [f"A{row}" for row in range(1, len(formulas) + 1)]
    assert excel.shown(*addresses) == list(formulas.values())
    assert excel.cell("A3").note == "as asked"


def test_what_is_no_value_of_a_cell_is_shown_as_an_error(excel: PlayedExcel) -> None:
    expected = {
        "uneven": "#VALUE!",
        "none": "#VALUE!",
        "object": "#VALUE!",
        "empty": "#VALUE!",
        "infinite": "#NUM!",
    }
    for row, result in enumerate(expected, start=1):
        excel.type(f"A{row}", f'=TINY.ODD("{result}")')
    found = [excel.cell(f"A{row}").shown for row in range(1, len(expected) + 1)]
    assert dict(zip(expected, found, strict=True)) == expected


def test_a_result_spills_into_blank_cells_only(excel: PlayedExcel) -> None:
    excel.type("B3", "=TINY.TABLE(2,2)")
    assert excel.shown("B3", "C3", "B4", "C4") == ["0", "1", "10", "11"]
    excel.type("C4", "mine")
    assert excel.shown("B3", "C3", "B4", "C4") == ["#SPILL!", "", "", "mine"]
    excel.type("C4", "")
    assert excel.shown("B3", "C3", "B4", "C4") == ["0", "1", "10", "11"]
    assert excel.calls == 1
    excel.type("A1", "=TINY.TABLE(101,1)")
    assert excel.shown("A1") == ["#SPILL!"]


def test_the_first_of_two_results_for_the_same_cells_stays(excel: PlayedExcel) -> None:
    excel.type("B1", "=TINY.TABLE(3,1)")
    assert excel.shown("B3") == ["20"]
    excel.type("A3", "=TINY.TABLE(1,2)")
    assert excel.shown("A3", "B3") == ["#SPILL!", "20"]
    excel.type("B1", "")
    assert excel.shown("A3", "B3") == ["0", "1"]


def test_formulas_follow_what_has_spilled(excel: PlayedExcel) -> None:
    excel.type("A1", "2")
    excel.type("B1", "=TINY.TABLE(A1,1)")
    excel.type("D1", "=TINY.ADD(B1:B3)")
    excel.type("E1", "=B3")
    assert excel.shown("D1", "E1") == ["10", "0"]
    excel.type("A1", "3")
    assert excel.shown("D1", "E1") == ["30", "20"]


def test_only_what_depends_on_a_changed_argument_is_asked_again(excel: PlayedExcel) -> None:
    excel.type("A1", "1")
    excel.type("B1", "=TINY.ADD(A1)")
    excel.type("B2", "=TINY.ADD(A2)")
    excel.type("C1", "=TINY.ADD(B1,1)")
    assert excel.shown("B1", "B2", "C1") == ["1", "0", "2"]
    calls = excel.calls
    excel.type("A1", "5")
    assert excel.shown("B1", "B2", "C1") == ["5", "0", "6"]
    assert excel.calls == calls + 2
    excel.type("A1", "5.0")
    excel.settle()
    assert excel.calls == calls + 2
    excel.calculate_all()
    excel.settle()
    assert (excel.calls, excel.calculations) == (calls + 5, 1)


def test_a_cell_is_busy_until_the_add_in_has_answered(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.SAME(5)")
    excel.type("B1", "=A1")
    assert excel.cell_now("A1").shown == excel.cell_now("B1").shown == "#BUSY!"
    assert excel.shown("A1", "B1") == ["5", "5"]


def test_an_answer_to_a_formula_that_was_replaced_is_dropped(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.SAME(5)")
    excel.type("A1", "6")
    excel.type("B1", "=TINY.SAME(A1)")
    assert excel.shown("A1", "B1") == ["6", "6"]


def test_a_circular_reference_shows_0(excel: PlayedExcel) -> None:
    for address, formula in {
        "A1": "=A1",
        "B1": "=C1",
        "C1": "=TINY.ADD(B1)",
        "D1": "=TINY.ADD(C1,5)",
        "E1": "=TINY.TABLE(F1,1)",
        "F1": "=TINY.ADD(E2,2)",
    }.items():
        excel.type(address, formula)
    assert excel.shown("A1", "B1", "C1", "D1") == ["0", "0", "0", "5"]
    assert "Circular reference" in excel.cell("A1").note
    assert "0" in excel.shown("E1", "F1")


def test_a_formula_that_excel_would_refuse_is_not_entered(excel: PlayedExcel) -> None:
    excel.type("A1", "before")
    for formula, message in {
        "=1+1": "no arithmetic",
        "=TINY.ADD(": "a value or a cell is expected",
        "=TINY.ADD(1": 'the end of the formula: "," is expected',
        "=TINY.ADD()": "TINY.ADD: 0 arguments; give 1 to 2.",
        "=TINY.TABLE(1,2,3)": "TINY.TABLE: 3 arguments; give 2.",
        "=DATE(2013,12)": "DATE: takes a year, a month and a day",
        "=M1": "M1: not on this sheet; name a cell from A1 to L100.",
        "=TINY.ADD(A1:A101)": "A101: not on this sheet",
        '="open': "no closing quote",
        "={1,2;3}": "the rows differ in length",
    }.items():
        with pytest.raises(Error, match=re.escape(message)):
            excel.type("A1", formula)
    assert excel.cell("A1").text == "before"


def test_dates_count_from_1904_where_that_is_chosen(excel: PlayedExcel) -> None:
    excel.type("A1", "2013-12-20")
    excel.type("A2", "=DATE(2013,12,20)")
    excel.type("A3", "=DATE(1903,12,31)")
    excel.type("A4", "=TINY.ADD(DATE(2000,1,1))")
    assert [excel.cell(f"A{row}").value for row in (1, 2, 4)] == [41_628, 41_628, 36_526]
    excel.set_date_system(1904)
    assert excel.shown("A1", "A2", "A3") == ["2017-12-21", "2013-12-20", "#NUM!"]
    assert [excel.cell(f"A{row}").value for row in (1, 2, 4)] == [41_628, 40_166, 35_064]
    excel.type("A1", "2013-12-20")
    assert excel.cell("A1").value == 40_166


def test_excel_has_a_29_february_1900(excel: PlayedExcel) -> None:
    days = {"=DATE(1900,2,28)": 59, "=DATE(1900,3,1)": 61, "=DATE(9999,12,31)": 2_958_465}
    for row, (formula, serial) in enumerate(days.items(), start=1):
        excel.type(f"A{row}", formula)
        assert excel.cell(f"A{row}").value == serial
    excel.type("A4", "=DATE(10000,1,1)")
    assert excel.cell("A4").shown == "#NUM!"


def test_settings_of_the_workbook_survive_a_reload_of_the_add_in(excel: PlayedExcel) -> None:
    save = """async ([name, value]) => {
      const { settings } = Office.context.document;
      settings.set(name, value);
      return (await new Promise((resolve) => settings.saveAsync(resolve))).status;
    }"""
    read = "name => Office.context.document.settings.get(name)"
    assert excel.pane.evaluate(read, "build") is None
    assert excel.pane.evaluate(save, ["build", {"id": 5}]) == "succeeded"
    excel.pane.evaluate("Office.context.document.settings.set('lost', 1)")
    excel.reload_addin()
    assert excel.pane.evaluate(read, "build") == {"id": 5}
    assert excel.settings == {"build": {"id": 5}}


def test_calls_without_an_answer_are_made_again_after_a_reload(excel: PlayedExcel) -> None:
    excel.type("A1", "=TINY.SAME(5)")
    excel.reload_addin()
    assert excel.shown("A1") == ["5"]
    excel.pane.evaluate("location.reload()")  # as an add-in may do by itself
    excel.type("A2", "=TINY.SAME(6)")
    assert excel.shown("A1", "A2") == ["5", "6"]


def test_the_add_in_reads_and_writes_the_active_cell(excel: PlayedExcel) -> None:
    excel.type("B2", "before")
    excel.select("B2")
    found = excel.pane.evaluate("""Excel.run(async (context) => {
      const cell = context.workbook.getActiveCell();
      cell.load("address,formulas");
      await context.sync();
      cell.formulas = [["=TINY.ADD(1,2)"]];
      return [cell.address, cell.formulas];
    })""")
    assert found == ["Sheet1!B2", [["before"]]]
    assert excel.shown("B2") == ["3"]


def test_excel_refuses_what_it_does_not_know(excel: PlayedExcel) -> None:
    expected = {
        "context.workbook.getActiveCell().address": "PropertyNotLoaded",
        "context.workbook.getActiveCell().load('colour')": "InvalidArgument",
        "context.workbook.getActiveCell().address = 'A1'": "InvalidArgument",
        "context.workbook.getActiveCell().formulas = [['=1+1']]": "InvalidArgument",
        "context.workbook.application.calculate('all')": "InvalidArgument",
    }
    batch = "Excel.run(async (context) => {{ {} }}).catch((error) => error.code)"
    found = {script: excel.pane.evaluate(batch.format(script)) for script in expected}
    assert found == expected


def test_excel_refuses_or_delays_everything_while_a_cell_is_edited(excel: PlayedExcel) -> None:
    read_date = """async (options) => {
      const read = Excel.run(options, async (context) => {
        const date = context.workbook.functions.date(2000, 1, 1).load("value");
        await context.sync();
        return date.value;
      });
      const late = new Promise((resolve) => setTimeout(() => resolve("late"), 300));
      return Promise.race([read.catch((error) => error.code), late]);
    }"""
    excel.page.locator("td[data-address=A1]").press("x")
    assert excel.pane.evaluate(read_date, {}) == "InvalidOperationInCellEditMode"
    assert excel.pane.evaluate(read_date, {"delayForCellEdit": True}) == "late"
    excel.page.keyboard.press("Enter")
    assert excel.pane.evaluate(read_date, {}) == 36_526
    assert excel.pane.evaluate(read_date, {"delayForCellEdit": True}) == 36_526
    assert excel.cell("A1").value == "x"


def test_all_is_calculated_and_the_workbook_started_with_at_the_add_ins_wish(
    excel: PlayedExcel,
) -> None:
    excel.type("A1", "=TINY.ADD(1)")
    excel.settle()
    assert (excel.calls, excel.calculations, excel.startup_behavior) == (1, 0, "None")
    excel.pane.evaluate("""Excel.run(async (context) => {
      context.workbook.application.calculate(Excel.CalculationType.full);
      await context.sync();
    }).then(() => Office.addin.setStartupBehavior(Office.StartupBehavior.load))""")
    excel.settle()
    assert (excel.calls, excel.calculations, excel.startup_behavior) == (2, 1, "Load")


def test_a_page_opened_by_itself_has_no_excel(excel: PlayedExcel) -> None:
    excel.page.goto(f"{excel.address}addin/taskpane.html")
    assert excel.page.evaluate("Office.onReady().then(({ host }) => host)") is None
    assert excel.page.evaluate("typeof Excel") == "undefined"


def test_everything_can_be_done_by_keyboard(excel: PlayedExcel) -> None:
    keyboard = excel.page.keyboard
    excel.page.locator("td[data-address=A1]").focus()
    keyboard.type("41")
    keyboard.press("Enter")
    keyboard.type("=TINY.ADD(A1,1)")
    keyboard.press("Tab")
    expect(excel.page.locator("#address")).to_have_text("B2")
    expect(excel.page.locator("td[data-address=A2]")).to_have_text("42")
    keyboard.press("ArrowLeft")
    expect(excel.page.locator("#formula")).to_have_value("=TINY.ADD(A1,1)")
    expect(excel.page.locator("#hint")).to_have_text("TINY.ADD(first, [second]): What ADD does.")
    keyboard.press("F2")
    keyboard.press("Backspace")
    keyboard.type("+1)")
    keyboard.press("Enter")
    expect(excel.page.locator("#message")).to_contain_text('"," is expected here')
    keyboard.press("Escape")
    assert excel.shown("A2") == ["42"]
    keyboard.press("Delete")
    expect(excel.page.locator("td[data-address=A2]")).to_have_text("")
    excel.page.locator("#formula").fill("=TINY.TABLE(1,2)")
    keyboard.press("Enter")
    expect(excel.page.locator("td[data-address=B2]")).to_have_text("1")


def test_what_is_chosen_above_the_sheet_takes_effect(excel: PlayedExcel) -> None:
    excel.type("A1", "=DATE(2000,1,1)")
    excel.type("A2", "=TINY.RECEIVED(B9)")
    excel.page.get_by_label("Dates count from").select_option("1904")
    excel.page.get_by_label("blank cells arrive as 0").check()
    assert excel.cell("A1").value == 35_064
    assert received(excel, "A2") == [[0]]
    excel.page.get_by_role("button", name="Calculate all").click()
    excel.page.get_by_role("button", name="Reload the add-in").click()
    expect(excel.page.locator("#state")).to_contain_text("Played without Excel")
    assert excel.calculations == 1
    excel.page.get_by_role("button", name="TABLE").click()
    expect(excel.page.locator("#formula")).to_have_value("=TINY.TABLE(")


def test_a_request_to_another_server_is_refused_and_noted(excel: PlayedExcel) -> None:
    excel.page.goto(f"{excel.address}play.json")  # a page without a content security policy
    excel.page.evaluate("fetch('https://prices.example.org/').catch(() => null)")
    assert excel.refused == ["https://prices.example.org/"]
    excel.refused.clear()
    excel.expect_fault("ERR_FAILED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(excel: PlayedExcel, scheme: Literal["light", "dark"]) -> None:
    for address, text in {
        "A1": "5",
        "A2": "=TINY.TABLE(2,2)",
        "C1": "=TINY.SAME(#N/A)",
        "D1": "a text that runs on into the next cell",
    }.items():
        excel.type(address, text)
    excel.settle()
    excel.page.emulate_media(color_scheme=scheme)
    excel.page.evaluate(need_npm("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = excel.page.evaluate("axe.run(document, { iframes: false })")
    assert [(each["id"], each["nodes"]) for each in found["violations"]] == []
