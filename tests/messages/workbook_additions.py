"""What people and other programs put into a workbook besides what is asked for there."""

import re
from copy import deepcopy
from datetime import datetime
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from xlfuncs.xlsx.package import CONTENT_TYPES, PLAIN, read_parts
from xlfuncs.xlsx.package_writer import pack_parts


def things(book: Any) -> None:
    """All that a person may have added."""
    book.create_sheet("Notes")["A1"] = "call the vendor"
    book["Purchases"]["K15"].value = "Buyer"
    book["Purchases"]["E16"].value = 250_000
    book["Purchases"].merge_cells("A8:B8")
    book["Purchases"].protection.set_password("secret")
    book["Purchases"].protection.enable()
    book["Purchases"].print_area = "A1:E25"
    book["Purchases"].oddHeader.center.text = "File no. 4711"
    book.defined_names["Vendor"] = DefinedName("Vendor", attr_text="Contract!$B$5")
    book.properties.keywords = "scanning"
    book["Price list"].add_chart(deepcopy(book["Price list"]._charts[0]), "A60")
    book["Purchases"].add_chart(BarChart(), "L4")
    book["Guide"]["L30"].value = "Buyer"
    book["Guide"].add_table(Table(displayName="Buyers", ref="L30:L32"))


def moving(book: Any) -> None:
    book["Purchases"]["A16"].value = "=Tiers!F5"
    book["Purchases"]["A18"].value = 5
    book["Tiers"].insert_rows(3)


def array(book: Any) -> None:
    book["Purchases"]["D16"].value = ArrayFormula("D16", "=SUM(A16:A17*2)")


def of_1904(book: Any) -> None:
    book.epoch = datetime(1904, 1, 1)
    book["Purchases"]["B16"].value = "=TODAY()"


def a_remark(book: Any) -> None:
    for row in range(30):
        book["Guide"].cell(60 + row, 6).value = "call the vendor"


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATED = {
    "xl/worksheets/_rels/sheet4.xml.rels": ("comments", "pivotTable", "unheardOf"),
    "xl/_rels/workbook.xml.rels": (
        *("pivotCacheDefinition", "externalLink", "connections", "chartsheet", "rdRichValue"),
    ),
    "_rels/.rels": ("customXml", "classificationlabels"),
    "xl/_rels/vbaProject.bin.rels": ("vbaProjectSignature",),
}
"""The parts that name others, and the kinds that they name besides."""

ON_A_SHEET = (
    b'<hyperlinks><hyperlink ref="A1" location="Tiers!A5"/></hyperlinks>'
    b'<extLst><ext uri="x"><x:sparklineGroup xmlns:x="x"/></ext></extLst></worksheet>'
)


def related(parts: dict[str, bytes]) -> None:
    """The workbook names parts of every kind."""
    for part, kinds in RELATED.items():
        old = parts.get(part, f'<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
        new = "".join(
            f'<Relationship Id="more{number}" Target="/xl/more.xml" Type="{RELATIONS}/{kind}"/>'
            for number, kind in enumerate(kinds)
        )
        parts[part] = old.replace(b"</Relationships>", new.encode() + b"</Relationships>")
    parts["xl/more.xml"] = b"<more/>"
    sheet = "xl/worksheets/sheet4.xml"
    parts[sheet] = parts[sheet].replace(b"</worksheet>", ON_A_SHEET)
    locked = b'<workbookProtection lockStructure="1"/><sheets>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<sheets>", locked)


def with_picture_elsewhere(parts: dict[str, bytes]) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    target = r'Target="\\server\share\logo.png" TargetMode="External"'
    picture = f'<Relationship Id="picture" Type="{kind}" {target}/></Relationships>'.encode()
    part = "xl/worksheets/_rels/sheet4.xml.rels"
    old = parts.get(part, f'<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
    parts[part] = old.replace(b"</Relationships>", picture)


def template(parts: dict[str, bytes]) -> None:
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(
        PLAIN, PLAIN.replace(b".sheet.", b".template.")
    )


def with_shown(content: bytes, formula: str, shown: str) -> bytes:
    """The workbook with a value stored beside a formula, as programs that calculate do."""
    old = re.compile(rf"><f>{re.escape(formula[1:])}</f><v(?: ?/>|></v>)".encode())
    error = ' t="e"' if shown.startswith("#") else ""
    parts = dict(read_parts(content))
    [name] = [name for name, part in parts.items() if old.search(part)]
    new = f"{error}><f>{formula[1:]}</f><v>{shown}</v>".encode()
    parts[name] = old.sub(lambda _: new, parts[name])
    return pack_parts(parts)
