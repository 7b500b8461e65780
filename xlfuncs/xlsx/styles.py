"""Styles, number formats, widths and page set-up of every sheet."""

from __future__ import annotations

import re
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
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.draft import ARRAY_FORMULA, InputCell
from xlfuncs.sheets.schema import LINKS, Column, column_letter
from xlfuncs.xlsx.cell_values import escape_text

# The styles, few and calm; a border or a text always says the same as a color.

INK = "1F2A37"
MUTED = "5B6775"
FAINT = "7D8894"
HEADING_FILL = "E4EAF0"
BOX_FILL = "F1F4F8"
LINK_INK = "1F4E9C"

TITLE = "Contract title"
NOTE = "Contract note"
HINT = "Contract hint"
LABEL = "Contract label"
SECTION = "Contract section"
HEADING = "Contract heading"
INPUT_STYLE = "Contract input"
CHOSEN = "Contract chosen"
CALCULATED_STYLE = "Contract calculated"
TEXT = "Contract text"
HEADING_OF_WORDS = "Contract heading of words"
INPUT_WORDS = "Contract input words"
CALCULATED_WORDS = "Contract calculated words"
POINT = "Contract chart point"
LINK = "Contract link"
BOX = "Contract box"
BOX_SECTION = "Contract box section"
BOX_LABEL = "Contract box label"
BOX_INPUT = "Contract box input"
BOX_HINT = "Contract box hint"
BOX_WORDS = "Contract box words"
BOX_FIGURE = "Contract box figure"
BOX_PRICE = "Contract box price"
TOTAL_LABEL = "Contract total label"
TOTAL = "Contract total"
DERIVED = "Contract calculated, no row states it"
CELL_LINK, LINK_TO_COME = "Contract link to a cell", "Contract link to come"

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
    "figure": QUANTITY,
    "upper end": QUANTITY,
    "limit": QUANTITY,
    "text": AS_TEXT,
    "assumed": AS_TEXT,
}
"""Number formats by the kind of a column; all of them in the one spelling that files have, which
each Excel shows in the way of its own country."""


HOLDING_WORDS = ("text", "charge", "part units", "billed", "counted", "assumed", "item")
"""The kinds of columns that hold words, to the left; figures are to the right."""


def _font(size: int, color: str = INK, bold: bool = False, italic: bool = False) -> Font:
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)


def format_of(column: Column, currency: str = "") -> str:
    """Choose the number format of an input column, its amounts in the currency of the contract."""
    if column.kind == "money":
        return format_money(currency)
    return UNIT_PRICE if column.field == "unit_price" else FORMATS.get(column.kind, PLAIN)


def format_money(currency: str) -> str:
    """Choose the number format of amounts, with the currency where that is a short code.

    The code is a text in quotes: a format that Excel takes for one of a currency would hand
    amounts to macros cut to 4 decimals.

    >>> format_money("USD"), format_money("US dollars")
    ('#,##0.00 "USD"', '#,##0.00')
    """
    is_code = re.fullmatch("[A-Z]{3}", currency) is not None
    return f'{MONEY} "{currency}"' if is_code else MONEY


_THIN = Side("thin", color="A9B4C0")
_FIGURES = Alignment("right", "top")
_WORDS = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_ONE_LINE = Alignment(vertical="top")

STYLES: dict[str, dict[str, object]] = {
    TITLE: {"font": _font(16, bold=True), "alignment": _ONE_LINE},
    NOTE: {"font": _font(10, MUTED), "alignment": _ONE_LINE},
    HINT: {"font": _font(10, MUTED), "alignment": Alignment("left", "top", indent=1)},
    LABEL: {"font": _font(11), "alignment": _ONE_LINE},
    SECTION: {"font": _font(12, bold=True), "alignment": Alignment(vertical="bottom")},
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
    CELL_LINK: {**STYLES[LINK_TO_COME], "border": Border(bottom=_THIN)},
    CALCULATED_WORDS: {**STYLES[CALCULATED_STYLE], "alignment": _WORDS},
    DERIVED: {**STYLES[CALCULATED_STYLE], "font": _font(11, MUTED, italic=True)},
    LINK: {
        "font": Font(name="Calibri", size=10, color=LINK_INK, underline="single"),
        "alignment": _ONE_LINE,
    },
}
_BOX = {"fill": PatternFill("solid", fgColor=BOX_FILL)}
_IN_BOX = Alignment("left", "top", wrap_text=True)
STYLES |= {
    BOX_INPUT: {**STYLES[INPUT_STYLE], "alignment": _WORDS},
    BOX: {**_BOX, "font": _font(11)},
    BOX_SECTION: {
        **STYLES[SECTION],
        **_BOX,
        "alignment": Alignment("left", "center", indent=1),
    },
    BOX_LABEL: {**_BOX, "font": _font(11, MUTED), "alignment": Alignment("left", "top", indent=1)},
    BOX_HINT: {**_BOX, "font": _font(10, MUTED), "alignment": Alignment("left", "top", indent=1)},
    BOX_WORDS: {**_BOX, "font": _font(11), "alignment": _IN_BOX},
    BOX_FIGURE: {**_BOX, "font": _font(11), "alignment": _IN_BOX},
    BOX_PRICE: {
        **_BOX,
        "font": _font(20, bold=True),
        "alignment": Alignment("left", "top"),
    },
    TOTAL_LABEL: {
        "font": _font(10, MUTED),
        "alignment": Alignment("right", "bottom", wrap_text=True),
    },
    TOTAL: {"font": _font(11, bold=True), "border": Border(top=_THIN), "alignment": _FIGURES},
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
    sheet: Worksheet,
    address: str,
    given: InputCell,
    column: Column,
    style: str = "",
    *,
    currency: str = "",
) -> dict[str, Cell]:
    """Write an input cell. Returns its value, where it is to be stored afterwards."""
    number_format = given.number_format or format_of(column, currency)
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


def write_top(sheet: Worksheet, title: str, *notes: str) -> None:
    """Write the title of a sheet, and in a line or two what to do with it."""
    # a longer title would make the printed page wider, and so all of it smaller
    write_cell(sheet, "A1", shorten(title, 90, placeholder=" ..."), TITLE)
    for row, note in enumerate(notes, 2):
        write_cell(sheet, f"A{row}", note, NOTE)


def write_link(sheet: Worksheet, address: str, text: str, target: str) -> None:
    """Write a link to a sheet of the workbook."""
    cell = write_cell(sheet, address, text, LINK)
    cell.hyperlink = Hyperlink(ref=address, location=LINKS[target])
    cell.style = LINK  # for openpyxl gives it one of its own


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


def fade_missing(sheet: Worksheet, cells: str) -> None:
    """Show `#N/A` in a faint grey, as what is missing and not what is wrong."""
    first = cells.partition(":")[0]
    style = DifferentialStyle(font=Font(color=FAINT))
    rule = Rule("expression", formula=[f"ISNA({first})"], dxf=style)
    sheet.conditional_formatting.add(cells, rule)


def emphasize(sheet: Worksheet, cells: str, formula: str) -> None:
    """Show cells like a heading as long as a formula about the first of them is true."""
    fill = PatternFill("solid", bgColor=HEADING_FILL)
    style = DifferentialStyle(font=Font(bold=True), fill=fill)
    sheet.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=style))


# Printed pages, what stays in view on the screen, and protection against slips.

LONGEST_NAME = 60
"""Characters of a contract's name in the footer, which has room for no more."""


def set_up_page(sheet: Worksheet, name: str, heading_row: int | None = None) -> None:
    """Print a sheet one page wide, with repeated headings; contract, sheet, day and page below."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(0.3, 0.3, 0.5, 0.7, 0.3, 0.3)  # inches
    footer = HeaderFooterItem(
        left=_HeaderFooterPart(shorten(name, LONGEST_NAME, placeholder=" ...").replace("&", "&&")),
        center=_HeaderFooterPart("&A"),
        right=_HeaderFooterPart("&D   Page &P of &N"),
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
    longest = 0
    for cell in cells:
        shown = "" if cell is None else _shown(cell, number_format)
        words = shown.split() if isinstance(cell, str) else [shown]  # figures do not break
        longest = max([longest, *map(len, words)])
    room = 2.5  # for the indent and the filter's button
    column.width = max(column.width, min(longest, WIDEST) + room)


def _shown(cell: Cell, number_format: str) -> str:
    """A cell about as a spreadsheet shows it.

    >>> _shown(1129110884, MONEY), _shown(0.0125, "General"), _shown("or more", "General")
    ('1,129,110,884.00', '0.0125', 'or more')
    >>> _shown(255000, format_money("USD"))
    '255,000.00 USD'
    """
    if isinstance(cell, date) or number_format == DAY:
        return "2013-12-20"
    if not isinstance(cell, (int, float, Decimal)):
        return str(cell)
    amount, _, currency = number_format.partition(" ")
    if amount == MONEY:
        return f"{cell:,.2f} {currency.strip(chr(34))}".rstrip()
    return f"{cell:,.6f}".rstrip("0").rstrip(".")
