"""The cells of a row, read from the parsed XML of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from xlfuncs.files.books.shared_formulas import SharedFormulas
from xlfuncs.files.books.shared_strings import INLINE, MORE, RUN, TEXT, refuse_other, refuse_text
from xlfuncs.files.books.sheet_cells import BLANK, Misread, SheetCell, stored_value
from xlfuncs.files.books.xml_parts import DEEPEST, MAIN, RESAVE, OutOfBounds, local
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.cells import LONGEST_TEXT
from xlfuncs.tables.places import COLUMNS_OF_A_SHEET, column_letter

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

CELL_TAG, VALUE, FORMULA = (f"{MAIN}}}{name}" for name in ("c", "v", "f"))
INLINE_KIND, TEXT_KIND = "inlineStr", "str"

TOO_MANY = f"has more than {MOST_CELLS:,} cells; expected fewer"


class CellReader:
    """Reads cell after cell of a sheet; `filled` are those of a row, up to the last not blank."""

    def __init__(self, title: str, strings: Sequence[str], formats: Sequence[str]) -> None:
        self.filled: list[SheetCell] = []
        self._title = title
        self._strings = strings
        self._formats = formats
        self._shared = SharedFormulas()
        self._alike: dict[tuple[str, str, str], SheetCell] = {}
        self._characters = self._cells = self._others = 0
        self._row, self._index = "", -1
        self._stated: dict[str, str] = {}
        self._inside: list[str] = []
        self._pieces: list[str] | None = None
        self._value: list[str] | None = None
        self._formula: tuple[dict[str, str], list[str]] | None = None

    def row(self, number: int) -> None:
        """Begins a row."""
        self.filled = []
        self._row, self._index = str(number), -1

    def open(self, stated: dict[str, str]) -> None:
        """Begins a cell. Raises Unreadable where it has no place of its own."""
        place = stated.get("r")
        index: int | None = self._index + 1
        if place is not None:
            letters = place.removesuffix(self._row)
            index = INDEXES.get(letters) if letters != place else None
        if index is None or not self._index < index < COLUMNS_OF_A_SHEET:
            raise Unreadable(
                f"sheet {self._title!r} has the cell {(place or '')[:20]!r} of row {self._row} "
                f"twice, out of order, or beyond the last one; {RESAVE}"
            )
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise Unreadable(f"sheet {self._title!r} {TOO_MANY}")
        self._index, self._stated = index, stated
        self._value = self._formula = self._pieces = None

    def start(self, name: str, stated: dict[str, str]) -> None:
        """An element within the cell. Raises Unreadable for one that is not understood."""
        inside = self._inside
        if not inside:
            self._open_content(name, stated)
        elif inside[0] == INLINE:
            self._within(refuse_other, name)
            reads = name == TEXT and inside[-1] in {INLINE, RUN}
            self._pieces = self._value if reads else None
        elif inside[0] != MORE:
            self._refuse(f"holds {local(name)!r}, which is not understood")
        if inside:
            self._others += 1
            if self._others > MOST_WITHIN_TEXTS or len(inside) >= DEEPEST:
                self._refuse("holds more elements than are understood")
        inside.append(name)

    def _open_content(self, name: str, stated: dict[str, str]) -> None:
        if name == FORMULA and self._formula is None:
            self._pieces = []
            self._formula = stated, self._pieces
        elif name == self._expected and self._value is None:
            self._value = []
            self._pieces = self._value if name == VALUE else None
        elif name != MORE:
            self._refuse(f"holds {local(name)!r} twice or where it is not understood")

    @property
    def _expected(self) -> str:
        return INLINE if self._stated.get("t") == INLINE_KIND else VALUE

    def text(self, text: str) -> None:
        """A text within the cell."""
        if self._pieces is not None:
            self._pieces.append(text)
        elif not self._inside and text.strip():
            self._refuse(f"holds {text[:20]!r} beside its value")
        elif self._inside[:1] == [INLINE]:
            self._within(refuse_text, text)

    def _within(self, refuse: Callable[[str, str], None], what: str) -> None:
        """Refuses what is not understood within a text of the cell. Raises Unreadable."""
        try:
            refuse(what, self._inside[-1])
        except OutOfBounds as beyond:
            self._refuse(f"{beyond}")

    def end(self, name: str) -> bool:
        """The end of an element; answers whether it is that of the cell. Raises Unreadable."""
        if self._inside:
            self._inside.pop()
            self._pieces = None
            return False
        if self._value is not None or self._formula is not None:
            self._fill()
        return name == CELL_TAG

    def _fill(self) -> None:
        stated, value = self._stated, "".join(self._value or ())
        key = (stated.get("t", "n"), stated.get("s", "0"), value)
        cell = None if self._formula else self._alike.get(key)
        try:
            cell = cell or self._cell(*key)
        except Misread as misread:
            self._refuse(f"holds {misread}")
        if isinstance(cell.value, str):
            self._characters += len(cell.value)
        if self._characters > MOST_CHARACTERS:
            raise Unreadable(f"sheet {self._title!r} has more text than can be read; expected less")
        if cell.entered is None:
            return
        filled = self.filled
        if len(filled) < self._index:
            filled.extend([BLANK] * (self._index - len(filled)))
        filled.append(cell)

    def _cell(self, kind: str, style: str, text: str) -> SheetCell:
        if len(text) > LONGEST_VALUE:
            raise Misread(f"a text of {len(text):,} characters")
        value = stored_value(kind, text, self._strings)
        if value is None and kind == TEXT_KIND and self._value is not None and self._formula:
            value = ""  # a formula that gives an empty text has been calculated
        if not (style.isascii() and style.isdecimal() and int(style[:6]) < len(self._formats)):
            raise Misread(f"the style {style[:20]}, of which there is none")
        number_format = self._formats[int(style[:6])]
        if self._formula is not None:
            said, pieces = self._formula
            entered = "".join(pieces)
            formula: Any = self._shared.formula(said, entered, int(self._row), self._index)
            self._characters += len(entered)
            return SheetCell(value, formula, number_format)
        cell = SheetCell(value, None, number_format)
        if len(self._alike) < MOST_ALIKE:
            self._alike[kind, style, text] = cell
        return cell

    def _refuse(self, what: str) -> NoReturn:
        where = f"{self._title}!{column_letter(self._index)}{self._row}"
        raise Unreadable(f"{where} {what}; {RESAVE}")
