"""Check a workbook: macros from here, sound sheets, the right xlwings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xlfuncs.doctor.findings import Finding, do, ok
from xlfuncs.errors import quoted
from xlfuncs.loader import load_bytes
from xlfuncs.sheets.reader import Reading
from xlfuncs.xlsx.inventory import lambdas_of
from xlfuncs.xlsx.reader import Opened, open_workbook, reading_of
from xlfuncs.xlsx.vba.reader import macros_of

MODULES = (
    *("PriceFunctions", "PriceAnswers", "PricePython", "PriceSheets", "PriceChanges"),
    *("xlwings", "Dictionary"),
)
"""The macros without which the functions do not answer."""

VERSION = re.compile(r'xlwings_versionasstring="([0-9][0-9a-z.]{0,29})"')
"""What the module xlwings says of itself, as modules are compared.

Nothing but a version: it becomes part of a command that people type.
"""

SIGNATURE = "xl/vbaProjectSignature"
"""How the parts of a workbook begin that sign its macros."""


class Book(NamedTuple):
    """A workbook as it was opened: its sheets, what they say, and its macros by their names,
    which somebody may have signed, and whether its functions are names.
    """

    path: Path
    opened: Opened
    reading: Reading
    macros: dict[str, str]
    signed: bool
    names: bool

    @property
    def has_macros(self) -> bool:
        return any(name in self.macros for name in MODULES)

    @property
    def xlwings(self) -> str | None:
        """The version of xlwings that its macros were taken from."""
        found = VERSION.search(self.macros.get("xlwings", ""))
        return found and found[1]


def open_book(path: Path) -> Book:
    """Opens a workbook. Raises Unreadable."""
    content = load_bytes(path)
    opened = open_workbook(content)
    parts = opened.package
    signed = any(name.startswith(SIGNATURE) for name in parts)
    named = bool(lambdas_of(parts))
    return Book(path, opened, reading_of(opened), macros_of(parts), signed, named)


def book_findings(book: Book) -> list[Finding]:
    """What is wrong with the workbook itself, on whichever computer."""
    return [_sheets(book), _macros(book)]


def _sheets(book: Book) -> Finding:
    problems = book.reading.problems
    if not problems:
        return ok(book.path, "its sheets have no problem")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    all_of_them = f"xlfuncs check --contract {quoted(book.path)}"
    return do(book.path, f"{problems[0]}{more}; {all_of_them} lists all that is wrong")


def _macros(book: Book) -> Finding:
    missing = [name for name in MODULES if name not in book.macros]
    if not missing:
        return ok(book.path, "has the macros of the functions")
    if book.names and not book.has_macros:
        return ok(book.path, "has its functions as names, which Excel 365 answers without Python")
    if not book.has_macros:
        new = book.path.with_suffix(".xlsm")
        if new == book.path:
            new = book.path.with_stem(f"{book.path.stem} with functions")
        way_out = f"xlfuncs build --contract {quoted(book.path)} -o {quoted(new)}"
        return do(book.path, f"has no macros, so its functions answer nothing in Excel; {way_out}")
    return do(book.path, f"lacks the macros {', '.join(missing)}; {_anew(book)}")


def version_finding(
    book: Book, program: object, installed: str | None, pip: str
) -> Iterator[Finding]:
    """Whether a workbook's macros and a Python have the same xlwings."""
    if book.xlwings is None and "xlwings" in book.macros:
        yield do(book.path, f"its module xlwings names no version of xlwings; {_anew(book)}")
    if book.xlwings is None or installed is None:
        return
    if book.xlwings == installed:
        yield ok(book.path, f"its macros are those of xlwings {installed}, as {program} has it")
        return
    yield do(
        book.path,
        f"its macros are those of xlwings {book.xlwings}, and {program} has {installed}; "
        f"{_anew(book)}, or {pip} xlwings=={book.xlwings}",
    )


def _anew(book: Book) -> str:
    return f"build it anew (xlfuncs build --keep -o {quoted(book.path)})"
