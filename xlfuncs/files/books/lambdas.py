"""The names of a workbook that hold functions, each as a text that can be compared."""

from __future__ import annotations

import re

from xlfuncs.files.books.packages import Parts, in_one_sentence, package_of, tree_of
from xlfuncs.files.books.relations import main_part
from xlfuncs.files.books.xml_parts import MAIN

FUNCTION = "_xlfn.LAMBDA("
"""How the text of a name begins that holds a function."""

MARKS = r"_xlfn\.|_xlws\.|_xlpm\.|_xlop\."


def lambdas_of(parts: Parts) -> dict[str, str]:
    """The functions in names, by name; spaces and letter case do not count. Raises Unreadable.

    A name may be one of a single sheet, where it comes before that of the workbook.
    """
    found: dict[str, str] = {}
    with in_one_sentence():
        root = tree_of(parts, main_part(parts))
        titles = [each.get("name", "") for each in root.iter(f"{{{MAIN}}}sheet")]
        for each in root.iter(f"{{{MAIN}}}definedName"):
            name, sheet = each.get("name", ""), each.get("localSheetId")
            name = name if sheet is None else f"{titles[int(sheet)]}!{name}"
            if is_function(each.text):
                found[name] = found.get(name, "") + compared(each.text or "")
    return found


def is_function(text: str | None) -> bool:
    """Whether the text of a name is a function."""
    return (text or "").lstrip().startswith(FUNCTION)


def compared(text: str) -> str:
    """A function's text as it is compared.

    >>> compared("_xlfn.LAMBDA(_xlpm.cells,\\n  ROWS(_xlpm.cells))")
    'lambda(cells,rows(cells))'
    """
    return re.sub(rf"\s|{MARKS}", "", text).casefold()


def has_functions(content: bytes) -> bool:
    """Whether a workbook brings functions along as names. Raises Unreadable."""
    return bool(lambdas_of(package_of(content)))
