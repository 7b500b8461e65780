"""Write a priced ledger as a workbook of one sheet, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, NamedStyle
from openpyxl.writer.excel import ExcelWriter

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.priced_files import read_priced_rows
from xlfuncs.ledgers.written_columns import WrittenColumn
from xlfuncs.sheets.cells import LONGEST_TEXT, is_too_long
from xlfuncs.sheets.schema import LAST_ROW, column_letter
from xlfuncs.xlsx.cell_values import escape_text
from xlfuncs.xlsx.styles import (
    CALCULATED_STYLE,
    CALCULATED_WORDS,
    DAY,
    HEADING,
    HEADING_OF_WORDS,
    INPUT_STYLE,
    MONEY,
    PLAIN,
    STYLES,
    UNIT_PRICE,
    add_styles,
    set_up_page,
    set_widths,
)

MOST_ROWS = LAST_ROW - 1
"""Lines that a sheet has room for below the titles."""


class TooLong(ValueError):
    """A text that no cell can hold."""


# How it looks. What the ledger had is told from what was added by the colour of its titles, which
# is that of cells that people enter.

OWN_HEADING, OWN_HEADING_OF_WORDS = "Ledger heading", "Ledger heading of words"
WORDS = "Ledger words"
_OWN = {"fill": STYLES[INPUT_STYLE]["fill"]}
OWN_STYLES: dict[str, dict[str, Any]] = {
    OWN_HEADING: {**STYLES[HEADING], **_OWN},
    OWN_HEADING_OF_WORDS: {**STYLES[HEADING_OF_WORDS], **_OWN},
    WORDS: {**STYLES[CALCULATED_WORDS], "alignment": Alignment("left", "top", indent=1)},
}
MOMENT = f"{DAY} h:mm:ss"

FORMATS = {
    "Bought before": "#,##0.######",
    "Price": MONEY,
    "Unit price": UNIT_PRICE,
    "Difference": MONEY,
}
"""The number formats of added columns, by title."""

WRAPPED = {"Source": 26.0, "Reason": 50.0, "Charged as": 26.0}
"""The widths of added columns whose words are wrapped."""

LINES_MEASURED = 200
NARROWEST, WIDEST = 8, 40
"""Characters of a column that is as wide as what its first lines hold."""

PAGE_WIDTH = 270
"""Characters across a printed page; a wider ledger takes several pages beside each other."""


def measure_column(title: str, cells: Iterable[object]) -> float:
    """The width of a column by its title and its first cells, in characters.

    >>> measure_column("Qty", [100000, None]), measure_column("Invoice", ["x" * 99])
    (10, 42)
    """
    button = 2
    word = max(map(len, title.split()), default=0) + button
    return min(max([NARROWEST, word, *(len(_show(cell)) for cell in cells)]), WIDEST) + 2


def _show(cell: object) -> str:
    """A cell about as a spreadsheet shows it."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, (int, float, Decimal)):
        return f"{cell:,}"
    return "" if cell is None else str(cell)


class Column:
    """A column of the sheet: makes a cell of each value, one at a time."""

    def __init__(self, sheet: Any, number_format: str, words: str) -> None:
        self._sheet, self._number_format, self._words = sheet, number_format, words
        self._cells: dict[type, Any] = {}

    def make_cell(self, value: object, row: int) -> object:
        """Make a cell, which is the same object for each value of a type. Raises TooLong."""
        cell = self._cells.get(type(value)) or self._style_cell(value)
        if not isinstance(value, str):
            cell.value = value
            return cell
        if is_too_long(value):
            raise TooLong(f"line {row} holds a text of more than {LONGEST_TEXT:,} characters")
        cell.value = escape_text(value)
        cell.data_type = "s"
        return cell

    def _style_cell(self, value: object) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        cell.style = self._words if isinstance(value, str) else CALCULATED_STYLE
        if isinstance(value, date):
            cell.number_format = MOMENT if isinstance(value, datetime) else DAY
        elif isinstance(value, (int, float, Decimal)):
            cell.number_format = self._number_format
        self._cells[type(value)] = cell
        return cell


# Writing it, in memory that does not grow with the ledger.


def write_workbook(
    batch: Batch, written: Sequence[WrittenColumn], file: Path, on_line: Callable[[int], object]
) -> None:
    """Write columns, text as text; `on_line` gets the number of each line. Raises TooLong."""
    workbook = Workbook(write_only=True)
    add_styles(workbook)
    for name, style in OWN_STYLES.items():
        workbook.add_named_style(NamedStyle(name=name, **style))
    sheet = workbook.create_sheet("Ledger")
    rows = read_priced_rows(batch, written)
    first = list(islice(rows, LINES_MEASURED))
    cells_of = [[line[n] for line in first] for n in range(len(written))]
    widths = [
        (each.result and WRAPPED.get(each.result.title)) or measure_column(each.title, cells)
        for each, cells in zip(written, cells_of, strict=True)
    ]
    _set_up(sheet, widths, ", ".join(each.name for each in batch.table.contracts))
    columns = [_make_column(sheet, each) for each in written]
    sheet.append(
        [
            Column(sheet, PLAIN, _choose_heading(each, cells)).make_cell(each.title, 1)
            for each, cells in zip(written, cells_of, strict=True)
        ]
    )
    last = 1
    try:
        for last, line in enumerate(chain(first, rows), start=2):
            on_line(last - 1)
            cells = zip(columns, line, strict=True)
            sheet.append([column.make_cell(value, last) for column, value in cells])
        sheet.auto_filter.ref = f"A1:{column_letter(len(written) - 1)}{last}"
    finally:
        sheet.close()
    # a package that is not closed where the disk is full complains of it once more at the end
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        ExcelWriter(workbook, package).save()


def _make_column(sheet: Any, written: WrittenColumn) -> Column:
    if written.result is None:
        return Column(sheet, PLAIN, WORDS)
    title = written.result.title
    words = CALCULATED_WORDS if title in WRAPPED else WORDS
    return Column(sheet, FORMATS.get(title, PLAIN), words)


def _choose_heading(written: WrittenColumn, cells: Iterable[object]) -> str:
    """The style of a title, which is above figures or above words."""
    if written.result:
        return HEADING if written.result.title in FORMATS else HEADING_OF_WORDS
    is_text = [isinstance(cell, str) for cell in cells if cell is not None]
    return OWN_HEADING if sum(is_text) * 2 < len(is_text) else OWN_HEADING_OF_WORDS


def _set_up(sheet: Any, widths: Sequence[float], contract: str) -> None:
    """Set what is said of a sheet before its first row: widths, frozen titles, how it prints."""
    set_widths(sheet, widths)
    sheet.freeze_panes = "A2"
    set_up_page(sheet, contract, 1)
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.page_setup.fitToWidth = ceil(sum(widths) / PAGE_WIDTH)
