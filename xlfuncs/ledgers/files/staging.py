"""Records that Python has read, written out plainly for the database."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from xlfuncs.ledgers.files.csv_records import Record
from xlfuncs.ledgers.files.csv_relation import LONGEST, csv_relation
from xlfuncs.ledgers.files.source import Source
from xlfuncs.pricing.kinds import BadInput

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
