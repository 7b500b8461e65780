"""One sheet of a workbook, read with its formulas and with their stored values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from xlfuncs.files.sheet_xml import merged_below, refuse_disorder
from xlfuncs.tables.cells import WRONG_VALUE, Cell, CellError, ordinal_of_serial
from xlfuncs.tables.grid import Grid, find_header
from xlfuncs.tables.particulars import TITLES
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import CONTRACT, FIELDS

COLUMNS_READ = 256
"""Columns searched for the titles, A to IV."""

NO_CELLS: Sequence[Cell] = ()
"""A row in which nothing was ever entered; a sheet may have a million of them."""

ESCAPE = "_x([0-9A-Fa-f]{4})_"
"""How Excel stores a carriage return and its like within a text, and what looks like it."""


class Sheet(NamedTuple):
    """A sheet as it was opened twice, with its formulas and with their stored values."""

    name: str
    formulas: Any
    values: Any
    date1904: bool

    def grid(self, problems: list[Problem]) -> Grid:
        """The values; a formula without one, or a merged cell in the table, is a problem."""
        with self.formulas._get_source() as source:
            xml = source.read()
        refuse_disorder(self.name, xml)
        grid = [self._row(number, *rows, problems) for number, rows in enumerate(self.rows(), 1)]
        fields = FIELDS if self.name != CONTRACT else TITLES
        header = find_header(self.name, grid, fields, [])
        for merged in merged_below(xml, header.row + 1 if header else 0):
            text = "merged cells, of which only the first counts; expected each cell by itself"
            problems.append(Problem(f"{self.name}!{merged}", text))
        return grid

    def rows(self) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Its rows from the first on, each with its formulas and with their stored values."""
        for sheet in (self.formulas, self.values):
            sheet.reset_dimensions()  # a file may state too small a size, and rows would be lost
        for asked, stored in zip(self.formulas.rows, self.values.rows, strict=True):
            yield asked[:COLUMNS_READ], stored[:COLUMNS_READ]

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
        if cell.is_date:
            day = ordinal_of_serial(value, self.date1904)
            return WRONG_VALUE if day is None else date.fromordinal(day)
        return f"{value * 100:g}%" if "%" in cell.number_format else value


def stored_in(cell: Any) -> Cell:
    """What is stored in a cell, whatever its number format makes of it."""
    if cell.data_type == "e":
        return CellError(cell.value or "#VALUE!")
    if isinstance(cell.value, str):
        return re.sub(ESCAPE, lambda found: chr(int(found[1], 16)), cell.value)
    return cell.value
