"""Formulas that call the functions, each with the value that the function computes."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.functions.cache import Workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Purchase
from xlfuncs.sheets.cells import Cell


class Formula(NamedTuple):
    """The text for a cell, and what it answers."""

    text: str
    value: Cell


class NamesAnswer(NamedTuple):
    """What is different where names answer: functions that are lacking, and answers of their own.

    The latter are by function, of the cells of a question.
    """

    lacking: Container[str]
    own: Mapping[str, Callable[[Sequence[Cell]], Cell]]


class Formulas:
    """Writes the formulas of one workbook under its contract's prefix."""

    def __init__(self, workbook: Workbook, prefix: str, names: NamesAnswer | None = None) -> None:
        self._workbook = workbook
        self._prefix = prefix
        self._names = names
        self._answers: dict[tuple[Cell, ...], Cell] = {}

    def answers(self, function: str) -> bool:
        """Whether the workbook has a function; as names there are not all of them."""
        return self._names is None or function not in self._names.lacking

    @property
    def are_names(self) -> bool:
        """Whether the functions are names of the workbook, and so formulas themselves."""
        return self._names is not None

    def call(self, function: str, arguments: Sequence[str]) -> str:
        """The call itself, without the sign that begins a formula."""
        return f"{self._prefix}_{function}({','.join(arguments)})"

    def value(self, function: str, cells: Sequence[Cell]) -> Cell:
        """What a function that answers one question answers."""
        handed = [_as_handed(cell) for cell in cells]
        asked = (function, *((type(cell), cell) for cell in handed))  # for TRUE is equal to 1
        if asked not in self._answers:  # people buy the same thing again and again
            own = self._names and self._names.own.get(function)
            self._answers[asked] = own(handed) if own else call(function, handed, self._workbook)
        return self._answers[asked]

    def table(self, function: str, cells: Sequence[Cell]) -> Sequence[Sequence[Cell]]:
        """What a function that answers a table answers; an error is a table of one cell."""
        handed = [_as_handed(cell) for cell in cells]
        own = self._names and self._names.own.get(function)
        answer = own(handed) if own else call(function, handed, self._workbook)
        return answer if isinstance(answer, list) else [[answer]]

    def literal(self, function: str, purchase: Purchase) -> Formula:
        """A formula with the question written out, as a person types it."""
        quantity, purchased, service = purchase[:3]
        day = f"DATE({purchased.year},{purchased.month},{purchased.day})"
        named = [f'"{service.replace(chr(34), chr(34) * 2)}"'] if service else []
        text = f"={self._prefix}_{function}({', '.join([f'{quantity:f}', day, *named])})"
        return Formula(text, self.value(function, [quantity, purchased, service]))


def _as_handed(cell: Cell) -> Cell:
    """A cell as a spreadsheet hands it over: every number is a float."""
    return float(cell) if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool) else cell
