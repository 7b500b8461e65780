"""Open a ledger, whichever kind of file it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from xlfuncs.ledgers.columns import Form
from xlfuncs.ledgers.csv_source import open_csv, open_csv_carefully
from xlfuncs.ledgers.parquet_source import open_parquet
from xlfuncs.ledgers.query import Source
from xlfuncs.ledgers.workbook_source import open_workbook_source
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.xlsx.package import FileFormat, detect_format, package_format

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# What a file is by its content, whatever its name says.

AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
AGAIN = "export the ledger again"


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of file: what it is called, what to do, and how its name should end, if it is read."""

    words: str
    remedy: str
    suffix: str = ""


def _named(suffix: str, words: str) -> Content:
    return Content(words, f"give it a name that ends in {suffix}", suffix)


WORKBOOK, TEXT = _named(".xlsx", "an Excel workbook"), _named(".csv", "text")
CONTENTS = {
    FileFormat.EMPTY: Content("empty", AGAIN),
    FileFormat.TEXT: TEXT,
    FileFormat.WEB_PAGE: Content("a web page", AS_XLSX),
    **dict.fromkeys(
        (FileFormat.XML, FileFormat.XML_SPREADSHEET),
        Content("XML, perhaps an Excel 2003 spreadsheet", AS_XLSX),
    ),
    FileFormat.PDF: Content("a .pdf", "ask for the purchases as .csv or .xlsx"),
    FileFormat.PARQUET: _named(".parquet", "a Parquet file"),
    **dict.fromkeys(
        (FileFormat.COMPRESSED, FileFormat.ZIP, FileFormat.NUMBERS),
        Content("a compressed file", "extract it first"),
    ),
    FileFormat.OPEN_DOCUMENT: Content("a LibreOffice document, such as .ods", AS_XLSX),
    FileFormat.XLSB: Content("an .xlsb", AS_XLSX),
    **dict.fromkeys(
        (FileFormat.XLS, FileFormat.COMPOUND),
        Content("an .xls or another old Excel file", AS_XLSX),
    ),
    FileFormat.ENCRYPTED: Content(
        "a workbook with a password", "save it in Excel without the password"
    ),
    FileFormat.OTHER: Content("neither text nor a workbook nor Parquet", AGAIN),
}
"""What a ledger in each format is; other packages are opened as workbooks."""


def find_content(path: Path, suffix: str) -> Content:
    """Find what a file is; one that is called .csv is text unless it is plainly another."""
    with path.open("rb") as file:
        found = detect_format(file)
    if found is FileFormat.OTHER and suffix == ".csv":
        return TEXT
    if found is FileFormat.ZIP:
        try:
            with ZipFile(path) as package:
                found = package_format(package.namelist())
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            return WORKBOOK  # a damaged one, as will be said
    return CONTENTS.get(found, WORKBOOK)


# Opening a ledger of any kind.


def open_ledger(
    path: Path, form: Form, database: DuckDBPyConnection, folder: Path
) -> Iterator[Source]:
    """Open a ledger in each way there is, the fastest first; the next is for where that fails.

    Temporary files go to the folder. Raises BadInput.
    """
    kind = path.suffix.lower()
    found = find_content(path, kind)
    if found.suffix != kind:
        raise BadInput(f"is {found.words}; {found.remedy}")
    if kind == ".parquet":
        yield open_parquet(path, form, database)
    elif kind == ".xlsx":
        yield open_workbook_source(path, form, folder)
    else:
        if source := open_csv(path, form):
            yield source
        yield open_csv_carefully(path, form, folder)
