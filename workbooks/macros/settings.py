"""What a macro workbook tells xlwings: a hidden sheet with the name that xlwings looks for."""

from __future__ import annotations

from openpyxl import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.tables.schema import SETTINGS

STATED = {
    # Python looks for modules where it is installed, never in the folder of a workbook, which may
    # be somebody's downloads, and which on SharePoint is none.
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    # What "Import Functions" on xlwings' ribbon imports: a package that has no functions to be
    # imported, because those of this workbook are there already.
    "UDF MODULES": "xlfuncs",
}
"""Nothing about where Python is: that is different on every computer."""


def add_settings(book: Book) -> Worksheet:
    """Adds the hidden sheet."""
    sheet: Worksheet = book.create_sheet(SETTINGS)
    for line in STATED.items():
        sheet.append(line)
    sheet.sheet_state = "hidden"
    return sheet
