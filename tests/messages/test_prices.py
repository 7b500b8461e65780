"""Prices and questions: what cannot be asked, and why there is no price."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    BUILT,
    FILE,
    PRICE,
    SECOND_SERVICE,
    Case,
    Given,
    Here,
    each,
    edited,
    message_of,
    more,
    row,
    said,
)
from tests.support.small_contract import CONTRACT
from xlfuncs.api import load
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.errors import InputError
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import load_reading as load_sheets
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.draft import build_draft, build_row
from xlfuncs.xlsx.builder import build_workbook


def in_cell(title: str, formula: str, *arguments: object, given: tuple[Given, ...] = ()) -> Case:
    """A function in a cell of the workbook."""
    name = formula[1:].partition("(")[0].removeprefix("ACME_")

    def run(here: Here) -> str:
        return str(call(name, arguments, PricedSheets(load_sheets(here.folder / BOOK))))

    return Case(title, f"{BOOK}  {formula}", *given, run=run)


def asked(title: str, question: str, *given: Given) -> Case:
    return Case(title, f"xlfuncs price {question} --contract {FILE}", *given)


def two_problems(book: Any) -> None:
    book["Tiers"]["J5"].value = "12,5o"
    book["Amendments"]["I5"].value = "1o"


BY_MONTH = said('unit = "IPs"', 'unit = "IPs"\ncounted = "month"')
QUESTIONS = (
    asked("No number", "12,5o 2020-03-01"),
    asked("A negative quantity", "-1 2020-03-01"),
    asked("Part of a unit", "0.5 2020-03-01"),
    asked(
        "Part of a step",
        "30 2020-03-01",
        said('unit = "IPs"', 'unit = "IPs"\nstep = 25'),
        said("quantity_from = 1\n", "quantity_from = 25\n"),
    ),
    asked("A number of too many digits", "1234567890123456 2020-03-01"),
    asked("A quantity of too many decimals", "1.0000001 2020-03-01"),
    asked("Nothing said of what was bought before", "100 2020-03-01", BY_MONTH),
    asked(
        "Nothing said of what was bought before, and no date of the agreement",
        "100 2020-03-01",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "contract year"'),
        said("dated = 2020-01-01", 'dated = "not on file"'),
    ),
    asked(
        "Nothing said of what was bought before in the term",
        "100 2020-03-01",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "term"'),
    ),
    asked("What was bought before, where it does not count", "100 2020-03-01 --before 50"),
    asked("No number bought before", "100 2020-03-01 --before many", BY_MONTH),
    asked("A negative quantity bought before", "100 2020-03-01 --before=-1", BY_MONTH),
    asked("Part of a unit bought before", "100 2020-03-01 --before 0.5", BY_MONTH),
    asked("No date", "100 1.3.2020"),
    asked("A day before all that is certain", "100 1899-12-31"),
    asked("No date to have known something on", "100 2020-03-01 --known-on today"),
    asked("No number of a document", "100 2020-03-01 --through two"),
    asked("A number above that of the last document", "100 2020-03-01 --through 9"),
    asked(
        "A number between those of documents",
        "100 2020-03-01 --through 2",
        said("number = 1\n", "number = 3\n"),
    ),
    asked("A name that is nearly that of a service", '100 2020-03-01 --service "Scaning"'),
    asked(
        "No service, where there are several",
        "100 2020-03-01",
        said("unit_price = 10.00", 'service = "Scanning"\nunit_price = 10.00'),
        said("price = 995.00", 'service = "Scanning"\nprice = 995.00'),
        more(SECOND_SERVICE),
    ),
    in_cell(
        "A text where a quantity belongs", '=ACME_EXPLAIN("100", DATE(2020,3,1))', "100", 43891.0
    ),
    in_cell(
        "A text where the quantity bought before belongs",
        '=ACME_EXPLAIN(100, DATE(2020,3,1), , , "50")',
        *(100.0, 43891.0, None, None, "50"),
    ),
    in_cell(
        "A number that is none",
        "=ACME_EXPLAIN(1E+300*1E+300, DATE(2020,3,1))",
        float("inf"),
        43891.0,
    ),
    in_cell("A number that is too large", "=ACME_EXPLAIN(1E+20, DATE(2020,3,1))", 1e20, 43891.0),
    in_cell("A text where a day belongs", '=ACME_EXPLAIN(100, "1.3.2020")', 100.0, "1.3.2020"),
    in_cell(
        "A number where a service belongs",
        "=ACME_EXPLAIN(100, DATE(2020,3,1), 5)",
        100.0,
        43891.0,
        5.0,
    ),
    in_cell(
        "Sheets from which nothing is priced",
        "=ACME_EXPLAIN(100, DATE(2020,3,1))",
        100.0,
        43891.0,
        given=(edited(two_problems),),
    ),
)


PER_UNIT = 'charge = "per unit"'
GRADUATED = said(PER_UNIT, 'charge = "graduated"')
NO_AMENDMENT = said("quantity_from = 100\n", "quantity_from = 9999\n")
NO_PRICE = (
    asked(
        "Beyond the limit of a month",
        "100 2020-03-01 --before 950",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "month"\nlimit = 1000'),
    ),
    asked(
        "Beyond a limit that is used up",
        "100 2020-03-01 --before 1000",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "term"\nlimit = 1000'),
    ),
    asked(
        "Beyond the limit of one purchase",
        "1001 2020-03-01",
        said('unit = "IPs"', 'unit = "IPs"\nlimit = 1000'),
    ),
    asked("A package, and something was bought before", "50 2020-03-01 --before 50", BY_MONTH),
    asked(
        "What was bought before has no price",
        "1 2020-03-01 --before 3",
        BY_MONTH,
        GRADUATED,
        NO_AMENDMENT,
        *(
            row(f"quantity_from = 3\ncharge = 'discount'\npercent = {percent}")
            for percent in (5, 6)
        ),
    ),
    asked(
        "What was bought before cost more than all of it",
        "1 2020-03-01 --before 3",
        *(BY_MONTH, GRADUATED, NO_AMENDMENT),
        row("quantity_from = 3", 'charge = "package"', "price = 500.00"),
    ),
    asked(
        "Nobody says how purchases add up",
        "60 2020-03-01 --before 40",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "not said"'),
    ),
    asked(
        "Nobody says how purchases add up, nor what was bought before",
        "60 2020-03-01",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "not said"'),
    ),
    asked("Below the smallest quantity", "0 2020-03-01"),
    asked(
        "Above the largest quantity",
        "600 2020-03-01",
        said('quantity_to = "or more"', "quantity_to = 500"),
    ),
    asked("Before the contract begins", "100 2019-12-31"),
    Case(
        "After it ends",
        "xlfuncs price 100 2023-01-01 --contract contract.toml",
        said("dated = 2020-01-01", "dated = 2020-01-01\nends = 2022-12-31"),
    ),
    asked("A service that the contract does not have", '100 2020-03-01 --service "Gardening"'),
    asked(
        "As the contract stood through a document, which prices nothing",
        "100 2020-03-01 --through 0",
        said(PER_UNIT, 'charge = "withdrawn"'),
        said("unit_price = 10.00", ""),
    ),
    Case(
        "An amendment withdraws it",
        PRICE,
        said('charge = "package"', 'charge = "withdrawn"'),
        said("price = 995.00", 'source = "deleted"'),
    ),
    asked(
        "The agreement offers none",
        "50 2020-03-01",
        said(PER_UNIT, 'charge = "withdrawn"'),
        said("unit_price = 10.00", 'source = "custom quote"'),
    ),
    Case(
        "A figure is not on file",
        PRICE,
        said('charge = "package"', 'charge = "not on file"'),
        said("price = 995.00", 'note = "schedule B is missing"'),
    ),
    Case("A row without its figure", PRICE, said("price = 995.00", "")),
    Case("An amendment without the day it takes effect", PRICE, said("effective = 2020-02-01", "")),
    Case(
        "An amendment without the day of signing, asked what was known",
        f"{PRICE} --known-on 2020-02-15",
        said("signed = 2020-02-01", ""),
    ),
    Case(
        "Two rows that nothing ranks",
        PRICE,
        row("quantity_from = 100", 'charge = "package"', "price = 990.00"),
    ),
    asked(
        "Between two quantities",
        "60 2020-03-01",
        said('quantity_to = "or more"', "quantity_to = 50"),
    ),
    asked(
        "Between two days",
        "100 2020-03-15",
        said('charge = "per unit"', 'charge = "per unit"\nends = 2020-02-29'),
        said("effective = 2020-02-01", "effective = 2020-06-01"),
    ),
    asked(
        "Part of a step, where nothing is said of it",
        "1.5 2020-03-01",
        said('unit = "IPs"', 'unit = "hours"\npart_units = "not said"'),
    ),
    asked(
        "A quantity that was rounded",
        "600.5 2020-03-01",
        said('unit = "IPs"', 'unit = "hours"\npart_units = "up"'),
        said('quantity_to = "or more"', "quantity_to = 500"),
    ),
    asked(
        "Slabs that are added up, and one is withdrawn",
        "200 2020-03-01",
        said(PER_UNIT, 'charge = "graduated"'),
        said('charge = "package"', 'charge = "withdrawn"'),
        said("price = 995.00", ""),
    ),
    asked(
        "Slabs that are added up, and one is not on file",
        "200 2020-03-01",
        said(PER_UNIT, 'charge = "graduated"'),
        said('charge = "package"', 'charge = "not on file"'),
        said("price = 995.00", ""),
    ),
    asked(
        "Slabs that are added up, and one is there twice",
        "200 2020-03-01",
        said(PER_UNIT, 'charge = "graduated"'),
        said('charge = "package"', 'charge = "graduated"'),
        said("price = 995.00", "unit_price = 9"),
        row("quantity_from = 100", 'charge = "graduated"', "unit_price = 8"),
    ),
    asked(
        "Slabs that are added up, and one is missing",
        "200 2020-03-01",
        said("quantity_from = 1\n", "quantity_from = 10\n"),
        said(PER_UNIT, 'charge = "graduated"'),
    ),
    Case("A price table of a day without prices", f"xlfuncs schedule 2019-12-31 --contract {FILE}"),
    Case(
        "A price table of a service that the contract does not have",
        f'xlfuncs schedule 2020-03-01 --service "Gardening" --contract {FILE}',
    ),
)


def contract() -> Contract:
    found = read_toml(CONTRACT.encode()).contract
    assert found
    return found


def from_python(title: str, shown: str, call: Callable[[], object]) -> Case:
    """A program that calls the package, and is told what it should have found out before."""

    def run(here: Here) -> str:
        with pytest.raises((ValueError, InputError)) as refusal:
            call()
        return str(refusal.value)

    return Case(title, shown, run=run)


FROM_PYTHON = (
    from_python(
        "A quantity of too many digits",
        "PriceBook(contract).price(Question(Decimal(10) ** 15, date(2020, 3, 1)))",
        lambda: PriceBook(contract()).price(Question(Decimal(10) ** 15, date(2020, 3, 1))),
    ),
    from_python(
        "A draft that is no contract",
        "build_workbook(replace(draft, tiers=[build_row(['clause'], ['1'])]), date(2020, 3, 1))",
        lambda: build_workbook(
            replace(build_draft(contract()), tiers=[build_row(["clause"], ["1"])]), BUILT
        ),
    ),
    from_python(
        "A file of another kind", "load(FILE).build('.xls')", lambda: load(Path(FILE)).build(".xls")
    ),
    from_python(
        "A self-check that is no .xlsx",
        "load(FILE).build('.xlsm', self_check=True)",
        lambda: load(Path(FILE)).build(".xlsm", self_check=True),
    ),
    from_python(
        "A number that no document can have",
        "load(FILE).through(-1)",
        lambda: load(Path(FILE)).through(-1),
    ),
    from_python(
        "A workbook of some of the documents",
        "load(FILE).through(1).build()",
        lambda: load(Path(FILE)).through(1).build(),
    ),
    from_python("One contract alone", "load(FILE).diff()", lambda: load(Path(FILE)).diff()),
    from_python(
        "A contract beside a file's name",
        "load(FILE).diff('acme.xlsx')",
        lambda: load(Path(FILE)).diff("acme.xlsx"),  # type: ignore[arg-type]
    ),
)


@each([*QUESTIONS, *NO_PRICE, *FROM_PYTHON])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
