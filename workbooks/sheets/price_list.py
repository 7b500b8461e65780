"""The Price list sheet: the price table of a chosen day, a quantity's price on all days."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell, write_filled, write_top
from workbooks.look.conditions import show_decimals
from workbooks.look.pages import protect, set_page
from workbooks.look.styles import (
    CHOSEN,
    DAY,
    HINT,
    LABEL,
    MONEY,
    NOTE,
    PLAIN,
    QUANTITY,
    SECTION,
    UNIT_PRICE,
)
from workbooks.look.validation import add_validation, sentence
from workbooks.look.widths import set_widths
from workbooks.sheets.blocks import Block, Written, write_block
from workbooks.sheets.points import service_names_of
from xlfuncs.pricing.claims import REFUSALS
from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.pricing.wording import number
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.drafts import BLANK, Line
from xlfuncs.tables.schema import CHOSEN_COLUMNS, PRICE_LIST

FIRST_CHOICE = 4
CHOICES = {column.field: f"B{row}" for row, column in enumerate(CHOSEN_COLUMNS, FIRST_CHOICE)}
"""The cells in which something is chosen, by field."""

WIDTHS = (18, 18, 17, 18, 34, 3, 26, 13, 13, 17, 13, 13, 18, 36)
HINTS = "E"
"""Where it is said what a choice means; a long name of a service has room up to there."""

CHART_ROW, BLOCK_ROW = 10, 30
TIMELINE = Block("TIMELINE", "A", BLOCK_ROW, (DAY, DAY, MONEY, PLAIN, PLAIN), "D")
SCHEDULE = Block(
    "SCHEDULE",
    "G",
    BLOCK_ROW,
    (PLAIN, QUANTITY, QUANTITY, UNIT_PRICE, UNIT_PRICE, QUANTITY, PLAIN, PLAIN),
    "M",
)


class Titled(NamedTuple):
    """A title, which stands in a cell."""

    cell: str
    text: str


class PriceList(NamedTuple):
    """The sheet as it was written: the values of its formulas, its blocks, what is chosen.

    `chosen` are cells with their values, by field.
    """

    values: dict[str, Cell]
    timeline: Written
    schedule: Written
    chosen: dict[str, tuple[str, Cell]]
    title: Titled


def write_price_list(
    sheet: Worksheet, contract: Contract, chosen: Line, formulas: Formulas
) -> PriceList:
    """Fills the sheet, all but its charts."""
    note = "What the contract costs on a chosen day, and what one quantity costs on all days."
    write_top(sheet, PRICE_LIST, note)
    set_widths(sheet, WIDTHS)
    values = _write_choices(sheet, contract, chosen)
    cells = {field: (address, chosen.get(field, BLANK).value) for field, address in CHOICES.items()}
    asked = dict(cells[field] for field in ("quantity", "service", "known_on"))
    timeline = write_block(sheet, TIMELINE, asked, formulas)
    asked = dict(cells[field] for field in ("purchased", "service", "known_on"))
    schedule = write_block(sheet, SCHEDULE, asked, formulas)
    title = _write_titles(sheet, contract, cells["quantity"][1])
    values |= {**timeline.values, **schedule.values, title.cell: title.text}
    set_page(sheet, contract.name, BLOCK_ROW)
    protect(sheet)
    return PriceList(values, timeline, schedule, cells, title)


def _write_titles(sheet: Worksheet, contract: Contract, quantity: Cell) -> Titled:
    """The titles of both blocks; answers that of the timeline, which names the quantity."""
    row = BLOCK_ROW - 2
    unit = f" {contract.services[0].unit}".rstrip() if len(contract.services) == 1 else ""
    cell = CHOICES["quantity"]
    whole = f'IF(INT({cell})={cell},FIXED({cell},0),{cell}&"")'
    formula = f'=IF(ISNUMBER({cell}),"Price of "&{whole}&"{unit} by day of purchase","")'
    text = ""
    if isinstance(quantity, (int, float, Decimal)) and not isinstance(quantity, bool):
        figure = Decimal(str(quantity))
        said = number(figure) if figure == int(figure) else f"{figure.normalize():f}"
        text = f"Price of {said}{unit} by day of purchase"
    write_cell(sheet, f"{TIMELINE.column}{row}", None, SECTION).value = formula
    write_cell(sheet, f"{SCHEDULE.column}{row}", "Price table of the chosen day", SECTION)
    explained = "A quantity costs Fixed + Rate x (quantity - Above)"
    write_cell(sheet, f"K{row}", explained, HINT)
    drawn = "Charts: no line where there is no price; a line without an end goes on for a while"
    write_cell(sheet, f"A{CHART_ROW - 1}", drawn, NOTE)
    return Titled(f"{TIMELINE.column}{row}", text)


def _write_choices(sheet: Worksheet, contract: Contract, chosen: Line) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for column in CHOSEN_COLUMNS:
        address = CHOICES[column.field]
        letter, row = address[0], int(address[1:])
        write_cell(sheet, f"A{row}", column.title, LABEL)
        write_cell(sheet, f"{HINTS}{row}", sentence(column.meaning), HINT)
        if column.kind == "figure":
            show_decimals(sheet, address, 1)
        values |= write_filled(sheet, address, chosen.get(column.field, BLANK), column, CHOSEN)
        choices = service_names_of(contract) if column.field == "service" else ""
        add_validation(sheet, column, letter, row, choices=choices, last_row=row)
    return values


def has_several_quantities(contract: Contract) -> bool:
    """Whether prices can be drawn against quantities: some range, or two figures of a service."""
    priced = [row for row in contract.rows if row.charge not in REFUSALS]
    firsts = {(service_key(row.service), row.quantity_from) for row in priced}
    ranges = any(row.quantity_to != row.quantity_from for row in priced)
    return ranges or len(firsts) > len({service for service, _ in firsts})
