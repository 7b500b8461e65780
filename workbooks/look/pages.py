"""Printed pages, what stays in view on the screen, and protection against slips."""

from __future__ import annotations

from textwrap import shorten

from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

INCHES = 0.3
LONGEST_NAME = 60
"""Characters of a contract's name in the footer, which has room for no more."""


def set_page(sheet: Worksheet, name: str, heading_row: int | None = None) -> None:
    """One page wide, the headings repeated, with the contract's name and the page's number."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(INCHES, INCHES, 0.5, 0.7, 0.3, 0.3)
    footer = HeaderFooterItem(
        left=_HeaderFooterPart(shorten(name, LONGEST_NAME, placeholder=" ...").replace("&", "&&")),
        center=_HeaderFooterPart("&A"),
        right=_HeaderFooterPart("Page &P of &N"),
    )
    sheet.HeaderFooter.oddFooter = footer
    sheet.sheet_view.showGridLines = False
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"


def protect(sheet: Worksheet) -> None:
    """Locks what is worked out, without a password; widths and heights may still be changed."""
    sheet.protection.enable()
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
