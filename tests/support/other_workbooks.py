"""Workbooks of other kinds than .xlsx: an .xlsb written by its records, an .ods by its XML."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile


@dataclass(frozen=True, slots=True)
class Error:
    """A cell of an .xlsb with the error of a code, typed or the result of a formula."""

    code: int
    of_formula: bool = False


Cell = str | float | Error
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)

# An .xlsb: records of a number, a length and so many bytes.

ROW, ERROR, REAL, TEXT, FORMULA_ERROR, SHEET_BEGIN, SHEET_END, SPAN = 0, 3, 5, 6, 11, 145, 146, 148
SHEET, SHEETS_END, BOOK_END = 156, 144, 157


def record(kind: int, content: bytes = b"") -> bytes:
    """A record; its number and its length are written in groups of seven bits."""
    return _packed(kind) + _packed(len(content)) + content


def _packed(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cells_of_row(row: int, cells: Sequence[Cell | None], left: int = 0) -> bytes:
    """A row of a sheet, whose first cell is in the column `left`."""
    found = record(ROW, struct.pack("<II", row, 0) + bytes(9))
    for column, cell in enumerate(cells, start=left):
        place = struct.pack("<II", column, 0)
        if isinstance(cell, str):
            found += record(TEXT, place + wide(cell))
        elif isinstance(cell, Error):
            formula = bytes(10) if cell.of_formula else b""
            kind = FORMULA_ERROR if cell.of_formula else ERROR
            found += record(kind, place + bytes([cell.code]) + formula)
        elif cell is not None:
            found += record(REAL, place + struct.pack("<d", cell))
    return found


def write_xlsb(path: Path, rows: bytes, last_row: int = 0, last_column: int = 0) -> None:
    """A workbook of one sheet with these rows."""
    span = struct.pack("<IIII", 0, last_row, 0, last_column)
    sheet = record(SPAN, span) + record(SHEET_BEGIN) + rows + record(SHEET_END)
    listed = record(SHEET, struct.pack("<II", 0, 1) + wide("rId1") + wide("L"))
    book = listed + record(SHEETS_END) + record(BOOK_END)
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        package.writestr("xl/workbook.bin", book)
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        package.writestr("xl/worksheets/sheet1.bin", sheet)


# An .ods.

NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def ods_row(cells: Sequence[str], repeated: str = "") -> str:
    """A row of texts; `repeated` says how often it is there."""
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{repeated}>{inner}</table:table-row>"


def write_ods(path: Path, rows: str, manifest: str = "<manifest/>") -> None:
    """A document of one sheet with these rows."""
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr(
            "content.xml",
            f"<office:document-content{NAMES}><office:body><office:spreadsheet>"
            f'<table:table table:name="L">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
