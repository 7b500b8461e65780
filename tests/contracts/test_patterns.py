"""The examples of what documents print: each is right, and answers as the table below it says."""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.support.places import TOP
from tests.support.workbook_edits import sheets_of
from xlfuncs.contracts.matching import is_same
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import serialize_contract
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.lint import check
from xlfuncs.sheets.parsers import Reading
from xlfuncs.sheets.reader import read_sheets
from xlfuncs.sheets.row_checks import Severity

FOLDER = TOP / "xlfuncs" / "contracts"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
PATTERNS = (FOLDER / "patterns.md").read_text(encoding="utf-8")
USUAL = {
    "[contract]": '[contract]\nname = "Acme"\nprefix = "ACME"\n',
    "[[services]]": '[[services]]\nname = "Service"\n',
}
"""The parts that an example leaves out."""


class Pattern(NamedTuple):
    title: str
    file: str
    questions: list[dict[str, str]]

    @property
    def contract(self) -> Contract:
        reading = read_toml(self.file.encode())
        assert reading.contract is not None, reading.problems
        return reading.contract


def pattern_in(section: str) -> Pattern:
    title, _, text = section.partition("\n")
    [example] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    file = "\n".join([*(part for name, part in USUAL.items() if name not in example), example])
    titles, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    )
    return Pattern(title, file, [dict(zip(titles, row, strict=True)) for row in rows])


ALL = [pattern_in(section) for section in PATTERNS.split("\n## ")[1:]]
each_pattern = pytest.mark.parametrize("pattern", ALL, ids=lambda each: each.title)


def answer(contract: Contract, asked: dict[str, str]) -> str:
    """A price as it is printed, or the outcome in words."""
    known_on, before = asked.get("known on"), asked.get("bought before")
    question = Question(
        Decimal(asked["quantity"].replace(",", "")),
        date.fromisoformat(asked["purchased"]),
        asked.get("service"),
        date.fromisoformat(known_on) if known_on else None,
        Decimal(before.replace(",", "")) if before else None,
    )
    found = PriceBook(contract).answer(question)
    return f"{found.price:,.2f}" if found.outcome is Outcome.PRICE else found.outcome.value


@each_pattern
def test_each_question_has_the_answer_beside_it(pattern: Pattern) -> None:
    answers = [answer(pattern.contract, asked) for asked in pattern.questions]
    assert answers == [asked["price"] for asked in pattern.questions]


@each_pattern
def test_it_goes_to_sheets_and_to_a_new_file_without_loss(pattern: Pattern) -> None:
    contract = read_sheets(sheets_of(pattern.contract)).contract
    assert contract is not None
    assert is_same(contract, pattern.contract)
    again = read_toml(serialize_contract(contract)).contract
    assert again is not None
    assert is_same(again, contract)
    for asked in pattern.questions:
        assert answer(again, asked) == asked["price"]


@each_pattern
def test_it_has_no_error(pattern: Pattern) -> None:
    errors = [each for each in check(Reading(pattern.contract)) if each.severity is Severity.ERROR]
    assert [each.where for each in errors] == []


def test_the_table_of_patterns_leads_to_each() -> None:
    links = re.findall(r"\]\(patterns\.md#([\w-]+)\)", README)
    anchors = [re.sub(r"[^\w -]", "", each.title).lower().replace(" ", "-") for each in ALL]
    assert links == anchors
