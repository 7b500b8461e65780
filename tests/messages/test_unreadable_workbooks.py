"""Workbooks that cannot be read."""

import io
import os
import re
import struct
from collections.abc import Callable
from functools import partial
from typing import Any
from zipfile import ZIP_BZIP2, ZipFile

from pyopenvba.cfb import CFB
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    MACROS,
    PRICE_OF_BOOK,
    Case,
    Given,
    Here,
    book,
    each,
    edited,
    message_of,
    set_to,
    there,
    with_parts,
)
from tests.support import bombs
from xlfuncs.xlsx import cell_values, sheet_reader
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.vba.project import PROJECT

SHEET, PART = "xl/worksheets/sheet2.xml", "xl/workbook.xml"
LISTED, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"


def put(name: str, old: bytes, new: bytes) -> Callable[[], bytes]:
    """A part in which something is replaced."""

    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name], old
        parts[name] = parts[name].replace(old, new)

    return lambda: with_parts(change)


def without(name: str) -> Callable[[], bytes]:
    return lambda: with_parts(lambda parts: parts.pop(name))


def with_cell(cell: bytes) -> Callable[[], bytes]:
    return put(SHEET, b"</sheetData>", b"<row>%s</row></sheetData>" % cell)


def appended(name: str, content: bytes = b"", method: int = 0) -> bytes:
    target = io.BytesIO(book())
    with ZipFile(target, "a") as package:
        package.writestr(name, content, compress_type=method)
    return target.getvalue()


def package(name: str, content: bytes = b"") -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as made:
        made.writestr(name, content)
    return target.getvalue()


def locked() -> bytes:
    """A workbook of which a part is marked as encrypted."""
    content = bytearray(book())
    content[content.find(b"PK\1\2") + 8] |= 1
    return bytes(content)


def compound(name: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + name.encode("utf-16-le")


def listed_otherwise(parts: dict[str, bytes]) -> None:
    listed = rb'(PartName="/xl/worksheets/sheet2.xml" ContentType=")[^"]*'
    parts[LISTED] = re.sub(listed, rb"\1text/plain", parts[LISTED])


def long_texts(parts: dict[str, bytes]) -> None:
    """A long text that counts in many cells."""
    number = len(re.findall(b"<si>", parts[bombs.STRINGS]))
    text = b"<si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    parts[bombs.STRINGS] = parts[bombs.STRINGS].replace(b"</sst>", text)
    cells = b'<row><c t="s"><v>%d</v></c></row>' % number * 10_000
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")


# Beyond a bound that is smaller, too; the bounds themselves are tested in tests/xlsx/test_bombs.py.
MANY_TEXTS = partial(bombs.swollen, bombs.STRINGS, b"<si/>", b"</sst>", 5_000)
MANY_CELLS = partial(bombs.with_rows, [b"<row>" + b"<c/>" * 5_000 + b"</row>"])
MANY_ROWS = partial(bombs.with_rows, [b"<row><c><v>1</v></c></row>" * 5_000])

OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECOND = b'<Relationship Type="%s/styles" Target="/xl/styles.xml" Id="other"/></Relationships>'
OF_NO_KIND = b'/prices" Target="/xl/worksheets/sheet2.xml"'
TWICE = b'<Override PartName="/xl/styles.xml" ContentType="text/plain"/></Types>'

SPACES = bytes.fromhex("03b00220fc0f")
"""A piece of pack_parts macros: a space, and 4095 more of them."""


def unreadable(title: str, content: Any, *given: Given) -> Case:
    return Case(title, PRICE_OF_BOOK, there(BOOK, content), *given)


def unreadable_macros(title: str, content: Any) -> Case:
    return Case(title, f"xlfuncs doctor {MACROS}", there(MACROS, content))


def claiming(name: str, size: int) -> bytes:
    """A workbook of which a part says that it is that large."""
    mark = 1_234_567
    content = with_parts(lambda parts: parts.update({name: b" " * mark}))
    return content.replace(struct.pack("<I", mark), struct.pack("<I", size))


def twice(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b'<row r="5"', b'<row r="4"')


def broken(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET][:500]


def large(here: Here) -> None:
    path = here.write(BOOK, b"")
    os.truncate(path, 65 * 2**20)


def large_macros() -> bytes:
    parts = read_parts(book(WorkbookKind.MACROS))
    container = CFB.from_bytes(parts[PROJECT])
    container.write_stream_in_storage("VBA", "PriceSheets", b"\1" + SPACES * 4_200)
    return pack_parts({**parts, PROJECT: container.to_bytes()})


CASES = (
    unreadable("No workbook", "Quantity;Price\n1;2\n"),
    unreadable("A workbook with a password", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
    unreadable("A damaged workbook", lambda: book()[:5000]),
    unreadable("A damaged sheet", lambda: with_parts(broken)),
    unreadable("A row twice", lambda: with_parts(twice)),
    Case(
        "A sheet is missing",
        PRICE_OF_BOOK,
        edited(lambda opened: setattr(opened["Tiers"], "title", "Prices")),
    ),
    Case("A file of many megabytes", PRICE_OF_BOOK, large),
    unreadable(
        "A sheet of many megabytes", lambda: claiming("xl/worksheets/sheet2.xml", 257 * 2**20)
    ),
    unreadable("A part of many megabytes", lambda: claiming("xl/styles.xml", 9 * 2**20)),
    unreadable("Parts of many megabytes", lambda: claiming("xl/media/a.png", 600 * 2**20)),
    unreadable_macros("Macros of many megabytes", large_macros),
    unreadable("An empty file", b""),
    unreadable("A web page", b"<html><table><tr><td>1</td></tr></table></html>"),
    unreadable("A damaged file", bytes(100)),
    unreadable("A workbook of Excel 97", compound("Workbook\0")),
    unreadable("A workbook with a password, as Excel locks it", compound("EncryptedPackage")),
    unreadable("A binary workbook", package("xl/workbook.bin")),
    unreadable(
        "A spreadsheet of LibreOffice",
        package("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
    ),
    unreadable("Another kind of file", package("mimetype", b"application/epub+zip")),
    unreadable(
        "A Strict Open XML workbook",
        put(
            PART,
            b"http://schemas.openxmlformats.org/spreadsheetml/2006",
            b"http://purl.oclc.org/ooxml/spreadsheetml",
        ),
    ),
    unreadable("A part that is locked", locked),
    unreadable("A part twice", lambda: appended("XL/Styles.xml")),
    unreadable(
        "A part in another compression", lambda: appended("docProps/more.xml", b"a", ZIP_BZIP2)
    ),
    unreadable("Many parts", lambda: bombs.many_parts(6_000)),
    unreadable("No list of parts", without(LISTED)),
    unreadable("No list of sheets", without("_rels/.rels")),
    unreadable("Two lists of sheets", put(PART, b"</sheets>", b"</sheets><sheets/>")),
    unreadable("Many sheets", put(PART, b"</sheets>", b'<sheet name="s"/>' * 3_000 + b"</sheets>")),
    unreadable("A sheet that is not there", without(SHEET)),
    unreadable(
        "A sheet of an unknown kind",
        put(RELATIONS, b'/worksheet" Target="/xl/worksheets/sheet2.xml"', OF_NO_KIND),
    ),
    unreadable("Two sheets of a name", put(PART, b'"Guide"', b'"tiers"')),
    unreadable("An unclear date system", put(PART, b"<workbookPr ", b'<workbookPr date1904="on" ')),
    unreadable("A part that is listed as something else", lambda: with_parts(listed_otherwise)),
    unreadable("A part that is not listed", put(LISTED, b"sheet2.xml", b"s.xml")),
    unreadable("A part that is listed twice", put(LISTED, b"</Types>", TWICE)),
    unreadable("A relationship twice", put(RELATIONS, b"rId2", b"rId1")),
    unreadable("Two parts of a kind", put(RELATIONS, b"</Relationships>", SECOND % OFFICE)),
    unreadable("A part that is missing", without("xl/styles.xml")),
    unreadable("A document type", lambda: bombs.with_document_type(PART)),
    unreadable("Many texts", MANY_TEXTS, set_to(cell_values, "MOST_TEXTS", 4_000)),
    unreadable("Many styles", lambda: bombs.swollen(bombs.STYLES, b"<xf/>", b"</cellXfs>", 70_000)),
    unreadable(
        "Two number formats of a number",
        put("xl/styles.xml", b"</numFmts>", b'<numFmt numFmtId="164" formatCode="0%"/></numFmts>'),
    ),
    unreadable("Many cells", MANY_CELLS, set_to(sheet_reader, "MOST_CELLS", 4_000)),
    unreadable("Cells far to the right", bombs.WORKBOOKS["cells far to the right"]),
    unreadable("Many rows", MANY_ROWS, set_to(sheet_reader, "MOST_ROWS", 4_000)),
    unreadable("Long texts", lambda: with_parts(long_texts)),
    unreadable("A part whose size is another", bombs.WORKBOOKS["deflated"]),
    unreadable("A cell twice", with_cell(b'<c r="A8"/><c r="A8"/>')),
    unreadable("A number that is none", with_cell(b"<c><v>0x3E8</v></c>")),
    unreadable("Elements of other programs", with_cell(b"<a/>")),
    unreadable("Many wrong rows", lambda: bombs.with_rows([bombs.ROW_OF_TEXT * 1_500])),
    unreadable_macros("Macros that are large", bombs.large_macros),
    unreadable_macros("Macros that list too much", bombs.sectors_listed_by_many),
    unreadable_macros("Macros that share sectors", bombs.sectors_of_all),
    unreadable_macros("Macros with many entries", bombs.many_entries),
    unreadable_macros("Macros with many modules", bombs.many_modules),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
