"""The contract as the page opens it: the sheets of its workbook, and the question to begin with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.wording import format_number
from xlfuncs.sheets.cells import Cell, to_serial
from xlfuncs.sheets.draft import Draft, InputRow, build_grid
from xlfuncs.sheets.schema import (
    COLUMNS,
    PARTICULAR_COLUMNS,
    QUESTION_FIELDS,
    TITLE_ROW,
    Column,
)


def format_contract(draft: Draft) -> str:
    """Write contract.json, which `xlfuncs.hosts.office.open_contract` opens."""
    sheets = {
        "tiers": _build_grid(COLUMNS, draft.tiers),
        "amendments": _build_grid(COLUMNS, draft.amendments),
        "contract": _build_grid(PARTICULAR_COLUMNS, draft.contract),
    }
    asked = {field: _format_asked(draft.asked, field) for field in QUESTION_FIELDS}
    return json.dumps({**sheets, "asked": asked}, ensure_ascii=False, separators=(",", ":"))


def _build_grid(columns: Sequence[Column], lines: Sequence[InputRow]) -> list[list[Cell]]:
    """A sheet with plain cells: days and figures are numbers, as in a workbook."""
    return [[_to_plain(cell) for cell in row] for row in build_grid(columns, lines, TITLE_ROW)]


def _to_plain(cell: Cell) -> Cell:
    if isinstance(cell, date):
        return to_serial(cell, date1904=False)
    return float(cell) if isinstance(cell, Decimal) else cell


def _format_asked(asked: InputRow, field: str) -> str:
    """A part of the question as a person types it, blank where it is not plain."""
    value = asked[field].counting_value if field in asked else None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return format_number(Decimal(str(value)))
    return "" if value is None else str(value)
