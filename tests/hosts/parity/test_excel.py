"""Excel through COM and the core: the same answers to random questions over random sheets."""

from collections.abc import Sequence
from random import Random

import pytest

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
from tests.support.random_contracts import random_contract
from tests.support.random_sheets import random_questions, random_sheets
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


def sent(random: Random, question: Sequence[Cell]) -> list[Variant]:
    return [random.choice(ways_to_send(cell, place)) for place, cell in enumerate(question)]


def sent_singly(random: Random, question: Sequence[Cell]) -> list[Variant]:
    """Where nothing is asked, the argument may be left out."""
    return [
        random.choice([each, LEFT_OUT]) if cell == "" else each
        for cell, each in zip(question, sent(random, question), strict=True)
    ]


class Asked:
    """Random sheets, handed over to Excel's functions and to the core, and random questions."""

    def __init__(self, macros: Macros, random: Random, count: int) -> None:
        contract = random_contract(random)
        self.sheets = as_tuples(random_sheets(random, contract))
        self.questions = random_questions(random, contract, count)
        self.workbook = read_workbook(self.sheets)
        self.key = macros.read_sheets(*handed_over(self.sheets))
        assert self.key == text(make_key(self.sheets)), self.sheets


def test_single_questions_agree(macros: Macros, seed: int, com_questions: int) -> None:
    random = Random(seed)
    answered: dict[str, int] = {}
    for _ in range(CONTRACTS):
        asked = Asked(macros, random, com_questions // CONTRACTS)
        for function in EACH:
            questions = [sent_singly(random, question) for question in asked.questions]
            found = macros.answers(asked.key, function.name, questions)
            for plain, question, answer in zip(asked.questions, questions, found, strict=True):
                wanted = expected(call(function.name, plain, asked.workbook))
                shown = (function.name, question, wanted, answer, asked.sheets)
                assert understood(answer) == wanted, shown
                kind = "error" if isinstance(wanted, CellError) else type(wanted).__name__
                answered[kind] = answered.get(kind, 0) + 1
    assert min(answered[kind] for kind in ("error", "float", "str")) > com_questions / 5


def test_ranges_agree(macros: Macros, seed: int) -> None:
    random = Random(seed + 1)
    for _ in range(CONTRACTS):
        asked = Asked(macros, random, 12)
        questions = [sent(random, question) for question in asked.questions]
        plain = list(zip(*asked.questions, strict=True))
        columns = list(zip(*questions, strict=True))
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
                shown = (function.name, arguments, shaped, answer, asked.sheets)
                assert understood(answer) == shaped, shown


def test_ranges_beside_single_cells_agree(macros: Macros, seed: int) -> None:
    """As people ask: columns of quantities and days, with one service and one day of knowing."""
    random = Random(seed + 2)
    for _ in range(CONTRACTS):
        asked = Asked(macros, random, 12)
        quantities, days, *_ = (
            [[cell] for cell in each] for each in zip(*asked.questions, strict=True)
        )
        questions = [sent(random, question) for question in asked.questions]
        columns = list(zip(*questions, strict=True))
        _, _, *plain = asked.questions[0]
        _, _, *single = sent_singly(random, asked.questions[0])
        for function in EACH:
            answer = macros.answer(asked.key, function.name, *map(column, columns[:2]), *single)
            wanted = expected(call(function.name, [quantities, days, *plain], asked.workbook))
            shown = (function.name, columns[:2], single, wanted, answer, asked.sheets)
            assert understood(answer) == wanted, shown


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.name)
def test_tables_agree(macros: Macros, seed: int, function: Function) -> None:
    random = Random(seed + 3)
    named = ["quantity", "purchased", "service", "known_on"]
    places = [named.index(argument.name) for argument in function.arguments]
    for _ in range(CONTRACTS):
        asked = Asked(macros, random, 3)
        for question in asked.questions if places else [asked.questions[0]]:
            arguments = [sent_singly(random, question)[place] for place in places]
            answer = macros.answer(asked.key, function.name, *arguments)
            plain = [question[place] for place in places]
            wanted = expected(call(function.name, plain, asked.workbook))
            shown = (function.name, arguments, wanted, answer, asked.sheets)
            assert understood(answer) == wanted, shown
