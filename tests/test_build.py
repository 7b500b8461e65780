"""The built workbook: formulas with the values of the functions, the same bytes each time."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from workbook_edits import shipped_workbook

from workbooks import SHIPPED
from workbooks.build import build
from xlfuncs.files.loading import load
from xlfuncs.functions.calls import call
from xlfuncs.functions.workbook import Workbook
from xlfuncs.tables.cells import CellError
from xlfuncs.tables.reading import Reading


@pytest.fixture(scope="module")
def formulas() -> Any:
    return openpyxl.load_workbook(BytesIO(shipped_workbook()))


@pytest.fixture(scope="module")
def values() -> Any:
    return openpyxl.load_workbook(BytesIO(shipped_workbook()), data_only=True)


def test_the_sheets_stand_in_order(formulas: Any) -> None:
    assert formulas.sheetnames == ["Purchases", "Tiers", "Amendments", "Contract"]


def test_a_formula_asks_as_a_person_would_type_it(formulas: Any, values: Any) -> None:
    assert formulas["Purchases"]["D2"].value == "=QUALYS_PRICE(100000, DATE(2013,12,20))"
    assert values["Purchases"]["D2"].value == 255000
    assert "Amendment 1, 1.A, footnote *" in values["Purchases"]["G2"].value


def test_every_purchase_is_priced_by_formulas_with_stored_values(
    formulas: Any, values: Any
) -> None:
    contract = load(SHIPPED).contract
    workbook = Workbook(Reading(contract))
    names = ["PRICE", "UNIT_PRICE", "SOURCE", "EXPLAIN", "SAVING"]
    for row, purchase in enumerate(contract.purchases, 5):
        quantity, purchased, service = (values["Purchases"].cell(row, n).value for n in (1, 2, 3))
        assert (quantity, purchased.date(), service) == (*purchase[:2], None)
        for column, name in enumerate(names, 4):
            cell = values["Purchases"].cell(row, column)
            expected = call(name, [float(quantity), purchased], workbook)
            if isinstance(expected, CellError):
                assert (cell.value, cell.data_type) == (expected.code, "e")
            else:
                assert cell.value == expected
            formula = formulas["Purchases"].cell(row, column).value
            assert formula == f"=QUALYS_{name}(A{row},B{row},C{row})"


def test_dates_and_amounts_are_typed_cells(values: Any) -> None:
    titles, _, footnote = values["Amendments"].iter_rows()
    row = {title.value: cell for title, cell in zip(titles, footnote, strict=True)}
    assert row["Signed"].value == datetime(2013, 12, 1)
    assert row["Price"].value == 255000
    assert (row["Signed"].number_format, row["Price"].number_format) == ("yyyy-mm-dd", "#,##0.00")


def test_the_particulars_and_open_questions_stand_on_a_sheet(values: Any) -> None:
    items = [cell.value for cell in values["Contract"]["A"]]
    assert items == [
        "Item",
        "Contract",
        "Function prefix",
        "Currency",
        "Party",
        "Party",
        *["Open question"] * 6,
    ]


def test_two_builds_are_the_same_bytes() -> None:
    contract = load(SHIPPED).contract
    assert build(contract) == build(contract)
    with zipfile.ZipFile(BytesIO(build(contract))) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in package.read("docProps/core.xml")


def test_a_contract_without_purchases_has_no_formulas() -> None:
    contract = load(SHIPPED).contract._replace(purchases=())
    book = openpyxl.load_workbook(BytesIO(build(contract)))
    assert not any(cell.data_type == "f" for row in book["Purchases"].iter_rows() for cell in row)
