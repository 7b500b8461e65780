"""What a workbook has besides cells: charts, pictures, comments, names, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile

from xlfuncs.sheets.schema import POINTS
from xlfuncs.xlsx.package import (
    Parts,
    find_main_part,
    in_one_sentence,
    open_package,
    parts_of,
    read_relations,
    read_tree,
    texts_of,
)
from xlfuncs.xlsx.reader import Opened, Sheet
from xlfuncs.xlsx.sheet_reader import HEADER, PASSWORD
from xlfuncs.xlsx.vba.reader import project_of
from xlfuncs.xlsx.xml_stream import MAIN, local_name

# The names of a workbook that hold functions, each as a text that can be compared.

FUNCTION = "_xlfn.LAMBDA("
"""How the text of a name begins that holds a function."""

MARKS = r"_xlfn\.|_xlws\.|_xlpm\.|_xlop\."


def lambdas_of(parts: Parts) -> dict[str, str]:
    """The functions in names, by name; spaces and letter case do not count. Raises Unreadable.

    A name may be one of a single sheet, where it comes before that of the workbook.
    """
    found: dict[str, str] = {}
    with in_one_sentence():
        root = read_tree(parts, find_main_part(parts))
        titles = [each.get("name", "") for each in root.iter(f"{{{MAIN}}}sheet")]
        for each in root.iter(f"{{{MAIN}}}definedName"):
            name, sheet = each.get("name", ""), each.get("localSheetId")
            name = name if sheet is None else f"{titles[int(sheet)]}!{name}"
            if is_function(each.text):
                found[name] = found.get(name, "") + compared(each.text or "")
    return found


def is_function(text: str | None) -> bool:
    """Whether the text of a name is a function."""
    return (text or "").lstrip().startswith(FUNCTION)


def compared(text: str) -> str:
    """A function's text as it is compared.

    >>> compared("_xlfn.LAMBDA(_xlpm.cells,\\n  ROWS(_xlpm.cells))")
    'lambda(cells,rows(cells))'
    """
    return re.sub(rf"\s|{MARKS}", "", text).casefold()


def has_functions(content: bytes) -> bool:
    """Whether a workbook brings functions along as names. Raises Unreadable."""
    return bool(lambdas_of(open_package(content)))


# What a workbook holds besides cells: names, charts, pictures, comments, and the like.

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
    "hyperlink": "the hyperlinks",
    HEADER: "the page header",
    "sparklineGroup": "the sparklines",
    "sheetProtection": "the protection",
    "protectedRange": "the ranges that may be edited with a password",
    "scenario": "the scenarios",
    "legacyDrawingHF": "the pictures in header or footer",
    PASSWORD: "the password",
}
"""What a sheet's part says of itself."""

OF_WORKBOOK = {
    "workbookProtection": "the protection of the workbook",
    "fileSharing": "the password for changes",
    "customWorkbookView": "the views of the workbook",
}
"""What the list of sheets says besides them, where it says anything of it."""

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


def objects_of(opened: Opened) -> list[str]:
    """Each object of a workbook by a name that a person finds it by; of several, each by number."""
    seen: Counter[str] = Counter()
    named = []
    for name in _objects(opened):
        seen[name] += 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _objects(opened: Opened) -> Iterator[str]:
    parts, main = opened.package, opened.part.name
    book = parts.tree(main)
    for name in _named(book, "definedName"):
        if is_function(name.text):
            continue  # which are compared by what they say
        if not name.get("name", "").startswith(OWN_NAMES):
            yield f"the name {name.get('name')!r}"
        elif name.get("name") == "_xlnm.Print_Area":
            yield f"the print area {name.text}"
    for element, thing in OF_WORKBOOK.items():
        yield from (thing for each in _named(book, element) if each.attrib)
    yield from _properties(parts)
    yield from _in_words(kind for kind, _ in [*_related(parts, ""), *_related(parts, main)])
    project = project_of(parts)
    if project:
        yield from _in_words(kind for kind, _ in _related(parts, project))
    for title, part in opened.part.sheets.items():
        sheet = opened.sheets.get(title)
        yield from (f"{thing} on {title}" for thing in _of_sheet(parts, part, sheet))


def _of_sheet(parts: Parts, part: str, sheet: Sheet | None) -> Iterator[str]:
    related = list(_related(parts, part))
    yield from _in_words(kind for kind, _ in related)
    for kind, target in related:
        if kind == "drawing":
            yield from _drawn(parts, target)
        elif kind == "table":
            yield f"the table {read_tree(parts, target).get('displayName')!r}"
    if sheet is not None:
        things = sheet.things
        yield from (thing for element, thing in ON_SHEETS.items() if element in things)
        yield from (f"the merged cells {area}" for area, _ in sheet.merged)


def _in_words(kinds: Iterable[str]) -> Iterator[str]:
    for kind in kinds:
        if kind not in PLAIN_PARTS:
            yield IN_WORDS.get(kind, f"a part of the kind {kind!r}")


def _properties(parts: Parts) -> Iterator[str]:
    for part, own in OWN_PROPERTIES.items():
        for each in read_tree(parts, part) if part in parts else ():
            name = each.get("name") or local_name(each.tag)
            if not name.startswith(own) and "".join(each.itertext()).strip():
                yield f"the document property {name!r}"


def _drawn(parts: Parts, part: str) -> Iterator[str]:
    targets = {each.identity: each.target for each in read_relations(parts, part)}
    for shape in read_tree(parts, part).iter():
        word = DRAWN.get(local_name(shape.tag))
        properties = next(_named(shape, "cNvPr"), None) if word else None
        if properties is not None:
            chart = next(_named(shape, "chart"), None)
            points = None if chart is None else _points(parts, targets.get(_id(chart), ""))
            yield points or f"the {word} {properties.get('name')!r}"


def _points(parts: Parts, chart: str) -> str | None:
    """A chart of our own by the points that it draws, for programs give charts other names."""
    for formula in texts_of(parts, chart, "f"):
        found = re.match(rf"'?{POINTS}'?!\$?([A-Z]+)", formula)
        if found:
            return f"the chart of column {found[1]} of {POINTS!r}"
    return None


def _related(parts: Parts, part: str) -> Iterator[tuple[str, str]]:
    return ((each.kind, each.target) for each in read_relations(parts, part))


def _id(element: Element) -> str:
    return next((text for key, text in element.items() if re.search(r"(^|\})[Ii]d$", key)), "")


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if local_name(element.tag) == tag)


# What belongs to a workbook and lies outside it, such as a picture on a server.

RELATIONS = ".rels"
"""How the parts end that say what belongs to a part, and where that is."""

NOT_FETCHED = {"hyperlink", "externalLinkPath", "xlPathMissing"}
"""What may lie outside: a link is for people to follow, and of other workbooks the values count
that are stored in this one.
"""

FASTEST = 1


def without_outside(content: bytes) -> tuple[bytes, list[str]]:
    """A workbook without what would be fetched from outside it, and where that was.

    A program that draws a linked picture asks whichever server the workbook names, or reads a file
    of the computer into what it saves. The package is packed again in any case, so that the program
    finds the parts that were looked at, and no others of the same names. Raises Unreadable.
    """
    parts = parts_of(content)
    found: list[str] = []
    with in_one_sentence():
        for name in parts:
            if name.casefold().endswith(RELATIONS):
                root = read_tree(parts, name)
                fetched = list(_fetched(root))
                found += (relation.get("Target", "") for relation in fetched)
                for relation in fetched:
                    root.remove(relation)
                if fetched:
                    parts[name] = tostring(root, encoding="UTF-8", xml_declaration=True)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=FASTEST) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue(), list(dict.fromkeys(found))


def _fetched(root: Element) -> Iterator[Element]:
    for relation in root:
        outside = relation.get("TargetMode", "").casefold() == "external"
        if outside and relation.get("Type", "").rpartition("/")[2] not in NOT_FETCHED:
            yield relation
