"""Check this computer, then a workbook, in the order in which findings are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from xlfuncs.doctor import Finding, do, note, ok
from xlfuncs.doctor.excel import check_excel, check_macro_settings, find_excel
from xlfuncs.doctor.interpreter import (
    check_dll,
    check_interpreter,
    check_other_settings,
    check_packages,
    check_this_python,
    choose_python,
    inspect_python,
)
from xlfuncs.doctor.workbook import CheckedWorkbook, check_workbook, check_xlwings_version
from xlfuncs.doctor.xlwings_conf import load_settings
from xlfuncs.hosts.libreoffice import Failed, NotFound, find_office


def check_computer(book: CheckedWorkbook | None) -> Iterator[Finding]:
    """Check this computer and, if there is one, a workbook; some checks take a while."""
    yield check_this_python()
    yield from _check_windows(book) if sys.platform == "win32" else _check_elsewhere(book)


def _check_windows(book: CheckedWorkbook | None) -> Iterator[Finding]:
    excel = find_excel()
    yield check_excel(excel)
    settings = load_settings(book.path, book.opened) if book else load_settings()
    yield check_interpreter(settings)
    yield from check_other_settings(settings)
    chosen = choose_python(settings)
    python = inspect_python(chosen.program)
    if isinstance(python, str):
        yield do("Python", f"{chosen.program} {python}; reinstall it")
    else:
        yield from check_packages(python)
        yield from check_dll(python, chosen.is_on_path, excel.bits)
    if book is None:
        yield from check_macro_settings(None)
        return
    yield from check_workbook(book)
    if book.has_macros:
        if not isinstance(python, str):
            yield from check_xlwings_version(book, chosen.program, python.xlwings, python.pip)
        yield from check_macro_settings(book.path, book.is_signed)


def _check_elsewhere(book: CheckedWorkbook | None) -> Iterator[Finding]:
    try:
        installed = version("xlwings")
        yield ok("xlwings", f"{installed}, from which macro workbooks are built")
    except PackageNotFoundError:
        installed = None
        yield do("xlwings", "is not installed; macro workbooks are built from it")
    yield _check_libreoffice()
    yield note("Excel", "its functions need Excel on Windows")
    if book is not None:
        yield from check_workbook(book)
        yield from check_xlwings_version(book, "this Python", installed, "pip install")


def _check_libreoffice() -> Finding:
    try:
        office = find_office()
    except NotFound:
        return do("LibreOffice", "was not found on the path; the functions need 25.2 or later")
    except Failed as error:
        return do("LibreOffice", str(error))
    return ok("LibreOffice", f"{'.'.join(map(str, office.version))}: {office.program}")
