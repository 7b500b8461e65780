"""A new vendor: a contract file that prices nothing, and teaches how to fill it in."""

import re
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.cli_runner import Run
from tests.support.places import TOP
from xlfuncs.cli.init import fill_template
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.loader import load_reading
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.schema import TITLE_ROW, format_title

TODAY = date(2024, 7, 15)
EXAMPLE = re.compile(r"^#(?=[^ \n])", re.MULTILINE)
PLACEHOLDER = re.compile(r"(?ms)^\[\[agreement.tiers\]\] # until the price.*?\n\n")


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


def type_rows(sheet: Worksheet, *rows: dict[str, object]) -> None:
    """Type rows into a sheet from its first row on, as somebody would in Excel."""
    titles = {sheet.cell(TITLE_ROW, each).value: each for each in range(1, sheet.max_column + 1)}
    for number, cells in enumerate(rows, TITLE_ROW + 1):
        for field, value in cells.items():
            sheet.cell(number, titles[format_title(field)]).value = value


def fill_in(path: Path) -> None:
    """Fill in a new workbook: four tiers, an amendment of one, and a discount in December."""
    book = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
    storage = {"service": "Storage", "unit": "GB", "charge": "per unit"}
    tiers = [(1, 99, 10), (100, 499, 9), (500, 999, 8), (1000, "or more", 7)]
    type_rows(
        book["Tiers"],
        *(
            {
                **storage,
                "document": 0,
                "title": "Agreement",
                "clause": f"Schedule 1, row {number}",
                "quantity_from": first,
                "quantity_to": last,
                "unit_price": unit_price,
            }
            for number, (first, last, unit_price) in enumerate(tiers, 1)
        ),
    )
    day = date(2024, 3, 1)
    amendment = {"document": 1, "title": "Amendment 1", "signed": day, "effective": day}
    or_more = {**storage, **amendment, "quantity_to": "or more"}
    december = {"purchased_from": date(2024, 12, 1), "purchased_through": date(2024, 12, 31)}
    discount = {"charge": "discount", "percent": 10, **december}
    type_rows(
        book["Amendments"],
        {**or_more, "clause": "2", "quantity_from": 1000, "unit_price": 6.5},
        {**or_more, "clause": "3", "quantity_from": 500, **discount},
    )
    book.save(path)


@pytest.mark.parametrize("name", ["acme.xlsx", "acme.xlsm"])
def test_a_new_workbook_is_filled_in_checked_priced_imported_and_built(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("init", "Acme Hosting, Inc.", "-o", name)
    assert (ran.status, ran.err) == (0, "")
    commands = re.findall(r"^\d\. (xlfuncs .*?)(?: {2,}|$)", ran.out, re.MULTILINE)
    assert commands == [f"xlfuncs check {name}", f"xlfuncs import {name} -o acme.toml"]
    assert run("check", name).status == 0
    empty = run("price", name, "1,200", "2024-07-01")
    assert (empty.status, empty.out) == (1, "")
    assert "price table" in empty.err
    fill_in(Path(name))
    check = run("check", name)
    assert (check.status, "error" in check.out + check.err) == (0, False)
    prices = [
        ("99", "2024-01-01", "990.00"),
        ("1,200", "2024-02-01", "8400.00"),
        ("1,200", "Jul 1, 2024", "7800.00"),
        ("1,200", "Dec 5, 2024", "7020.00"),
    ]
    assert run("import", name, "-o", "acme.toml").status == 0
    assert run("build", "acme.toml", "-o", f"again{Path(name).suffix}").status == 0
    for contract in (name, "acme.toml", f"again{Path(name).suffix}"):
        for quantity, day, price in prices:
            assert run("price", contract, quantity, day).out == f"{price}\n"
        assert run("diff", name, contract).status == 0


def test_the_way_through_excel_is_said_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("init", "A C", "--prefix", "B")
    [*_, command] = ran.out.splitlines()
    assert command.strip() == 'xlfuncs init "A C" --prefix B -o b.xlsx'
    _, *arguments = shlex.split(command)
    assert run(*arguments).status == 0
    again = run(*arguments)
    assert (again.status, again.out) == (2, "")
    assert "b.xlsx: already exists; nothing was written" in again.err
    assert read_contract_name("b.xlsx") == "A C"


def read_contract_name(path: str) -> str:
    contract = load_reading(path).contract
    assert contract is not None
    return contract.name


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
        (("Acme", "-o", "no/such/acme.toml"), "the folder does not exist; nothing was written"),
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
