"""Where something was read, for messages and citations."""

from __future__ import annotations

from string import ascii_uppercase
from typing import NamedTuple

LAST_ROW = 1_048_576
"""The last row that a sheet of Excel has."""


class SheetPlace(NamedTuple):
    """A row of a sheet; `columns` gives the letter of each field's column."""

    sheet: str
    row: int
    columns: dict[str, str]

    def cell(self, field: str) -> str:
        return f"{self.sheet}!{self.columns.get(field, 'A')}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet} row {self.row}"


class KeyPlace(NamedTuple):
    """A table of a contract file, such as `amendments[1].rows[2]`, the first being 1.

    `elsewhere` gives the keys that stand in a table above, such as the document's title.
    """

    path: str
    elsewhere: dict[str, str]

    def cell(self, field: str) -> str:
        return self.elsewhere.get(field, f"{self.path}.{field}")

    def __str__(self) -> str:
        return self.path


def row_of(cell: str) -> int:
    """The row of a cell, counted from 1.

    >>> row_of("B12")
    12
    """
    return int(cell.lstrip(ascii_uppercase))


def column_index(letters: str) -> int:
    """The index of a column by its letters, the other way round.

    >>> column_index("A"), column_index("AA")
    (0, 26)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def column_letter(index: int) -> str:
    """The letter of a column counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
