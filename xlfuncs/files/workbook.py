"""Reading the sheets of a workbook."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import MAC_EPOCH

from xlfuncs.files.sheet import Sheet
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.grid import Grid
from xlfuncs.tables.reading import Reading, Sheets, read_sheets
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

LARGEST = 256 * 1024 * 1024
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

LARGEST_PARTS = {
    "xl/workbook.xml": 4 * 2**20,
    "xl/styles.xml": 4 * 2**20,
    "xl/sharedStrings.xml": 64 * 2**20,
}
"""Parts that are read whole, whichever sheets are wanted."""


def read_workbook(content: bytes) -> Reading:
    """The contract on the sheets of a workbook. Raises Unreadable.

    A formula on Tiers or Amendments counts with the value that was stored with it, and is a
    problem where there is none.
    """
    _refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            return _read(content)
    except Unreadable:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unreadable(
            f"damaged, or no workbook ({reason}); open it in Excel and save it again"
        ) from None


def _refuse_bombs(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(
            "damaged, or no .xlsx workbook, or one locked with a password; "
            "open it in Excel and save it again"
        ) from None
    size = sum(part.file_size for part in parts)
    largest_of = [(part, LARGEST_PARTS.get(part.filename, LARGEST)) for part in parts]
    for part, largest in [*largest_of, (None, LARGEST)]:
        found = size if part is None else part.file_size
        if found > largest:
            name = f"its part {part.filename} " if part else ""
            expected = f"expected at most {largest // 2**20} MiB"
            raise Unreadable(f"{name}unpacks to {found // 2**20:,} MiB; {expected}")


def _read(content: bytes) -> Reading:
    formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
    values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    for book in (formulas, values):
        # openpyxl rounds days to the millisecond, over midnight if need be: not here
        vars(book).update(_date_formats=set(), _timedelta_formats=set())
    date1904 = formulas.epoch == MAC_EPOCH
    problems: list[Problem] = []
    grids: dict[str, Grid] = {}
    for name in (TIERS, AMENDMENTS, CONTRACT):
        title = _sheet_named(name, formulas.sheetnames)
        if title is not None:
            sheet = Sheet(name, formulas[title], values[title], date1904)
            # nothing on the sheet Contract decides a price, so nothing there keeps one back
            grids[name] = sheet.grid([] if name == CONTRACT else problems)
        elif name != CONTRACT:
            found = ", ".join(formulas.sheetnames)
            raise Unreadable(f"no sheet {name!r}; expected it beside {found}")
    reading = read_sheets(
        Sheets(grids[TIERS], grids[AMENDMENTS], grids.get(CONTRACT, ()), date1904)
    )
    if problems:
        return reading._replace(contract=None, problems=(*problems, *reading.problems))
    return reading


def _sheet_named(name: str, titles: list[str]) -> str | None:
    return next((title for title in titles if title.casefold() == name.casefold()), None)


def stored_formulas(content: bytes, sheet: str) -> Iterator[tuple[str, str, Cell]]:
    """The formulas of a sheet in reading order: cell, text, stored value."""
    formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
    values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    for asked, stored in zip(formulas[sheet].rows, values[sheet].rows, strict=True):
        for formula, value in zip(asked, stored, strict=True):
            if formula.data_type == "f":
                yield f"{sheet}!{formula.coordinate}", str(formula.value), value.value
