"""What a .parquet file holds, measured before a database makes room for what its pages say.

A page says how much it unpacks to, and the database believes it: so each page is looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from xlfuncs.ledgers.columns import MOST_COLUMNS
from xlfuncs.ledgers.files.thrift import Broken, Packed
from xlfuncs.pricing.kinds import BadInput

MIB = 2**20
FEW_BYTES = 10 * MIB
FEW_ROWS, FEW_VALUES = 2_000_000, 15_000_000
"""Rows, and values in all columns, of a file of a few bytes; with each byte there may be more."""

PAGE = 112 * MIB
"""Bytes that a page of a small file may unpack to; the database itself writes some that large."""

MOST_PAGES = 100_000
MOST_ELEMENTS = 4 * MOST_COLUMNS
"""Columns, and columns within others."""

LONGEST_FOOTER = 8 * MIB
HEADER, LONGEST_HEADER = 2**12, 2**22
"""Bytes in which nearly every header of a page lies; one with long texts in it is read again."""

MARK = b"PAR1"
EXPORT = "export the ledger again, or as .csv"


class _Page(NamedTuple):
    """Where the next page begins, how many bytes this one unpacks to, and its values."""

    end: int
    unpacked: int
    values: int


def titles_within_bounds(path: Path) -> list[str]:
    """The titles of the columns as they are in the file, even if two are alike.

    Raises BadInput for a file that is damaged, or would unpack to more than a ledger is.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            footer = _footer(file, size)
            elements = [(_decoded(each[4]), each.get(5, 0)) for each in footer[2]]
            _refuse_much(file, size, footer[4])
        except (Broken, KeyError, TypeError, AttributeError, IndexError):
            raise BadInput(
                f"is no Parquet that can be read: what describes it is damaged; {EXPORT}"
            ) from None
    if len(elements) > MOST_ELEMENTS:
        raise BadInput(f"has {len(elements):,} columns; expected at most {MOST_COLUMNS:,}")
    return _titles(elements)


def most_bytes(size: int) -> int:
    """What a ledger in a file of that size unpacks to at most."""
    return 4 * PAGE + 50 * size


def _footer(file: BinaryIO, size: int) -> dict[int, Any]:
    file.seek(max(0, size - 8))
    end = file.read(8)
    length = int.from_bytes(end[:4], "little")
    if end[4:] != MARK or length + 12 > size:
        raise Broken
    if length > LONGEST_FOOTER:
        raise BadInput(
            f"has {length // MIB:,} MiB of what describes it; expected at most "
            f"{LONGEST_FOOTER // MIB}; {EXPORT}"
        )
    file.seek(size - 8 - length)
    return Packed(file.read(length)).structure()


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _titles(elements: list[tuple[str, int]]) -> list[str]:
    """The elements that are in no other one but the whole."""
    found: list[str] = []
    place = 1
    while place < len(elements):
        found.append(elements[place][0])
        left = 1
        while left and place < len(elements):
            left += elements[place][1] - 1
            place += 1
    return found


def _refuse_much(file: BinaryIO, size: int, groups: list[dict[int, Any]]) -> None:
    """Raises BadInput where there are more rows, values or bytes than a ledger of that size has."""
    rows = sum(group[3] for group in groups)
    beyond = max(0, size - FEW_BYTES)
    most_rows, most_values = FEW_ROWS + size // 2 + 8 * beyond, FEW_VALUES + 2 * size + 64 * beyond
    if rows > most_rows or min((group[3] for group in groups), default=0) < 0:
        raise BadInput(f"says that it has {rows:,} rows; expected at most {most_rows:,}; {EXPORT}")
    values = unpacked = 0
    for number, page in enumerate(_pages(file, groups), start=1):
        values += page.values
        unpacked += page.unpacked
        if page.unpacked > PAGE + size:
            raise BadInput(
                f"has a page that unpacks to {page.unpacked // MIB:,} MiB; expected at most "
                f"{(PAGE + size) // MIB:,}; {EXPORT}"
            )
        if number > MOST_PAGES + size // 100 or unpacked > most_bytes(size):
            raise BadInput(f"unpacks to more than a ledger of its size; {EXPORT}")
        if values > most_values:
            raise BadInput(f"has more than {most_values:,} values; {EXPORT}")


def _pages(file: BinaryIO, groups: list[dict[int, Any]]) -> Iterator[_Page]:
    for group in groups:
        for chunk in group[1]:
            column = chunk[3]
            starts = [column[field] for field in (9, 11) if column.get(field)]
            if column[5] < group[3]:  # a row has a value in each column, or tells that it has none
                raise Broken
            yield from _pages_of(file, min(starts, default=0), column[5])


def _pages_of(file: BinaryIO, start: int, values: int) -> Iterator[_Page]:
    """The pages of a column in a group of rows, which have so many values in all.

    Raises Broken where the last one has more: the database would leave these out without a word.
    """
    found = 0
    while found < values:
        page = _page(file, start)
        yield page
        found += page.values
        start = page.end
    if found > values:
        raise Broken


def _page(file: BinaryIO, start: int) -> _Page:
    for length in (HEADER, LONGEST_HEADER):
        file.seek(start)
        header = Packed(file.read(length))
        try:
            fields = header.structure()
        except IndexError:
            continue
        # the header of a page that holds values is field 5 or 8, and their number its field 1
        values = sum(fields[number][1] for number in (5, 8) if number in fields)
        if min(fields[2], fields[3], values) < 0:
            break
        return _Page(start + header.place + fields[3], fields[2], values)
    raise Broken
