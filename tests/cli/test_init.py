"""A new vendor: a contract file that prices nothing, and teaches how to fill it in."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.places import TOP
from xlfuncs.cli.init import fill_template
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook, Question

TODAY = date(2024, 7, 15)
EXAMPLE = re.compile(r"^#(?=[^ \n])", re.MULTILINE)
PLACEHOLDER = re.compile(r"(?ms)^\[\[agreement.tiers\]\] # stands until.*?\n\n")


def filled_in(text: str) -> str:
    """The file with its examples as rows, without the row that is there until there are some."""
    return PLACEHOLDER.sub("", EXAMPLE.sub("", text))


def test_a_new_contract_prices_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("init", "Acme Hosting, Inc.")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("acme.toml: written; it prices nothing until you fill it in")
    assert run("check", "acme.toml").status == 0
    asked = run("price", "100", "2024-07-15", "-c", "acme.toml")
    assert (asked.status, asked.out) == (1, "")
    assert "The price table has not been entered yet" in asked.err
    for book in ("acme.xlsx", "acme.xlsm", "acme.oxt"):
        assert run("build", "acme.toml", "-o", book).status == 0
    assert "Acme Hosting, Inc." in run("check", "acme.xlsx", "--json").out + ran.out


def test_its_examples_are_rows_of_every_charge_that_price_as_its_comments_say() -> None:
    contract = read_toml(
        filled_in(fill_template("Acme", "ACME", "acme.toml", TODAY)).encode()
    ).contract
    assert contract is not None
    assert {row.charge for row in contract.rows} == set(Charge)
    book = PriceBook(contract)
    for quantity, day, price in [
        (100, date(2024, 2, 1), "4500.00"),
        (101, date(2024, 2, 1), "4545.00"),
        (502, date(2024, 2, 1), "22600.00"),  # the minimum, above 22,538
        (103, date(2024, 2, 1), "4635.00"),
        (1000, date(2024, 2, 1), "41462.00"),  # 22,500 + 499 x 38
        (1001, date(2024, 2, 1), "41497.00"),  # and 35 for the last one
        (1100, date(2024, 2, 1), "44962.00"),
        (200, date(2024, 7, 1), "7607.50"),  # 200 x 44.75, less 15 percent
        (200, date(2024, 8, 1), "8950.00"),
        (200, date(2025, 12, 1), "8502.50"),  # less 5 percent
    ]:
        assert book.price(Question(Decimal(quantity), day)) == Decimal(price)
    tiers = [row for row in dated_rows(contract) if row.clause == "Schedule 1, row 4"]
    assert [str(row.unit_price) for row in tiers] == ["35.00", "36.05", "37.13"]
    for quantity, kind in [(100, Outcome.NO_PRICE), (501, Outcome.NOT_DETERMINABLE)]:
        assert book.answer(Question(Decimal(quantity), date(2025, 1, 1))).outcome is kind


RARE = {"service", "per", "maximum", "replaces", "increase", "rounded", "not_held"}
"""Keys that the README of the format explains, and most files do without."""


def test_it_has_every_key_that_most_contract_files_need() -> None:
    text = filled_in(fill_template("Acme", "ACME", "acme.toml", TODAY))
    readme = (TOP / "xlfuncs" / "contracts" / "README.md").read_text(encoding="utf-8")
    _, _, after = readme.partition("## Parts")
    parts, _, _ = after.partition("| charge | price of a quantity |")
    keys = set(re.findall(r"`([a-z_]+)`(?: \*)?(?= \||,|;| )", parts)) - {"or", "charge", "none"}
    assert len(keys) > 25
    assert {key for key in keys if not re.search(rf"^{key} = ", text, re.MULTILINE)} <= RARE


@pytest.mark.parametrize(
    "vendor", ['Électricité "de" {name}', "a\\b {today}", "O'Neill", "Zoë's", "株式会社 Acme"]
)
def test_any_name_of_a_vendor_is_kept_as_it_is(vendor: str) -> None:
    contract = read_toml(fill_template(vendor, "ACME", "acme.toml", TODAY).encode()).contract
    assert contract is not None
    assert contract.name == vendor


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("3M",), "no word of '3M' begins with a letter"),
        (("Acme", "-o", "no/such/acme.toml"), "there is no such folder; nothing was written"),
    ],
)
def test_what_cannot_be_started_says_why(
    arguments: tuple[str, ...],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("init", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err
    assert list(tmp_path.iterdir()) == []
