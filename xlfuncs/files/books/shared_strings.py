"""The texts of a workbook, which its cells refer to by number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlfuncs.files.books.xml_parts import (
    MAIN,
    OutOfBounds,
    deeper,
    naming,
    parse,
    parser_of,
    refuse_strict,
)
from xlfuncs.files.unreadable import Unreadable

LARGEST = 128 * 2**20
MOST, MOST_OTHERS = 1_500_000, 6_000_000
"""Bytes of the part, texts in it, and elements that these consist of."""

ESCAPE = "_x([0-9A-Fa-f]{4})_"
"""How Excel stores a carriage return and its like within a text, and what looks like it."""

ITEM, RUN, TEXT = (f"{MAIN}}}{name}" for name in ("si", "r", "t"))


def unescaped(text: str) -> str:
    """A text as people see it, out of how it is stored.

    >>> unescaped("one_x000D_two"), unescaped("_x005F_x0041_")
    ('one\\rtwo', '_x0041_')
    """
    if "_x" not in text:
        return text
    return re.sub(ESCAPE, lambda found: chr(int(found[1], 16)), text)


def shared_strings(chunks: Iterable[bytes]) -> list[str]:
    """The texts of the part, in order. Raises Unreadable."""
    reader = _Reader()
    with naming("the part with its texts"):
        for _ in parse(parser_of(reader.start, reader.end, reader.text), chunks):
            if len(reader.found) > MOST or reader.others > MOST_OTHERS:
                raise Unreadable(f"has more than {MOST:,} texts; expected fewer")
    return reader.found


class _Reader:
    """Collects the texts; readings (for Asian languages) beside them are passed over."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.others = 0
        self._above: list[str] = []
        self._pieces: list[str] = []
        self._reads = False

    def start(self, name: str, _: dict[str, str]) -> None:
        above = self._above
        if not above:
            refuse_strict(name)
        deeper(len(above))
        if name == ITEM:
            if len(above) != 1:
                raise OutOfBounds("has a text within another")
            self._pieces.clear()
        else:
            self.others += 1
        self._reads = name == TEXT and above[-1] in {ITEM, RUN} and above[1] == ITEM
        above.append(name)

    def end(self, name: str) -> None:
        self._reads = False
        self._above.pop()
        if name == ITEM:
            self.found.append(unescaped("".join(self._pieces)))

    def text(self, text: str) -> None:
        if self._reads:
            self._pieces.append(text)
