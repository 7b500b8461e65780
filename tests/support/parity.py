"""One suite of questions that every host has to answer as the core does."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.declared_differences import Case, Question
from tests.support.random_contracts import (
    contracts,
    contracts_adding_up,
    contracts_of_sums,
    counting_contracts,
    readable_contracts,
)
from tests.support.random_sheets import AskedSheets, asked_workbooks
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.reader import Sheets

FUNCTIONS = ("PRICE", "UNIT_PRICE", "SAVING", "SOURCE")
"""Those whose answer is one and the same everywhere; the price is what all of them are for."""

QUESTIONS_A_CONTRACT = 12
NOT_ASKED = CellError("not asked")
"""The answer of a host that cannot be asked this."""

ERRORS_OF = {Outcome.BAD_INPUT: (WRONG_VALUE, CellError("#NUM!"))}
"""The errors of a host that says what kind of answer it gives, and no more."""

Answers = Callable[[Sheets, Sequence[Question]], list[list[Cell]]]
"""What each question is answered, a cell for each function."""


def as_asked(question: Question) -> Question:
    return question


def never(case: Case, answer: Cell) -> bool:
    return False


class Host(NamedTuple):
    """A program that answers, and what is declared of it.

    `hands_over` is the question that it hands over for the one it was asked; `excused` tells of
    answers other than the core's.
    """

    name: str
    answers: Answers
    hands_over: Callable[[Question], Question] = as_asked
    excused: Callable[[Case, Cell], bool] = never


def by_core(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
    workbook = read_workbook(sheets)
    return [[call(function, each, workbook) for function in FUNCTIONS] for each in questions]


CORE = Host("core", by_core)


def differing(host: Host, asked: AskedSheets) -> list[tuple[Question, str]]:
    """The questions that a host answers otherwise than the core, each with a function.

    Without those for which there is a declared reason.
    """
    workbook = read_workbook(asked.sheets)
    found = host.answers(asked.sheets, asked.questions)
    wanted = by_core(asked.sheets, list(map(host.hands_over, asked.questions)))
    return [
        (question, function)
        for question, wants, answers in zip(asked.questions, wanted, found, strict=True)
        for function, want, answer in zip(FUNCTIONS, wants, answers, strict=True)
        if not same(want, answer)
        and not host.excused(Case(workbook.reading.contract, question, wants), answer)
    ]


def same(wanted: Cell, answer: Cell) -> bool:
    """Whether two answers are equal figures, texts or errors; numbers have no tolerance."""
    if answer is NOT_ASKED:
        return True
    if answer is Outcome.NOT_DETERMINABLE:
        return isinstance(wanted, CellError)
    if isinstance(answer, Outcome):
        return wanted in ERRORS_OF[answer]
    return not isinstance(answer, bool) and answer == wanted


@st.composite
def suite(draw: DrawFn) -> AskedSheets:
    """What every host is asked: sheets as they are built, most of which can be read.

    What nobody can read is answered by errors alone.
    """
    return draw(asked_workbooks(draw(KINDS), QUESTIONS_A_CONTRACT))


KINDS = st.sampled_from(
    [
        *(readable_contracts(), readable_contracts(), contracts_of_sums(), contracts()),
        *(counting_contracts(readable_contracts()), counting_contracts(contracts_adding_up())),
    ]
)
