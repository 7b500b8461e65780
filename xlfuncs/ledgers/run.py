"""Price a ledger with DuckDB and sum up what came out."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.ledgers.columns import Columns, Style, columns_of, lacking
from xlfuncs.ledgers.expressions import kinds_of, literal, placed_kinds_of
from xlfuncs.ledgers.price_table import PriceLine, PriceTable
from xlfuncs.ledgers.query import FOUND, PRICE_LIST, joined, priced, remarked
from xlfuncs.ledgers.relations import Form, Ledger, Source
from xlfuncs.ledgers.sources import opened
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import BadInput, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# What a database could not do, in words that name what is at fault, which seldom is the ledger.

FULL = {
    **{os.strerror(code): code for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)},
    "max_temp_directory_size": errno.ENOSPC,
}
"""What the system and the database say of a disk that takes no more, with the system's number."""

DISK = {
    os.strerror(errno.EACCES): "a file may not be written where it should be",
    os.strerror(errno.EIO): "the disk has a fault",
    "Failed to create directory": "there is no folder for what memory does not hold",
}
"""What they say of other faults of a disk, and our words for it."""

ANOTHER = "set TMPDIR to a folder on another disk"
READING, WRITING = "cannot be read", "the answers cannot be written"


class NoRoom(OSError):
    """The disk takes no more; `said` is the database's text, which names the file."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code, os.strerror(code))
        self.said = said


class Failure(NamedTuple):
    """Errors of the database by their names, whether the ledger is at fault, and what is said."""

    errors: tuple[str, ...]
    ledger: bool
    words: str


FAILURES = (
    Failure(
        ("OutOfMemoryException",),
        False,
        "there is not enough memory for it; take out columns that are not needed, or split the "
        "ledger into several",
    ),
    Failure(
        ("OutOfRangeException",),
        True,
        "a figure or a sum has more digits than the database holds; split the ledger into several",
    ),
    Failure(
        ("ConversionException",),
        True,
        "a cell holds what its type cannot, such as a day beyond all calendars; export it as .csv",
    ),
    Failure(
        ("InvalidInputException", "IOException", "NotImplementedException", "HTTPException"),
        True,
        "it is damaged, or of a kind that the database does not know; export it again, or as .csv",
    ),
)
OTHERWISE = Failure(
    (),
    False,
    "the contract has more prices than one look-up in the database can have; price fewer years or "
    "services at a time",
)


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """Raise BadInput or NoRoom where the database fails, KeyboardInterrupt where it is stopped."""
    from duckdb import Error, InterruptException

    try:
        yield
    except InterruptException:
        raise KeyboardInterrupt from None
    except Error as error:
        text = str(error)
        for sign, code in FULL.items():
            if sign in text:
                raise NoRoom(code, text) from None
        raise BadInput(why(what, type(error).__name__, text)) from None


def why(what: str, error: str, text: str) -> str:
    """Why the database failed, and what to do, without what it says of its own insides.

    >>> why(READING, "OutOfRangeException", "Overflow in multiplication")[:40]
    'cannot be read: a figure or a sum has mo'
    >>> why(READING, "IOException", "could not write: Input/output error")
    'cannot be priced: the disk has a fault; set TMPDIR to a folder on another disk'
    """
    failure = next((each for each in FAILURES if error in each.errors), OTHERWISE)
    found = next((words for sign, words in DISK.items() if sign in text), "")
    if found:
        failure = Failure((), False, f"{found}; {ANOTHER}")
    done = what if failure.ledger or what == WRITING else "cannot be priced"
    return f"{done}: {failure.words}"


# DuckDB with the price list of a contract as a table, in memory and without the internet.

SETTINGS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""No column of a ledger makes DuckDB fetch or load an extension."""

THREAD_MEMORY = 192
"""MiB for each processor: without a limit, whatever there is would be filled before it is written.

DuckDB asks for 125; what does not fit goes to the folder.
"""

_TOLD = PriceLine._fields[1:]
_LIST = (
    f"SELECT LIST({{{', '.join(f'{field}: {field}' for field in _TOLD)}}} ORDER BY cell) "
    f"FROM {PRICE_LIST}"
)
LISTED = (
    f"(SELECT *, {', '.join(f'told.{field} AS {field}' for field in _TOLD)} "
    f"FROM (SELECT *, GETVARIABLE('{PRICE_LIST}')[cell] AS told FROM asked))"
)
"""The questions with what a plain price list says of them, in their order.

DuckDB gives up the order of lines for any join; the table is in a variable as a list as well.
"""


def looked_up(table: PriceTable) -> str:
    """The questions with what the price list says of them, in their order if that is plain.

    A long list would be copied for every few lines of a ledger, so its lines are joined.
    """
    return LISTED if table.plain else joined(table)


@in_words(READING)
def connect(table: PriceTable, folder: Path) -> DuckDBPyConnection:
    """A database that holds the price list; what does not fit in memory goes to the folder.

    Raises BadInput where the price list is too large for it.
    """
    import duckdb

    memory = f"{THREAD_MEMORY * max(2, os.cpu_count() or 1)}MiB"
    limits = {"memory_limit": memory, "temp_directory": str(folder)}
    database = duckdb.connect(config={**SETTINGS, **limits})
    kinds = kinds_of(table) if table.plain else placed_kinds_of(table)
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    database.execute(f"CREATE TABLE {PRICE_LIST} ({columns})")
    lines = table.lines if table.plain else ((*place, *line) for place, line in table.placed())
    with TemporaryDirectory(dir=folder) as near:
        path = Path(near, "price_list.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(map(_written, lines))
        database.execute(
            f"COPY {PRICE_LIST} FROM {literal(escape(str(path)))} "
            "(FORMAT csv, HEADER false, AUTO_DETECT false, DELIMITER ',', QUOTE '\"', ESCAPE '\"')"
        )
    if table.plain:
        database.execute(f"SET VARIABLE {PRICE_LIST} = ({_LIST})")
    return database


def _written(line: Iterable[object]) -> list[object]:
    return [f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in line]


# A ledger of a file, priced.


class Batch(NamedTuple):
    """What is asked of the database again and again: the lines of a ledger with their answers."""

    database: DuckDBPyConnection
    table: PriceTable
    source: Source
    columns: Columns
    style: Style

    def ledger(self, *, numbered: bool) -> Ledger:
        return self.source.ledger(self.columns, self.style, numbered=numbered)

    def selected(self, columns: str, rest: str = "", *, numbered: bool = False) -> str:
        """A statement that selects from the lines, `answered`, in whatever order."""
        with_lines = priced(self.ledger(numbered=numbered), self.table, looked_up(self.table))
        return f"{with_lines} SELECT {columns} FROM answered {rest}"

    def in_order(self, columns: str, where: str = "", *, numbered: bool, most: str = "") -> str:
        """A statement that selects from the lines, `answered`, in the order of the ledger.

        They are in that order by themselves unless they were joined with a long price list.
        """
        if self.table.plain:
            return self.selected(columns, f"{where} {most}", numbered=numbered)
        return self.selected(columns, f"{where} ORDER BY line {most}", numbered=True)


# What a priced ledger comes to.

REFUSALS = (Kind.NO_PRICE, Kind.NOT_DETERMINABLE, Kind.BAD_INPUT)
MEASURES = ("quantity", "paid")
"""The columns that are numbers."""


class Tally(NamedTuple):
    """The lines of one kind of answer and one cause.

    Of the lines with a price: how many were paid over, even and under it, and by how much in all.
    `paid` is the sum of all amounts paid, `unread` counts those that cannot be read, whatever the
    answer is.
    """

    kind: str
    cause: str
    lines: int
    over: int
    over_by: Decimal
    even: int
    under: int
    under_by: Decimal
    paid: Decimal
    unread: int


FIGURES = len(Tally._fields) - 2


class Threes(NamedTuple):
    """Texts of a column that were read with three decimals, which may have been thousands."""

    field: str
    lines: int
    example: str


class Summary(NamedTuple):
    """All tallies of a ledger, the most frequent first, and what may have been misread."""

    tallies: Sequence[Tally]
    threes: Sequence[Threes] = ()

    @property
    def lines(self) -> int:
        return sum(tally.lines for tally in self.tallies)

    def of(self, kind: Kind) -> list[Tally]:
        """The tallies of a kind of answer."""
        return [tally for tally in self.tallies if tally.kind == kind]

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with any line."""
        return bool(self.of(Kind.BAD_INPUT)) or any(tally.unread for tally in self.tallies)


def summary(batch: Batch) -> Summary:
    """Reads the whole ledger once. Raises duckdb.Error where it cannot be read."""
    told = f"CASE WHEN {FOUND} THEN cell ELSE 0 END"
    columns = ", ".join(
        [
            f"{told}, CASE WHEN {told} = 0 THEN kind END, CASE WHEN {told} = 0 THEN because END",
            "COUNT(*)",
            *_counted_and_summed("paid > price", "paid - price"),
            "COUNT(*) FILTER (paid = price)",
            *_counted_and_summed("paid < price", "price - paid"),
            "COALESCE(SUM(paid), 0)",
            "COUNT(unpaid)",
            *(column for field in MEASURES for column in _threes(batch, field)),
        ]
    )
    # numbers of rows are sorted into groups sooner than what these rows say
    found = batch.database.execute(batch.selected(columns, "GROUP BY 1, 2, 3")).fetchall()
    tallies: dict[tuple[str, str], list[Tally]] = {}
    for cell, kind, cause, *figures in found:
        line = batch.table.lines[cell - 1] if cell else None
        why = (line.answer, line.cause) if line else (kind, cause)
        tallies.setdefault(why, []).append(Tally(*why, *figures[:FIGURES]))
    summed = sorted(map(_together, tallies.values()), key=lambda each: (-each.lines, each.cause))
    return Summary(summed, list(_misread([row[-2 * len(MEASURES) :] for row in found])))


def _threes(batch: Batch, field: str) -> Iterable[str]:
    """How many texts of a column have three decimals, and one of them, in SQL."""
    position = getattr(batch.columns, field)
    if position is None or batch.source.kinds or batch.style.thousands:
        return "0", "NULL"
    text = batch.ledger(numbered=False).text(position)
    threes = f"{field} IS NOT NULL AND SUBSTRING({text}, -4, 1) = {literal(batch.style.decimal)}"
    return f"COUNT(*) FILTER ({threes})", f"MIN({text}) FILTER ({threes})"


def _misread(found: Sequence[Sequence[Any]]) -> Iterable[Threes]:
    for place, field in enumerate(MEASURES):
        lines = sum(row[2 * place] for row in found)
        if lines:
            yield Threes(field, lines, min(filter(None, (row[2 * place + 1] for row in found))))


def _together(tallies: Sequence[Tally]) -> Tally:
    """Tallies of one kind and cause in one."""
    (kind, *_), (cause, *_), *figures = zip(*tallies, strict=True)
    return Tally._make([kind, cause, *map(sum, figures)])


def _counted_and_summed(when: str, amount: str) -> Iterable[str]:
    yield f"COUNT(*) FILTER ({when})"
    yield f"COALESCE(SUM({amount}) FILTER ({when}), 0)"


def first_faults(batch: Batch, most: int) -> list[str]:
    """What is wrong with the first faulty lines, in their order."""
    remark = remarked(batch.ledger(numbered=True))
    faulty = f"WHERE kind = {literal(Kind.BAD_INPUT)} OR unpaid IS NOT NULL"
    statement = batch.in_order(remark, faulty, numbered=True, most=f"LIMIT {most}")
    return [line for (line,) in batch.database.execute(statement).fetchall()]


# Reading a ledger's file in whichever way it can be read.


def priced_file(
    path: Path, form: Form, table: PriceTable, database: DuckDBPyConnection, folder: Path
) -> tuple[Batch, Summary]:
    """The ledger with its answers, and what they come to.

    The folder has room for a second copy of the ledger. Raises BadInput.
    """
    with in_words(READING):
        ways = opened(path, form, database, folder)
        counted = (_counted(source, form, table, database) for source in ways)
        return next(filter(None, counted))


def _counted(
    source: Source, form: Form, table: PriceTable, database: DuckDBPyConnection
) -> tuple[Batch, Summary] | None:
    """The answers, None where the database does not find the lines that there are."""
    from duckdb import (
        InvalidInputException,
        NotImplementedException,
    )

    columns = columns_of(source.titles, form.named)
    if columns.service is None and len(table.contract.services) > 1:
        raise BadInput(_unsaid(table.contract, source))
    batch = Batch(database, table, source, columns, form.style)
    if source.lines is None:
        return batch, summary(batch)
    with suppress(InvalidInputException, NotImplementedException):  # the latter for long lines
        found = summary(batch)
        if found.lines == source.lines:
            return batch, found
    return None


def _unsaid(contract: Contract, source: Source) -> str:
    """What is said where no column tells which of several services was bought."""
    offered = " and ".join(repr(each.name) for each in contract.services)
    return f"the contract has several services, {offered}: {lacking(source.titles, ['service'])}"
