"""Prices follow the Tiers and Amendments sheets of an edited workbook."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.workbook_edits import FIELDS, add_amendment, cells, edited, put, refill
from xlfuncs.loader import load_reading
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.parsers import Reading
from xlfuncs.sheets.schema import COLUMNS, column_letter, format_name, format_title
from xlfuncs.xlsx.sheets.contract import TITLE_ROW


def price(path: Path, day: str) -> str:
    """The price of 100,000 on a day, or the kind of no answer."""
    reading = load_reading(path)
    assert reading.contract, reading.problems
    book = PriceBook(reading.contract)
    answer = book.answer(Question(Decimal(100_000), date.fromisoformat(day)))
    return answer.outcome.value if answer.price is None else str(answer.price)


def problems(reading: Reading) -> list[str]:
    assert reading.contract is None
    return [str(problem) for problem in reading.problems]


def test_a_changed_footnote_changes_the_price(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], 2, "price", 250_000.5))
    assert price(path, "2013-12-20") == "250000.50"
    assert price(path, "2014-01-01") == "279995.00"


def test_blanked_dates_put_the_amendment_out_of_force(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        for row in (1, 2):
            for field in ("signed", "effective", "assumed"):
                put(book["Amendments"], row, field, None)

    assert price(edited(tmp_path, edit), "2014-01-01") == "not determinable"


def test_a_second_amendment_prevails(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        days = {"signed": date(2014, 6, 1), "effective": date(2014, 7, 1)}
        add_amendment(book, charge="Discount", percent=10, **days)

    path = edited(tmp_path, edit)
    assert price(path, "2014-06-30") == "279995.00"
    assert price(path, "2014-07-01") == "251995.50"


def test_sorted_rows_and_moved_columns_answer_the_same(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        for name in ("Tiers", "Amendments"):
            titles, *rows = cells(book[name])
            order = Random(7).sample(range(len(titles)), len(titles))
            moved = [[row[index] for index in order] for row in [titles, *reversed(rows)]]
            refill(book[name], [["My heading"], [], *[["mine", *row] for row in moved]])

    path = edited(tmp_path, edit)
    assert price(path, "2013-12-20") == "255000.00"
    assert price(path, "2014-01-01") == "279995.00"


def test_blank_rows_and_blank_text_are_passed_over(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Amendments"].insert_rows(6)
        book["Amendments"]["A6"].value = "  "

    assert price(edited(tmp_path, edit), "2013-12-20") == "255000.00"


def test_serial_numbers_count_as_days(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Amendments"]
        put(sheet, 2, "purchased_through", 41639)
        sheet.cell(6, FIELDS.index("purchased_through") + 1).number_format = "General"

    path = edited(tmp_path, edit)
    assert price(path, "2013-12-31") == "255000.00"
    assert price(path, "2014-01-01") == "279995.00"


DAYS = ("purchased_from", "purchased_through", "signed", "effective", "ends")


@pytest.mark.parametrize(
    ("year", "number_format", "why"),
    [
        (2020, "General", "is 2020, and a year is not a date; expected a date such as 2013-12-20"),
        (2020.0, "0", "is 2020, and a year is not a date; expected a date such as 2013-12-20"),
        ("2020", "@", "is '2020', and a year is not a date; expected a date such as 2013-12-20"),
        (1900, "General", "is 1900, and a year is not a date"),
        (2199, "General", "is 2199, and a year is not a date"),
        (2020, "yyyy-mm-dd", "is 1905-07-12, which a spreadsheet cannot tell from the year 2020;"),
    ],
)
def test_a_year_on_a_sheet_is_no_day(
    tmp_path: Path, year: Any, number_format: str, why: str
) -> None:
    sheets = ("Tiers", "Amendments")

    def edit(book: Any) -> None:
        for sheet in sheets:
            for field in DAYS:
                put(book[sheet], 1, field, year)
                cell = book[sheet].cell(TITLE_ROW + 1, FIELDS.index(field) + 1)
                cell.number_format = number_format

    found = problems(load_reading(edited(tmp_path, edit)))
    for sheet in sheets:
        for field in DAYS:
            cell = f"{sheet}!{column_letter(FIELDS.index(field))}{TITLE_ROW + 1}"
            start = f"{cell}: {format_name(field)} {why}"
            assert any(problem.startswith(start) for problem in found), start


def test_a_formula_without_a_stored_value_is_refused_by_name(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], 2, "price", "=250000+1"))
    assert problems(load_reading(path))[0] == (
        "Amendments!I6: a formula without a stored value; expected a workbook saved by Excel"
    )


def test_every_problem_of_both_sheets_is_found_in_one_pass(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        put(book["Tiers"], 1, "quantity_from", "12,5o")
        put(book["Tiers"], 2, "document", 1)
        put(book["Tiers"], 3, "percent", 5)
        put(book["Amendments"], 1, "charge", "packet")
        put(book["Amendments"], 1, "signed", "2013-12-01")
        put(book["Amendments"], 1, "unit_price", -2)
        put(book["Amendments"], 2, "purchased_from", date(2014, 2, 1))
        put(book["Amendments"], 2, "document", None)

    assert problems(load_reading(edited(tmp_path, edit))) == [
        "Tiers!F5: quantity from is '12,5o'; expected a number such as 12.50",
        "Tiers!A6: amendment no. is 1; leave it blank: the sheet Tiers is for the agreement itself",
        "Tiers!L7: discount percent is 5; leave it blank: the pricing method is not on file",
        "Amendments!H5: pricing method is 'packet'; expected one of: package, per unit, graduated, "
        "additional, discount, standing discount, withdrawn, not on file",
        "Amendments!J5: unit price is -2; expected 0 or more",
        "Amendments!Q5: date signed is '2013-12-01'; expected a date such as 2013-12-20, not text "
        "that looks like one, or 'not on file'",
        "Amendments!A6: row 6 is not complete yet: "
        f"{format_title('document')} is missing; expected the number of the amendment, 1 or more",
    ]


@pytest.mark.parametrize(
    ("row", "field", "value", "problem"),
    [
        (1, "price", 279995.005, "expected an amount to the cent"),
        (1, "price", True, "price is TRUE; expected a number"),
        (1, "price", 1e300, "expected at most 15 digits"),
        (1, "unit_price", 0.1234567, "expected at most 15 digits, 6 of them decimals"),
        (1, "price", "#N/A", "price is #N/A; expected a number"),
        (1, "quantity_to", 5, "expected 100000 or more"),
        (1, "quantity_to", "and up", "expected a quantity, 'or more', or nothing"),
        (1, "ends", date(2013, 1, 1), "expected 2013-12-01 or a later day"),
        (1, "signed", 60, "expected a date"),
        (1, "document", 0, "expected 1 or more; 0 is the agreement itself"),
        (1, "document", 1.5, "expected a whole number from 0 to 9999"),
        (1, "assumed", "Signed", "expected columns, a colon and the reason"),
        (1, "assumed", "Percent: why", "names 'Discount percent', which is blank"),
        (1, "step", 0, "expected a step above 0"),
        (2, "unit", "addresses", "but Tiers!E5 says 'IPs'"),
        (1, "title", None, f"row 5 is not complete yet: {format_title('title')} is missing"),
        (1, "note", date(2013, 1, 1), "expected text"),
    ],
)
def test_an_impossible_cell_is_refused_with_its_place(
    tmp_path: Path, row: int, field: str, value: Any, problem: str
) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], row, field, value))
    found = problems(load_reading(path))
    column = column_letter(FIELDS.index(field))
    assert any(problem in text for text in found), found
    assert any(text.startswith(f"Amendments!{column}{TITLE_ROW + row}:") for text in found), found


def test_rows_that_were_sorted_above_the_titles_are_refused(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        titles, *rows = cells(book["Amendments"])
        refill(book["Amendments"], [rows[0], titles, rows[1]])

    assert problems(load_reading(edited(tmp_path, edit))) == [
        "Amendments!A1: a row above the titles, which are in row 2; move it below them"
    ]


def test_merged_cells_are_refused_in_the_table_and_allowed_above_it(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Amendments"].merge_cells("M5:M6")
        book["Tiers"].insert_rows(1)
        book["Tiers"].merge_cells("A1:H1")

    assert problems(load_reading(edited(tmp_path, edit))) == [
        "Amendments!M5:M6: merged cells; unmerge them, because only the first one counts"
    ]


def test_what_stands_on_the_sheet_contract_keeps_no_price_back(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Contract"].merge_cells("A8:A9")
        book["Contract"].append(["Open question", "=1+1"])

    assert price(edited(tmp_path, edit), "2013-12-20") == "255000.00"


def test_a_percentage_is_read_as_people_see_it(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 1, "charge", "discount")
        for field in ("price", "unit_price"):
            put(book["Amendments"], 1, field, None)
        put(book["Amendments"], 1, "percent", 0.15)
        book["Amendments"].cell(5, FIELDS.index("percent") + 1).number_format = "0%"

    assert problems(load_reading(edited(tmp_path, edit))) == [
        "Amendments!L5: discount percent is '15%'; expected a number, 15 for 15 percent"
    ]


EARLIER = "Per, Minimum charge, Maximum charge, Replaces, Increase, Billed, "
LATEST = "Quantities add up by, Quantity limit"


@pytest.mark.parametrize("later", [LATEST, EARLIER + LATEST])
def test_a_workbook_without_the_later_columns_is_not_read_as_if_they_were_blank(
    tmp_path: Path, later: str
) -> None:
    """Somebody may have deleted them, with a unit price that is of a thousand."""

    def edit(book: Any) -> None:
        for name in ("Tiers", "Amendments"):
            for cell in book[name][4]:
                if cell.value in later.split(", "):
                    cell.value = None

    first, second = problems(load_reading(edited(tmp_path, edit)))
    assert first == (
        f"Tiers!A4: no column {later}; expected each title in one row: this workbook is older "
        "than these columns; add them (they may stay blank)"
    )
    assert second.startswith(f"Amendments!A4: no column {later}")


def test_a_workbook_with_the_titles_of_earlier_builds_is_read(tmp_path: Path) -> None:
    earlier = {column.title: column.field.replace("_", " ").capitalize() for column in COLUMNS}
    assert earlier["Pricing method"] == "Charge"

    def edit(book: Any) -> None:
        for name in ("Tiers", "Amendments"):
            for cell in book[name][TITLE_ROW]:
                cell.value = earlier.get(cell.value, cell.value)

    reading = load_reading(edited(tmp_path, edit))
    assert reading.contract == load_reading(edited(tmp_path, lambda book: None)).contract
    assert price(edited(tmp_path, edit), "2013-12-20") == "255000.00"


def test_a_missing_column_and_a_second_one_are_named(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Tiers"]["H4"].value = "Sort of charge"
        book["Amendments"]["AD4"].value = "charge"

    assert problems(load_reading(edited(tmp_path, edit))) == [
        "Tiers!A4: no column Pricing method; expected each title in one row",
        "Amendments!AD4: the columns 'Pricing method' and 'charge' mean the same; "
        "expected only one of them",
    ]


def test_ranges_that_do_not_end_on_a_step_are_refused(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda book: put(book["Amendments"], 1, "step", 1000))
    assert "Tiers!G5: quantity to is 99999; expected a multiple of the step 1000" in problems(
        load_reading(path)
    )
