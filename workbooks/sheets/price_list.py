"""The Price list sheet: the price table of a chosen day, a quantity's price on all days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.formulas import Formulas
from workbooks.look.cells import write_cell, write_filled, write_top
from workbooks.look.pages import protect, set_page
from workbooks.look.styles import (
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
from workbooks.sheets.blocks import Block, write_block
from xlfuncs.pricing.claims import REFUSALS
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.drafts import BLANK, Line
from xlfuncs.tables.schema import CHOSEN_COLUMNS, PRICE_LIST

FIRST_CHOICE = 4
CHOICES = {column.field: f"B{row}" for row, column in enumerate(CHOSEN_COLUMNS, FIRST_CHOICE)}
"""The cells in which something is chosen, by field."""

WIDTHS = (24, 18, 17, 18, 32, 11, 18, 44)
TIMELINE = Block("TIMELINE", 11, (DAY, DAY, MONEY, PLAIN, PLAIN))
SCHEDULE_FORMATS = (PLAIN, QUANTITY, QUANTITY, MONEY, UNIT_PRICE, QUANTITY, PLAIN, PLAIN)
CHART_ROWS = 17
SPARE_ROWS = 4
"""Rows that the timeline may grow by before it meets the price table below it."""


class Shown(NamedTuple):
    """A block with its title, two rows above it, and its answer at the time of the build."""

    block: Block
    title: str
    rows: Sequence[Sequence[Cell]]

    @property
    def title_cell(self) -> str:
        return f"A{self.block.first_row - 2}"


class PriceList(NamedTuple):
    """The sheet as it was written: the values of its formulas, its blocks, what is chosen.

    `chosen` are cells with their values, by field; `several` tells that the contract prices
    several quantities.
    """

    values: dict[str, Cell]
    timeline: Shown
    schedule: Shown
    chosen: dict[str, tuple[str, Cell]]
    several: bool


def write_price_list(
    sheet: Worksheet, contract: Contract, chosen: Line, formulas: Formulas
) -> PriceList:
    """Fills the sheet, all but its charts."""
    note = "What the contract costs on a chosen day, and what one quantity costs on all days."
    write_top(sheet, PRICE_LIST, note)
    set_widths(sheet, WIDTHS)
    values = _write_choices(sheet, contract, chosen)
    cells = {field: (address, chosen.get(field, BLANK).read) for field, address in CHOICES.items()}
    asked = dict(cells[field] for field in ("quantity", "service", "known_on"))
    timeline_values, answer = write_block(sheet, TIMELINE, asked, formulas)
    quantity = "" if cells["quantity"][1] is None else f"{float(cells['quantity'][1]):.15g}"
    timeline = Shown(TIMELINE, f"Price of {quantity} by day of purchase", answer)

    several = has_several_quantities(contract)
    room = max(CHART_ROWS * (1 + several), len(answer) + SPARE_ROWS)
    block = Block("SCHEDULE", TIMELINE.first_row + room + 3, SCHEDULE_FORMATS)
    asked = dict(cells[field] for field in ("purchased", "service", "known_on"))
    schedule_values, answer = write_block(sheet, block, asked, formulas)
    schedule = Shown(block, "Price table of the chosen day", answer)

    write_cell(sheet, schedule.title_cell, schedule.title, SECTION)
    explained = "A quantity costs Fixed + Rate x (quantity - Above)"
    write_cell(sheet, f"E{block.first_row - 2}", explained, NOTE)
    title = write_cell(sheet, timeline.title_cell, None, SECTION)
    title.value = f'="Price of "&{CHOICES["quantity"]}&" by day of purchase"'
    values |= {**timeline_values, **schedule_values, timeline.title_cell: timeline.title}
    set_page(sheet, contract.name, block.first_row)
    protect(sheet)
    return PriceList(values, timeline, schedule, cells, several)


def _write_choices(sheet: Worksheet, contract: Contract, chosen: Line) -> dict[str, Cell]:
    names = [service.name for service in contract.services]
    values: dict[str, Cell] = {}
    for column in CHOSEN_COLUMNS:
        address = CHOICES[column.field]
        letter, row = address[0], int(address[1:])
        write_cell(sheet, f"A{row}", column.title, LABEL)
        write_cell(sheet, f"C{row}", sentence(column.meaning), HINT)
        values |= write_filled(sheet, address, chosen.get(column.field, BLANK), column)
        offered = names if column.field == "service" else ()
        add_validation(sheet, column, letter, row, names=offered, last_row=row)
    return values


def has_several_quantities(contract: Contract) -> bool:
    """Whether prices can be drawn against quantities: some range, or two figures of a service."""
    priced = [row for row in contract.rows if row.charge not in REFUSALS]
    firsts = {(row.service, row.quantity_from) for row in priced}
    ranges = any(row.quantity_to != row.quantity_from for row in priced)
    return ranges or len(firsts) > len({service for service, _ in firsts})
