"""The records of a .csv file one by one, also where some of them are broken."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOST_LINES = 1000
"""Lines over which one cell may go; a quote that is open for longer was never meant as one."""


class Record(NamedTuple):
    """A record, the number of the line on which it begins, and what is wrong with it, if anything.

    Of a broken one the only cell is its line.
    """

    line: int
    cells: list[str]
    broken: str = ""


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records of a text, in order; blank lines are records of no cells.

    >>> list(records(["a,b\\n", '1,"two\\n', 'lines"\\n', '2,"x"y\\n'], ","))[1:]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Record(line=2, cells=['1', 'two\\nlines'], broken=''),
     Record(line=4, cells=['2,"x"y'], broken="a quote is followed by more than ','")]
    """
    csv.field_size_limit(2**31 - 1)  # the largest that every system has
    unread = _Lines(lines)
    number = 1
    while unread.ahead(1):
        first = unread.ahead(1)[0]
        cells, taken = _cells(first, delimiter), 1
        if cells is None:
            cells, taken = _over_several(unread, delimiter)
        if cells is None:
            yield Record(number, [first.rstrip("\r\n")], _what_is_wrong(first, delimiter))
            taken = 1
        else:
            yield Record(number, cells)
        unread.drop(taken)
        number += taken


class _Lines:
    """Lines of which some can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._held: deque[str] = deque()

    def ahead(self, count: int) -> deque[str]:
        """The next lines, at least so many unless the text ends."""
        while len(self._held) < count:
            line = next(self._rest, None)
            if line is None:
                break
            self._held.append(line)
        return self._held

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._held.popleft()


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one whole record, None where it is none."""
    try:
        found = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if found else []


def _over_several(unread: _Lines, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of a record with ends of lines in them, and its number of lines."""
    text, quotes = "", 0
    for taken in range(1, MOST_LINES + 1):
        ahead = unread.ahead(taken)
        if len(ahead) < taken:
            break
        text += ahead[taken - 1]
        quotes += ahead[taken - 1].count('"')
        if taken > 1 and quotes % 2 == 0:
            return _cells(text, delimiter), taken
    return None, 1


def _what_is_wrong(line: str, delimiter: str) -> str:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "expected after" in str(error):
            return f"a quote is followed by more than {delimiter!r}"
    return "a quote is opened and not closed"
