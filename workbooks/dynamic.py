"""Cells that call a name, marked so that Excel shows the formula as it is and lets it spill.

Excel stores such a call, also one in a table that answers a single cell, as an array formula with
the mark of a dynamic one; without it, it would put an `@` before the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SHEET, TABLE = "xl/worksheets/", "xl/tables/"
CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f>')
COLUMN = re.compile(rb"<calculatedColumnFormula>([^<]*)</calculatedColumnFormula>")


def dynamic(parts: Mapping[str, bytes], called: str) -> dict[str, bytes]:
    """The parts of a workbook, with each cell marked whose formula a pattern is found in.

    >>> sheet = b'<c r="B2" t="n"><f>1+ACME_PRICE(1)</f><v>5</v></c><c r="B3"><f>1</f><v>1</v></c>'
    >>> marked = dynamic({"xl/worksheets/sheet1.xml": sheet}, "ACME_PRICE")
    >>> marked["xl/worksheets/sheet1.xml"].decode()[:76]
    '<c r="B2" t="n" cm="1"><f t="array" ref="B2">1+ACME_PRICE(1)</f><v>5</v></c>'
    """
    pattern = re.compile(called.encode())

    def cell(found: re.Match[bytes]) -> bytes:
        place, others, formula = found.groups()
        if not pattern.search(formula):
            return found[0]
        return b'<c r="%b"%b cm="1"><f t="array" ref="%b">%b</f>' % (place, others, place, formula)

    def column(found: re.Match[bytes]) -> bytes:
        if not pattern.search(found[1]):
            return found[0]
        return found[0].replace(b"Formula>", b'Formula array="1">', 1)

    return {
        name: CELL.sub(cell, part)
        if name.startswith(SHEET)
        else COLUMN.sub(column, part)
        if name.startswith(TABLE)
        else part
        for name, part in parts.items()
    }
