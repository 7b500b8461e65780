"""Priced ledgers line by line, as the cells of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.outputs.results import results, titled
from xlfuncs.tables.cells import FIRST_CERTAIN_DAY

AT_ONCE = 10_000
READ = ("quantity", "day", "paid")
DIGITS = 15
"""What a spreadsheet keeps of a number."""

AS_CELLS = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|DOUBLE|FLOAT|DATE|TIMESTAMP"
)
"""Types of columns that cells have as well."""


def titles_of(batch: Batch) -> list[str]:
    return titled(batch.source.titles, results(batch, numbered=True))


def priced_rows(batch: Batch) -> Iterator[list[object]]:
    """The cells of each line, and the answers.

    Cells are as a workbook held them, or of the type that a column has; those of .csv are numbers
    and days where they were read as such, text elsewhere.
    """
    count = len(batch.source.titles)
    own = [_own(batch, number) for number in range(1, count + 1)]
    texts = [batch.ledger(numbered=True).text(position) for position in range(count)]
    shown = [result.shown for result in results(batch, numbered=True)]
    selected = ", ".join([*own, *texts, *READ, *shown])
    found = batch.database.execute(batch.in_order(selected, numbered=True))
    held = batch.source.rows() if batch.source.rows else None
    while lines := found.fetchmany(AT_ONCE):
        for line in lines:
            values, written = line[:count], line[count : 2 * count]
            read, answers = line[2 * count :][: len(READ)], line[2 * count :][len(READ) :]
            if held:
                cells = _padded(next(held), count)
            elif batch.source.kinds:
                cells = list(map(_typed, values, written))
            else:
                cells = _read(written, read, batch)
            yield [*cells, *map(_sheet_cell, answers)]


def _own(batch: Batch, number: int) -> str:
    """A column of the ledger, as text where cells have no such type."""
    kinds = batch.source.kinds
    return f"{'c' if not kinds or AS_CELLS.fullmatch(kinds[number - 1]) else 't'}{number}"


def _padded(cells: Sequence[object], count: int) -> list[object]:
    return [*cells[:count], *[None] * (count - len(cells))]


def _typed(value: object, text: str | None) -> object:
    """A value of a column with a type, or its text where a cell would hold another."""
    held = True
    if isinstance(value, float):
        held = isfinite(value)
    elif isinstance(value, int):
        held = len(str(abs(value))) <= DIGITS
    elif isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        held = day >= FIRST_CERTAIN_DAY and (text or "")[:1].isdigit()  # there is an infinite day
    return _sheet_cell(value) if held else text


def _read(written: Sequence[object], read: Sequence[object], batch: Batch) -> list[object]:
    """The texts of a line, with numbers and days in place of those that were read."""
    cells = list(written)
    columns, style = batch.columns, batch.style
    quantity, day, paid = read
    for position, value in ((columns.quantity, quantity), (columns.paid, paid)):
        if position is not None and value is not None:
            cells[position] = _sheet_cell(style.number(str(cells[position])))
    if day is not None and ":" not in str(cells[columns.purchased]):
        cells[columns.purchased] = day
    return cells


def _sheet_cell(value: object) -> object:
    """A value as a cell holds it; a number of too many digits stays text."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits
        return value if len(digits) <= DIGITS else f"{value:f}"
    if value is None or isinstance(value, (bool, int, float, date, str)):
        return value
    return str(value)
