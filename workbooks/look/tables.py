"""Excel tables: they grow with the rows typed below them, formats and formulas included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.look.cells import write_cell
from xlfuncs.tables.places import LAST_ROW

LOOK = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
BUTTON = 4
"""Characters of room that a title needs for its indent and for the filter's button."""


def add_table(
    sheet: Worksheet,
    name: str,
    titles: Sequence[tuple[str, str]],
    first_row: int,
    rows: int,
    *,
    formulas: Mapping[str, str] = {},
) -> None:
    """A table with its titles in the first row, over at least one row below them.

    `titles` come with their styles; `formulas` are those that Excel enters into the new rows of a
    column, by its title.
    """
    for number, (title, style) in enumerate(titles, 1):
        letter = get_column_letter(number)
        write_cell(sheet, f"{letter}{first_row}", title, style)
        column = sheet.column_dimensions[letter]
        column.width = max(column.width, max(map(len, title.split())) + BUTTON)
    last = f"{get_column_letter(len(titles))}{first_row + max(rows, 1)}"
    table = Table(displayName=name, name=name, ref=f"A{first_row}:{last}", tableStyleInfo=LOOK)
    table.autoFilter = AutoFilter(ref=table.ref)
    table.tableColumns = [
        TableColumn(id=number, name=title, calculatedColumnFormula=_filled(formulas.get(title)))
        for number, (title, _) in enumerate(titles, 1)
    ]
    sheet.add_table(table)


def _filled(formula: str | None) -> TableFormula | None:
    return TableFormula(attr_text=formula) if formula else None


def below(column: str, first_row: int) -> str:
    """All cells of a column from a row on, also those that a table will grow into."""
    return f"{column}{first_row}:{column}{LAST_ROW}"
