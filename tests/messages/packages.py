"""Files that are no workbooks of this kind, and parts of workbooks that no program wrote so."""

import io
import re
from collections.abc import Callable
from zipfile import ZIP_BZIP2, ZipFile

from tests.messages.base import BOOK, PRICE_OF_BOOK, book, there, with_parts
from tests.messages.entry import Entry
from tests.support import bombs

SHEET, PART = "xl/worksheets/sheet2.xml", "xl/workbook.xml"
LISTED, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
Change = Callable[[bytes], bytes]


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


OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECOND = b'<Relationship Type="%s/styles" Target="/xl/styles.xml" Id="other"/></Relationships>'
OF_NO_KIND = b'/prices" Target="/xl/worksheets/sheet2.xml"'
TWICE = b'<Override PartName="/xl/styles.xml" ContentType="text/plain"/></Types>'

BOOKS = (
    ("An empty file", "is empty", b""),
    ("A web page", "is a web page", b"<html><table><tr><td>1</td></tr></table></html>"),
    ("A damaged file", "holds nothing but zeros", bytes(100)),
    ("A workbook of Excel 97", "is a workbook of Excel 97-2003", compound("Workbook\0")),
    (
        "A workbook with a password, as Excel locks it",
        "is locked with a password by Excel",
        compound("EncryptedPackage"),
    ),
    ("A binary workbook", "is a binary workbook", package("xl/workbook.bin")),
    (
        "A spreadsheet of LibreOffice",
        "is an OpenDocument spreadsheet",
        package("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
    ),
    ("Another kind of file", "is a book to be read", package("mimetype", b"application/epub+zip")),
    (
        "A Strict Open XML workbook",
        "is a workbook that was saved as Strict Open XML",
        put(
            PART,
            b"http://schemas.openxmlformats.org/spreadsheetml/2006",
            b"http://purl.oclc.org/ooxml/spreadsheetml",
        ),
    ),
    ("A part that is locked", "has a part with a password", locked),
    ("A part twice", "has its part xl/styles.xml twice", lambda: appended("XL/Styles.xml")),
    (
        "A part in another compression",
        "has a part that is packed as Excel never packs one",
        lambda: appended("docProps/more.xml", b"a", ZIP_BZIP2),
    ),
    ("Many parts", "has 20,000 parts", bombs.many_parts),
    ("No list of parts", "has no list of its parts", without(LISTED)),
    ("No list of sheets", "does not say where its sheets are listed", without("_rels/.rels")),
    (
        "Two lists of sheets",
        "lists its sheets twice",
        put(PART, b"</sheets>", b"</sheets><sheets/>"),
    ),
    (
        "Many sheets",
        "has thousands of sheets",
        put(PART, b"</sheets>", b'<sheet name="s"/>' * 3_000 + b"</sheets>"),
    ),
    (
        "A sheet that is not there",
        "has no part for its sheet Tiers",
        without(SHEET),
    ),
    (
        "A sheet of an unknown kind",
        "says that its sheet Tiers is of a kind that there is not",
        put(RELATIONS, b'/worksheet" Target="/xl/worksheets/sheet2.xml"', OF_NO_KIND),
    ),
    ("Two sheets of a name", "has two sheets Tiers", put(PART, b'"Guide"', b'"tiers"')),
    (
        "An unclear date system",
        "says `on` where it says from when it counts days",
        put(PART, b"<workbookPr ", b'<workbookPr date1904="on" '),
    ),
    (
        "A part that is listed as something else",
        "lists a sheet as a text",
        lambda: with_parts(listed_otherwise),
    ),
    ("A part that is not listed", "does not list a sheet", put(LISTED, b"sheet2.xml", b"s.xml")),
    (
        "A part that is listed twice",
        "lists its styles twice, as two kinds",
        put(LISTED, b"</Types>", TWICE),
    ),
    (
        "A relationship twice",
        "uses the name of a relationship twice",
        put(RELATIONS, b"rId2", b"rId1"),
    ),
    (
        "Two parts of a kind",
        "has styles twice",
        put(RELATIONS, b"</Relationships>", SECOND % OFFICE),
    ),
    ("A part that is missing", "has no styles", without("xl/styles.xml")),
    ("A document type", "states a document type", lambda: bombs.with_document_type(PART)),
    ("Many texts", "has three million texts", bombs.WORKBOOKS["texts"]),
    ("Many styles", "has 780,000 styles", bombs.WORKBOOKS["styles"]),
    (
        "Two number formats of a number",
        "shows the same numbers in two ways",
        put("xl/styles.xml", b"</numFmts>", b'<numFmt numFmtId="164" formatCode="0%"/></numFmts>'),
    ),
    ("Many cells", "has millions of cells", bombs.WORKBOOKS["blank cells"]),
    ("Cells far to the right", "has a column IV", bombs.WORKBOOKS["cells far to the right"]),
    ("Many rows", "has a million rows", bombs.with_many_rows),
    ("Long texts", "has a text of 32,000 letters in 10,000 cells", lambda: with_parts(long_texts)),
    (
        "A part whose size is another",
        "has a sheet that is larger than it says",
        bombs.WORKBOOKS["deflated"],
    ),
    ("A cell twice", "has a cell A8 twice", with_cell(b'<c r="A8"/><c r="A8"/>')),
    ("A number that is none", "holds a number 0x3E8", with_cell(b"<c><v>0x3E8</v></c>")),
    ("Elements of other programs", "has more than rows in a sheet", with_cell(b"<a/>")),
    (
        "Many wrong rows",
        "has 140,000 rows that are no prices",
        bombs.WORKBOOKS["rows that are wrong"],
    ),
)

WITH_MACROS = (
    ("Macros that are large", "has macros of 31 MiB", bombs.large_macros),
    ("Macros that list too much", "has lists of sectors", bombs.sectors_listed_by_many),
    ("Macros that share sectors", "has two modules in one place", bombs.sectors_of_all),
    ("Macros with many entries", "has thousands of entries", bombs.many_entries),
    ("Macros with many modules", "has thousands of modules", bombs.many_modules),
)

PACKAGES = (
    *(Entry(title, PRICE_OF_BOOK, (there(BOOK, text, content),)) for title, text, content in BOOKS),
    *(
        Entry(title, "xlfuncs doctor prices.xlsm", (there("prices.xlsm", text, content),))
        for title, text, content in WITH_MACROS
    ),
)
