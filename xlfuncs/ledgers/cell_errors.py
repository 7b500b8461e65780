"""Cells that show an error in an .xls, .xlsb or .ods, where the library has blank ones or zeros.

Of each kind of file only what says so is read, in one pass over the sheet. A formula that was
never calculated counts as an error.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from xlfuncs.errors import FileFormatError
from xlfuncs.ledgers.columns import LONGEST
from xlfuncs.ledgers.workbook_source import RULES, rows_through
from xlfuncs.ledgers.workbook_source_limits import ALONE, NOT_CALCULATED, TAGS
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.schema import LAST_ROW
from xlfuncs.xlsx.package import Package, refuse_damage
from xlfuncs.xlsx.xml_stream import local_name, make_parser, name_part, parse

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


class CellError(NamedTuple):
    """What is shown in a cell, or in several that are alike; rows and columns are from 0."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


FIGURES = 5
"""Figures that are kept of an error."""


class CellErrors:
    """The cells of a sheet that show errors, each kept in a few bytes.

    >>> errors = CellErrors([CellError(2, 0, "#N/A"), CellError(1, 0, "#N/A", rows=4)], 2)
    >>> [error.row for error in errors], errors.rows
    ([1, 2], 5)
    """

    def __init__(self, found: Iterable[CellError], most: int) -> None:
        """Takes them in. Raises FileFormatError for more than the most."""
        self.rows = 0
        self._figures = array("I")
        texts: dict[str, int] = {}
        last, is_sorted = 0, True
        for row, column, text, rows, columns in found:
            number = texts.setdefault(text, len(texts))
            self._figures.extend((row, column, number, rows, columns))
            self.rows = max(self.rows, row + rows)
            is_sorted, last = is_sorted and row >= last, row
            if len(self._figures) > FIGURES * most:
                _refuse_more(most + 1, most, "cells with errors")
        self._texts = list(texts)
        self._places: Sequence[int] = range(0, len(self._figures), FIGURES)
        if not is_sorted:
            self._places = sorted(self._places, key=self._figures.__getitem__)

    def __iter__(self) -> Iterator[CellError]:
        """From the first row to the last."""
        for place in self._places:
            row, column, text, rows, columns = self._figures[place : place + FIGURES]
            yield CellError(row, column, self._texts[text], rows, columns)


def find_errors(path: Path, position: int, most: int, unpacked: int) -> CellErrors:
    """The cells with errors of the sheet at a position.

    Raises BadInput for more than `most` of them, or where more than so many bytes are unpacked.
    """
    kind = path.suffix.lower()
    try:
        with refuse_damage(RULES.damaged):
            if kind == ".xls":
                return CellErrors(_read_xls(path, position), most)
            read = _read_xlsb if kind == ".xlsb" else _read_ods
            with ZipFile(path) as archive:
                package = Package(archive, RULES, unpacked)
                return CellErrors(read(package, position, TAGS * most), most)
    except FileFormatError as error:
        raise BadInput(str(error)) from None


def show_errors(sheet: CalamineSheet, errors: CellErrors) -> Iterator[Sequence[object]]:
    """The rows of a sheet with its errors, also where these are below all that the library has."""
    left, right = (sheet.start[1], sheet.end[1]) if sheet.start and sheet.end else (0, -1)
    coming = iter(errors)
    following = next(coming, None)
    shown: list[CellError] = []
    for number, row in enumerate(rows_through(sheet, errors.rows)):
        while following and following.row <= number:
            shown.append(following)
            following = next(coming, None)
        for error in shown:
            first, end = max(error.column, left), min(error.column + error.columns, right + 1)
            if first < end:
                row[first - left : end - left] = [error.text] * (end - first)
        yield row
        shown = [error for error in shown if error.row + error.rows > number + 1]


def _refuse_more(found: int, most: int, what: str) -> None:
    if found > most:
        raise FileFormatError(f"has more than {most:,} {what} on its sheet; {ALONE}")


CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Errors as .xls and .xlsb have them."""

UNKNOWN = "(an error)"


# An .xls is a folder of streams in one file. That of the workbook is one record after another, each
# with a number and a length; the first ones say where each sheet begins.

BOOKS = ("workbook", "book")
SUMMARY = "\x05summaryinformation"
"""The stream that spreadsheet programs write beside the workbook, and bare writers do not."""

XLS_FORMULA, XLS_END, XLS_SHEET, XLS_VALUE, XLS_BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809
NO_NUMBER, OF_ERROR, OF_NO_TEXT = 0xFFFF, 2, 3
"""The end of a formula's result that is no number, and what its first byte then says of it."""

SECTOR, IN_LIST = 512, 128
"""Bytes of a sector, and the numbers of sectors in one that lists others."""


def _read_xls(path: Path, position: int) -> Iterator[CellError]:
    from pyopenvba.cfb import CFB

    content = path.read_bytes()
    _refuse_long_lists(content)
    container = CFB.from_bytes(content)
    streams = {name.casefold() for name in container.list_streams()}
    stream = container.get_stream(next(name for name in BOOKS if name in streams))
    return _errors_of_xls(stream, position, is_calculated=SUMMARY in streams)


def _refuse_long_lists(content: bytes) -> None:
    """Raise FileFormatError where more sectors are listed than there are: all would be read."""
    [lists] = struct.unpack_from("<I", content, 72)
    if lists > 1 + len(content) // (SECTOR * IN_LIST * (IN_LIST - 1)):
        raise FileFormatError(RULES.damaged.format(reason="it lists more sectors than it has"))


def _errors_of_xls(stream: bytes, position: int, *, is_calculated: bool) -> Iterator[CellError]:
    sheets = (at for kind, at in _xls_records(stream, 0) if kind == XLS_SHEET)
    [start] = struct.unpack_from("<I", stream, next(islice(sheets, position, None)))
    within = 0
    for kind, at in _xls_records(stream, start):
        if kind == XLS_BEGIN:
            within += 1  # a second one within a sheet is of a chart, with cells of its own
        elif kind == XLS_END:
            within -= 1
            if not within:
                return
        elif within == 1 and kind == XLS_VALUE:
            row, column, code, is_error = struct.unpack_from("<HH2xBB", stream, at)
            if is_error:
                yield CellError(row, column, CODES.get(code, UNKNOWN))
        elif within == 1 and kind == XLS_FORMULA:
            row, column, said, code, end = struct.unpack_from("<HH2xBxB3xH", stream, at)
            if end == NO_NUMBER and said == OF_ERROR:
                yield CellError(row, column, CODES.get(code, UNKNOWN))
            elif end == NO_NUMBER and said == OF_NO_TEXT and not is_calculated:
                yield CellError(row, column, NOT_CALCULATED)


def _xls_records(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    """The number of each record, and where its content begins."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4
        at += 4 + length


# An .xlsb is a package whose parts are such records, with numbers and lengths in groups of seven
# bits.

BOOK, BOOK_RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
XLSB_ROW, XLSB_ERROR, XLSB_FORMULA_ERROR, XLSB_SHEET, XLSB_END = 0, 3, 11, 156, 146
NO_RELATION = 2**32 - 1
LONGEST_RECORD = 2**20


def _read_xlsb(package: Package, position: int, most: int) -> Iterator[CellError]:
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    with name_part(f"its part {BOOK_RELATIONS}"):
        for _ in parse(make_parser(start, namespaces=False), package.chunks(BOOK_RELATIONS)):
            pass
    book = _xlsb_records(package.chunks(BOOK), {XLSB_SHEET}, most)
    sheets = filter(None, (_relation_of(content) for _, content in book))
    relation = next(islice(sheets, position, None))
    kinds = {XLSB_ROW, XLSB_ERROR, XLSB_FORMULA_ERROR, XLSB_END}
    row = 0
    for kind, content in _xlsb_records(package.chunks(f"xl/{targets[relation]}"), kinds, most):
        if kind == XLSB_ROW:
            [row] = struct.unpack_from("<I", content)
        if kind == XLSB_END or row >= LAST_ROW:
            return
        if kind != XLSB_ROW:
            column, code = struct.unpack_from("<I4xB", content)
            yield CellError(row, column, CODES.get(code, UNKNOWN))


def _relation_of(content: bytes) -> str:
    """The relation that a record names which lists a sheet; blank for one without cells."""
    [length] = struct.unpack_from("<I", content, 8)
    return "" if length == NO_RELATION else content[12 : 12 + 2 * length].decode("utf-16-le")


def _xlsb_records(
    chunks: Iterable[bytes], kinds: set[int], most: int
) -> Iterator[tuple[int, bytes]]:
    """The records of some kinds, and what is in them. Raises FileFormatError for too many."""
    content, at, number = b"", 0, 0
    for chunk in chunks:
        content, at = content[at:] + chunk, 0
        while head := _xlsb_head(content, at):
            kind, start, end = head
            if end > len(content):
                break
            number += 1
            if kind in kinds:
                yield kind, content[start:end]
            at = end
        _refuse_more(number, most, "records")


def _xlsb_head(content: bytes, at: int) -> tuple[int, int, int] | None:
    """The number of a record, where what is in it begins and ends; None beyond the content."""
    try:
        kind = content[at]
        at += 1
        if kind > 127:
            kind = kind & 127 | (content[at] & 127) << 7
            at += 1
        length = shift = 0
        while True:
            byte = content[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128 or shift == 28:
                break
    except IndexError:
        return None
    if length > LONGEST_RECORD:
        raise FileFormatError(RULES.damaged.format(reason=f"a record of {length:,} bytes"))
    return kind, at, at + length


# An .ods is a package with all of its sheets in one part of XML.

CONTENT = "content.xml"
TABLE, ROW, PARAGRAPH, SPACE = "table:table", "table:table-row", "text:p", "text:s"
CELLS = {"table:table-cell", "table:covered-table-cell"}
VALUES = ("office:value", "office:date-value", "office:time-value", "office:boolean-value")
TEXT_VALUE = "office:string-value"
KIND, KIND_SHOWN = "office:value-type", "calcext:value-type"
FORMULA = "table:formula"

ERROR = re.compile(r"#N/A|#\w[\w/]*[!?]|Err:[0-9]+")
"""What some programs show in a cell whose value they give as 0: #DIV/0!, #WERT!, Err:502."""


def _read_ods(package: Package, position: int, most: int) -> Iterator[CellError]:
    sheet = _OdsSheet(position)
    with name_part(f"its part {CONTENT}"):
        for _ in parse(sheet.parser, package.chunks(CONTENT)):
            _refuse_more(sheet.tags, most, "tags")
            yield from sheet.found
            sheet.found.clear()


class _OdsSheet:
    """Finds the errors of the table at a position; names are written as the library has them."""

    def __init__(self, position: int) -> None:
        self.parser = make_parser(self._start, self._end, self._data, namespaces=False)
        self.found: list[CellError] = []
        self.tags = 0
        self._coming = position  # tables that are still to come before it
        self._in_table = False
        self._depth = self._row = self._rows = self._column = 0
        self._cell: dict[str, str] | None = None
        self._cell_depth = self._paragraph_depth = 0
        self._text: str | None = None  # none where a cell has no paragraph

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        self._depth += 1
        if not self._in_table:
            if name == TABLE and "table:name" in attributes:
                self._in_table, self._row = True, 0
        elif self._coming:
            return
        elif name in CELLS:
            self._cell, self._cell_depth, self._text = attributes, self._depth, None
        elif name == ROW:
            stated = int(attributes.get("table:number-rows-repeated", 1))
            self._rows, self._column = min(stated, LAST_ROW - self._row), 0
        elif name == PARAGRAPH and self._cell is not None and self._depth == self._cell_depth + 1:
            self._paragraph_depth = self._depth
            self._text = "" if self._text is None else f"{self._text}\n"
        elif name == SPACE:
            self._data(" ")

    def _data(self, text: str) -> None:
        if self._paragraph_depth and self._text is not None and len(self._text) <= LONGEST:
            self._text += text

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._in_table:
            return
        if name == TABLE:
            self._in_table = False
            self._coming -= 1
        elif self._coming:
            return
        elif name == PARAGRAPH and self._depth < self._paragraph_depth:
            self._paragraph_depth = 0
        elif name in CELLS and self._cell is not None:
            columns = int(self._cell.get("table:number-columns-repeated", 1))
            if text := _text_shown(self._cell, self._text):
                self.found.append(CellError(self._row, self._column, text, self._rows, columns))
            self._column += columns
            self._cell = None
        elif name == ROW:
            self._row += self._rows


def _text_shown(cell: dict[str, str], text: str | None) -> str:
    """What a cell shows, where the library has something else; otherwise blank.

    A formula that was calculated has a text, even a blank one.

    >>> _text_shown({KIND: "float", "office:value": "0"}, "#DIV/0!")
    '#DIV/0!'
    >>> _text_shown({KIND: "float", "office:value": "0"}, "0"), _text_shown({KIND: "string"}, "A")
    ('', '')
    >>> _text_shown({FORMULA: "of:=[.A1]"}, None), _text_shown({FORMULA: "of:=[.A1]"}, "")
    ('(a formula that was not calculated)', '')
    """
    if cell.get(KIND_SHOWN) == "error":
        return (text or "").strip() or UNKNOWN
    if cell.get(KIND) == "string" and TEXT_VALUE not in cell:
        return ""
    if cell.get(TEXT_VALUE) or any(value in cell for value in VALUES):
        return text if text and ERROR.fullmatch(text) else ""
    if text is None and FORMULA in cell and TEXT_VALUE not in cell:
        return NOT_CALCULATED
    return text or ""
