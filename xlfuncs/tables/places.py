"""Where something was read, for messages and citations."""

from __future__ import annotations

import re
from typing import NamedTuple

LAST_ROW, COLUMNS_OF_A_SHEET = 1_048_576, 16_384
"""The last row that a sheet of Excel has, and how many columns."""

_AREA = re.compile("([A-Z]{0,3})([0-9]{0,7}):([A-Z]{0,3})([0-9]{0,7})")


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


def last_row_of(area: str) -> int | None:
    """The last row of a range, also of whole rows and columns; None where it is no range.

    >>> last_row_of("A5:B6"), last_row_of("5:6"), last_row_of("A:B"), last_row_of("A5:B0")
    (6, 6, 1048576, None)
    """
    found = _AREA.fullmatch(area)
    if not found:
        return None
    letters, numbers = found.group(1, 3), found.group(2, 4)
    if all(letters) and not any(numbers):
        numbers = ("1", str(LAST_ROW))
    elif any(letters) != all(letters):
        return None
    in_sheet = all(column_index(each) < COLUMNS_OF_A_SHEET for each in letters)
    if not in_sheet or not all(each and 1 <= int(each) <= LAST_ROW for each in numbers):
        return None
    return max(map(int, numbers))


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
