"""The hidden sheet Rows: every row of Tiers and Amendments as it counts, for formulas to look up.

Each column is one formula that spills, so that it grows with the tables. The names of the workbook
read these columns and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl import Workbook as Book
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell, write_top
from workbooks.look.styles import NOTE, POINT
from workbooks.names.definitions import columns
from workbooks.names.layout import BLOCKS, FIRST_ROW, TITLE_ROW, Names, letters
from workbooks.names.values import Values
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import COUNTED

EXPLAINED = (
    "Worked out from Tiers and Amendments, a row for each of theirs, for the functions of this "
    "workbook to look up. Nothing is to be entered here."
)


def write_rows(sheet: Worksheet, names: Names, values: Mapping[str, Values]) -> dict[str, Cell]:
    """Fills the sheet; answers the values of its formulas by cell."""
    write_top(sheet, COUNTED, EXPLAINED)
    stored: dict[str, Cell] = {}
    for block in BLOCKS:
        for column in columns(block):
            letter = letters()[block, column.name]
            cells = values[block][column.name]
            write_cell(sheet, f"{letter}{TITLE_ROW}", column.name, NOTE)
            for row, cell in enumerate(cells, FIRST_ROW):
                write_cell(sheet, f"{letter}{row}", None, POINT)
                stored[f"{letter}{row}"] = cell
            first, last = f"{letter}{FIRST_ROW}", f"{letter}{FIRST_ROW + len(cells) - 1}"
            sheet[first].value = ArrayFormula(f"{first}:{last}", f"={names.stored(column.formula)}")
    sheet.sheet_state = "hidden"
    return stored


def add_names(book: Book, names: Names) -> None:
    """Adds the names, each with what it is for, as the Name Manager shows them."""
    for name, (formula, comment) in names.all().items():
        book.defined_names[name] = DefinedName(name, attr_text=formula, comment=comment or None)
