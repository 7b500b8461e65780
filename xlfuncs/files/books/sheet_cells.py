"""One cell of a workbook: what is entered in it, what is stored with it, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format

from xlfuncs.files.books.number_formats import GENERAL
from xlfuncs.files.books.shared_strings import unescaped
from xlfuncs.files.books.xml_parts import TRUTHS
from xlfuncs.tables.cells import WRONG_VALUE, Cell, CellError

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
