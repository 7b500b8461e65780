"""What a sheet's XML has that openpyxl passes over in silence, and rows would be lost by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlfuncs.files.sizes import mebibytes
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.places import LAST_ROW

LARGEST = 48 * 2**20
"""Bytes the XML of a sheet with a price table may have; fifty thousand rows need less."""

_ROW_OR_CELL = re.compile(rb'<(?:\w+:)?(row|c)\b[^>]*?\br="([A-Z]{0,3})(-?[0-9]{1,12})"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+[0-9]+:[A-Z]+([0-9]+))"')


def refuse_disorder(sheet: str, xml: bytes) -> None:
    """Raises Unreadable where rows or cells are out of order, there twice, or too many.

    openpyxl would leave out such a row, or let the second cell prevail.
    """
    if len(xml) > LARGEST:
        raise Unreadable(f"sheet {sheet!r} unpacks to {mebibytes(len(xml))}; {EXPECTED_SIZE}")
    row, column = 0, b""
    for tag, letters, number in _numbered(xml):
        if tag == b"row":
            in_order = row < number <= LAST_ROW
            row, column = number, b""
        else:
            in_order = number == row and (len(column), column) < (len(letters), letters)
            column = letters
        if not in_order:
            where = f"{letters.decode()}{number}"
            raise Unreadable(
                f"sheet {sheet!r} has row or cell {where} twice or out of order; "
                f"open the workbook in Excel and save it again"
            )


EXPECTED_SIZE = f"expected at most {mebibytes(LARGEST)}"


def _numbered(xml: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """The rows and cells that state their number, in the order of the file."""
    for found in _ROW_OR_CELL.finditer(xml):
        yield found[1], found[2], int(found[3])


def merged_in(xml: bytes) -> list[tuple[str, int]]:
    """The merged ranges, such as `A5:B6`, each with its last row."""
    return [(found[1].decode(), int(found[2])) for found in _MERGED.finditer(xml)]
