"""What a workbook contains besides input: cells, code and objects, and which a build wrote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.sheets.cells import CellError, is_blank, to_serial
from xlfuncs.sheets.reader import COLUMNS_READ
from xlfuncs.sheets.schema import (
    CHOICES,
    INPUT_COLUMNS,
    POINTS,
    PRICE_LIST,
    RECORD,
    column_index,
    column_letter,
)
from xlfuncs.xlsx.package import (
    Package,
    Relation,
    find_main_part,
    open_package,
    read_relations,
    refuse_damage,
)
from xlfuncs.xlsx.reader import OpenWorkbook, Sheet
from xlfuncs.xlsx.sheet_reader import HEADER, PASSWORD
from xlfuncs.xlsx.user_input import (
    CALCULATED_BY_KEY,
    find_choices,
    find_input_header,
    find_known_columns,
)
from xlfuncs.xlsx.vba.project import PROJECT_KIND, find_project, read_macros
from xlfuncs.xlsx.xml_stream import MAIN, local_name

# Cells besides input: mostly what the build itself wrote. Where they differ from that, somebody
# typed or added something that a new build would lose.

Rows = Sequence[Sequence[Any]]
"""What is entered in the cells of a sheet, from A1 on."""

TextsByPlace = Mapping[str, str]
"""The text at each place, such as `Purchases!A1`; blank for a thing such as `the sheet 'Notes'`."""

MACROS, FUNCTIONS = "the macros in", "the function in the name"
ADDED = "the column "


def find_generated_content(
    sheets: Mapping[str, Rows], made: Iterable[str], objects: Iterable[str], code: TextsByPlace
) -> dict[str, str]:
    """The generated content of sheets by their titles; `made` are the titles that a build has.

    `objects` are the names of what is no cell: charts, names, comments. `code` are the texts of
    macros and of functions in names, by their places.
    """
    known = {title.casefold(): title for title in made}
    found = {**dict.fromkeys(objects, ""), **code}
    for title, rows in sheets.items():
        name = known.get(title.casefold())
        found.update([(f"the sheet {title!r}", "")] if name is None else _read_sheet(name, rows))
    return found


def format_record(content: TextsByPlace) -> list[str]:
    """The record of a build, by which a later one knows what nobody touched: a line a place."""
    return [f"{place} {_digest(text)}" for place, text in content.items()]


def parse_record(rows: Rows) -> dict[str, str]:
    """The digests by place, from the record on the hidden sheet of a workbook."""
    index = column_index(RECORD)
    lines = (row[index] for row in rows if index < len(row))
    pairs = (line.rpartition(" ") for line in lines if isinstance(line, str))
    return {place: digest for place, _, digest in pairs}


def is_recorded(place: str, text: str, record: Mapping[str, str]) -> bool:
    """Whether a place has the text that the build wrote there."""
    return record.get(place) == _digest(text)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def name_code(macros: Mapping[str, str], functions: Mapping[str, str]) -> dict[str, str]:
    """Macros by their modules, and functions by the names that hold them, each by its place.

    >>> name_code({"Sheet1": "sub"}, {"QUALYS_PRICE": "lambda(1)"})
    {"the macros in 'Sheet1'": 'sub', "the function in the name 'QUALYS_PRICE'": 'lambda(1)'}
    """
    named = [(MACROS, macros), (FUNCTIONS, functions)]
    return {f"{what} {name!r}": text for what, texts in named for name, text in texts.items()}


def is_code(place: str) -> bool:
    """Whether a place is one of macros or of a function, whose texts are too long to be shown."""
    return place.startswith((MACROS, FUNCTIONS))


def format_compared(value: Any) -> str:
    """What is entered in a cell, in one spelling for all programs: letter case and spaces of a
    formula do not count.

    >>> format_compared("=Qualys_Price(A1, B1)"), format_compared("Two words")
    ('=qualys_price(a1,b1)', 'Two words')
    >>> format_compared(5), format_compared(5.0)
    ('5', '5')
    """
    if isinstance(value, ArrayFormula):
        value = value.text
    if isinstance(value, CellError):
        value = value.code
    if isinstance(value, date):
        value = to_serial(value, False)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.15g}"
    return _normalize_formula(str(value))


@lru_cache(maxsize=1000)
def _normalize_formula(text: str) -> str:
    return re.sub(r"\s", "", text).casefold() if text.startswith("=") else text


@dataclass(frozen=True, slots=True)
class _Calculated:
    """The text of a formula, as it is and as in any row of its table."""

    text: str
    relative: str


def _read_sheet(name: str, rows: Rows) -> Iterator[tuple[str, str]]:
    columns, header_row = _find_columns(name, rows)
    choices, chosen = find_choices(name, rows), column_index(CHOICES)
    calculated: dict[str, dict[str, _Calculated]] = {}
    for number, index, value in _entered_cells(rows):
        if name == POINTS and index == column_index(RECORD):
            continue
        text, place = format_compared(value), f"{name}!{column_letter(index)}{number}"
        column = columns.get(index) if number >= header_row else None
        if column is None:
            if index != chosen or number - 1 not in choices:
                yield place, text
        elif column.startswith(ADDED):
            yield column, ""
        elif column in CALCULATED_BY_KEY.values() and number > header_row:
            calculated.setdefault(column, {})[place] = _Calculated(text, _relative(text, number))
    for title, cells in calculated.items():
        [(formula, _)] = Counter(each.relative for each in cells.values()).most_common(1)
        yield f"{ADDED}{title!r} on {name}", formula
        yield from ((place, each.text) for place, each in cells.items() if each.relative != formula)


def _entered_cells(rows: Rows) -> Iterator[tuple[int, int, Any]]:
    """The cells that are not blank, with their rows and indexes; what an array formula fills is
    not entered but calculated."""
    filled: dict[int, int] = {}  # the last row that is filled in a column
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            if is_blank(cell) or number <= filled.get(index, 0):
                continue
            if isinstance(cell, ArrayFormula):
                first, top, last, bottom = (each or 1 for each in range_boundaries(cell.ref))
                if (top, first - 1) == (number, index):
                    filled.update(dict.fromkeys(range(index, min(last, COLUMNS_READ)), bottom))
            yield number, index, cell


def _find_columns(name: str, rows: Rows) -> tuple[dict[int, str], int]:
    """What each column of a table holds, by its index, and the row of the titles.

    That is a field, the title of an answer, or a column that somebody added.
    """
    header = find_input_header(name, rows) if name in INPUT_COLUMNS else None
    if header is None:
        return {}, 0
    titles = rows[header.row]
    added = {
        index: f"{ADDED}{cell!r} on {name}"
        for index, cell in enumerate(titles)
        if isinstance(cell, str) and cell.strip()
    }
    return added | find_known_columns(name, titles, header), header.row + 1


def _relative(formula: str, row: int) -> str:
    """A formula without the number of its own row, which differs from row to row.

    >>> _relative("=qualys_price(a11,b11,c1)", 11)
    '=qualys_price(a#,b#,c1)'
    """
    if str(row) not in formula:  # as most, which name their columns
        return formula
    return re.sub(rf"(?<=[a-z]){row}\b", "#", formula)


# Functions in names and in macros, each as a text that can be compared.

FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, OPTIONAL_MARK = "_xlfn.", "_xlws.", "_xlpm.", "_xlop."
"""The marks that Excel stores before functions which came after the file format, before those that
give a table, and before the parameters of a function, also optional ones."""

LAMBDA = f"{FUNCTION_MARK}LAMBDA("
"""How the text of a name begins that holds a function."""

MARKS = "|".join(map(re.escape, (FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, OPTIONAL_MARK)))


def read_lambdas(package: Package) -> dict[str, str]:
    """Read the functions in names, by name, as they are compared. Raises FileFormatError.

    A name may be one of a single sheet, where it comes before that of the workbook.
    """
    found: dict[str, str] = {}
    with refuse_damage():
        root = package.tree(find_main_part(package))
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


def read_code(package: Package) -> dict[str, str]:
    """Read the macros of a workbook and the functions in its names, by place.

    Raises FileFormatError.
    """
    return name_code(read_macros(package), read_lambdas(package))


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

STAMP_PART, STAMP_PREFIX = "docProps/custom.xml", "xlfuncs "
"""Where a build states properties of its own, and how their names begin."""

OWN_PROPERTIES = {
    STAMP_PART: (STAMP_PREFIX,),
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

OWN_NAMES = ("_xlnm.", FUNCTION_MARK, TABLE_MARK, PARAMETER_MARK, "xlfuncs_")
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
    package, main = opened.package, opened.part.name
    root = package.tree(main)
    for name in _named(root, "definedName"):
        if _is_function(name):
            continue  # which are compared by what they say
        if not name.get("name", "").startswith(OWN_NAMES):
            yield f"the name {name.get('name')!r}"
        elif name.get("name") == "_xlnm.Print_Area":
            yield f"the print area {name.text}"
    for element, thing in OF_WORKBOOK.items():
        yield from (thing for each in _named(root, element) if each.attrib)
    yield from _find_properties(package)
    project = find_project(package)
    for part in ("", main, *([project] if project else [])):
        yield from _name_parts(read_relations(package, part))
    for title, part in opened.part.sheets.items():
        things = _find_on_sheet(package, part, opened.sheets.get(title))
        yield from (f"{thing} on {title}" for thing in things)


def _find_on_sheet(package: Package, part: str, sheet: Sheet | None) -> Iterator[str]:
    related = read_relations(package, part)
    yield from _name_parts(related)
    for each in related:
        if each.kind == "drawing":
            yield from _find_drawn(package, each.target)
        elif each.kind == "table":
            yield f"the table {package.tree(each.target).get('displayName')!r}"
    if sheet is not None:
        things = sheet.things
        yield from (thing for element, thing in ON_SHEETS.items() if element in things)
        yield from (f"the merged cells {area}" for area, _ in sheet.merged)


def _name_parts(related: Iterable[Relation]) -> Iterator[str]:
    for each in related:
        if each.kind not in PLAIN_PARTS:
            yield IN_WORDS.get(each.kind, f"a part of the kind {each.kind!r}")


def _find_properties(package: Package) -> Iterator[str]:
    for part, own in OWN_PROPERTIES.items():
        for each in package.tree(part) if part in package else ():
            name = each.get("name") or local_name(each.tag)
            if not name.startswith(own) and "".join(each.itertext()).strip():
                yield f"the document property {name!r}"


def _find_drawn(package: Package, part: str) -> Iterator[str]:
    targets = {each.identity: each.target for each in read_relations(package, part)}
    for shape in package.tree(part).iter():
        word = DRAWN.get(local_name(shape.tag))
        properties = next(_named(shape, "cNvPr"), None) if word else None
        if properties is not None:
            chart = next(_named(shape, "chart"), None)
            points = (
                None if chart is None else _name_own_chart(package, targets.get(_id(chart), ""))
            )
            yield points or f"the {word} {properties.get('name')!r}"


def _name_own_chart(package: Package, chart: str) -> str | None:
    """A chart that a build drew, by its points, for other programs rename charts."""
    for formula in package.texts(chart, "f"):
        found = re.match(rf"'?{POINTS}'?!\$?([A-Z]+)", formula)
        if found:
            return f"the chart of column {found[1]}{OWN_CHART}"
    return None


def _id(element: Element) -> str:
    return next((text for key, text in element.items() if re.search(r"(^|\})[Ii]d$", key)), "")


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if local_name(element.tag) == tag)
