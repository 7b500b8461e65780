"""LibreOffice adds up what was bought before on the sheet Purchases as a build does."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from tests.hosts.calc.test_saved_by_calc import saved_by_calc
from tests.support.counted_purchases import AGREED, COUNTED, draw_purchases, list_before
from tests.support.workbook_edits import FIELDS, built
from xlfuncs.pricing.contract import Contract, Counted, Purchase
from xlfuncs.sheets.schema import COLUMNS, TITLE_ROW, column_letter, list_purchases_letters
from xlfuncs.xlsx.sheets.bought_before import NOT_KNOWN
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW
from xlfuncs.xlsx.sheets.question_box import ASKED_BEFORE, PRICE

LETTERS = list_purchases_letters(with_bought_before=True)
LINES = 150
AS_TYPED = ("by MONTH", "By month ", "  By   month", "By\u00a0month\u00a0")
"""A service as people type it."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The workbook of purchases counted in every way."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(COUNTED._replace(purchases=draw_purchases(Random(11), LINES))))
    return path


def sheet_in(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)["Purchases"]


def column(sheet: Any, title: str) -> list[Any]:
    rows = range(FIRST_ROW, FIRST_ROW + LINES)
    return [sheet[f"{LETTERS[title]}{row}"].value or "" for row in rows]


def numbers(cells: list[Any]) -> list[Any]:
    return [cell or 0 if cell != "" else 0 for cell in cells]


def test_calc_shows_what_is_stored(book: Path) -> None:
    saved = sheet_in(saved_by_calc(book))
    for title in ("Bought before", "Price", "Unit price", "Source", "Explanation", "Saving"):
        assert column(saved, title) == column(sheet_in(book), title)
    expected = list(list_before(draw_purchases(Random(11), LINES)))
    assert numbers(column(saved, "Bought before")) == numbers(expected)
    assert saved[PRICE].value == sheet_in(book)[PRICE].value


def typed_into(path: Path, cells: dict[str, object]) -> Any:
    """The sheet as LibreOffice calculates it after somebody has typed."""
    opened = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        opened["Purchases"][cell].value = value
    opened.save(path)
    return sheet_in(saved_by_calc(path))


def march(*quantities: int) -> tuple[Purchase, ...]:
    return tuple(
        Purchase(Decimal(quantity), date(2025, 3, 3), "By month") for quantity in quantities
    )


def shown(sheet: Any, title: str, count: int) -> list[Any]:
    return [sheet[f"{LETTERS[title]}{FIRST_ROW + row}"].value for row in range(count)]


def test_letter_case_and_surplus_spaces_make_no_other_service(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(COUNTED._replace(purchases=march(10, 20, 5, 1, 7))))
    typed = dict(enumerate(AS_TYPED, FIRST_ROW + 1))
    sheet = typed_into(path, {f"{LETTERS['Service']}{row}": name for row, name in typed.items()})
    assert shown(sheet, "Bought before", 5) == [0, 10, 30, 35, 36]
    assert shown(sheet, "Price", 5) == [25, 50, 12.5, 2.5, 17.5]


@pytest.mark.parametrize(
    ("title", "cell"),
    [("Quantity", "5OO"), ("Service", "By \u0131tem"), ("Service", "By\tmonth"), ("Service", 12)],
)
def test_what_cannot_be_read_keeps_back_the_others(
    title: str, cell: object, tmp_path: Path
) -> None:
    """Their figures are #N/A, as the reason says, and no other error."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(COUNTED._replace(purchases=march(10, 20, 5))))
    sheet = typed_into(path, {f"{LETTERS[title]}{FIRST_ROW + 1}": cell})
    for figure in ("Bought before", "Price", "Unit price", "Source", "Saving"):
        first, _, last = shown(sheet, figure, 3)
        assert (first, last) == ("#N/A", "#N/A"), figure
    first, _, last = shown(sheet, "Explanation", 3)
    assert (first, last) == (NOT_KNOWN, NOT_KNOWN)


def edit_tiers(book: Path, service: str, field: str, cell: object) -> None:
    """Type into a column of Tiers, in each row of a service or of all."""
    opened = openpyxl.load_workbook(book)
    tiers = opened["Tiers"]
    named = [column.field for column in COLUMNS].index("service") + 1
    for row in range(TITLE_ROW + 1, tiers.max_row + 1):
        if service in {tiers.cell(row, named).value, "all"}:
            tiers[f"{column_letter(FIELDS.index(field))}{row}"].value = cell
    opened.save(book)


def test_what_is_typed_on_tiers_counts(book: Path) -> None:
    """How a service adds up, and from which day contract years begin."""
    purchases = draw_purchases(Random(11), LINES)
    agreed = date(2023, 4, 1)
    edit_tiers(book, "By month", "counted", "Contract Year")
    edit_tiers(book, "all", "signed", agreed)
    typed = [
        each._replace(service="By contract year") if each.service == "By month" else each
        for each in purchases
    ]
    apart = [list(list_before(each, agreed)) for each in (purchases, typed)]
    of_month = [each for each in purchases if each.service == "By month"]
    as_years = [each._replace(service="By contract year") for each in of_month]
    years = iter(list_before(as_years, agreed))
    expected = [
        next(years) if each.service == "By month" else before
        for each, before in zip(purchases, apart[0], strict=True)
    ]
    saved = sheet_in(saved_by_calc(book))
    assert numbers(column(saved, "Bought before")) == numbers(expected)
    assert agreed != AGREED


def test_a_purchase_without_a_day_keeps_back_those_of_its_service(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    purchases = [
        Purchase(Decimal(count), date(2025, 3, 3), f"By {by.value}")
        for count, by in ((10, Counted.MONTH), (20, Counted.MONTH), (30, Counted.YEAR))
    ]
    contract: Contract = COUNTED._replace(purchases=tuple(purchases))
    path.write_bytes(built(contract))
    opened = openpyxl.load_workbook(path)
    opened["Purchases"][f"B{FIRST_ROW}"].value = None
    opened["Purchases"][ASKED_BEFORE].value = None
    opened.save(path)
    saved = sheet_in(saved_by_calc(path))
    first, second, other = (
        [saved[f"{LETTERS[title]}{FIRST_ROW + row}"].value for title in ("Bought before", "Price")]
        for row in range(3)
    )
    assert first == [None, "#VALUE!"]
    assert second == ["#N/A", "#N/A"]
    assert saved[f"{LETTERS['Explanation']}{FIRST_ROW + 1}"].value == NOT_KNOWN
    assert other == [0, 75]
    assert saved[PRICE].value == "#VALUE!"
