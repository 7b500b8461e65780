"""The texts of a workbook, which its cells refer to by number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlfuncs.files.books.xml_parts import (
    MAIN,
    OutOfBounds,
    deeper,
    local,
    naming,
    parse,
    parser_of,
    refuse_strict,
)
from xlfuncs.files.unreadable import Unreadable

LARGEST = 128 * 2**20
MOST_TEXTS, MOST_OTHERS = 1_500_000, 6_000_000
"""Bytes of the part, texts in it, and elements that these consist of."""

ESCAPE = "_x([0-9A-Fa-f]{4})_"
"""How Excel stores a carriage return and its like within a text, and what looks like it."""

LIST, ITEM, INLINE, RUN, LOOK, TEXT, READING, READINGS, MORE = (
    f"{MAIN}}}{name}"
    for name in ("sst", "si", "is", "r", "rPr", "t", "rPh", "phoneticPr", "extLst")
)
OF_A_TEXT = {TEXT, RUN, READING, READINGS}
WITHIN = {
    LIST: {ITEM, MORE},
    **dict.fromkeys((ITEM, INLINE), OF_A_TEXT),
    RUN: {LOOK, TEXT},
    READING: {TEXT},
}
"""What a text consists of; readings, for Asian languages, are not read."""


def refuse_other(name: str, parent: str) -> None:
    """Raises OutOfBounds for an element of a text that is not understood."""
    if parent != LOOK and name not in WITHIN.get(parent, ()):
        raise OutOfBounds(f"has {local(name)!r} in {local(parent)!r}, which is not understood")


def refuse_text(text: str, parent: str) -> None:
    """Raises OutOfBounds for characters that belong to no text."""
    if parent != TEXT and text.strip():
        raise OutOfBounds(f"has {text[:20]!r} in {local(parent)!r}, which is not understood")


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
            if len(reader.found) > MOST_TEXTS or reader.others > MOST_OTHERS:
                raise Unreadable(f"has more than {MOST_TEXTS:,} texts; expected fewer")
    return reader.found


class _Reader:
    """Collects the texts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.others = 0
        self._above: list[str] = []
        self._pieces: list[str] = []
        self._reads = False

    def start(self, name: str, _: dict[str, str]) -> None:
        above = self._above
        deeper(len(above))
        if not above:
            refuse_strict(name)
            if name != LIST:
                raise OutOfBounds(f"is damaged (it begins with {local(name)!r})")
        elif name == ITEM or MORE not in above[1:2]:
            refuse_other(name, above[-1])
        if name == ITEM:
            self._pieces.clear()
        else:
            self.others += 1
        self._reads = name == TEXT and above[-1] in {ITEM, RUN}
        above.append(name)

    def end(self, name: str) -> None:
        self._reads = False
        self._above.pop()
        if name == ITEM:
            self.found.append(unescaped("".join(self._pieces)))

    def text(self, text: str) -> None:
        if self._reads:
            self._pieces.append(text)
        elif MORE not in self._above[1:2]:
            refuse_text(text, self._above[-1])
