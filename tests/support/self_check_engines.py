"""Engines that open a workbook which checks itself, let somebody type in it, and read its cells.

Each opens the file as it is built, but for what the engine cannot do, which its class says.
"""

import re
import tempfile
from abc import ABC, abstractmethod
from datetime import date
from io import BytesIO
from itertools import product
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import cellrune
import ironcalc
import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import to_excel

from tests.support.asked_books import without, written
from tests.support.lambda_hosts import as_error, cell_of
from tests.support.office import need_library
from xlfuncs.functions.registry import BY_NAME
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.schema import AMENDMENTS, LAMBDA_ROWS
from xlfuncs.xlsx.lambdas.definitions import column_letters
from xlfuncs.xlsx.package import WORKBOOK_PART, read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.self_check import SELF_CHECK, SELF_CHECK_TABLES
from xlfuncs.xlsx.sheets.self_check import COPIED

SHEETS = "xl/worksheets/sheet"
CALLS = re.compile(rf"_({'|'.join(BY_NAME)})\(")
"""A call of one of our functions."""

Parts = dict[str, bytes]


class Engine(ABC):
    """A workbook opened in an engine, calculated as it is opened and after what is typed."""

    @abstractmethod
    def __init__(self, content: bytes) -> None: ...

    @abstractmethod
    def type_number(self, sheet: str, address: str, number: float) -> None: ...

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

    def type_number(self, sheet: str, address: str, number: float) -> None:
        row, column = coordinate_to_tuple(address)
        self._model.set_user_input(self._names.index(sheet), row, column, f"{number}")
        self._model.evaluate()

    def read(self, sheet: str, address: str) -> Cell:
        row, column = coordinate_to_tuple(address)
        return as_error(self._model.get_cell_value(self._names.index(sheet), row, column))


class Cellrune(Engine):
    """It has no optional parameters: every call hands over all arguments."""

    def __init__(self, content: bytes) -> None:
        self._book = cellrune.Workbook.from_bytes(pack_parts(without_optional(content)))
        self._book.calculate()

    def type_number(self, sheet: str, address: str, number: float) -> None:
        self._book.set_number(sheet, address, number)
        self._book.calculate()

    def read(self, sheet: str, address: str) -> Cell:
        return cell_of(self._book.read_values(sheet, address, address)[0][0])


class Formulon(Engine):
    """It has no optional parameters, no `A1#` of a cell that spills over itself alone, and wants
    formulas to be typed again after a file is opened and after each edit."""

    def __init__(self, content: bytes) -> None:
        formulon = need_library("formulon")
        parts = without_optional(content)
        for name in parts:
            if name == WORKBOOK_PART or name.startswith(SHEETS):
                parts[name] = re.sub(
                    rb"_xlfn\.ANCHORARRAY\((%s)\)" % _single_cells(), rb"\1", parts[name]
                )
        self._is_error = formulon.ValueKind.ERROR
        self._book = formulon.Workbook.load(pack_parts(parts))
        self._names = [self._book.sheet_name(n) for n in range(self._book.sheet_count())]
        self._type_again()

    def _type_again(self) -> None:
        for sheet, (rows, columns) in TYPED_AGAIN.items():
            index = self._names.index(sheet)
            for row, column in product(range(rows), range(columns)):
                formula = self._book.get_formula(index, row, column)
                if formula and (sheet == LAMBDA_ROWS or CALLS.search(formula)):
                    self._book.set_formula(index, row, column, formula)
            self._calculate()

    def _calculate(self) -> None:
        self._book.recalc()
        self._book.recalc()

    def type_number(self, sheet: str, address: str, number: float) -> None:
        row, column = coordinate_to_tuple(address)
        self._book.set_number(self._names.index(sheet), row - 1, column - 1, number)
        if sheet == SELF_CHECK:
            self._calculate()
        else:
            self._type_again()

    def read(self, sheet: str, address: str) -> Cell:
        row, column = coordinate_to_tuple(address)
        value = self._book.get_value(self._names.index(sheet), row - 1, column - 1)
        is_error = value.kind is self._is_error
        return CellError(f"error {value.error_code}") if is_error else value.to_python()


TYPED_AGAIN = {LAMBDA_ROWS: (7, 80), SELF_CHECK: (600, 4), SELF_CHECK_TABLES: (600, 5)}
"""The sheets with formulas that formulon has to be typed again, and how far they reach."""


def _single_cells() -> bytes:
    """A pattern of the cells of the sheet Rows that spill over themselves alone."""
    letters = (letter for (block, _), letter in column_letters().items() if block == "Found")
    return "|".join(rf"{LAMBDA_ROWS}!\${letter}\$\d+" for letter in letters).encode()


ENGINES: dict[str, type[Engine]] = {each.__name__: each for each in (IronCalc, Cellrune, Formulon)}


def with_row_added(content: bytes) -> bytes:
    """The workbook after the second edit: Amendments has the row that a person copies to it.

    No engine lets a table grow under what is typed below it, as Excel does; it grows in the file.
    """
    book = openpyxl.load_workbook(BytesIO(content))
    amendments, tables = book[AMENDMENTS], book[SELF_CHECK_TABLES]
    [table] = amendments.tables.values()
    [copied] = tables[COPIED]
    row = [to_excel(cell.value) if isinstance(cell.value, date) else cell.value for cell in copied]
    first, _, last = table.ref.partition(":")
    column, last_row = re.fullmatch(r"([A-Z]+)([0-9]+)", last).groups()
    grown = f"{first}:{column}{int(last_row) + 1}"
    parts = read_parts(content)
    sheet = f"{SHEETS}{1 + book.sheetnames.index(AMENDMENTS)}.xml"
    line = written([row], int(last_row) + 1)
    parts[sheet] = parts[sheet].replace(b"</sheetData>", line + b"</sheetData>")
    for name in parts:
        if name.startswith("xl/tables/") and f'name="{AMENDMENTS}"'.encode() in parts[name]:
            parts[name] = parts[name].replace(table.ref.encode(), grown.encode())
    rows = f"{SHEETS}{1 + book.sheetnames.index(LAMBDA_ROWS)}.xml"
    parts[rows] = _grown_by_one(parts[rows])
    return pack_parts(parts)


def _grown_by_one(rows: bytes) -> bytes:
    """The sheet Rows with columns that spill one row further; cellrune wants to be told."""
    for (block, _), letter in column_letters().items():
        if block == "Rows":
            area = rb' ref="(%s[0-9]+:%s)([0-9]+)"' % (letter.encode(), letter.encode())
            rows = re.sub(area, lambda found: b' ref="%s%d"' % (found[1], int(found[2]) + 1), rows)
    return rows


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
    if not CALLS.search(formula):
        return found[0]
    return found[1] + escape(fill_up(formula)).encode() + found[3]


def fill_up(formula: str) -> str:
    """A formula whose calls of our functions hand over every argument.

    >>> fill_up('IF(A1="","",ACME_PRICE(A1,DATE(2025,1,1)))')
    'IF(A1="","",ACME_PRICE(A1,DATE(2025,1,1),"","",""))'
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
