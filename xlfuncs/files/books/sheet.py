"""One sheet of a workbook, each cell with its formula and the value stored with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from xlfuncs.files.books.looks import seen_with
from xlfuncs.files.books.sheet_cells import SheetCell
from xlfuncs.files.books.sheet_xml import NO_CELLS, Row, SheetReader
from xlfuncs.tables.cells import Cell
from xlfuncs.tables.grid import Grid, refuse_merged
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.reading import MOST_PROBLEMS
from xlfuncs.tables.records import Problem

Opening = Callable[[], tuple[SheetReader, Iterable[bytes]]]
"""What begins to read a sheet: its reader, and the pieces of its part."""


class Sheet:
    """A sheet. Its rows are read when they are asked for, and then kept."""

    def __init__(self, name: str, date1904: bool, opening: Opening) -> None:
        self.name = name
        self.date1904 = date1904
        self._opening = opening

    @property
    def rows(self) -> list[Row]:
        """The cells of each row from the first on. Raises Unreadable."""
        return self._read[0]

    @property
    def merged(self) -> list[tuple[str, int]]:
        """The merged ranges, such as `A5:B6`, each with its last row."""
        return self._read[1].merged

    @property
    def things(self) -> set[str]:
        """What there is besides cells, by the names of its elements."""
        return self._read[1].things

    @property
    def formulas_beside(self) -> list[str]:
        """The formulas that are in no cell, as of conditional formats."""
        return self._read[1].formulas

    @cached_property
    def _read(self) -> tuple[list[Row], SheetReader]:
        reader, chunks = self._opening()
        rows: list[Row] = []
        for number, row in reader.rows(chunks):
            rows.extend([NO_CELLS] * (number - 1 - len(rows)))
            rows.append(row)
        return rows, reader

    def formulas(self) -> Iterator[tuple[str, str, Cell]]:
        """The formulas in reading order, read as far as they are asked for: cell, text, value."""
        is_read = "_read" in vars(self)
        for number, row in enumerate(self.rows, 1) if is_read else self._streamed():
            for index, cell in enumerate(row):
                if cell.formula is not None:
                    text = getattr(cell.formula, "text", cell.formula)  # of an array formula
                    yield f"{self.name}!{column_letter(index)}{number}", str(text), cell.value

    def _streamed(self) -> Iterator[tuple[int, Row]]:
        reader, chunks = self._opening()
        return reader.rows(chunks)

    def grid(self, problems: list[Problem]) -> Grid:
        """The values; a formula without one, or a merged cell in the table, is a problem."""
        grid = [self._row(number, row, problems) for number, row in enumerate(self.rows, 1)]
        refuse_merged(self.name, grid, self.merged, problems)
        return grid

    def _row(self, number: int, row: Row, problems: list[Problem]) -> list[Cell]:
        for index, cell in enumerate(row):
            missing = cell.formula is not None and cell.value is None
            if missing and len(problems) < MOST_PROBLEMS:
                where = f"{self.name}!{column_letter(index)}{number}"
                text = "a formula without a stored value; expected the workbook saved by Excel"
                problems.append(Problem(where, text))
        return [self.seen(cell) for cell in row]

    def seen(self, cell: SheetCell) -> Cell:
        """A cell's value; what a number format makes of a number counts as people see it."""
        value = cell.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return value
        return seen_with(cell.number_format, value, self.date1904)
