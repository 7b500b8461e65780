"""The statement for the engine on which a ledger lies."""

import io

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import FILE, TWO_SERVICES, Case, each, main_alone, message_of, said
from xlfuncs.cli import sql

SQL = f"xlfuncs sql --dialect spark --contract {FILE}"


CASES = (
    Case("The beginning of a statement", SQL, shown="^--"),
    Case("No contract is named", "xlfuncs sql --dialect duckdb"),
    Case("No engine", f"xlfuncs sql --contract {FILE}"),
    Case("An engine that is unknown", f"xlfuncs sql --dialect oracle --contract {FILE}"),
    Case("A table that cannot be", f"{SQL} --table sales..ledger"),
    Case("A price list that is no .parquet", f"{SQL} --price-list prices.csv"),
    Case("A table for a price list, and no file of it", f"{SQL} --price-list-table prices"),
    Case(
        "A table for a price list that cannot be",
        f"{SQL} --price-list prices.parquet --price-list-table sales..prices",
    ),
    Case(
        "A price list that is written beside its statement",
        f"{SQL} --price-list prices.parquet",
        shown="^prices",
    ),
    Case(
        "A price list too long for a statement",
        SQL,
        lambda here: here.put(sql, "MOST_IN_STATEMENT", 2),
    ),
    Case(
        "The library that writes price lists is not there",
        f"{SQL} --price-list prices.parquet",
        lambda here: here.put(sql, "find_spec", lambda name: None if name == "duckdb" else name),
    ),
    Case("An order of days that is none", f"{SQL} --dates us"),
    Case("Several services, and no column that says which", SQL, *TWO_SERVICES),
    Case(
        "The library that writes SQL is not there",
        SQL,
        lambda here: here.put(sql, "find_spec", lambda name: None),
    ),
    Case("An output that is closed", SQL, run=lambda here: main_alone(SQL.split()[1:], here, None)),
    Case(
        "A letter that the output cannot hold",
        f"{SQL} > statement.sql",
        said('name = "Example"', 'name = "Exámple"'),
        run=lambda here: main_alone(SQL.split()[1:], here, io.TextIOWrapper(io.BytesIO(), "ascii")),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
