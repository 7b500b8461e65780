"""Contracts as they are printed: every host answers what was worked out by hand from the documents.

The names of a workbook without macros may refuse what they cannot calculate; another price they may
not give.
"""

from itertools import groupby
from pathlib import Path

import pytest

from tests.support.calc_session import Calc
from tests.support.field_contracts import CASES, FieldCase
from tests.support.parity import CORE, FUNCTIONS, Host
from tests.support.parity_hosts import command_line, excel, libreoffice, names_in
from tests.support.random_sheets import CellQuestion, plain_sheets, serial
from tests.support.xlwings_session import Macros
from xlfuncs.loader import load_reading
from xlfuncs.sheets.cells import NOT_AVAILABLE, WRONG_VALUE, Cell

BY_CONTRACT = {path: list(cases) for path, cases in groupby(CASES, key=lambda case: case.path)}
PRICE = FUNCTIONS.index("PRICE")

of_each_contract = pytest.mark.parametrize("path", BY_CONTRACT, ids=lambda path: path.stem)


def prices(host: Host, path: Path) -> dict[str, Cell]:
    """What a host answers to the questions about a contract, from its sheets."""
    contract = load_reading(path).contract
    assert contract is not None
    cases = BY_CONTRACT[path]
    found = host.answers(plain_sheets(contract), [asked(case) for case in cases])
    return {str(case): answers[PRICE] for case, answers in zip(cases, found, strict=True)}


def asked(case: FieldCase) -> CellQuestion:
    return [float(case.quantity), serial(case.purchased), "", serial(case.known_on), ""]


def expected(host: Host, path: Path) -> dict[str, Cell]:
    """What the text of a contract says, for a question as the host hands it over."""
    return {str(case): expected_of(host, case) for case in BY_CONTRACT[path]}


def expected_of(host: Host, case: FieldCase) -> Cell:
    quantity, *_ = host.hands_over(asked(case))
    if quantity == "":
        return WRONG_VALUE
    return float(case.answer) if case.is_priced else NOT_AVAILABLE


def check_prices(host: Host, path: Path) -> None:
    assert prices(host, path) == expected(host, path)


@of_each_contract
def test_sheets_of_a_contract_as_printed_answer_as_its_text_does(path: Path) -> None:
    check_prices(CORE, path)


@of_each_contract
def test_the_command_line_answers_as_the_text(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_prices(command_line(tmp_path, capsys), path)


@of_each_contract
@pytest.mark.parametrize("engine", ["IronCalc", "cellrune"])
def test_names_answer_as_the_text_or_refuse(path: Path, engine: str) -> None:
    host = names_in(engine)
    found, wanted = prices(host, path), expected(host, path)
    priced = {case: answer for case, answer in found.items() if answer != NOT_AVAILABLE}
    assert priced == {case: wanted[case] for case in priced}


@of_each_contract
def test_calc_answers_as_the_text(path: Path, calc: Calc) -> None:
    check_prices(libreoffice(calc), path)


@of_each_contract
def test_excel_answers_as_the_text(path: Path, macros: Macros) -> None:
    check_prices(excel(macros), path)
