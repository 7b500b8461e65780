"""Contracts of the field, entered as they are printed, answer as their own text does.

The answers were worked out by hand from the documents (`tests/data/contracts_as_printed.csv`), with
words that the explanation and the findings of `check` must have.
"""

from pathlib import Path

import pytest

from tests.support.field_contracts import CASES, CONTRACTS, FieldCase
from xlfuncs.api import load
from xlfuncs.loader import load_reading
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.row_checks import Severity

REFUSED = "year_for_a_day"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_contract_as_printed_answers_as_its_text_does(case: FieldCase) -> None:
    contract = load(case.path)
    asked = (case.quantity, case.purchased, None, case.known_on)
    answer = contract.answer(*asked)
    assert (answer.outcome is Outcome.PRICE) == case.is_priced
    assert (str(answer.price) if case.is_priced else answer.outcome.value) == case.answer
    explanation = contract.explain(*asked)
    assert [words for words in case.explained if words not in explanation] == [], explanation


@pytest.mark.parametrize("case", [case for case in CASES if case.found], ids=str)
def test_check_finds_what_a_contract_as_printed_leaves_open(case: FieldCase) -> None:
    findings = [str(finding) for finding in check(load_reading(case.path))]
    assert any(all(words in finding for words in case.found) for finding in findings), findings


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_as_printed_has_no_errors(path: Path) -> None:
    severities = {finding.severity for finding in check(load_reading(path))}
    assert (Severity.ERROR in severities) == (path.stem == REFUSED)


def test_a_year_is_no_day_of_an_agreement() -> None:
    [path] = [path for path in CONTRACTS if path.stem == REFUSED]
    reading = load_reading(path)
    assert reading.contract is None
    [problem] = reading.problems
    assert "line 12" in problem.where or "dated" in problem.where
    assert "2020" in problem.text
    assert "year" in problem.text


def test_every_contract_of_the_field_is_asked() -> None:
    assert {path.stem for path in CONTRACTS} == {REFUSED, *(case.path.stem for case in CASES)}
