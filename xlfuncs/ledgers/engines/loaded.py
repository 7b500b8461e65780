"""The price list as a table that is loaded beside the ledger, for contracts of many rows."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from xlfuncs.ledgers.database import connect
from xlfuncs.ledgers.engines.dialects import Dialect, quoted
from xlfuncs.ledgers.engines.listed import cast_columns
from xlfuncs.ledgers.kinds import placed_kinds_of
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.statements.refusals import Refusal
from xlfuncs.ledgers.statements.statement import PRICE_LIST
from xlfuncs.pricing.kinds import Kind

EDITION_LETTERS = 16


def edition_of(table: PriceTable) -> str:
    """What tells this price list from any other; it is in each line of the file."""
    digest = sha256()
    for place, line in table.placed():
        digest.update(repr((*place, *line)).encode())
    return digest.hexdigest()[:EDITION_LETTERS]


def loaded(table: PriceTable, name: tuple[str, ...], dialect: Dialect) -> str:
    """A query that returns the price list from a table of the user, its columns in their types.

    A file that was loaded twice counts once, or each line of the ledger would be there twice.
    """
    columns = cast_columns(placed_kinds_of(table), dialect)
    named = ".".join(quoted(part, dialect) for part in name)
    return (
        f"SELECT DISTINCT\n  {columns}\nFROM {named}\nWHERE edition = {literal(edition_of(table))}"
    )


def unlike(name: tuple[str, ...]) -> Refusal:
    """What is said of a line that a table of another contract, or of another day, does not have."""
    words = (
        f"the table {'.'.join(name)} does not hold the price list that this statement was printed "
        f"with; load that file again"
    )
    return Refusal("cell IS NULL", Kind.BAD_INPUT, "the price list is another one", literal(words))


def write_price_list(table: PriceTable, file: Path, folder: Path) -> None:
    """Writes the table as a .parquet; the folder has room for a copy. Raises duckdb.Error."""
    with connect(table._replace(plain=False), folder) as database:
        database.execute(
            f"COPY (SELECT {literal(edition_of(table))} AS edition, * FROM {PRICE_LIST} "
            f"ORDER BY in_part, cell) TO {literal(str(file))} (FORMAT parquet)"
        )
