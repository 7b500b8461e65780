"""Ledgers in .csv files: their records one by one, and as a relation of the database."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from itertools import islice
from pathlib import Path

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.columns import (
    FEW_BYTES,
    LONGEST,
    Form,
    MissingColumns,
    TitleLine,
    find_title_line,
)
from xlfuncs.ledgers.ledger import Rows, Source
from xlfuncs.pricing.outcomes import BadInput

# The records of a .csv file one by one, also where some of them are broken.

MOST_LINES = 1000
"""Lines over which one cell may go; a quote that is open for longer was never meant as one."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record, the number of the line on which it begins, and what is wrong with it, if anything.

    Of a broken one the only cell is its line.
    """

    line: int
    cells: list[str]
    broken: str = ""


def read_records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records of a text, in order; blank lines are records of no cells.

    >>> list(read_records(["a,b\\n", '1,"two\\n', 'lines"\\n', '2,"x"y\\n'], ","))[1:]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Record(line=2, cells=['1', 'two\\nlines'], broken=''),
     Record(line=4, cells=['2,"x"y'], broken="a quote is followed by more than ','")]
    """
    csv.field_size_limit(2**31 - 1)  # the largest that every system has
    ahead, number = Lookahead(lines), 1
    while line := ahead.peek(0):
        taken = 1
        cells = _parse_cells(line, delimiter)
        if cells is None:
            taken = _count_quoted_lines(ahead)
            cells = _parse_cells("".join(map(ahead.peek, range(taken))), delimiter)
        if cells is None:
            taken = 1
            yield Record(number, [line.rstrip("\r\n")], _explain_broken(line, delimiter))
        else:
            yield Record(number, cells)
        ahead.drop(taken)
        number += taken


class Lookahead:
    """Lines that can be looked at before they are dropped."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._held: deque[str] = deque()

    def peek(self, place: int) -> str:
        """The line so many after the next one; blank where the text has ended."""
        while len(self._held) <= place:
            line = next(self._rest, "")
            if not line:
                return ""
            self._held.append(line)
        return self._held[place]

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._held.popleft()


def _parse_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one whole record, None where it is none."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _count_quoted_lines(ahead: Lookahead) -> int:
    """The lines up to the one that closes the last quote; 1 where none does."""
    quotes = ahead.peek(0).count('"')
    for place in range(1, MOST_LINES):
        line = ahead.peek(place)
        if not line:
            break
        quotes += line.count('"')
        if quotes % 2 == 0:
            return place + 1
    return 1


def _explain_broken(line: str, delimiter: str) -> str:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "expected after" in str(error):
            return f"a quote is followed by more than {delimiter!r}"
    return "a quote is opened but not closed"


# A .csv file as a relation, which the database reads by itself.

LONGEST_LINE = 4 * LONGEST
"""Bytes that a line may have; a character may take four."""

LONGEST_AT_ONCE = 2**21
"""The same in a file that there is another way to read."""

AT_ONCE = 2**23
"""Bytes that a thread reads at a time: with more, the last one would keep the others waiting."""


def csv_relation(
    path: Path, count: int, delimiter: str = ",", also: tuple[str, ...] = (), *, title_line: int
) -> exp.Expr:
    """Columns `also`, then c1, c2 and so on up to the count, all of them text.

    What is on the line of titles, 0 for none, and above it is left out.
    """
    names = [*also, *(f"c{number}" for number in range(1, count + 1))]
    types = [
        exp.PropertyEQ(this=exp.var(name), expression=exp.convert("VARCHAR")) for name in names
    ]
    return sql.call_with(
        "read_csv",
        escape(str(path.absolute())),
        columns=exp.Struct(expressions=types),
        auto_detect=False,
        header=bool(title_line),
        skip=max(title_line - 1, 0),
        delim=delimiter,
        quote='"',
        escape='"',
        nullstr="",
        allow_quoted_nulls=not title_line,
        hive_partitioning=False,
        max_line_size=LONGEST_AT_ONCE if title_line else LONGEST_LINE,
        buffer_size=AT_ONCE,
    )


# Records that Python has read, written out plainly for the database.

ALSO = ("line_text", "broken")


def stage(
    title: TitleLine,
    lines: Iterable[Record],
    delimiter: str,
    file: Path,
    *,
    marked: bool = False,
    rows: Rows | None = None,
) -> Source:
    """Write the records below the titles into the file, a relation that has each with its line.

    Records at the end that have no cells are left out, since nothing follows them.
    """
    titles = title.titles
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in _drop_blank_end(lines):
            cells, broken = _fit(record, titles, delimiter)
            if sum(map(len, cells)) > LONGEST:
                raise BadInput(f"line {record.line} has more than {LONGEST:,} characters")
            writer.writerow([record.line, broken, *cells])
    count = len(titles)
    read = csv_relation(file, count, also=ALSO, title_line=0)
    line = sql.cast(exp.column("line_text"), "BIGINT")
    relation = sql.select(sql.STAR, of=read, line=line).subquery(copy=False)
    return Source(
        titles,
        relation,
        inspected=True,
        marked=marked,
        rows=rows,
        notes=title.notes,
    )


def _drop_blank_end(lines: Iterable[Record]) -> Iterator[Record]:
    """The records up to the last one that has cells."""
    blank = 0
    for record in lines:
        if record.cells:
            yield from (Record(record.line - before, []) for before in range(blank, 0, -1))
            blank = 0
            yield record
        else:
            blank += 1  # they follow each other, so their numbers are known


def _fit(record: Record, titles: list[str], delimiter: str) -> tuple[list[str], str]:
    """As many cells one for each title, and what is wrong with the record.

    What is too much is in the last cell; nothing of it is lost.
    """
    count, broken, end = len(titles), record.broken, len(record.cells)
    while end > count and not record.cells[end - 1].strip():
        end -= 1
    cells = record.cells[:end]
    if any(map(str.strip, cells)) and not broken and len(cells) != count:
        found = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        broken = f"the line has {found}; expected {count}, one for each title"
    if len(cells) > count:
        cells = [*cells[: count - 1], delimiter.join(cells[count - 1 :])]
    return [*cells, *[""] * (count - len(cells))], broken


# Opening a .csv file.

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file may begin with, and the encoding that this tells."""

UNMARKED = "utf-8"
BLOCK = 2**20
FEW_LINES = 500_000
SHORTEST = 10
"""Bytes that a line of many has at least, on the average: a quantity, a day, and its end."""


def open_csv(path: Path, form: Form) -> Source | None:
    """Open a file as the database reads it, None where it cannot. Raises BadInput."""
    _refuse_short_lines(path)
    if form.encoding or _find_encoding(path) == "utf-16":
        return None
    try:
        title = _read_title(path, form)
    except UnicodeError:
        return None
    count, line = len(title.titles), title.line
    ends = _count_ends(path, form.delimiter, line)
    if ends is None:
        return None
    read = csv_relation(path, count, form.delimiter, title_line=line)
    return Source(
        title.titles,
        _number_lines(read, count, line + 1) if ends.in_cells else read,
        None if ends.in_cells else line + 1,
        lines=ends.lines - ends.in_cells,
        marked=_find_encoding(path) != UNMARKED,
        notes=title.notes,
    )


def open_csv_carefully(path: Path, form: Form, folder: Path) -> Source:
    """Read a file line by line, with what is wrong with each. Raises BadInput."""
    try:
        title = _read_title(path, form)
        with _open_records(path, form) as records:
            lines = (record for record in records if record.line > title.line)
            # in another encoding than before, programs have to know which
            marked = bool(form.encoding) or _find_encoding(path) != UNMARKED
            return stage(title, lines, form.delimiter, folder / "ledger.csv", marked=marked)
    except UnicodeError as error:
        raise BadInput(_explain_encoding(path, form, error)) from None


def _read_title(path: Path, form: Form) -> TitleLine:
    """Find the line with the titles. Raises BadInput and UnicodeError."""
    broken: list[Record] = []

    def cells(records: Iterable[Record]) -> Iterator[tuple[int, list[str]]]:
        is_first = True
        for record in records:
            if is_first and any("\0" in cell for cell in record.cells):
                raise BadInput(
                    f"line {record.line} is not text (byte 00); if the file is in UTF-16, use "
                    "--encoding utf-16-le"
                )
            if record.broken:
                broken.append(record)
            is_first = is_first and not any(cell.strip() for cell in record.cells)
            yield record.line, record.cells

    try:
        with _open_records(path, form) as records:
            title = find_title_line(cells(records), form)
    except MissingColumns:
        for record in broken:
            raise BadInput(f"line {record.line}: {record.broken}; expected the titles") from None
        raise
    if title is None:
        raise BadInput("is blank; expected a line of titles with the purchases below it")
    return title


@contextmanager
def _open_records(path: Path, form: Form) -> Iterator[Iterator[Record]]:
    """The records of a file. Raises UnicodeError where it is in another encoding."""
    encoding = form.encoding or _find_encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        yield read_records(text, form.delimiter)


def _find_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), UNMARKED)


def _refuse_short_lines(path: Path) -> None:
    """Raise BadInput for more lines than there can be purchases in a file of that size."""
    size = path.stat().st_size
    if size > FEW_BYTES:  # which takes as long as it takes
        return
    content = path.read_bytes()
    ends = max(content.count(b"\n"), content.count(b"\r"))
    if ends > FEW_LINES and size / ends < SHORTEST:
        raise BadInput(
            f"has {ends:,} lines with {size / ends:.0f} characters on average; expected a "
            "quantity and a date on each; delete the blank lines"
        )


@dataclass(frozen=True, slots=True)
class Ends:
    """The lines below the titles, and how many of them end within a cell."""

    lines: int
    in_cells: int


def _count_ends(path: Path, delimiter: str, title_line: int) -> Ends | None:
    """Count the lines below the titles, whichever ends they have; the last one may have none.

    None where spaces may be beside the quotes of a cell, which the database would drop, and where
    lines within cells have other ends than a line feed.
    """
    signs = [re.escape(sign).encode() for sign in (delimiter, "\r", "\n")]
    # a pattern that begins with a sign is found sooner than one with several
    spaced = [re.compile(b'%b +"' % sign) for sign in signs]
    spaced += [re.compile(b'^ +"'), re.compile(b'" +(?:["%b]|$)' % b"".join(signs))]
    in_cells, last = 0, b""
    ends = -title_line
    is_within = False
    with path.open("rb") as file:
        if title_line > 1:  # what is above is not read
            ends = 0
            last = b"".join(islice(file, title_line))[-1:]
        while block := file.read(BLOCK):
            block += file.readline()
            if b'"' in block:
                if any(pattern.search(block) for pattern in spaced):
                    return None
                parts = block.split(b'"')
                within = b" ".join(parts[not is_within :: 2])
                if b"\r" in within:
                    return None
                in_cells += within.count(b"\n")
                is_within ^= not len(parts) % 2
            elif is_within:
                in_cells += block.count(b"\n")
            ends += block.count(b"\n")
            if b"\r" in block:
                ends += block.count(b"\r") - block.count(b"\r\n")
            last = block[-1:]
    return Ends(ends + (last not in {b"\n", b"\r"}), in_cells)


def _number_lines(relation: exp.Expr, count: int, first: int) -> exp.Subquery:
    """The relation with the number of the line on which each record begins, from its first on.

    Cells may go over several lines.
    """
    cells = [sql.call("COALESCE", exp.column(f"c{number}"), "") for number in range(1, count + 1)]
    text = sql.call("CONCAT", *cells)
    ends = sql.call("LENGTH", text) - sql.call(
        "LENGTH", sql.replace(text, sql.call_by_name("CHR", 10), "")
    )
    lines = exp.Paren(this=ends) + 1
    so_far = exp.Window(
        this=exp.Sum(this=lines),
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"
        ),
    )
    line = sql.cast(so_far - lines + first, "BIGINT")
    return sql.select(sql.STAR, of=relation, line=line).subquery(copy=False)


def _explain_encoding(path: Path, form: Form, error: UnicodeError) -> str:
    """Format the message about text that is in another encoding."""
    encoding = form.encoding or _find_encoding(path)
    if encoding != UNMARKED:
        return f"is not text in {encoding} ({error}); use another --encoding"
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as wrong:
                byte = f"{line[wrong.start]:02X}"
                return (
                    f"line {number} is not UTF-8 text (byte {byte}); name its --encoding, such as "
                    "cp1252 for a Windows file"
                )
    return f"is not UTF-8 text ({error}); name its --encoding"
