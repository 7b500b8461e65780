"""What people entered in a workbook, for a contract file or to be written again as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from xlfuncs.errors import FileFormatError
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import (
    Cell,
    format_cell,
    is_blank,
    is_year,
    parse_day,
    parse_figure,
    parse_text,
)
from xlfuncs.sheets.draft import ARRAY_FORMULA, BLANK, Draft, InputCell, InputRow
from xlfuncs.sheets.parsers import MOST_PROBLEMS, Problem, Reading
from xlfuncs.sheets.reader import ROWS_SEARCHED, Header, find_header
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    BOUGHT_BEFORE,
    CALCULATED_TITLES,
    CHOICE_COLUMNS,
    CHOICE_TITLES,
    CHOICES,
    CONTRACT,
    DAY_KINDS,
    INPUT_COLUMNS,
    ITEMS,
    PRICE_LIST,
    PURCHASE_COLUMNS,
    PURCHASES,
    QUESTION_FIELDS,
    SERVICE_FIELDS,
    TIERS,
    Column,
    column_index,
    column_letter,
    list_titles,
)
from xlfuncs.xlsx.cell_values import GENERAL
from xlfuncs.xlsx.package import refuse_damage
from xlfuncs.xlsx.reader import NO_VALUE, OpenWorkbook, Sheet, open_workbook, read_contract

if TYPE_CHECKING:
    from xlfuncs.contracts.update import Cells

# The input on the sheets of a workbook, cell by cell, to be written again as it is.

CALCULATED_BY_KEY = {name_key(title): title for title in (BOUGHT_BEFORE.title, *CALCULATED_TITLES)}
CHOICE_ROWS = 20
"""The first rows of a sheet, in which something may be chosen where no table is below them."""


def read_draft(opened: OpenWorkbook) -> Draft:
    """The draft that gives the same workbook again. Raises FileFormatError."""
    purchases = _read_lines(opened.find_sheet(PURCHASES))
    asked = _read_choices(opened.find_sheet(PURCHASES))
    return Draft(
        tiers=_read_lines(opened.find_sheet(TIERS)),
        amendments=_read_lines(opened.find_sheet(AMENDMENTS)),
        contract=_read_lines(opened.find_sheet(CONTRACT)),
        purchases=purchases,
        chosen=_read_choices(opened.find_sheet(PRICE_LIST)) or {},
        asked=_first_question(purchases) if asked is None else asked,
        from_workbook=True,
    )


def find_input_header(
    sheet: str, grid: Sequence[Sequence[Cell]], problems: list[Problem] | None = None
) -> Header | None:
    """The row with the titles of a sheet with input; only the required columns have to be there.

    Two columns of one field are a problem, of which the first counts.
    """
    columns = INPUT_COLUMNS[sheet]
    required = [column.field for column in columns if column.required]
    header = find_header(sheet, grid, required, [])
    if header is None:
        return None
    titles = {name_key(cell) for cell in grid[header.row] if isinstance(cell, str)}
    present = [
        column.field
        for column in columns
        if titles.intersection(map(name_key, list_titles(column.field)))
    ]
    return find_header(sheet, grid, present, [] if problems is None else problems)


def find_known_columns(sheet: str, titles: Sequence[Cell], header: Header) -> dict[int, str]:
    """What columns hold by their indexes: a field, or the title of what a function calculates."""
    calculated = CALCULATED_BY_KEY if sheet == PURCHASES else {}
    keys = {index: name_key(cell) for index, cell in enumerate(titles) if isinstance(cell, str)}
    return {
        **{index: calculated[key] for index, key in keys.items() if key in calculated},
        **{index: field for field, index in header.columns.items()},
    }


def _read_lines(sheet: Sheet | None) -> list[InputRow]:
    header = find_input_header(sheet.name, sheet.input) if sheet else None
    if sheet is None or header is None:
        return []
    lines: list[InputRow] = [
        {
            column.field: _read_cell(sheet, column, number, index)
            for column in INPUT_COLUMNS[sheet.name]
            if (index := header.columns.get(column.field, len(row))) < len(row)
            if not is_blank(row[index].input)
        }
        for number, row in enumerate(sheet.rows)
        if number > header.row
    ]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _read_cell(sheet: Sheet, column: Column, number: int, index: int) -> InputCell:
    cell = sheet.rows[number][index]
    place, formula = f"{sheet.name}!{column_letter(index)}{number + 1}", ""
    if cell.formula is not None:
        formula = cell.formula if isinstance(cell.formula, str) else ARRAY_FORMULA
    value, seen = cell.value, sheet.value_as_seen(cell)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    is_day = column.kind in DAY_KINDS
    if is_day and is_number and is_year(value):
        seen = value  # which stays a year, whatever the date system
    elif sheet.date1904 and is_number and (is_day or cell.is_date):
        if formula:
            raise FileFormatError(
                f"{place} calculates a date in the 1904 date system; enter the date itself"
            )
        value += 1462  # from the first day of the 1900 system to that of the 1904 system
    number_format = "" if cell.number_format == GENERAL else cell.number_format
    return InputCell(value, formula, number_format, None if seen == value else seen, place)


def _read_choices(sheet: Sheet | None) -> InputRow | None:
    """What is chosen or asked on a sheet, None where there is nowhere to do so."""
    line: dict[str, InputCell] = {}
    chosen = column_index(CHOICES)
    if sheet is None:
        return None
    found = find_choices(
        sheet.name, [[each.input for each in row] for row in sheet.rows[:ROWS_SEARCHED]]
    )
    for number, column in found.items():
        row = sheet.rows[number]
        if len(row) > chosen and not is_blank(row[chosen].input):
            line[column.field] = _read_cell(sheet, column, number, chosen)
    return line if found else None


def find_choices(sheet: str, grid: Sequence[Sequence[Cell]]) -> dict[int, Column]:
    """What is chosen in which row of a sheet, counted from 0, by the titles beside it.

    A row of the table of purchases, and the row with its titles, is none of them.
    """
    columns = {
        name_key(title): column
        for column in CHOICE_COLUMNS.get(sheet, ())
        for title in list_titles(column.field)
    }
    header = find_input_header(sheet, grid) if columns and sheet in INPUT_COLUMNS else None
    last, titles = header.row if header else CHOICE_ROWS, column_index(CHOICE_TITLES)
    return {
        number: columns[key]
        for number, row in enumerate(grid[:last])
        if len(row) > titles and isinstance(row[titles], str)
        if (key := name_key(row[titles])) in columns
    }


def _first_question(purchases: Sequence[InputRow]) -> InputRow:
    """What is asked where nowhere in a workbook there is room to ask, as in those of before."""
    line = next(iter(purchases), {})
    return {
        field: InputCell(line[field].counting_value) for field in QUESTION_FIELDS if field in line
    }


# Input that a contract file has no room for.

FIELDS_BY_ITEM = {name_key(title): field for field, title in ITEMS.items()}


def _find_formulas(draft: Draft) -> Iterator[str]:
    for line in (*draft.tiers, *draft.amendments, *draft.contract, *draft.purchases):
        for entered in line.values():
            if entered.formula:
                value = format_cell(entered.counting_value)
                yield f"{entered.place}: the formula {entered.formula}; its value is {value}"


def _find_added_items(draft: Draft) -> Iterator[str]:
    for line in draft.contract:
        item, value = line.get("item", BLANK), line.get("value", BLANK)
        if _contract_field(line) is None and not is_blank(value.counting_value):
            yield f"{item.place or value.place}: the item {format_cell(item.counting_value)}"


def _find_added_columns(sheet: Sheet) -> Iterator[str]:
    """The columns that a reader added, and what is beside the tables."""
    rows = sheet.input
    header = find_input_header(sheet.name, rows)
    if header is None:
        return
    titles = rows[header.row]
    known = find_known_columns(sheet.name, titles, header)
    found: dict[int, int] = {}
    for number in range(header.row, len(rows)):
        for index, cell in enumerate(rows[number]):
            if index not in known and not is_blank(cell):
                found.setdefault(index, number)
    for index, number in sorted(found.items()):
        title = titles[index] if index < len(titles) else None
        name = "cells beside the table" if is_blank(title) else f"the column {format_cell(title)}"
        yield f"{sheet.name}!{column_letter(index)}{number + 1}: {name}"


# The input of a workbook, to go into a contract file.

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class WorkbookInput:
    """The contract of a workbook with its purchases, or all problems; and the cells of both.

    `beyond` names formulas and items that a contract file has no room for, `columns` those that a
    reader added. A workbook without the sheet Purchases, which `has_purchases` tells, says nothing
    of purchases.
    """

    reading: Reading
    cells: Cells
    unsupported: list[str]
    added_columns: list[str]
    has_purchases: bool


@dataclass(frozen=True, slots=True)
class _PurchaseLine:
    """A line of the sheet Purchases with something in it, and the cell of each field."""

    line: InputRow
    cells: Mapping[str, str]


def read_input(content: bytes) -> WorkbookInput:
    """Read the input on the sheets of a workbook. Raises FileFormatError.

    A formula counts with the value that was stored with it.
    """
    from xlfuncs.contracts.update import Cells  # which a build has no use for

    opened = open_workbook(content)
    reading = read_contract(opened)
    contract = reading.contract
    with refuse_damage():
        draft = read_draft(opened)
        problems = [*reading.problems, *islice(_find_missing_values(draft), MOST_PROBLEMS)]
        lines = _find_purchases(opened.find_sheet(PURCHASES), draft, problems)
        purchases = tuple(_read_purchases(lines, contract, problems))
        cells = Cells(_contract_cells(draft), _service_cells(draft), [each.cells for each in lines])
        beyond = [*_find_formulas(draft), *_find_added_items(draft)]
        tables = [opened.find_sheet(name) for name in INPUT_COLUMNS if name != CONTRACT]
        columns = [each for sheet in tables if sheet for each in _find_added_columns(sheet)]
    contract = None if contract is None or problems else contract._replace(purchases=purchases)
    read = Reading(contract, tuple(dict.fromkeys(problems)), reading.cells)
    return WorkbookInput(read, cells, beyond, columns, opened.find_sheet(PURCHASES) is not None)


def _find_missing_values(draft: Draft) -> Iterator[Problem]:
    """The formulas of the sheets Contract and Purchases without a stored value."""
    for line in (*filter(_contract_field, draft.contract), *draft.purchases):
        for entered in line.values():
            if entered.formula and entered.value is None:
                yield Problem(entered.place, NO_VALUE)


def _find_purchases(
    sheet: Sheet | None, draft: Draft, problems: list[Problem]
) -> list[_PurchaseLine]:
    if sheet is None:
        return []
    header = find_input_header(PURCHASES, sheet.input, problems)
    if header is None:
        required = [column.field for column in PURCHASE_COLUMNS if column.required]
        find_header(PURCHASES, sheet.input, required, problems)
        return []
    letters = {
        column.field: column_letter(header.columns.get(column.field, 0))
        for column in PURCHASE_COLUMNS
    }
    return [
        _PurchaseLine(
            line, {field: f"{PURCHASES}!{letter}{number}" for field, letter in letters.items()}
        )
        for number, line in enumerate(draft.purchases, header.row + 2)
        if line
    ]


def _read_purchases(
    lines: Sequence[_PurchaseLine], contract: Contract | None, problems: list[Problem]
) -> Iterator[Purchase]:
    for line in lines:
        quantity = _read_field(line, "quantity", parse_figure, problems)
        purchased = _read_field(line, "purchased", parse_day, problems)
        service = _read_field(line, "service", _service_reader(contract), problems)
        reference = _read_field(line, "reference", parse_text, problems)
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service or "", reference or "")


def _read_field(
    line: _PurchaseLine, field: str, reader: Callable[[Cell], _Read], problems: list[Problem]
) -> _Read | None:
    entered = line.line.get(field, BLANK)
    if entered.formula and entered.value is None:
        return None  # which is a problem already
    try:
        return reader(entered.counting_value)
    except BadInput as refusal:
        problems.append(Problem(line.cells[field], f"{field} {refusal}"))
        return None


def _service_reader(contract: Contract | None) -> Callable[[Cell], str]:
    """A reader of the names of a contract's services; of one with problems they are not known."""
    services = {} if contract is None else {each.key: each.name for each in contract.services}

    def read(cell: Cell) -> str:
        known = isinstance(cell, str) and name_key(cell) in services
        if services and not known and not (is_blank(cell) and len(services) == 1):
            names = ", ".join(map(repr, services.values()))
            raise BadInput(f"is {format_cell(cell)}; expected one of the services: {names}")
        return parse_text(cell) if isinstance(cell, str) else ""

    return read


def _contract_cells(draft: Draft) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for line in draft.contract:
        field, value = _contract_field(line), line.get("value", BLANK)
        if field and not is_blank(value.counting_value):
            cells.setdefault(field, []).append(value.place)
    return cells


def _contract_field(line: InputRow) -> str | None:
    """What a line of the sheet Contract is about, None for an item that a reader added."""
    item = line.get("item", BLANK).counting_value
    return FIELDS_BY_ITEM.get(name_key(item)) if isinstance(item, str) else None


def _service_cells(draft: Draft) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for line in (*draft.tiers, *draft.amendments):
        name = line.get("service", BLANK)
        if isinstance(name.counting_value, str):
            key = name_key(name.counting_value)
            cells.setdefault((key, "name"), name.place)
            for field in SERVICE_FIELDS:
                if field in line:
                    cells.setdefault((key, field), line[field].place)
    return cells
