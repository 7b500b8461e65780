"""Built workbooks with other rows on their sheets, and questions on a sheet of their own."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.cells import Cell, CellError
from xlfuncs.sheets.schema import AMENDMENTS, COLUMNS, LAMBDA_ROWS, SHEETS, TIERS, column_letter
from xlfuncs.xlsx.lambdas.definitions import FIRST_ROW, column_letters
from xlfuncs.xlsx.package import CONTENT_TYPES, OF_SHEETS, OFFICE, read_parts
from xlfuncs.xlsx.package_writer import RELATIONS, pack_parts
from xlfuncs.xlsx.sheets.contract import TITLE_ROW
from xlfuncs.xlsx.xml_stream import MAIN

SERVICE = [column.field for column in COLUMNS].index("service")
ASKED = "Asked"
PART = "xl/worksheets/asked.xml"
LISTED = {
    "xl/workbook.xml": (
        f'<sheet xmlns:r="{OFFICE}" name="{ASKED}" sheetId="99" r:id="rIdAsked"/></sheets>'
    ),
    RELATIONS: (
        f'<Relationship Type="{OFFICE}/worksheet" Target="/{PART}" Id="rIdAsked"/></Relationships>'
    ),
    CONTENT_TYPES: (
        f'<Override PartName="/{PART}" ContentType="{OF_SHEETS}.worksheet+xml"/></Types>'
    ),
}
"""Where a sheet is listed, each with the end of the list that it comes before."""


class Formula(NamedTuple):
    """A formula that spills from its cell over an area, or answers in it alone."""

    text: str
    height: int = 1
    width: int = 1


Content = Mapping[str, bytes]
Rows = Sequence[Sequence[Cell | Formula]]


def part_of(sheet: str) -> str:
    number = 2 + len(SHEETS) if sheet == LAMBDA_ROWS else 1 + SHEETS.index(sheet)
    return f"xl/worksheets/sheet{number}.xml"


def template(content: bytes) -> dict[str, bytes]:
    """The parts of a built workbook of which only the rows that price and the names are left.

    Conditional formats are left out because IronCalc works them out for every one of their cells,
    which takes it seconds, and the other sheets because nothing is asked of them.
    """
    parts = read_parts(content)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = without("conditionalFormatting|dataValidations", parts[name])
            if name not in map(part_of, (TIERS, AMENDMENTS, LAMBDA_ROWS)):
                parts[name] = without("sheetData", parts[name], b"<sheetData/>")
    return parts


def without(tags: str, part: bytes, instead: bytes = b"") -> bytes:
    return re.sub(rf"<({tags})\b.*</\1>".encode(), instead, part, flags=re.DOTALL)


def with_rows(parts: Content, tiers: Rows, amendments: Rows, points: int = 1) -> dict[str, bytes]:
    """The workbook with these rows on Tiers and Amendments, titles first, its tables grown to them.

    `points` are those at which findings look at prices. What the sheet Rows had stored is taken
    away: it has to be recalculated.
    """
    changed = dict(parts)
    for sheet, rows in ((TIERS, tiers), (AMENDMENTS, amendments)):
        name = part_of(sheet)
        before = re.match(rb".*?<row r=\"%d\".*?</row>" % TITLE_ROW, parts[name], re.DOTALL)
        after = parts[name][parts[name].index(b"</sheetData>") :]
        changed[name] = before[0] + written(rows[1:], TITLE_ROW + 1) + after
        table = f"xl/tables/table{1 + SHEETS.index(sheet)}.xml"
        area = f"A{TITLE_ROW}:{column_letter(len(COLUMNS) - 1)}{TITLE_ROW + max(1, len(rows) - 1)}"
        changed[table] = re.sub(rb' ref="[^"]*"', f' ref="{area}"'.encode(), parts[table])
    services = {name_key(f"{row[SERVICE] or ''}") for row in (*tiers[1:], *amendments[1:])}
    rows = max(1, len(tiers) - 1) + max(1, len(amendments) - 1)
    sizes = {
        "Found": 1,
        "Rows": rows,
        "Services": max(1, len(services - {""})),
        "Grid": points,
        "Findings": rows,
    }
    return {**changed, part_of(LAMBDA_ROWS): spilling(parts[part_of(LAMBDA_ROWS)], sizes)}


def spilling(part: bytes, sizes: Mapping[str, int]) -> bytes:
    """The sheet Rows with formulas that spill over so many rows, and nothing that they had given.

    cellrune wants to be told how far they spill.
    """
    for (block, _), letter in column_letters().items():
        last = FIRST_ROW + sizes[block] - 1
        area = f' ref="{letter}{FIRST_ROW}:{letter}{last}"'
        part = re.sub(rb' ref="%s%d[^"]*"' % (letter.encode(), FIRST_ROW), area.encode(), part)
    given = part.index(f'<row r="{FIRST_ROW + 1}"'.encode())
    return part[:given] + part[part.index(b"</sheetData>") :]


def with_questions(parts: Content, rows: Rows) -> bytes:
    """The workbook with a sheet that holds these rows from A1 on."""
    changed = dict(parts)
    for name, entry in LISTED.items():
        end = entry[entry.rindex("</") :]
        changed[name] = parts[name].replace(end.encode(), entry.encode())
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{written(rows, 1).decode()}</sheetData>'
    return pack_parts({**changed, PART: f"{sheet}</worksheet>".encode()})


def written(rows: Rows, first: int) -> bytes:
    """Rows of a sheet as its part holds them."""
    return "".join(
        f'<row r="{number}">'
        + "".join(
            cell_of(f"{column_letter(index)}{number}", each) for index, each in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, first)
    ).encode()


def cell_of(address: str, content: Cell | Formula) -> str:
    if content is None or content == "":
        return ""
    if isinstance(content, Formula):
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()
        last = f"{column_after(letters, content.width - 1)}{int(row) + content.height - 1}"
        formula = f'<f t="array" ref="{address}:{last}">{escape(content.text)}</f>'
        return f'<c r="{address}" cm="1">{formula}<v>0</v></c>'  # IronCalc complains without
    if isinstance(content, bool):
        return f'<c r="{address}" t="b"><v>{content:d}</v></c>'
    if isinstance(content, CellError):
        return f'<c r="{address}" t="e"><v>{content.code}</v></c>'
    if isinstance(content, str):
        text = f'<is><t xml:space="preserve">{escape(content)}</t></is>'
        return f'<c r="{address}" t="inlineStr">{text}</c>'
    return f'<c r="{address}"><v>{content!r}</v></c>'


def column_after(letters: str, count: int) -> str:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return column_letter(number - 1 + count)
