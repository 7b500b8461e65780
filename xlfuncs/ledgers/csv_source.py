"""Ledgers in .csv files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlfuncs.ledgers.columns import refuse_width
from xlfuncs.ledgers.relations import Form, Record, Source, csv_relation, records, staged
from xlfuncs.pricing.outcomes import BadInput

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file may begin with, and the encoding that this tells."""

UNMARKED = "utf-8"
BLOCK = 2**20
FEW_BYTES = 10 * BLOCK
FEW_LINES = 500_000
SHORTEST = 10
"""Bytes that a line of many has at least, on the average: a quantity, a day, and its end."""


def open_csv(path: Path, form: Form) -> Source | None:
    """A file as the database reads it, None where it cannot. Raises BadInput."""
    _refuse_short_lines(path)
    if form.encoding or _marked(path) == "utf-16":
        return None
    try:
        with _lines(path, form) as found:
            title = _title(found)
    except UnicodeError:
        return None
    refuse_width(title.cells)
    lines = _line_count(path, form.delimiter)
    if title.line != 1 or lines is None:
        return None
    read = csv_relation(path, len(title.cells), form.delimiter, titled=True)
    numbered = f"(SELECT *, ROW_NUMBER() OVER () + 1 AS line FROM {read})"
    marked = _marked(path) != UNMARKED
    return Source(title.cells, read, numbered, lines=lines - 1, marked=marked)


def open_csv_carefully(path: Path, form: Form, folder: Path) -> Source:
    """A file read line by line, with what is wrong with each. Raises BadInput."""
    try:
        with _lines(path, form) as lines:
            title = _title(lines)
            refuse_width(title.cells)
            source = staged(title.cells, lines, form.delimiter, folder / "ledger.csv")
            # in another encoding than before, programs have to be told which
            return source._replace(marked=bool(form.encoding) or _marked(path) != UNMARKED)
    except UnicodeError as error:
        raise BadInput(_undecoded(path, form, error)) from None


def _title(lines: Iterator[Record]) -> Record:
    """The first record that is not blank. Raises BadInput."""
    for record in lines:
        if record.broken:
            raise BadInput(f"line {record.line}: {record.broken}; expected the titles")
        if any("\0" in cell for cell in record.cells):
            raise BadInput(
                f"line {record.line} is no text (byte 00); if the file is in UTF-16, say "
                "--encoding utf-16-le"
            )
        if any(cell.strip() for cell in record.cells):
            return record
    raise BadInput("holds nothing; expected a line of titles and the purchases below")


@contextmanager
def _lines(path: Path, form: Form) -> Iterator[Iterator[Record]]:
    """The records. Raises BadInput for an encoding that there is not, and for another one."""
    encoding = form.encoding or _marked(path)
    with path.open(encoding=encoding, newline="") as text:
        yield records(text, form.delimiter)


def _marked(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), UNMARKED)


def _refuse_short_lines(path: Path) -> None:
    """Raises BadInput for more lines than there can be purchases in a file of that size."""
    size = path.stat().st_size
    if size > FEW_BYTES:  # which takes as long as it takes
        return
    content = path.read_bytes()
    ends = max(content.count(b"\n"), content.count(b"\r"))
    if ends > FEW_LINES and size / ends < SHORTEST:
        raise BadInput(
            f"has {ends:,} lines of {size / ends:.0f} characters on the average; expected a "
            "quantity and a day on each; delete the blank ones"
        )


def _line_count(path: Path, delimiter: str) -> int | None:
    """Lines of a file, whichever ends they have; the last one may have none.

    None where spaces may stand beside the quotes of a cell, which the database would drop.
    """
    beside = f"[{re.escape(delimiter)}\r\n]".encode()
    spaced = re.compile(b'(?:^|%b) +"|" +(?:["]|%b|$)' % (beside, beside))
    ends, last = 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            block += file.readline()
            if b'"' in block and spaced.search(block):
                return None
            ends += block.count(b"\n")
            if b"\r" in block:
                ends += block.count(b"\r") - block.count(b"\r\n")
            last = block[-1:]
    return ends + (last not in {b"\n", b"\r"})


def _undecoded(path: Path, form: Form, error: UnicodeError) -> str:
    """What is said of text that is in another encoding."""
    if form.encoding or _marked(path) != UNMARKED:
        return f"is no text in {form.encoding or _marked(path)} ({error}); say another --encoding"
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as wrong:
                byte = f"{line[wrong.start]:02X}"
                return (
                    f"line {number} is no UTF-8 text (byte {byte}); say its --encoding, such as "
                    "cp1252 for a file of Windows"
                )
    return f"is no UTF-8 text ({error}); say its --encoding"
