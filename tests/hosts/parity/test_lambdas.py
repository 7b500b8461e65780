"""The LAMBDA names of a workbook and the core: the same answers to random questions."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings

from tests.support.asked_books import Formula, template, with_questions, with_rows
from tests.support.declared_differences import Case, limit_of, several_errors
from tests.support.lambda_hosts import Host, by_cellrune, by_ironcalc, called
from tests.support.random_sheets import QUESTION, AskedSheets, edited_workbooks, plain
from tests.support.workbook_edits import BUILT, sheets_of, shipped_draft
from xlfuncs.functions.cache import PricedSheets, read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.reader import Sheets
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.lambdas.answers import Sentences
from xlfuncs.xlsx.lambdas.definitions import read_names

STATED = {definition.name for definition in read_names()}
EACH = [each.name for each in FUNCTIONS if each.name in STATED and not each.returns_table]
QUESTIONS_A_BOOK = 40
PREFIX = "QUALYS"


@cache
def book() -> dict[str, bytes]:
    """The workbook whose rows are typed over for each contract; its formulas stay as built."""
    return template(build_workbook(shipped_draft(), BUILT, WorkbookKind.LAMBDAS))


def asked_singly(
    host: Host, sheets: Sheets, questions: Sequence[Sequence[Cell]]
) -> list[list[Cell]]:
    """What each question is answered, a cell for each function."""
    rows = [
        [*question, *left_out(question), *(single(function, number) for function in EACH)]
        for number, question in enumerate(questions, 1)
    ]
    content = with_questions(with_rows(book(), sheets.tiers, sheets.amendments), rows)
    return [row[5:] for row in host(content, len(rows), 5 + len(EACH))]


def left_out(question: Sequence[Cell]) -> list[Cell]:
    """Blank cells for the arguments that a question does without."""
    return [""] * (len(QUESTION) - len(question))


def single(function: str, row: int) -> Formula:
    return Formula(called(PREFIX, function, [f"{letter}{row}" for letter in "ABCDE"]))


def differences(
    workbook: PricedSheets, question: Sequence[Cell], answers: Sequence[Cell]
) -> list[tuple[str, Cell, Cell]]:
    """Where the formulas answer what the core does not, or not `#N/A` where a limit is declared."""
    expected = [expected_of(function, question, workbook) for function in EACH]
    return [
        (function, wanted, answer)
        for function, wanted, answer in zip(EACH, expected, answers, strict=True)
        if answer != wanted
        and repr(answer) != wanted  # a title may be the text of an error, which looks like one
        and not (
            workbook.book is None and isinstance(answer, str) and answer.startswith(f"{wanted}")
        )
        and not (several_errors(question) and answer in question)
    ]


def expected_of(function: str, question: Sequence[Cell], workbook: PricedSheets) -> Cell:
    """What the core answers within the limits; of explanations, the short one of formulas."""
    answer = call(function, question, workbook)
    case = Case(workbook.reading.contract, question, [answer])
    if function != "EXPLAIN" and limit_of(case, function):
        return NOT_AVAILABLE
    if function != "EXPLAIN" or isinstance(answer, CellError):
        return answer
    if workbook.book is None:
        return answer.partition(":")[0]
    return Sentences(workbook.book)(question)


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
def test_single_questions_agree(host: Host, names_questions: int) -> None:
    count = names_questions if host is by_ironcalc else names_questions // 20
    prices: list[Cell] = []

    @settings(max_examples=max(1, count // QUESTIONS_A_BOOK))
    @given(edited_workbooks(QUESTIONS_A_BOOK))
    def agree(asked: AskedSheets) -> None:
        workbook = read_workbook(asked.sheets)
        found = asked_singly(host, asked.sheets, asked.questions)
        for question, answers in zip(asked.questions, found, strict=True):
            assert differences(workbook, question, answers) == [], question
            prices.append(answers[0])

    agree()
    for kind in (float, CellError):
        assert sum(isinstance(price, kind) for price in prices) > count / 100


def has_error(cells: Sequence[Cell]) -> bool:
    """Whether an error is handed in, which IronCalc answers by itself instead of a range."""
    return any(isinstance(cell, CellError) for cell in cells)


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
def test_ranges_agree(host: Host, names_questions: int) -> None:
    """Columns, and columns beside one service and one day of knowing."""
    count = names_questions if host is by_ironcalc else names_questions // 20

    @settings(max_examples=max(2, count // QUESTIONS_A_BOOK // 8))
    @given(edited_workbooks(12))
    def agree(asked: AskedSheets) -> None:
        sheets, questions = asked.sheets, asked.questions
        last = len(questions)
        handed = [f"{letter}1:{letter}{last}" for letter in "ABCDE"]
        alone = next(number for number, row in enumerate(questions, 1) if not has_error(row))
        together = [*handed[:2], f"C{alone}", f"D{alone}", handed[4]]
        rows: list[list[Cell | Formula]] = [list(question) for question in questions]
        rows[0] += [
            Formula(called(PREFIX, function, arguments), height=last)
            for arguments in (handed, together)
            for function in EACH
        ]
        content = with_questions(with_rows(book(), sheets.tiers, sheets.amendments), rows)
        found = [row[5:] for row in host(content, last, 5 + 2 * len(EACH))]
        workbook = read_workbook(sheets)
        _, _, service, known_on, _ = questions[alone - 1]
        for question, answers in zip(questions, found, strict=True):
            beside = [*question[:2], service, known_on, question[4]]
            assert differences(workbook, question, answers[: len(EACH)]) == [], question
            assert differences(workbook, beside, answers[len(EACH) :]) == [], beside

    agree()


YEARS: list[Cell] = [1900.0, 2020.0, 2199.5, "2020", "1905-07-12"]


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
def test_a_year_is_no_day_in_a_question(host: Host) -> None:
    found = sheets_of(load_reading(SHIPPED).contract)
    sheets = Sheets(*([list(map(plain, row)) for row in grid] for grid in found[:2]))
    asked: list[list[Cell]] = [[100_000.0, year, "", "", ""] for year in YEARS]
    asked += [[100_000.0, 41_639.0, "", year, ""] for year in YEARS]
    for answers in asked_singly(host, sheets, asked):
        for function, answer in zip(EACH, answers, strict=True):
            no_day = "is not a date; expected one such as 2013-12-20." in str(answer)
            assert no_day if function == "EXPLAIN" else answer == WRONG_VALUE


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_no_day_on_a_sheet(host: Host, year: Cell) -> None:
    """Not on the sheet Rows either, which says what is wrong with the row."""
    tiers, [titles, row, *_], *_ = sheets_of(load_reading(SHIPPED).contract)
    row[titles.index("Effective date")] = year
    sheets = Sheets(*([list(map(plain, row)) for row in grid] for grid in (tiers, [titles, row])))
    [answers] = asked_singly(host, sheets, [[100_000.0, 41_639.0, "", "", ""]])
    told = dict(zip(EACH, answers, strict=True))
    assert told["PRICE"] == NOT_AVAILABLE
    assert "Effective date" in str(told["EXPLAIN"])


@pytest.mark.parametrize("host", [by_ironcalc, by_cellrune])
def test_ranges_that_do_not_fit_are_bad_input(host: Host) -> None:
    found = sheets_of(load_reading(SHIPPED).contract)
    sheets = Sheets(*([list(map(plain, row)) for row in grid] for grid in found[:2]))
    rows: list[list[Cell | Formula]] = [[100_000.0, 41_639.0, "", "", ""] for _ in range(6)]
    rows[0] += [
        Formula(called(PREFIX, function, ["A1:A6", "B1:B5", "C1", "D1", "E1"])) for function in EACH
    ]
    content = with_questions(with_rows(book(), sheets.tiers, sheets.amendments), rows)
    assert host(content, 1, 5 + len(EACH))[0][5:] == [WRONG_VALUE] * len(EACH)
