"""Check this computer, then a workbook, in the order in which findings are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from xlfuncs.doctor.excel import find_excel, macro_findings
from xlfuncs.doctor.findings import Finding, do, note, ok
from xlfuncs.doctor.interpreter import (
    asked,
    interpreter_finding,
    library_findings,
    other_findings,
    probed,
    this_python,
    what_it_has,
)
from xlfuncs.doctor.workbook import Book, book_findings, version_finding
from xlfuncs.doctor.xlwings_conf import settings_of
from xlfuncs.hosts.libreoffice import Failed, NotFound, find_office


def findings(book: Book | None) -> Iterator[Finding]:
    """What was found, one line each."""
    yield this_python()
    yield from _on_windows(book) if sys.platform == "win32" else _elsewhere(book)


def _on_windows(book: Book | None) -> Iterator[Finding]:
    excel = find_excel()
    yield excel.finding
    settings = settings_of(book.path, book.opened) if book else settings_of(None, None)
    yield interpreter_finding(settings)
    yield from other_findings(settings)
    program, is_on_path = probed(settings)
    python = asked(program)
    if isinstance(python, str):
        yield do("Python", f"{program} {python}; install it anew")
    else:
        yield from what_it_has(python)
        yield from library_findings(python, is_on_path, excel.bits)
    if book is None:
        yield from macro_findings(None)
        return
    yield from book_findings(book)
    if book.has_macros:
        if not isinstance(python, str):
            yield from version_finding(book, program, python.xlwings, python.pip)
        yield from macro_findings(book.path, book.signed)


def _elsewhere(book: Book | None) -> Iterator[Finding]:
    try:
        installed = version("xlwings")
        yield ok("xlwings", f"{installed}, from which macro workbooks are built")
    except PackageNotFoundError:
        installed = None
        yield do("xlwings", "is not installed; macro workbooks are built from it")
    yield _libreoffice()
    yield note("Excel", "its functions need Excel on Windows")
    if book is not None:
        yield from book_findings(book)
        yield from version_finding(book, "this Python", installed, "pip install")


def _libreoffice() -> Finding:
    try:
        office = find_office()
    except NotFound:
        return do("LibreOffice", "was not found on the path; the functions need 25.2 or later")
    except Failed as error:
        return do("LibreOffice", str(error))
    return ok("LibreOffice", f"{'.'.join(map(str, office.version))}: {office.program}")
