"""Columns wide enough for what stands in them: no figure as ####, no word broken in two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.styles import DAY, MONEY
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.places import column_letter

PADDING = 2.5
"""Characters of room beside the longest word, for the indent and the filter's button."""

WIDEST = 30
"""Characters beyond which a word may break all the same."""


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Widths in characters, from the first column on."""
    for index, width in enumerate(widths):
        sheet.column_dimensions[column_letter(index)].width = width


def widen(sheet: Worksheet, letter: str, cells: Iterable[Cell], number_format: str) -> None:
    """Makes a column wider where its longest word or figure needs it."""
    column = sheet.column_dimensions[letter]
    shown = (_shown(cell, number_format) for cell in cells if cell is not None)
    longest = max((len(word) for text in shown for word in text.split()), default=0)
    column.width = max(column.width, min(longest, WIDEST) + PADDING)


def _shown(cell: Cell, number_format: str) -> str:
    """A cell about as a spreadsheet shows it.

    >>> _shown(1129110884, MONEY), _shown(0.0125, "General"), _shown("or more", "General")
    ('1,129,110,884.00', '0.0125', 'or more')
    """
    if isinstance(cell, date) or number_format == DAY:
        return "2013-12-20"
    if not isinstance(cell, (int, float, Decimal)):
        return str(cell)
    if number_format == MONEY:
        return f"{cell:,.2f}"
    return f"{cell:,.6f}".rstrip("0").rstrip(".")
