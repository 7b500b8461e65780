"""Read one sheet of a workbook row by row; what is not understood is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.errors import FileFormatError
from xlfuncs.sheets.cells import LONGEST_TEXT
from xlfuncs.sheets.schema import COLUMNS_OF_A_SHEET, LAST_ROW, LINKS, column_letter, find_last_row
from xlfuncs.xlsx.cell_values import (
    BLANK,
    INLINE,
    MORE,
    RUN,
    TEXT,
    Misread,
    SheetCell,
    parse_value,
    refuse_other,
    refuse_text,
)
from xlfuncs.xlsx.xml_stream import (
    DEEPEST,
    MAIN,
    RESAVE,
    OutOfBounds,
    local_name,
    make_parser,
    name_part,
    parse,
    refuse_strict,
)

# Formulas, some of which a sheet stores once for many cells, as Excel does on filling down.

LONGEST_FORMULA = 32_767
"""Characters of a formula; Excel takes 8,192, and its own prefixes of functions come on top."""

MOST_SPLIT, MOST_MOVED, MOST_SHARED = 2**20, 2_000_000, 128 * 2**20
"""Characters of shared formulas, references moved, and characters of the results, on a sheet."""


class FormulaReader:
    """The formulas of a sheet; shared ones by their numbers."""

    def __init__(self) -> None:
        self._shared: dict[str, _SharedFormula] = {}
        self._split = self._moved = self._characters = 0

    def read(self, attributes: Mapping[str, str], text: str, row: int, column: int) -> Any:
        """The formula of a cell, from the attributes and text of its element. Raises Misread."""
        if len(text) > LONGEST_FORMULA:
            raise Misread(f"a formula of {len(text):,} characters")
        kind = attributes.get("t", "normal")
        if kind == "array":
            return ArrayFormula(attributes.get("ref", ""), f"={text}")
        if kind == "dataTable":
            inputs = ",".join(attributes.get(name, "") for name in ("r1", "r2"))
            return ArrayFormula(attributes.get("ref", ""), f"=TABLE({inputs})")
        if kind == "shared":
            return self._read_shared(attributes.get("si", ""), text, row, column)
        if kind != "normal":
            raise Misread(f"a formula of the kind {kind[:30]!r}")
        return f"={text}"

    def _read_shared(self, number: str, text: str, row: int, column: int) -> str:
        if text:
            self._shared[number] = _SharedFormula(f"={text}", row, column)
            return f"={text}"
        if number not in self._shared:
            raise Misread("a formula that is not on the sheet")
        shared = self._shared[number]
        if not shared.pieces:
            self._split += len(shared.text)
            self._refuse_too_many()
            shared.pieces = _split_formula(shared.text)
        self._moved += len(shared.pieces) // 2
        self._refuse_too_many()
        if len(shared.pieces) <= 1:
            return shared.text
        formula = shared.moved_to(row, column)
        self._characters += len(formula)
        return formula

    def _refuse_too_many(self) -> None:
        if self._split > MOST_SPLIT or self._moved > MOST_MOVED or self._characters > MOST_SHARED:
            raise Misread("one formula of more than can be read")


@dataclass(slots=True)
class _SharedFormula:
    """A formula, the cell that states it, and its pieces once another cell needs it."""

    text: str
    row: int
    column: int
    pieces: Sequence[str] = ()

    def moved_to(self, row: int, column: int) -> str:
        move: Any = Translator.translate_range
        down, right = row - self.row, column - self.column
        return "".join(
            move(piece, down, right) if at % 2 else piece for at, piece in enumerate(self.pieces)
        )


def _split_formula(formula: str) -> list[str]:
    """The texts of a formula, every other one a reference that moves with its cell."""
    pieces = ["="]
    for token in Tokenizer(formula).items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            pieces += [token.value, ""]
        else:
            pieces[-1] += token.value
    return pieces


# The cells of a row.

INDEXES = {column_letter(index): index for index in range(COLUMNS_OF_A_SHEET)}
"""The columns of a sheet, A to XFD, by their letters."""

LONGEST_VALUE = LONGEST_TEXT * len("_x000D_")
"""Characters of a text as it is stored."""

MOST_CHARACTERS = 256 * 2**20
"""Characters of the texts and formulas of a sheet, those of a text counted in each of its cells."""

MOST_CELLS, MOST_WITHIN_TEXTS = 2_500_000, 1_500_000
"""Cells of a sheet, and elements within the texts of its cells. A hundred thousand rows of a price
table have 2,100,000 cells."""

MOST_ALIKE = 100_000
"""Cells kept so that others with the same content cost nothing."""

CELL, VALUE, FORMULA = (f"{MAIN}}}{name}" for name in ("c", "v", "f"))

TOO_MANY = f"has more than {MOST_CELLS:,} cells; expected fewer"


class CellReader:
    """Reads cell after cell of a sheet; `filled` are those of a row, up to the last not blank."""

    def __init__(self, title: str, strings: Sequence[str], formats: Sequence[str]) -> None:
        self.filled: list[SheetCell] = []
        self._title = title
        self._strings = strings
        self._formats = formats
        self._formulas = FormulaReader()
        self._alike: dict[tuple[str, str, str], SheetCell] = {}
        self._characters = self._cells = self._others = 0
        self._row, self._index = "", -1
        self._attributes: dict[str, str] = {}
        self._inside: list[str] = []
        self._pieces: list[str] | None = None
        self._value: list[str] | None = None
        self._formula: tuple[dict[str, str], list[str]] | None = None

    def begin_row(self, number: int) -> None:
        self.filled = []
        self._row, self._index = str(number), -1

    def begin_cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell. Raises FileFormatError where it has no place of its own."""
        place = attributes.get("r")
        index: int | None = self._index + 1
        if place is not None:
            letters = place.removesuffix(self._row)
            index = INDEXES.get(letters) if letters != place else None
        if index is None or not self._index < index < COLUMNS_OF_A_SHEET:
            raise FileFormatError(
                f"sheet {self._title!r} has the cell {(place or '')[:20]!r} of row {self._row} "
                f"twice, out of order, or beyond the last one; {RESAVE}"
            )
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise FileFormatError(f"sheet {self._title!r} {TOO_MANY}")
        self._index, self._attributes = index, attributes
        self._value = self._formula = self._pieces = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in an element within the cell.

        Raises FileFormatError for one that is not understood.
        """
        inside = self._inside
        if not inside:
            self._open_content(name, attributes)
        elif inside[0] == INLINE:
            self._refuse_within(refuse_other, name)
            reads = name == TEXT and inside[-1] in {INLINE, RUN}
            self._pieces = self._value if reads else None
        elif inside[0] != MORE:
            self._refuse(f"holds {local_name(name)!r}, which is not understood")
        if inside:
            self._others += 1
            if self._others > MOST_WITHIN_TEXTS or len(inside) >= DEEPEST:
                self._refuse("holds more elements than are understood")
        inside.append(name)

    def _open_content(self, name: str, attributes: dict[str, str]) -> None:
        if name == FORMULA and self._formula is None:
            self._pieces = []
            self._formula = attributes, self._pieces
        elif name == self._expected and self._value is None:
            self._value = []
            self._pieces = self._value if name == VALUE else None
        elif name != MORE:
            self._refuse(f"holds {local_name(name)!r} twice or where it is not understood")

    @property
    def _expected(self) -> str:
        return INLINE if self._attributes.get("t") == "inlineStr" else VALUE

    def text(self, text: str) -> None:
        """Take in a text within the cell."""
        if self._pieces is not None:
            self._pieces.append(text)
        elif not self._inside and text.strip():
            self._refuse(f"holds {text[:20]!r} beside its value")
        elif self._inside[:1] == [INLINE]:
            self._refuse_within(refuse_text, text)

    def _refuse_within(self, refuse: Callable[[str, str], None], what: str) -> None:
        """Refuse what is not understood within a text of the cell. Raises FileFormatError."""
        try:
            refuse(what, self._inside[-1])
        except OutOfBounds as error:
            self._refuse(f"{error}")

    def end(self, name: str) -> bool:
        """Take in the end of an element; return whether the cell ends. Raises FileFormatError."""
        if self._inside:
            self._inside.pop()
            self._pieces = None
            return False
        if self._value is not None or self._formula is not None:
            self._end_cell()
        return name == CELL

    def _end_cell(self) -> None:
        attributes, value = self._attributes, "".join(self._value or ())
        key = (attributes.get("t", "n"), attributes.get("s", "0"), value)
        cell = None if self._formula else self._alike.get(key)
        try:
            cell = cell or self._read_cell(*key)
        except Misread as misread:
            self._refuse(f"holds {misread}")
        if isinstance(cell.value, str):
            self._characters += len(cell.value)
        if self._characters > MOST_CHARACTERS:
            raise FileFormatError(
                f"sheet {self._title!r} has more text than can be read; expected less"
            )
        if cell.input is None:
            return
        filled = self.filled
        if len(filled) < self._index:
            filled.extend([BLANK] * (self._index - len(filled)))
        filled.append(cell)

    def _read_cell(self, kind: str, style: str, text: str) -> SheetCell:
        if len(text) > LONGEST_VALUE:
            raise Misread(f"a text of {len(text):,} characters")
        value = parse_value(kind, text, self._strings)
        if value is None and kind == "str" and self._value is not None and self._formula:
            value = ""  # a formula that gives an empty text has been calculated
        if not (style.isascii() and style.isdecimal() and int(style[:6]) < len(self._formats)):
            raise Misread(f"the style {style[:20]}, which does not exist")
        number_format = self._formats[int(style[:6])]
        if self._formula is not None:
            attributes, pieces = self._formula
            stated = "".join(pieces)
            formula: Any = self._formulas.read(attributes, stated, int(self._row), self._index)
            self._characters += len(stated)
            return SheetCell(value, formula, number_format)
        cell = SheetCell(value, None, number_format)
        if len(self._alike) < MOST_ALIKE:
            self._alike[kind, style, text] = cell
        return cell

    def _refuse(self, what: str) -> NoReturn:
        where = f"{self._title}!{column_letter(self._index)}{self._row}"
        raise FileFormatError(f"{where} {what}; {RESAVE}")


# The rows of a sheet, and what there is besides them.

LARGEST_SHEET = 256 * 2**20
"""Bytes the XML of a sheet may have; a hundred thousand rows of a price table need half of it."""

MOST_ROWS, MOST_OTHERS, MOST_MERGED = 150_000, 1_000_000, 100_000
"""Rows of a sheet that are not blank, elements that are no rows or cells, and merged ranges."""

SHEET, DATA, ROW, MERGES, MERGED = (
    f"{MAIN}}}{name}" for name in ("worksheet", "sheetData", "row", "mergeCells", "mergeCell")
)
PLACES = {DATA: (SHEET,), ROW: (SHEET, DATA), MERGES: (SHEET,), MERGED: (SHEET, MERGES)}
"""Where elements have to be that decide what is in which cell: what is above each."""

HEADER = "oddHeader"
THINGS = {
    *("hyperlink", "sparklineGroup", "sheetProtection", "protectedRange", "scenario"),
    "legacyDrawingHF",
}
PASSWORD, HASH = "password", "hashValue"
OWN_LINKS = frozenset(LINKS.values())
FORMULAS = {"formula", "formula1", "formula2", "f"}
"""The elements besides cells that hold formulas."""

SheetRow = Sequence[SheetCell]
NO_CELLS: SheetRow = ()
"""A row without input; a sheet may have a million of them."""


class SheetReader:
    """Reads a sheet's part once; what there is besides cells is known when all rows are read."""

    def __init__(
        self, title: str, chunks: Iterable[bytes], strings: Sequence[str], formats: Sequence[str]
    ) -> None:
        self.all_rows: list[SheetRow] = []
        self.merged: list[tuple[str, int]] = []
        self.things: set[str] = set()
        self.formulas: list[str] = []
        self._title = title
        self._chunks = chunks
        self._cells = CellReader(title, strings, formats)
        self._above: list[str] = []
        self._seen: set[str] = set()
        self._rows: list[tuple[int, SheetRow]] = []
        self._row = self._count = self._filled = self._others = 0

    def read_all(self) -> None:
        """Read all rows, those without cells too, and keep them. Raises FileFormatError."""
        for number, row in self.rows():
            self.all_rows.extend([NO_CELLS] * (number - 1 - len(self.all_rows)))
            self.all_rows.append(row)

    def rows(self) -> Iterator[tuple[int, SheetRow]]:
        """The rows that have cells, with their numbers. Raises FileFormatError."""
        self._parser = make_parser(self._start, self._end, None)
        with name_part(f"sheet {self._title!r}"):
            for _ in parse(self._parser, self._chunks):
                yield from self._rows
                self._rows.clear()

    def _refuse(self, what: str) -> NoReturn:
        raise FileFormatError(f"sheet {self._title!r} {what}; {RESAVE}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        above = self._above
        if name == CELL and above and above[-1] == ROW:
            self._cells.begin_cell(attributes)
            self._hand_over()
        else:
            self._other(name, attributes)
        above.append(name)

    def _end(self, name: str) -> None:
        self._above.pop()
        self._parser.CharacterDataHandler = None
        if name == ROW:
            self._end_row()

    def _hand_over(self) -> None:
        """Hand over to the reader of cells, up to the end of the cell."""
        parser, cells = self._parser, self._cells

        def end(name: str) -> None:
            if cells.end(name):
                self._above.pop()
                parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
                parser.CharacterDataHandler = None

        parser.StartElementHandler, parser.EndElementHandler = cells.start, end
        parser.CharacterDataHandler = cells.text

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        """Take in an element that is no cell."""
        above = self._above
        if not above:
            refuse_strict(name)
            if name != SHEET:
                self._refuse(f"is damaged (it begins with {local_name(name)!r})")
        elif name in {SHEET, CELL} or len(above) >= DEEPEST:
            self._refuse(f"has {local_name(name)!r} in a place where it is not understood")
        if name in PLACES:
            if tuple(above) != PLACES[name] or name in self._seen:
                self._refuse(
                    f"has {local_name(name)!r} twice or in a place where it is not understood"
                )
            self._seen.update({name} & {DATA, MERGES})  # of which there is one
        elif above and above[-1] in {DATA, ROW, MERGES} and local_name(name) != "extLst":
            self._refuse(f"has {local_name(name)!r} near row {self._row}, which is not understood")
        if name == ROW:
            self._open_row(attributes.get("r"))
        elif name == MERGED:
            self._merge(attributes.get("ref", ""))
        else:
            self._note_thing(local_name(name), attributes)

    def _note_thing(self, name: str, attributes: dict[str, str]) -> None:
        self._others += 1
        if self._others > MOST_OTHERS:
            self._refuse(f"has more than {MOST_OTHERS:,} elements that are not cells")
        if name in FORMULAS:
            self._parser.CharacterDataHandler = self.formulas.append
        elif name == HEADER:
            self._parser.CharacterDataHandler = lambda _: self.things.add(HEADER)
        elif name in THINGS and attributes.get("location") not in OWN_LINKS:
            self.things.add(name)
            if any(attributes.get(each) for each in (PASSWORD, HASH)):
                self.things.add(PASSWORD)

    def _open_row(self, stated: str | None) -> None:
        number = self._row + 1
        if stated is not None:
            number = int(stated) if re.fullmatch("[0-9]{1,9}", stated) else 0
        if not self._row < number <= LAST_ROW:
            where = number if stated is None else stated[:20]
            self._refuse(f"has row {where} twice, out of order, or beyond the last one")
        self._row = number
        self._cells.begin_row(number)

    def _end_row(self) -> None:
        row = self._cells.filled
        if row:
            self._count += len(row)  # blank cells up to the last one take their room, too
            if self._count > MOST_CELLS:
                raise FileFormatError(f"sheet {self._title!r} {TOO_MANY}")
            self._filled += 1
            if self._filled > MOST_ROWS:
                raise FileFormatError(
                    f"sheet {self._title!r} has more than {MOST_ROWS:,} rows that are not blank; "
                    f"expected fewer"
                )
            self._rows.append((self._row, tuple(row)))

    def _merge(self, stated: str) -> None:
        area = stated.upper().replace("$", "")
        last = find_last_row(area)
        if last is None:
            self._refuse(f"has the merged cells {stated[:30]!r}, which are not valid")
        if len(self.merged) >= MOST_MERGED:
            self._refuse(f"has more than {MOST_MERGED:,} merged ranges")
        self.merged.append((area, last))
