"""The template that anyone can download, worked out in IronCalc as it is committed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import ironcalc
import openpyxl
import pytest
from openpyxl.utils.datetime import to_excel

from tests.acceptance.test_ohio_prices import WORKED
from tests.support.asked_books import Formula, template, with_questions, with_rows, without
from tests.support.golden import TEMPLATE
from tests.support.lambda_hosts import as_error, by_ironcalc
from tests.support.random_sheets import plain
from tests.support.workbook_edits import sheets_of
from xlfuncs.api import load
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.sheets.schema import COLUMNS, LAMBDA_ROWS, POINTS, PURCHASES
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

FIELDS = [column.field for column in COLUMNS]
DAY = "DATE(2013,12,20)"


def answers(*formulas: str, rows: Sequence[Sequence[Sequence[Cell]]] | None = None) -> list[Cell]:
    parts = template(TEMPLATE.read_bytes())
    parts = with_rows(parts, *rows) if rows else parts
    content = with_questions(parts, [[Formula(each)] for each in formulas])
    return [row[0] for row in by_ironcalc(content, len(formulas), 1)]


@pytest.fixture
def rows() -> list[list[list[Cell]]]:
    """Tiers and Amendments from their titles on, as they are shipped."""
    grids = sheets_of(load_reading(SHIPPED).contract)[:2]
    return [[[plain(cell) for cell in row] for row in grid if row] for grid in grids]


def test_the_worked_answers() -> None:
    asked = [(quantity, date.fromisoformat(day)) for quantity, day, _, _ in WORKED]
    calls = [f"({quantity},DATE({day.year},{day.month},{day.day}))" for quantity, day in asked]
    prices = answers(*(f"QUALYS_PRICE{call}" for call in calls))
    sources = answers(*(f"QUALYS_SOURCE{call}" for call in calls))
    for (_, _, expected, clause), price, source in zip(WORKED, prices, sources, strict=True):
        priced = expected.replace(".", "").isdigit()
        assert price == (float(expected) if priced else NOT_AVAILABLE)
        assert source == (clause or NOT_AVAILABLE)


def test_errors_are_true_ones() -> None:
    assert answers(
        f"QUALYS_PRICE(-5,{DAY})",
        f"QUALYS_PRICE(0.5,{DAY})",
        f'QUALYS_PRICE("many",{DAY})',
        'QUALYS_PRICE(100000,"12/20/2013")',
        f'QUALYS_PRICE(100000,{DAY},"Nothing")',
        f"QUALYS_PRICE(1/0,{DAY})",
        f"ISNA(QUALYS_PRICE(5,{DAY}))",
    ) == [
        CellError("#NUM!"),
        CellError("#NUM!"),
        CellError("#VALUE!"),
        CellError("#VALUE!"),
        CellError("#VALUE!"),
        CellError("#DIV/0!"),
        True,
    ]


def test_prices_follow_a_cell_that_is_typed_over(rows: list[list[list[Cell]]]) -> None:
    rows[1][2][FIELDS.index("price")] = 250000.0
    assert answers(f"QUALYS_PRICE(100000,{DAY})", rows=rows) == [250000.0]


def test_prices_follow_an_amendment_that_is_added(rows: list[list[list[Cell]]]) -> None:
    added = {
        "document": 2.0,
        "title": "Amendment 2",
        "service": rows[1][1][FIELDS.index("service")],
        "quantity_from": 1.0,
        "quantity_to": "or more",
        "charge": "per unit",
        "unit_price": 2.5,
        "signed": 41640.0,
        "effective": 41640.0,
    }
    rows[1].append([added.get(field, "") for field in FIELDS])
    asked = [f"QUALYS_PRICE(5,{DAY})", "QUALYS_PRICE(5,41640)", "QUALYS_PRICE(100000,41640)"]
    assert answers(*asked, rows=rows) == [NOT_AVAILABLE, 12.5, 250000.0]


def test_a_text_where_a_number_belongs_makes_no_price(rows: list[list[list[Cell]]]) -> None:
    rows[0][1][FIELDS.index("quantity_from")] = "1"
    asked = [f"QUALYS_PRICE(100000,{DAY})", f"QUALYS_EXPLAIN(100000,{DAY})"]
    price, sentence = answers(*asked, rows=rows)
    assert price == NOT_AVAILABLE
    said = "not determinable: Tiers, row 5: Quantity from is not what is expected"
    assert str(sentence).startswith(said)


def test_every_stored_value_is_what_the_formulas_give(tmp_path: Path) -> None:
    """But for those of the charts, which call a function that IronCalc has not, and for those of
    the sheet Rows, which are not stored."""
    parts = read_parts(TEMPLATE.read_bytes())
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):  # which IronCalc works out for each cell
            parts[name] = without("conditionalFormatting|dataValidations", parts[name])
    path = tmp_path / "template.xlsx"
    path.write_bytes(pack_parts(parts))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    book = openpyxl.load_workbook(TEMPLATE, data_only=True)
    compared = 0
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if sheet.title in {POINTS, LAMBDA_ROWS} or cell.value is None:
                continue
            found = model.get_cell_value_by_ref(f"{sheet.title}!{cell.coordinate}")
            stored = to_excel(cell.value) if isinstance(cell.value, date) else cell.value
            assert as_error(found) == as_error(stored), f"{sheet.title}!{cell.coordinate}"
            compared += 1
    assert compared > 300


def test_the_two_prices_are_explained_in_the_currency_of_the_sheet(tmp_path: Path) -> None:
    parts = read_parts(load().build(".xlsx", built="2026-01-01"))
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = without("conditionalFormatting|dataValidations", parts[name])
        parts[name] = parts[name].replace(b"<t>USD</t>", b"<t>EUR</t>")
    path = tmp_path / "in_euros.xlsx"
    path.write_bytes(pack_parts(parts))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    sheets = [each["name"] for each in model.get_worksheets_properties()]
    found = [
        str(model.get_cell_value(sheets.index(PURCHASES), row, column))
        for row in range(1, 60)
        for column in range(1, 20)
    ]
    in_short = {text.partition("; assumed: ")[0] for text in found if "; assumed: " in text}
    assert {
        "255,000.00 EUR (billing period not on file) for 100,000 IPs: Amendment 1, 1.A, footnote * "
        "(for purchases through 2013-12-31); in place of 279,995.00 (Amendment 1, 1.A); "
        "open: end of Service Attachment 1 not on file",
        "279,995.00 EUR (billing period not on file) for 100,000 IPs: Amendment 1, 1.A; "
        "255,000.00 was for purchases through 2013-12-31 (Amendment 1, 1.A, footnote *); "
        "open: end of Service Attachment 1 not on file",
    } <= in_short
