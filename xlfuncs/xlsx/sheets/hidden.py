"""Hidden sheets: rows for the LAMBDA names, points for the charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openpyxl import Workbook as Book
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.schema import COUNTED, POINTS, RECORD
from xlfuncs.xlsx.lambdas.definitions import BLOCKS, FIRST_ROW, TITLE_ROW, Names, columns, letters
from xlfuncs.xlsx.lambdas.stored_values import Values
from xlfuncs.xlsx.styles import MONEY, NOTE, POINT, write_cell, write_top

# The hidden sheet Rows: every row of Tiers and Amendments as it counts, for formulas to look up.
#
# Each column is one formula that spills, so that it grows with the tables. The names of the
# workbook read these columns and nothing else.

EXPLAINED = (
    "Worked out from Tiers and Amendments, a row for each of theirs, for the functions of this "
    "workbook to look up. Nothing is to be entered here."
)


def write_rows(sheet: Worksheet, names: Names, values: Mapping[str, Values]) -> dict[str, Cell]:
    """Fills the sheet; answers the values of its formulas by cell."""
    write_top(sheet, COUNTED, EXPLAINED)
    stored: dict[str, Cell] = {}
    for block in BLOCKS:
        for column in columns(block):
            letter = letters()[block, column.name]
            cells = values[block][column.name]
            write_cell(sheet, f"{letter}{TITLE_ROW}", column.name, NOTE)
            for row, cell in enumerate(cells, FIRST_ROW):
                write_cell(sheet, f"{letter}{row}", None, POINT)
                stored[f"{letter}{row}"] = cell
            first, last = f"{letter}{FIRST_ROW}", f"{letter}{FIRST_ROW + len(cells) - 1}"
            sheet[first].value = ArrayFormula(f"{first}:{last}", f"={names.stored(column.formula)}")
    sheet.sheet_state = "hidden"
    return stored


def add_names(book: Book, names: Names) -> None:
    """Adds the names, each with what it is for, as the Name Manager shows them."""
    for name, (formula, comment) in names.all().items():
        book.defined_names[name] = DefinedName(name, attr_text=formula, comment=comment or None)


# The hidden sheet Behind the sheets: the names of the services, and what the charts draw.
#
# That is the two ends of each line, worked out by formulas.
#
# Below the ends stands a row that is truly blank, so that no program draws anything between one
# line and the next. What has no price is `#N/A`, which is not drawn. The label is the price of the
# first end, which somebody can really pay; a price between the ends might be that of no whole unit.

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
