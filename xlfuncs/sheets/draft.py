"""Drafts: the input of a workbook, cell by cell, from a contract or from another workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from xlfuncs.pricing.contract import NOT_ON_FILE, Contract, Counted, Purchase, Row, Service
from xlfuncs.pricing.dated_rows import dated_rows
from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.parsers import format_assumption
from xlfuncs.sheets.reader import list_particulars
from xlfuncs.sheets.schema import COLUMNS, OR_MORE, PARTICULAR_COLUMNS, QUESTION_FIELDS, Column


def row_cells(row: Row, service: Service) -> list[Cell]:
    """The cells of a row, in the order of the columns, the service spelled alike in all rows."""
    values: dict[str, Any] = {**row._asdict(), **service._asdict()}
    values["service"] = service.name
    values["quantity_to"] = upper_end(row)
    values |= dict.fromkeys(row.not_on_file, NOT_ON_FILE)
    if row.per == 1:
        values["per"] = None
    values["assumed"] = "\n".join(format_assumption(each) for each in row.assumed)
    if service.step == 1:
        values["step"] = None
    if service.counted is Counted.PURCHASE:
        values["counted"] = None
    return [cell_of(values[column.field]) for column in COLUMNS]


def upper_end(row: Row) -> Cell:
    """What `Quantity to` says of a row: nothing where it is for exactly one quantity."""
    if row.quantity_to is None:
        return OR_MORE
    return None if row.quantity_to == row.quantity_from else row.quantity_to


def cell_of(value: Any) -> Cell:
    """A value as a cell; blank text is no cell."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal) and value == int(value):
        return int(value)
    return value if value != "" else None


@dataclass(frozen=True)
class InputCell:
    """An input cell: its value, or a formula and the value of that.

    `number_format` is blank where the cell has the one of its column. `seen` is the value that the
    number format shows, where that is another one; `place` is where the cell was read, if it was.
    """

    value: Cell
    formula: str = ""
    number_format: str = ""
    seen: Cell = None
    place: str = ""

    @property
    def counting_value(self) -> Cell:
        """The value that counts."""
        return self.value if self.seen is None else self.seen


BLANK = InputCell(None)

ARRAY_FORMULA = "an array formula"
"""In place of a formula of which only the value is written, so that a build names it as lost."""

InputRow = Mapping[str, InputCell]
"""A row of input by its fields; those without input are left out."""


@dataclass(frozen=True)
class Draft:
    """The input of a workbook: the rows of its sheets, and what is chosen on Price list.

    `asked` is the question in the box on Purchases. Rows of the sheet Contract have an `item` and a
    `value`. With `from_workbook` the rows are in a workbook and perhaps nowhere else, so that it
    may be replaced only on demand.
    """

    tiers: Sequence[InputRow]
    amendments: Sequence[InputRow]
    contract: Sequence[InputRow]
    purchases: Sequence[InputRow]
    chosen: InputRow
    asked: InputRow = field(default_factory=dict)
    from_workbook: bool = False


def build_draft(contract: Contract) -> Draft:
    """The input of a new workbook of a contract."""
    services = {service.key: service for service in contract.services}
    fields = [column.field for column in COLUMNS]
    tiers: list[InputRow] = []
    amendments: list[InputRow] = []
    for row in dated_rows(contract):
        cells = row_cells(row, services[name_key(row.service)])
        (amendments if row.document else tiers).append(build_row(fields, cells))
    items = [column.field for column in PARTICULAR_COLUMNS]
    particulars = [build_row(items, cells) for cells in list_particulars(contract)]
    purchases = [build_row(Purchase._fields, purchase) for purchase in contract.purchases]
    asked = _first_question(contract)
    chosen = {**asked, "service": ""} if len(contract.services) == 1 else asked
    chosen_cells, asked_cells = (
        build_row(QUESTION_FIELDS, (each[field] for field in QUESTION_FIELDS))
        for each in (chosen, asked)
    )
    return Draft(tiers, amendments, particulars, purchases, chosen_cells, asked_cells)


def _first_question(contract: Contract) -> dict[str, Any]:
    """The first purchase, else the first quantity and day of the last document.

    Where there is only one service, it is named all the same.
    """
    if contract.purchases:
        chosen = contract.purchases[0]._asdict()
    else:
        last = max(contract.rows, key=lambda row: row.document)
        day = last.purchased_from or last.effective or last.signed
        chosen = {"quantity": last.quantity_from, "purchased": day, "service": last.service}
    if len(contract.services) == 1:
        chosen["service"] = contract.services[0].name
    return chosen


def build_row(fields: Iterable[str], values: Iterable[Any]) -> InputRow:
    """A line of plain values, without the blank ones."""
    cells = ((field, cell_of(value)) for field, value in zip(fields, values))
    return {field: InputCell(cell) for field, cell in cells if cell is not None}


def build_grid(
    columns: Sequence[Column], lines: Sequence[InputRow], first_row: int = 1
) -> list[list[Cell]]:
    """The lines as a sheet, with their titles in a row counted from 1."""
    titles: list[Cell] = [column.title for column in columns]
    above: list[list[Cell]] = [[] for _ in range(first_row - 1)]
    rows = ([line.get(column.field, BLANK).counting_value for column in columns] for line in lines)
    return [*above, titles, *rows]
