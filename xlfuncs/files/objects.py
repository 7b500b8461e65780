"""What a workbook holds besides cells: names, charts, pictures, comments, and the like."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from xlfuncs.tables.schema import POINTS

Parts = Mapping[str, bytes]
"""The parts of a workbook's package by their names."""

DRAWN = {"graphicFrame": "chart", "pic": "picture", "sp": "drawing", "cxnSp": "drawing"}
PLAIN_PARTS = {
    *("worksheet", "theme", "styles", "sharedStrings", "sheetMetadata", "calcChain", "person"),
    *("printerSettings", "vmlDrawing", "table", "drawing", "officeDocument"),
    *("core-properties", "extended-properties", "custom-properties", "thumbnail"),
}
"""Kinds of parts that hold nothing of their own: every program writes them anew."""

IN_WORDS = {
    "comments": "the comments",
    "threadedComment": "the comments",
    "hyperlink": "the hyperlinks",
    "pivotTable": "a pivot table",
    "pivotCacheDefinition": "the data of a pivot table",
    "externalLink": "a link to another workbook",
    "vbaProject": "the macros",
    "connections": "a connection to data",
    "customXml": "the properties of a document library",
}


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook. Raises BadZipFile."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def objects_of(parts: Parts) -> Iterator[str]:
    """Each object of a workbook by a name that a person finds it by."""
    book = _xml(parts, "xl/workbook.xml")
    for name in _named(book, "definedName"):
        if not name.get("name", "").startswith("_xlnm."):
            yield f"the name {name.get('name')!r}"
    for kind, _ in [*_related(parts, ""), *_related(parts, "xl/workbook.xml")]:
        if kind not in PLAIN_PARTS:
            yield IN_WORDS.get(kind, f"a part of the kind {kind!r}")
    targets = {_id(each): target for each, target in _relations(parts, "xl/workbook.xml")}
    for sheet in _named(book, "sheet"):
        part = targets.get(_id(sheet), "")
        for kind, target in _related(parts, part):
            if kind == "drawing":
                yield from _drawn(parts, target, sheet.get("name", ""))
            elif kind == "table":
                yield f"the table {_xml(parts, target).get('displayName')!r}"
            elif kind not in PLAIN_PARTS:
                what = IN_WORDS.get(kind, f"a part of the kind {kind!r}")
                yield f"{what} on {sheet.get('name')}"


def _drawn(parts: Parts, part: str, sheet: str) -> Iterator[str]:
    targets = {_id(each): target for each, target in _relations(parts, part)}
    for shape in _xml(parts, part).iter():
        word = DRAWN.get(_local(shape.tag))
        name = next(_named(shape, "cNvPr"), None) if word else None
        if name is not None:
            chart = next(_named(shape, "chart"), None)
            points = None if chart is None else _points(parts, targets.get(_id(chart), ""))
            yield points or f"the {word} {name.get('name')!r} on {sheet}"


def _points(parts: Parts, chart: str) -> str | None:
    """A chart of our own by the points that it draws, for programs give charts other names."""
    for formula in _named(_xml(parts, chart), "f"):
        found = re.match(rf"'?{POINTS}'?!\$?([A-Z]+)", formula.text or "")
        if found:
            return f"the chart of the points in column {found[1]} of {POINTS}"
    return None


def _related(parts: Parts, part: str) -> Iterator[tuple[str, str]]:
    for relation, target in _relations(parts, part):
        yield relation.get("Type", "").rpartition("/")[2], target


def _relations(parts: Parts, part: str) -> Iterator[tuple[Element, str]]:
    """The relationships of a part, each with the part that it leads to."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path in parts:
        for relation in _xml(parts, path):
            target = posixpath.join("/", folder, relation.get("Target", ""))
            yield relation, posixpath.normpath(target).lstrip("/")


def _id(element: Element) -> str:
    return next((text for key, text in element.items() if re.search(r"(^|\})[Ii]d$", key)), "")


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local(element.tag) == tag)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _xml(parts: Parts, part: str) -> Element:
    root: Element = fromstring(parts[part])
    return root
