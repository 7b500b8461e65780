"""A ledger of a file, priced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfuncs.ledgers.columns import Columns
from xlfuncs.ledgers.database import looked_up
from xlfuncs.ledgers.files.source import Source
from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements.statement import priced
from xlfuncs.ledgers.style import Style

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
