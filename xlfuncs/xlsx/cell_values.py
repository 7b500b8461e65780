"""Values of cells as a workbook stores them: numbers, days, shared texts, number formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from xlfuncs.errors import FileFormatError
from xlfuncs.sheets.cells import WRONG_VALUE, Cell, CellError, shorten
from xlfuncs.xlsx.xml_stream import (
    MAIN,
    RESAVE,
    TRUTHS,
    OutOfBounds,
    local_name,
    make_parser,
    name_part,
    next_depth,
    parse,
    refuse_strict,
)

# The texts of a workbook, which its cells refer to by number.

LARGEST_STRINGS = 128 * 2**20
MOST_TEXTS, MOST_OTHERS = 1_500_000, 6_000_000
"""Bytes of the part, texts in it, and elements that these consist of."""

ESCAPE = "_x([0-9A-Fa-f]{4})_"
"""How Excel stores a carriage return and its like within a text, and what looks like it."""

NOT_IN_XML = r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"
"""Characters that XML does not hold, or not as they are."""

LIST, ITEM, INLINE, RUN, STYLE, TEXT, READING, READINGS, MORE = (
    f"{MAIN}}}{name}"
    for name in ("sst", "si", "is", "r", "rPr", "t", "rPh", "phoneticPr", "extLst")
)
OF_A_TEXT = {TEXT, RUN, READING, READINGS}
WITHIN = {
    LIST: {ITEM, MORE},
    **dict.fromkeys((ITEM, INLINE), OF_A_TEXT),
    RUN: {STYLE, TEXT},
    READING: {TEXT},
}
"""What a text consists of; readings, as of Asian languages, are passed over."""


def refuse_other(name: str, parent: str) -> None:
    """Raises OutOfBounds for an element of a text that is not understood."""
    if parent != STYLE and name not in WITHIN.get(parent, ()):
        raise OutOfBounds(
            f"has {local_name(name)!r} in {local_name(parent)!r}, which is not understood"
        )


def refuse_text(text: str, parent: str) -> None:
    """Raises OutOfBounds for characters that belong to no text."""
    if parent != TEXT and text.strip():
        raise OutOfBounds(f"has {text[:20]!r} in {local_name(parent)!r}, which is not understood")


def escape_text(text: str) -> str:
    """A text as a workbook stores it, where `_x0041_` is the letter A.

    >>> escape_text("_x0041_"), escape_text("one\\rtwo")
    ('_x005F_x0041_', 'one_x000D_two')
    """
    text = re.sub(f"_(?={ESCAPE[1:]})", "_x005F_", text)
    return re.sub(NOT_IN_XML, lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape_text(text: str) -> str:
    """A text as people see it, from how a workbook stores it.

    >>> unescape_text("one_x000D_two"), unescape_text("_x005F_x0041_")
    ('one\\rtwo', '_x0041_')
    """
    if "_x" not in text:
        return text
    return re.sub(ESCAPE, lambda found: chr(int(found[1], 16)), text)


def read_shared_strings(chunks: Iterable[bytes]) -> list[str]:
    """Read the texts of the part, in order. Raises FileFormatError."""
    reader = _StringsReader()
    with name_part("the part with its texts"):
        for _ in parse(make_parser(reader.start, reader.end, reader.text), chunks):
            if len(reader.found) > MOST_TEXTS or reader.others > MOST_OTHERS:
                raise FileFormatError(f"has more than {MOST_TEXTS:,} texts; expected fewer")
    return reader.found


class _StringsReader:
    """Collects the texts of the part."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.others = 0
        self._above: list[str] = []
        self._pieces: list[str] = []
        self._reads = False

    def start(self, name: str, _: dict[str, str]) -> None:
        above = self._above
        next_depth(len(above))
        if not above:
            refuse_strict(name)
            if name != LIST:
                raise OutOfBounds(f"is damaged (it begins with {local_name(name)!r})")
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
            self.found.append(unescape_text("".join(self._pieces)))

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
"""The formats that no workbook states; those of Chinese, Japanese and Korean days as of any day."""

MOST_FORMATS = 65_536
"""Styles, of which Excel writes 65,490 at most."""


def read_number_formats(styles: Element) -> list[str]:
    """Read the number formats by the numbers of the styles. Raises FileFormatError."""
    refuse_strict(styles.tag)
    own: dict[str | None, str] = {}
    for each in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt"):
        number, code = each.get("numFmtId"), each.get("formatCode", GENERAL)
        if own.setdefault(number, code) != code:
            raise FileFormatError(f"has two number formats with the number {number}; {RESAVE}")
    used = styles.findall(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    if len(used) > MOST_FORMATS:
        raise FileFormatError(
            f"has {len(used):,} styles; expected at most {MOST_FORMATS:,}; {RESAVE}"
        )
    return [_find_format(each.get("numFmtId", "0"), own) for each in used] or [GENERAL]


def _find_format(number: str, own: dict[str | None, str]) -> str:
    if number in own:
        return own[number]
    return BUILT_IN.get(int(number), GENERAL) if number.isdecimal() else GENERAL


# One cell of a workbook: what is entered, the value stored with it, and its number format.

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
SHOWN = 30
"""Characters of a value that a message quotes."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")


class Misread(ValueError):
    """A stored value that Excel would not have written; the text says which."""


@dataclass(slots=True, eq=False)
class SheetCell:
    """A cell: the value stored, its formula, None where there is none, and the number format.

    A formula is a text, or openpyxl's ArrayFormula. Not frozen, for there are millions.
    """

    value: Cell
    formula: Any = None
    number_format: str = GENERAL

    @property
    def input(self) -> Any:
        """What is entered: the formula, or else the value."""
        return self.value if self.formula is None else self.formula

    @property
    def formula_text(self) -> str:
        """The formula, also of an array, as text; blank where there is none."""
        return "" if self.formula is None else str(getattr(self.formula, "text", self.formula))

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


def parse_value(kind: str, text: str, strings: Sequence[str]) -> Cell:
    """A value from its text and its kind, the attribute `t` of a cell. Raises Misread.

    >>> parse_value("n", "2.75", []), parse_value("s", "0", ["IP"]), parse_value("b", "1", [])
    (2.75, 'IP', True)
    >>> parse_value("n", "0x3E8", [])
    Traceback (most recent call last):
    xlfuncs.xlsx.cell_values.Misread: '0x3E8', which is not a number
    """
    if kind in {"str", "inlineStr"}:
        return unescape_text(text) or None
    stated = text.strip(" \t\r\n")
    if kind == "e" and (not stated or stated.startswith("#")):
        return CellError(stated) if stated else WRONG_VALUE
    if not stated and kind in PARSERS:
        return None
    if kind == "s" and stated.isascii() and stated.isdecimal() and len(stated) < len(str(2**32)):
        if int(stated) < len(strings):
            return strings[int(stated)] or None
        raise Misread(f"the text with the number {stated}, which does not exist")
    parser = PARSERS.get(kind)
    if parser is None:
        raise Misread(f"a value of the kind {shorten(kind, SHOWN)!r}, which does not exist")
    return parser(stated)


def _parse_number(text: str) -> Cell:
    # programs write some twenty characters, and no number has more than 310 digits
    if len(text) > 400 or not NUMBER.fullmatch(text) or not isfinite(float(text)):
        raise Misread(f"{shorten(text, SHOWN)!r}, which is not a number")
    return int(text) if text.lstrip("+-").isdecimal() else float(text)


def _parse_truth(text: str) -> bool:
    if text not in TRUTHS:
        raise Misread(f"{shorten(text, SHOWN)!r}, which is neither TRUE nor FALSE")
    return TRUTHS[text]


def _parse_day(text: str) -> datetime:
    try:
        if DAY.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Misread(f"{shorten(text, SHOWN)!r}, which is not a day")


def _refuse(text: str) -> Cell:
    raise Misread(f"{shorten(text, SHOWN)!r}, which is neither an error nor the number of a text")


PARSERS = {"n": _parse_number, "b": _parse_truth, "d": _parse_day, "s": _refuse, "e": _refuse}
"""How a value is parsed that is no text, by its kind."""
