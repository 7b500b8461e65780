"""Writing one cell, and the lines above a table."""

from __future__ import annotations

import re
from copy import copy
from textwrap import shorten
from typing import Any, cast
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.styles import ENTERED, NOTE, PLAIN, TITLE, TYPED, format_of, style_of
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.drafts import SPECIAL, Entered
from xlfuncs.tables.schema import Column

LONGEST_TITLE = 90
"""Characters beyond which a title would make the printed page wider, and so all of it smaller."""

NOT_IN_XML = r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"
"""Characters that XML does not hold, or not as they are."""


def escaped(text: str) -> str:
    """A text as a workbook stores it, where `_x0041_` stands for the letter A.

    >>> escaped("_x0041_"), escaped("one\\rtwo")
    ('_x005F_x0041_', 'one_x000D_two')
    """
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(NOT_IN_XML, lambda found: f"_x{ord(found[0]):04X}_", text)


def write_cell(
    sheet: Worksheet, address: str, value: Cell, style: str, number_format: str = ""
) -> SheetCell:
    """A cell; text stays text, also where it begins like a formula or reads like an error."""
    cell = cast(SheetCell, sheet.cell(*coordinate_to_tuple(address)))
    if isinstance(value, CellError):
        cell.value, cell.data_type = value.code, "e"
    elif isinstance(value, str):
        cell.value, cell.data_type = escaped(value), "s"
    else:
        cell.value = value
    _dress(cell, style, number_format)
    return cell


def _dress(cell: Any, style: str, number_format: str) -> None:
    """Gives a cell its looks; the same looks again are copied, which takes a tenth of the time."""
    known = _LOOKS.setdefault(cell.parent.parent, {})
    look = known.get((style, number_format))
    if look is not None:
        cell._style = copy(look)
        return
    cell.style = style
    if number_format:
        cell.number_format = number_format
    known[style, number_format] = copy(cell._style)


_LOOKS: WeakKeyDictionary[Workbook, dict[tuple[str, str], StyleArray]] = WeakKeyDictionary()
"""The looks of a workbook's cells by style and number format."""


def write_filled(
    sheet: Worksheet, address: str, entered: Entered, column: Column, style: str = ""
) -> dict[str, Cell]:
    """A cell that people fill in; answers its value, where that has to be stored afterwards."""
    number_format = entered.number_format or format_of(column)
    if entered.formula and number_format == TYPED:  # which would make a text of it
        number_format = PLAIN
    style = style or style_of(column, ENTERED)
    cell = write_cell(sheet, address, entered.value, style, number_format)
    if entered.formula and entered.formula != SPECIAL:
        cell.value, cell.data_type = entered.formula, "f"
        return {address: entered.value}
    value = entered.value
    exact = not isinstance(value, float) or float(f"{value:.16g}") == value  # as openpyxl writes
    return {} if exact else {address: value}


def write_top(sheet: Worksheet, title: str, note: str) -> None:
    """The name of the sheet's matter, and in one line what to do with it."""
    write_cell(sheet, "A1", shorten(title, LONGEST_TITLE, placeholder=" ..."), TITLE)
    write_cell(sheet, "A2", note, NOTE)
