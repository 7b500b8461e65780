"""Check a workbook: its sheets, its macros, and the version of xlwings that these are from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlfuncs.doctor import Finding, do, ok
from xlfuncs.errors import format_quoted
from xlfuncs.loader import load_bytes
from xlfuncs.sheets.parsers import Reading
from xlfuncs.xlsx.generated_content import read_lambdas
from xlfuncs.xlsx.reader import OpenWorkbook, open_workbook, read_contract
from xlfuncs.xlsx.vba.project import read_macros

MODULES = (
    *("PriceFunctions", "PriceAnswers", "PricePython", "PriceSheets", "PriceChanges"),
    *("xlwings", "Dictionary"),
)
"""The macros that the functions need."""

VERSION = re.compile(r'xlwings_versionasstring="([0-9][0-9a-z.]{0,29})"')
"""The version in the module xlwings, spelled as modules are compared.

It may be nothing but a version: it becomes part of a command that people type.
"""


@dataclass(frozen=True, slots=True)
class CheckedWorkbook:
    """An opened workbook: the contract on its sheets, and its macros by the names of the modules.

    `has_lambdas` says whether its functions are names that Excel 365 calculates by itself.
    """

    path: Path
    opened: OpenWorkbook
    reading: Reading
    macros: Mapping[str, str]
    is_signed: bool
    has_lambdas: bool

    @property
    def has_macros(self) -> bool:
        return any(name in self.macros for name in MODULES)

    @property
    def xlwings(self) -> str | None:
        """The version of xlwings that its macros were taken from."""
        found = VERSION.search(self.macros.get("xlwings", ""))
        return found and found[1]


def load_checked_workbook(path: Path) -> CheckedWorkbook:
    """Open a workbook. Raises FileFormatError."""
    opened = open_workbook(load_bytes(path))
    return CheckedWorkbook(
        path,
        opened,
        read_contract(opened),
        read_macros(opened.package),
        is_signed=any(name.startswith("xl/vbaProjectSignature") for name in opened.package),
        has_lambdas=bool(read_lambdas(opened.package)),
    )


def check_workbook(book: CheckedWorkbook) -> Iterator[Finding]:
    """Check what does not depend on the computer: the sheets and the macros."""
    problems = book.reading.problems
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        command = f"xlfuncs check --contract {format_quoted(book.path)}"
        yield do(book.path, f"{problems[0]}{more}; {command} lists every problem")
    else:
        yield ok(book.path, "its sheets have no problems")
    yield _check_macros(book)


def _check_macros(book: CheckedWorkbook) -> Finding:
    missing = [name for name in MODULES if name not in book.macros]
    if not missing:
        return ok(book.path, "has the macros of the functions")
    if book.has_lambdas and not book.has_macros:
        return ok(
            book.path, "has its functions as names, which Excel 365 calculates without Python"
        )
    if not book.has_macros:
        new = book.path.with_suffix(".xlsm")
        if new == book.path:
            new = book.path.with_stem(f"{book.path.stem} with functions")
        command = f"xlfuncs build --contract {format_quoted(book.path)} -o {format_quoted(new)}"
        return do(
            book.path, f"has no macros, so its functions do not work in Excel; type {command}"
        )
    return do(book.path, f"is missing the macros {', '.join(missing)}; {_rebuild(book)}")


def check_xlwings_version(
    book: CheckedWorkbook, program: object, installed: str | None, pip: str
) -> Iterator[Finding]:
    """Check whether the macros of a workbook and a Python have the same xlwings.

    `installed` is the version that `program` has, and `pip` the command that installs another.
    """
    if book.xlwings is None and "xlwings" in book.macros:
        yield do(book.path, f"its xlwings module states no version; {_rebuild(book)}")
    if book.xlwings is None or installed is None:
        return
    if book.xlwings == installed:
        yield ok(book.path, f"its macros are from xlwings {installed}, as {program} has it")
        return
    yield do(
        book.path,
        f"its macros are from xlwings {book.xlwings}, but {program} has {installed}; "
        f"{_rebuild(book)}, or {pip} xlwings=={book.xlwings}",
    )


def _rebuild(book: CheckedWorkbook) -> str:
    return f"rebuild it (xlfuncs build --keep -o {format_quoted(book.path)})"
