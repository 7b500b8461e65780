"""Records: what one row of a sheet, or one table of a contract file, states in its cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Union

from xlfuncs.pricing.contract import FIGURES_NEEDED, Charge, Row
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, is_blank
from xlfuncs.tables.parsers import PARSERS
from xlfuncs.tables.places import KeyPlace, SheetPlace
from xlfuncs.tables.schema import (
    AMENDMENTS,
    COLUMNS,
    OR_MORE,
    SERVICE_FIELDS,
    TIERS,
    title_of,
)

Place = Union[SheetPlace, KeyPlace]

FIGURES_ALLOWED = {
    **{charge: set(needed) for charge, needed in FIGURES_NEEDED.items()},
    Charge.PACKAGE: {"price", "unit_price"},
}


class Problem(NamedTuple):
    """Why a sheet or file cannot be priced from, and where."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class Record(NamedTuple):
    """Cells by field, from one place of the agreement's table or of an amendment."""

    place: Place
    sheet: str
    cells: dict[str, Cell]


class Stated(NamedTuple):
    """A record that reads well: its row, and what it says of its service (None: nothing)."""

    row: Row
    service: dict[str, Any]


def read_record(record: Record, date1904: bool, problems: list[Problem]) -> Stated | None:
    """The row that a record states; None, and all its problems, where it does not read well."""
    before = len(problems)
    values = _values(record, date1904, problems)
    if len(problems) == before:
        _check(record, values, problems)
    if len(problems) > before:
        return None
    service = {field: values.pop(field) for field in SERVICE_FIELDS}
    upper = values["quantity_to"]
    values["quantity_to"] = None if upper == OR_MORE else upper
    if upper is None:
        values["quantity_to"] = values["quantity_from"]
    return Stated(Row(place=record.place, **values), service)


def _values(record: Record, date1904: bool, problems: list[Problem]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in COLUMNS:
        cell = record.cells.get(column.field)
        if column.field == "document" and record.sheet == TIERS and is_blank(cell):
            cell = 0
        if is_blank(cell):
            values[column.field] = _BLANK.get(column.kind)
            if column.required:
                text = f"{column.title.lower()} is blank; expected {column.meaning}"
                problems.append(Problem(record.place.cell(column.field), text))
            continue
        try:
            values[column.field] = PARSERS[column.kind](cell, date1904)
        except BadInput as refusal:
            text = f"{column.title.lower()} {refusal}"
            problems.append(Problem(record.place.cell(column.field), text))
    return values


_BLANK = {"text": "", "assumed": ()}


def _check(record: Record, values: dict[str, Any], problems: list[Problem]) -> None:
    """What is wrong between the cells of one record."""
    for check in (_check_sheet, _check_ends, _check_figures, _check_assumptions):
        for field, text in check(record, values):
            problems.append(Problem(record.place.cell(field), f"{title_of(field).lower()} {text}"))


def _check_sheet(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    document = values["document"]
    if record.sheet == TIERS and document:
        text = f"is {document}; expected 0 or nothing, for {TIERS} are the agreement's rows"
        yield "document", text
    if record.sheet == AMENDMENTS and not document:
        text = "is 0; expected 1 or more, for 0 is the agreement"
        yield "document", text


def _check_ends(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    first, upper = values["quantity_from"], values["quantity_to"]
    if upper not in {None, OR_MORE} and upper < first:
        yield "quantity_to", f"is {upper:f}; expected {first:f} or more"
    starts = values["effective"] or (None if values["document"] else values["signed"])
    for since, until in ((values["purchased_from"], "purchased_through"), (starts, "ends")):
        if since and values[until] and values[until] < since:
            yield until, f"is {values[until]}; expected {since} or a later day"


def _check_figures(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A figure that the charge does not use might be the one that was meant."""
    charge = values["charge"]
    for field in ("price", "unit_price", "percent"):
        if values[field] is not None and field not in FIGURES_ALLOWED[charge]:
            yield field, f"is {values[field]:f}; expected nothing: the charge is {charge.value}"


def _check_assumptions(record: Record, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for assumption in values["assumed"]:
        for field in assumption.fields:
            if values[field] is None:
                yield "assumed", f"names {title_of(field)!r}, which is blank; enter it there"
