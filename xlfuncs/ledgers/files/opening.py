"""Opening a ledger, whichever kind of file it is in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.ledgers.files.contents import refuse_another_kind
from xlfuncs.ledgers.files.csv_files import open_csv, open_csv_carefully
from xlfuncs.ledgers.files.parquet import open_parquet
from xlfuncs.ledgers.files.sheets import open_sheet
from xlfuncs.ledgers.files.source import Form, Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KINDS = (".csv", ".xlsx", ".parquet")


def opened(path: Path, form: Form, database: DuckDBPyConnection, folder: Path) -> Iterator[Source]:
    """The ways to read a ledger, the fastest first; the next one is for where it fails.

    What a way writes down on the way goes to the folder. Raises BadInput.
    """
    kind = path.suffix.lower()
    refuse_another_kind(path, kind)
    if kind == ".parquet":
        yield open_parquet(path, form, database)
    elif kind == ".xlsx":
        yield open_sheet(path, form, folder)
    else:
        source = open_csv(path, form)
        if source is not None:
            yield source
        yield open_csv_carefully(path, form, folder)
