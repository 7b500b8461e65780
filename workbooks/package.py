"""What openpyxl leaves to be done to a workbook: stored values, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from xml.etree.ElementTree import Element, register_namespace, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from workbooks.sheets import escaped
from xlfuncs.tables.cells import Cell, CellError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"
PREFIXES = {
    "": MAIN,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": DUBLIN_CORE_TERMS,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can hold; a workbook built twice is the same twice."""
PROPERTIES = "docProps/core.xml"


def finished(content: bytes, values: Mapping[int, Mapping[str, Cell]]) -> bytes:
    """The workbook with the values of its formulas stored and every date of writing fixed.

    `values` are by the number of the sheet, from 1, and by cell. Programs that calculate nothing
    (previews, data tools) show them, and Excel does until it calculates.
    """
    for prefix, namespace in PREFIXES.items():
        register_namespace(prefix, namespace)
    parts = {f"xl/worksheets/sheet{number}.xml": cells for number, cells in values.items()}
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w") as package:
        for name in source.namelist():
            part = source.read(name)
            if name in parts:
                part = _with_values(part, parts[name])
            elif name == PROPERTIES:
                part = _undated(part)
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            package.writestr(entry, part)
    return target.getvalue()


def _with_values(part: bytes, values: Mapping[str, Cell]) -> bytes:
    root = fromstring(part)
    for cell in root.iter(f"{{{MAIN}}}c"):
        address = cell.get("r", "")
        if address in values:
            _store(cell, values[address])
    return _serialized(root)


def _store(cell: Element, value: Cell) -> None:
    stored = cell.find(f"{{{MAIN}}}v")
    if stored is None:
        stored = Element(f"{{{MAIN}}}v")
        cell.append(stored)
    cell.attrib.pop("t", None)
    if isinstance(value, CellError):
        cell.set("t", "e")
        stored.text = value.code
    elif isinstance(value, str):
        cell.set("t", "str")
        stored.text = escaped(value)
    else:
        stored.text = repr(int(value) if value == int(value) else value)


def _undated(part: bytes) -> bytes:
    root = fromstring(part)
    day = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*EPOCH)
    for name in ("created", "modified"):
        for stamp in root.iter(f"{{{DUBLIN_CORE_TERMS}}}{name}"):
            stamp.text = day
    return _serialized(root)


def _serialized(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text
