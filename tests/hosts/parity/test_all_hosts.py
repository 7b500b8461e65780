"""Every host answers the same questions as the core does."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.support.calc_session import Calc
from tests.support.declared_differences import (
    CALC,
    OFFICE,
    Question,
    as_calc_hands_over,
    as_office_hands_over,
)
from tests.support.office_addin.core_in_node import CoreInNode
from tests.support.office_addin.played_excel import Play
from tests.support.parity import (
    CORE,
    FUNCTIONS,
    NOT_ASKED,
    QUESTIONS_A_CONTRACT,
    Host,
    by_core,
    differing,
    same,
    suite,
)
from tests.support.parity_hosts import (
    by_adapter,
    command_line,
    excel,
    libreoffice,
    names_in,
    office,
    typed,
)
from tests.support.random_sheets import QUESTION, AskedSheets, format_rows
from tests.support.xlwings_session import Macros
from xlfuncs.functions.cache import read_workbook
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError
from xlfuncs.sheets.reader import Sheets

FEW = 8
ASKED_OF_EACH = QUESTIONS_A_CONTRACT * len(FUNCTIONS)
"""Questions put to each contract: all of them to each function."""

DAY = 43997.0


def contracts(questions: int, share: int) -> int:
    """Few contracts for hosts that take their time; as many more as more questions are put."""
    return max(FEW, questions // share)


def answers_as_the_core(host: Host, number: int, *others: Host) -> None:
    """Fails with the smallest case there is of another answer, and what each host says to it."""

    @settings(max_examples=number)
    @given(suite())
    def agrees(asked: AskedSheets) -> None:
        for question, _ in differing(host, asked):
            pytest.fail(shown(asked.sheets, question, CORE, host, *others), pytrace=False)

    agrees()


def shown(sheets: Sheets, question: Question, *hosts: Host) -> str:
    """The rows and a question, with what hosts say to it."""
    said = ["", *format_rows(sheets), str(dict(zip(QUESTION, question, strict=True)))]
    for host in hosts:
        [answers] = host.answers(sheets, [question])
        said.append(f"{host.name}: {dict(zip(FUNCTIONS, answers, strict=True))}")
    return "\n".join(said)


def everywhere(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[Host]:
    """The hosts that need nothing installed."""
    return [command_line(folder, capsys), names_in("IronCalc"), names_in("cellrune")]


def test_the_command_line_answers_as_the_core(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names_questions: int
) -> None:
    host, *others = everywhere(tmp_path, capsys)
    answers_as_the_core(host, contracts(names_questions, 800), *others)


@pytest.mark.parametrize(("engine", "share"), [("IronCalc", 400), ("cellrune", 2_000)])
def test_names_answer_as_the_core(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    names_questions: int,
    engine: str,
    share: int,
) -> None:
    hosts = {host.name: host for host in everywhere(tmp_path, capsys)}
    host = hosts.pop(engine)
    answers_as_the_core(host, contracts(names_questions, share), *hosts.values())


def test_the_adapter_of_the_office_add_in_answers_as_the_core(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names_questions: int
) -> None:
    host = office("add-in", by_adapter)
    answers_as_the_core(host, contracts(names_questions, 30), *everywhere(tmp_path, capsys))


def test_an_office_add_in_answers_as_the_core_in_microsofts_runtime(
    play_excel: Play,
    shipped_addin: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    office_questions: int,
) -> None:
    excel = play_excel(shipped_addin)
    host, others = office("add-in", excel.ask_contract), everywhere(tmp_path, capsys)
    answers_as_the_core(host, contracts(office_questions, ASKED_OF_EACH), *others)


def test_an_office_add_in_answers_as_the_core_in_node(
    core_in_node: CoreInNode,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    node_questions: int,
) -> None:
    host, others = office("Pyodide", core_in_node.ask), everywhere(tmp_path, capsys)
    answers_as_the_core(host, contracts(node_questions, ASKED_OF_EACH), *others)


def test_calc_answers_as_the_core(
    calc: Calc, tmp_path: Path, capsys: pytest.CaptureFixture[str], calc_questions: int
) -> None:
    others = everywhere(tmp_path, capsys)
    answers_as_the_core(libreoffice(calc), contracts(calc_questions, 300), *others)


def test_excel_answers_as_the_core(
    macros: Macros,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    com_questions: int,
) -> None:
    others = everywhere(tmp_path, capsys)
    answers_as_the_core(excel(macros), contracts(com_questions, 300), *others)


def test_the_suite_has_every_charge_and_kind_of_answer() -> None:
    charges, answers, words = set(), [], []

    @settings(max_examples=20 * FEW)
    @given(suite())
    def collect(asked: AskedSheets) -> None:
        contract = read_workbook(asked.sheets).reading.contract
        charges.update(row.charge for row in (contract.rows if contract else ()))
        answers.extend(price for price, *_ in by_core(asked.sheets, asked.questions))
        words.extend(typed(question) is not None for question in asked.questions)

    collect()
    errors = {answer for answer in answers if isinstance(answer, CellError)}
    assert charges == set(Charge)
    assert sum(isinstance(answer, float) for answer in answers) > len(answers) / 10
    assert {NOT_AVAILABLE, WRONG_VALUE} <= errors
    assert sum(words) > len(words) / 2


WRONG = -1.0


def wrong_from_ten(sheets: Sheets, questions: Sequence[Question]) -> list[list[Cell]]:
    """Answers as the core does, and otherwise from ten units on."""
    return [
        [WRONG] * len(FUNCTIONS)
        if is_ten_or_more(quantity) and isinstance(price, float)
        else [price, *rest]
        for (quantity, *_), (price, *rest) in zip(
            questions, by_core(sheets, questions), strict=True
        )
    ]


def is_ten_or_more(quantity: Cell) -> bool:
    return isinstance(quantity, float) and quantity >= 10


def test_a_disagreement_is_shown_with_the_row_the_question_and_each_answer() -> None:
    with pytest.raises(pytest.fail.Exception) as failure:
        answers_as_the_core(Host("wrong", wrong_from_ten), 50, Host("another", by_core))
    said = str(failure.value)
    assert said.count("Pricing method") == 1
    assert "'quantity': 10.0, " in said
    assert "core: {'PRICE': 0.0, " in said
    assert "wrong: {'PRICE': -1.0" in said
    assert "another: {'PRICE': 0.0" in said


@pytest.mark.parametrize(
    ("wanted", "answer", "equal"),
    [
        (1.1, 1.1, True),
        (1.1, 1.1000000000000003, False),
        (1.0, True, False),
        (NOT_AVAILABLE, WRONG_VALUE, False),
        (NOT_AVAILABLE, "#N/A", False),
        (WRONG_VALUE, Outcome.BAD_INPUT, True),
        (CellError("#NUM!"), Outcome.BAD_INPUT, True),
        (NOT_AVAILABLE, Outcome.BAD_INPUT, False),
        (1.0, Outcome.NOT_DETERMINABLE, False),
        (1.0, NOT_ASKED, True),
    ],
)
def test_answers_are_the_same_or_not(wanted: Cell, answer: Cell, equal: bool) -> None:
    assert same(wanted, answer) == equal


@pytest.mark.parametrize(
    ("question", "handed_over"),
    [
        ([0.0, DAY, "", 0.0], ["", DAY, "", ""]),
        ([True, DAY, "A", DAY], [1.0, DAY, "A", DAY]),
        ([False, DAY, "A", DAY], ["", DAY, "A", DAY]),
        ([NOT_AVAILABLE, WRONG_VALUE, "A", DAY], [WRONG_VALUE, WRONG_VALUE, "A", DAY]),
        ([1.0, DAY, "A", ""], [1.0, DAY, "A", ""]),
    ],
)
def test_calc_hands_over_less(question: Question, handed_over: Question) -> None:
    assert as_calc_hands_over(question) == handed_over


@pytest.mark.parametrize(
    ("question", "handed_over"),
    [
        ([0.0, DAY, "", 0.0, 0.0], ["", DAY, "", "", ""]),
        (["0", "0", "0", "0", "0"], [0.0, "0", "0", "0", 0.0]),
        ([True, DAY, "A", DAY, False], [True, DAY, "A", DAY, False]),
    ],
)
def test_an_office_add_in_takes_a_0_for_a_blank_cell(
    question: Question, handed_over: Question
) -> None:
    assert as_office_hands_over(question) == handed_over


def test_every_declared_difference_says_why() -> None:
    assert all(each.name and each.why for each in (*CALC, *OFFICE))
