"""What a workbook holds besides cells: names, charts, pictures, comments, and the like."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from xlfuncs.files.books.lambdas import is_function
from xlfuncs.files.books.macros import PROJECT
from xlfuncs.files.books.packages import Parts
from xlfuncs.tables.schema import POINTS

DRAWN = {"graphicFrame": "chart", "pic": "picture", "sp": "drawing", "cxnSp": "drawing"}
PLAIN_PARTS = {
    *("worksheet", "theme", "styles", "sharedStrings", "sheetMetadata", "calcChain", "person"),
    *("printerSettings", "vmlDrawing", "table", "drawing", "officeDocument", "hyperlink"),
    *("rdRichValueStructure", "rdRichValueTypes", "richValueRel"),
    *("core-properties", "extended-properties", "custom-properties", "thumbnail"),
    "vbaProject",
}
"""Kinds of parts that hold nothing of their own, as every program writes them anew, or of which
what they hold is looked at by itself."""

OWN_PROPERTIES = {
    "docProps/custom.xml": ("xlfuncs ",),
    "docProps/core.xml": (
        *("creator", "title", "created", "modified", "lastModifiedBy", "revision", "language"),
        *("lastPrinted", "version"),
    ),
    "docProps/app.xml": (
        *("Template", "TotalTime", "Pages", "Words", "Characters", "Application", "DocSecurity"),
        *("ScaleCrop", "HeadingPairs", "TitlesOfParts", "Links", "SharedDoc", "HyperlinksChanged"),
        *("AppVersion", "HyperlinkBase"),
    ),
}
"""How the properties begin that a build writes itself, or every program as it likes."""

OWN_NAMES = ("_xlnm.", "_xlfn.", "_xlws.", "_xlpm.", "xlfuncs_")
"""How the names begin that Excel, or a build, gives by itself."""

ON_SHEETS = {
    rb"<(\w+:)?hyperlink\b": "the hyperlinks",
    rb"<(\w+:)?oddHeader\b[^>]*>[^<]": "the page header",
    rb"<(\w+:)?sparklineGroup\b": "the sparklines",
    rb"<(\w+:)?sheetProtection\b": "the protection",
    rb"<(\w+:)?sheetProtection\b[^>]*\b(password|hashValue)=": "the password",
}
"""What a sheet's part says of itself."""

IN_WORDS = {
    "comments": "the comments",
    "threadedComment": "the comments",
    "pivotTable": "a pivot table",
    "pivotCacheDefinition": "the data of a pivot table",
    "externalLink": "a link to another workbook",
    "connections": "a connection to data",
    "vbaProjectSignature": "the signature of the macros",
    "vbaProjectSignatureAgile": "the signature of the macros",
    "vbaProjectSignatureV3": "the signature of the macros",
    "customXml": "the properties of a document library",
    "chartsheet": "a sheet that is a chart",
    "classificationlabels": "the sensitivity label",
    "rdRichValue": "linked data or pictures in cells",
}


def objects_of(parts: Parts) -> list[str]:
    """Each object of a workbook by a name that a person finds it by; of several, each by number."""
    seen: Counter[str] = Counter()
    named = []
    for name in _objects(parts):
        seen[name] += 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _objects(parts: Parts) -> Iterator[str]:
    main = next(target for kind, target in _related(parts, "") if kind == "officeDocument")
    book = _xml(parts, main)
    for name in _named(book, "definedName"):
        if is_function(name.text):
            continue  # which are compared by what they say
        if not name.get("name", "").startswith(OWN_NAMES):
            yield f"the name {name.get('name')!r}"
        elif name.get("name") == "_xlnm.Print_Area":
            yield f"the print area {name.text}"
    yield from ("the protection of the workbook" for _ in _named(book, "workbookProtection"))
    yield from _properties(parts)
    yield from _in_words(kind for kind, _ in [*_related(parts, ""), *_related(parts, main)])
    yield from _in_words(kind for kind, _ in _related(parts, PROJECT))
    targets = {_id(each): target for each, target in _relations(parts, main)}
    for sheet in _named(book, "sheet"):
        title = sheet.get("name", "")
        part = targets.get(_id(sheet), "")
        yield from (f"{thing} on {title}" for thing in _of_sheet(parts, part))


def _of_sheet(parts: Parts, part: str) -> Iterator[str]:
    related = list(_related(parts, part))
    yield from _in_words(kind for kind, _ in related)
    for kind, target in related:
        if kind == "drawing":
            yield from _drawn(parts, target)
        elif kind == "table":
            yield f"the table {_xml(parts, target).get('displayName')!r}"
    for pattern, thing in ON_SHEETS.items():
        if re.search(pattern, parts[part]):
            yield thing
    for merged in re.findall(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z0-9:]+)"', parts[part]):
        yield f"the merged cells {merged.decode()}"


def _in_words(kinds: Iterable[str]) -> Iterator[str]:
    for kind in kinds:
        if kind not in PLAIN_PARTS:
            yield IN_WORDS.get(kind, f"a part of the kind {kind!r}")


def _properties(parts: Parts) -> Iterator[str]:
    for part, own in OWN_PROPERTIES.items():
        for each in _xml(parts, part) if part in parts else ():
            name = each.get("name") or _local(each.tag)
            if not name.startswith(own) and "".join(each.itertext()).strip():
                yield f"the document property {name!r}"


def _drawn(parts: Parts, part: str) -> Iterator[str]:
    targets = {_id(each): target for each, target in _relations(parts, part)}
    for shape in _xml(parts, part).iter():
        word = DRAWN.get(_local(shape.tag))
        properties = next(_named(shape, "cNvPr"), None) if word else None
        if properties is not None:
            chart = next(_named(shape, "chart"), None)
            points = None if chart is None else _points(parts, targets.get(_id(chart), ""))
            yield points or f"the {word} {properties.get('name')!r}"


def _points(parts: Parts, chart: str) -> str | None:
    """A chart of our own by the points that it draws, for programs give charts other names."""
    for formula in _named(_xml(parts, chart), "f"):
        found = re.match(rf"'?{POINTS}'?!\$?([A-Z]+)", formula.text or "")
        if found:
            return f"the chart of column {found[1]} of {POINTS!r}"
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
