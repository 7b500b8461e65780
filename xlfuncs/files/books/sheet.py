"""One sheet of a workbook, read with its formulas and with their stored values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from xlfuncs.files.books.looks import seen_with
from xlfuncs.files.books.sheet_xml import merged_in, refuse_disorder
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.grid import COLUMNS_READ, Grid, refuse_merged
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.records import Problem

Row = Sequence[Any]
"""A row's cells, as openpyxl has them."""

NO_CELLS: Sequence[Cell] = ()
"""A row in which nothing was ever entered; a sheet may have a million of them."""

ESCAPE = "_x([0-9A-Fa-f]{4})_"
"""How Excel stores a carriage return and its like within a text, and what looks like it."""


class Sheet:
    """A sheet as it was opened twice, with its formulas and with their stored values.

    Its rows are read when they are asked for, and then kept.
    """

    def __init__(self, name: str, formulas: Any, values: Any, date1904: bool) -> None:
        self.name = name
        self.date1904 = date1904
        self._formulas = formulas
        self._values = values
        for sheet in (formulas, values):
            sheet.reset_dimensions()  # a file may state too small a size, and rows would be lost

    @cached_property
    def asked(self) -> list[Row]:
        """The cells of each row from the first on, with their formulas. Raises Unreadable."""
        refuse_disorder(self.name, self._xml)
        return _rows(self._formulas)

    @cached_property
    def stored(self) -> list[Row]:
        """The same cells with the values that were stored."""
        return _rows(self._values)

    def formulas(self) -> Iterator[tuple[str, str, Cell]]:
        """The formulas in reading order, read as far as they are asked for: cell, text, value."""
        for asked, stored in zip(self._formulas.rows, self._values.rows, strict=True):
            for formula, value in zip(asked, stored, strict=True):
                if formula.data_type == "f":
                    text = getattr(formula.value, "text", formula.value)  # of an array formula
                    yield f"{self.name}!{formula.coordinate}", str(text), value.value

    def grid(self, problems: list[Problem]) -> Grid:
        """The values; a formula without one, or a merged cell in the table, is a problem."""
        rows = zip(self.asked, self.stored, strict=True)
        grid = [self._row(number, *pair, problems) for number, pair in enumerate(rows, 1)]
        refuse_merged(self.name, grid, merged_in(self._xml), problems)
        return grid

    @cached_property
    def _xml(self) -> bytes:
        with self._formulas._get_source() as source:
            content: bytes = source.read()
        return content

    def _row(
        self, number: int, asked: Sequence[Any], stored: Sequence[Any], problems: list[Problem]
    ) -> Sequence[Cell]:
        if not asked:
            return NO_CELLS
        for column, (formula, value) in enumerate(zip(asked, stored, strict=True)):
            if formula.data_type == "f" and value.value is None:
                where = f"{self.name}!{column_letter(column)}{number}"
                text = "a formula without a stored value; expected the workbook saved by Excel"
                problems.append(Problem(where, text))
        return [self.seen(value) for value in stored]

    def seen(self, cell: Any) -> Cell:
        """A cell's value; what a number format makes of a number counts as people see it."""
        value = stored_in(cell)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return value
        return seen_with(cell.number_format, value, self.date1904)


def _rows(sheet: Any) -> list[Row]:
    return [row[:COLUMNS_READ] for row in sheet.rows]


def stored_in(cell: Any) -> Cell:
    """What is stored in a cell, whatever its number format makes of it."""
    if cell.data_type == "e":
        return CellError(cell.value or "#VALUE!")
    if isinstance(cell.value, str):
        return re.sub(ESCAPE, lambda found: chr(int(found[1], 16)), cell.value)
    return cell.value
