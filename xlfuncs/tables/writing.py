"""Rows of a contract back to the cells of its sheets."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

from xlfuncs.pricing.contract import Assumption, Row, Service
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import COLUMNS, OR_MORE, title_of


def cells_of(row: Row, service: Service) -> list[Cell]:
    """One row's cells, in the order of the columns, the service spelled alike in all of them."""
    values: dict[str, Any] = {**row._asdict(), **service._asdict()}
    values["service"] = service.name
    values["quantity_to"] = _upper_end(row)
    values["assumed"] = "\n".join(assumption_text(each) for each in row.assumed)
    if service.step == 1:
        values["step"] = None
    cells = (values[column.field] for column in COLUMNS)
    return [cell_of(value) for value in cells]


def _upper_end(row: Row) -> Cell:
    if row.quantity_to is None:
        return OR_MORE
    return None if row.quantity_to == row.quantity_from else row.quantity_to


def assumption_text(assumption: Assumption) -> str:
    """An assumption as it stands in a cell."""
    return f"{', '.join(title_of(field) for field in assumption.fields)}: {assumption.why}"


def cell_of(value: Any) -> Cell:
    """A value as a cell holds it; no text is no cell."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal) and value == int(value):
        return int(value)
    return value if value != "" else None
