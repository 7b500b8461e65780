"""Excel through COM and the core: the same answers to random questions over random sheets."""

from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.com_variants import (
    EMPTY,
    LEFT_OUT,
    Variant,
    array,
    cells,
    column,
    day,
    money,
    text,
    whole,
)
from tests.support.random_sheets import QUESTION, AskedSheets, asked_sheets
from tests.support.vba_values import as_tuples, expected, handed_over, understood, value2
from tests.support.xlwings_session import Macros
from xlfuncs.functions.cache import make_key, read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import FUNCTIONS, Function
from xlfuncs.sheets.cells import Cell, CellError

CONTRACTS = 25
EACH = [function for function in FUNCTIONS if not function.returns_table]
TABLES = [function for function in FUNCTIONS if function.returns_table]
FIRST_CERTAIN, LAST = 61, 2_958_465
MOST_MONEY = 9e14


def ways_to_send(cell: Cell, place: int) -> list[Variant]:
    """The types in which VBA may send a cell of a question: quantity, day, service, known on."""
    if cell == "":
        return [EMPTY, text("")]
    ways = [value2(cell)]
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 2**31:
            ways.append(whole(int(cell)))
        if place == 0 and abs(cell) < MOST_MONEY and float(f"{cell:.4f}") == cell:
            ways.append(money(f"{cell:.4f}"))
        if place in {1, 3} and FIRST_CERTAIN <= cell < LAST:
            ways.append(day(cell))
    return ways


class Sent(NamedTuple):
    """Sheets with questions, and each question as VBA may send it.

    Where nothing is asked, an argument that is sent singly may be left out.
    """

    asked: AskedSheets
    together: list[list[Variant]]
    singly: list[list[Variant]]

    def __repr__(self) -> str:
        return "\n".join([repr(self.asked), *map(str, [*self.together, *self.singly])])


@st.composite
def sent(draw: DrawFn, count: int) -> Sent:
    """Sheets and so many questions, sent in any of the ways."""
    asked = draw(asked_sheets(count))
    together = [
        [draw(st.sampled_from(ways_to_send(cell, place))) for place, cell in enumerate(question)]
        for question in asked.questions
    ]
    singly = [
        [
            draw(st.sampled_from([each, LEFT_OUT])) if cell == "" else each
            for cell, each in zip(question, variants, strict=True)
        ]
        for question, variants in zip(asked.questions, together, strict=True)
    ]
    return Sent(asked, together, singly)


class Handed:
    """Random sheets, handed over to Excel's functions and to the core."""

    def __init__(self, macros: Macros, case: Sent) -> None:
        sheets = as_tuples(case.asked.sheets)
        self.questions = case.asked.questions
        self.workbook = read_workbook(sheets)
        self.key = macros.read_sheets(*handed_over(sheets))
        assert self.key == text(make_key(sheets))


def test_single_questions_agree(macros: Macros, com_questions: int) -> None:
    answered: Counter[type] = Counter()

    @settings(max_examples=CONTRACTS)
    @given(sent(com_questions // CONTRACTS))
    def agree(case: Sent) -> None:
        asked = Handed(macros, case)
        for function in EACH:
            found = macros.answers(asked.key, function.name, case.singly)
            for plain, question, answer in zip(asked.questions, case.singly, found, strict=True):
                wanted = expected(call(function.name, plain, asked.workbook))
                assert understood(answer) == wanted, (function.name, question)
                answered[type(wanted)] += 1

    agree()
    assert min(answered[kind] for kind in (CellError, float, str)) > com_questions / 100


def test_ranges_agree(macros: Macros) -> None:
    @settings(max_examples=CONTRACTS)
    @given(sent(12))
    def agree(case: Sent) -> None:
        asked = Handed(macros, case)
        plain = list(zip(*asked.questions, strict=True))
        columns = list(zip(*case.together, strict=True))
        blocks = [[each[row : row + 3] for row in range(0, 12, 3)] for each in columns]
        for function in EACH:
            wanted = expected(
                call(function.name, [[[cell] for cell in each] for each in plain], asked.workbook)
            )
            in_a_row = [[cell for (cell,) in wanted]]
            in_a_block = [in_a_row[0][row : row + 3] for row in range(0, 12, 3)]
            for arguments, shaped in (
                ([column(each) for each in columns], wanted),
                ([cells([each]) for each in columns], in_a_row),
                ([array(*each) for each in columns], in_a_row),
                ([cells(each) for each in blocks], in_a_block),
            ):
                answer = macros.answer(asked.key, function.name, *arguments)
                assert understood(answer) == shaped, (function.name, arguments)

    agree()


def test_ranges_beside_single_cells_agree(macros: Macros) -> None:
    """As people ask: columns of quantities and days, with one service and one day of knowing."""

    @settings(max_examples=CONTRACTS)
    @given(sent(12))
    def agree(case: Sent) -> None:
        asked = Handed(macros, case)
        quantities, days, *_ = (
            [[cell] for cell in each] for each in zip(*asked.questions, strict=True)
        )
        columns = list(map(column, zip(*case.together, strict=True)))[:2]
        _, _, *plain = asked.questions[0]
        _, _, *single = case.singly[0]
        for function in EACH:
            answer = macros.answer(asked.key, function.name, *columns, *single)
            wanted = expected(call(function.name, [quantities, days, *plain], asked.workbook))
            assert understood(answer) == wanted, (function.name, columns, single)

    agree()


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.name)
def test_tables_agree(macros: Macros, function: Function) -> None:
    places = [QUESTION.index(argument.name) for argument in function.arguments]

    @settings(max_examples=CONTRACTS)
    @given(sent(3))
    def agree(case: Sent) -> None:
        asked = Handed(macros, case)
        for question, variants in zip(asked.questions, case.singly, strict=True):
            arguments = [variants[place] for place in places]
            answer = macros.answer(asked.key, function.name, *arguments)
            plain = [question[place] for place in places]
            wanted = expected(call(function.name, plain, asked.workbook))
            assert understood(answer) == wanted, (function.name, arguments)

    agree()
