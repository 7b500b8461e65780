"""A workbook opened for reading, once with its formulas and once with their stored values."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.datetime import MAC_EPOCH

from xlfuncs.files.books.packages import in_one_sentence, no_add_in, refuse_bombs
from xlfuncs.files.books.sheet import Sheet


class Opened:
    """The sheets of a workbook; the two books are openpyxl's, to be read row by row."""

    def __init__(self, formulas: Any, values: Any) -> None:
        self.titles = [sheet.title for sheet in formulas.worksheets]  # those with cells
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
    refuse_bombs(content)
    with in_one_sentence():
        content = no_add_in(content)
        formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
        values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    for book in (formulas, values):
        # openpyxl rounds days to the millisecond, over midnight if need be: not here
        vars(book).update(_date_formats=set(), _timedelta_formats=set())
    return Opened(formulas, values)
