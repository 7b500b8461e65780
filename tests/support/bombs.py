"""Workbooks that are small as files and would take long, or much memory, to read.

Each is a function that gives the content of a file; `write_workbooks` writes them all.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable
from copy import copy
from functools import cache, partial
from pathlib import Path

from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress, parse_vba_project

from tests.support.workbook_edits import shipped_workbook
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts

TYPES, BOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES, PROJECT = "xl/sharedStrings.xml", "xl/styles.xml", "xl/vbaProject.bin"
CORE, CUSTOM, TIERS = "docProps/core.xml", "docProps/custom.xml", "xl/worksheets/sheet2.xml"
PARSED = (TYPES, BOOK, RELATIONS, STRINGS, STYLES, CORE, CUSTOM, TIERS)
MEBIBYTE = 2**20

Swollen = tuple[str, bytes, bytes, int]
"""A part, a piece that is put into it, what it is put in front of, and how often."""


@cache
def parts(kind: WorkbookKind = WorkbookKind.LAMBDAS) -> dict[str, bytes]:
    return read_parts(shipped_workbook(kind=kind))


def packed(
    members: dict[str, bytes], swollen: Swollen | None = None, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A file of these parts, in one of them a piece many times over."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in members.items():
            if swollen is None or name != swollen[0]:
                package.writestr(name, content)
                continue
            _, piece, end, times = swollen
            place = content.rindex(end)
            member = zipfile.ZipInfo(name)
            member.compress_type, member.file_size = method, len(piece) * times
            many = max(1, MEBIBYTE // len(piece))
            with package.open(member, "w") as part:
                part.write(content[:place])
                for _ in range(times // many):
                    part.write(piece * many)
                part.write(piece * (times % many) + content[place:])
    return target.getvalue()


def swollen(name: str, piece: bytes, end: bytes, times: int) -> bytes:
    return packed(parts(), (name, piece, end, times))


def with_rows(rows: Iterable[bytes]) -> bytes:
    """Rows below those of the sheet Tiers."""
    sheet = parts()[TIERS].replace(b"</sheetData>", b"".join(rows) + b"</sheetData>")
    return packed({**parts(), TIERS: sheet})


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    return packed({**parts(), name: change(parts()[name])})


def lied_about(name: str, method: int) -> bytes:
    """A part that unpacks to 64 MiB and says that it has only what a reader wants of it."""
    end = b"</" + re.findall(rb"</([\w:]+)>\s*$", parts()[name])[0]
    content = bytearray(packed(parts(), (name, b" " * 1024, end, 64 * 1024), method))
    known = len(parts()[name])
    for head, size_at, name_at in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        place = content.find(head)
        while place >= 0:
            if content[place + name_at :].startswith(name.encode()):
                struct.pack_into("<I", content, place + size_at, known)
            place = content.find(head, place + 4)
    return bytes(content)


def under_another_name() -> bytes:
    members = dict(parts())
    members["xl/other.xml"] = members.pop(BOOK)
    members["xl/_rels/other.xml.rels"] = members.pop(RELATIONS)
    for name in (TYPES, "_rels/.rels"):
        members[name] = members[name].replace(b"xl/workbook.xml", b"xl/other.xml")
    name = b'<definedName name="a">1</definedName>'
    return packed(members, ("xl/other.xml", name, b"</definedNames>", 500_000))


def with_document_type(name: str) -> bytes:
    entities = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (code, b"&%c;" % (code - 1) * 10) for code in b"bcdefghij"
    )
    typed = b"<!DOCTYPE a [" + entities + b"]>"
    return changed(name, lambda part: typed + re.sub(rb"^<\?xml[^>]*\?>", b"", part.lstrip()))


def deep(name: str) -> bytes:
    def change(part: bytes) -> bytes:
        end = part.rindex(b"</")
        return part[:end] + b"<a>" * 300_000 + b"</a>" * 300_000 + part[end:]

    return changed(name, change)


def filled_down() -> bytes:
    """A long formula that is stored once and counts in many cells."""
    first = b"+".join([b"A1"] * 2_500)
    rows = [b'<row><c><f t="shared" si="0" ref="A8:A60000">%s</f><v>1</v></c></row>' % first]
    return with_rows(rows + [b'<row><c><f t="shared" si="0"/><v>1</v></c></row>'] * 60_000)


def formulas_over_all() -> bytes:
    """Array formulas of which each is said to fill the whole sheet."""
    cell = b'<row><c><f t="array" ref="A%d:XFD1048576">1</f><v>1</v></c></row>'
    return with_rows(cell % number for number in range(8, 20_008))


def merged(areas: Iterable[bytes]) -> bytes:
    cells = b"".join(b'<mergeCell ref="%s"/>' % area for area in areas)
    merge = b"</sheetData><mergeCells>" + cells + b"</mergeCells>"
    return changed(TIERS, lambda part: part.replace(b"</sheetData>", merge))


def many_parts(count: int = 20_000) -> bytes:
    return packed({**parts(), **{f"xl/media/{number}.txt": b"" for number in range(count)}})


def macros(stream: str, content: bytes) -> bytes:
    """A workbook one of whose streams of macros is another."""
    container = CFB.from_bytes(parts(WorkbookKind.MACROS)[PROJECT])
    found = [each for each in parse_vba_project(container).modules if each.name == stream]
    before = container.get_stream_in_storage("VBA", stream)[: found[0].text_offset if found else 0]
    container.write_stream_in_storage("VBA", stream, before + content)
    return packed({**parts(WorkbookKind.MACROS), PROJECT: container.to_bytes()})


def one_letter(pieces: int) -> bytes:
    """Packed macros that unpack to so many pieces of 4 KiB, out of six bytes each."""
    return b"\1" + bytes.fromhex("03b00241fc0f") * pieces


def sectors_listed_by_many() -> bytes:
    project = bytearray(parts(WorkbookKind.MACROS)[PROJECT])
    project += bytes(4 * MEBIBYTE - len(project))
    struct.pack_into("<II", project, 68, 0, len(project) // 512 - 2)
    return packed({**parts(WorkbookKind.MACROS), PROJECT: bytes(project)})


def sectors_of_all() -> bytes:
    """Macros with two modules that are in the same sectors; there may be thousands."""
    container = CFB.from_bytes(parts(WorkbookKind.MACROS)[PROJECT])
    project = bytearray(container.to_bytes())
    names = ("PriceFunctions", "PriceAnswers")
    from_, to = (project.index(name.encode("utf-16-le").ljust(64, b"\0")) for name in names)
    project[to + 116 : to + 124] = project[from_ + 116 : from_ + 124]
    return packed({**parts(WorkbookKind.MACROS), PROJECT: bytes(project)})


def with_project(change: Callable[[CFB], object]) -> bytes:
    container = CFB.from_bytes(parts(WorkbookKind.MACROS)[PROJECT])
    change(container)
    return packed({**parts(WorkbookKind.MACROS), PROJECT: container.to_bytes()})


def large_macros() -> bytes:
    return packed({**parts(WorkbookKind.MACROS), PROJECT: bytes(31 * MEBIBYTE)})


def many_entries() -> bytes:
    def change(container: CFB) -> None:
        container._directory.extend(copy(container._directory[1]) for _ in range(5_000))

    return with_project(change)


def many_modules() -> bytes:
    """A list of modules that names one of them thousands of times."""

    def change(container: CFB) -> None:
        catalog = decompress(container.get_stream_in_storage("VBA", "dir"))
        module = struct.pack("<HI", 0x19, 1) + b"A"
        end = catalog.rindex(struct.pack("<HI", 0x10, 0))
        container.write_stream_in_storage(
            "VBA", "dir", compress(catalog[:end] + module * 2_000 + catalog[end:])
        )

    return with_project(change)


ROW_OF_TEXT = b'<row><c t="inlineStr"><is><t>x</t></is></c><c><v>1</v></c></row>'
FAR_CELL = b'<row r="%d"><c r="IV%d"><v>1</v></c></row>'

WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "bz2": partial(lied_about, CORE, zipfile.ZIP_BZIP2),
    "lzma": partial(lied_about, TYPES, zipfile.ZIP_LZMA),
    "deflated": partial(lied_about, TIERS, zipfile.ZIP_DEFLATED),
    "kinds of parts": partial(
        swollen, TYPES, b'<Override PartName="/a" ContentType="b"/>', b"</Types>", 500_000
    ),
    "another workbook part": under_another_name,
    "texts": partial(swollen, STRINGS, b"<si/>", b"</sst>", 3_000_000),
    "runs of texts": partial(swollen, STRINGS, b"<si><r><t>a</t></r></si>", b"</sst>", 2_000_000),
    "styles": partial(swollen, STYLES, b"<xf/>", b"</cellXfs>", 780_000),
    "relationships": partial(
        swollen, RELATIONS, b'<Relationship Type="t" Target="t" Id="x"/>', b"</Rel", 300_000
    ),
    "properties": partial(swollen, CUSTOM, b"<a/>", b"</Properties>", 3_000_000),
    "core properties": partial(swollen, CORE, b"<a/>", b"</", 1_900_000),
    "sheets": partial(swollen, BOOK, b'<sheet name="s"/>', b"</sheets>", 200_000),
    "names": partial(swollen, BOOK, b"<definedName/>", b"</definedNames>", 500_000),
    "cells in a row": lambda: with_rows([b"<row>", b"<c/>" * 5_000_000, b"</row>"]),
    "blank cells": lambda: with_rows([b"<row>" + b"<c/>" * 16_000 + b"</row>"] * 300),
    "rows": lambda: with_rows([b"<row/>" * 2_000_000]),
    "rows of text": lambda: with_rows([ROW_OF_TEXT * 1_040_000]),
    "rows that are wrong": lambda: with_rows([ROW_OF_TEXT * 140_000]),
    "cells far to the right": lambda: with_rows(FAR_CELL % (n, n) for n in range(8, 200_000)),
    "a row far below": lambda: with_rows([b'<row r="3000000000"/>']),
    "a cell far to the right": lambda: with_rows([b'<row r="9"><c r="ZZZZZ9"><v>1</v></c></row>']),
    "the last cell": lambda: with_rows([b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']),
    "elements in a text": lambda: with_rows(
        [b'<row><c t="inlineStr"><is>', b"<r/>" * 4_000_000, b"</is></c></row>"]
    ),
    "elements beside cells": partial(swollen, TIERS, b"<a/>", b"</worksheet>", 4_000_000),
    "spaces": partial(swollen, TIERS, b" " * 1024, b"</worksheet>", 240 * 1024),
    "a gigabyte": partial(swollen, TIERS, b" " * MEBIBYTE, b"</worksheet>", 1024),
    "a long tag": partial(swollen, TIERS, b" " * 1024, b"></sheetData>", 32 * 1024),
    "a long text": lambda: with_rows(
        [b'<row><c t="inlineStr"><is><t>', b"x" * 32 * MEBIBYTE, b"</t></is></c></row>"]
    ),
    "a long number": lambda: with_rows([b"<row><c><v>", b"9" * MEBIBYTE, b"</v></c></row>"]),
    "a long formula": lambda: with_rows(
        [b"<row><c><f>", b'"a"&amp;' * MEBIBYTE, b"1</f><v>1</v></c></row>"]
    ),
    "a formula filled down": filled_down,
    "formulas over all": formulas_over_all,
    "merged cells": lambda: merged(b"A%d:B%d" % (n, n) for n in range(1, 500_000)),
    "merged columns": lambda: merged([b"A:B", b"5:6", b"A1:B1048576"]),
    "many parts": many_parts,
    **{f"entities in {name}": partial(with_document_type, name) for name in PARSED},
    **{f"deep {name}": partial(deep, name) for name in PARSED},
}
"""The content of workbooks without macros, by what there is too much of."""

WITH_MACROS: dict[str, Callable[[], bytes]] = {
    "a module": lambda: macros("PriceFunctions", one_letter(2**18)),
    "modules": lambda: macros("dir", one_letter(2**14)),
    "blank lines": lambda: macros("PriceFunctions", compress(b"\n" * 2 * MEBIBYTE)),
    "lists of sectors": sectors_listed_by_many,
    "shared sectors": sectors_of_all,
    "entries": many_entries,
    "many modules": many_modules,
}
"""The content of workbooks with macros."""


def write_workbooks(folder: Path) -> dict[str, Path]:
    """Writes all of them into a folder; answers where each is by its name."""
    found = {}
    for kind, bombs in ((WorkbookKind.LAMBDAS, WORKBOOKS), (WorkbookKind.MACROS, WITH_MACROS)):
        for name, content in bombs.items():
            found[name] = folder / f"{re.sub(r'[^A-Za-z0-9]+', '_', name)}{kind}"
            found[name].write_bytes(content())
    return found
