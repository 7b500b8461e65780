"""Open a ledger, whichever kind of file it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from xlfuncs.ledgers.columns import Form
from xlfuncs.ledgers.csv_source import open_csv, open_csv_carefully
from xlfuncs.ledgers.parquet_source import open_parquet
from xlfuncs.ledgers.query import Source
from xlfuncs.ledgers.workbook_source import open_sheet
from xlfuncs.pricing.outcomes import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# What a file is by its content, whatever its name says.

AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
START = 2**12
"""Bytes at the beginning of a file by which it is known."""


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of file: the end of the name that it should have, how it is called, what to do."""

    suffix: str
    words: str
    remedy: str


def _named(suffix: str, words: str) -> Content:
    return Content(suffix, words, f"give it a name that ends in {suffix}")


WORKBOOK = _named(".xlsx", "a workbook of Excel")
PARQUET = _named(".parquet", "a Parquet file")
TEXT = _named(".csv", "text")
LOCKED = Content("", "a workbook with a password", "save it in Excel without the password")
OLD = Content("", "an .xls or another file of the old Excel", AS_XLSX)
BINARY = Content("", "an .xlsb", AS_XLSX)
OPEN = Content("", "a document of LibreOffice, such as .ods", AS_XLSX)
OLD_XML = Content("", "XML, perhaps a spreadsheet of 2003", AS_XLSX)
WEB_PAGE = Content("", "a web page", AS_XLSX)
PACKED = Content("", "a packed file", "unpack it first")
PAGES = Content("", "a .pdf", "ask for the purchases as .csv or .xlsx")
EMPTY = Content("", "empty", "export the ledger again")
UNKNOWN = Content("", "neither text nor a workbook nor Parquet", "export the ledger again")

_BEGINNINGS = (
    (rb"PAR1", PARQUET),
    (rb"%PDF", PAGES),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ|\x28\xb5\x2f\xfd", PACKED),
    (rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|table|meta)\b", WEB_PAGE),
    (rb"(?i)(\xef\xbb\xbf)?\s*<\?xml\b(?s:.*?)<html\b", WEB_PAGE),
    (rb"(\xef\xbb\xbf)?\s*<\?xml\b", OLD_XML),
)
_MARKED = (b"\xff\xfe", b"\xfe\xff")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def refuse_another_kind(path: Path, suffix: str) -> None:
    """Raise BadInput for a file that is of another kind than the end of its name says."""
    found = find_content(path, suffix)
    if found.suffix != suffix:
        raise BadInput(f"is {found.words}; {found.remedy}")


def find_content(path: Path, suffix: str) -> Content:
    """Find what a file is; one that is called .csv is text unless it is plainly another."""
    with path.open("rb") as file:
        start = file.read(START)
        if not start:
            return EMPTY
        if start.startswith(_OLD):
            return LOCKED if _has_bytes(path, _ENCRYPTED) else OLD
    if start.startswith(b"PK\x03\x04"):
        return _find_package(path)
    for pattern, content in _BEGINNINGS:
        if re.match(pattern, start):
            return content
    if suffix == ".csv" or start.startswith(_MARKED) or not _CONTROLS.search(start):
        return TEXT
    return UNKNOWN


def _find_package(path: Path) -> Content:
    try:
        with ZipFile(path) as package:
            names = {name.replace("\\", "/").lstrip("/").casefold() for name in package.namelist()}
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return WORKBOOK  # a damaged one, as will be said
    if "xl/workbook.bin" in names:
        return BINARY
    if "mimetype" in names or "content.xml" in names:
        return OPEN
    return WORKBOOK if "[content_types].xml" in names else PACKED


def _has_bytes(path: Path, words: bytes) -> bool:
    """Whether a file has these bytes."""
    last = b""
    with path.open("rb") as file:
        while piece := file.read(2**20):
            if words in last + piece:
                return True
            last = piece[-len(words) :]
    return False


# Opening a ledger of any kind.


def open_ledger(
    path: Path, form: Form, database: DuckDBPyConnection, folder: Path
) -> Iterator[Source]:
    """Open a ledger in each way there is, the fastest first; the next is for where that fails.

    Temporary files go to the folder. Raises BadInput.
    """
    kind = path.suffix.lower()
    refuse_another_kind(path, kind)
    if kind == ".parquet":
        yield open_parquet(path, form, database)
    elif kind == ".xlsx":
        yield open_sheet(path, form, folder)
    else:
        source = open_csv(path, form)
        if source is not None:
            yield source
        yield open_csv_carefully(path, form, folder)
