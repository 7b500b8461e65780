"""What a workbook with macros says in Excel, in a window and in the cells that explain."""

from collections.abc import Callable
from typing import Any

from tests.messages.base import book
from tests.messages.doctor import MACROS
from tests.messages.entry import Entry, Given, Group, Here
from tests.support.macro_excel import MacroExcel
from tests.support.macro_excel_added import Added
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


def told(title: str, text: str, change: Callable[[Here, MacroExcel], object]) -> Entry:
    return Entry(title, f"{MACROS}  {FORMULA}", (Given(text),), run=asking(change))


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


MACRO_GROUP = Group(
    "Workbooks with macros, in Excel",
    "Where Python does not answer, Excel shows this once in a window; cells show `#VALUE!`, and "
    "cells that explain show the same sentence.",
    (
        told(
            "Python without xlfuncs",
            "Python does not have the package",
            python_says("No module named 'xlfuncs'"),
        ),
        told(
            "No Python",
            "the library of xlwings is not found",
            python_says("File not found: xlwings64.dll"),
        ),
        told(
            "Python does not start",
            "Python is not answering",
            python_says("Could not activate Python COM server"),
        ),
        told(
            "Python does not take the sheets",
            "Python forgets the sheets as often as they are handed over",
            not_taken,
        ),
        told("A sheet is missing", "the sheet Tiers is called Prices", renamed),
        told(
            "Prices that lean on themselves",
            "cell Amendments!I5 holds the formula `=Purchases!K1+1`, and K1 asks for that price",
            leaning,
        ),
        told("Excel cannot calculate", f"Excel refuses to: `{FAILED}`", not_calculating),
    ),
)
