"""Formulas that call the functions, each with the value that the function computes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.functions.calls import call
from xlfuncs.functions.workbook import Workbook
from xlfuncs.tables.cells import Cell


class Formula(NamedTuple):
    """The text for a cell, and what it answers."""

    text: str
    value: Cell


class Formulas:
    """Writes the formulas of one workbook under its contract's prefix."""

    def __init__(self, workbook: Workbook, prefix: str) -> None:
        self._workbook = workbook
        self._prefix = prefix

    def by_reference(self, function: str, arguments: dict[str, Cell]) -> Formula:
        """A formula over cells, given by their addresses with what stands in them."""
        text = f"={self._prefix}_{function}({','.join(arguments)})"
        return Formula(text, call(function, list(arguments.values()), self._workbook))

    def literal(self, function: str, quantity: Decimal, purchased: date, service: str) -> Formula:
        """A formula with the question written out, as a person types it."""
        day = f"DATE({purchased.year},{purchased.month},{purchased.day})"
        named = [f'"{service.replace(chr(34), chr(34) * 2)}"'] if service else []
        text = f"={self._prefix}_{function}({', '.join([f'{quantity:f}', day, *named])})"
        arguments = [float(quantity), purchased, service]
        return Formula(text, call(function, arguments, self._workbook))
