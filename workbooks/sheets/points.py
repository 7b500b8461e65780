"""The hidden sheet Chart points: the lines of the charts, two ends each, worked out by formulas.

A line has four rows: its first end, its middle (which carries the label), its last end, and a row
that is truly blank, so that no program draws anything between one line and the next. What has no
price is `#N/A`, which is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import NOTE, POINT
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell

POINTS = "Chart points"
FIRST_ROW = 3
ROWS_EACH = 4


class Worth(NamedTuple):
    """A formula without the sign that begins it, and what it is worth."""

    text: str
    value: Cell

    @property
    def number(self) -> float | None:
        """The value, None where it is an error or no number."""
        known = isinstance(self.value, (int, float))
        return float(self.value) if known else None


class Ends(NamedTuple):
    """Where a line begins and ends: across (days or quantities), and the price at each end."""

    first: Worth
    first_price: Worth
    last: Worth
    last_price: Worth


class Drawn(NamedTuple):
    """The points of a chart: where they stand, and what they are worth."""

    across: str
    prices: str
    labels: str
    values: tuple[list[Cell], list[Cell], list[Cell]]


def write_points(
    sheet: Worksheet, column: str, title: str, lines: Sequence[Ends]
) -> tuple[dict[str, Cell], Drawn]:
    """Writes the points of lines into three columns; answers the values by cell, and the points."""
    letters = [chr(ord(column) + offset) for offset in range(3)]
    write_cell(sheet, f"{column}1", title, NOTE)
    for letter, name in zip(letters, ("across", "price", "label"), strict=True):
        write_cell(sheet, f"{letter}2", name, NOTE)
    values: dict[str, Cell] = {}
    points: tuple[list[Cell], list[Cell], list[Cell]] = ([], [], [])
    for number, ends in enumerate(lines):
        row = FIRST_ROW + ROWS_EACH * number
        for offset, cells in enumerate(_rows(ends, letters, row)):
            for letter, worth, points_of_column in zip(letters, cells, points, strict=True):
                points_of_column.append(worth.value)
                if worth.text:
                    address = f"{letter}{row + offset}"
                    write_cell(sheet, address, None, POINT).value = f"={worth.text}"
                    values[address] = worth.value
    last = FIRST_ROW + ROWS_EACH * len(lines) - 1
    across, prices, labels = (
        f"'{sheet.title}'!${letter}${FIRST_ROW}:${letter}${last}" for letter in letters
    )
    return values, Drawn(across, prices, labels, points)


NOTHING = Worth("", None)


def _rows(ends: Ends, letters: Sequence[str], row: int) -> Iterator[tuple[Worth, Worth, Worth]]:
    across, price, _ = letters
    middle = _middle(f"{across}{row}", f"{across}{row + 2}", ends.first, ends.last)
    height = _middle(f"{price}{row}", f"{price}{row + 2}", ends.first_price, ends.last_price)
    yield ends.first, ends.first_price, NOTHING
    yield middle, height, Worth(f"{price}{row + 1}", height.value)
    yield ends.last, ends.last_price, NOTHING
    yield NOTHING, NOTHING, NOTHING


def _middle(one: str, other: str, first: Worth, last: Worth) -> Worth:
    values = first.number, last.number
    known = values[0] is not None and values[1] is not None
    return Worth(f"({one}+{other})/2", sum(values) / 2 if known else NOT_AVAILABLE)  # type: ignore[arg-type]
