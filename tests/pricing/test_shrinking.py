"""A wrong answer is shown by the rows that bring it about, and by nothing besides."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.hosts.parity.test_question_suite import answers_as_the_core
from tests.support.contracts_in_code import SERVICE, row
from tests.support.parity import FUNCTIONS, Asked, Host, by_core, differing
from tests.support.random_contracts import random_contract
from tests.support.random_sheets import plain, random_questions
from tests.support.shrinking import MOST_ASKED, shrunk
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import COLUMNS

CLAUSE = [column.field for column in COLUMNS].index("clause")
DAY = 43997.0
QUESTION = [127.0, DAY, "Scanning", DAY]
WRONG = -1.0


def culprit(*stated: Any, **fields: Any) -> Row:
    return row(*stated, **fields)._replace(clause="culprit")


ROWS = [
    row(0, 1, 100, "per unit", "2.75"),
    row(0, 101, "or more", "per unit", "2.25", note="as printed"),
    culprit(1, 101, 200, "package", "312.57", note="as printed"),
]


def cells_of(contract: Contract) -> Sheets:
    grids = sheets_of(contract)[:3]
    return Sheets(*([[plain(cell) for cell in row] for row in grid] for grid in grids))


def clauses(sheets: Sheets) -> list[str]:
    return [str(row[CLAUSE]) for grid in sheets[:2] for row in grid[1:]]


def wrong_where(takes_part: Callable[[Sheets, list], bool]) -> Host:
    """Answers as the core does, until a certain row takes part."""

    def answers(sheets: Sheets, questions: list) -> list[list]:
        return [
            [WRONG] * len(FUNCTIONS) if takes_part(sheets, right) else right
            for right in by_core(sheets, questions)
        ]

    return Host("wrong", answers)


def decided_by_culprit(sheets: Sheets, answers: list) -> bool:
    return "culprit" in str(answers[FUNCTIONS.index("SOURCE")])


def smallest(host: Host, asked: Asked) -> Asked:
    assert differing(host, asked)
    return shrunk(asked, lambda smaller: bool(differing(host, smaller)))


def test_the_row_that_decides_is_all_that_is_left() -> None:
    sheets = cells_of(Contract("Test", "TEST", (SERVICE,), tuple(ROWS)))
    found = smallest(wrong_where(decided_by_culprit), Asked(sheets, QUESTION))
    assert clauses(found.sheets) == ["culprit"]


def test_optional_arguments_and_cells_go_and_figures_become_round() -> None:
    sheets = cells_of(Contract("Test", "TEST", (SERVICE,), tuple(ROWS)))
    found = smallest(wrong_where(decided_by_culprit), Asked(sheets, QUESTION))
    quantity, day, *optional = found.question
    assert (day, optional) == (DAY, ["", ""])
    [left] = found.sheets.amendments[1:]
    stated = {c.field: v for c, v in zip(COLUMNS, left, strict=True) if v not in {None, ""}}
    assert "note" not in stated
    assert stated["clause"] == "culprit"
    assert len(f"{quantity:g}") <= 3


def test_what_leans_on_another_row_keeps_both() -> None:
    """A discount is not priced without the table that it is taken off."""
    rows = (*ROWS[:2], culprit(2, 1, "or more", "discount", "3.25"))
    sheets = cells_of(Contract("Test", "TEST", (SERVICE,), rows))

    def priced_by_culprit(_: Sheets, answers: list) -> bool:
        return isinstance(answers[0], float) and decided_by_culprit(_, answers)

    found = smallest(wrong_where(priced_by_culprit), Asked(sheets, QUESTION))
    assert [len(grid) for grid in found.sheets[:2]] == [2, 2]
    assert "culprit" in clauses(found.sheets)


@pytest.mark.parametrize("nth", range(20))
def test_a_row_that_is_wrong_by_being_there_is_found_in_any_contract(seed: int, nth: int) -> None:
    random = Random(f"{seed} {nth}")
    contract = random_contract(random)
    chosen = random.randrange(len(contract.rows))
    rows = [
        each._replace(clause="culprit" if number == chosen else "")
        for number, each in enumerate(contract.rows)
    ]
    [question] = random_questions(random, contract, 1)
    sheets = cells_of(contract._replace(rows=tuple(rows)))
    host = wrong_where(lambda sheets, _: "culprit" in clauses(sheets))
    assert clauses(smallest(host, Asked(sheets, question)).sheets) == ["culprit"]


def test_it_is_asked_so_many_times_and_no_more() -> None:
    sheets = cells_of(Contract("Test", "TEST", (SERVICE,), tuple(ROWS * 80)))
    asked: list[Asked] = []
    assert shrunk(Asked(sheets, QUESTION), lambda each: bool(asked.append(each))).sheets == sheets
    assert len(asked) == MOST_ASKED


def test_a_disagreement_is_told_with_the_row_the_question_and_each_answer(seed: int) -> None:
    host = wrong_where(lambda _, answers: isinstance(answers[0], float))
    with pytest.raises(pytest.fail.Exception) as failure:
        answers_as_the_core(host, seed, 3, Host("another", by_core))
    told = str(failure.value)
    assert told.count("'Charge':") == 1
    assert "'quantity':" in told
    assert "core: {'PRICE': " in told
    assert "wrong: {'PRICE': -1.0" in told
    assert "another: {'PRICE': " in told
