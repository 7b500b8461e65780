"""Reading a ledger's file in whichever way it can be read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.columns import columns_of, lacking
from xlfuncs.ledgers.failures import READING, in_words
from xlfuncs.ledgers.files.opening import opened
from xlfuncs.ledgers.files.source import Form, Source
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.summary import Summary, summary
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.kinds import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    from duckdb import (  # noqa: PLC0415 - may be missing
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
