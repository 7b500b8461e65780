"""What a workbook has besides cells: charts, pictures, comments, names, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile

from xlfuncs.sheets.schema import POINTS, PRICE_LIST
from xlfuncs.xlsx.generated_content import PREFIX, STAMP_PART, name_code
from xlfuncs.xlsx.package import (
    Parts,
    Relation,
    find_main_part,
    open_package,
    read_parts,
    read_relations,
    read_texts,
    read_tree,
    refuse_damage,
)
from xlfuncs.xlsx.reader import OpenWorkbook, Sheet
from xlfuncs.xlsx.sheet_reader import HEADER, PASSWORD
from xlfuncs.xlsx.vba.reader import PROJECT_KIND, find_project, read_macros
from xlfuncs.xlsx.xml_stream import MAIN, local_name

# Functions in names and in macros, each as a text that can be compared.

FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, OPTIONAL_MARK = "_xlfn.", "_xlws.", "_xlpm.", "_xlop."
"""The marks that Excel stores before functions which came after the file format, before those that
give a table, and before the parameters of a function, also optional ones."""

LAMBDA = f"{FUNCTION_MARK}LAMBDA("
"""How the text of a name begins that holds a function."""

MARKS = "|".join(map(re.escape, (FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, OPTIONAL_MARK)))


def read_lambdas(parts: Parts) -> dict[str, str]:
    """Read the functions in names, by name, as they are compared. Raises FileFormatError.

    A name may be one of a single sheet, where it comes before that of the workbook.
    """
    found: dict[str, str] = {}
    with refuse_damage():
        root = read_tree(parts, find_main_part(parts))
        titles = [each.get("name", "") for each in root.iter(f"{{{MAIN}}}sheet")]
        for each in root.iter(f"{{{MAIN}}}definedName"):
            name, sheet = each.get("name", ""), each.get("localSheetId")
            name = name if sheet is None else f"{titles[int(sheet)]}!{name}"
            if _is_function(each):
                found[name] = found.get(name, "") + normalize_lambda(each.text or "")
    return found


def _is_function(name: Element) -> bool:
    return (name.text or "").lstrip().startswith(LAMBDA)


def normalize_lambda(text: str) -> str:
    """A function's text as it is compared: spaces, letter case and marks do not count.

    >>> normalize_lambda("_xlfn.LAMBDA(_xlpm.cells,\\n  ROWS(_xlpm.cells))")
    'lambda(cells,rows(cells))'
    """
    return re.sub(rf"\s|{MARKS}", "", text).casefold()


def has_lambdas(content: bytes) -> bool:
    """Whether a workbook has functions as names. Raises FileFormatError."""
    return bool(read_lambdas(open_package(content)))


def read_code(parts: Parts) -> dict[str, str]:
    """Read the macros of a workbook and the functions in its names, by place.

    Raises FileFormatError.
    """
    return name_code(read_macros(parts), read_lambdas(parts))


# Names, charts, pictures, comments, and the like.

DRAWN = {"graphicFrame": "chart", "pic": "picture", "sp": "drawing", "cxnSp": "drawing"}
PLAIN_PARTS = {
    *("worksheet", "theme", "styles", "sharedStrings", "sheetMetadata", "calcChain", "person"),
    *("printerSettings", "vmlDrawing", "table", "drawing", "officeDocument", "hyperlink"),
    *("rdRichValueStructure", "rdRichValueTypes", "richValueRel"),
    *("core-properties", "extended-properties", "custom-properties", "thumbnail"),
    PROJECT_KIND,
}
"""Kinds of parts that every program writes again, or whose content is looked at by itself."""

OWN_PROPERTIES = {
    STAMP_PART: (PREFIX,),
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

OWN_PREFIX = "xlfuncs_"
OWN_NAMES = ("_xlnm.", FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, OWN_PREFIX)
"""How the names begin that a build gives, and those that Excel gives or that a build may give."""

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


OWN_CHART = f" of {POINTS!r}"
"""What the name of a chart that a build drew has after the column of its points."""


def is_own_chart(name: str) -> bool:
    """Whether an object is a chart that a build drew."""
    return name.endswith(f"{OWN_CHART} on {PRICE_LIST}")


def list_objects(opened: OpenWorkbook) -> list[str]:
    """Each object of a workbook by a name that a person finds it by; of several, each by number.

    Raises FileFormatError.
    """
    seen: Counter[str] = Counter()
    named = []
    for name in _find_objects(opened):
        seen[name] += 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _find_objects(opened: OpenWorkbook) -> Iterator[str]:
    parts, main = opened.package, opened.part.name
    root = parts.tree(main)
    for name in _named(root, "definedName"):
        if _is_function(name):
            continue  # which are compared by what they say
        if not name.get("name", "").startswith(OWN_NAMES):
            yield f"the name {name.get('name')!r}"
        elif name.get("name") == "_xlnm.Print_Area":
            yield f"the print area {name.text}"
    for element, thing in OF_WORKBOOK.items():
        yield from (thing for each in _named(root, element) if each.attrib)
    yield from _find_properties(parts)
    project = find_project(parts)
    for part in ("", main, *([project] if project else [])):
        yield from _name_parts(read_relations(parts, part))
    for title, part in opened.part.sheets.items():
        things = _find_on_sheet(parts, part, opened.sheets.get(title))
        yield from (f"{thing} on {title}" for thing in things)


def _find_on_sheet(parts: Parts, part: str, sheet: Sheet | None) -> Iterator[str]:
    related = read_relations(parts, part)
    yield from _name_parts(related)
    for each in related:
        if each.kind == "drawing":
            yield from _find_drawn(parts, each.target)
        elif each.kind == "table":
            yield f"the table {read_tree(parts, each.target).get('displayName')!r}"
    if sheet is not None:
        things = sheet.things
        yield from (thing for element, thing in ON_SHEETS.items() if element in things)
        yield from (f"the merged cells {area}" for area, _ in sheet.merged)


def _name_parts(related: Iterable[Relation]) -> Iterator[str]:
    for each in related:
        if each.kind not in PLAIN_PARTS:
            yield IN_WORDS.get(each.kind, f"a part of the kind {each.kind!r}")


def _find_properties(parts: Parts) -> Iterator[str]:
    for part, own in OWN_PROPERTIES.items():
        for each in read_tree(parts, part) if part in parts else ():
            name = each.get("name") or local_name(each.tag)
            if not name.startswith(own) and "".join(each.itertext()).strip():
                yield f"the document property {name!r}"


def _find_drawn(parts: Parts, part: str) -> Iterator[str]:
    targets = {each.identity: each.target for each in read_relations(parts, part)}
    for shape in read_tree(parts, part).iter():
        word = DRAWN.get(local_name(shape.tag))
        properties = next(_named(shape, "cNvPr"), None) if word else None
        if properties is not None:
            chart = next(_named(shape, "chart"), None)
            points = None if chart is None else _name_own_chart(parts, targets.get(_id(chart), ""))
            yield points or f"the {word} {properties.get('name')!r}"


def _name_own_chart(parts: Parts, chart: str) -> str | None:
    """A chart that a build drew, by its points, for other programs rename charts."""
    for formula in read_texts(parts, chart, "f"):
        found = re.match(rf"'?{POINTS}'?!\$?([A-Z]+)", formula)
        if found:
            return f"the chart of column {found[1]}{OWN_CHART}"
    return None


def _id(element: Element) -> str:
    return next((text for key, text in element.items() if re.search(r"(^|\})[Ii]d$", key)), "")


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if local_name(element.tag) == tag)


# Content outside the workbook, such as a picture on a server.

NOT_FETCHED = {"hyperlink", "externalLinkPath", "xlPathMissing"}
"""What may be outside: a link is for people to follow, and of other workbooks the values count that
are stored in this one."""

FASTEST = 1


def remove_external_content(content: bytes) -> tuple[bytes, list[str]]:
    """Remove from a workbook what would be fetched from outside; return it, and where that was.

    A program that draws a linked picture asks whichever server the workbook names, or reads a file
    of the computer into what it saves. The package is packed again in any case, so that the program
    finds the parts that were checked, and no others of the same names. Raises FileFormatError.
    """
    parts = read_parts(content)
    found: list[str] = []
    with refuse_damage():
        for name in parts:
            if name.casefold().endswith(".rels"):
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
