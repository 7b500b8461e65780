"""What is wrong on the sheets of a workbook."""

from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import BOOK, PRICE_OF_BOOK, Case, Given, each, edited, message_of, typed


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
        "No prefix to build with",
        f"xlfuncs build --contract {BOOK} -o prices.xlsx",
        typed({"Contract!B7": None}),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
