"""Programs that work out the LAMBDA names of a workbook, each for a file's content."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import cellrune
import ironcalc

from tests.support.asked_books import ASKED
from tests.support.stored_values import ERRORS
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.schema import column_letter
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

Answers = list[list[Cell]]
Host = Callable[[bytes, int, int], Answers]
"""Works a workbook out, and answers the cells of the sheet with the questions: rows, columns."""


def by_ironcalc(content: bytes, rows: int, columns: int) -> Answers:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(content)
        model = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
    model.evaluate()
    names = [sheet["name"] for sheet in model.get_worksheets_properties()]
    sheet = names.index(ASKED)
    return [
        [as_error(model.get_cell_value(sheet, row, column)) for column in range(1, columns + 1)]
        for row in range(1, rows + 1)
    ]


def as_error(value: Cell) -> Cell:
    """IronCalc gives an error as its text."""
    return CellError(value) if value in KNOWN_ERRORS else value


KNOWN_ERRORS = (*ERRORS, "#ERROR!", "#N/IMPL!", "#SPILL!", "#CALC!", "#CIRC!")


def by_cellrune(content: bytes, rows: int, columns: int) -> Answers:
    """It has no optional parameters, so that all five arguments have to be handed over."""
    parts = read_parts(content)
    names = "xl/workbook.xml"
    parts[names] = parts[names].replace(b"_xlop.", b"_xlpm.")
    book = cellrune.Workbook.from_bytes(pack_parts(parts))
    book.calculate()
    last = f"{column_letter(columns - 1)}{rows}"
    return [[cell_of(each) for each in row] for row in book.read_values(ASKED, "A1", last)]


def cell_of(value: dict[str, object]) -> Cell:
    if value["kind"] == "error":
        return CellError(value["value"])
    return value.get("value")


HOSTS: dict[str, Host] = {"IronCalc": by_ironcalc, "cellrune": by_cellrune}


def called(prefix: str, function: str, arguments: Sequence[str]) -> str:
    """A call of a name, as a file stores it."""
    return f"{prefix}_{function}({','.join(arguments)})"
