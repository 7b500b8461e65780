"""Finish a workbook that openpyxl wrote: stored values, spilled formulas, the same bytes always."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.xlsx.package import CONTENT_TYPES, OF_SHEETS, OFFICE
from xlfuncs.xlsx.styles import escaped
from xlfuncs.xlsx.xml_stream import MAIN

# The shared strings of a workbook: Excel keeps every text once, openpyxl leaves it in its cell.

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class SharedStrings:
    """Collects the texts of the cells, sheet by sheet, in the order in which they first come."""

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}
        self._uses = 0

    def take_from(self, sheet: Element) -> None:
        """Moves the texts out of the cells of a sheet."""
        for cell in sheet.iter(f"{{{MAIN}}}c"):
            if cell.get("t") == "inlineStr":
                text = "".join(cell.itertext())
                del cell[:]
                cell.set("t", "s")
                index = self._indexes.setdefault(text, len(self._indexes))
                SubElement(cell, f"{{{MAIN}}}v").text = str(index)
                self._uses += 1

    def part(self) -> Element:
        """The part that holds them all."""
        count = {"count": str(self._uses), "uniqueCount": str(len(self._indexes))}
        root = Element(f"{{{MAIN}}}sst", count)
        for text in self._indexes:
            shown = SubElement(SubElement(root, f"{{{MAIN}}}si"), f"{{{MAIN}}}t")
            shown.text = text
            if text != text.strip() or "\n" in text:
                shown.set(SPACE, "preserve")
        return root


# What openpyxl leaves to be done to a workbook: values, spilling, and the same bytes each time.

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"
PREFIXES = {
    "": MAIN,
    "r": OFFICE,
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": DUBLIN_CORE_TERMS,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xdr": DRAWING,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can hold; a workbook built twice is the same twice."""

METADATA, STRINGS = "xl/metadata.xml", "xl/sharedStrings.xml"
SPILLING = f"""\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<metadata xmlns="{MAIN}" \
xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">\
<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" \
pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" \
clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>\
<futureMetadata name="XLDAPR" count="1"><bk><extLst>\
<ext uri="{{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}}">\
<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>\
<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>"""
"""Tells Excel that an array formula marked with it spills, as Excel 365 itself stores it."""

RELATIONS = "xl/_rels/workbook.xml.rels"
ADDED = {
    METADATA: (f"{OF_SHEETS}.sheetMetadata+xml", f"{OFFICE}/sheetMetadata", "rIdMetadata"),
    STRINGS: (f"{OF_SHEETS}.sharedStrings+xml", f"{OFFICE}/sharedStrings", "rIdStrings"),
}
"""The parts that are added: content type, relationship and its name."""

FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)

Change = Callable[[Element], None]


def finished(
    parts: Mapping[str, bytes],
    values: Sequence[Mapping[str, Cell]],
    descriptions: Mapping[str, str],
) -> dict[str, bytes]:
    """The parts of the workbook, with the values of its formulas and no date of writing.

    `values` are by sheet, in their order, and by cell: programs that calculate nothing (previews,
    data tools) show them, and Excel does until it calculates. `descriptions` are what a reader who
    cannot see is told of a chart, by its number from 1.
    """
    for prefix, namespace in PREFIXES.items():
        register_namespace(prefix, namespace)
    changes: dict[str, Change] = {
        "docProps/core.xml": _undate,
        "xl/styles.xml": _order_fonts,
        "xl/drawings/drawing1.xml": partial(_describe, descriptions=descriptions),
    }
    strings = SharedStrings()
    for number, cells in enumerate(values, 1):
        change = partial(_store_values, values=cells, strings=strings)
        changes[f"xl/worksheets/sheet{number}.xml"] = change
    done = {
        name: _changed(part, changes[name]) if name in changes else part
        for name, part in parts.items()
    }
    added = {METADATA: SPILLING.encode(), STRINGS: _serialized(strings.part())}
    return {**_listing(done), **added}


def _listing(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts, with the added ones in the two lists of all parts.

    As text, because the lists have to keep the default namespace, which ElementTree would not.
    """
    types, relations = parts[CONTENT_TYPES], parts[RELATIONS]
    for name, (content_type, relation, identity) in ADDED.items():
        entry = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
        types = types.replace(b"</Types>", entry.encode())
        entry = f'<Relationship Type="{relation}" Target="/{name}" Id="{identity}"/>'
        relations = relations.replace(b"</Relationships>", f"{entry}</Relationships>".encode())
    return {**parts, CONTENT_TYPES: types, RELATIONS: relations}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as the content of a file, the same on every system and every day."""
    target = BytesIO()
    with ZipFile(target, "w") as package:
        for name, part in parts.items():
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, part)
    return target.getvalue()


def _changed(part: bytes, change: Change) -> bytes:
    root = fromstring(part)
    change(root)
    return _serialized(root)


def _serialized(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def _store_values(root: Element, values: Mapping[str, Cell], strings: SharedStrings) -> None:
    strings.take_from(root)
    for cell in root.iter(f"{{{MAIN}}}c"):
        address = cell.get("r", "")
        if address in values:
            _store(cell, values[address])
        elif len(cell) == 0:
            cell.attrib.pop("t", None)  # of which kind a blank cell is, Excel does not say


def _store(cell: Element, value: Cell) -> None:
    formula, stored = cell.find(f"{{{MAIN}}}f"), cell.find(f"{{{MAIN}}}v")
    if formula is not None and formula.get("t") == "array":
        cell.set("cm", "1")
    if stored is None:
        stored = SubElement(cell, f"{{{MAIN}}}v")
    cell.attrib.pop("t", None)
    if value is None:
        cell.remove(stored)
    elif isinstance(value, CellError):
        cell.set("t", "e")
        stored.text = value.code
    elif isinstance(value, str):
        cell.set("t", "str")
        stored.text = escaped(value)
    elif isinstance(value, bool):
        cell.set("t", "b")
        stored.text = str(int(value))
    else:
        stored.text = repr(int(value) if value == int(value) else value)


def _undate(root: Element) -> None:
    day = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*EPOCH)
    for name in ("created", "modified"):
        for stamp in root.iter(f"{{{DUBLIN_CORE_TERMS}}}{name}"):
            stamp.text = day


def _order_fonts(root: Element) -> None:
    """Puts what is said of a font into the order that the standard asks for."""
    for font in root.iter(f"{{{MAIN}}}font"):
        font[:] = sorted(font, key=lambda child: FONT_ORDER.index(child.tag.rpartition("}")[2]))


def _describe(root: Element, descriptions: Mapping[str, str]) -> None:
    charts = root.iter(f"{{{DRAWING}}}cNvPr")
    for chart, (name, description) in zip(charts, descriptions.items(), strict=True):
        chart.set("name", name)
        chart.set("descr", description)


# Cells that call a name, marked so that Excel shows the formula as it is and lets it spill.
#
# Excel stores such a call, also one in a table that answers a single cell, as an array formula with
# the mark of a dynamic one; without it, it would put an `@` before the name.

SHEET, TABLE = "xl/worksheets/", "xl/tables/"
CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f>')
COLUMN = re.compile(rb"<calculatedColumnFormula>([^<]*)</calculatedColumnFormula>")


def dynamic(parts: Mapping[str, bytes], called: str) -> dict[str, bytes]:
    """The parts of a workbook, with each cell marked whose formula a pattern is found in.

    >>> sheet = b'<c r="B2" t="n"><f>1+ACME_PRICE(1)</f><v>5</v></c><c r="B3"><f>1</f><v>1</v></c>'
    >>> marked = dynamic({"xl/worksheets/sheet1.xml": sheet}, "ACME_PRICE")
    >>> marked["xl/worksheets/sheet1.xml"].decode()[:76]
    '<c r="B2" t="n" cm="1"><f t="array" ref="B2">1+ACME_PRICE(1)</f><v>5</v></c>'
    """
    pattern = re.compile(called.encode())

    def cell(found: re.Match[bytes]) -> bytes:
        place, others, formula = found.groups()
        if not pattern.search(formula):
            return found[0]
        return b'<c r="%b"%b cm="1"><f t="array" ref="%b">%b</f>' % (place, others, place, formula)

    def column(found: re.Match[bytes]) -> bytes:
        if not pattern.search(found[1]):
            return found[0]
        return found[0].replace(b"Formula>", b'Formula array="1">', 1)

    return {
        name: CELL.sub(cell, part)
        if name.startswith(SHEET)
        else COLUMN.sub(column, part)
        if name.startswith(TABLE)
        else part
        for name, part in parts.items()
    }
