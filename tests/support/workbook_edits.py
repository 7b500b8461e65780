"""Editing a built workbook the way a person does in Excel."""

import pickle
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.draft import Draft, build_draft, build_grid
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import COLUMNS, PARTICULAR_COLUMNS
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.sheets.contract import TITLE_ROW

BUILT = date(2026, 11, 22)
FIELDS = [column.field for column in COLUMNS]


def shipped_draft() -> Draft:
    """What the shipped workbook is built from."""
    return build_draft(load_reading(SHIPPED).contract)


def shipped_workbook(day: date = BUILT, kind: WorkbookKind = WorkbookKind.BARE) -> bytes:
    return workbook_of_file(Path(SHIPPED), day, kind)


@cache  # many tests begin with it
def workbook_of_file(
    path: Path, day: date = BUILT, kind: WorkbookKind = WorkbookKind.BARE
) -> bytes:
    """The workbook of a contract file."""
    return built(load_reading(path).contract, day, kind)


def built(contract: Contract, day: date = BUILT, kind: WorkbookKind = WorkbookKind.BARE) -> bytes:
    """The workbook of a contract, as it is built on a day; in tests without functions of its own,
    so that the host beside it answers."""
    return build_workbook(build_draft(contract), day, kind)


@lru_cache(maxsize=32)
def _build_again(pickled: bytes) -> bytes:
    *given, self_check = pickle.loads(pickled)  # noqa: S301 - our own
    return build_workbook(*given, self_check=self_check)


def build_once(
    draft: Draft,
    day: date,
    kind: WorkbookKind = WorkbookKind.BARE,
    *,
    self_check: bool = False,
) -> bytes:
    """The same as `build_workbook`, which builds the same from the same; that is kept here."""
    return _build_again(pickle.dumps((draft, day, kind, self_check)))


def sheets_of(contract: Contract) -> Sheets:
    """The sheets of a contract as a host hands them over, titles first."""
    draft = build_draft(contract)
    tiers, amendments = (build_grid(COLUMNS, lines) for lines in (draft.tiers, draft.amendments))
    return Sheets(tiers, amendments, build_grid(PARTICULAR_COLUMNS, draft.contract))


def edited(tmp_path: Path, edit: Callable[[Any], None]) -> Path:
    """The shipped workbook after an edit of the opened workbook."""
    book = openpyxl.load_workbook(BytesIO(shipped_workbook()))
    edit(book)
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def put(sheet: Any, row: int, field: str, value: Any) -> None:
    """Types a value into a field's cell; rows count from 1 below the titles."""
    sheet.cell(TITLE_ROW + row, FIELDS.index(field) + 1).value = value


def cells(sheet: Any) -> list[list[Any]]:
    """The rows of a sheet, titles first."""
    return [list(row) for row in sheet.iter_rows(min_row=TITLE_ROW, values_only=True)]


def refill(sheet: Any, rows: list[list[Any]]) -> None:
    """Replaces what is on a sheet."""
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        sheet.append(row)


def add_amendment(book: Any, **stated: Any) -> None:
    """Types a second amendment of 100,000 IPs below the rows of the shipped one."""
    row = {
        "document": 2,
        "title": "Amendment 2",
        "clause": "1",
        "service": "Enterprise Vulnerability Management",
        "quantity_from": 100_000,
        **stated,
    }
    for field, value in row.items():
        put(book["Amendments"], 3, field, value)
