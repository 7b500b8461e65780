"""A folder for imports: a contract file, an edited workbook of it, and the command at hand."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from tests.support.cli_runner import Ran, Run
from tests.support.workbook_edits import FIELDS, workbook_of_file
from xlfuncs.loader import SHIPPED
from xlfuncs.sheets.schema import PURCHASE_COLUMNS, column_letter
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW

FIRST_PURCHASE = FIRST_ROW
"""The row of the first purchase on the sheet Purchases."""


class ImportFolder:
    """A folder with a contract file, an edited workbook of it, and the command at hand."""

    def __init__(self, folder: Path, run: Run, source: Path = Path(SHIPPED)) -> None:
        self.file, self.book = folder / "acme.toml", folder / "acme.xlsx"
        self._run = run
        self.before = source.read_bytes()
        self.file.write_bytes(self.before)
        self.book.write_bytes(workbook_of_file(source))

    def edit(self, edit: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(BytesIO(self.book.read_bytes()))
        edit(book)
        book.save(self.book)

    def write(self, text: str) -> None:
        self.before = text.encode()
        self.file.write_bytes(self.before)

    def run(self, *arguments: str | Path) -> Ran:
        return self._run("import", self.book, "-o", self.file, *arguments)

    @property
    def lines(self) -> list[str]:
        """The lines that are no longer in the file, and those that are new in it."""
        texts = [each.decode().splitlines() for each in (self.before, self.file.read_bytes())]
        found = [*difflib.unified_diff(*texts, lineterm="", n=0)][2:]
        return [line for line in found if not line.startswith("@@")]


def letter(field: str) -> str:
    """The column of a field on Tiers and Amendments."""
    return column_letter(FIELDS.index(field))


BESIDE, FURTHER = column_letter(len(FIELDS)), column_letter(len(FIELDS) + 1)
"""The first two columns beside the table on Tiers and Amendments."""


def buy(book: Any, number: int, **entered: Any) -> None:
    """Fills in a row of the sheet Purchases."""
    fields = [column.field for column in PURCHASE_COLUMNS]
    for field, value in entered.items():
        cell = book["Purchases"].cell(FIRST_PURCHASE - 1 + number, fields.index(field) + 1)
        cell.value = value
