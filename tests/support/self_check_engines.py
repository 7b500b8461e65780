"""Engines that open a workbook which checks itself, let somebody type in it, and read its cells.

Each opens the file as it is built, but for what the engine cannot do, which `prepare_` takes out
and says.
"""

import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import cellrune
import formulon
import ironcalc
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import coordinate_to_tuple

from tests.support.asked_books import without
from tests.support.lambda_hosts import as_error, cell_of
from xlfuncs.functions.registry import BY_NAME
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.schema import LAMBDA_ROWS
from xlfuncs.xlsx.lambdas.definitions import column_letters
from xlfuncs.xlsx.package import WORKBOOK_PART, read_parts
from xlfuncs.xlsx.package_writer import pack_parts

SHEETS = "xl/worksheets/sheet"
Parts = dict[str, bytes]


class Engine(ABC):
    """A workbook opened in an engine; `type_cells` recalculates it."""

    @abstractmethod
    def __init__(self, content: bytes) -> None: ...

    @abstractmethod
    def type_cells(self, sheet: str, cells: Mapping[str, Cell]) -> None: ...

    @abstractmethod
    def read(self, sheet: str, address: str) -> Cell: ...


class IronCalc(Engine):
    """Conditional formats and validations are left out, because it calculates them cell by cell."""

    def __init__(self, content: bytes) -> None:
        parts = read_parts(content)
        for name in parts:
            if name.startswith(SHEETS):
                parts[name] = without("conditionalFormatting|dataValidations", parts[name])
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            Path(file.name).write_bytes(pack_parts(parts))
            self._model = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
        self._model.evaluate()
        self._names = [sheet["name"] for sheet in self._model.get_worksheets_properties()]

    def type_cells(self, sheet: str, cells: Mapping[str, Cell]) -> None:
        for address, cell in cells.items():
            row, column = coordinate_to_tuple(address)
            self._model.set_user_input(self._names.index(sheet), row, column, f"{cell}")
        self._model.evaluate()

    def read(self, sheet: str, address: str) -> Cell:
        row, column = coordinate_to_tuple(address)
        return as_error(self._model.get_cell_value(self._names.index(sheet), row, column))


class Cellrune(Engine):
    """It has no optional parameters: every call hands over all arguments."""

    def __init__(self, content: bytes) -> None:
        self._book = cellrune.Workbook.from_bytes(pack_parts(without_optional(content)))
        self._book.calculate()

    def type_cells(self, sheet: str, cells: Mapping[str, Cell]) -> None:
        for address, cell in cells.items():
            if isinstance(cell, str):
                self._book.set_text(sheet, address, cell)
            else:
                self._book.set_number(sheet, address, float(cell))
        self._book.calculate()

    def read(self, sheet: str, address: str) -> Cell:
        return cell_of(self._book.read_values(sheet, address, address)[0][0])


class Formulon(Engine):
    """It has no optional parameters, and no `A1#` of a cell that spills over itself alone."""

    def __init__(self, content: bytes) -> None:
        parts = without_optional(content)
        single = {
            f"_xlfn.ANCHORARRAY({LAMBDA_ROWS}!${letter}$7)": f"{LAMBDA_ROWS}!${letter}$7"
            for (block, _), letter in column_letters().items()
            if block == "Found"
        }
        for name in parts:
            if name == WORKBOOK_PART or name.startswith(SHEETS):
                for text, instead in single.items():
                    parts[name] = parts[name].replace(text.encode(), instead.encode())
        self._book = formulon.Workbook.load(pack_parts(parts))
        self._names = [self._book.sheet_name(n) for n in range(self._book.sheet_count())]
        self._retype()

    def _retype(self) -> None:
        self._book.recalc()
        self._book.recalc()

    def type_cells(self, sheet: str, cells: Mapping[str, Cell]) -> None:
        index = self._names.index(sheet)
        for address, cell in cells.items():
            row, column = coordinate_to_tuple(address)
            if isinstance(cell, str):
                self._book.set_text(index, row - 1, column - 1, cell)
            else:
                self._book.set_number(index, row - 1, column - 1, float(cell))
        self._book.recalc()
        self._book.recalc()

    def read(self, sheet: str, address: str) -> Cell:
        row, column = coordinate_to_tuple(address)
        value = self._book.get_value(self._names.index(sheet), row - 1, column - 1)
        if value.kind is formulon.ValueKind.ERROR:
            return CellError(f"error {value.error_code}")
        return value.to_python()


ENGINES: dict[str, type[Engine]] = {
    "IronCalc": IronCalc,
    "cellrune": Cellrune,
    "formulon": Formulon,
}


def without_optional(content: bytes) -> Parts:
    """The parts of a workbook in which every call of a function has all its arguments."""
    parts = read_parts(content)
    parts[WORKBOOK_PART] = parts[WORKBOOK_PART].replace(b"_xlop.", b"_xlpm.")
    for name in parts:
        if name.startswith(SHEETS):
            parts[name] = re.sub(rb"(<f\b[^>]*>)([^<]*)(</f>)", _filled_up, parts[name])
    return parts


def _filled_up(found: re.Match[bytes]) -> bytes:
    formula = unescape(found[2].decode())
    return found[1] + escape(fill_up(formula)).encode() + found[3]


def fill_up(formula: str) -> str:
    """A formula whose calls of our functions hand over every argument.

    >>> fill_up('IF(A1="","",ACME_PRICE(A1,DATE(2025,1,1)))')
    'IF(A1="","",ACME_PRICE(A1,DATE(2025,1,1),"",""))'
    """
    written: list[str] = []
    missing: list[int] = []
    for token in Tokenizer(f"={formula}").items:
        if token.subtype == Token.OPEN:
            named = token.value.rstrip("(").partition("_")[2]
            known = token.type == Token.FUNC and named in BY_NAME
            missing.append(len(BY_NAME[named].arguments) - 1 if known else 0)
        elif token.type == Token.SEP and token.value == "," and missing:
            missing[-1] -= 1
        elif token.subtype == Token.CLOSE:
            written.append(',""' * missing.pop())
        written.append(token.value)
    return "".join(written)
