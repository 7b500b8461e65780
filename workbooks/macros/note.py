"""The note in a macro workbook of which sheets its stored prices come from.

The macros work it out in the same way when they open the workbook (`sheets.bas`). Where the two
should differ, prices are worked out anew, which costs time and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.workbook.defined_name import DefinedName

from xlfuncs.files.books.opened import open_workbook
from xlfuncs.tables.schema import AMENDMENTS, CONTRACT, TIERS

NAME = "xlfuncs_priced_from"
UNKNOWN = "not known yet"
PART = "xl/workbook.xml"
NOTED_SHEETS = (TIERS, AMENDMENTS, CONTRACT)

PRIMES = (2**31 - 1, 2**31 - 19)
FACTORS = (65599, 69069)
DIGITS = 15
"""What VBA shows of a number."""

DAY_LETTERS = "ymdhs"
"""Of number formats that show days or times."""


def add_note(book: Book) -> None:
    """Adds the hidden name that holds the note, with a text that stands for it."""
    book.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{UNKNOWN}"', hidden=True)


def noted(parts: Mapping[str, bytes], content: bytes) -> dict[str, bytes]:
    """The parts with the note in place; `content` is the workbook as a file."""
    note = fingerprint(_statement(content)).encode()
    return {**parts, PART: parts[PART].replace(UNKNOWN.encode(), note)}


def fingerprint(text: str) -> str:
    """Two remainders of a text that is read as a number, in doubles as VBA has them.

    >>> fingerprint("A"), fingerprint("Tiers")
    ('65-65', '930658385-1170323788')
    """
    units = text.encode("utf-16-le", "surrogatepass")
    remainders = [0.0, 0.0]
    for place in range(0, len(units), 2):
        code = int.from_bytes(units[place : place + 2], "little")
        for which, (factor, prime) in enumerate(zip(FACTORS, PRIMES, strict=True)):
            number = remainders[which] * factor + code
            remainders[which] = number - math.floor(number / prime) * prime
    return "-".join(f"{remainder:.0f}" for remainder in remainders)


def _statement(content: bytes) -> str:
    """What the sheets say, as one text; with another date system it would begin with another."""
    opened = open_workbook(content)
    lines = ["1904:0"]
    for title in NOTED_SHEETS:
        lines += [title, *_cells(opened.sheets[title].rows)]
    return "\n".join(lines)


def _cells(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            if cell.value is not None:
                yield f"{number},{column}={_exactly(cell.value, cell)}"


def _exactly(value: object, cell: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = _shown(float(value))
        look = cell.number_format.lower()
        kind = "%" * ("%" in look) + "d" * (not set(look).isdisjoint(DAY_LETTERS))
        return shown + _shown(float(value) - float(shown)) + kind
    text = str(value)
    return f"{len(text.encode('utf-16-le', 'surrogatepass')) // 2}'{text}"


def _shown(number: float) -> str:
    """A number as `Digits` of the macros shows it.

    >>> _shown(2.75), _shown(-0.5)
    (' 2.75', '-0.5')
    """
    return f"{'-' if number < 0 else ' '}{abs(number):.{DIGITS}G}"
