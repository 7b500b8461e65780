"""The hidden sheet Behind the sheets: the names of the services, and what the charts draw.

That is the two ends of each line, worked out by formulas.

Below the ends stands a row that is truly blank, so that no program draws anything between one line
and the next. What has no price is `#N/A`, which is not drawn. The label is the price of the first
end, which somebody can really pay; a price between the ends might be that of no whole unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from workbooks.look.styles import MONEY, NOTE, POINT
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import POINTS, RECORD

FIRST_POINT_ROW = 5
ROWS_EACH = 3
SERVICES, DAYS = "I", "K"


class Worth(NamedTuple):
    """A formula without the sign that begins it, and what it is worth."""

    text: str
    value: Cell

    @property
    def number(self) -> float | None:
        """The value, None where it is an error or no number."""
        return float(self.value) if isinstance(self.value, (int, float)) else None


class Ends(NamedTuple):
    """Where a line begins and ends: across (days or quantities), and the price at each end."""

    first: Worth
    first_price: Worth
    last: Worth
    last_price: Worth


class Drawn(NamedTuple):
    """The columns of a chart's points, each with the cells and what they are worth."""

    across: tuple[str, list[Cell]]
    prices: tuple[str, list[Cell]]
    labels: tuple[str, list[Cell]]


def service_names_of(contract: Contract) -> str:
    """The cells that list the services."""
    last_row = FIRST_POINT_ROW + len(contract.services) - 1
    return f"'{POINTS}'!${SERVICES}${FIRST_POINT_ROW}:${SERVICES}${last_row}"


def write_service_names(sheet: Worksheet, contract: Contract) -> None:
    """Lists the services, for the cells in which one is chosen."""
    write_cell(sheet, f"{SERVICES}{FIRST_POINT_ROW - 1}", "Services", NOTE)
    for row, service in enumerate(contract.services, FIRST_POINT_ROW):
        write_cell(sheet, f"{SERVICES}{row}", service.name, POINT)


def write_record(sheet: Worksheet, lines: Sequence[str]) -> None:
    """Records what the build wrote, so that a later one knows what somebody changed."""
    write_cell(sheet, f"{RECORD}{FIRST_POINT_ROW - 1}", "Written by the build", NOTE)
    for row, line in enumerate(lines, FIRST_POINT_ROW):
        write_cell(sheet, f"{RECORD}{row}", line, POINT)


def write_cells(
    sheet: Worksheet, worths: Mapping[str, tuple[Worth, str]]
) -> tuple[dict[str, Cell], list[Worth]]:
    """Writes formulas one below the other, each under its title and in its number format.

    Answers their values by cell, and the cells to refer to.
    """
    values: dict[str, Cell] = {}
    cells = []
    for number, (title, (worth, shown)) in enumerate(worths.items()):
        row = FIRST_POINT_ROW + 2 * number
        write_cell(sheet, f"{DAYS}{row - 1}", title, NOTE)
        write_cell(sheet, f"{DAYS}{row}", None, POINT, shown).value = f"={worth.text}"
        values[f"{DAYS}{row}"] = worth.value
        cells.append(Worth(f"${DAYS}${row}", worth.value))
    return values, cells


def write_points(
    sheet: Worksheet, column: str, number_format: str, lines: Sequence[Ends]
) -> tuple[dict[str, Cell], Drawn]:
    """Writes the points of lines into three columns; answers the values by cell, and the points.

    `column` is the letter of the first one, `number_format` that of what the lines go across.
    """
    values: dict[str, Cell] = {}
    columns = []
    last_row = FIRST_POINT_ROW + ROWS_EACH * len(lines) - 1
    for offset, (title, shown) in enumerate(
        (("Across", number_format), ("Price", MONEY), ("Label", MONEY))
    ):
        letter = chr(ord(column) + offset)
        write_cell(sheet, f"{letter}{FIRST_POINT_ROW - 1}", title, NOTE)
        worths = [_rows(ends)[row][offset] for ends in lines for row in range(ROWS_EACH)]
        for row, worth in enumerate(worths, FIRST_POINT_ROW):
            if worth is not None:
                write_cell(sheet, f"{letter}{row}", None, POINT, shown).value = f"={worth.text}"
                values[f"{letter}{row}"] = worth.value
        reach = f"'{sheet.title}'!${letter}${FIRST_POINT_ROW}:${letter}${last_row}"
        columns.append((reach, [worth and worth.value for worth in worths]))
    return values, Drawn(*columns)


def _rows(ends: Ends) -> tuple[tuple[Worth | None, ...], ...]:
    return (
        (ends.first, ends.first_price, ends.first_price),
        (ends.last, ends.last_price, None),
        (None, None, None),
    )
