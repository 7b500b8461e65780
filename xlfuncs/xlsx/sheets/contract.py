"""The sheets Tiers, Amendments and Contract, which state the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import NOT_ON_FILE, Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.draft import BLANK, InputRow
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    COLUMNS,
    CONTRACT,
    ITEMS,
    LAST_ROW,
    PARTICULAR_COLUMNS,
    POINTS,
    TIERS,
    TITLE_ROW,
    Column,
    column_letter,
    format_title,
)
from xlfuncs.xlsx.excel_tables import (
    ITEM,
    NEW_SERVICE,
    add_table,
    add_validation,
    explain_title,
    list_of,
)
from xlfuncs.xlsx.styles import (
    HEADING,
    NOTE,
    PLAIN,
    POINT,
    QUANTITY,
    WORDS,
    format_of,
    set_up_page,
    set_widths,
    show_decimals,
    widen,
    write_cell,
    write_input,
    write_top,
)

WIDTHS = {
    "document": 10,
    "title": 14,
    "clause": 12,
    "service": 16,
    "unit": 6,
    "quantity_from": 11,
    "quantity_to": 11,
    "charge": 10.5,
    "price": 15,
    "unit_price": 7.5,
    "per": 6,
    "percent": 8.5,
    "minimum": 15,
    "maximum": 15,
    "purchased_from": 10.7,
    "purchased_through": 10.7,
    "signed": 10.7,
    "effective": 10.7,
    "ends": 10.7,
    "replaces": 9,
    "increase": 14,
    "assumed": 23,
    "source": 25,
    "note": 22,
    "step": 5.5,
    "part_units": 7,
    "billed": 7,
    "counted": 12,
    "limit": 11,
    "item": 20,
    "value": 110,
    "purchased": 12,
    "quantity": 13,
    "reference": 16,
}
"""Characters, by field."""

EMPTY = 13
"""Characters of room in a column of words that has none yet."""

NAMES, WIDEST_NAME = ("title", "service"), 26
"""The columns of names, which are wide enough for two lines each, and no wider than that."""

FOLDED = frozenset(
    {
        *("unit", "per", "percent", "minimum", "maximum", "purchased_from", "purchased_through"),
        *("replaces", "increase", "assumed", "source", "note", "step", "part_units", "billed"),
        *("counted", "limit"),
    }
)
"""Columns that are folded away on Tiers and Amendments as long as nothing is in them."""

LEAST_ROWS = 2
"""A sheet of fewer rows has all of its columns open."""

OPEN_FOLDS = "Empty columns are folded away; click 2 at the top left to open them."


@dataclass(frozen=True, slots=True)
class InputSheet:
    """A sheet of the contract: its name and columns, and what it says above its table."""

    name: str
    columns: tuple[Column, ...]
    title: str
    notes: tuple[str, ...]


AGREEMENT = COLUMNS[0]._replace(
    kind="agreement", meaning="0 or blank, because these are rows of the agreement itself"
)


def list_titles(*fields: str) -> str:
    """The titles of columns in a sentence.

    >>> list_titles("unit", "service", "price")
    'Unit, Service and Price'
    """
    *titles, last = [format_title(field) for field in fields]
    return f"{', '.join(titles)} and {last}" if titles else last


INPUT_SHEETS = (
    InputSheet(
        TIERS,
        (AGREEMENT, *COLUMNS[1:]),
        "Tiers",
        (
            "The price table of the agreement, one row for each row printed. Change a cell, or "
            "type below the last row, and prices update.",
            f"Anything no document states is '{NOT_ON_FILE}' or marked as assumed. {OPEN_FOLDS}",
        ),
    ),
    InputSheet(
        AMENDMENTS,
        COLUMNS,
        "Amendments",
        (
            "What the amendments change, one row for each price. To add a row, type below the last "
            f"one: {list_titles('document', 'title', 'service', 'quantity_from', 'charge')},",
            f"its figures, {list_titles('signed', 'effective')}. {OPEN_FOLDS}",
        ),
    ),
    InputSheet(
        CONTRACT,
        PARTICULAR_COLUMNS,
        "Contract",
        (
            "The parties to the contract, and the questions its documents leave open. "
            "No price depends on this sheet.",
        ),
    ),
)


def write_input_sheet(
    sheet: Worksheet, stated: InputSheet, lines: Sequence[InputRow], contract: Contract
) -> dict[str, Cell]:
    """Fill one of the sheets. Returns the values of the formulas that somebody entered there."""
    write_top(sheet, stated.title, *stated.notes)
    titles = [(column.title, WORDS[HEADING]) for column in stated.columns]
    used = {field for line in lines for field in line}
    if len(lines) < LEAST_ROWS:  # somebody is about to fill the sheet in
        used |= FOLDED
    set_widths(sheet, (find_width(column, used) for column in stated.columns))
    add_table(sheet, stated.name, titles, TITLE_ROW, len(lines))
    set_up_page(sheet, contract.name, TITLE_ROW)
    sheet.freeze_panes = f"A{TITLE_ROW + 1}"
    for index, column in enumerate(stated.columns):
        explain_title(sheet, column, f"{column_letter(index)}{TITLE_ROW}")
    expected = "" if stated.name == TIERS else NEW_SERVICE  # services begin on Tiers
    services = {"service": Choices(service_names_of(contract), expected)}
    values = write_input_rows(
        sheet,
        stated.columns,
        lines,
        TITLE_ROW + 1,
        services | ITEM_CHOICES,
        currency=contract.currency,
    )
    fold_columns(sheet, [column.field for column in stated.columns], FOLDED - used)
    return values


def fold_columns(sheet: Worksheet, fields: Sequence[str], folded: Set[str]) -> None:
    """Fold columns away; those side by side open together, by a button above the next one."""
    for index, field in enumerate(fields):
        if field in folded:
            column = sheet.column_dimensions[column_letter(index)]
            column.outlineLevel, column.hidden = 1, True
            sheet.column_dimensions[column_letter(index + 1)].collapsed = True


def find_width(column: Column, used: set[str]) -> float:
    """The width of a column; an empty one of words leaves the paper to the others."""
    width = WIDTHS[column.field]
    is_needed = column.field in used or column.kind == "money"
    return width if is_needed else min(width, EMPTY)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen in a column, a list or the cells of one, and what is expected there."""

    cells: str
    expected: str


ITEM_CHOICES = {"item": Choices(list_of(ITEMS.values()), ITEM)}


def write_input_rows(
    sheet: Worksheet,
    columns: Sequence[Column],
    lines: Sequence[InputRow],
    first_row: int,
    choices: Mapping[str, Choices],
    *,
    currency: str = "",
) -> dict[str, Cell]:
    """Write the input cells, blank ones too, with what is expected of them.

    `choices` are by field. Returns the values of formulas.
    """
    values: dict[str, Cell] = {}
    for index, column in enumerate(columns):
        letter = column_letter(index)
        number_format = format_of(column, currency)
        shown = (line[column.field].value for line in lines if column.field in line)
        widen(sheet, letter, shown, number_format)
        if column.field in NAMES:
            _widen_for_names(sheet, letter, [line.get(column.field, BLANK).value for line in lines])
        for row, line in enumerate(lines or [{}], first_row):
            given = line.get(column.field, BLANK)
            values |= write_input(sheet, f"{letter}{row}", given, column, currency=currency)
        chosen = choices.get(column.field, Choices("", ""))
        add_validation(
            sheet, column, letter, first_row, choices=chosen.cells, expected=chosen.expected
        )
        _prepare_new_rows(sheet, letter, first_row, number_format)
    return values


def _widen_for_names(sheet: Worksheet, letter: str, names: Sequence[Cell]) -> None:
    longest = max((len(str(name)) for name in names), default=0)
    column = sheet.column_dimensions[letter]
    column.width = max(column.width, min(longest / 2 + 4, WIDEST_NAME))


def _prepare_new_rows(sheet: Worksheet, letter: str, first_row: int, number_format: str) -> None:
    """Format the rows to come, and show all the decimals of a quantity that has some."""
    if number_format != PLAIN:
        sheet.column_dimensions[letter].number_format = number_format
    if number_format == QUANTITY:
        show_decimals(sheet, f"{letter}{first_row}", LAST_ROW - first_row + 1)


# The names of the services on the hidden sheet, to choose from.

FIRST_POINT_ROW, SERVICES = 5, "I"
"""The first row of the hidden sheet under its titles, and the column of the services."""


def service_names_of(contract: Contract) -> str:
    """The cells that list the services."""
    last_row = FIRST_POINT_ROW + len(contract.services) - 1
    return f"'{POINTS}'!${SERVICES}${FIRST_POINT_ROW}:${SERVICES}${last_row}"


def write_service_names(sheet: Worksheet, contract: Contract) -> None:
    """List the services, for the cells in which one is chosen."""
    write_cell(sheet, f"{SERVICES}{FIRST_POINT_ROW - 1}", "Services", NOTE)
    for row, service in enumerate(contract.services, FIRST_POINT_ROW):
        write_cell(sheet, f"{SERVICES}{row}", service.name, POINT)
