"""The statement for the engine on which a ledger lies."""

import io
import sys

from tests.messages.base import FILE, said
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.ledgers import TWO_SERVICES
from xlfuncs.cli import main, sql

SQL = f"xlfuncs sql --dialect spark --contract {FILE}"


def unwritten(here: Here) -> str:
    err = io.StringIO()
    here.put(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    here.put(sys, "stderr", err)
    main(SQL.split()[1:])
    return err.getvalue()


def closed(here: Here) -> str:
    err = io.StringIO()
    here.put(sys, "stdout", None)
    here.put(sys, "stderr", err)
    main(SQL.split()[1:])
    return err.getvalue()


ENGINES = Group(
    "Ledgers on an engine",
    "What keeps the statement from being written; the statement itself is tried on the engines.",
    (
        Entry("The beginning of a statement", SQL, shown="^--"),
        Entry("No engine", f"xlfuncs sql --contract {FILE}"),
        Entry("An engine that is unknown", f"xlfuncs sql --dialect oracle --contract {FILE}"),
        Entry("A table that cannot be", f"{SQL} --table sales..ledger"),
        Entry(
            "A price list that is no .parquet",
            f"{SQL} --price-list prices.csv",
        ),
        Entry(
            "A table for a price list, and no file of it",
            f"{SQL} --price-list-table prices",
        ),
        Entry(
            "A table for a price list that cannot be",
            f"{SQL} --price-list prices.parquet --price-list-table sales..prices",
        ),
        Entry(
            "A price list that is written beside its statement",
            f"{SQL} --price-list prices.parquet",
            shown="^prices",
        ),
        Entry(
            "A price list too long for a statement",
            SQL,
            (
                Given(
                    "the price list has more than 2,500 lines",
                    lambda here: here.put(sql, "MOST_IN_STATEMENT", 2),
                ),
            ),
        ),
        Entry(
            "The library that writes price lists is not there",
            f"{SQL} --price-list prices.parquet",
            (
                Given(
                    "duckdb is not installed",
                    lambda here: here.put(sql, "find_spec", lambda name: None),
                ),
            ),
        ),
        Entry("An order of days that is none", f"{SQL} --dates us"),
        Entry(
            "Several services, and no column that says which",
            SQL,
            TWO_SERVICES,
        ),
        Entry(
            "The library that writes SQL is not there",
            SQL,
            (
                Given(
                    "sqlglot is not installed",
                    lambda here: here.put(sql, "find_spec", lambda name: None),
                ),
            ),
        ),
        Entry("An output that is closed", SQL, run=closed),
        Entry(
            "A letter that the output cannot hold",
            f"{SQL} > statement.sql",
            (
                said('name = "Example"', 'name = "Exámple"'),
                Given("the output is in ASCII"),
            ),
            run=unwritten,
        ),
    ),
)
