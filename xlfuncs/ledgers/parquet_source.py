"""Ledgers in .parquet files, measured before a database makes room for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import (
    FEW_BYTES,
    LONGEST,
    MOST_COLUMNS,
    Form,
    Style,
    check_width,
    find_columns,
)
from xlfuncs.ledgers.expressions import execute
from xlfuncs.ledgers.ledger import Source
from xlfuncs.pricing.outcomes import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# Structures as Thrift packs them, in which .parquet says what it holds.

DEEPEST = 16
"""Structures within each other."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_NUMBERS = (4, 5, 6)


class Broken(Exception):
    """Where a structure should be is none."""


class Packed:
    """Bytes with structures one after another; `place` is where the next one begins.

    >>> Packed(bytes([0x15, 0x06, 0x18, 0x01, 0x41, 0x00])).structure()
    {1: 3, 2: b'A'}
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    def structure(self, deepest: int = DEEPEST) -> dict[int, Any]:
        """The fields by their numbers. Raises Broken, and IndexError where the bytes end."""
        if not deepest:
            raise Broken
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._number()
            fields[number] = self._value(head & 15, deepest)
        return fields

    def _value(self, kind: int, deepest: int) -> Any:
        if kind in _NUMBERS:
            return self._number()
        if kind == _BINARY:
            return self._bytes(self._plain())
        if kind == _STRUCT:
            return self.structure(deepest - 1)
        if kind in {_LIST, _SET}:
            return self._list(deepest - 1)
        if kind in {_TRUE, _FALSE}:
            return kind == _TRUE
        if kind in {_BYTE, _DOUBLE}:
            return self._bytes(1 if kind == _BYTE else 8)
        raise Broken

    def _list(self, deepest: int) -> list[Any]:
        head = self._byte()
        count = self._plain() if head >> 4 == 15 else head >> 4
        kind = head & 15
        if not deepest or count > len(self._content):
            raise Broken
        if kind in {_TRUE, _FALSE}:  # in a list, each is a byte of its own
            kind = _BYTE
        return [self._value(kind, deepest) for _ in range(count)]

    def _number(self) -> int:
        plain = self._plain()
        return (plain >> 1) ^ -(plain & 1)

    def _plain(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise Broken

    def _bytes(self, length: int) -> bytes:
        found = self._content[self.place : self.place + length]
        if len(found) < length:
            raise IndexError
        self.place += length
        return found

    def _byte(self) -> int:
        byte = self._content[self.place]
        self.place += 1
        return byte


# What a .parquet file holds, measured before a database makes room for what its pages say.
#
# A page says how much it unpacks to, and the database believes it: so each page is looked at here.

MIB = 2**20
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


# The numbers of fields, as the format has them.

SCHEMA, GROUPS = 2, 4
ELEMENT_NAME, ELEMENT_CHILDREN = 4, 5
GROUP_CHUNKS, GROUP_ROWS = 1, 3
CHUNK_COLUMN = 3
COLUMN_VALUES, COLUMN_STARTS = 5, (9, 11)
PAGE_UNPACKED, PAGE_PACKED, PAGE_HEADERS, PAGE_VALUES = 2, 3, (5, 8), 1
"""Of a page, how many bytes it unpacks to, and how many it has; pages of data have a further
header, the one or the other, in which their number of values is."""


@dataclass(frozen=True, slots=True)
class _Page:
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
            elements = footer[SCHEMA]
            titles = list(_titles(elements))
            _refuse_much(file, size, footer[GROUPS])
        except (Broken, KeyError, TypeError, AttributeError, IndexError):
            raise BadInput(
                f"is not a readable Parquet file: its metadata is damaged; {EXPORT}"
            ) from None
    if len(elements) > MOST_ELEMENTS:
        raise BadInput(f"has {len(elements):,} columns; expected at most {MOST_COLUMNS:,}")
    return titles


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
            f"has {length // MIB:,} MiB of metadata; expected at most "
            f"{LONGEST_FOOTER // MIB}; {EXPORT}"
        )
    file.seek(size - 8 - length)
    return Packed(file.read(length)).structure()


def _titles(elements: list[dict[int, Any]]) -> Iterator[str]:
    """The elements that are in no other one but the whole."""
    within = 0
    for element in elements[1:]:
        name = element[ELEMENT_NAME].decode("utf-8", "replace")
        if not within:
            yield name
            within = 1
        within += element.get(ELEMENT_CHILDREN, 0) - 1


def _refuse_much(file: BinaryIO, size: int, groups: list[dict[int, Any]]) -> None:
    """Raises BadInput where there are more rows, values or bytes than a ledger of that size has."""
    rows = [group[GROUP_ROWS] for group in groups]
    beyond = max(0, size - FEW_BYTES)
    most_rows, most_values = FEW_ROWS + size // 2 + 8 * beyond, FEW_VALUES + 2 * size + 64 * beyond
    if sum(rows) > most_rows or min(rows, default=0) < 0:
        raise BadInput(
            f"says that it has {sum(rows):,} rows; expected at most {most_rows:,}; {EXPORT}"
        )
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
            raise BadInput(f"unpacks to more than a ledger of its size can hold; {EXPORT}")
        if values > most_values:
            raise BadInput(f"has more than {most_values:,} values; {EXPORT}")


def _pages(file: BinaryIO, groups: list[dict[int, Any]]) -> Iterator[_Page]:
    for group in groups:
        for chunk in group[GROUP_CHUNKS]:
            column = chunk[CHUNK_COLUMN]
            starts = [column[field] for field in COLUMN_STARTS if column.get(field)]
            values = column[COLUMN_VALUES]
            if values < group[GROUP_ROWS]:  # a row has a value in each, or tells that it has none
                raise Broken
            yield from _pages_of(file, min(starts, default=0), values)


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
        values = sum(fields[each][PAGE_VALUES] for each in PAGE_HEADERS if each in fields)
        unpacked, packed = fields[PAGE_UNPACKED], fields[PAGE_PACKED]
        if min(unpacked, packed, values) < 0:
            break
        return _Page(start + header.place + packed, unpacked, values)
    raise Broken


# Ledgers in .parquet files, whose columns have types of their own.

NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "REAL")
FIRST_LINE = 2
"""The number of the first row: the titles are line 1, as they are where the rows are shown."""

LENGTHS = {"VARCHAR": "STRLEN", "BLOB": "OCTET_LENGTH"}
"""Types of texts, and what counts their bytes without a copy of them."""

MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")


def open_parquet(path: Path, form: Form, database: DuckDBPyConnection) -> Source:
    """Open a file: its columns as they are, and their texts beside them. Raises BadInput."""
    titles = titles_within_bounds(path)
    check_width(titles)
    read = sql.call_with("read_parquet", escape(str(path.absolute())), hive_partitioning=False)
    described = execute(database, exp.Describe(this=sql.select(sql.STAR, of=read))).fetchall()
    types = [kind for _, kind, *_ in described]
    if len(types) != len(titles):
        raise BadInput(f"is damaged: it has {len(titles)} columns and {len(types)}; {EXPORT}")
    # the database gives columns with the same title other names
    columns = [exp.column(name, quoted=True) for name, *_ in described]
    texts = [place for place, kind in enumerate(types) if kind in LENGTHS]
    if texts:
        lengths = [sql.call(LENGTHS[types[place]], columns[place]) for place in texts]
        sizes = [sql.call(name, length) for name in ("MAX", "SUM") for length in lengths]
        row = execute(database, sql.select(*sizes, of=read)).fetchone() or ()
        found = [size or 0 for size in row]
        longest, totals = found[: len(texts)], found[len(texts) :]
        _refuse_long_texts([titles[place] for place in texts], longest, sum(totals), path)
    names = _list_names(titles, form)
    cells: dict[str, exp.Expr] = {}
    for place, (column, kind) in enumerate(zip(columns, types, strict=True)):
        text = _text(column, kind, form.style)
        if place in names and kind.startswith(NUMBERS):
            text = _digits(column, kind, text)
        cells |= {f"c{place + 1}": column, f"t{place + 1}": text}
    relation = sql.select(of=read, **cells).subquery(copy=False)
    return Source(titles, relation, FIRST_LINE, types)


def _refuse_long_texts(
    titles: Sequence[str], longest: Sequence[int], total: int, path: Path
) -> None:
    """Raise BadInput for texts that are much longer than the file: one may be there many times."""
    for title, length in zip(titles, longest, strict=True):
        if length > LONGEST:
            raise BadInput(
                f"column {title!r} has a text of {length:,} bytes; expected at most {LONGEST:,}"
            )
    if total > most_bytes(path.stat().st_size):
        raise BadInput(f"its texts are too long for a ledger of its size; {EXPORT}")


def _list_names(titles: Sequence[str], form: Form) -> set[int]:
    """The positions of columns whose numbers are names, as of an order or a contract."""
    columns = find_columns(titles, form.named)
    return {
        place
        for place in (columns.contract, columns.reference, columns.service, columns.vendor)
        if place is not None
    }


EXACT = {"DOUBLE": 2**53, "FLOAT": 2**24}
"""Below which a type has all whole numbers; from there on it may have another than was meant."""


def _digits(column: exp.Column, kind: str, text: exp.Expr) -> exp.Expr:
    """A whole number as its digits: 123 and not 123.0, which is a name of nothing."""
    truncated = sql.call_by_name("TRUNC", column)
    whole = sql.cast(sql.try_cast(truncated, "DECIMAL(38, 0)"), "VARCHAR")
    conditions: list[exp.Expr] = [column.eq(truncated)]
    if kind in EXACT:
        conditions.append(sql.call_by_name("ABS", column) < EXACT[kind])
    return sql.case((exp.and_(*conditions), whole), default=text)


def _text(column: exp.Column, kind: str, style: Style) -> exp.Expr:
    """A column in the style of the ledger; a moment with a time zone stays one, and no day."""
    text = sql.cast(column, "VARCHAR")
    day = sql.call_by_name("STRFTIME", column, style.dates.pattern)
    if kind == "DATE":
        return day
    if kind in MOMENTS:
        # a moment of another age is no day of a ledger, and some of these cannot even be shown
        shown = sql.call("TRY", text)
        time = sql.call("SUBSTRING", shown, len("2013-12-20 "))
        is_day = sql.cast(column, "DATE").eq(column)
        return sql.case(
            (
                shown.like("____-__-__%"),
                sql.case((is_day, day), default=sql.concat(day, time)),
            ),
            (sql.is_not_null(column), sql.call("COALESCE", shown, "beyond the calendar")),
        )
    if kind.startswith(NUMBERS) and style.decimal != ".":
        return sql.replace(text, ".", style.decimal)
    return text
