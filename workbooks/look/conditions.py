"""What a cell looks like because of what stands in it."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.styles import PART_QUANTITY

PART_NUMBER = 200
"""A number for the number format that no cell uses; those below 164 are Excel's own."""

PAPER = "FFFFFF"


def show_decimals(sheet: Worksheet, cell: str, rows: int) -> None:
    """Shows all decimals of the quantities that have some, in so many rows from a cell on."""
    letter, first_row = coordinate_from_string(cell)
    look = DifferentialStyle(numFmt=NumberFormat(PART_NUMBER, PART_QUANTITY))
    asked = f"AND(ISNUMBER({cell}),{cell}<>INT({cell}))"
    rule = Rule("expression", formula=[asked], dxf=look)
    sheet.conditional_formatting.add(f"{cell}:{letter}{first_row + rows - 1}", rule)


def hide(sheet: Worksheet, cells: str, formula: str) -> None:
    """Hides what stands in cells as long as a formula about the first of them is true."""
    look = DifferentialStyle(font=Font(color=PAPER))
    sheet.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=look))
