"""The calls of the functions in a workbook's formulas, whatever the prefix."""

from __future__ import annotations

import re

from xlfuncs.files.books.packages import parts_of
from xlfuncs.functions.declared import FUNCTIONS
from xlfuncs.tables.particulars import is_prefix

NAMES = "|".join(function.name for function in FUNCTIONS)
CALL = re.compile(rf"(?<![\w.])([A-Z][A-Z0-9]*)_(?:{NAMES})\s*\(", re.IGNORECASE)
TEXTS = "xl/sharedStrings.xml"
"""What stands in cells as text; the Guide shows how the functions are called."""


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
    for name, part in parts_of(content).items():
        if name.startswith("xl/") and name.endswith(".xml") and name != TEXTS:
            found |= calls_of(part.decode("utf-8", "replace"))
    return sorted(found)
