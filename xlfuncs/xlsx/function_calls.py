"""Formulas that call the functions, each with the value that the function computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlfuncs.functions.cache import Workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Purchase
from xlfuncs.sheets.cells import Cell


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, without the sign that begins it, and its value."""

    text: str
    value: Cell

    @property
    def number(self) -> float | None:
        """The value, None where it is an error or no number."""
        return float(self.value) if isinstance(self.value, (int, float)) else None


class Formulas:
    """Formulas of one workbook under its contract's prefix.

    `lambdas` is what the functions return by name, of the cells of a question, where they are names
    of the workbook and so formulas themselves; those that it lacks are not there.
    """

    def __init__(
        self,
        workbook: Workbook,
        prefix: str,
        lambdas: Mapping[str, Callable[[Sequence[Cell]], Cell]] | None = None,
    ) -> None:
        self._workbook = workbook
        self._prefix = prefix
        self._lambdas = lambdas
        self._values: dict[tuple[Cell, ...], Cell] = {}

    def has(self, function: str) -> bool:
        """Whether the workbook has a function; as names there are not all of them."""
        return self._lambdas is None or function in self._lambdas

    @property
    def are_lambdas(self) -> bool:
        """Whether the functions are names of the workbook."""
        return self._lambdas is not None

    def call(self, function: str, arguments: Sequence[str]) -> str:
        """Write a call, without the sign that begins a formula."""
        return f"{self._prefix}_{function}({','.join(arguments)})"

    def value(self, function: str, cells: Sequence[Cell]) -> Cell:
        """Compute what a function returns for one question."""
        arguments = [_convert(cell) for cell in cells]
        question = (function, *((type(cell), cell) for cell in arguments))  # for TRUE is equal to 1
        if question not in self._values:  # people buy the same thing again and again
            self._values[question] = self._compute(function, arguments)
        return self._values[question]

    def table(self, function: str, cells: Sequence[Cell]) -> Sequence[Sequence[Cell]]:
        """Compute the table that a function returns; an error is a table of one cell."""
        table = self._compute(function, [_convert(cell) for cell in cells])
        return table if isinstance(table, list) else [[table]]

    def literal(self, function: str, purchase: Purchase) -> Formula:
        """Write a formula with the question written out, as a person types it."""
        quantity, purchased, service = purchase.quantity, purchase.purchased, purchase.service
        day = f"DATE({purchased.year},{purchased.month},{purchased.day})"
        named = [f'"{service.replace(chr(34), chr(34) * 2)}"'] if service else []
        text = f"{self._prefix}_{function}({', '.join([f'{quantity:f}', day, *named])})"
        return Formula(text, self.value(function, [quantity, purchased, service]))

    def _compute(self, function: str, cells: list[Cell]) -> Cell:
        if self._lambdas and function in self._lambdas:
            return self._lambdas[function](cells)
        return call(function, cells, self._workbook)


def _convert(cell: Cell) -> Cell:
    """Convert a cell as a spreadsheet does for a function: every number is a float."""
    return float(cell) if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool) else cell
