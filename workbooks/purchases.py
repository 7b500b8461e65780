"""The Purchases sheet: what is bought is entered, what it costs and why is worked out."""

from __future__ import annotations

from decimal import Decimal

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formula, Formulas
from workbooks.sheets import DAY, MONEY, UNIT_PRICE, write_cell, write_heading
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.tables.cells import Cell

PURCHASES = "Purchases"

ENTERED = {"Quantity": 12, "Purchased": 12, "Service": 36}
"""Titles of the columns to fill in, with their widths."""

ANSWERED = {
    "Price": ("PRICE", MONEY, 14),
    "Unit price": ("UNIT_PRICE", UNIT_PRICE, 11),
    "Source": ("SOURCE", "General", 30),
    "Explanation": ("EXPLAIN", "General", 90),
    "Saving": ("SAVING", MONEY, 14),
}
"""Titles of the computed columns, with function, number format and width."""

FUNCTIONS = [function for function, _, _ in ANSWERED.values()]

EXAMPLE = ("PRICE", "EXPLAIN")
"""Asked above the table with the question written out, the way a person types it."""

LONGEST_LITERAL = 255
EXAMPLE_ROW, TITLE_ROW = 2, 4


def write_purchases(sheet: Worksheet, contract: Contract, formulas: Formulas) -> dict[str, Cell]:
    """Fills the sheet with the contract's purchases; answers the value of each formula by cell."""
    values: dict[str, Cell] = {}
    heading = write_cell(sheet, 1, 1, contract.name)
    heading.font, heading.alignment = Font(bold=True, size=14), Alignment(wrap_text=False)
    widths = {**ENTERED, **{title: width for title, (_, _, width) in ANSWERED.items()}}
    for column, (title, width) in enumerate(widths.items(), 1):
        write_heading(sheet, TITLE_ROW, column, title, width)
    for row, purchase in enumerate(contract.purchases, TITLE_ROW + 1):
        arguments = _write_entered(sheet, row, purchase)
        for function in FUNCTIONS:
            formula = formulas.by_reference(function, arguments)
            values |= _write_formula(sheet, row, function, formula)
    for purchase in (each for each in contract.purchases[:1] if fits_a_formula(each)):
        write_cell(sheet, EXAMPLE_ROW, 1, "For example")
        for function in EXAMPLE:
            formula = formulas.literal(function, *purchase)
            values |= _write_formula(sheet, EXAMPLE_ROW, function, formula)
    sheet.freeze_panes = f"A{TITLE_ROW + 1}"
    return values


def fits_a_formula(purchase: Purchase) -> bool:
    """Whether the question can be written out: Excel takes texts of at most 255 characters."""
    return len(purchase.service) <= LONGEST_LITERAL


def _write_formula(sheet: Worksheet, row: int, function: str, formula: Formula) -> dict[str, Cell]:
    column = len(ENTERED) + FUNCTIONS.index(function) + 1
    number_format = next(style for name, style, _ in ANSWERED.values() if name == function)
    cell = write_cell(sheet, row, column, None, number_format)
    cell.value = formula.text
    return {cell.coordinate: formula.value}


def _write_entered(sheet: Worksheet, row: int, purchase: Purchase) -> dict[str, Cell]:
    """Writes what is bought; answers the addresses of its cells with what stands in them."""
    whole = purchase.quantity == int(purchase.quantity)
    quantity = int(purchase.quantity) if whole else purchase.quantity
    entered = (quantity, purchase.purchased, purchase.service or None)
    formats = ("General" if not whole else "#,##0", DAY, "General")
    cells = {}
    for column, (value, number_format) in enumerate(zip(entered, formats, strict=True), 1):
        cell = write_cell(sheet, row, column, value, number_format)
        cells[cell.coordinate] = float(value) if isinstance(value, (int, Decimal)) else value
    return cells
