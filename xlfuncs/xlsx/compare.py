"""Compare two workbooks cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from xlfuncs.sheets.cells import Cell, is_blank, shown
from xlfuncs.sheets.schema import COUNTED, column_letter
from xlfuncs.xlsx.cell_values import SheetCell
from xlfuncs.xlsx.generated_content import code_of, written
from xlfuncs.xlsx.inventory import lambdas_of, objects_of
from xlfuncs.xlsx.package import in_one_sentence, kind_of
from xlfuncs.xlsx.reader import Sheet, open_workbook
from xlfuncs.xlsx.user_input import FILLED_IN
from xlfuncs.xlsx.vba.reader import macros_of


class Standing(NamedTuple):
    """What stands in a cell: as it is entered, what it shows, and in which number format."""

    entered: str
    value: Cell
    number_format: str
    formula: str

    def against(self, expected: Standing) -> str:
        """In words where it differs, empty where it does not."""
        if self.entered != expected.entered and (self.formula or expected.formula):
            is_, should_be = (each.formula or shown(each.value) for each in (self, expected))
            return f"{is_}; expected {should_be}"
        if _compared(self.value) != _compared(expected.value):
            shows = "shows " if self.formula else ""
            return f"{shows}{shown(self.value)}; expected {shown(expected.value)}"
        if self.number_format != expected.number_format:
            return f"number format {self.number_format}; expected {expected.number_format}"
        return ""


BLANK = Standing("", None, "", "")


def _compared(value: Cell) -> tuple[bool, str]:
    """A value, a number told apart from the text that looks like it."""
    return isinstance(value, str), "" if value is None else written(value)


class Differences(NamedTuple):
    """Where a workbook is not what it should be, a line each, in the order of the sheets.

    That is first what is filled in or added, then what is worked out from it.
    """

    entered: list[str]
    worked_out: list[str]

    @property
    def lines(self) -> list[str]:
        """All of them."""
        return [*self.entered, *self.worked_out]


def differences(found: bytes, expected: bytes) -> Differences:
    """Compares two workbooks cell by cell. Raises Unreadable."""
    worked_out: list[str] = []
    with in_one_sentence():
        return Differences(list(_differences(found, expected, worked_out)), worked_out)


def _differences(found: bytes, expected: bytes, worked_out: list[str]) -> Iterator[str]:
    one, other = open_workbook(found), open_workbook(expected)
    for name in other.titles:
        sheet, should_be = one.sheet(name), other.sheet(name)
        if sheet is None:
            yield f"the sheet {name!r}: is missing"
        elif should_be is not None:
            yield from _between(name, sheet, should_be, worked_out)
    added = (title for title in one.titles if other.sheet(title) is None)
    yield from (f"the sheet {title!r}: is not expected" for title in added)
    here, there = one.package, other.package
    if kind_of(here) != kind_of(there):
        yield f"the file: is {kind_of(here)}; expected {kind_of(there)}"
    known, objects = objects_of(other), objects_of(one)
    yield from (f"{each}: is not expected" for each in objects if each not in known)
    yield from (f"{each}: is missing" for each in known if each not in objects)
    code, expected_code = (code_of(macros_of(each), lambdas_of(each)) for each in (here, there))
    for place in dict.fromkeys([*expected_code, *code]):
        if code.get(place) != expected_code.get(place):
            yield f"{place}: not as it would be built"


def _between(name: str, found: Sheet, expected: Sheet, worked_out: list[str]) -> Iterator[str]:
    none: dict[int, Standing] = {}
    rows = zip_longest(_cells(found), _cells(expected), fillvalue=none)
    for number, (here, there) in enumerate(rows, 1):
        for index in sorted({*here, *there}):
            is_, should_be = here.get(index, BLANK), there.get(index, BLANK)
            if name == COUNTED and _is_calculated(is_, should_be):
                continue  # which a build leaves to the program that opens the workbook
            text = is_.against(should_be)
            line = f"{name}!{column_letter(index)}{number}: {text}"
            if text and (name not in FILLED_IN or should_be.formula):
                worked_out.append(line)
            elif text:
                yield line


def _is_calculated(found: Standing, expected: Standing) -> bool:
    """Whether a cell of the sheet Rows has the formula expected, or a value that one spills."""
    if expected.formula:
        return found.entered == expected.entered
    return expected.value is None and not found.formula


def _cells(sheet: Sheet) -> Iterator[dict[int, Standing]]:
    """The cells of each row that are not blank, by their index."""
    for row in sheet.rows:
        yield {
            index: _standing(cell)
            for index, cell in enumerate(row)
            if cell.formula is not None or not is_blank(cell.value)
        }


def _standing(cell: SheetCell) -> Standing:
    number_format = re.sub(r'[\\"]', "", cell.number_format)
    if cell.formula is None:
        return Standing(written(cell.value), cell.value, number_format, "")
    formula = getattr(cell.formula, "text", cell.formula)  # of an array formula
    return Standing(written(cell.formula), cell.value, number_format, str(formula))
