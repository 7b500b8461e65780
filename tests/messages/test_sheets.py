"""What is wrong on the sheets of a workbook."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    BUILT,
    PRICE_OF_BOOK,
    Case,
    Given,
    Here,
    each,
    edited,
    message_of,
    typed,
)
from tests.support.small_contract import CONTRACT
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.sheets.schema import list_purchases_letters
from xlfuncs.xlsx.builder import build_workbook
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW


def problem(title: str, *given: Given) -> Case:
    return Case(title, PRICE_OF_BOOK, *given, shown=f"^{BOOK}: ")


def no_rows(book: Any) -> None:
    for sheet in ("Tiers", "Amendments"):
        book[sheet].delete_rows(5, 1)


def merged(book: Any) -> None:
    book["Tiers"].merge_cells("A5:A6")


def percent(book: Any) -> None:
    book["Amendments"]["K5"].value = 0.15
    book["Amendments"]["K5"].number_format = "0%"


def sorted_above(book: Any) -> None:
    for column, value in zip("ABCD", (1, "Amendment 1", "3", "Scanning"), strict=True):
        book["Amendments"][f"{column}2"].value = value


def no_titles(book: Any) -> None:
    book["Tiers"].delete_rows(1, 4)


def kept_back(here: Here) -> str:
    """The explanation of a purchase that comes after one of a service that is not there."""
    counted = CONTRACT.replace('unit = "IPs"', 'unit = "IPs"\ncounted = "year"')
    contract = read_toml(counted.encode()).contract
    assert contract is not None
    line = {"quantity": InputCell(5), "purchased": InputCell(date(2020, 3, 1))}
    purchases = [{**line, "service": InputCell("Scaning")}, line]
    content = build_workbook(replace(build_draft(contract), purchases=purchases), BUILT)
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]
    letter = list_purchases_letters(with_bought_before=True)["Explanation"]
    return str(sheet[f"{letter}{FIRST_ROW + 1}"].value)


CASES = (
    problem("No number", typed({"Tiers!J5": "12,5o"})),
    problem("A number that is a text", typed({"Amendments!I5": "995"})),
    problem("A number that is shown in percent", edited(percent)),
    problem("A cell that has to be filled in", typed({"Tiers!F5": None})),
    problem("A row that lacks several cells", typed({"Tiers!B5": None, "Tiers!H5": None})),
    problem("A day that is a text", typed({"Amendments!N5": "2020-02-01"})),
    problem("A formula that no program has worked out", typed({"Amendments!I5": "=900+95"})),
    problem("An agreement with the number of an amendment", typed({"Tiers!A5": 1})),
    problem("An amendment without a number", typed({"Amendments!A5": None})),
    problem("An amendment with the number of the agreement", typed({"Amendments!A5": 0})),
    problem("Rows that say different things of one service", typed({"Amendments!E5": "users"})),
    problem("A clause that is neither text nor number", typed({"Amendments!C5": True})),
    problem("Merged cells", edited(merged)),
    problem("A column is missing", typed({"Tiers!I4": "Total"})),
    problem("A column is there twice", typed({"Tiers!W4": "Price"})),
    problem("A column is there under two titles", typed({"Tiers!AD4": "Source"})),
    problem("No titles", edited(no_titles)),
    problem("A row above the titles", edited(sorted_above)),
    problem("Sheets without rows", edited(no_rows)),
    problem("A second prefix", typed({"Contract!A12": "Function prefix", "Contract!B12": "OTHER"})),
    problem("A prefix that is none", typed({"Contract!B7": "Acme Inc."})),
    problem("A particular that is no text", typed({"Contract!B5": True})),
    Case(
        "A purchase that keeps back what is bought after it",
        f"{BOOK}  Purchases, Explanation",
        run=kept_back,
    ),
    Case(
        "No prefix to build with",
        f"xlfuncs build --contract {BOOK} -o prices.xlsx",
        typed({"Contract!B7": None}),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
