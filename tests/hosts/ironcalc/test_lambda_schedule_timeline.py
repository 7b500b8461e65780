"""The functions that answer tables, as names in IronCalc: the same lines as the core has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.hosts.parity.test_lambdas import PREFIX, book
from tests.support.asked_books import Formula, with_questions, with_rows
from tests.support.lambda_hosts import by_ironcalc, called
from tests.support.random_contracts import contracts
from tests.support.random_sheets import AskedSheets, cell_questions, plain
from tests.support.workbook_edits import sheets_of
from xlfuncs.functions.cache import PricedSheets, read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.xlsx.lambdas.answers import Tables

ARGUMENTS = {"SCHEDULE": (1, 2, 3), "TIMELINE": (0, 2, 3)}
"""Which parts of a question each of them is asked: quantity, day, service, day of knowing."""

LIKELY_DIGITS = 12
QUESTIONS_A_BOOK = 4


def alike(found: Cell, expected: Cell) -> bool:
    """Figures that were multiplied as fractions differ in their last digits."""
    if isinstance(found, float) and isinstance(expected, float):
        return abs(found - expected) <= 10**-LIKELY_DIGITS * max(1, abs(expected))
    return (found or "") == (expected or "")


def answer_of(function: str, asked: list[Cell], workbook: PricedSheets) -> Cell:
    """What the core answers, within the limits of formulas."""
    if workbook.book is None:
        return call(function, asked, workbook)
    tables = Tables(workbook, workbook.book)
    return {"SCHEDULE": tables.schedule, "TIMELINE": tables.timeline}[function](asked)


@st.composite
def workbooks(draw: DrawFn) -> AskedSheets:
    """The sheets of contracts as they are built, and a few questions."""
    contract = draw(contracts())
    sheets = sheets_of(contract)
    tiers, amendments = (
        [[plain(cell) for cell in row] for row in grid if row]
        for grid in (sheets.tiers, sheets.amendments)
    )
    asked = st.lists(cell_questions(contract), min_size=QUESTIONS_A_BOOK, max_size=QUESTIONS_A_BOOK)
    return AskedSheets(sheets._replace(tiers=tiers, amendments=amendments), draw(asked))


@pytest.mark.parametrize("function", ARGUMENTS)
def test_tables_agree(function: str, names_questions: int) -> None:
    @settings(max_examples=max(2, names_questions // 500))
    @given(workbooks())
    def agree(case: AskedSheets) -> None:
        tiers, amendments = case.sheets.tiers, case.sheets.amendments
        workbook = read_workbook(case.sheets)
        for question in case.questions:
            asked = [question[index] for index in ARGUMENTS[function]]
            if sum(isinstance(cell, CellError) for cell in asked) > 1:
                continue  # of which IronCalc answers the last
            answer = answer_of(function, asked, workbook)
            expected = answer if isinstance(answer, list) else [[answer]]
            formula = Formula(
                called(PREFIX, function, ["A1", "B1", "C1"]), len(expected), len(expected[0])
            )
            content = with_questions(with_rows(book(), tiers, amendments), [[*asked, formula]])
            found = by_ironcalc(content, len(expected) + 1, 3 + len(expected[0]))
            wrong = [
                (there, here)
                for wanted, row in zip(expected, found, strict=False)
                for there, here in zip(wanted, row[3:], strict=True)
                if not alike(here, there)
            ]
            assert wrong == [], asked
            assert not any(found[-1][3:])

    agree()
