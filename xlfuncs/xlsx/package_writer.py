"""Write the package of a workbook: the values of its formulas, and every part in one spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from xlfuncs.sheets.cells import Cell, CellError, fit_cell
from xlfuncs.xlsx.cell_values import escape_text
from xlfuncs.xlsx.package import (
    CONTENT_TYPES,
    OFFICE,
    STRINGS_PART,
    STYLES_PART,
    WORKBOOK_PART,
    content_type,
    relations_path,
)
from xlfuncs.xlsx.xml_stream import MAIN

# XML in one spelling, whichever library wrote it before: openpyxl takes lxml where it is installed.

XML = "http://www.w3.org/XML/1998/namespace"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
PREFIXES = {
    MAIN: "",
    f"{PACKAGE}/content-types": "",
    f"{PACKAGE}/relationships": "",
    f"{PROPERTIES}/extended-properties": "",
    f"{PROPERTIES}/custom-properties": "",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray": "xda",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://purl.org/dc/elements/1.1/": "dc",
    f"{PACKAGE}/metadata/core-properties": "cp",
    f"{PROPERTIES}/docPropsVTypes": "vt",
    DUBLIN_CORE_TERMS: "dcterms",
    DRAWING: "xdr",
    OFFICE: "r",
}
"""The namespaces of a workbook's parts; no part has two of those without a prefix."""


def serialize_xml(root: Element, prefixes: Mapping[str, str]) -> bytes:
    """Write an element as an XML document, with the prefixes of its namespaces on the root.

    The names in the tree are replaced by those that stand in the document. Raises KeyError for a
    namespace without a prefix.

    >>> root = Element("{urn:one}a", {"{urn:two}b": "1"})
    >>> serialize_xml(root, {"urn:one": "", "urn:two": "t"}).decode().splitlines()[1]
    '<a xmlns="urn:one" xmlns:t="urn:two" t:b="1" />'
    """
    names: dict[str, str] = {}
    used: dict[str, str] = {}

    def name(qualified: str) -> str:
        if qualified not in names:
            namespace, _, local = qualified[1:].partition("}")
            if qualified[0] != "{":
                names[qualified] = qualified
            elif namespace == XML:
                names[qualified] = f"xml:{local}"
            else:
                prefix = used[namespace] = prefixes[namespace]
                names[qualified] = f"{prefix}:{local}" if prefix else local
        return names[qualified]

    for element in root.iter():
        element.tag = name(element.tag)
        if any(key[0] == "{" for key in element.attrib):
            attributes = {name(key): value for key, value in element.attrib.items()}
            element.attrib.clear()
            element.attrib.update(attributes)
    declared = {f"xmlns:{used[each]}" if used[each] else "xmlns": each for each in sorted(used)}
    attributes = {**declared, **root.attrib}
    root.attrib.clear()
    root.attrib.update(attributes)
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


# The shared strings of a workbook: Excel keeps every text once, openpyxl leaves it in its cell.

SPACE = f"{{{XML}}}space"


class SharedStrings:
    """The texts of the cells, sheet by sheet, in the order in which they first come."""

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}
        self._uses = 0

    def take_from(self, sheet: Element) -> None:
        """Move the texts out of the cells of a sheet."""
        for cell in sheet.iter(f"{{{MAIN}}}c"):
            if cell.get("t") == "inlineStr":
                text = "".join(cell.itertext())
                del cell[:]
                cell.set("t", "s")
                index = self._indexes.setdefault(text, len(self._indexes))
                SubElement(cell, f"{{{MAIN}}}v").text = str(index)
                self._uses += 1

    def part(self) -> Element:
        """Return the part that holds them all."""
        count = {"count": str(self._uses), "uniqueCount": str(len(self._indexes))}
        root = Element(f"{{{MAIN}}}sst", count)
        for text in self._indexes:
            shown = SubElement(SubElement(root, f"{{{MAIN}}}si"), f"{{{MAIN}}}t")
            shown.text = text
            if text != text.strip() or "\n" in text:
                shown.set(SPACE, "preserve")
        return root


# What openpyxl leaves to be done to a workbook: values, spilling, and the same bytes each time.

EPOCH = date(1980, 1, 1)
"""The first day that a zip file can hold; what is packed twice is the same twice."""

METADATA, TABLES = "xl/metadata.xml", "xl/tables/"
METADATA_XML = f"""\
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

RELATIONS = relations_path(WORKBOOK_PART)
ADDED = {METADATA: "sheetMetadata", STRINGS_PART: "sharedStrings"}
"""The parts that are added, and the kind of each."""

IDENTITIES = {METADATA: "rIdMetadata", STRINGS_PART: "rIdStrings"}
"""The names of their relationships."""

FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)

Change = Callable[[Element], None]


def finish_parts(
    parts: Mapping[str, bytes],
    values: Sequence[Mapping[str, Cell]],
    descriptions: Mapping[str, str],
    spilling: str = "",
    built: date = EPOCH,
) -> dict[str, bytes]:
    """Complete the parts of a workbook: the values of its formulas, and the day of the build.

    `values` are by sheet, in their order, and by cell: programs that calculate nothing (previews,
    data tools) show them, and Excel does until it calculates. `descriptions` are what a reader who
    cannot see is said of a chart, by its name. `spilling` is a pattern; a formula in which it is
    found spills, as all array formulas do.
    """
    spills = re.compile(spilling or "(?!)")
    strings = SharedStrings()
    changes: dict[str, Change] = {
        "docProps/core.xml": partial(_date, built=built),
        STYLES_PART: _order_fonts,
        "xl/drawings/drawing1.xml": partial(_describe, descriptions=descriptions),
        CONTENT_TYPES: _list_types,
        RELATIONS: _list_relations,
    }
    for number, cells in enumerate(values, 1):
        change = partial(_store_values, values=cells, strings=strings, spills=spills)
        changes[f"xl/worksheets/sheet{number}.xml"] = change
    done: dict[str, bytes] = {}
    for name, part in parts.items():
        root = fromstring(part)
        if name in changes:
            changes[name](root)
        elif name.startswith(TABLES):
            _mark_columns(root, spills)
        done[name] = serialize_xml(root, PREFIXES)
    done[METADATA] = serialize_xml(fromstring(METADATA_XML), PREFIXES)
    done[STRINGS_PART] = serialize_xml(strings.part(), PREFIXES)
    return done


def pack_parts(parts: Mapping[str, bytes], built: date = EPOCH) -> bytes:
    """Pack parts into the content of a file, the same on every system for the same day."""
    day = max(built, EPOCH)
    target = BytesIO()
    with ZipFile(target, "w") as package:
        for name, part in parts.items():
            entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, part)
    return target.getvalue()


def _list_types(root: Element) -> None:
    for name, kind in ADDED.items():
        attributes = {"PartName": f"/{name}", "ContentType": content_type(kind)}
        SubElement(root, f"{root.tag.rpartition('}')[0]}}}Override", attributes)


def _list_relations(root: Element) -> None:
    for name, kind in ADDED.items():
        relation = {"Type": f"{OFFICE}/{kind}", "Target": f"/{name}", "Id": IDENTITIES[name]}
        SubElement(root, f"{root.tag.rpartition('}')[0]}}}Relationship", relation)


def _store_values(
    root: Element, values: Mapping[str, Cell], strings: SharedStrings, spills: re.Pattern[str]
) -> None:
    strings.take_from(root)
    for cell in root.iter(f"{{{MAIN}}}c"):
        formula = cell.find(f"{{{MAIN}}}f")
        if formula is not None:
            _mark_spilling(cell, formula, spills)
        address = cell.get("r", "")
        if address in values:
            _store(cell, values[address])
        elif len(cell) == 0:
            cell.attrib.pop("t", None)  # of which kind a blank cell is, Excel does not say


def _mark_spilling(cell: Element, formula: Element, spills: re.Pattern[str]) -> None:
    """Mark a formula that spills as Excel does.

    A call of a name without the mark, also one that returns a single cell, would be shown with an
    `@` before the name.
    """
    if formula.get("t") == "array":
        cell.set("cm", "1")
    elif spills.search(formula.text or ""):
        cell.set("cm", "1")
        formula.set("t", "array")
        formula.set("ref", cell.get("r", ""))


def _mark_columns(root: Element, spills: re.Pattern[str]) -> None:
    """Mark the formulas that spill among those that a table enters into new rows."""
    for formula in root.iter(f"{{{MAIN}}}calculatedColumnFormula"):
        if spills.search(formula.text or ""):
            formula.set("array", "1")


def _store(cell: Element, value: Cell) -> None:
    stored = cell.find(f"{{{MAIN}}}v")
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
        stored.text = escape_text(fit_cell(value))
    elif isinstance(value, bool):
        cell.set("t", "b")
        stored.text = str(int(value))
    else:
        stored.text = repr(int(value) if value == int(value) else value)


def _date(root: Element, built: date) -> None:
    for name in ("created", "modified"):
        for stamp in root.iter(f"{{{DUBLIN_CORE_TERMS}}}{name}"):
            stamp.text = f"{built}T00:00:00Z"


def _order_fonts(root: Element) -> None:
    """Put what is said of a font into the order that the standard asks for."""
    for font in root.iter(f"{{{MAIN}}}font"):
        font[:] = sorted(font, key=lambda child: FONT_ORDER.index(child.tag.rpartition("}")[2]))


def _describe(root: Element, descriptions: Mapping[str, str]) -> None:
    charts = root.iter(f"{{{DRAWING}}}cNvPr")
    for chart, (name, description) in zip(charts, descriptions.items(), strict=True):
        chart.set("name", name)
        chart.set("descr", description)
