"""Arguments of a worksheet function: single cells and ranges, turned into questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.price_book import Question
from xlfuncs.sheets.cells import Cell, format_cell, is_blank, parse_day, parse_figure


def parse_question(cells: Sequence[Cell], date1904: bool) -> Question:
    """The question in the cells quantity, purchased, service and known_on. Raises BadInput."""
    quantity, purchased, service, known_on = cells
    return Question(
        parse_quantity_argument(quantity),
        parse_day_argument("purchased", purchased, date1904),
        parse_service_argument(service),
        parse_optional_day_argument("known_on", known_on, date1904),
    )


def parse_quantity_argument(cell: Cell) -> Decimal:
    """A quantity, not yet counted in steps. Raises BadInput."""
    try:
        return parse_figure(cell, "a number such as 100000")
    except BadInput as refusal:
        raise BadInput(f"quantity {refusal}", refusal.code) from None


def parse_day_argument(name: str, cell: Cell, date1904: bool) -> date:
    """The day of an argument, which the refusal names. Raises BadInput."""
    try:
        return parse_day(cell, date1904)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}", refusal.code) from None


def parse_optional_day_argument(name: str, cell: Cell, date1904: bool) -> date | None:
    """A day, or None where the argument is left out or its cell is blank."""
    return None if is_blank(cell) else parse_day_argument(name, cell, date1904)


def parse_service_argument(cell: Cell) -> str | None:
    """The name of a service, or None where the argument is left out or its cell is blank."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        raise BadInput(f"service is {format_cell(cell)}; expected the name of a service")
    return cell


# Ranges go together where they are of one shape, or with single cells.

Range = list[list[Cell]]
Shape = tuple[int, int]
"""Rows and columns."""

ONE_CELL: Shape = (1, 1)


class WrongShape(ValueError):
    """The arguments are ranges that do not fit each other."""


class Values(NamedTuple):
    """An argument's cells, row by row; `shape` is None for a cell that came as no range."""

    cells: list[Cell]
    shape: Shape | None

    @property
    def single(self) -> bool:
        return len(self.cells) == 1

    def repeated(self, times: int) -> list[Cell]:
        """The cells, a single one as often as there are questions."""
        return self.cells * times if self.single else self.cells


def parse_range(argument: Any) -> Values:
    """The cells of an argument. Raises WrongShape for what is empty or not rectangular.

    >>> parse_range([[1, 2], [3, 4]])
    Values(cells=[1, 2, 3, 4], shape=(2, 2))
    >>> parse_range(5)
    Values(cells=[5], shape=None)
    """
    if not isinstance(argument, (list, tuple)):
        return Values([argument], None)
    if not argument or not set(map(type, argument)) <= {list, tuple}:
        raise WrongShape
    widths = set(map(len, argument))
    if len(widths) != 1 or 0 in widths:
        raise WrongShape
    return Values(list(chain.from_iterable(argument)), (len(argument), widths.pop()))


def parse_single_cell(argument: Any) -> Cell:
    """A single cell, also out of a range of one. Raises WrongShape for more than one."""
    values = parse_range(argument)
    if not values.single:
        raise WrongShape
    return values.cells[0]


def find_common_shape(arguments: Sequence[Values]) -> Shape:
    """The shape that all ranges among the arguments share; there has to be a range.

    A range of one cell goes with everything, as a single cell does. Raises WrongShape.

    >>> find_common_shape([parse_range([[1], [2]]), parse_range(3), parse_range([[4]])])
    (2, 1)
    """
    larger = {values.shape for values in arguments if values.shape} - {ONE_CELL}
    if len(larger) > 1:
        raise WrongShape
    return next(iter(larger), ONE_CELL)


def shape_range(cells: Sequence[Cell], shape: Shape) -> Range:
    """Cells row by row, as a range of that shape."""
    rows, columns = shape
    if columns == 1:
        return [[cell] for cell in cells]
    return [list(cells[row * columns : (row + 1) * columns]) for row in range(rows)]
