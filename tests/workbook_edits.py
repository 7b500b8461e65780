"""Editing a built workbook the way a person does in Excel."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from workbooks import SHIPPED
from workbooks.build import build
from xlfuncs.files.loading import load
from xlfuncs.tables.schema import COLUMNS

FIELDS = [column.field for column in COLUMNS]


def shipped_workbook() -> bytes:
    return build(load(SHIPPED).contract)


def edited(tmp_path: Path, edit: Callable[[Any], None]) -> Path:
    """The shipped workbook after an edit of the opened workbook."""
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()))
    edit(book)
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def put(sheet: Any, row: int, field: str, value: Any) -> None:
    """Types a value into a field's cell; rows count from 1 below the titles."""
    sheet.cell(row + 1, FIELDS.index(field) + 1).value = value


def cells(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def refill(sheet: Any, rows: list[list[Any]]) -> None:
    """Replaces what stands on a sheet."""
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        sheet.append(row)
