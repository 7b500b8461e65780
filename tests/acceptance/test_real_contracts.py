"""Four real public contracts, entered as contract files, answer as their own text does.

The amounts were worked out by hand from the documents (`tests/data/real_contracts.csv`). A bundle
is more than one question. The amount of Wynn Las Vegas is one thing, quantity 1; the Florida price
sheets hold for "the initial term", without a date, so any day will do.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.places import DATA
from xlfuncs.loader import load_reading
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.row_checks import Severity

CONTRACTS = DATA / "contracts"

with (DATA / "real_contracts.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def named(case: dict[str, str]) -> str:
    return f"{case['Contract']}: {case['Bought']} on {case['Purchased']}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_real_contract_answers_as_its_text_does(case: dict[str, str]) -> None:
    book = PriceBook(load_reading(CONTRACTS / f"{case['Contract']}.toml").contract)
    day = date.fromisoformat(case["Purchased"])
    bundle = [each.split(" x ", 1) for each in case["Bought"].split(" + ")]
    answers = [book.answer(Question(Decimal(number), day, name)) for number, name in bundle]
    kinds = {each.outcome for each in answers}
    price = sum(each.price for each in answers) if kinds == {Outcome.PRICE} else None
    found = kinds.pop().value if price is None else str(price)
    assert found == case["Answer"], case["Why"]


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_real_contract_has_no_errors(path: Path) -> None:
    findings = check(load_reading(path))
    assert findings
    assert all(finding.severity is not Severity.ERROR for finding in findings)


def test_a_reading_is_an_assumption_that_the_answer_names() -> None:
    book = PriceBook(load_reading(CONTRACTS / "snotarator.toml").contract)
    answer = book.answer(Question(Decimal(7500), date(2013, 9, 1)))
    assert [row.assumed_fields for row in answer.assumptions] == [("charge",)]
