"""The add-in of the shipped contract in the page that plays Excel, and its core in Node."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.office_addin.core_in_node import CoreInNode
from tests.support.office_addin.played_excel import Play, PlayedExcel

PRICES = {
    "=QUALYS.PRICE(A1,B1)": "255000",
    "=QUALYS.PRICE(A1,DATE(2014,1,1))": "279995",
    "=QUALYS.PRICE(99999,DATE(2014,1,1))": "#N/A",
    '=QUALYS.PRICE("many",DATE(2014,1,1))': "#VALUE!",
    "=QUALYS.PRICE(#DIV/0!,B1)": "#DIV/0!",
    "=QUALYS.PRICE(A1,B1,,DATE(2013,1,1))": "#N/A",
    "=QUALYS.SAVING(A1,B1)": "24995",
    "=QUALYS.SOURCE(A1,B1)": "Amendment 1, 1.A, footnote *",
}
"""With 100,000 in A1 and 2013-12-20 in B1."""

FOLLOWED = "import(new URL('engine.js', document.baseURI)).then(({ followed }) => followed)"
"""Once a new workbook knows the build, the add-in has nothing calculated again by itself."""


@pytest.fixture
def excel(play_excel: Play, shipped_addin: Path) -> PlayedExcel:
    excel = play_excel(shipped_addin)
    excel.type("A1", "100,000")
    excel.type("B1", "2013-12-20")
    return excel


def test_prices_in_cells_are_those_of_the_contract(excel: PlayedExcel) -> None:
    for row, formula in enumerate(PRICES, start=1):
        excel.type(f"D{row}", formula)
    assert excel.cell_now("D1").shown == "#BUSY!"
    shown = excel.shown(*(f"D{row}" for row in range(1, len(PRICES) + 1)))
    assert dict(zip(PRICES, shown, strict=True)) == PRICES


def test_many_purchases_are_priced_by_one_call(excel: PlayedExcel) -> None:
    excel.pane.evaluate(FOLLOWED)
    excel.type("A2", "100,001")
    excel.type("B2", "2014-01-01")
    excel.type("C1", "=QUALYS.PRICE(A1:A2,B1:B2)")
    assert excel.shown("C1", "C2") == ["255000", "#N/A"]
    assert excel.calls == 1


def test_blank_cells_that_arrive_as_0_change_no_answer(excel: PlayedExcel) -> None:
    excel.type("C1", "=QUALYS.PRICE(A1,B1,F1,F2,F3)")
    excel.type("C2", "=QUALYS.PRICE(F1,B1)")
    as_blank = excel.shown("C1", "C2")
    excel.set_blanks_as_zero(True)
    assert excel.shown("C1", "C2") == as_blank
    assert as_blank[0] == "255000"


def test_dates_of_a_workbook_that_counts_from_1904_mean_the_same_days(excel: PlayedExcel) -> None:
    excel.set_date_system(1904)
    excel.type("B1", "2013-12-31")
    excel.type("B2", "2014-01-01")
    excel.type("C1", "=QUALYS.PRICE(A1,B1)")
    excel.type("C2", "=QUALYS.PRICE(A1,B2)")
    assert excel.shown("C1", "C2") == ["255000", "279995"]


def test_a_workbook_that_has_called_the_add_in_starts_it_and_is_calculated_once(
    excel: PlayedExcel, shipped_addin: Path
) -> None:
    excel.type("C1", "=QUALYS.PRICE(A1,B1)")
    excel.settle()
    build = json.loads((shipped_addin / "build.json").read_text())
    assert excel.startup_behavior == "Load"
    expect(excel.pane.locator("#result")).to_contain_text("255,000.00")
    assert (excel.settings, excel.calculations) == ({"xlfuncs.build": build["id"]}, 1)
    excel.reload_addin()
    expect(excel.pane.locator("#result")).to_contain_text("255,000.00")
    assert excel.calculations == 1


def test_the_same_core_answers_in_node(core_in_node: CoreInNode, shipped_addin: Path) -> None:
    contract = (shipped_addin / "contract.json").read_text()
    calls = [("PRICE", json.dumps([[[100_000], [100_000]], [[41_628], [41_640]]]))]
    assert core_in_node.ask(contract, calls) == [[[255_000], [279_995]]]
    assert core_in_node.ask(contract, calls, date1904=True) == [[[279_995], [279_995]]]
    with pytest.raises(AssertionError, match="KeyError"):
        core_in_node.ask(contract, [("NONE", "[]")])
    assert core_in_node.ask(contract, calls) == [[[255_000], [279_995]]]


def test_another_contract_can_be_asked_in_the_page(
    excel: PlayedExcel, core_in_node: CoreInNode, shipped_addin: Path
) -> None:
    contract = json.loads((shipped_addin / "contract.json").read_text())
    contract["amendments"] = contract["amendments"][:0]
    amended = json.dumps(contract)
    calls = [("PRICE", json.dumps([100_000, 41_628])), ("CHECK", "[]")]
    assert excel.ask_contract(amended, calls) == core_in_node.ask(amended, calls)
