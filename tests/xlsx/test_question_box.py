"""The box on top of Purchases: what is asked in it, what it answers, and who keeps the question."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.build_folder import BuildFolder
from tests.support.cli_runner import Run
from tests.support.contract_of_all_charges import CONTRACT as ALL_CHARGES
from tests.support.contract_of_all_charges import QUOTED
from tests.support.contracts_hard_to_lay_out import BY_KIND
from tests.support.import_folder import ImportFolder
from tests.support.workbook_edits import BUILT, FIELDS, built, shipped_draft, shipped_workbook
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.sheets.draft import InputCell
from xlfuncs.sheets.schema import (
    ASKED_COLUMNS,
    INPUT_COLUMNS,
    PURCHASE_COLUMNS,
    TITLE_ROW,
    column_letter,
    format_title,
)
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW, NAMED_CELLS
from xlfuncs.xlsx.sheets.question_box import (
    ASKED,
    ASSUMED,
    BECAUSE,
    EXAMPLE,
    EXPLANATION,
    PRICE,
    SAVING,
    find_assumed,
)
from xlfuncs.xlsx.user_input import read_draft

SERVICE = "Enterprise Vulnerability Management"


def shown(content: bytes) -> Any:
    """The sheet Purchases with the values that are stored."""
    return openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]


def ask(quantity: Any, purchased: Any, kind: WorkbookKind = WorkbookKind.BARE) -> Any:
    """The sheet Purchases after a build in whose box this is asked."""
    asked = {"quantity": InputCell(quantity), "purchased": InputCell(purchased)}
    return shown(build_workbook(replace(shipped_draft(), asked=asked), BUILT, kind))


def test_the_first_purchase_is_asked_and_answered() -> None:
    sheet = shown(shipped_workbook())
    assert [sheet[cell].value for cell in ASKED.values()] == [
        100_000,
        datetime(2013, 12, 20),
        SERVICE,
    ]
    assert [sheet[f"A{ASKED[each.field][1:]}"].value for each in ASKED_COLUMNS] == [
        each.title for each in ASKED_COLUMNS
    ]
    assert (sheet[PRICE].value, sheet[SAVING].value) == (255_000, 24_995)
    assert sheet[PRICE].number_format == sheet[SAVING].number_format == '#,##0.00 "USD"'
    assert sheet[PRICE].font.size >= 18
    assert sheet[BECAUSE].value == "Amendment 1, 1.A, footnote *"
    assert "effective date of Amendment 1" in sheet[ASSUMED].value
    assert sheet[EXPLANATION].value == sheet[f"I{FIRST_ROW}"].value


def test_the_same_question_is_there_as_a_formula_to_type() -> None:
    sheet = shown(shipped_workbook())
    assert sheet[EXAMPLE].value == "=QUALYS_PRICE(100000, DATE(2013,12,20))"
    assert sheet[EXAMPLE].data_type == "s"
    purchase = Purchase(Decimal("2.5"), date(2020, 5, 1), QUOTED)
    several = shown(built(ALL_CHARGES._replace(purchases=(purchase,))))[EXAMPLE].value
    doubled = QUOTED.replace('"', '""')
    assert several == f'=ALL_PRICE(2.5, DATE(2020,5,1), "{doubled}")'


def test_where_there_is_no_price_the_box_says_why() -> None:
    sheet = ask(99_999, date(2013, 12, 20))
    assert (sheet[PRICE].value, sheet[SAVING].value) == ("#N/A", "#N/A")
    assert "is not on file" in sheet[EXPLANATION].value
    assert sheet[ASSUMED].value == "date signed of Service Attachment 1"


def test_a_question_that_is_none_is_answered_with_an_error_and_its_reason() -> None:
    sheet = ask("many", date(2013, 12, 20))
    assert sheet[PRICE].value == "#VALUE!"
    assert "quantity is 'many'" in sheet[EXPLANATION].value
    assert sheet[EXAMPLE].value is None


@pytest.mark.parametrize("kind", [WorkbookKind.BARE, WorkbookKind.LAMBDAS, WorkbookKind.MACROS])
def test_what_is_assumed_is_the_last_clause_of_the_explanation(kind: WorkbookKind) -> None:
    sheet = ask(100_000, date(2014, 1, 1), kind)
    explanation, assumed = sheet[EXPLANATION].value, sheet[ASSUMED].value
    assert explanation.endswith(f"; assumed: {assumed}.")


@pytest.mark.parametrize("unknown", [None, 5.0, True])
def test_of_no_explanation_nothing_is_cut_out(unknown: Any) -> None:
    assert find_assumed(unknown) == ""


def test_only_price_and_saving_are_figures_in_the_columns_of_the_answer() -> None:
    """Nothing looks as if it were added up to the price, or from it."""
    sheet = shown(shipped_workbook())
    above = [cell for row in sheet[f"E1:J{FIRST_ROW - 1}"] for cell in row]
    figures = [cell.coordinate for cell in above if isinstance(cell.value, (int, float))]
    assert figures == [PRICE, SAVING]


def test_a_contract_without_purchases_asks_for_what_its_last_document_prices() -> None:
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    sheet = shown(built(contract._replace(purchases=())))
    assert (sheet[ASKED["quantity"]].value, sheet[PRICE].value) == (100_000, 255_000)
    assert sheet[ASKED["purchased"]].value == datetime(2013, 12, 1)


def test_where_a_contract_names_no_day_the_day_of_the_build_is_asked() -> None:
    sheet = shown(built(ALL_CHARGES))
    assert sheet[ASKED["purchased"]].value == datetime(BUILT.year, BUILT.month, BUILT.day)


@pytest.mark.parametrize("contract", [*BY_KIND.values()], ids=[*BY_KIND])
def test_a_currency_that_is_no_code_is_in_no_format(contract: Callable[[], Contract]) -> None:
    worded = contract()._replace(currency="US dollars")
    assert shown(built(worded))[PRICE].number_format == "#,##0.00"
    assert "All amounts in US dollars." in shown(built(worded))["A2"].value


def test_cells_have_names_and_none_is_the_name_of_a_function() -> None:
    book = openpyxl.load_workbook(BytesIO(shipped_workbook(kind=WorkbookKind.LAMBDAS)))
    for name, cell in NAMED_CELLS.items():
        assert book.defined_names[name].attr_text == f"Purchases!${cell[0]}${cell[1:]}"
    functions = "|".join(each.name for each in FUNCTIONS)
    of_some_prefix = re.compile(rf"[A-Z][A-Z0-9]*_({functions})", re.IGNORECASE)
    assert of_some_prefix.fullmatch("total_saving")
    assert not [name for name in NAMED_CELLS if of_some_prefix.fullmatch(name)]


def another_question(book: Any) -> None:
    book["Purchases"][ASKED["quantity"]].value = 5
    book["Purchases"][ASKED["purchased"]].value = "=DATE(2014,1,1)"


def test_keep_keeps_the_question_and_its_formulas(build_folder: BuildFolder) -> None:
    build_folder.edit(another_question)
    assert build_folder.build() == 2
    assert build_folder.build("--keep") == 0, build_folder.err
    sheet = build_folder.sheet("Purchases")
    assert sheet[ASKED["quantity"]].value == 5
    assert sheet[ASKED["purchased"]].value == "=DATE(2014,1,1)"
    assert sheet[f"A{FIRST_ROW}"].value == 100_000


def test_a_question_that_was_taken_out_stays_out(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        for cell in ASKED.values():
            book["Purchases"][cell].value = None

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 0, build_folder.err
    sheet = build_folder.sheet("Purchases")
    assert [sheet[cell].value for cell in ASKED.values()] == [None, None, None]
    assert build_folder.build("--keep", "--check") == 0


def test_import_takes_no_question_for_what_the_contract_says(tmp_path: Path, run: Run) -> None:
    folder = ImportFolder(tmp_path, run)
    folder.edit(another_question)
    ran = folder.run()
    assert (ran.status, ran.err) == (0, "")
    assert "already matches" in ran.out


def as_before_the_box(book: Any) -> None:
    """The sheet as it was built when there was no box, with its titles in row 10."""
    sheet = book["Purchases"]
    for area in [str(each) for each in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(area)
    sheet.delete_cols(7)
    sheet.delete_rows(4, FIRST_ROW - 11)
    for row in range(4, 10):
        sheet[f"A{row}"].value = None
    table = sheet.tables["Purchases"]
    table.ref = table.autoFilter.ref = f"A10:I{sheet.max_row}"
    del table.tableColumns[6]


def test_a_workbook_from_before_the_box_is_read_and_gets_one(build_folder: BuildFolder) -> None:
    build_folder.edit(as_before_the_box)
    assert build_folder.sheet("Purchases")["A10"].value == PURCHASE_COLUMNS[0].title
    build_folder.build("--keep", "--force")
    assert "which holds 2013-12-20" not in build_folder.err
    sheet = build_folder.sheet("Purchases")
    assert sheet[ASKED["quantity"]].value == 100_000
    assert sheet[ASKED["purchased"]].value == datetime(2013, 12, 20)
    assert [sheet[f"A{FIRST_ROW + row}"].value for row in range(4)] == [
        *(100_000, 100_000, 100_000, 99_999)
    ]


def test_import_reads_purchases_of_a_workbook_from_before_the_box(tmp_path: Path, run: Run) -> None:
    def edit(book: Any) -> None:
        as_before_the_box(book)
        book["Purchases"]["A15"].value, book["Purchases"]["B15"].value = 250, date(2024, 7, 15)

    folder = ImportFolder(tmp_path, run)
    folder.edit(edit)
    ran = folder.run()
    assert "purchases[5]: new: 250 on 2024-07-15 (Purchases!A15)" in ran.out
    assert "2013-12-20" not in ran.err


def test_a_box_that_rows_were_inserted_above_is_still_the_box(tmp_path: Path, run: Run) -> None:
    def edit(book: Any) -> None:
        another_question(book)
        book["Purchases"].insert_rows(1, 20)

    folder = ImportFolder(tmp_path, run)
    folder.edit(edit)
    asked = read_draft(open_workbook(folder.book.read_bytes())).asked
    assert asked["quantity"].value == 5
    assert asked["quantity"].place == "Purchases!B25"
    assert not [line for line in folder.run().err.splitlines() if ": , which" in line]


def test_a_price_is_divided_where_the_stated_unit_price_does_not_come_to_it() -> None:
    sheet = shown(shipped_workbook())
    divided = [sheet[f"G{FIRST_ROW + row}"].value for row in range(4)]
    assert [sheet[f"F{FIRST_ROW + row}"].value for row in range(2)] == ["#N/A", 2.75]
    assert [each or None for each in divided] == [2.55, 2.79995, None, None]
    assert sheet[f"G{FIRST_ROW}"].font.italic


def test_missing_prices_are_faint_and_wrong_ones_are_not() -> None:
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()))
    faint = {
        str(area.sqref): rule.formula
        for area, rules in book["Purchases"].conditional_formatting._cf_rules.items()
        for rule in rules
        if rule.formula[0].startswith("ISNA(")
    }
    assert faint == {
        f"E{FIRST_ROW}:J1048576": [f"ISNA(E{FIRST_ROW})"],
        f"{PRICE}:{EXPLANATION}": [f"ISNA({PRICE})"],
    }


def rules_of_column(sheet: Any, title: str) -> Any:
    [found] = [
        each
        for each in sheet.data_validations.dataValidation
        if each.promptTitle == title and ":" in str(each.sqref)
    ]
    return found


@pytest.mark.parametrize("name", ["Tiers", "Amendments"])
def test_a_service_is_chosen_or_typed_new_and_10_percent_is_no_discount_of_10(name: str) -> None:
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()))
    service = rules_of_column(book[name], format_title("service"))
    assert (service.type, service.errorStyle) == ("list", "warning")
    assert service.formula1 == "'Behind the sheets'!$I$5:$I$5"
    [percent] = [
        each
        for each in book[name].data_validations.dataValidation
        if "Type 10 for 10 percent" in (each.error or "")
    ]
    assert percent.errorStyle == "stop"
    cell = str(percent.sqref).partition(":")[0]
    number = f"N({cell})"
    assert percent.formula1 == (f"AND(ISNUMBER({cell}),{number}<=100,OR({number}=0,{number}>=1))")
    assert len(percent.error) <= 225


@pytest.mark.parametrize("name", ["Purchases", "Tiers", "Amendments"])
def test_a_title_says_what_its_column_means(name: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(shipped_workbook()))[name]
    prompts = {str(each.sqref): each.prompt for each in sheet.data_validations.dataValidation}
    row = FIRST_ROW - 1 if name == "Purchases" else TITLE_ROW
    for index, column in enumerate(INPUT_COLUMNS[name]):
        letter = column_letter(index)
        below = next(
            each for cells, each in prompts.items() if cells.startswith(f"{letter}{row + 1}:")
        )
        assert prompts[f"{letter}{row}"] == below
        assert below[:5].lower() == column.meaning[:5].lower() or column.field == "document"


def test_columns_without_an_entry_are_folded_until_there_is_one() -> None:
    draft = shipped_draft()
    folded = folds(build_workbook(draft, BUILT))
    assert {"percent", "minimum", "purchased_from"} <= folded
    assert not {"price", "unit_price", "ends", "source"} & folded
    row = {**draft.amendments[0], "per": InputCell(1)}
    assert "per" in folded
    assert "per" not in folds(build_workbook(replace(draft, amendments=[row]), BUILT))


def folds(content: bytes) -> set[str]:
    """The fields whose columns are folded on Amendments, each with a button that opens it."""
    columns = openpyxl.load_workbook(BytesIO(content))["Amendments"].column_dimensions
    found = set()
    for index, field in enumerate(FIELDS):
        column = columns[column_letter(index)]
        assert bool(column.hidden) == (column.outlineLevel == 1)
        if column.hidden:
            found.add(field)
            after = columns[column_letter(index + 1)]
            assert after.hidden or after.collapsed
    return found


def links(sheet: Any) -> dict[str, str]:
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink)
    return {cell.coordinate: cell.hyperlink.location for cell in cells}


def test_the_guide_is_one_click_away_and_leads_to_each_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()))
    assert links(book["Purchases"]) == {"A3": "Guide!A1", "E12": "Checks!A1"}
    assert {*links(book["Guide"]).values()} == {
        *("Purchases!A1", "Tiers!A1", "Amendments!A1", "Contract!A1", "Checks!A1"),
        "'Price list'!A1",
    }
