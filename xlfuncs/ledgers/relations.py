"""A ledger's file as a relation of the database."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from xlfuncs.ledgers.columns import Columns, Style
from xlfuncs.ledgers.expressions import literal
from xlfuncs.pricing.outcomes import BadInput

# Files of ledgers as relations of the database.


# A ledger as a relation of a database.


class Ledger(NamedTuple):
    """Lines of text in the columns c1, c2 and so on, and what stands in which of them.

    Where cells have types of their own, `typed`, their texts are in t1, t2 and so on. `numbered`
    is one that has a column `line`, the number of the line; `inspected` one that has a column
    `broken`, with what is wrong with a line as such.
    """

    relation: str
    columns: Columns
    style: Style = Style()
    typed: bool = False
    numbered: bool = False
    inspected: bool = False

    def text(self, position: int) -> str:
        """The name of a column as text."""
        return f"{'t' if self.typed else 'c'}{position + 1}"


# A file that the database can read.


class Form(NamedTuple):
    """How a file is to be read, as the user says it.

    `named` are the titles of columns by what they say, None for one that is to be recognised.
    `delimiter` and `encoding` are for .csv (None: UTF-8, or what the mark at its beginning says);
    `sheet` is for .xlsx (None: the first one).
    """

    style: Style = Style()
    named: Mapping[str, str | None] = MappingProxyType({})
    delimiter: str = ","
    encoding: str | None = None
    sheet: str | None = None


class Source(NamedTuple):
    """The titles of a ledger and the relation with its lines; see `Ledger` for the columns.

    `numbered` is the relation with the number of each line, which may cost time. `kinds` are the
    types of the columns, where they have any. `lines` tells how many there have to be, where the
    database may skip some without a word. `marked` tells of a file that begins with the mark of a
    Unicode text, which Excel looks for. `rows` reads the cells as a workbook holds them.
    """

    titles: list[str]
    relation: str
    numbered: str
    kinds: Sequence[str] = ()
    inspected: bool = False
    lines: int | None = None
    marked: bool = False
    rows: Callable[[], Iterator[Sequence[object]]] | None = None

    def ledger(self, columns: Columns, style: Style, *, numbered: bool = False) -> Ledger:
        """What the statement is made for."""
        relation = self.numbered if numbered else self.relation
        return Ledger(relation, columns, style, bool(self.kinds), numbered, self.inspected)


# The records of a .csv file one by one, also where some of them are broken.

MOST_LINES = 1000
"""Lines over which one cell may go; a quote that is open for longer was never meant as one."""


class Record(NamedTuple):
    """A record, the number of the line on which it begins, and what is wrong with it, if anything.

    Of a broken one the only cell is its line.
    """

    line: int
    cells: list[str]
    broken: str = ""


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records of a text, in order; blank lines are records of no cells.

    >>> list(records(["a,b\\n", '1,"two\\n', 'lines"\\n', '2,"x"y\\n'], ","))[1:]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Record(line=2, cells=['1', 'two\\nlines'], broken=''),
     Record(line=4, cells=['2,"x"y'], broken="a quote is followed by more than ','")]
    """
    csv.field_size_limit(2**31 - 1)  # the largest that every system has
    unread = _Lines(lines)
    number = 1
    while unread.ahead(1):
        first = unread.ahead(1)[0]
        cells, taken = _cells(first, delimiter), 1
        if cells is None:
            cells, taken = _over_several(unread, delimiter)
        if cells is None:
            yield Record(number, [first.rstrip("\r\n")], _what_is_wrong(first, delimiter))
            taken = 1
        else:
            yield Record(number, cells)
        unread.drop(taken)
        number += taken


class _Lines:
    """Lines of which some can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._held: deque[str] = deque()

    def ahead(self, count: int) -> deque[str]:
        """The next lines, at least so many unless the text ends."""
        while len(self._held) < count:
            line = next(self._rest, None)
            if line is None:
                break
            self._held.append(line)
        return self._held

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._held.popleft()


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one whole record, None where it is none."""
    try:
        found = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if found else []


def _over_several(unread: _Lines, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of a record with ends of lines in them, and its number of lines."""
    text, quotes = "", 0
    for taken in range(1, MOST_LINES + 1):
        ahead = unread.ahead(taken)
        if len(ahead) < taken:
            break
        text += ahead[taken - 1]
        quotes += ahead[taken - 1].count('"')
        if taken > 1 and quotes % 2 == 0:
            return _cells(text, delimiter), taken
    return None, 1


def _what_is_wrong(line: str, delimiter: str) -> str:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "expected after" in str(error):
            return f"a quote is followed by more than {delimiter!r}"
    return "a quote is opened and not closed"


# A .csv file as a relation, which the database reads by itself.

LONGEST_LINE = 2**23
"""Bytes that a line may have."""

LONGEST = LONGEST_LINE // 4
"""Characters that a line may have; one may take four bytes."""

LONGEST_AT_ONCE = 2**21
"""The same in a file that there is another way to read."""

AT_ONCE = 2**23
"""Bytes that a thread reads at a time: with more, the last one would keep the others waiting."""


def csv_relation(
    path: Path, count: int, delimiter: str = ",", also: tuple[str, ...] = (), *, titled: bool
) -> str:
    """Columns `also`, then c1, c2 and so on up to the count, all of them text."""
    names = [*also, *(f"c{number}" for number in range(1, count + 1))]
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    file = literal(escape(str(path.absolute())))
    longest = LONGEST_AT_ONCE if titled else LONGEST_LINE
    return (
        f"read_csv({file}, columns = {{{columns}}}, auto_detect = false, "
        f"header = {titled}, delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', allow_quoted_nulls = {not titled}, hive_partitioning = false, "
        f"max_line_size = {longest}, buffer_size = {AT_ONCE})"
    )


# Records that Python has read, written out plainly for the database.

ALSO = ("line_text", "broken")


def staged(titles: list[str], lines: Iterable[Record], delimiter: str, file: Path) -> Source:
    """The records as a relation, each with its line; they are written into the file.

    Records at the end that have no cells are left out, since nothing follows them.
    """
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in _without_end(lines):
            cells, broken = _fitted(record, titles, delimiter)
            if sum(map(len, cells)) > LONGEST:
                raise BadInput(f"line {record.line} has more than {LONGEST:,} characters")
            writer.writerow([record.line, broken, *cells])
    count = len(titles)
    read = csv_relation(file, count, also=ALSO, titled=False)
    relation = f"(SELECT *, CAST(line_text AS BIGINT) AS line FROM {read})"
    return Source(titles, relation, relation, inspected=True)


def _without_end(lines: Iterable[Record]) -> Iterator[Record]:
    """The records up to the last one that has cells."""
    blank = 0
    for record in lines:
        if record.cells:
            yield from (Record(record.line - before, []) for before in range(blank, 0, -1))
            blank = 0
            yield record
        else:
            blank += 1  # they follow each other, so their numbers are known


def _fitted(record: Record, titles: list[str], delimiter: str) -> tuple[list[str], str]:
    """As many cells as there are titles, and what is wrong with the record.

    What is too much stands in the last cell; nothing of it is lost.
    """
    count, broken = len(titles), record.broken
    cells, end = record.cells, len(record.cells)
    while end > count and not cells[end - 1].strip():
        end -= 1
    cells = cells[:end]
    if cells and not broken and len(cells) != count:
        found = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        broken = f"the line has {found}; expected {count}, as there are titles"
    if len(cells) > count:
        cells = [*cells[: count - 1], delimiter.join(cells[count - 1 :])]
    return [*cells, *[""] * (count - len(cells))], broken
