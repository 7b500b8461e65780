"""What all hosts share: the sheets that are read, numbers as their formats show them, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from xlfuncs.sheets.cells import (
    WRONG_VALUE,
    Cell,
    CellError,
    fit_cell,
    seen_as_day,
    seen_as_percentage,
)
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Grid, Sheets, refuse_merged
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, TIERS

ErrorOut = TypeVar("ErrorOut")

SHEETS_READ = (TIERS, AMENDMENTS, CONTRACT)
"""The sheets that answers depend on."""

PRICED = (TIERS, AMENDMENTS)
"""The sheets that there have to be. Nothing on the sheet Contract decides a price, so no problem
there withholds one."""

EXCEL_ERRORS = {
    2000: CellError("#NULL!"),
    2007: CellError("#DIV/0!"),
    2015: CellError("#VALUE!"),
    2023: CellError("#REF!"),
    2029: CellError("#NAME?"),
    2036: CellError("#NUM!"),
    2042: CellError("#N/A"),
    2043: CellError("#GETTING_DATA"),
    2045: CellError("#SPILL!"),
    2046: CellError("#CONNECT!"),
    2047: CellError("#BLOCKED!"),
    2048: CellError("#UNKNOWN!"),
    2049: CellError("#FIELD!"),
    2050: CellError("#CALC!"),
}
"""Excel's errors by their numbers (XlCVError)."""

CALC_ERRORS = {
    503: CellError("#NUM!"),
    519: CellError("#VALUE!"),
    521: CellError("#NULL!"),
    524: CellError("#REF!"),
    525: CellError("#NAME?"),
    532: CellError("#DIV/0!"),
    32767: CellError("#N/A"),
}
"""Those of them that Calc has as well, by Calc's numbers."""

LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format shows literally, also a percent sign."""

TEXT_OR_LOCALE = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
"""What says nothing about days: quoted text, and brackets other than those of elapsed time."""

DAY_LETTER = re.compile(r"(?<![_\\])[dmhysDMHYS]")


@dataclass(frozen=True)
class HostSheet:
    """The cells of a sheet from A1 on, and its merged areas, such as `A5:B6`, with their last rows.

    Rows are counted from 1.
    """

    grid: Grid
    merged: Iterable[tuple[str, int]] = ()


def collect_sheets(
    read_sheet: Callable[[str, list[Problem]], HostSheet | None],
    date1904: bool,
    problems: list[Problem],
    expected: str = "one of that name",
) -> Sheets:
    """Collect the sheets of a workbook from which its contract is read.

    `read_sheet` returns the sheet of a title, None where there is none, and adds to the list that
    it is given what it finds wrong there. `problems` are those found before; `expected` says what
    to do about a sheet that is missing.
    """
    grids: list[Grid] = []
    for title in SHEETS_READ:
        priced = title in PRICED
        sheet = read_sheet(title, problems if priced else [])
        if sheet is None and priced:
            problems.append(Problem(title, f"no such sheet; expected {expected}"))
        elif sheet is not None and priced:
            refuse_merged(title, sheet.grid, sheet.merged, problems)
        grids.append(sheet.grid if sheet else ())
    tiers, amendments, contract = grids
    return Sheets(tiers, amendments, contract, date1904, tuple(problems))


def apply_number_format(number_format: str, number: float, date1904: bool) -> Cell:
    """Return a number as people see it: a day, or a percentage, which is refused as a figure.

    >>> apply_number_format("0.00", 2.75, False), apply_number_format("0%", 0.15, False)
    (2.75, '15%')
    >>> apply_number_format("yyyy-mm-dd", 41628.0, False)
    datetime.date(2013, 12, 20)
    """
    return number_as_shown(number, date1904, *_shown_by(number_format))


def number_as_shown(number: float, date1904: bool, is_day: bool, is_percentage: bool) -> Cell:
    """Return a number whose format shows it as a day or time, as a percentage, or as neither."""
    if is_day:
        return seen_as_day(number, date1904)
    return seen_as_percentage(number) if is_percentage else number


@lru_cache
def _shown_by(number_format: str) -> tuple[bool, bool]:
    return is_day_format(number_format), "%" in LITERAL.sub("", number_format)


def is_day_format(number_format: str) -> bool:
    """Whether Excel's number format shows days or times; its first section decides.

    >>> [is_day_format(each) for each in ("yyyy-mm-dd", "[h]:mm", '0 "days"', "[Red]0;-0")]
    [True, True, False, False]
    """
    first_section = number_format.split(";", maxsplit=1)[0]
    return DAY_LETTER.search(TEXT_OR_LOCALE.sub("", first_section)) is not None


def cell_out(cell: Cell, errors: Mapping[CellError, ErrorOut]) -> Any:
    """Return a cell of an answer as a host takes it.

    A text is cut where a cell of Excel would not hold it. An error that the host lacks becomes
    `#VALUE!`.

    >>> cell_out("a" * 50_000, {}).count("a") < 33_000, cell_out(255000.0, {}), cell_out(None, {})
    (True, 255000.0, '')
    """
    if isinstance(cell, str):
        return fit_cell(cell)
    if isinstance(cell, CellError):
        return errors.get(cell, errors[WRONG_VALUE])
    return "" if cell is None else cell
