"""The input of a workbook, cell by cell, from a contract or from another workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import Assumption, Contract, Purchase, Row, Service, service_key
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.reader import particulars_of
from xlfuncs.sheets.schema import COLUMNS, OR_MORE, PARTICULAR_COLUMNS, Column, title_of

# Rows of a contract back to the cells of its sheets.


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


# Drafts: all that people fill in of a workbook, from a contract or from another workbook.


class Entered(NamedTuple):
    """A cell that is filled in: its value, or a formula and what it is worth.

    `number_format` is blank where the cell has the one of its column. `seen` is the value as people
    see it, where the number format makes something else of it; `place` where it was read, if so.
    """

    value: Cell
    formula: str = ""
    number_format: str = ""
    seen: Cell = None
    place: str = ""

    @property
    def read(self) -> Cell:
        """The value that counts."""
        return self.value if self.seen is None else self.seen


BLANK = Entered(None)

SPECIAL = "an array formula"
"""Stands for a formula that is not written again, only its value: so a build says it is lost."""

Line = Mapping[str, Entered]
"""A row by its fields; one in which nothing is entered has none."""


class Draft(NamedTuple):
    """The rows of the sheets that people fill in, and what is chosen on the sheet Price list.

    Those of the sheet Contract have an `item` and a `value`. `from_workbook` tells that the rows
    stand in a workbook and perhaps nowhere else, so that nothing may replace it unasked.
    """

    tiers: Sequence[Line]
    amendments: Sequence[Line]
    contract: Sequence[Line]
    purchases: Sequence[Line]
    chosen: Line
    from_workbook: bool = False


def draft_of(contract: Contract) -> Draft:
    """What a new workbook of a contract opens with."""
    services = {service.key: service for service in contract.services}
    fields = [column.field for column in COLUMNS]
    tiers, amendments = (
        [line_of(fields, cells_of(row, services[service_key(row.service)])) for row in rows]
        for rows in (contract.tiers, contract.amendments)
    )
    items = [column.field for column in PARTICULAR_COLUMNS]
    particulars = [line_of(items, cells) for cells in particulars_of(contract)]
    purchases = [line_of(Purchase._fields, purchase) for purchase in contract.purchases]
    return Draft(tiers, amendments, particulars, purchases, _chosen(contract))


def _chosen(contract: Contract) -> Line:
    """The first purchase, else what the last document begins with."""
    if contract.purchases:
        asked = contract.purchases[0]._asdict()
    else:
        last = max(contract.rows, key=lambda row: row.document)
        day = last.purchased_from or last.effective or last.signed
        asked = {"quantity": last.quantity_from, "purchased": day, "service": last.service}
    if len(contract.services) == 1:
        asked["service"] = ""
    fields = ("quantity", "purchased", "service")
    return line_of(fields, (asked[field] for field in fields))


def line_of(fields: Iterable[str], values: Iterable[Any]) -> Line:
    """A line of plain values; what is blank is left out."""
    cells = ((field, cell_of(value)) for field, value in zip(fields, values))
    return {field: Entered(cell) for field, cell in cells if cell is not None}


def grid_of(
    columns: Sequence[Column], lines: Sequence[Line], first_row: int = 1
) -> list[list[Cell]]:
    """The lines as a sheet hands them over, with their titles in a row counted from 1."""
    titles: list[Cell] = [column.title for column in columns]
    above: list[list[Cell]] = [[] for _ in range(first_row - 1)]
    rows = ([_read(line, column.field) for column in columns] for line in lines)
    return [*above, titles, *rows]


def _read(line: Line, field: str) -> Cell:
    entered = line.get(field)
    return None if entered is None else entered.read
