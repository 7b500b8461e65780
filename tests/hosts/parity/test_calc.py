"""LibreOffice Calc and the core: the same answers to random questions over random sheets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings

from tests.support.calc_books import enter, opened
from tests.support.calc_session import Calc
from tests.support.random_sheets import QUESTION, AskedSheets, asked_sheets
from xlfuncs.functions.cache import PricedSheets, read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.host_cells import CALC_ERRORS
from xlfuncs.sheets.schema import column_letter

CONTRACTS = 25
EACH = [function for function in FUNCTIONS if not function.returns_table]
TABLES = [function for function in FUNCTIONS if function.returns_table]
ERRORS = {error: number for number, error in CALC_ERRORS.items()}


def as_handed_over(cell: Cell) -> Cell:
    """A cell by itself as Calc hands it to a function: 0 may have been a blank one."""
    return None if cell == 0.0 else cell


class Asked:
    """A document with random sheets, and random questions on a sheet of its own."""

    def __init__(self, calc: Calc, asked: AskedSheets) -> None:
        self.sheets = asked.sheets
        self.questions = asked.questions
        self.calc = calc
        self.book = opened(calc, self.sheets)
        self.enter("Sheet1", self.questions)
        self.workbook: PricedSheets = read_workbook(self.sheets)

    def enter(self, sheet: str, rows: Sequence[Sequence[Cell]]) -> None:
        enter(self.calc, self.book, sheet, rows)

    def column(self, function: Function, letter: str) -> list[Cell]:
        """What each question is answered, one cell each."""
        formulas = [
            [f"=QUALYS_{function.name}(A{row};B{row};C{row};D{row};E{row})"]
            for row in range(1, len(self.questions) + 1)
        ]
        address = f"{letter}1:{letter}{len(formulas)}"
        self.calc.type_all(self.book, "Sheet1", address, formulas)
        return [row[0] for row in self.calc.values(self.book, "Sheet1", address)]


@contextmanager
def entered(calc: Calc, asked: AskedSheets) -> Iterator[Asked]:
    """The document, until it is closed."""
    document = Asked(calc, asked)
    try:
        yield document
    finally:
        calc.close(document.book)


def as_calc_shows(answer: Cell) -> Cell:
    if isinstance(answer, CellError):
        return [ERRORS[answer]]
    return "" if answer is None else answer


def has_error(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, CellError) for cell in cells)


def expected_of(function: Function, cells: Sequence[Cell], workbook: PricedSheets) -> Any:
    """The core's answer; of several errors handed in, Calc passes on the last, and not the first.

    Like the 0 that counts as blank, this is how Calc is; nothing else may differ.
    """
    if has_error(cells):
        return next(cell for cell in reversed(cells) if isinstance(cell, CellError))
    return call(function.name, [as_handed_over(cell) for cell in cells], workbook)


def test_single_cells_agree(calc: Calc, calc_questions: int) -> None:
    answered: Counter[type] = Counter()

    @settings(max_examples=CONTRACTS)
    @given(asked_sheets(calc_questions // CONTRACTS))
    def agree(cells: AskedSheets) -> None:
        with entered(calc, cells) as asked:
            for index, function in enumerate(EACH):
                found = asked.column(function, column_letter(len(QUESTION) + index))
                for row, answer in zip(asked.questions, found, strict=True):
                    expected = expected_of(function, row, asked.workbook)
                    assert answer == as_calc_shows(expected), (function.name, row)
                    answered[type(expected)] += 1

    agree()
    assert min(answered[kind] for kind in (CellError, float, str)) > calc_questions / 100


def whole(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """The questions without errors: Calc does not hand over a range with one in it."""
    return [row for row in rows if not has_error(row)]


def test_ranges_agree(calc: Calc) -> None:
    @settings(max_examples=CONTRACTS)
    @given(asked_sheets(12))
    def agree(cells: AskedSheets) -> None:
        questions = whole(cells.questions)
        last = len(questions)
        columns = [[[cell] for cell in column] for column in zip(*questions, strict=True)]
        with entered(calc, cells) as asked:
            calc.insert_sheet(asked.book, "Ranges")
            asked.enter("Ranges", questions)
            for index, function in enumerate(EACH):
                letter = column_letter(len(QUESTION) + index)
                handed = ";".join(f"{each}1:{each}{last}" for each in "ABCDE")
                formula = f"=QUALYS_{function.name}({handed})"
                calc.array(asked.book, "Ranges", f"{letter}1:{letter}{last}", formula)
                found = calc.values(asked.book, "Ranges", f"{letter}1:{letter}{last}")
                expected = call(function.name, columns, asked.workbook)
                assert found == [[as_calc_shows(cell)] for (cell,) in expected], function.name

    agree()


def table_arguments(asked: Asked, function: Function) -> Iterator[Sequence[Cell]]:
    named = {name: place for place, name in enumerate(QUESTION)}
    for row in whole(asked.questions)[:3]:
        yield [row[named[argument.name]] for argument in function.arguments]


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.name)
def test_tables_agree(calc: Calc, function: Function) -> None:
    @settings(max_examples=CONTRACTS // 2)
    @given(asked_sheets(6))
    def agree(questions: AskedSheets) -> None:
        with entered(calc, questions) as asked:
            calc.insert_sheet(asked.book, "Table")
            for cells in table_arguments(asked, function):
                asked.enter("Table", [cells] if cells else [])
                handed = ";".join(f"{column_letter(index)}1" for index in range(len(cells)))
                expected = framed(expected_of(function, cells, asked.workbook))
                area = f"A2:{column_letter(len(expected[0]) - 1)}{len(expected) + 1}"
                calc.array(asked.book, "Table", area, f"=QUALYS_{function.name}({handed})")
                found = calc.values(asked.book, "Table", area)
                calc.array(asked.book, "Table", area, "")
                assert found == expected, cells

    agree()


def framed(answer: Any) -> list[list[Cell]]:
    """A table in a matrix formula that is a row and a column too large for it.

    What is beyond a table is #N/A there; a single answer fills all of it.
    """
    if not isinstance(answer, list):
        return [[as_calc_shows(answer)] * 2] * 2
    beyond = [ERRORS[NOT_AVAILABLE]]
    rows = [[*map(as_calc_shows, row), beyond] for row in answer]
    return [*rows, [beyond] * len(rows[0])]


def test_the_questions_reach_every_kind_of_answer() -> None:
    """Without LibreOffice: the random sheets and questions are no easy ones."""
    readable: Counter[bool] = Counter()
    errors: set[CellError] = set()

    @settings(max_examples=4 * CONTRACTS)
    @given(asked_sheets(40))
    def collect(asked: AskedSheets) -> None:
        workbook = read_workbook(asked.sheets)
        readable[workbook.book is not None] += 1
        for row in asked.questions:
            answer = call("PRICE", [as_handed_over(cell) for cell in row], workbook)
            errors.update([answer] if isinstance(answer, CellError) else [])

    collect()
    assert readable[True] > CONTRACTS
    assert readable[False]
    assert {WRONG_VALUE, CellError("#NUM!"), CellError("#N/A"), CellError("#REF!")} <= errors
