"""Every host answers the same questions as the core does; where one does not, the smallest case."""

from pathlib import Path

import pytest

from tests.support.calc_session import Calc
from tests.support.declared_differences import CALC, Question, as_calc_hands_over
from tests.support.parity import (
    CORE,
    FUNCTIONS,
    NOT_ASKED,
    Asked,
    Host,
    by_core,
    differing,
    first_differing,
    same,
    suite,
)
from tests.support.parity_hosts import command_line, excel, libreoffice, names_in, typed
from tests.support.shrinking import shrunk
from tests.support.xlwings_session import Macros
from xlfuncs.functions.cache import read_workbook
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell, CellError

FEW = 3
DAY = 43997.0


def contracts(questions: int, share: int) -> int:
    """Few contracts for hosts that take their time; as many more as more questions are put."""
    return max(FEW, questions // share)


def answers_as_the_core(host: Host, seed: int, number: int, *others: Host) -> None:
    """Fails with the smallest case there is of another answer, and what each host says to it."""
    asked = first_differing(host, seed, number)
    if asked is not None:
        smallest = shrunk(asked, lambda smaller: bool(differing(host, smaller)))
        pytest.fail(shown(smallest, CORE, host, *others), pytrace=False)


def shown(asked: Asked, *hosts: Host) -> str:
    rows = [
        {title: cell for title, cell in zip(grid[0], row, strict=True) if cell not in {None, ""}}
        for grid in asked.sheets[:2]
        for row in grid[1:]
    ]
    arguments = ("quantity", "purchased", "service", "known_on")
    said = []
    for host in hosts:
        [answers] = host.answers(asked.sheets, [asked.question])
        said.append(f"{host.name}: {dict(zip(FUNCTIONS, answers, strict=True))}")
    question = dict(zip(arguments, asked.question, strict=True))
    return "\n".join(["", *map(str, rows), str(question), *said])


def everywhere(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[Host]:
    """The hosts that need nothing installed."""
    return [command_line(folder, capsys), names_in("IronCalc"), names_in("cellrune")]


def test_the_command_line_answers_as_the_core(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, names_questions: int
) -> None:
    host, *others = everywhere(tmp_path, capsys)
    answers_as_the_core(host, seed, contracts(names_questions, 800), *others)


@pytest.mark.parametrize(("engine", "share"), [("IronCalc", 400), ("cellrune", 2_000)])
def test_names_answer_as_the_core(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    seed: int,
    names_questions: int,
    engine: str,
    share: int,
) -> None:
    hosts = {host.name: host for host in everywhere(tmp_path, capsys)}
    host = hosts.pop(engine)
    answers_as_the_core(host, seed, contracts(names_questions, share), *hosts.values())


def test_calc_answers_as_the_core(
    calc: Calc, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, calc_questions: int
) -> None:
    others = everywhere(tmp_path, capsys)
    answers_as_the_core(libreoffice(calc), seed, contracts(calc_questions, 300), *others)


def test_excel_answers_as_the_core(
    macros: Macros,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    seed: int,
    com_questions: int,
) -> None:
    others = everywhere(tmp_path, capsys)
    answers_as_the_core(excel(macros), seed, contracts(com_questions, 300), *others)


def test_the_suite_has_every_charge_and_kind_of_answer(seed: int) -> None:
    charges, prices, errors, words = set(), 0, set(), 0
    for sheets, questions in suite(seed, FEW):
        contract = read_workbook(sheets).reading.contract
        charges |= {each.charge for each in contract.rows} if contract else set()
        for price, *_ in by_core(sheets, questions):
            prices += isinstance(price, float)
            errors |= {price} if isinstance(price, CellError) else set()
        words += sum(typed(question) is not None for question in questions)
    assert charges == set(Charge)
    assert prices >= FEW
    assert {NOT_AVAILABLE, WRONG_VALUE} <= errors
    assert words > FEW * 6


def test_every_host_is_asked_the_same(seed: int) -> None:
    assert repr(list(suite(seed, FEW))) == repr(list(suite(seed, FEW)))


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


def test_every_declared_difference_says_why() -> None:
    assert all(each.name and each.why for each in CALC)
