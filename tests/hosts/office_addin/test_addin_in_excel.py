"""A built add-in in Excel, as far as it is played: Microsoft's runtime, Python, the pane."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Route, expect

from tests.support.addin_folder import write_files
from tests.support.office import need_npm
from tests.support.office_addin.npm import RUNTIME
from tests.support.office_addin.played_excel import Play, PlayedExcel, played, served
from xlfuncs import load
from xlfuncs.addin.pyodide import CDN, FILES, read_pyodide
from xlfuncs.hosts.office import ERRORS_OUT
from xlfuncs.loader import SHIPPED

DAY = 41_628
"""20 December 2013."""

RANGE = 10_000


def error(code: str, name: str) -> dict[str, str]:
    """An error as Excel hands it over where data types are allowed."""
    return {"type": "Error", "errorType": name, "basicType": "Error", "basicValue": code}


def shown(value: Any) -> Any:
    """A value that a function returned, an error as a cell shows it."""
    return value["basicValue"] if isinstance(value, dict) else value


@pytest.fixture
def excel(play_excel: Play, shipped_addin: Path) -> PlayedExcel:
    return play_excel(shipped_addin)


@pytest.fixture(scope="module")
def asked(browser: Browser, shipped_addin: Path) -> Iterator[PlayedExcel]:
    """One add-in for all tests that ask it and change nothing."""
    with played(browser, shipped_addin) as excel:
        yield excel
    assert excel.faults + excel.refused == []


def ask(excel: PlayedExcel, name: str, *arguments: Any) -> Any:
    """What a function returns, cell by cell, or the one value that it returns."""
    answer = excel.ask(name, *arguments)
    assert answer.ok, answer
    rows = [[shown(cell) for cell in row] for row in answer.value]
    return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]


def test_the_functions_answer_as_the_documents_say(asked: PlayedExcel) -> None:
    question = [[[100_000]], [[DAY]], None, None, None]
    later = [[[100_000]], [[41_640]], None, None, None]
    assert ask(asked, "PRICE", *question) == 255_000
    assert ask(asked, "PRICE", *later) == 279_995
    assert ask(asked, "UNIT_PRICE", *later) == 2.75
    assert ask(asked, "SAVING", *question) == 24_995
    assert ask(asked, "SOURCE", *question) == "Amendment 1, 1.A, footnote *"
    assert "255,000.00 USD" in ask(asked, "EXPLAIN", *question)
    [titles, *rows] = ask(asked, "SCHEDULE", [[DAY]], None, None)
    assert (titles[0], len(rows)) == ("Service", 3)
    [titles, *rows] = ask(asked, "TIMELINE", [[100_000]], None, None)
    assert [row[2] for row in rows] == ["", 255_000, 279_995]
    [titles, *rows] = ask(asked, "CHECK")
    assert titles == ["Severity", "Cell", "Finding", "What to do"]
    assert len(rows) > 5


ERRORS: list[tuple[Any, Any, Any]] = [
    (99_999, DAY, "#N/A"),
    (100_001, DAY, "#N/A"),
    (100_000, 41_598, "#N/A"),
    (-1, DAY, "#NUM!"),
    (0.5, DAY, "#NUM!"),
    ("many", DAY, "#VALUE!"),
    (None, DAY, "#VALUE!"),
    (True, DAY, "#VALUE!"),
    (100_000, None, "#VALUE!"),
    (100_000, 2013, "#VALUE!"),
    (100_000, "12/20/2013", "#VALUE!"),
    (error("#DIV/0!", "Div0"), DAY, "#DIV/0!"),
    (100_000, error("#REF!", "Ref"), "#REF!"),
    (error("#N/A", "NotAvailable"), error("#NUM!", "Num"), "#N/A"),
]
"""A quantity, a day, and the error that is their price."""


def test_what_has_no_price_is_a_true_error(asked: PlayedExcel) -> None:
    found = asked.ask_all(
        [("PRICE", [[[quantity]], [[day]], None, None, None]) for quantity, day, _ in ERRORS]
    )
    assert [answer.value[0][0]["basicValue"] for answer in found] == [code for *_, code in ERRORS]


def test_errors_leave_as_microsofts_runtime_writes_its_own(asked: PlayedExcel) -> None:
    written = asked.pane.evaluate(
        "codes => JSON.parse(JSON.stringify(codes.map((code) => new CustomFunctions.Error(code))))",
        [error.code for error in ERRORS_OUT],
    )
    assert written == list(ERRORS_OUT.values())


def test_a_range_of_ten_thousand_is_answered_in_one_call_as_the_core_does(
    asked: PlayedExcel,
) -> None:
    odd: dict[int, Any] = {5: None, 77: "x", 4_000: error("#N/A", "NotAvailable"), 9_999: 99_999}
    quantities = [[odd.get(row, 100_000)] for row in range(RANGE)]
    days = [[float(41_590 + row % 100)] for row in range(RANGE)]
    before = asked.calls
    found = ask(asked, "PRICE", quantities, days, None, None, None)
    assert asked.calls == before + 1
    reading = load(SHIPPED)
    prices = [reading.price(100_000, date.fromordinal(693_594 + int(day))) for [day] in days]
    expected: list[Any] = ["#N/A" if price is None else float(price) for price in prices]
    expected[5] = expected[77] = "#VALUE!"
    expected[4_000] = expected[9_999] = "#N/A"
    assert [cell for [cell] in found] == expected


def test_formulas_in_cells_are_answered_and_tables_spill(excel: PlayedExcel) -> None:
    excel.type("A1", "100000")
    excel.type("B1", "2013-12-20")
    excel.type("C1", "=QUALYS.PRICE(A1, B1)")
    excel.type("C2", "=QUALYS.PRICE(100000, DATE(2014,1,1))")
    excel.type("C3", "=QUALYS.PRICE(A5:A6, B1)")
    excel.type("E1", "=QUALYS.TIMELINE(100000)")
    assert excel.shown("C1", "C2", "C3") == ["255000", "279995", "#VALUE!"]
    assert excel.shown("E1", "G3", "I3") == [
        *("Purchase from", "255000", "Amendment 1, 1.A, footnote *"),
    ]
    excel.type("B1", "2014-01-01")
    assert excel.shown("C1", "C2") == ["279995", "279995"]


def test_days_are_in_the_date_system_of_the_workbook(excel: PlayedExcel) -> None:
    excel.set_date_system(1904)
    excel.type("A1", "2013-12-20")
    excel.type("A2", "=QUALYS.PRICE(100000, A1)")
    assert excel.cell("A1").value == DAY - 1_462
    assert excel.shown("A2") == ["255000"]


def test_cells_are_calculated_again_after_the_date_system_was_changed(excel: PlayedExcel) -> None:
    excel.type("A1", "2013-12-20")
    excel.type("A2", "=QUALYS.PRICE(100000, A1)")
    assert excel.shown("A2") == ["255000"]
    excel.set_date_system(1904)  # in which the same number is a day in 2017
    excel.reload_addin()
    expect(cell(excel, "A2")).to_have_text("279995", timeout=20_000)


@pytest.mark.parametrize("as_zero", [False, True], ids=["blanks as null", "blanks as 0"])
def test_blank_cells_are_answered_alike_by_builds_that_hand_them_over_as_0(
    excel: PlayedExcel, as_zero: bool
) -> None:
    excel.set_blanks_as_zero(as_zero)
    excel.type("A1", "100000")
    excel.type("B1", "2013-12-20")
    excel.type("D1", "=QUALYS.PRICE(A1, B1, C1, C1, C1)")
    excel.type("D2", "=QUALYS.PRICE(C1, B1)")
    excel.type("D3", "=QUALYS.PRICE(A1, C1)")
    excel.type("D4", '=QUALYS.PRICE(A1, B1, , , "0")')
    assert excel.shown("D1", "D2", "D3", "D4") == ["255000", "#VALUE!", "#VALUE!", "255000"]


def test_a_question_in_the_pane_becomes_a_formula_in_the_cell(excel: PlayedExcel) -> None:
    pane = excel.pane
    expect(pane.locator("#result")).to_contain_text("255,000.00", timeout=20_000)
    expect(pane.get_by_text("shall be reduced to $255,000.00")).to_be_visible()
    pane.get_by_label("Purchased").first.fill("Jan 1, 2014")
    expect(pane.locator("#result")).to_contain_text("279,995.00")
    excel.select("D4")
    pane.get_by_role("button", name="Insert into the selected cell").click()
    expect(pane.get_by_text("Inserted into")).to_contain_text("D4")
    assert excel.cell("D4").text == "=QUALYS.PRICE(100000, DATE(2014,1,1))"
    assert excel.shown("D4") == ["279995"]
    pane.get_by_role("tab", name=re.compile("Findings")).click()
    expect(pane.get_by_role("tabpanel")).to_contain_text("the printed total is 279,995.00")
    pane.get_by_text("About these prices").click()
    expect(pane.get_by_text("Service Attachment 1").first).to_be_visible()


# A build after an amendment.


@pytest.fixture
def write_build(tmp_path: Path, shipped_addin: Path) -> Callable[[str, date], Path]:
    """Writes the add-in of the shipped contract with another price, as of a day."""
    target = tmp_path / "qualys.addin"
    text = Path(SHIPPED).read_text(encoding="utf-8")

    def write(price: str, day: date) -> Path:
        path = tmp_path / "qualys.toml"
        assert text.count("255000.00") == 1
        path.write_text(text.replace("255000.00", price), encoding="utf-8")
        pyodide = read_pyodide(shipped_addin / "pyodide")
        files = load(path).build_addin("https://localhost:3000", built=day, pyodide=pyodide)
        for name, content in files.items():
            file = target / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)
        return target

    return write


def test_a_new_build_is_picked_up_by_a_reload_and_open_cells_are_asked_again(
    play_excel: Play, write_build: Callable[[str, date], Path]
) -> None:
    excel = play_excel(write_build("255000.00", date(2026, 11, 1)))
    excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
    assert excel.shown("A1") == ["255000"]
    assert excel.startup_behavior == "Load"
    first = excel.settings["xlfuncs.build"]
    calculations = excel.calculations
    write_build("244000.00", date(2026, 12, 1))
    assert excel.shown("A1") == ["255000"]
    excel.reload_addin()
    expect(cell(excel, "A1")).to_have_text("244000", timeout=20_000)
    assert excel.settings["xlfuncs.build"] != first
    assert excel.calculations == calculations + 1
    expect(excel.pane.locator("#dated")).to_have_text(
        "Prices built on 2026-12-01, through Amendment 1"
    )
    calculations = excel.calculations
    excel.reload_addin()
    excel.settle()
    assert excel.calculations == calculations  # the workbook is of this build already


def cell(excel: PlayedExcel, address: str) -> Locator:
    return excel.page.locator(f"[data-address={address}]")


def test_an_open_pane_says_that_a_newer_build_is_there(
    play_excel: Play, write_build: Callable[[str, date], Path]
) -> None:
    excel = play_excel(write_build("255000.00", date(2026, 11, 1)))
    expect(excel.pane.locator("#result")).to_contain_text("255,000.00", timeout=20_000)
    write_build("244000.00", date(2026, 12, 1))
    excel.pane.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    said = excel.pane.get_by_text("Newer prices, built on 2026-12-01, are ready.")
    expect(said).to_be_visible()
    excel.pane.get_by_role("button", name="Reload").first.click()
    expect(excel.pane.locator("#result")).to_contain_text("244,000.00", timeout=20_000)


@pytest.mark.parametrize(
    "name",
    ["contract.json", "core.zip", "chart.js", "pyodide/pyodide.js", "pyodide/pyodide.asm.wasm"],
)
def test_files_of_two_builds_never_answer_together(
    play_excel: Play, write_build: Callable[[str, date], Path], name: str
) -> None:
    folder = write_build("255000.00", date(2026, 11, 1))
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    excel = play_excel(folder)
    said = "is not a file of this build; copy the whole folder to the server again"
    expect(excel.pane.get_by_role("alert")).to_contain_text(said, timeout=20_000)
    excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
    found = excel.cell("A1")
    assert found.shown == "#N/A"
    assert said in found.note
    excel.expect_fault("integrity")


def test_a_cell_that_excel_kept_from_an_answer_is_asked_again_with_the_next_one(
    excel: PlayedExcel,
) -> None:
    excel.type("A3", "=QUALYS.PRICE(100000, DATE(2014,1,1))")
    assert excel.shown("A3") == ["279995"]
    excel.page.wait_for_timeout(1_500)  # until the add-in asks Excel for the date system again
    excel.pane.evaluate("""() => {
      globalThis.run = Excel.run;
      Excel.run = async () => { throw new Error("busy"); };
    }""")
    excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
    assert excel.shown("A1") == ["#N/A"]
    excel.pane.evaluate("() => { Excel.run = run; }")
    excel.type("A2", "=QUALYS.PRICE(100000, DATE(2014,1,1))")
    assert excel.shown("A2") == ["279995"]
    expect(cell(excel, "A1")).to_have_text("255000", timeout=20_000)


def served_from_its_public_server(page: BrowserContext, *, tampered: str = "") -> None:
    """Answer for Pyodide's public server with the same files; `tampered` gets a blank more."""
    pyodide = need_npm("pyodide")

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(CDN)
        content = (pyodide / name).read_bytes()
        body = content + b" " if name == tampered else content
        kind = "application/wasm" if name.endswith(".wasm") else "text/javascript"
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": kind}
        route.fulfill(body=body, headers=headers)

    page.route(f"{CDN}**", answer)


@pytest.fixture
def without_pyodide(tmp_path: Path) -> Path:
    """The add-in of the shipped contract, without a copy of Pyodide."""
    need_npm(RUNTIME)
    folder = tmp_path / "qualys.addin"
    write_files(folder, load(SHIPPED).build_addin("https://localhost:3000"))
    return folder


def test_pyodide_from_its_public_server_answers_if_every_file_has_its_hash(
    browser: Browser, without_pyodide: Path
) -> None:
    with served(without_pyodide) as address, browser.new_context() as context:
        excel = PlayedExcel(context.new_page(), address, (CDN,))
        served_from_its_public_server(context)
        excel.open()
        excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
        assert excel.shown("A1") == ["255000"]
        excel.pane.get_by_text("About these prices").click()
        expect(excel.pane.get_by_text(", from cdn.jsdelivr.net")).to_be_visible()
        assert excel.faults == []


@pytest.mark.parametrize("name", [file.original for file in FILES])
def test_a_file_of_the_public_server_with_another_hash_is_not_run(
    browser: Browser, without_pyodide: Path, name: str
) -> None:
    with served(without_pyodide) as address, browser.new_context() as context:
        excel = PlayedExcel(context.new_page(), address, (CDN,))
        served_from_its_public_server(context, tampered=name)
        excel.open()
        said = f"{CDN}{name} cannot be loaded, or is not a file of this build"
        expect(excel.pane.get_by_role("alert")).to_contain_text(said, timeout=20_000)
        excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
        assert excel.shown("A1") == ["#N/A"]


@pytest.mark.parametrize("answer", ['{"message": "Unauthorized"}', "[]", "<!doctype html>"])
def test_what_is_no_build_such_as_a_login_page_is_said_to_be_none(
    play_excel: Play, write_build: Callable[[str, date], Path], answer: str
) -> None:
    folder = write_build("255000.00", date(2026, 11, 1))
    (folder / "build.json").write_text(answer, encoding="utf-8")
    excel = play_excel(folder)
    said = "build.json cannot be loaded; check the network and try again."
    expect(excel.pane.get_by_role("alert")).to_contain_text(said)
    excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
    assert excel.shown("A1") == ["#N/A"]


def test_cells_without_an_answer_for_want_of_a_file_are_asked_again_when_it_is_there(
    play_excel: Play, write_build: Callable[[str, date], Path]
) -> None:
    folder = write_build("255000.00", date(2026, 11, 1))
    excel = play_excel(folder)
    excel.type("A1", "=QUALYS.PRICE(100000, DATE(2013,12,20))")
    assert excel.shown("A1") == ["255000"]
    (folder / "core.zip").rename(folder / "away.zip")
    excel.reload_addin()
    excel.calculate_all()
    assert excel.shown("A1") == ["#N/A"]
    (folder / "away.zip").rename(folder / "core.zip")
    excel.pane.get_by_role("button", name="Try again").click()
    expect(cell(excel, "A1")).to_have_text("255000", timeout=20_000)
    excel.expect_fault("404|integrity")


def test_a_contract_full_of_markup_is_text_in_the_pane_and_in_cells(
    play_excel: Play, shipped_addin: Path
) -> None:
    excel = play_excel(shipped_addin)
    marked = json.loads((shipped_addin / "contract.json").read_text(encoding="utf-8"))
    text = json.dumps(marked).replace("Amendment 1", "<img src=x onerror=alert(1)>")
    excel.open_contract(text)
    source = ask(excel, "SOURCE", [[100_000]], [[DAY]], None, None, None)
    assert source.startswith("<img src=x onerror=alert(1)>")
    excel.pane.get_by_label("Purchased").first.fill("2013-12-21")
    expect(excel.pane.locator("#words")).to_contain_text("<img src=x onerror=alert(1)>")
