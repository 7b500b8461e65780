"""Reading the sheets of a workbook."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import MAC_EPOCH

from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.cells import Cell, CellError
from xlfuncs.tables.grid import Grid
from xlfuncs.tables.places import column_letter
from xlfuncs.tables.reading import Reading, Sheets, read_sheets
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

LARGEST = 256 * 1024 * 1024
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

COLUMNS_READ = 256
"""Columns searched for the titles, A to IV."""


def read_workbook(content: bytes) -> Reading:
    """The contract on the sheets of a workbook. Raises Unreadable.

    A formula on Tiers or Amendments counts with the value that was stored with it, and is a
    problem where there is none.
    """
    _refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            return _read(content)
    except Unreadable:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unreadable(
            f"damaged, or no workbook ({reason}); open it in Excel and save it again"
        ) from None


def _refuse_bombs(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as package:
            size = sum(part.file_size for part in package.infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(
            "damaged, or no .xlsx workbook, or one locked with a password; "
            "open it in Excel and save it again"
        ) from None
    if size > LARGEST:
        raise Unreadable(
            f"unpacks to {size // 2**20:,} MiB; expected at most {LARGEST // 2**20} MiB"
        )


def _read(content: bytes) -> Reading:
    formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
    values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    problems: list[Problem] = []
    grids: dict[str, Grid] = {}
    for name in (TIERS, AMENDMENTS, CONTRACT):
        title = _sheet_named(name, formulas.sheetnames)
        if title is not None:
            grids[name] = _grid(name, formulas[title], values[title], problems)
        elif name != CONTRACT:
            found = ", ".join(formulas.sheetnames)
            raise Unreadable(f"no sheet {name!r}; expected it beside {found}")
    date1904 = formulas.epoch == MAC_EPOCH
    sheets = Sheets(grids[TIERS], grids[AMENDMENTS], grids.get(CONTRACT, ()), date1904)
    reading = read_sheets(sheets)
    if problems:
        return reading._replace(contract=None, problems=(*problems, *reading.problems))
    return reading


def _sheet_named(name: str, titles: list[str]) -> str | None:
    return next((title for title in titles if title.casefold() == name.casefold()), None)


def _grid(name: str, formulas: Any, values: Any, problems: list[Problem]) -> Grid:
    """The values of a sheet; a formula without one is a problem."""
    grid: list[list[Cell]] = []
    for row, (asked, stored) in enumerate(zip(_rows(formulas), _rows(values), strict=True), 1):
        cells: list[Cell] = []
        for column, (formula, value) in enumerate(zip(asked, stored, strict=True)):
            if formula.data_type == "f" and value.value is None and value.data_type != "str":
                where = f"{name}!{column_letter(column)}{row}"
                text = "a formula without a stored value; expected the workbook saved by Excel"
                problems.append(Problem(where, text))
            cells.append(_cell(value))
        grid.append(cells)
    return grid


def _cell(cell: Any) -> Cell:
    """A cell's value; 15% is 0.15 to the file, and counts as the text that people see."""
    if cell.data_type == "e":
        return CellError(cell.value)
    if cell.data_type == "n" and cell.value is not None and "%" in cell.number_format:
        return f"{cell.value * 100:g}%"
    return cell.value


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong, and rows would be lost
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_col=COLUMNS_READ)
    return rows


def stored_formulas(content: bytes, sheet: str) -> Iterator[tuple[str, str, Cell]]:
    """The formulas of a sheet in reading order: cell, text, stored value."""
    formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
    values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    for asked, stored in zip(_rows(formulas[sheet]), _rows(values[sheet]), strict=True):
        for formula, value in zip(asked, stored, strict=True):
            if formula.data_type == "f":
                yield f"{sheet}!{formula.coordinate}", str(formula.value), value.value
