"""Parts of workbooks as no build makes them."""

from xlfuncs.xlsx.package import CONTENT_TYPES, PLAIN, read_parts
from xlfuncs.xlsx.package_writer import pack_parts

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
    old = f"><f>{formula[1:]}</f><v />".encode()
    error = ' t="e"' if shown.startswith("#") else ""
    parts = dict(read_parts(content))
    [name] = [name for name, part in parts.items() if old in part]
    new = f"{error}><f>{formula[1:]}</f><v>{shown}</v>".encode()
    parts[name] = parts[name].replace(old, new)
    return pack_parts(parts)
