"""Programs that calculate nothing see every price: the values are stored with the formulas."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.support.office import need_library
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.schema import PURCHASES, PURCHASES_TITLE_ROW, list_purchases_letters

CONTRACT = load_reading(SHIPPED).contract
TITLES = list(list_purchases_letters(with_bought_before=False))


def priced() -> list[float | None]:
    """The prices of the contract's purchases, by the core."""
    price_book = PriceBook(CONTRACT)
    prices = [
        price_book.price(Question(each.quantity, each.purchased)) for each in CONTRACT.purchases
    ]
    return [None if price is None else float(price) for price in prices]


def by_pandas(engine: Any = "openpyxl") -> list[float | None]:
    pandas = need_library("pandas")
    content = BytesIO(shipped_workbook())
    frame = pandas.read_excel(
        content, sheet_name=PURCHASES, header=PURCHASES_TITLE_ROW - 1, engine=engine
    )
    assert list(frame.columns) == TITLES
    return [None if pandas.isna(price) else price for price in frame["Price"]]


def by_pandas_with_calamine() -> list[float | None]:
    return by_pandas("calamine")


def by_openpyxl() -> list[float | None]:
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()), data_only=True)
    cells = book["Purchases"][f"E{PURCHASES_TITLE_ROW + 1}" : f"E{book['Purchases'].max_row}"]
    return [None if cell.value == "#N/A" else cell.value for (cell,) in cells]


def by_a_previewer() -> list[float | None]:
    book = CalamineWorkbook.from_filelike(BytesIO(shipped_workbook()))
    rows = book.get_sheet_by_name("Purchases").to_python()[PURCHASES_TITLE_ROW:]
    found: list[Any] = [row[TITLES.index("Price")] for row in rows]
    return [price if isinstance(price, float) else None for price in found]


@pytest.mark.parametrize(
    "reader", [by_pandas, by_pandas_with_calamine, by_openpyxl, by_a_previewer]
)
def test_a_reader_that_calculates_nothing_sees_every_price(reader: Any) -> None:
    assert reader() == priced() == [255000, 279995, None, None]


def test_explanations_checks_and_the_price_list_are_seen_too() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(shipped_workbook()))
    purchases = book.get_sheet_by_name("Purchases").to_python()
    assert all(row[TITLES.index("Explanation")] for row in purchases[PURCHASES_TITLE_ROW:])
    checks = [row[0] for row in book.get_sheet_by_name("Checks").to_python()]
    assert checks.count("note") == 12
    prices = [row[2] for row in book.get_sheet_by_name("Price list").to_python()]
    assert {255000.0, 279995.0} == {price for price in prices if isinstance(price, float)}
