"""A contract back to the rows of its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from xlfuncs.pricing.contract import Assumption, Contract, Row, Service, service_key
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.schema import COLUMNS, OR_MORE, title_of


def grid_of(rows: Sequence[Row], contract: Contract) -> list[list[Cell]]:
    """A Tiers or Amendments sheet of these rows, titles first, cells as they were read."""
    services = {service.key: service for service in contract.services}
    titles: list[Cell] = [column.title for column in COLUMNS]
    return [titles, *(cells_of(row, services[service_key(row.service)]) for row in rows)]


def cells_of(row: Row, service: Service) -> list[Cell]:
    """One row's cells, in the order of the columns."""
    values: dict[str, Any] = {**row._asdict(), **service._asdict()}
    values["quantity_to"] = _upper_end(row)
    values["assumed"] = "\n".join(assumption_text(each) for each in row.assumed)
    if service.step == 1:
        values["step"] = None
    cells = (values[column.field] for column in COLUMNS)
    return [_cell(value) for value in cells]


def _upper_end(row: Row) -> Cell:
    if row.quantity_to is None:
        return OR_MORE
    return None if row.quantity_to == row.quantity_from else row.quantity_to


def assumption_text(assumption: Assumption) -> str:
    """An assumption as it stands in a cell."""
    return f"{', '.join(title_of(field) for field in assumption.fields)}: {assumption.why}"


def _cell(value: Any) -> Cell:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal) and value == int(value):
        return int(value)
    return value if value != "" else None
