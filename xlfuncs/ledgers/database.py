"""DuckDB with the price list of a contract, and its failures in plain words."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.bought_before import LINE
from xlfuncs.ledgers.expressions import copy_file, execute
from xlfuncs.ledgers.ledger import ASKED, PLACED, PLACES, PRICE_LIST
from xlfuncs.ledgers.price_table import PriceTable
from xlfuncs.ledgers.query import STEP_ABOVE, STEP_BELOW, LookUps, is_undecided, join_price_list
from xlfuncs.pricing.outcomes import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# Failures of the database, in words that name what is at fault, which seldom is the ledger.

FULL = {
    **{os.strerror(code): code for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)},
    "max_temp_directory_size": errno.ENOSPC,
}
"""What the system and the database say of a disk that takes no more, with the system's number."""

DISK = {
    os.strerror(errno.EACCES): "a file cannot be written there",
    os.strerror(errno.EIO): "the disk has a fault",
    "Failed to create directory": "the folder for temporary files does not exist",
}
"""What they say of other faults of a disk, and our words for it."""

ANOTHER = "set TMPDIR to a folder on another disk"
READING, WRITING = "cannot be read", "the answers cannot be written"


class NoRoom(OSError):
    """The disk takes no more; `said` is the database's text, which names the file."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code, os.strerror(code))
        self.said = said


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error of the database comes from, and whether the ledger is at fault."""

    words: str
    of_ledger: bool = False


FAILURES = {
    "OutOfMemoryException": Failure(
        "there is not enough memory; remove columns that are not needed, or split the "
        "ledger into several"
    ),
    "OutOfRangeException": Failure(
        "a figure or a sum has more digits than the database can hold; split the ledger into "
        "several",
        of_ledger=True,
    ),
    "ConversionException": Failure(
        "a cell has a value that its type cannot hold, such as a date beyond the calendar; "
        "export it as .csv",
        of_ledger=True,
    ),
    **dict.fromkeys(
        ("InvalidInputException", "IOException", "NotImplementedException", "HTTPException"),
        Failure(
            "it is damaged, or of a kind that the database does not know; export it again, or as "
            ".csv",
            of_ledger=True,
        ),
    ),
}
OTHERWISE = Failure(
    "the contract has more prices than one lookup in the database can hold; price fewer years or "
    "services at a time"
)


@contextmanager
def explain_failures(what: str) -> Iterator[None]:
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
        raise BadInput(explain(what, type(error).__name__, text)) from None


def explain(what: str, error: str, text: str) -> str:
    """Format why the database failed and what to do, without what it says of its own insides.

    >>> explain(READING, "OutOfRangeException", "Overflow in multiplication")[:40]
    'cannot be read: a figure or a sum has mo'
    >>> explain(READING, "IOException", "could not write: Input/output error")
    'cannot be priced: the disk has a fault; set TMPDIR to a folder on another disk'
    """
    failure = FAILURES.get(error, OTHERWISE)
    found = next((words for sign, words in DISK.items() if sign in text), "")
    if found:
        failure = Failure(f"{found}; {ANOTHER}")
    done = what if failure.of_ledger or what == WRITING else "cannot be priced"
    return f"{done}: {failure.words}"


# DuckDB with the price list of a contract as a table, in memory and without the internet.

SETTINGS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""No column of a ledger makes DuckDB fetch or load an extension."""

PROGRESS = ("enable_progress_bar = true", "enable_progress_bar_print = false")
"""DuckDB knows how far it is only where it would show a bar, and ours is shown in its place."""

THREAD_MEMORY = 320
"""MiB for each processor: without a limit, whatever there is would be filled before it is written.

DuckDB asks for 125; what does not fit goes to the folder.
"""


def list_other_columns(table: PriceTable) -> list[str]:
    """The columns of a line beside its number, by which it is looked up."""
    return [name for name in table.line_columns if name != "cell"]


def look_up(table: PriceTable) -> LookUps:
    """Look lines up, in their order if the price list is plain.

    DuckDB gives up the order of lines for any join, so a plain price list is in a variable, as a
    list. A long list would be copied for every few lines of a ledger, so its lines are joined.
    """
    if not table.plain:
        return join_price_list(table)
    found = find_lines(table, ASKED)
    if not table.has_unsaid_parts:
        return LookUps(found, None)
    beside = {STEP_BELOW: _line_at("in_step"), STEP_ABOVE: _line_at("in_next_step")}
    placed = sql.select(sql.STAR, of=PLACED, **beside).subquery(copy=False)
    return LookUps(found, sql.select(sql.STAR, of=placed, undecided=is_undecided(table)))


def find_lines(table: PriceTable, of: str, **named: exp.Expr) -> exp.Select:
    """The lines of the price list beside their numbers in a relation, and further columns."""
    if not table.plain:
        found = sql.select(sql.STAR, of=sql.select(sql.STAR, of=of, **named).subquery(copy=False))
        return found.join(PRICE_LIST, using="cell", join_type="left", copy=False)
    columns = {name: exp.column(name, table=LINE) for name in list_other_columns(table)}
    questions = sql.select(sql.STAR, of=of, **{LINE: _line_at("cell")}, **named)
    return sql.select(sql.STAR, of=questions.subquery(copy=False), **columns)


def _line_at(cell: str) -> exp.Expr:
    """The line of the price list by the number that is in a column."""
    price_list = sql.call_by_name("GETVARIABLE", PRICE_LIST)
    return exp.Bracket(this=price_list, expressions=[exp.column(cell)])


@explain_failures(READING)
def connect(table: PriceTable, folder: Path) -> DuckDBPyConnection:
    """Open a database that holds the price list; what does not fit in memory goes to the folder.

    Raises BadInput where the price list is too large for it.
    """
    import duckdb

    memory = f"{THREAD_MEMORY * max(2, os.cpu_count() or 1)}MiB"
    limits = {"memory_limit": memory, "temp_directory": str(folder)}
    database = duckdb.connect(config={**SETTINGS, **limits})
    for setting in PROGRESS:
        database.execute(f"SET {setting}")
    create_table(database, folder, PRICE_LIST, sql.column_types(table), table.line_rows())
    if table.plain:
        execute(database, _set_price_list(table))
    else:
        create_table(database, folder, PLACES, sql.place_types(table), table.place_rows())
    return database


def create_table(
    database: DuckDBPyConnection,
    folder: Path,
    name: str,
    types: Mapping[str, str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Create a table with these columns and rows, which pass through a file in a folder."""
    columns = [
        exp.ColumnDef(this=exp.to_identifier(each), kind=sql.data_type(kind))
        for each, kind in types.items()
    ]
    schema = exp.Schema(this=exp.to_table(name), expressions=columns)
    execute(database, exp.Create(this=schema, kind="TABLE"))
    with TemporaryDirectory(dir=folder) as near:
        path = Path(near, "rows.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in rows:
                cells = [f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in row]
                writer.writerow(cells)
        copied = copy_file(
            exp.to_table(name),
            escape(str(path)),
            "csv",
            to_file=False,
            header=False,
            auto_detect=False,
            delimiter=",",
            quote='"',
            escape='"',
        )
        execute(database, copied)


def _set_price_list(table: PriceTable) -> exp.Set:
    """The statement that puts the lines of the price list into a variable, in their order."""
    line = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=exp.column(name))
            for name in list_other_columns(table)
        ]
    )
    in_order = exp.Order(this=line, expressions=[exp.Ordered(this=exp.column("cell"))])
    lines = sql.select(exp.ArrayAgg(this=in_order), of=PRICE_LIST).subquery(copy=False)
    variable = exp.EQ(this=exp.column(PRICE_LIST), expression=lines)
    return exp.Set(expressions=[exp.SetItem(this=variable, kind="VARIABLE")])
