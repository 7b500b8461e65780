"""Every value that a build stores, beside what the formulas of the workbook give in IronCalc."""

import re
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import ironcalc
import openpyxl
from openpyxl.utils.datetime import to_excel

from tests.support.asked_books import without
from xlfuncs.sheets.cells import Cell
from xlfuncs.sheets.schema import LAMBDA_ROWS, POINTS
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

LIKELY_DIGITS = 12
BELOW = 6
"""Rows below the last stored value into which an answer might have grown."""

ERRORS = frozenset(("#N/A", "#VALUE!", "#NUM!", "#REF!", "#DIV/0!", "#NAME?", "#NULL!"))
AGGREGATE = {b"4": b"MAXIFS", b"5": b"MINIFS"}
"""What passes over errors as well, for IronCalc has no AGGREGATE."""


class Difference(NamedTuple):
    sheet: str
    cell: str
    stored: Cell
    calculated: Cell


def calculated_otherwise(content: bytes) -> Iterator[Difference]:
    """The cells of a workbook that show another value once it is calculated.

    What the sheet Rows comes to is not stored.
    """
    model = calculated(content)
    names = [sheet["name"] for sheet in model.get_worksheets_properties()]
    for sheet in openpyxl.load_workbook(BytesIO(content), data_only=True):
        if sheet.title == LAMBDA_ROWS:
            continue
        number = names.index(sheet.title)
        filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        last = max((cell.row for cell in filled), default=0) + BELOW
        for row in sheet.iter_rows(max_row=last):
            for cell in row:
                found = model.get_cell_value(number, cell.row, cell.column)
                is_drawn = sheet.title != POINTS or not {cell.value, found} <= ERRORS
                if is_drawn and not alike(cell.value, found):
                    yield Difference(sheet.title, cell.coordinate, cell.value, found)


def calculated(content: bytes) -> Any:
    """The workbook in IronCalc, calculated; without what takes it long and shows no value."""
    parts = read_parts(content)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            part = without("conditionalFormatting|dataValidations", parts[name])
            parts[name] = re.sub(rb"_xlfn\.AGGREGATE\((\d),6,([^()]*)\)", over_errors, part)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(pack_parts(parts))
        model = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
    model.evaluate()
    return model


def over_errors(found: re.Match[bytes]) -> bytes:
    function, cells = AGGREGATE[found[1]], found[2]
    return b'_xlfn.%b(%b,%b,"&gt;=0")' % (function, cells, cells)


def alike(stored: Cell, found: Cell) -> bool:
    """Figures that were multiplied or added up as fractions differ in their last digits."""
    if hasattr(stored, "year"):
        stored = to_excel(stored)
    if isinstance(stored, (int, float)) and isinstance(found, (int, float)):
        return abs(found - stored) <= 10**-LIKELY_DIGITS * max(1, abs(stored))
    return ("" if stored is None else stored) == ("" if found is None else found)
