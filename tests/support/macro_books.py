"""Macro workbooks as they are built, and what may have become of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from pyopenvba import ExcelFile

from tests.support.workbook_edits import shipped_workbook
from xlfuncs.xlsx.builder import WorkbookKind


def macro_book(folder: Path, name: str = "prices.xlsm") -> Path:
    """The shipped workbook with macros."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(shipped_workbook(kind=WorkbookKind.MACROS))
    return path


def edited_in_excel(path: Path, edit: Callable[[Any], None]) -> Path:
    """The same workbook after an edit; its macros stay."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    edit(book)
    book.save(path)
    return path


def with_module(path: Path, name: str, edit: Callable[[str], str] | None) -> Path:
    """The same workbook with a module edited, or without it."""
    with ExcelFile(path) as book:
        if edit is None:
            book.vba_project().delete_module(name)
        else:
            book.set_module(name, edit(book.get_module(name)))
        book.save()
    return path


def of_older_xlwings(path: Path) -> Path:
    """The same workbook as it was built when another xlwings was installed."""
    return with_module(path, "xlwings", lambda text: text.replace("0.37.8", "0.30.1"))
