"""What people entered in a workbook, for a contract file or to be written again as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from xlfuncs.contracts.update import Cells
from xlfuncs.errors import Unreadable
from xlfuncs.pricing.contract import Contract, Purchase, service_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, day_of, figure_of, is_blank, is_year, shown, text_of
from xlfuncs.sheets.draft import BLANK, SPECIAL, Draft, Entered, Line
from xlfuncs.sheets.grid import Header, find_header, title_key
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import MOST_PROBLEMS, Reading
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    ANSWERED,
    CHOSEN_COLUMNS,
    COLUMNS,
    CONTRACT,
    ITEMS,
    PARTICULAR_COLUMNS,
    PRICE_LIST,
    PURCHASE_COLUMNS,
    PURCHASES,
    SERVICE_FIELDS,
    TIERS,
    Column,
    column_letter,
)
from xlfuncs.xlsx.cell_values import GENERAL
from xlfuncs.xlsx.package import in_one_sentence
from xlfuncs.xlsx.reader import Opened, Sheet, open_workbook, reading_of

# What people filled in on the sheets of a workbook, cell by cell, to be written again as it is.

FILLED_IN = {
    PURCHASES: PURCHASE_COLUMNS,
    TIERS: COLUMNS,
    AMENDMENTS: COLUMNS,
    CONTRACT: PARTICULAR_COLUMNS,
}
"""The sheets with rows to fill in, and their columns."""

CHOICES = {title_key(column.title): column for column in CHOSEN_COLUMNS}
CHOICE_ROWS = 20
"""Rows of the sheet Price list in which something is chosen, in column B."""

DAYS_BETWEEN_SYSTEMS = 1462
"""From the first day of the 1900 date system, as programs count it, to that of the 1904 system."""


def draft_of_workbook(opened: Opened) -> Draft:
    """The draft that gives the same workbook again. Raises Unreadable."""
    rows = {name: _lines(opened.sheet(name), columns) for name, columns in FILLED_IN.items()}
    chosen = _chosen(opened.sheet(PRICE_LIST))
    return Draft(rows[TIERS], rows[AMENDMENTS], rows[CONTRACT], rows[PURCHASES], chosen, True)


def lost_between(before: Draft, after: Draft) -> Iterator[str]:
    """The cells that a draft has and a later one has not, or not alike.

    Where a cell has moved, every formula is lost, for it may look at cells that are others now.
    """
    moved = False
    formulas: list[Entered] = []
    for entered, kept in _pairs(before, after):
        moved = moved or bool(entered.place and entered.place != kept.place)
        if (entered.value, entered.formula) != (kept.value, kept.formula):
            yield f"{entered.place}, which holds {entered.formula or shown(entered.value)}"
        elif entered.formula:
            formulas.append(entered)
    if moved:
        for entered in formulas:
            yield f"{entered.place}, which holds {entered.formula}, while rows or columns move"


def _pairs(before: Draft, after: Draft) -> Iterator[tuple[Entered, Entered]]:
    for lines, kept in zip(before[:4], after[:4], strict=True):
        for number, line in enumerate(lines):
            there = kept[number] if number < len(kept) else {}
            yield from ((entered, there.get(field, BLANK)) for field, entered in line.items())
    for field, entered in before.chosen.items():
        yield entered, after.chosen.get(field, BLANK)


def header_of(sheet: str, grid: Sequence[Sequence[Cell]]) -> Header | None:
    """The row with the titles of a sheet to fill in; only the required columns have to be there."""
    columns = FILLED_IN[sheet]
    required = [column.field for column in columns if column.required]
    header = find_header(sheet, grid, required, [])
    if header is None:
        return None
    titles = {title_key(cell) for cell in grid[header.row] if isinstance(cell, str)}
    present = [column.field for column in columns if title_key(column.title) in titles]
    return find_header(sheet, grid, present, [])


def _lines(sheet: Sheet | None, columns: Sequence[Column]) -> list[Line]:
    if sheet is None:
        return []
    header = header_of(sheet.name, [[cell.entered for cell in row] for row in sheet.rows])
    if header is None:
        return []
    kept = [
        (column, header.columns[column.field])
        for column in columns
        if column.field in header.columns
    ]
    first = header.row + 1
    lines = [_line(sheet, kept, number) for number in range(first, len(sheet.rows))]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _line(sheet: Sheet, columns: Iterable[tuple[Column, int]], number: int) -> Line:
    row = sheet.rows[number]
    return {
        column.field: _entered(sheet, column, number, index)
        for column, index in columns
        if index < len(row) and not is_blank(row[index].entered)
    }


def _entered(sheet: Sheet, column: Column, number: int, index: int) -> Entered:
    cell = sheet.rows[number][index]
    place, formula = f"{sheet.name}!{column_letter(index)}{number + 1}", ""
    if cell.formula is not None:
        formula = cell.formula if isinstance(cell.formula, str) else SPECIAL
    value, seen = cell.value, sheet.seen(cell)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if column.kind == "day" and is_number and is_year(value):
        seen = value  # which stays a year, whatever the date system
    elif sheet.date1904 and is_number and (column.kind == "day" or cell.is_date):
        if formula:
            raise Unreadable(f"{place} works a day out in the 1904 date system; enter the day")
        value += DAYS_BETWEEN_SYSTEMS
    number_format = "" if cell.number_format == GENERAL else cell.number_format
    return Entered(value, formula, number_format, None if seen == value else seen, place)


def _chosen(sheet: Sheet | None) -> Line:
    line: dict[str, Entered] = {}
    for number, row in enumerate(sheet.rows[:CHOICE_ROWS] if sheet else ()):
        title = row[0].entered if len(row) > 1 else None
        column = CHOICES.get(title_key(title)) if isinstance(title, str) else None
        if sheet and column and not is_blank(row[1].entered):
            line[column.field] = _entered(sheet, column, number, 1)
    return line


# What people put on the sheets of a workbook that a contract file has no room for.

KNOWN_ITEMS = {title_key(title) for title in ITEMS.values()}
ANSWERED_TITLES = {title_key(title) for title in ANSWERED}


def beyond_a_file(draft: Draft) -> Iterator[str]:
    """The formulas and items that a contract file cannot hold, each with its cell."""
    yield from _formulas(draft)
    yield from _items(draft)


def own_columns(opened: Opened) -> Iterator[str]:
    """The columns of a reader's own, and what stands beside the tables."""
    for name in FILLED_IN:
        sheet = opened.sheet(name)
        if sheet is not None and name != CONTRACT:
            yield from _columns(sheet)


def _formulas(draft: Draft) -> Iterator[str]:
    for lines in (draft.tiers, draft.amendments, draft.contract, draft.purchases):
        for line in lines:
            for entered in line.values():
                if entered.formula:
                    value = shown(entered.read)
                    yield f"{entered.place}: the formula {entered.formula}; its value is {value}"


def _items(draft: Draft) -> Iterator[str]:
    for line in draft.contract:
        item, value = line.get("item", BLANK), line.get("value", BLANK)
        known = isinstance(item.read, str) and title_key(item.read) in KNOWN_ITEMS
        if not known and not is_blank(value.read):
            yield f"{item.place or value.place}: the item {shown(item.read)}"


def _columns(sheet: Sheet) -> Iterator[str]:
    rows = [[cell.entered for cell in row] for row in sheet.rows]
    header = header_of(sheet.name, rows)
    if header is None:
        return
    titles = rows[header.row]
    known = set(header.columns.values())
    if sheet.name == PURCHASES:
        known |= {
            index
            for index, title in enumerate(titles)
            if isinstance(title, str) and title_key(title) in ANSWERED_TITLES
        }
    found: dict[int, int] = {}
    for number in range(header.row, len(rows)):
        for index, cell in enumerate(rows[number]):
            if index not in known and not is_blank(cell):
                found.setdefault(index, number)
    for index, number in sorted(found.items()):
        title = titles[index] if index < len(titles) else None
        told = "cells beside the table" if is_blank(title) else f"the column {shown(title)}"
        yield f"{sheet.name}!{column_letter(index)}{number + 1}: {told}"


# What people filled in on the sheets of a workbook, to go into a contract file.

_Read = TypeVar("_Read")

FIELDS_BY_ITEM = {title_key(title): field for field, title in ITEMS.items()}


class FilledIn(NamedTuple):
    """The contract of a workbook with its purchases, or all problems; and the cells it stands in.

    `beyond` names formulas and items that a contract file has no room for, `columns` those of a
    reader's own. A workbook without the sheet Purchases,
    which `has_purchases` tells, says nothing of them.
    """

    reading: Reading
    cells: Cells
    beyond: list[str]
    columns: list[str]
    has_purchases: bool


def filled_in(content: bytes) -> FilledIn:
    """What is filled in on the sheets of a workbook. Raises Unreadable.

    A formula counts with the value that was stored with it.
    """
    opened = open_workbook(content)
    contract, problems, questions = reading_of(opened)
    with in_one_sentence():
        draft = draft_of_workbook(opened)
        found = [*problems, *islice(_without_values(draft), MOST_PROBLEMS)]
        places = _purchase_places(opened, draft, found)
        purchases = tuple(_purchases(places, contract, found))
        cells = Cells(_particulars(draft), _services(draft), [each for _, each in places])
        beyond, columns = list(beyond_a_file(draft)), list(own_columns(opened))
    contract = None if contract is None or found else contract._replace(purchases=purchases)
    reading = Reading(contract, tuple(dict.fromkeys(found)), questions)
    return FilledIn(reading, cells, beyond, columns, opened.sheet(PURCHASES) is not None)


def _without_values(draft: Draft) -> Iterator[Problem]:
    """The formulas of the sheets Contract and Purchases of which nobody knows the value."""
    for line in (*filter(_field_of, draft.contract), *draft.purchases):
        for entered in line.values():
            if entered.formula and entered.value is None:
                text = "a formula without a stored value; expected the workbook saved by Excel"
                yield Problem(entered.place, text)


def _purchase_places(
    opened: Opened, draft: Draft, problems: list[Problem]
) -> list[tuple[Line, dict[str, str]]]:
    """The lines of the sheet Purchases with something in them, and the cell of each field."""
    sheet = opened.sheet(PURCHASES)
    if sheet is None:
        return []
    grid = [[cell.entered for cell in row] for row in sheet.rows]
    header = header_of(PURCHASES, grid)
    if header is None:
        required = [column.field for column in PURCHASE_COLUMNS if column.required]
        find_header(PURCHASES, grid, required, problems)
        return []
    letters = {field: column_letter(index) for field, index in header.columns.items()}
    return [
        (
            line,
            {
                column.field: f"{PURCHASES}!{letters.get(column.field, 'A')}{number}"
                for column in PURCHASE_COLUMNS
            },
        )
        for number, line in enumerate(draft.purchases, header.row + 2)
        if line
    ]


def _purchases(
    places: list[tuple[Line, dict[str, str]]],
    contract: Contract | None,
    problems: list[Problem],
) -> Iterator[Purchase]:
    for line, cells in places:
        quantity = _read(line, "quantity", figure_of, cells, problems)
        purchased = _read(line, "purchased", day_of, cells, problems)
        service = _read(line, "service", _service_reader(contract), cells, problems)
        reference = _read(line, "reference", text_of, cells, problems)
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service or "", reference or "")


def _read(
    line: Line,
    field: str,
    reader: Callable[[Cell], _Read],
    cells: Mapping[str, str],
    problems: list[Problem],
) -> _Read | None:
    entered = line.get(field, BLANK)
    if entered.formula and entered.value is None:
        return None  # which is a problem already
    try:
        return reader(entered.read)
    except BadInput as refusal:
        problems.append(Problem(cells[field], f"{field} {refusal}"))
        return None


def _service_reader(contract: Contract | None) -> Callable[[Cell], str]:
    """A reader of the names of a contract's services; of one with problems they are not known."""
    services = {} if contract is None else {each.key: each.name for each in contract.services}

    def read(cell: Cell) -> str:
        known = isinstance(cell, str) and service_key(cell) in services
        if services and not known and not (is_blank(cell) and len(services) == 1):
            names = ", ".join(map(repr, services.values()))
            raise BadInput(f"is {shown(cell)}; expected one of the services {names}")
        return text_of(cell) if isinstance(cell, str) else ""

    return read


def _particulars(draft: Draft) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for line in draft.contract:
        field, value = _field_of(line), line.get("value", BLANK)
        if field and not is_blank(value.read):
            cells.setdefault(field, []).append(value.place)
    return cells


def _field_of(line: Line) -> str | None:
    """What a line of the sheet Contract is about, None where that is an item of a reader's own."""
    item = line.get("item", BLANK).read
    return FIELDS_BY_ITEM.get(title_key(item)) if isinstance(item, str) else None


def _services(draft: Draft) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for line in (*draft.tiers, *draft.amendments):
        name = line.get("service", BLANK)
        if isinstance(name.read, str):
            key = service_key(name.read)
            cells.setdefault((key, "name"), name.place)
            for field in SERVICE_FIELDS:
                if field in line:
                    cells.setdefault((key, field), line[field].place)
    return cells
