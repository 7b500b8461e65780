"""The sheet Overcharges: a row for each listed line, its price and difference worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell, write_top
from workbooks.look.conditions import show_decimals
from workbooks.look.pages import set_page
from workbooks.look.styles import (
    DAY,
    HEADING,
    MONEY,
    PLAIN,
    QUANTITY,
    TYPED,
    WORDS,
    WORKED_OUT,
)
from workbooks.look.tables import add_table
from workbooks.look.validation import guard
from workbooks.look.widths import set_widths, widen
from workbooks.reports.figures import kept, works_out
from workbooks.reports.groups import number_of, numbers_of
from workbooks.reports.texts import cut
from xlfuncs.ledgers.overcharges import Overcharge, Overcharges
from xlfuncs.pricing.wording import money, number
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.places import column_letter

OVERCHARGES = "Overcharges"
EXPLAINED = (
    "Contract price = Fixed + Rate x (Counted - Above), rounded to the cent. Overpaid = Paid - "
    "Contract price. Line is the number of a line of the ledger, or of a row of its sheet."
)
TITLE_ROW = 4
FIRST_ROW = TITLE_ROW + 1
COUNTED_LINE = "0"
LONG_RATE = "#,##0.00##########"
"""Discounts make more decimals than documents state."""


class Column(NamedTuple):
    """A column of the list; `of` is the field of an overcharge that it shows."""

    title: str
    of: str
    number_format: str
    width: float


COLUMNS = (
    Column("Line", "line", COUNTED_LINE, 10),
    Column("In the ledger", "named", PLAIN, 22),
    Column("Purchased", "purchased", DAY, 12),
    Column("Service", "service", PLAIN, 24),
    Column("Quantity", "quantity", QUANTITY, 11),
    Column("Counted", "counted", QUANTITY, 11),
    Column("Fixed", "fixed", LONG_RATE, 12),
    Column("Rate", "rate", LONG_RATE, 9),
    Column("Above", "above", QUANTITY, 10),
    Column("Contract price", "price", MONEY, 15),
    Column("Paid", "paid", MONEY, 15),
    Column("Overpaid", "overpaid", MONEY, 15),
    Column("Source", "source", PLAIN, 28),
    Column("Reason", "reason", PLAIN, 60),
    Column("Group", "group", COUNTED_LINE, 8),
)
LETTERS = {column.of: column_letter(index) for index, column in enumerate(COLUMNS)}


def _this(title: str) -> str:
    return f"{OVERCHARGES}[[#This Row],[{title}]]"


FORMULAS = {
    "price": f"ROUND({_this('Fixed')}+{_this('Rate')}*({_this('Counted')}-{_this('Above')}),2)",
    "overpaid": f"ROUND({_this('Paid')}-{_this('Contract price')},2)",
}
"""The second is rounded too, for what is left of two binary figures is seldom whole cents."""


def write_listed(sheet: Worksheet, found: Overcharges) -> dict[str, Cell]:
    """Fills the sheet; answers the values of its figures and formulas by cell."""
    write_top(sheet, OVERCHARGES, EXPLAINED)
    set_widths(sheet, (column.width for column in COLUMNS))
    titled = [(c.title, WORDS[HEADING] if _has_words(c) else HEADING) for c in COLUMNS]
    titles = {column.of: column.title for column in COLUMNS}
    formulas = {titles[of]: formula for of, formula in FORMULAS.items()}
    add_table(sheet, OVERCHARGES, titled, TITLE_ROW, len(found.listed), formulas=formulas)
    numbers = numbers_of(found)
    values: dict[str, Cell] = {}
    for row, line in enumerate(found.listed, FIRST_ROW):
        values |= _write_line(sheet, row, line, number_of(line, numbers))
    _prepare(sheet, found)
    set_page(sheet, found.contract.name, TITLE_ROW)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    return values


def _prepare(sheet: Worksheet, found: Overcharges) -> None:
    """Columns as wide as their figures; a question back to whoever types over a formula."""
    for column in COLUMNS:
        letter = LETTERS[column.of]
        if column.number_format in (MONEY, LONG_RATE, QUANTITY):
            wording = number if column.number_format == QUANTITY else money
            shown = (wording(getattr(line, column.of)) for line in found.listed)
            widen(sheet, letter, shown, PLAIN)
        if column.number_format == QUANTITY:
            show_decimals(sheet, f"{letter}{FIRST_ROW}", len(found.listed))
        if column.of in FORMULAS:
            guard(sheet, letter, FIRST_ROW)


def _write_line(sheet: Worksheet, row: int, line: Overcharge, group: int) -> dict[str, Cell]:
    """Writes a line; one that no formula gives to the cent has all its amounts as text."""
    values: dict[str, Cell] = {}
    figures = works_out(line)
    for column, cell in zip(COLUMNS, _cells(line, group), strict=True):
        address = f"{LETTERS[column.of]}{row}"
        style = WORDS[WORKED_OUT] if _has_words(column) else WORKED_OUT
        if column.number_format in (COUNTED_LINE, DAY, PLAIN):
            write_cell(sheet, address, cell, style, column.number_format)
        elif figures:
            written = write_cell(sheet, address, kept(cell), style, column.number_format)
            if column.of in FORMULAS:
                written.value = f"={FORMULAS[column.of]}"
            values[address] = kept(cell)
        else:
            wording = number if column.number_format == QUANTITY else money
            write_cell(sheet, address, wording(cell), style, TYPED)
    return values


def _cells(line: Overcharge, group: int) -> Iterator[Cell]:
    for column in COLUMNS[:-1]:
        cell = getattr(line, column.of)
        yield cut(cell) if isinstance(cell, str) else cell
    yield group


def _has_words(column: Column) -> bool:
    return column.number_format == PLAIN
