"""Ledgers that were made to exhaust their reader, or are not what their names say.

Each is at most 10 MB and made in a moment; `HOSTILE` has them by their names, with what is said of
each, and nothing where it is read like any other.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import duckdb
from backports import zstd

from tests.support.other_workbooks import (
    cells_of_row,
    ods_row,
    record,
    write_ods,
    write_xlsb,
)
from tests.support.places import DATA

Write = Callable[[Path], object]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Qty</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Date</t></is></c></row>'
    '<row r="2"><c r="A2"><v>10</v></c><c r="B2" t="inlineStr"><is><t>2020-06-01</t></is></c></row>'
)
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="L" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/>'
    "</Relationships>",
    SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{ROWS}</sheetData></worksheet>',
}
END = "</sheetData>"
MIB = 2**20


def workbook(rows: str = "", times: int = 1, packed: int = ZIP_DEFLATED, **changed: str) -> Write:
    """A workbook of one good line and further rows; `changed` are texts in place of others."""

    def write(path: Path) -> None:
        with ZipFile(path, "w", packed) as package:
            for name, text in PARTS.items():
                other = replaced(text, {old: new for new, old in changed.items()})
                before, end, after = other.partition(END if name == SHEET else "\0")
                with package.open(name, "w") as part:
                    part.write(before.encode())
                    for _ in range(times if name == SHEET else 0):
                        part.write(rows.encode())
                    part.write((end + after).encode())

    return write


def replaced(text: str, others: Mapping[str, str]) -> str:
    for old, new in others.items():
        text = text.replace(old, new)
    return text


def strict(path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, text in PARTS.items():
            package.writestr(name, replaced(text, STRICT))


def part(name: str, root: str, text: str, times: int) -> Write:
    """A workbook with one more part, in whose root a text is many times."""

    def write(path: Path) -> None:
        workbook()(path)
        with ZipFile(path, "a", ZIP_DEFLATED) as package, package.open(name, "w") as part:
            part.write(f"<{root}>".encode())
            for _ in range(times):
                part.write(text.encode())
            part.write(f"</{root}>".encode())

    return write


def lied(path: Path) -> None:
    """A part that says it unpacks to 100 bytes."""
    workbook("<row><c><v>1</v></c></row>" * 1000, 1000)(path)
    with ZipFile(path) as package:
        size = package.getinfo(SHEET).file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), b"d\0\0\0"))


def twice(path: Path) -> None:
    """A part under two names that are one to programs that do not mind capitals."""
    part(TEXTS.upper(), "sst", "", 0)(path)
    with ZipFile(path, "a") as package:
        package.writestr(TEXTS, "<sst/>")


def marked(path: Path) -> None:
    """A workbook whose parts are said to be encrypted."""
    workbook(packed=ZIP_STORED)(path)
    content = path.read_bytes()
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content = re.sub(
            start + b"." * (place - 4) + b"\0",
            lambda found: found[0][:-1] + b"\x01",
            content,
            flags=re.DOTALL,
        )
    path.write_bytes(content)


@dataclass(frozen=True, slots=True)
class Many:
    """A piece of a file that is there many times; it is made when the file is."""

    piece: bytes
    times: int


def holding(*content: bytes | Many) -> Write:
    """A file of these pieces."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for each in content:
                file.write(each.piece * each.times if isinstance(each, Many) else each)

    return write


def packed(*names: str) -> Write:
    def write(path: Path) -> None:
        with ZipFile(path, "w") as package:
            for name in names:
                package.writestr(name, "")

    return write


def lines(*content: bytes | Many) -> Write:
    """A .csv with two good lines above the rest."""
    return holding(b"Qty,Date\n", b"10,2020-06-01\n" * 2, *content)


def parquet(columns: str, rows: int = 1, group: int = 122_880) -> Write:
    """Rows of a quantity, a day and further columns."""

    def write(path: Path) -> None:
        good = "SELECT 10 AS Qty, DATE '2020-06-01' AS Date"
        select = f"{good}{columns} FROM range({rows}) AS t (i)"
        with duckdb.connect(config={"memory_limit": "1GB"}) as database:
            database.execute("SET enable_progress_bar = false")
            options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}"
            database.execute(f"COPY ({select}) TO '{path}' ({options})")

    return write


def claiming(count: int) -> Write:
    """A .parquet whose footer tells of another number of rows than it has."""

    def write(path: Path) -> None:
        rows = 12_345
        parquet("", rows)(path)
        content = path.read_bytes()
        footer = content[-8 - int.from_bytes(content[-8:-4], "little") : -8]
        changed = footer.replace(_number(rows), _number(count))
        size = len(changed).to_bytes(4, "little")
        path.write_bytes(content[: -8 - len(footer)] + changed + size + b"PAR1")

    return write


def inflated(path: Path) -> None:
    """A .parquet with a page that says it unpacks to a gigabyte."""
    parquet("", 1)(path)
    content = path.read_bytes()
    # the first page begins with its kind, a dictionary, and its size
    changed = re.sub(rb"^(PAR1\x15.\x15).", rb"\g<1>" + _number(2**30), content, flags=re.DOTALL)
    assert changed != content
    path.write_bytes(changed)


def garbled(path: Path) -> None:
    """A .parquet whose pages are not packed as they should be."""
    parquet("", 1000)(path)
    path.write_bytes(path.read_bytes().replace(b"\x28\xb5\x2f\xfd", bytes(4)))


def _number(count: int) -> bytes:
    """A number as Thrift packs it."""
    left, found = 2 * count, b""
    while left > 127:
        found += bytes([left & 127 | 128])
        left >>= 7
    return found + bytes([left])


def _deep(levels: int) -> str:
    return "{'a': " * levels + "1" + "}" * levels


def other_sheet(row: int = 2, column: int = 0, last: tuple[int, int] = (2, 1)) -> Write:
    """An .xlsb with a good line and a cell at a place; it says where its last cell is."""
    good = cells_of_row(0, ["Qty", "Date"]) + cells_of_row(1, [10.0, "2020-06-01"])
    return lambda path: write_xlsb(path, good + cells_of_row(row, [1.0], column), *last)


def records(*pieces: bytes) -> Write:
    """An .xlsb with a good line and further records."""
    good = cells_of_row(0, ["Qty", "Date"]) + cells_of_row(1, [10.0, "2020-06-01"])
    return lambda path: write_xlsb(path, b"".join((good, *pieces)), 2, 1)


def many_lists(path: Path) -> None:
    """An .xls that says it has far more lists of its parts than there is room for."""
    content = bytearray((DATA / "ledgers/typed_cells.xls").read_bytes())
    content[72:76] = (1000).to_bytes(4, "little")
    path.write_bytes(content)


ENCRYPTED = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    "<manifest:file-entry><manifest:encryption-data><manifest:algorithm/>"
    "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
)
"""What a document says of its parts if it has a password."""


def document(row: str) -> Write:
    """An .ods with a good line and further rows."""
    good = ods_row(["Qty", "Date"]) + ods_row(["10", "2020-06-01"])
    return lambda path: write_ods(path, good + row)


def repeated(rows: int, columns: int, cell: str) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}"{cell}</table:table-row>'
    )


def compressed(pack: Callable[[bytes], bytes], piece: bytes, times: int) -> Write:
    """Text below two good lines, compressed."""

    def write(path: Path) -> None:
        path.write_bytes(pack(b"Qty,Date\n" + b"10,2020-06-01\n" * 2 + piece * times))

    return write


ERRORS = b"".join(record(11, bytes([column, *bytes(7), 42, *bytes(10)])) for column in range(5))
"""Five cells of an .xlsb with formulas whose result is #N/A."""

FILLED = ' office:value-type="string"><text:p>x</text:p></table:table-cell>'
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
CELL = '<c t="inlineStr"><is><t>x</t></is></c>'
UTF_16 = "Qty,Date\n10,2020-06-01\n".encode("utf-16-le")

HOSTILE: dict[str, tuple[Write, str]] = {
    "plain.xlsx": (workbook(), ""),
    "strict.xlsx": (strict, ""),
    "corner.xlsx": (
        workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "they span 1,048,576 rows and 16,384 columns; delete what is right of the ledger",
    ),
    "tall.xlsx": (
        workbook('<row r="1000000"><c r="A1000000"><v>1</v></c></row>'),
        "they span 1,000,000 rows and 2 columns; delete what is right of the ledger and below it",
    ),
    "wide.xlsx": (
        workbook('<row r="3"><c r="BYB3"><v>1</v></c></row>'),
        "has 2,004 columns; expected at most 2,000",
    ),
    "blank_corner.xlsx": (workbook('<row r="1048576"><c r="XFD1048576" s="0"/></row>'), ""),
    "row.xlsx": (
        workbook('<row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row>'),
        "has row '4294967295' twice, out of order, or beyond the last",
    ),
    "row_over.xlsx": (
        workbook('<row r="3"><c r="A4294967296"><v>1</v></c></row>'),
        "outside the sheet",
    ),
    "row_zero.xlsx": (workbook('<row r="0"><c r="A0"><v>1</v></c></row>'), "has row '0' twice"),
    "column.xlsx": (workbook('<row r="3"><c r="ZZZZZZZ3"><v>1</v></c></row>'), "outside the sheet"),
    "text_beyond.xlsx": (
        workbook('<row r="3"><c r="A3" t="s"><v>99999</v></c></row>'),
        "is not a readable workbook",
    ),
    "cells.xlsx": (workbook(f"<row>{CELL * 16_000}</row>", 170), "has more than 2,500,000 cells"),
    "rows.xlsx": (
        workbook('<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 1_000, 600),
        "rows on its sheet; keep only the ledger",
    ),
    "tags.xlsx": (workbook("<row>" + "<x/>" * 40_000 + "</row>", 400), "tags on its sheet"),
    "texts.xlsx": (
        part(TEXTS, "sst", "<si><t>x</t></si>" * 10_000, 300),
        "has more than 5,000,000 tags in its texts",
    ),
    "styles.xlsx": (
        part("xl/styles.xml", "styleSheet", " " * MIB, 64),
        "unpacks to more than 8 MiB",
    ),
    "long_cell.xlsx": (
        workbook(
            '<row r="3"><c r="A3" t="inlineStr"><is><t>' + "x" * 64 * MIB + "</t></is></c></row>"
        ),
        "line 3 has more than 2,097,152 characters",
    ),
    "long_tag.xlsx": (workbook(f'<row r="{"3" * 64 * MIB}"/>'), "a tag has more than"),
    "entities.xlsx": (
        workbook(**{'<!DOCTYPE a [<!ENTITY b "10">]><worksheet': "<worksheet"}),
        "defines XML entities",
    ),
    "lied.xlsx": (lied, "is damaged, or not a workbook"),
    "bzip2.xlsx": (workbook(packed=ZIP_BZIP2), "is packed in a way that Excel cannot read"),
    "lzma.xlsx": (workbook(packed=ZIP_LZMA), "is packed in a way that Excel cannot read"),
    "no_cells.xlsx": (workbook(**{"nowhere.xml": "worksheets/sheet1.xml"}), "has no cells for its"),
    "no_sheets.xlsx": (workbook(**{"<x ": "<sheet "}), "its list of sheets cannot be read"),
    "no_workbook.xlsx": (packed("[Content_Types].xml"), "is damaged (no element found"),
    "twice.xlsx": (twice, "twice; save it again in Excel"),
    "marked.xlsx": (marked, "is locked with a password"),
    "not_xml.xlsx": (workbook("<row>"), "is damaged (mismatched tag"),
    "parts.xlsx": (packed(*map(str, range(11_000)), "[Content_Types].xml"), "has 11,001 parts"),
    "cut.xlsx": (holding(b"PK\x03\x04" + bytes(100)), "is damaged, or not a workbook"),
    "plain.xlsb": (other_sheet(), ""),
    "corner.xlsb": (
        other_sheet(2**20 - 1, 2**14 - 1, (2**20 - 1, 2**14 - 1)),
        "is damaged, or takes more than 512 MiB of memory or 5 seconds to open",
    ),
    "unsaid_corner.xlsb": (other_sheet(2**20 - 1, 2**14 - 1), "is damaged, or takes more than"),
    "beyond.xlsb": (other_sheet(2**32 - 1, 2**32 - 1), ""),  # there is no such row on any sheet
    "wide.xlsb": (other_sheet(2, 2004), "has 2,005 columns; expected at most 2,000"),
    "cut.xlsb": (packed("[Content_Types].xml", "xl/workbook.bin"), "is not a readable workbook"),
    "records.xlsb": (records(record(1) * 16_000_000), "has more than 15,000,000 records on its"),
    "errors.xlsb": (records(ERRORS * 600_000), "has more than 2,500,000 cells with errors"),
    "long_record.xlsb": (records(record(1, bytes(2 * MIB))), "a record of 2,097,152 bytes"),
    "plain.ods": (document(ods_row(["20", "2020-06-01"])), ""),
    "locked.ods": (lambda path: write_ods(path, "", ENCRYPTED), "is locked with a password"),
    "blank_corner.ods": (document(repeated(2**20, 2**14, "/>")), ""),
    "rows.ods": (document(repeated(10**9, 1, FILLED)), "rows on its sheet; keep only the ledger"),
    "cells.ods": (document(repeated(2**20, 2**14, FILLED)), "is not a readable workbook"),
    "columns.ods": (document(repeated(4_000, 2**14, FILLED)), "is damaged, or takes more than"),
    "long_cell.ods": (
        document(ods_row(["x" * 40 * MIB])),
        "line 3 has more than 2,097,152 characters",
    ),
    "tags.ods": (document("<a/>" * 16_000_000), "has more than 15,000,000 tags on its sheet"),
    "spaces.ods": (document(" " * 1_050 * MIB), "unpacks to"),
    "cut.xls": (holding(LOCKED), "is not a readable workbook"),
    "lists.xls": (many_lists, "it lists more sectors than it has"),
    "text.xls": (lines(), "is text; give it a name that ends in .csv"),
    "page.xls": (holding(b"<html><table><tr><td>Qty</table>"), "is a web page; open it in Excel"),
    "plain.csv.gz": (compressed(gzip.compress, b"10,2020-06-01\n", 9), ""),
    "plain.csv.zst": (compressed(zstd.compress, b"10,2020-06-01\n", 9), ""),
    "bomb.csv.gz": (
        compressed(gzip.compress, b"10,2020-06-01,xxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 3_000_000),
        "unpacks to more than",
    ),
    "bomb.csv.zst": (
        compressed(zstd.compress, b"10,2020-06-01,xxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 3_000_000),
        "unpacks to more than 51 MiB; unpack it, if it is a ledger",
    ),
    "blank.csv.zst": (
        compressed(zstd.compress, b"\n", 10_000_000),
        "lines of fewer than 10 characters; delete the blank lines",
    ),
    "cut.csv.gz": (holding(gzip.compress(b"Qty,Date\n")[:-9]), "is damaged, or not compressed as"),
    "cut.csv.zst": (holding(b"\x28\xb5\x2f\xfd" + bytes(9)), "is damaged, or not compressed as"),
    "text.csv.gz": (lines(), "is damaged, or not compressed as its name says"),
    "workbook.csv.gz": (
        holding(gzip.compress(LOCKED)),
        "is an .xls or another old Excel file; give it a name that ends in .xls",
    ),
    "old.xlsx": (holding(LOCKED), "is an .xls or another old Excel file"),
    "locked.xlsx": (
        holding(LOCKED + "EncryptedPackage".encode("utf-16-le")),
        "is a workbook with a password; save it in Excel without the password",
    ),
    "open.xlsx": (packed("mimetype", "content.xml"), "is a LibreOffice document"),
    "binary.xlsx": (packed("[Content_Types].xml", "xl/workbook.bin"), "is an .xlsb"),
    "page.xlsx": (holding(b"<html><table><tr><td>Qty</table>"), "is a web page; open it in Excel"),
    "xml.xlsx": (
        holding(b'<?xml version="1.0"?><Workbook/>'),
        "is XML, perhaps an Excel 2003 spreadsheet",
    ),
    "text.xlsx": (lines(), "is text; give it a name that ends in .csv"),
    "empty.xlsx": (holding(b""), "is empty"),
    "zeros.xlsx": (holding(bytes(5000)), "is neither text nor a workbook"),
    "workbook.csv": (workbook(), "is an Excel workbook; give it a name that ends in .xlsx"),
    "parquet.csv": (parquet(""), "is a Parquet file; give it a name that ends in .parquet"),
    "packed.csv": (holding(b"\x1f\x8b" + bytes(100)), "is a compressed file; extract it first"),
    "text.parquet": (lines(), "is text; give it a name that ends in .csv"),
    "workbook.parquet": (workbook(), "is an Excel workbook"),
    "long_line.csv": (lines(Many(b"x", 10_000_000)), "line 4 has more than 2,097,152 characters"),
    "long_title.csv": (holding(Many(b"x", 10_000_000)), "it has 'xxxxxxxxxxxxxxxx"),
    "many_titles.csv": (holding(Many(b"x,", 5_000_000)), "has 5,000,001 columns; expected at most"),
    "delimiters.csv": (lines(Many(b",", 10_000_000)), ""),
    "quote.csv": (lines(b'"', Many(b"10,2020-06-01\n", 700_000)), ""),
    "quotes.csv": (lines(Many(b'"\n', 5_000_000)), "has 5,000,003 lines with 2 characters"),
    "blank.csv": (lines(Many(b"\n", 10_000_000), b"10,2020-06-01\n"), "delete the blank lines"),
    "returns.csv": (lines(Many(b"\r", 10_000_000)), "delete the blank lines"),
    "zeros.csv": (lines(bytes(5000), b"\n"), ""),
    "all_zeros.csv": (holding(bytes(5000)), "is not text (byte 00)"),
    "utf_16.csv": (holding(UTF_16), "use --encoding utf-16-le"),
    "utf_16_marked.csv": (holding(b"\xff\xfe" + UTF_16), ""),
    "utf_16_cut.csv": (holding(b"\xff\xfe" + UTF_16[:-1]), "is not text in utf-16"),
    "rows.parquet": (claiming(10**12), "says that it has 1,000,000,000,000 rows"),
    "fewer_rows.parquet": (claiming(5), "is not a readable Parquet file"),
    "same_rows.parquet": (parquet("", 40_000_000), "says that it has 40,000,000 rows"),
    "values.parquet": (parquet(", range(1000) AS v", 50_000), "has more than 1"),
    "bytes.parquet": (
        parquet(", repeat('x', 100000) || i AS memo", 5_000, 2048),
        "unpacks to more than a ledger of its size",
    ),
    "long_footer.parquet": (
        parquet(f", 1 AS {'x' * 4_300_000}"),
        "has 8 MiB of metadata; expected at most 8",
    ),
    "texts.parquet": (
        parquet(", repeat('x', 1000000) AS memo", 2_000),
        "its texts are too long for a ledger",
    ),
    "long_text.parquet": (parquet(", repeat('x', 9000000) AS memo"), "has a text of 9,000,000"),
    "inflated.parquet": (inflated, "has a page that unpacks to 1,024 MiB"),
    "columns.parquet": (
        parquet("".join(f", {number} AS c{number}" for number in range(3000))),
        "has 3,002 columns",
    ),
    "nested.parquet": (
        parquet(", {" + ", ".join(f"'f{number}': 1" for number in range(9000)) + "} AS s"),
        "has 9,004 columns",
    ),
    "garbled.parquet": (garbled, "it is damaged, or of a kind that the database does not know"),
    "deep.parquet": (parquet(f", {_deep(60)} AS s"), ""),
    "cut.parquet": (holding(b"PAR1" + bytes(1000)), "is not a readable Parquet file"),
    "footer.parquet": (
        holding(b"PAR1" + b"\xff\xff\xff\x7fPAR1"),
        "is not a readable Parquet file",
    ),
    "zeros.parquet": (
        holding(b"PAR1" + bytes(92) + b"\x60\0\0\0PAR1"),
        "is not a readable Parquet file",
    ),
}
