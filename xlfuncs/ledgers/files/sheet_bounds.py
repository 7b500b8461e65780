"""What a sheet holds, measured before a library makes a table of all the cells that it spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import reduce

from xlfuncs.ledgers.files.csv_relation import LONGEST
from xlfuncs.ledgers.files.xml_pieces import AGAIN, Pieces
from xlfuncs.pricing.kinds import BadInput

MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
"""What a sheet of Excel has."""

SPAN = 3
"""How many times as many cells as a sheet may have filled it may span."""

TAGS = 6
"""How many times as many tags as filled cells a sheet may have."""

NINES = "9999"
"""What is in a number of days that ends in the last half millisecond of a day."""

HALF_MILLISECOND = 0.0005 / 86_400
ALONE = "keep the ledger alone on its sheet, or save it as .csv"


class SheetBounds:
    """The bounds of a sheet whose XML it is fed; positions are from 0.

    Raises BadInput where more cells are filled than there may be, or are so far from each other
    that a table of them would be nearly all blank, or have more rows than there may be.

    >>> bounds = SheetBounds(10, 10)
    >>> bounds.feed(b'<sheetData><row><c r="B2"><v>41639.99999999999</v></c></row></sheetData>')
    >>> bounds.close()
    >>> bounds.is_rounded_up(1, 1), bounds.is_rounded_up(1, 2)
    (True, False)
    """

    def __init__(self, most: int, rows: int) -> None:
        self._most, self._most_rows = most, rows
        self._pieces = Pieces(self._start, self._data)
        self._tags = self._filled = 0
        self._row = self._column = -1
        self._digits = self._text = ""
        self._numbers: dict[str, int] = {}
        self._top, self._bottom = MOST_ROWS, -1
        self._left, self._right = MOST_COLUMNS, -1
        self._rounded: list[int] = []

    def feed(self, piece: bytes) -> None:
        self._pieces.feed(piece)
        if self._tags > TAGS * self._most:
            raise BadInput(f"has more than {TAGS * self._most:,} tags on its sheet; {ALONE}")
        if self._filled > self._most:
            raise BadInput(f"has more than {self._most:,} cells on its sheet; {ALONE}")
        height, width = self._bottom - self._top + 1, self._right - self._left + 1
        if self._filled and (height * width > SPAN * self._most or height > self._most_rows):
            raise BadInput(
                f"its cells are far apart: they span {height:,} rows and {width:,} columns; delete "
                "what is right of the ledger and below it, or save it as .csv"
            )

    def close(self) -> None:
        self._pieces.close()
        self._rounded.sort()

    def is_rounded_up(self, row: int, column: int) -> bool:
        """Whether what is shown as midnight is just before it."""
        place = row * MOST_COLUMNS + column
        found = bisect_left(self._rounded, place)
        return found < len(self._rounded) and self._rounded[found] == place

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        """There are millions of tags: the most frequent come first, and nothing is done twice."""
        self._tags += 1
        self._text = ""
        if name == "c":
            self._column += 1
            if "r" in attributes:
                self._go(attributes["r"])
        elif name in {"v", "t"}:
            self._filled += 1
            if not self._top <= self._row <= self._bottom:
                self._top, self._bottom = min(self._row, self._top), max(self._row, self._bottom)
            if not self._left <= self._column <= self._right:
                self._left = min(self._column, self._left)
                self._right = max(self._column, self._right)
        elif name == "row":
            self._row += 1
            self._column = -1
        elif ":" in name:
            self._start(name.rpartition(":")[2], attributes)

    def _data(self, text: str) -> None:
        if self._text:
            text = self._text + text
            if len(text) > LONGEST:
                raise BadInput(f"line {self._row + 1} has more than {LONGEST:,} characters")
        self._text = text
        if NINES in text and _is_rounded_up(text):
            self._rounded.append(self._row * MOST_COLUMNS + self._column)

    def _go(self, reference: str) -> None:
        """Takes the place of a cell. Raises BadInput for one that no sheet has."""
        letters = reference.rstrip("0123456789")
        digits = reference[len(letters) :]
        if digits != self._digits:
            self._digits = digits
            self._row = int(digits[:8] or 0) - 1
        column = self._numbers.get(letters)
        if column is None:
            column = self._numbers[letters] = _column(letters)
        self._column = column
        if not (0 <= self._row < MOST_ROWS and 0 <= column < MOST_COLUMNS):
            raise BadInput(f"has a cell at {reference[:20]!r}, where no sheet has one; {AGAIN}")


def _is_rounded_up(text: str) -> bool:
    """Whether a number of days is in the last half millisecond of a day.

    >>> _is_rounded_up("41639.99999999999"), _is_rounded_up("41639.9999")
    (True, False)
    """
    try:
        days = float(text)
    except ValueError:
        return False
    return 0 < days < 10**7 and 0 < -days % 1 <= HALF_MILLISECOND


def _column(letters: str) -> int:
    """The position of a column by its letters, -1 where these are none.

    >>> _column("A"), _column("XFD"), _column("")
    (0, 16383, -1)
    """
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        return -1
    return reduce(lambda found, letter: found * 26 + ord(letter) - 64, letters.upper(), 0) - 1
