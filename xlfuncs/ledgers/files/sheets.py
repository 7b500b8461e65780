"""Ledgers on a sheet of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.ledgers.columns import columns_of, refuse_width
from xlfuncs.ledgers.files.clean_workbooks import CleanWorkbook, clean_workbook
from xlfuncs.ledgers.files.csv_records import Record
from xlfuncs.ledgers.files.sheet_bounds import SheetBounds
from xlfuncs.ledgers.files.source import Form, Source
from xlfuncs.ledgers.files.staging import staged
from xlfuncs.ledgers.style import Style
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import serial_of
from xlfuncs.tables.years import is_year

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MIDNIGHT = datetime.min.time()
JUST_BEFORE = timedelta(microseconds=1)


def open_sheet(path: Path, form: Form, folder: Path) -> Source:
    """The cells of a sheet, as text; the titles stand in the first row that is not blank.

    Raises BadInput.
    """
    clean = clean_workbook(path, form.sheet, folder / "ledger.xlsx")
    sheet = _sheet(clean)
    above, titles = _titles(sheet)
    refuse_width(titles)

    def rows() -> Iterator[Sequence[object]]:
        return islice(_rows(sheet, clean.bounds), above + 1, None)

    def texts(row: Sequence[object]) -> list[str]:
        found = [text_of(cell, form.style) for cell in row]
        if clean.date1904:
            found[purchased] = _year(row[purchased]) or found[purchased]
        return found

    purchased = columns_of(titles, form.named).purchased
    lines = (
        Record(number, texts(row) if any(cell != "" for cell in row) else [])
        for number, row in enumerate(rows(), start=above + 2)
    )
    return staged(titles, lines, form.delimiter, folder / "sheet.csv")._replace(rows=rows)


def _sheet(clean: CleanWorkbook) -> CalamineSheet:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - seldom

    try:
        return load_workbook(clean.path).get_sheet_by_index(clean.position)
    except CalamineError as error:
        raise BadInput(
            f"is no workbook that can be read ({error}); open it in Excel and save it again"
        ) from None


def _rows(sheet: CalamineSheet, bounds: SheetBounds) -> Iterator[Sequence[object]]:
    """The rows, with a moment that was rounded up to midnight on the day that it is of."""
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows()):
        for place, cell in enumerate(row):
            if (
                isinstance(cell, datetime)
                and cell.time() == MIDNIGHT
                and bounds.is_rounded_up(number, left + place)
            ):
                row[place] = cell - JUST_BEFORE
        yield row


def _titles(sheet: CalamineSheet) -> tuple[int, list[str]]:
    """How many blank rows stand above the titles, and these."""
    for above, row in enumerate(sheet.iter_rows()):
        titles = [text_of(cell, Style()) for cell in row]
        if any(title.strip() for title in titles):
            return above, titles
    raise BadInput(f"sheet {sheet.name!r} holds nothing; expected a row of titles")


def _year(cell: object) -> str:
    """The year that a cell of a workbook that counts from 1904 shows as a day, blank for none.

    What it shows of 2013 is a day of 1909, which as a text is a day like any other.
    """
    if isinstance(cell, date) and is_year(serial := serial_of(cell, date1904=True)):
        return f"{serial:.0f}"
    return ""


def text_of(cell: object, style: Style) -> str:
    """A cell as it would stand in a ledger of that style.

    >>> text_of(100000.0, Style()), text_of(2.5, Style(decimal=",")), text_of(True, Style())
    ('100000', '2,5', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        written = str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        return written.replace(".", style.decimal)
    if isinstance(cell, datetime):
        time = "" if cell.time() == MIDNIGHT else f" {cell.time()}"
        return f"{style.dates.written(cell)}{time}"
    if isinstance(cell, date):
        return style.dates.written(cell)
    return str(cell)
