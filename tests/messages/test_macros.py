"""What a workbook with macros says in Excel, in a window and in the cells that explain."""

from collections.abc import Callable
from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import MACROS, Case, Here, book, each, message_of
from tests.support.macro_excel import MacroExcel
from tests.support.macro_excel_members import Added
from xlfuncs.hosts import excel
from xlfuncs.xlsx.builder import WorkbookKind

CELL, FORMULA = "K2", "=ACME_EXPLAIN(50,DATE(2020,3,1))"
FAILED = "Method 'EnableCalculation' failed"


def asking(change: Callable[[Here, MacroExcel], object]) -> Callable[[Here], str]:
    """A cell asks for an explanation; the answer is the window, or what the cell shows."""

    def run(here: Here) -> str:
        running = MacroExcel(here.write(MACROS, book(WorkbookKind.MACROS)))
        running.open()
        running.enter("Purchases", "K1", "=ACME_PRICE(100,DATE(2020,3,1))")
        change(here, running)
        running.enter("Purchases", CELL, FORMULA)
        return next((text for _, text, *_ in running.app.interpreter.dialogs), "") or str(
            running.shown("Purchases", CELL)
        )

    return run


def told(title: str, change: Callable[[Here, MacroExcel], object]) -> Case:
    return Case(title, f"{MACROS}  {FORMULA}", run=asking(change))


def python_says(words: str) -> Callable[[Here, MacroExcel], None]:
    return lambda here, running: setattr(running.python, "failure", words)


def leaning(here: Here, running: MacroExcel) -> None:
    running.enter("Amendments", "I5", "=Purchases!K1+1")


def not_calculating(here: Here, running: MacroExcel) -> None:
    here.put(Added, "failure", FAILED)
    running.type("Amendments", "I5", 900)


def not_taken(here: Here, running: MacroExcel) -> None:
    here.put(excel, "answer", lambda *asked: [[excel.UNKNOWN_KEY]])


def renamed(here: Here, running: MacroExcel) -> None:
    cells: Any = running.cells("Tiers", "A1")
    cells.sheet.name = "Prices"


CASES = (
    told("Python without xlfuncs", python_says("No module named 'xlfuncs'")),
    told("No Python", python_says("File not found: xlwings64.dll")),
    told("Python does not start", python_says("Could not activate Python COM server")),
    told("Python does not take the sheets", not_taken),
    told("A sheet is missing", renamed),
    told("Prices that lean on themselves", leaning),
    told("Excel cannot calculate", not_calculating),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
