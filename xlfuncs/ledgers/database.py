"""DuckDB with the price list of a contract as a table, in memory and without the internet."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from decimal import Decimal
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from xlfuncs.ledgers.failures import READING, in_words
from xlfuncs.ledgers.kinds import kinds_of, placed_kinds_of
from xlfuncs.ledgers.price_list import PriceLine, PriceTable
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.statements.statement import PRICE_LIST, joined

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
    import duckdb  # noqa: PLC0415 - whoever prices no ledger does not need it

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
