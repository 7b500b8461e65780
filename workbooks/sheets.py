"""Tables of cells on a sheet: number formats, widths, a heading that stays in view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.tables.cells import Cell
from xlfuncs.tables.grid import Grid

DAY = "yyyy-mm-dd"
MONEY = "#,##0.00"
UNIT_PRICE = "#,##0.00####"

FORMATS = {"day": DAY, "money": MONEY, "figure": "General", "percent": "General"}
WIDTHS = {
    "document": 10,
    "day": 12,
    "money": 14,
    "figure": 12,
    "percent": 9,
    "upper end": 12,
    "step": 6,
    "charge": 12,
    "part units": 10,
    "assumed": 40,
    "text": 24,
    "long text": 100,
}
HEADING = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="D9E2EC")
HEADING_LINE = Border(bottom=Side("thin"))
TOP = Alignment(vertical="top", wrap_text=True)


def write_table(sheet: Worksheet, grid: Grid, kinds: Sequence[str], first_row: int = 1) -> None:
    """A table with its titles in the first row; `kinds` are those of its columns."""
    for column, (title, kind) in enumerate(zip(grid[0], kinds, strict=True), 1):
        write_heading(sheet, first_row, column, title, WIDTHS[kind])
    for number, row in enumerate(grid[1:], first_row + 1):
        for column, (value, kind) in enumerate(zip(row, kinds, strict=True), 1):
            write_cell(sheet, number, column, value, FORMATS.get(kind, "General"))
    sheet.freeze_panes = f"A{first_row + 1}"


def write_heading(sheet: Worksheet, row: int, column: int, title: Cell, width: float) -> None:
    cell = write_cell(sheet, row, column, title)
    cell.font, cell.fill, cell.border = HEADING, HEADING_FILL, HEADING_LINE
    sheet.column_dimensions[get_column_letter(column)].width = width


def escaped(text: str) -> str:
    """A text as a workbook stores it, where `_x0041_` stands for the letter A.

    >>> escaped("_x0041_")
    '_x005F_x0041_'
    """
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def write_cell(
    sheet: Worksheet, row: int, column: int, value: Cell, number_format: str = "General"
) -> SheetCell:
    """A cell; text stays text, also where it begins like a formula or reads like an error."""
    if isinstance(value, str):
        value = escaped(value)
    cell = cast(SheetCell, sheet.cell(row, column, value))
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = number_format
    cell.alignment = TOP
    return cell
