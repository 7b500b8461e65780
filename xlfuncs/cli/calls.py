"""The calls of the functions in a workbook's formulas, whatever the prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlfuncs.files.books.opened import Opened, open_workbook
from xlfuncs.files.books.packages import in_one_sentence, texts_of
from xlfuncs.functions.declared import FUNCTIONS
from xlfuncs.tables.particulars import is_prefix

NAMES = "|".join(function.name for function in FUNCTIONS)
CALL = re.compile(rf"(?<![\w.])([A-Z][A-Z0-9]*)_(?:{NAMES})\s*\(", re.IGNORECASE)
OF_NO_SHEET = r"xl/(?:[^/]*|(?:tables|charts|pivotTables|externalLinks)/[^/]*)\.xml"
"""Parts with formulas that are in no cell; those of the texts of cells have none."""


def calls_of(text: str) -> set[str]:
    """The prefixes of the functions that a formula calls.

    >>> calls_of("=IF(A1>0,QUALYS_PRICE(A1,B1),MY_PRICE(2))") == {"QUALYS", "MY"}
    True
    """
    found = {prefix.upper() for prefix in CALL.findall(text)}
    return {prefix for prefix in found if is_prefix(prefix)}


def prefixes_called(content: bytes) -> list[str]:
    """The prefixes that any formula of a workbook calls, in order. Raises Unreadable."""
    found: set[str] = set()
    with in_one_sentence():
        opened = open_workbook(content)
        for sheet in opened.sheets.values():
            for formula in (*sheet.formulas_beside, *(text for _, text, _ in sheet.formulas())):
                found |= calls_of(formula)
        for text in _of_no_sheet(opened):
            found |= calls_of(text)
    return sorted(found)


def _of_no_sheet(opened: Opened) -> Iterator[str]:
    """The formulas of names, tables, charts and the like."""
    for name in opened.package:
        if re.fullmatch(OF_NO_SHEET, name, re.IGNORECASE) and name != opened.part.strings:
            yield from texts_of(opened.package, name)
