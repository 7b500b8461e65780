"""Priced ledgers line by line, as the cells of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.outputs.results import results, titled

AT_ONCE = 10_000
DIGITS = 15
"""What a spreadsheet keeps of a number."""


def titles_of(batch: Batch) -> list[str]:
    return titled(batch.source.titles, results(batch, numbered=True))


def priced_rows(batch: Batch) -> Iterator[list[object]]:
    """The cells of each line, and the answers.

    Cells are as a workbook held them; those of other files are numbers and days where they were
    read as such, text elsewhere.
    """
    count = len(batch.source.titles)
    cells = [f"c{number}" for number in range(1, count + 1)]
    read = ["quantity", "day", "paid"]
    shown = [result.shown for result in results(batch, numbered=True)]
    statement = batch.selected(", ".join([*cells, *read, *shown]), numbered=True)
    found = batch.database.execute(statement)
    held = batch.source.rows() if batch.source.rows else None
    while lines := found.fetchmany(AT_ONCE):
        for line in lines:
            own = _padded(next(held), count) if held else _read(line[: count + 3], batch)
            yield [*own, *map(_cell, line[count + 3 :])]


def _padded(cells: Sequence[object], count: int) -> list[object]:
    return [*cells[:count], *[None] * (count - len(cells))]


def _read(line: Sequence[object], batch: Batch) -> list[object]:
    """The cells of a line, of which the last three are what was read in it."""
    *cells, quantity, day, paid = line
    columns, style = batch.columns, batch.style
    for position, value in ((columns.quantity, quantity), (columns.paid, paid)):
        if position is not None and isinstance(text := cells[position], str) and value is not None:
            cells[position] = _cell(style.number(text))
    text = cells[columns.purchased]
    if isinstance(text, str) and isinstance(day, date) and ":" not in text:
        cells[columns.purchased] = day
    return [_cell(cell) for cell in cells]


def _cell(value: object) -> object:
    """A value as a cell holds it; a number of too many digits stays text."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits
        return value if len(digits) <= DIGITS else f"{value:f}"
    if value is None or isinstance(value, (bool, int, float, date, str)):
        return value
    return str(value)
