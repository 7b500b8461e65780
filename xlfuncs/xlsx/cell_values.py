"""Values of cells as a workbook stores them: numbers, days, shared texts, number formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from xlfuncs.errors import Unreadable
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError
from xlfuncs.xlsx.xml_stream import (
    MAIN,
    RESAVE,
    TRUTHS,
    OutOfBounds,
    deeper,
    local,
    naming,
    parse,
    parser_of,
    refuse_strict,
)

# The texts of a workbook, which its cells refer to by number.

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


# The number format of each style that cells refer to.

GENERAL = "General"
BUILT_IN = {
    **BUILTIN_FORMATS,
    **dict.fromkeys((*range(27, 37), *range(50, 59)), BUILTIN_FORMATS[14]),
}
"""The formats that a workbook does not state; days in Chinese, Japanese and Korean as any days."""

MOST_FORMATS = 65_536
"""Styles, of which Excel writes 65,490 at most."""


def number_formats(styles: Element) -> list[str]:
    """The number formats by the numbers of the styles. Raises Unreadable."""
    refuse_strict(styles.tag)
    own: dict[str | None, str] = {}
    for each in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt"):
        number, code = each.get("numFmtId"), each.get("formatCode", GENERAL)
        if own.setdefault(number, code) != code:
            raise Unreadable(f"has two number formats with the number {number}; {RESAVE}")
    used = styles.findall(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    if len(used) > MOST_FORMATS:
        raise Unreadable(f"has {len(used):,} styles; expected at most {MOST_FORMATS:,}; {RESAVE}")
    return [_format_of(each.get("numFmtId", "0"), own) for each in used] or [GENERAL]


def _format_of(number: str, own: dict[str | None, str]) -> str:
    if number in own:
        return own[number]
    return BUILT_IN.get(int(number), GENERAL) if number.isdecimal() else GENERAL


# One cell of a workbook: what is entered in it, what is stored with it, and how it is shown.

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
LONGEST_NUMBER = 400
"""Characters of a number; programs write some twenty, and none has more than 310 digits."""

WHOLE = re.compile(r"[+-]?[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
BLANKS_OF_XML = " \t\r\n"


class Misread(ValueError):
    """A stored value that Excel would not have written; the text says which."""


class SheetCell:
    """A cell: its formula, None where there is none, the value stored, and the number format."""

    __slots__ = ("formula", "number_format", "value")

    def __init__(self, value: Cell, formula: Any = None, number_format: str = GENERAL) -> None:
        self.value = value
        self.formula = formula
        self.number_format = number_format

    @property
    def entered(self) -> Any:
        """What is entered: the formula as text or as openpyxl's ArrayFormula, else the value."""
        return self.value if self.formula is None else self.formula

    @property
    def is_date(self) -> bool:
        """Whether the value is a day or time, or a number that is shown as one.

        A duration, such as the hours that `[h]:mm` shows, is none.
        """
        if isinstance(self.value, (int, float)) and not isinstance(self.value, bool):
            return is_date_format(self.number_format) and not is_timedelta_format(
                self.number_format
            )
        return isinstance(self.value, date)


BLANK = SheetCell(None)


def stored_value(kind: str, text: str, strings: Sequence[str]) -> Cell:
    """A value out of its text and its kind, as the attribute `t` of a cell has it.

    >>> stored_value("n", "2.75", []), stored_value("s", "0", ["IP"]), stored_value("b", "1", [])
    (2.75, 'IP', True)
    >>> stored_value("n", "0x3E8", [])
    Traceback (most recent call last):
    xlfuncs.files.books.sheet_cells.Misread: '0x3E8', which is no number
    """
    if kind in {"str", "inlineStr"}:
        return unescaped(text) or None
    stated = text.strip(BLANKS_OF_XML)
    if kind == "e" and (not stated or stated.startswith("#")):
        return CellError(stated) if stated else WRONG_VALUE
    if not stated and kind in READERS:
        return None
    if kind == "s" and stated.isascii() and stated.isdecimal() and len(stated) < len(str(2**32)):
        if int(stated) < len(strings):
            return strings[int(stated)] or None
        raise Misread(f"the text with the number {stated}, of which there is none")
    reader = READERS.get(kind)
    if reader is None:
        raise Misread(f"a value of the kind {_shortened(kind)}, of which there is none")
    return reader(stated)


def _number(text: str) -> Cell:
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text) or not isfinite(float(text)):
        raise Misread(f"{_shortened(text)}, which is no number")
    return int(text) if WHOLE.fullmatch(text) else float(text)


def _truth(text: str) -> bool:
    if text not in TRUTHS:
        raise Misread(f"{_shortened(text)}, which is neither TRUE nor FALSE")
    return TRUTHS[text]


def _day(text: str) -> datetime:
    try:
        if DAY.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Misread(f"{_shortened(text)}, which is no day")


def _other(text: str) -> Cell:
    raise Misread(f"{_shortened(text)}, which is no error and the number of no text")


READERS = {"n": _number, "b": _truth, "d": _day, "s": _other, "e": _other}
"""How a value is read that is no text."""


def _shortened(text: str) -> str:
    return repr(text if len(text) <= len("123456789012345678901234567890") else f"{text[:27]}...")
