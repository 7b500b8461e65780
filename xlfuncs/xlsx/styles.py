"""Styles, number formats, widths and page set-up of every sheet."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date
from decimal import Decimal
from textwrap import shorten
from typing import Any, cast
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import coordinate_to_tuple
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.draft import ARRAY_FORMULA, InputCell
from xlfuncs.sheets.schema import Column, column_letter
from xlfuncs.xlsx.cell_values import escape_text

# The styles, few and calm; a border or a text always says the same as a color.

INK = "1F2A37"
MUTED = "5B6775"
HEADING_FILL = "E4EAF0"

TITLE = "Contract title"
NOTE = "Contract note"
HINT = "Contract hint"
LABEL = "Contract label"
SECTION = "Contract section"
HEADING = "Contract heading"
INPUT_STYLE = "Contract entered"
CHOSEN = "Contract chosen"
CALCULATED_STYLE = "Contract worked out"
TEXT = "Contract text"
HEADING_OF_WORDS = "Contract heading of words"
INPUT_WORDS = "Contract entered words"
CALCULATED_WORDS = "Contract worked out words"
POINT = "Contract chart point"
LINK, LINK_TO_COME = "Contract link", "Contract link to come"

WORDS = {HEADING: HEADING_OF_WORDS, INPUT_STYLE: INPUT_WORDS, CALCULATED_STYLE: CALCULATED_WORDS}
"""The style of a column of words, for each one of a column of figures."""

DAY = "yyyy-mm-dd"
MONEY = "#,##0.00"
UNIT_PRICE = "#,##0.00####"
QUANTITY = "#,##0"
PLAIN = "General"
AS_TEXT = "@"
"""For clauses and order numbers: Excel makes no date of 1.2 there, and no number of 00123."""

FORMATS = {
    "day": DAY,
    "document day": DAY,
    "money": MONEY,
    "figure": QUANTITY,
    "upper end": QUANTITY,
    "text": AS_TEXT,
    "assumed": AS_TEXT,
}
"""Number formats by the kind of a column; all of them in the one spelling that files have, which
each Excel shows in the way of its own country."""


HOLDING_WORDS = ("text", "charge", "part units", "billed", "assumed", "item")
"""The kinds of columns that hold words, to the left; figures are to the right."""


def _font(size: int, color: str = INK, bold: bool = False) -> Font:
    return Font(name="Calibri", size=size, bold=bold, color=color)


def format_of(column: Column) -> str:
    """Choose the number format of an input column."""
    return UNIT_PRICE if column.field == "unit_price" else FORMATS.get(column.kind, PLAIN)


_THIN = Side("thin", color="A9B4C0")
_FIGURES = Alignment("right", "top")
_WORDS = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_ONE_LINE = Alignment(vertical="top")

STYLES: dict[str, dict[str, object]] = {
    TITLE: {"font": _font(16, bold=True), "alignment": _ONE_LINE},
    NOTE: {"font": _font(10, MUTED), "alignment": _ONE_LINE},
    HINT: {"font": _font(10, MUTED), "alignment": Alignment("left", "top", indent=1)},
    LABEL: {"font": _font(11), "alignment": _ONE_LINE},
    SECTION: {"font": _font(12, bold=True), "alignment": _ONE_LINE},
    HEADING: {
        "font": _font(11, bold=True),
        "fill": PatternFill("solid", fgColor=HEADING_FILL),
        "border": Border(top=_THIN, bottom=Side("medium", color=INK)),
        "alignment": Alignment("right", "bottom", wrap_text=True),
    },
    INPUT_STYLE: {
        "font": _font(11),
        "fill": PatternFill("solid", fgColor="FFF8DF"),
        "border": Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN),
        "protection": Protection(locked=False),
        "alignment": _FIGURES,
    },
    CALCULATED_STYLE: {"font": _font(11), "border": Border(bottom=_THIN), "alignment": _FIGURES},
    TEXT: {"font": _font(11), "alignment": _WORDS},
    POINT: {"font": _font(8, MUTED), "alignment": _ONE_LINE},
    LINK_TO_COME: {
        "font": Font(name="Calibri", size=11, underline="single", color="1F4E9E"),
        "alignment": Alignment("left", "top", indent=1),
    },
}
STYLES |= {
    HEADING_OF_WORDS: {
        **STYLES[HEADING],
        "alignment": Alignment("left", "bottom", wrap_text=True, indent=1),
    },
    INPUT_WORDS: {**STYLES[INPUT_STYLE], "alignment": _WORDS},
    CHOSEN: {**STYLES[INPUT_STYLE], "alignment": Alignment(vertical="top")},
    LINK: {**STYLES[LINK_TO_COME], "border": Border(bottom=_THIN)},
    CALCULATED_WORDS: {**STYLES[CALCULATED_STYLE], "alignment": _WORDS},
}


def add_styles(workbook: Workbook) -> None:
    """Add the styles to a workbook; people can restyle it by changing them there."""
    for name, style in STYLES.items():
        workbook.add_named_style(NamedStyle(name=name, **style))  # type: ignore[arg-type]


# Writing one cell, and the lines above a table.


def write_cell(
    sheet: Worksheet, address: str, value: Cell, style: str, number_format: str = ""
) -> SheetCell:
    """Write a cell; text stays text, also where it begins like a formula or reads like an error."""
    cell = cast(SheetCell, sheet.cell(*coordinate_to_tuple(address)))
    if isinstance(value, CellError):
        cell.value, cell.data_type = value.code, "e"
    elif isinstance(value, str):
        cell.value, cell.data_type = escape_text(value), "s"
    else:
        cell.value = value
    _apply_style(cell, style, number_format)
    return cell


def _apply_style(cell: Any, style: str, number_format: str) -> None:
    """Give a cell its style; one that was applied before is copied, in a tenth of the time."""
    known = _APPLIED.setdefault(cell.parent.parent, {})
    applied = known.get((style, number_format))
    if applied is not None:
        cell._style = copy(applied)
        return
    cell.style = style
    if number_format:
        cell.number_format = number_format
    known[style, number_format] = copy(cell._style)


_APPLIED: WeakKeyDictionary[Workbook, dict[tuple[str, str], StyleArray]] = WeakKeyDictionary()
"""The cell styles of each workbook, by named style and number format."""


def write_input(
    sheet: Worksheet, address: str, given: InputCell, column: Column, style: str = ""
) -> dict[str, Cell]:
    """Write an input cell. Returns its value, where that has to be stored afterwards."""
    number_format = given.number_format or format_of(column)
    if given.formula and number_format == AS_TEXT:  # which would make a text of it
        number_format = PLAIN
    if not style:
        style = INPUT_WORDS if column.kind in HOLDING_WORDS else INPUT_STYLE
    cell = write_cell(sheet, address, given.value, style, number_format)
    if given.formula and given.formula != ARRAY_FORMULA:
        cell.value, cell.data_type = given.formula, "f"
        return {address: given.value}
    value = given.value
    exact = not isinstance(value, float) or float(f"{value:.16g}") == value  # as openpyxl writes
    return {} if exact else {address: value}


def write_top(sheet: Worksheet, title: str, note: str) -> None:
    """Write the title of a sheet, and in one line what to do with it."""
    # a longer title would make the printed page wider, and so all of it smaller
    write_cell(sheet, "A1", shorten(title, 90, placeholder=" ..."), TITLE)
    write_cell(sheet, "A2", note, NOTE)


# Formats that depend on what a cell holds.


def show_decimals(sheet: Worksheet, cell: str, rows: int) -> None:
    """Show all decimals of the quantities that have some, in so many rows from a cell on."""
    letter, first_row = coordinate_from_string(cell)
    # 200 is a number that the format of no cell uses; those below 164 are Excel's own
    style = DifferentialStyle(numFmt=NumberFormat(200, "#,##0.######"))
    asked = f"AND(ISNUMBER({cell}),{cell}<>INT({cell}))"
    rule = Rule("expression", formula=[asked], dxf=style)
    sheet.conditional_formatting.add(f"{cell}:{letter}{first_row + rows - 1}", rule)


def hide_content(sheet: Worksheet, cells: str, formula: str) -> None:
    """Hide the content of cells as long as a formula about the first of them is true."""
    style = DifferentialStyle(font=Font(color="FFFFFF"))
    sheet.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=style))


def emphasize(sheet: Worksheet, cells: str, formula: str) -> None:
    """Show cells like a heading as long as a formula about the first of them is true."""
    fill = PatternFill("solid", bgColor=HEADING_FILL)
    style = DifferentialStyle(font=Font(bold=True), fill=fill)
    sheet.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=style))


# Printed pages, what stays in view on the screen, and protection against slips.

LONGEST_NAME = 60
"""Characters of a contract's name in the footer, which has room for no more."""


def set_up_page(sheet: Worksheet, name: str, heading_row: int | None = None) -> None:
    """Print a sheet one page wide, with repeated headings, the contract's name and page numbers."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(0.3, 0.3, 0.5, 0.7, 0.3, 0.3)  # inches
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
    """Lock what is calculated, without a password; widths and heights may still be changed."""
    sheet.protection.enable()
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


# Columns wide enough for their content: no figure as ####, no word broken in two.

WIDEST = 30
"""Characters beyond which a word may break all the same."""


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Set the widths of columns in characters, from the first column on."""
    for index, width in enumerate(widths):
        sheet.column_dimensions[column_letter(index)].width = width


def widen(sheet: Worksheet, letter: str, cells: Iterable[Cell], number_format: str) -> None:
    """Widen a column where its longest word or figure needs it."""
    column = sheet.column_dimensions[letter]
    shown = (_shown(cell, number_format) for cell in cells if cell is not None)
    longest = max((len(word) for text in shown for word in text.split()), default=0)
    room = 2.5  # for the indent and the filter's button
    column.width = max(column.width, min(longest, WIDEST) + room)


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
