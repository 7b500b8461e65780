"""A priced ledger as a workbook of one sheet, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from workbooks.look.cells import escaped

MOST_ROWS = 1_048_575
"""Lines that a sheet has room for below the titles."""

LONGEST_TEXT = 32_767
"""Characters of a cell, as Excel counts them: those beyond the first 65,536 count twice."""

WIDTH = 16


class TooLong(ValueError):
    """A text that no cell can hold."""


def write_ledger(titles: Sequence[str], lines: Iterable[Sequence[object]], file: Path) -> None:
    """Writes the lines below their titles; text stays text. Raises TooLong."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ledger")
    sheet.freeze_panes = "A2"
    for number in range(1, len(titles) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    bold = Font(bold=True)

    def cell(value: object, row: int, font: Font | None = None) -> object:
        if not isinstance(value, str):
            return value
        if len(value.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT:
            raise TooLong(f"line {row} holds a text of more than {LONGEST_TEXT:,} characters")
        made: Any = WriteOnlyCell(sheet, escaped(value))
        made.data_type = "s"
        if font is not None:
            made.font = font
        return made

    sheet.append([cell(title, 1, bold) for title in titles])
    try:
        for row, line in enumerate(lines, start=2):
            sheet.append([cell(value, row) for value in line])
    finally:
        sheet.close()
    # a package that is not closed where the disk is full complains of it once more at the end
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        ExcelWriter(book, package).save()
