"""Files with a workbook's name that are something else, told by what they are."""

from __future__ import annotations

import re
from collections.abc import Container

from xlfuncs.files.books.xml_parts import RESAVE
from xlfuncs.files.unreadable import Unreadable

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of older Excel begins, and one that Excel has locked."""

SAVE_AS = "open it in Excel and use Save As, Excel Workbook (.xlsx)"
UNLOCK = (
    "is locked with a password; open it in Excel, remove the password "
    "(File, Info, Protect Workbook, Encrypt with Password) and save it again"
)
BEGINNING = 4096
"""Bytes at which a text is told from what is none."""

MARKS = (
    (rb"\s*<\?xml\b.*urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet of 2003"),
    (rb"\s*(<\?xml[^>]*>\s*)?(<!--.*-->\s*)?<(!doctype html|html|head|table|meta)\b", "a web page"),
    (rb"%PDF-", "a PDF document"),
)
OTHERS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("Index/Document.iwa", "a Numbers spreadsheet"),
    ("Index.zip", "a Numbers spreadsheet"),
)
"""Parts by which other packages are told."""

STATED, LONGEST_STATED = "mimetype", 200
"""The part in which a package of LibreOffice says what it is, and the bytes that this may take."""


def look_of(content: bytes) -> str:
    """What a file is that is no package, and what to do.

    >>> look_of(b"Quantity;Price").partition(";")[0]
    'is a text, such as CSV, and no workbook'
    """
    if not content:
        return "is empty; expected a workbook"
    if content.startswith(COMPOUND):
        return _compound(content)
    beginning = content[:BEGINNING].removeprefix(b"\xef\xbb\xbf")
    for pattern, what in MARKS:
        if re.match(pattern, beginning, re.IGNORECASE | re.DOTALL):
            return f"is {what} and no workbook; {SAVE_AS}"
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if wide or not re.search(rb"[\x00-\x08\x0e-\x1f]", beginning):
        return f"is a text, such as CSV, and no workbook; {SAVE_AS}"
    return f"damaged, or no .xlsx workbook; {RESAVE}"


def _compound(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UNLOCK
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return f"is a workbook of Excel 97-2003 (.xls); {SAVE_AS}"
    return f"is a file of Excel 97-2003 (.xls), or one locked with a password; {SAVE_AS}"


def refuse_lookalike(names: Container[str], stated: bytes) -> None:
    """Raises Unreadable for a package that is no workbook of this kind.

    `stated` is what the package of another program says of itself, blank where it says nothing.
    """
    for name, what in OTHERS:
        if name in names:
            raise Unreadable(f"is {what}; {SAVE_AS}")
    if b"opendocument.spreadsheet" in stated:
        raise Unreadable(f"is an OpenDocument spreadsheet (.ods); {SAVE_AS}")
    if stated:
        raise Unreadable(f"is no workbook, but {stated.decode('ascii', 'replace')!r}; {SAVE_AS}")
