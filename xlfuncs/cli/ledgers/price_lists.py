"""The price list beside a statement of `sql`, as a file to load."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from xlfuncs.cli.ledgers.choices import INSTALLED_SO, output_file
from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import put_written
from xlfuncs.ledgers.failures import in_words
from xlfuncs.ledgers.price_list import PriceTable

MOST_IN_STATEMENT = 2_500
"""Lines of a price list that a statement carries; Spark takes seconds to read that many."""


def price_list_file(chosen: Namespace) -> Path | None:
    """The file for the price list, None where none is named. Raises Refused."""
    if chosen.price_list is None:
        if chosen.price_list_table is not None:
            raise Refused("--price-list-table names the table of a file; say --price-list FILE too")
        return None
    file = output_file(chosen.price_list, (".parquet",), {"contract": Path(chosen.contract)})
    if find_spec("duckdb") is None:
        raise Refused(f"a price list is written by duckdb, not installed here; {INSTALLED_SO}")
    return file


def refuse_long(table: PriceTable) -> None:
    """Raises Refused for a price list that is too long to be within a statement."""
    if table.length > MOST_IN_STATEMENT:
        raise Refused(
            f"the price list has {table.length:,} lines, and a statement carries at most "
            f"{MOST_IN_STATEMENT:,}; say --price-list FILE.parquet, and load that as a table"
        )


def write_price_list_file(table: PriceTable, file: Path) -> None:
    """Writes the price list, and says so beside the statement. Raises Refused."""
    from xlfuncs.ledgers.engines.loaded import write_price_list  # noqa: PLC0415 - needs sqlglot

    with tempfile.TemporaryDirectory() as folder:

        def write(part: Path) -> None:
            with in_words("the price list cannot be written"):
                write_price_list(table, part, Path(folder))

        put = put_written(file, write)
    print(f"{file}: {put}", file=sys.stderr)
