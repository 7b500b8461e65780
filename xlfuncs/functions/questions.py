"""Cells to questions: the one place where the arguments of a function are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import Question
from xlfuncs.tables.cells import Cell, day_of, figure_of, is_blank, shown


def question_of(cells: Sequence[Cell], date1904: bool) -> Question:
    """The question in the cells quantity, purchased, service and known_on. Raises BadInput."""
    quantity, purchased, service, known_on = cells
    return Question(
        quantity_cell(quantity),
        day_cell("purchased", purchased, date1904),
        service_cell(service),
        optional_day("known_on", known_on, date1904),
    )


def quantity_cell(cell: Cell) -> Decimal:
    """A quantity, as it was asked for. Raises BadInput."""
    try:
        return figure_of(cell, "a number such as 100000")
    except BadInput as refusal:
        raise BadInput(f"quantity {refusal}", refusal.code) from None


def day_cell(name: str, cell: Cell, date1904: bool) -> date:
    """The day of an argument, which the refusal names. Raises BadInput."""
    try:
        return day_of(cell, date1904)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}", refusal.code) from None


def optional_day(name: str, cell: Cell, date1904: bool) -> date | None:
    """A day, or None where the argument is left out or its cell is blank."""
    return None if is_blank(cell) else day_cell(name, cell, date1904)


def service_cell(cell: Cell) -> str | None:
    """The name of a service, or None where the argument is left out or its cell is blank."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        raise BadInput(f"service is {shown(cell)}; expected the name of a service")
    return cell
