"""The built workbook: its sheets, formulas with the values of the functions, the same bytes."""

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.xml import LXML

from tests.support import contracts_in_code
from tests.support.contracts_hard_to_lay_out import BY_KIND
from tests.support.places import TOP
from tests.support.workbook_edits import BUILT, built, shipped_workbook
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import CellError, count_characters
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.sheets.row_checks import Severity
from xlfuncs.sheets.schema import (
    CALCULATED,
    CALCULATED_TITLES,
    COLUMNS,
    POINTS,
    PURCHASE_COLUMNS,
    SHEETS,
    list_purchases_letters,
)
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.sheets.checks import BLOCK
from xlfuncs.xlsx.sheets.contract import TITLE_ROW
from xlfuncs.xlsx.sheets.price_list import SCHEDULE, TIMELINE
from xlfuncs.xlsx.sheets.purchases import (
    COUNTS,
    DOUBTFUL,
    ENDINGS,
    FIRST_ROW,
    PRICED,
    SAVED,
    WITHOUT_PRICE,
)

CONTRACT = load_reading(SHIPPED).contract
LETTERS = list_purchases_letters(with_bought_before=False)


@pytest.fixture(scope="module")
def formulas() -> Any:
    return openpyxl.load_workbook(BytesIO(shipped_workbook()))


@pytest.fixture(scope="module")
def values() -> Any:
    return openpyxl.load_workbook(BytesIO(shipped_workbook()), data_only=True)


def rules_of(sheet: Any) -> list[Any]:
    return sheet.data_validations.dataValidation


def rules_below(sheet: Any) -> dict[str, Any]:
    """The rules of what is typed below the titles, by the titles."""
    return {each.promptTitle: each for each in rules_of(sheet) if ":" in str(each.sqref)}


def test_the_sheets_stand_in_order_and_purchases_is_opened(formulas: Any) -> None:
    assert formulas.sheetnames == [*SHEETS, POINTS]
    assert formulas.active.title == "Purchases"
    shown = [sheet.title for sheet in formulas if sheet.sheet_state == "visible"]
    assert shown == list(SHEETS)


def test_every_purchase_is_priced_by_formulas_with_stored_values(
    formulas: Any, values: Any
) -> None:
    workbook = PricedSheets(load_reading(SHIPPED))
    for row, purchase in enumerate(CONTRACT.purchases, FIRST_ROW):
        quantity, purchased, service = (values["Purchases"].cell(row, n).value for n in (1, 2, 3))
        assert (quantity, purchased.date(), service) == (*purchase[:2], None)
        for title, name in CALCULATED.items():
            cell = values["Purchases"][f"{LETTERS[title]}{row}"]
            expected = call(name, [float(quantity), purchased], workbook)
            if isinstance(expected, CellError):
                assert (cell.value, cell.data_type) == (expected.code, "e")
            else:
                assert cell.value == expected
            formula = formulas["Purchases"][f"{LETTERS[title]}{row}"].value
            this_row = [f"Purchases[[#This Row],[{c.title}]]" for c in PURCHASE_COLUMNS[:3]]
            assert formula == f"=QUALYS_{name}({','.join(this_row)})" + ENDINGS.get(name, "")


def test_the_summary_adds_up_what_is_priced(values: Any) -> None:
    sheet = values["Purchases"]
    shown = [sheet[each.cell].value for each in (PRICED, SAVED, WITHOUT_PRICE, DOUBTFUL)]
    assert shown == [255000 + 279995, 24995, 2, 1]
    assert sheet[COUNTS].value == "errors: 0, warnings: 1, notes: 12"


def test_dates_and_amounts_are_typed_cells(values: Any) -> None:
    titles, _, footnote = values["Amendments"].iter_rows(min_row=TITLE_ROW)
    row = {title.value: cell for title, cell in zip(titles, footnote, strict=True)}
    assert row["Date signed"].value == datetime(2013, 12, 1)
    assert row["Price"].value == 255000
    assert row["Date signed"].number_format == "yyyy-mm-dd"
    assert row["Price"].number_format == '#,##0.00 "USD"'


def test_the_particulars_and_open_questions_stand_on_a_sheet(values: Any) -> None:
    items = [cell.value for cell in values["Contract"]["A"][TITLE_ROW - 1 :]]
    titles = ["Item", "Contract", "Contract number", "Function prefix", "Currency"]
    assert items == [*titles, *["Party"] * 2, *["Open question"] * 6]


def test_the_checks_are_those_of_the_sheets_with_their_cells(formulas: Any, values: Any) -> None:
    assert formulas["Checks"]["A10"].value.text == "=QUALYS_CHECK()"
    assert values["Checks"]["B4"].value == f"{BUILT}"
    rows = [[cell.value for cell in row] for row in values["Checks"].iter_rows(min_row=10)]
    assert rows[0] == ["Severity", "Cell", "Finding", "What to do", "Link"]
    assert rows[1][:2] == ["warning", "Amendments!I5"]
    assert "4,995.00 apart" in rows[1][2]
    counted = [values["Checks"][f"B{row}"].value for row in (5, 6, 7)]
    assert counted == [sum(row[0] == each.value for row in rows[1:]) for each in Severity]


def test_each_finding_has_a_link_to_its_cell(formulas: Any, values: Any) -> None:
    sheet = values["Checks"]
    found = [row for row in sheet.iter_rows(min_row=11, values_only=True) if row[0]]
    assert {row[4] for row in found if "!" in row[1]} == {"Go to cell"}
    below = 11 + len(found)
    assert f'HYPERLINK("#"&B{below},' in formulas["Checks"][f"E{below}"].value  # for one to come
    assert sheet[f"E{below}"].value in {None, ""}


def test_the_price_list_is_the_schedule_and_the_timeline(formulas: Any, values: Any) -> None:
    sheet = formulas["Price list"]
    assert sheet["A30"].value.text == "=QUALYS_TIMELINE(B7,B5,B6)"
    assert sheet["G30"].value.text == "=QUALYS_SCHEDULE(B4,B5,B6)"
    assert values["Price list"]["A28"].value == "Price of 100,000 IPs by purchase date"
    billed = "Enterprise Vulnerability Management: billing period not on file"
    assert values["Price list"]["A8"].value == billed
    prices = [values["Price list"][f"C{row}"].value for row in (30, 31, 32, 33)]
    assert prices == ["Price", None, 255000, 279995]
    assert [cell.value for cell in values["Price list"][32]][6:10] == [
        "Enterprise Vulnerability Management",
        100000,
        100000,
        255000,
    ]


def test_a_block_spills_in_excel() -> None:
    with zipfile.ZipFile(BytesIO(shipped_workbook())) as package:
        checks = package.read("xl/worksheets/sheet5.xml")
        assert b'fDynamic="1"' in package.read("xl/metadata.xml")
        assert b"/xl/metadata.xml" in package.read("[Content_Types].xml")
    [block] = re.findall(rb'<c r="A10"[^>]*>', checks)
    assert b'cm="1"' in block


def test_two_builds_are_the_same_bytes() -> None:
    again = built(CONTRACT)
    assert again == shipped_workbook()
    assert again != shipped_workbook(date(2026, 11, 23))
    with zipfile.ZipFile(BytesIO(again)) as package:
        days = {part.date_time for part in package.infolist()}
        assert days == {(BUILT.year, BUILT.month, BUILT.day, 0, 0, 0)}
        assert package.read("docProps/core.xml").count(b"2026-11-22T00:00:00Z") == 2


def test_the_bytes_do_not_depend_on_whether_lxml_is_installed() -> None:
    program = """
import hashlib
from openpyxl.xml import LXML
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.xlsx.builder import WorkbookKind
print(LXML, *(hashlib.sha256(shipped_workbook(kind=kind)).hexdigest() for kind in WorkbookKind))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TOP,
        env={**os.environ, "OPENPYXL_LXML": "False"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert LXML  # in this process
    expected = [sha256(shipped_workbook(kind=kind)).hexdigest() for kind in WorkbookKind]
    assert ran.stdout.split() == ["False", *expected]


def test_a_contract_without_purchases_has_one_row_to_fill_in() -> None:
    content = built(CONTRACT._replace(purchases=()))
    book = openpyxl.load_workbook(BytesIO(content))
    values = openpyxl.load_workbook(BytesIO(content), data_only=True)
    assert book["Purchases"].tables["Purchases"].ref == "A15:J16"
    assert book["Purchases"]["E16"].value.startswith("=QUALYS_PRICE(")
    assert values["Purchases"]["E16"].value == "#VALUE!"
    assert values["Purchases"]["I16"].value.startswith("bad input: quantity is blank")
    assert values["Purchases"][WITHOUT_PRICE.cell].value == 0


def test_tables_validations_and_formats_reach_below_the_last_row(formulas: Any) -> None:
    for name, columns in (("Purchases", PURCHASE_COLUMNS), ("Amendments", COLUMNS)):
        sheet = formulas[name]
        checked = {str(each.sqref).split(":")[0].rstrip("0123456789") for each in rules_of(sheet)}
        assert len(checked) >= len(columns)
        titles = sheet.tables[name].ref.partition(":")[0][1:]
        below = [each for each in rules_of(sheet) if "1048576" in str(each.sqref)]
        assert len(below) >= len(columns)
        for each in rules_of(sheet):
            assert each in below or each.type is None or int(str(each.sqref)[1:]) < int(titles)
    formats = {
        letter: column.number_format
        for letter, column in formulas["Amendments"].column_dimensions.items()
    }
    assert (formats["I"], formats["Q"], formats["C"]) == ('#,##0.00 "USD"', "yyyy-mm-dd", "@")
    purchases = formulas["Purchases"].tables["Purchases"]
    grown = {c.name: c.calculatedColumnFormula for c in purchases.tableColumns}
    assert {title for title, formula in grown.items() if formula} == set(CALCULATED_TITLES)


def test_a_message_says_what_is_expected(formulas: Any) -> None:
    rules = rules_below(formulas["Amendments"])
    assert rules["Pricing method"].formula1.startswith('"package,per unit,graduated,')
    assert rules["Purchase from"].formula1 == (
        "AND(ISNUMBER(O5),N(O5)>=61,OR(N(O5)<1900,N(O5)>=2200))"
    )
    assert rules["Date signed"].formula1 == (
        'IF(ISNUMBER(Q5),AND(Q5>=61,OR(Q5<1900,Q5>=2200)),LOWER(TRIM(Q5))="not on file")'
    )
    assert rules["Date signed"].error == (
        "Expected: a date such as 2013-12-20, or 'not on file'; a year is not a date."
    )
    assert rules["Per"].formula1 == '"1,10,100,1000,1000000"'
    replaced = 'IF(ISNUMBER(T5),T5>=0,LOWER(TRIM(T5))="all before")'
    assert rules["Replaces"].formula1 == replaced
    assert rules["Quantity to"].formula1 == 'IF(ISNUMBER(G5),G5>=0,LOWER(TRIM(G5))="or more")'
    document = rules_below(formulas["Tiers"])["Amendment no."]
    assert document.error == "Expected: 0 or blank; amendments have their own sheet."
    assert rules["Amendment no."].formula1 == "1"
    assert all(len(each.prompt or "") <= 255 for each in rules.values())
    guards = [each for each in rules_of(formulas["Purchases"]) if each.formula1 == "FALSE"]
    assert {str(each.sqref)[0] for each in guards} == set("EFGHIJ")
    assert {each.errorStyle for each in guards} == {"warning"}


def test_sheets_that_are_worked_out_are_locked_but_for_the_choices(formulas: Any) -> None:
    locked = [sheet.title for sheet in formulas if sheet.protection.sheet]
    assert locked == ["Checks", "Price list", "Guide"]
    assert not any(sheet.protection.password for sheet in formulas)
    cells = [cell for row in formulas["Price list"].iter_rows() for cell in row]
    assert [c.coordinate for c in cells if not c.protection.locked] == ["B4", "B5", "B6", "B7"]


def test_a_draft_that_is_no_contract_is_not_built() -> None:
    draft = build_draft(CONTRACT)
    with pytest.raises(ValueError, match="no contract: Tiers!B5: row 5 is not complete yet"):
        build_workbook(
            replace(draft, tiers=[{"quantity_from": draft.tiers[0]["quantity_from"]}]), BUILT
        )


@pytest.mark.parametrize("kind", ["shipped", *BY_KIND])
def test_the_notice_counts_a_column_that_has_words_in_each_line(kind: str) -> None:
    """Excel's COUNTIF passes over numbers where it looks for text; LibreOffice's does not."""
    contract = CONTRACT if kind == "shipped" else BY_KIND[kind]()
    content = BytesIO(built(contract))
    formulas = openpyxl.load_workbook(content)
    values = openpyxl.load_workbook(content, data_only=True)
    for name, block in (("Checks", BLOCK), ("Price list", TIMELINE), ("Price list", SCHEDULE)):
        notice = formulas[name][f"{block.column}{block.first_row - 1}"].value
        [letter] = re.findall(r"COUNTIF\(\$([A-Z])\$", notice)
        reach = formulas[name][f"{block.column}{block.first_row}"].value.ref
        last_row = int(re.findall(r"\d+$", reach)[0])
        cells = [
            values[name][f"{letter}{row}"].value for row in range(block.first_row, last_row + 1)
        ]
        assert all(isinstance(cell, str) and cell for cell in cells)
        assert f"ROWS({contract.prefix}_{block.function}(" in notice


def test_a_quantity_of_true_is_not_the_quantity_1() -> None:
    """Python takes them for equal; a spreadsheet does not, in whichever order they come."""
    contract = BY_KIND["yearly changes"]()
    draft = build_draft(contract)
    days = {"purchased": InputCell(date(2014, 5, 1))}
    for quantities in ((1.0, True), (True, 1.0)):
        purchases = [{"quantity": InputCell(quantity), **days} for quantity in quantities]
        content = build_workbook(replace(draft, purchases=purchases), BUILT)
        sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]
        prices = {type(q): sheet[f"E{row}"].value for row, q in enumerate(quantities, FIRST_ROW)}
        assert prices == {float: 1_130_000_000, bool: "#VALUE!"}


@pytest.mark.parametrize(
    "kind", [WorkbookKind.BARE, WorkbookKind.LAMBDAS, WorkbookKind.MACROS], ids=str
)
def test_no_value_that_is_stored_is_longer_than_a_cell(kind: WorkbookKind) -> None:
    priced = contracts_in_code.row(0, 1, "or more", "package", 5)
    rows = tuple(priced._replace(clause=name * 12_000) for name in ("a", "b", "c"))
    contract = Contract("Test", "TEST", (contracts_in_code.SERVICE,), rows)
    content = build_workbook(build_draft(contract), BUILT, kind)
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    stored = [cell.value for sheet in book for line in sheet.rows for cell in line]
    texts = [each for each in stored if isinstance(each, str)]
    assert max(map(count_characters, texts)) <= 32_767
    is_cut = any("(cut: a cell holds at most" in each for each in texts)
    assert is_cut or (kind is WorkbookKind.LAMBDAS and "#VALUE!" in stored)
