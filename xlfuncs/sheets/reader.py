"""Read the sheets of a workbook: columns by their titles, rows as records, and the particulars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, format_cell, is_blank, parse_text
from xlfuncs.sheets.parsers import (
    PREFIX_EXPECTED,
    Particulars,
    Problem,
    Reading,
    Record,
    is_prefix,
    read_records,
)
from xlfuncs.sheets.schema import (
    AMENDMENTS,
    CONTRACT,
    FIELDS,
    ITEMS,
    PARTICULAR_COLUMNS,
    REPEATED,
    TIERS,
    SheetPlace,
    column_letter,
    format_title,
    list_titles,
)

# Rows below the titles of their columns.

Grid = Sequence[Sequence[Cell]]
"""A sheet from its cell A1 on; rows may differ in length."""

ROWS_SEARCHED = 50
"""The titles are in one of the first rows; a table may have a heading above it."""

COLUMNS_READ = 256
"""Columns searched for the titles, A to IV."""

LATEST_COLUMNS = {"counted", "limit"}
COLUMNS_OF_LATER_WORKBOOKS = (
    LATEST_COLUMNS,
    {"per", "minimum", "maximum", "replaces", "increase", "billed", *LATEST_COLUMNS},
)
"""What workbooks lack that were built before there were these columns. They are not read without:
nothing tells such a workbook from one in which somebody deleted the columns, with what they say."""

MOST_OF_A_HEADING = 3
"""A row above the titles with as many cells is no heading, but a row that was sorted there."""


@dataclass(frozen=True)
class Header:
    """The row with the titles, counted from 0, and the index of each field's column."""

    row: int
    columns: dict[str, int]


def find_records(sheet: str, grid: Grid, problems: list[Problem]) -> list[Record]:
    """The records of a sheet, without rows that have nothing under the titles."""
    header = find_header(sheet, grid, FIELDS, problems)
    if header is None:
        return []
    for index, row in enumerate(grid[: header.row]):
        under = [cell for cell in cells_under(header, row).values() if not is_blank(cell)]
        if len(under) >= MOST_OF_A_HEADING:
            text = f"a row above the titles, which are in row {header.row + 1}; move it below them"
            problems.append(Problem(f"{sheet}!A{index + 1}", text))
    letters = {field: column_letter(index) for field, index in header.columns.items()}
    records = []
    for index in range(header.row + 1, len(grid)):
        if not grid[index]:
            continue
        cells = cells_under(header, grid[index])
        if any(not is_blank(cell) for cell in cells.values()):
            records.append(Record(SheetPlace(sheet, index + 1, letters), sheet, cells))
    return records


def cells_under(header: Header, row: Sequence[Cell]) -> dict[str, Cell]:
    columns = header.columns.items()
    return {field: row[index] if index < len(row) else None for field, index in columns}


def find_header(
    sheet: str, grid: Grid, fields: Iterable[str], problems: list[Problem]
) -> Header | None:
    """The row among the first that has the most of the titles; each has to be there once."""
    wanted = {name_key(title): field for field in fields for title in list_titles(field)}
    best: list[tuple[int, str]] = []
    best_row = 0
    for number, row in enumerate(grid[:ROWS_SEARCHED]):
        texts = ((index, cell) for index, cell in enumerate(row) if isinstance(cell, str))
        keys = ((index, name_key(text)) for index, text in texts)
        found = [(index, wanted[key]) for index, key in keys if key in wanted]
        if len(found) > len(best):
            best, best_row = found, number
    columns: dict[str, int] = {}
    for index, field in best:
        if field in columns:
            where = f"{sheet}!{column_letter(index)}{best_row + 1}"
            first, second = grid[best_row][columns[field]], grid[best_row][index]
            problems.append(Problem(where, _format_second_column(first, second)))
        columns.setdefault(field, index)
    absent = {field for field in wanted.values() if field not in columns}
    missing = ", ".join(format_title(field) for field in fields if field in absent)
    if missing:
        text = f"no column {missing}" if best else f"no row has the titles {missing}"
        text = f"{text}; expected each title in one row"
        if absent in COLUMNS_OF_LATER_WORKBOOKS:
            text = (
                f"{text}: this workbook is older than these columns; add them (they may stay blank)"
            )
        problems.append(Problem(f"{sheet}!A{best_row + 1}", text))
    return None if missing else Header(best_row, columns)


def _format_second_column(first: Cell, second: Cell) -> str:
    """Name two columns of one field as they are titled.

    >>> _format_second_column("Price", "price")
    "a second column 'price'; expected each title once"
    >>> _format_second_column("Contract wording", "Source")
    "the columns 'Contract wording' and 'Source' mean the same; expected only one of them"
    """
    one, other = format_cell(first), format_cell(second)
    if name_key(str(first)) == name_key(str(second)):
        return f"a second column {other}; expected each title once"
    return f"the columns {one} and {other} mean the same; expected only one of them"


def refuse_merged(
    sheet: str, grid: Grid, merged: Iterable[tuple[str, int]], problems: list[Problem]
) -> None:
    """Note merged cells of a table, given as `A5:B6` and their last row from 1, as problems."""
    header = find_header(sheet, grid, FIELDS, [])
    titles = header.row + 1 if header else 0
    text = "merged cells; unmerge them, because only the first one counts"
    problems.extend(Problem(f"{sheet}!{where}", text) for where, last in merged if last > titles)


# The sheet Contract: particulars and open questions, one a row, for people and for `check`.


def read_particulars(grid: Grid, problems: list[Problem]) -> Particulars:
    """The particulars on a sheet Contract; items of other names are passed over."""
    found: dict[str, list[str]] = {field: [] for field in ITEMS}
    cells: dict[str, list[str]] = {field: [] for field in ITEMS}
    titles = [column.field for column in PARTICULAR_COLUMNS]
    header = find_header(CONTRACT, grid, titles, problems)
    if header is None:
        return Particulars({}, {})
    fields = {name_key(title): field for field, title in ITEMS.items()}
    for index in range(header.row + 1, len(grid)):
        row = cells_under(header, grid[index])
        field = fields.get(name_key(row["item"])) if isinstance(row["item"], str) else None
        if field is None or is_blank(row["value"]):
            continue
        where = f"{CONTRACT}!{column_letter(header.columns['value'])}{index + 1}"
        text = _parse_item(field, row["value"], where, problems)
        found[field].append(text)
        cells[field].append(where)
        if field not in REPEATED and len(found[field]) > 1:
            problems.append(Problem(where, f"a second {ITEMS[field]!r}; expected one"))
    values = {
        field: tuple(texts) if field in REPEATED else "".join(texts[:1])
        for field, texts in found.items()
    }
    return Particulars(values, cells)


def _parse_item(field: str, cell: Cell, where: str, problems: list[Problem]) -> str:
    try:
        text = parse_text(cell)
    except BadInput as refusal:
        problems.append(Problem(where, f"{ITEMS[field].lower()} {refusal}"))
        return ""
    if field == "prefix" and not is_prefix(text):
        problems.append(Problem(where, f"prefix is {text!r}; expected {PREFIX_EXPECTED}"))
    return text


def list_particulars(contract: Contract) -> Iterator[tuple[str, str]]:
    """Item and value of each line of the sheet Contract."""
    for field, title in ITEMS.items():
        value = getattr(contract, field)
        for text in value if field in REPEATED else (value,):
            yield title, text


# All sheets.


class Sheets(NamedTuple):
    """The sheets of a workbook as a host reads them, each from its cell A1 on.

    `problems` are what the host found that cells alone do not show.
    """

    tiers: Grid
    amendments: Grid
    contract: Grid = ()
    date1904: bool = False
    problems: tuple[Problem, ...] = ()


def read_sheets(sheets: Sheets) -> Reading:
    """The contract on the sheets, its rows as printed; only the sheet Contract may be missing."""
    reading = read_rows(sheets)
    if reading.contract is None:
        return reading
    return reading._replace(contract=_fold_rows(reading.contract))


def read_rows(sheets: Sheets) -> Reading:
    """The contract on the sheets with each of their rows, also those that were raised."""
    problems = list(sheets.problems)
    records = find_records(TIERS, sheets.tiers, problems)
    records += find_records(AMENDMENTS, sheets.amendments, problems)
    particulars = Particulars({}, {})
    if sheets.contract:
        particulars = read_particulars(sheets.contract, problems)
    return read_records(records, particulars, problems, sheets.date1904)


def _fold_rows(contract: Contract) -> Contract:
    """The contract with rows as they are printed, and the numbers of missing documents."""
    if not any(row.increase or row.not_on_file for row in contract.rows):
        return contract
    from xlfuncs.pricing.dated_rows import fold_rows

    rows, not_held = fold_rows(contract.rows, contract.services)
    return contract._replace(rows=rows, not_held=not_held)
