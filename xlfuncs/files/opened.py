"""A workbook opened for reading, once with its formulas and once with their stored values."""

from __future__ import annotations

import warnings
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import MAC_EPOCH

from xlfuncs.files.sheet import Sheet
from xlfuncs.files.unreadable import Unreadable

LARGEST = 256 * 1024 * 1024
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

LARGEST_PARTS = {
    "xl/workbook.xml": 4 * 2**20,
    "xl/styles.xml": 4 * 2**20,
    "xl/sharedStrings.xml": 64 * 2**20,
}
"""Parts that are read whole, whichever sheets are wanted."""


class Opened:
    """The sheets of a workbook; the two books are openpyxl's, to be read row by row."""

    def __init__(self, formulas: Any, values: Any) -> None:
        self.titles: list[str] = formulas.sheetnames
        self.date1904 = formulas.epoch == MAC_EPOCH
        self.sheets = {
            title: Sheet(title, formulas[title], values[title], self.date1904)
            for title in self.titles
        }

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, in any letter case."""
        for title, sheet in self.sheets.items():
            if title.casefold() == name.casefold():
                sheet.name = name
                return sheet
        return None


@lru_cache(maxsize=1)
def open_workbook(content: bytes) -> Opened:
    """Opens a file's content; the last one stays open, with the rows read. Raises Unreadable."""
    _refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
            values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise damaged(error) from None
    for book in (formulas, values):
        # openpyxl rounds days to the millisecond, over midnight if need be: not here
        vars(book).update(_date_formats=set(), _timedelta_formats=set())
    return Opened(formulas, values)


def damaged(error: Exception) -> Unreadable:
    """What is said of a workbook that openpyxl gives up on."""
    reason = str(error).partition("\n")[0] or type(error).__name__
    return Unreadable(f"damaged, or no workbook ({reason}); open it in Excel and save it again")


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
