"""Single cells and ranges: ranges of one shape, or with single cells, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from xlfuncs.tables.cells import Cell

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


def values_of(argument: Any) -> Values:
    """The cells of an argument. Raises WrongShape for what is empty or not rectangular.

    >>> values_of([[1, 2], [3, 4]])
    Values(cells=[1, 2, 3, 4], shape=(2, 2))
    >>> values_of(5)
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


def single_cell(argument: Any) -> Cell:
    """A single cell, also out of a range of one. Raises WrongShape for more than one."""
    values = values_of(argument)
    if not values.single:
        raise WrongShape
    return values.cells[0]


def common_shape(arguments: Sequence[Values]) -> Shape:
    """The shape that all ranges among the arguments share; there has to be a range.

    A range of one cell goes with everything, as a single cell does. Raises WrongShape.

    >>> common_shape([values_of([[1], [2]]), values_of(3), values_of([[4]])])
    (2, 1)
    """
    larger = {values.shape for values in arguments if values.shape} - {ONE_CELL}
    if len(larger) > 1:
        raise WrongShape
    return next(iter(larger), ONE_CELL)


def shaped(cells: Sequence[Cell], shape: Shape) -> Range:
    """Cells row by row, as a range of that shape."""
    rows, columns = shape
    if columns == 1:
        return [[cell] for cell in cells]
    return [list(cells[row * columns : (row + 1) * columns]) for row in range(rows)]
