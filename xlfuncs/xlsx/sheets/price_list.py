"""The sheet Price list: the price table of a chosen date, and a quantity's price over time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.wording import format_billed_services, format_number
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.draft import BLANK, InputRow
from xlfuncs.sheets.schema import CHOSEN_COLUMNS, PRICE_LIST
from xlfuncs.xlsx.excel_tables import add_validation, sentence
from xlfuncs.xlsx.formulas import (
    Block,
    BlockContent,
    Formula,
    Formulas,
    write_block,
    write_formula,
)
from xlfuncs.xlsx.sheets.contract import service_names_of
from xlfuncs.xlsx.styles import (
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
    protect,
    set_up_page,
    set_widths,
    show_decimals,
    write_cell,
    write_input,
    write_top,
)

FIRST_CHOICE = 4
CHOICES = {column.field: f"B{row}" for row, column in enumerate(CHOSEN_COLUMNS, FIRST_CHOICE)}
"""The cells in which something is chosen, by field."""

WIDTHS = (18, 18, 17, 18, 34, 3, 26, 13, 13, 17, 13, 13, 18, 36)
HINTS = "E"
"""Where it is said what a choice means; a long name of a service has room up to there."""

CHART_ROW, BLOCK_ROW = 10, 30
SECTION_ROW = BLOCK_ROW - 2
TIMELINE = Block("TIMELINE", "A", BLOCK_ROW, (DAY, DAY, MONEY, PLAIN, PLAIN), "D")
SCHEDULE = Block(
    "SCHEDULE",
    "G",
    BLOCK_ROW,
    (PLAIN, QUANTITY, QUANTITY, UNIT_PRICE, UNIT_PRICE, QUANTITY, PLAIN, PLAIN),
    "M",
)
TIMELINE_TITLE = f"{TIMELINE.column}{SECTION_ROW}"
"""The cell that names the quantity whose prices the timeline has."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The sheet as it was written: the values of its formulas, its blocks, what is chosen.

    `chosen` are cells with their values, by field; `title` is what the title of the timeline says.
    """

    values: dict[str, Cell]
    timeline: BlockContent
    schedule: BlockContent
    chosen: dict[str, Formula]
    title: str


def write_price_list(
    sheet: Worksheet, contract: Contract, given: InputRow, formulas: Formulas
) -> PriceList:
    """Fill the sheet, all but its charts."""
    note = "Prices on a chosen date, and the price of one quantity over time."
    write_top(sheet, PRICE_LIST, note)
    set_widths(sheet, WIDTHS)
    values = _write_choices(sheet, contract, given)
    chosen = {
        field: Formula(address, given.get(field, BLANK).value) for field, address in CHOICES.items()
    }
    timeline, schedule = (
        write_block(
            sheet, block, [chosen[field] for field in (first, "service", "known_on")], formulas
        )
        for block, first in ((TIMELINE, "quantity"), (SCHEDULE, "purchased"))
    )
    title = _format_title(contract, chosen["quantity"])
    values |= timeline.values | schedule.values
    values |= write_formula(sheet, TIMELINE_TITLE, title, SECTION)
    for address, text, style in (
        (f"{SCHEDULE.column}{SECTION_ROW}", "Price table of the chosen date", SECTION),
        (f"K{SECTION_ROW}", "A quantity costs Fixed + Rate x (quantity - Above)", HINT),
        (
            f"A{CHART_ROW - 1}",
            "Charts: no line means no price. A price without an end date is drawn for a limited "
            "time. "
            "Dashed: your choices above",
            NOTE,
        ),
    ):
        write_cell(sheet, address, text, style)
    billed = format_billed_services(contract.services)
    if billed:
        write_cell(sheet, f"A{CHART_ROW - 2}", billed, NOTE)
    set_up_page(sheet, contract.name, BLOCK_ROW)
    protect(sheet)
    return PriceList(values, timeline, schedule, chosen, str(title.value))


def _format_title(contract: Contract, quantity: Formula) -> Formula:
    """The title of the timeline, which names the quantity."""
    unit = f" {contract.services[0].unit}".rstrip() if len(contract.services) == 1 else ""
    cell, value = quantity.text, quantity.value
    whole = f'IF(INT({cell})={cell},FIXED({cell},0),{cell}&"")'
    text = f'IF(ISNUMBER({cell}),"Price of "&{whole}&"{unit} by purchase date","")'
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
        return Formula(text, "")
    figure = Decimal(str(value))
    said = format_number(figure) if figure == int(figure) else f"{figure.normalize():f}"
    return Formula(text, f"Price of {said}{unit} by purchase date")


def _write_choices(sheet: Worksheet, contract: Contract, given: InputRow) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for row, column in enumerate(CHOSEN_COLUMNS, FIRST_CHOICE):
        address = CHOICES[column.field]
        write_cell(sheet, f"A{row}", column.title, LABEL)
        write_cell(sheet, f"{HINTS}{row}", sentence(column.meaning), HINT)
        if column.kind == "figure":
            show_decimals(sheet, address, 1)
        values |= write_input(sheet, address, given.get(column.field, BLANK), column, CHOSEN)
        choices = service_names_of(contract) if column.field == "service" else ""
        add_validation(sheet, column, "B", row, choices=choices, last_row=row)
    return values
