"""One suite of questions that every host has to answer as the core does."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from tests.support.declared_differences import Case, Question
from tests.support.random_contracts import random_contract
from tests.support.random_edits import oddly_asked
from tests.support.random_sheets import random_questions, random_sheets
from tests.support.workbook_edits import sheets_of
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.reader import Sheets

FUNCTIONS = ("PRICE", "UNIT_PRICE", "SAVING", "SOURCE")
"""Those whose answer is one and the same everywhere; the price is what all of them are for."""

QUESTIONS_A_CONTRACT = 12
MOST_UNREADABLE = 1 / 4
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


class Asked(NamedTuple):
    """A contract's sheets, and a question."""

    sheets: Sheets
    question: Question


def by_core(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
    workbook = read_workbook(sheets)
    return [[call(function, each, workbook) for function in FUNCTIONS] for each in questions]


CORE = Host("core", by_core)


def differing(host: Host, asked: Asked, answers: Sequence[Cell] | None = None) -> list[str]:
    """The functions that a host answers otherwise than the core, without a declared reason."""
    sheets, question = asked
    if answers is None:
        [answers] = host.answers(sheets, [question])
    [wanted] = by_core(sheets, [host.hands_over(question)])
    case = Case(read_workbook(sheets).reading.contract, question, wanted)
    return [
        function
        for function, want, answer in zip(FUNCTIONS, wanted, answers, strict=True)
        if not same(want, answer) and not host.excused(case, answer)
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


def first_differing(host: Host, seed: int, contracts: int) -> Asked | None:
    """The first question to which a host gives another answer, None where it gives none."""
    for sheets, questions in suite(seed, contracts):
        found = host.answers(sheets, questions)
        for question, answers in zip(questions, found, strict=True):
            asked = Asked(sheets, question)
            if differing(host, asked, answers):
                return asked
    return None


def suite(seed: int, contracts: int) -> Iterator[tuple[Sheets, list[Question]]]:
    """The same for every host: so many contracts, more until rows of all charges are priced.

    What nobody can read is answered by errors alone, so only some of the contracts are like that.
    """
    random = Random(seed)
    lacking, number, unreadable = set(Charge), 0, 0
    while lacking or number < contracts:
        contract = random_contract(random)
        [titles, *_], *_ = sheets_of(contract)
        sheets = random_sheets(random, contract)
        tiers, amendments = ([titles, *grid[1:]] for grid in sheets[:2])  # no workbook's
        sheets = sheets._replace(tiers=tiers, amendments=amendments)
        read = read_workbook(sheets).reading.contract
        if read is None and unreadable + 1 > (number + 1) * MOST_UNREADABLE:
            continue
        number, unreadable = number + 1, unreadable + (read is None)
        lacking -= {row.charge for row in read.rows} if read else set()
        questions = random_questions(random, contract, QUESTIONS_A_CONTRACT)
        yield sheets, oddly_asked(random, questions)
