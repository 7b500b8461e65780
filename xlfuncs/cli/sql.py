"""The command `sql`."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from xlfuncs.api import load
from xlfuncs.cli.arguments import parse_known_on, parse_through
from xlfuncs.cli.contracts import required_contract_path
from xlfuncs.cli.ledger_arguments import (
    INSTALLED_SO,
    add_price_list_options,
    add_style,
    describe_libraries,
    output_file,
    style_of,
)
from xlfuncs.cli.output import print_as_it_is
from xlfuncs.errors import ANSWERED, InputError
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.output_files import write_target_with
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import escape_line

# The price list beside a statement of `sql`, as a file to load.

MOST_IN_STATEMENT = 2_500
"""Lines of a price list that a statement carries; Spark takes seconds to read that many."""


def price_list_file(chosen: Namespace, source: str) -> Path | None:
    """The file for the price list, None where none is named. Raises InputError."""
    if chosen.price_list is None:
        if chosen.price_list_table is not None:
            raise InputError(
                "--price-list-table names the table for a file; use --price-list FILE too"
            )
        return None
    file = output_file(chosen.price_list, (".parquet",), {"contract": Path(source)})
    if find_spec("duckdb") is None:
        raise InputError(
            f"a price list is written by duckdb, which is not installed; {INSTALLED_SO}"
        )
    return file


def refuse_long(table: PriceTable) -> None:
    """Raise InputError for a price list that is too long to be within a statement."""
    if table.length > MOST_IN_STATEMENT:
        raise InputError(
            f"the price list has {table.length:,} lines, and a statement can hold at most "
            f"{MOST_IN_STATEMENT:,}; use --price-list FILE.parquet, and load that file as a table"
        )


def write_price_list_file(table: PriceTable, file: Path) -> None:
    """Write the price list, and say so beside the statement. Raises InputError."""
    from xlfuncs.ledgers.database import explain_failures
    from xlfuncs.ledgers.sql_statement import write_price_list

    with tempfile.TemporaryDirectory() as folder:

        def write(part: Path) -> None:
            with explain_failures("the price list cannot be written"):
                write_price_list(table, part, Path(folder))

        put = write_target_with(file, write)
    print(f"{file}: {put}", file=sys.stderr)


# The command `sql`.


def add_arguments(parser: ArgumentParser) -> None:
    """Add the dialect, the table, its columns, and how it writes days and numbers."""
    describe_libraries(parser)
    parser.add_argument(
        "--dialect",
        metavar="NAME",
        required=True,
        help="which SQL: duckdb, spark or databricks (tested in DuckDB and Spark)",
    )
    parser.add_argument(
        "--table",
        metavar="NAME",
        default="ledger",
        help="the table with the purchases, such as catalog.schema.ledger; a part with dots or "
        'quotes within "..."; default: ledger',
    )
    parser.add_argument(
        "--price-list",
        metavar="FILE",
        help="write the price list into a file (.parquet) and print a statement that joins it as a "
        "table; needed for contracts with many hundreds of rows",
    )
    parser.add_argument(
        "--price-list-table",
        metavar="NAME",
        help="the table you load that file into; default: the name of the file",
    )
    parser.add_argument(
        "--prefix",
        metavar="TEXT",
        default="contract_",
        help="the prefix of the added columns' names (price, unit_price, source, answer, reason, "
        "with --paid difference, and billed where the contract states it); default: contract_",
    )
    parser.add_argument(
        "--quantity",
        metavar="COL",
        default="quantity",
        help="the column of quantities; default: quantity",
    )
    parser.add_argument(
        "--purchased",
        metavar="COL",
        nargs="+",
        default=["purchased"],
        help="the column of purchase dates, or several, of which the first that is not blank "
        "counts; default: purchased",
    )
    parser.add_argument(
        "--service",
        metavar="COL",
        help="the column of services; needed where the contract has several",
    )
    parser.add_argument(
        "--paid", metavar="COL", help="the column of amounts paid, to compare with the price"
    )
    parser.add_argument(
        "--order",
        metavar="COL",
        help="where purchases add up: a column, such as a line number, in whose order the lines of "
        "one day were bought; without it, a line is not determinable where that order decides",
    )
    add_style(
        parser,
        "how dates stored as text are written; others are read as the engine shows them, without "
        "their time of day",
    )
    add_price_list_options(parser)


def run(chosen: Namespace) -> int:
    """Print the statement that prices a table."""
    if find_spec("sqlglot") is None:
        raise InputError(f"SQL is written by sqlglot, which is not installed; {INSTALLED_SO}")
    loaded = load(required_contract_path(chosen.contract))
    contract, known_on = loaded.contract, parse_known_on(chosen.known_on)
    _refuse_unnamed(contract, chosen.service)

    from xlfuncs.ledgers.sql_statement import (
        DIALECTS,
        UserTable,
        format_statement,
        parse_table_name,
    )

    if chosen.dialect not in DIALECTS:
        offered = ", ".join(DIALECTS)
        raise InputError(f"--dialect is {chosen.dialect!r}; expected one of {offered}")
    user_table = UserTable(
        parse_table_name(chosen.table),
        chosen.quantity,
        tuple(chosen.purchased),
        chosen.service,
        chosen.paid,
        style_of(chosen),
        chosen.prefix,
        chosen.order,
    )
    file = price_list_file(chosen, str(loaded.path))
    price_list: tuple[str, ...] | None = (file.stem,) if file else None
    if chosen.price_list_table is not None:
        price_list = parse_table_name(chosen.price_list_table, "--price-list-table")
    through = None if chosen.through is None else parse_through(chosen.through, contract)
    table = build_price_table(contract, known_on, through)
    if file is None:
        refuse_long(table)
    source = escape_line(Path(loaded.path).name)
    made_by = f"xlfuncs {version('xlfuncs')} from {source}"
    text = format_statement(table, user_table, chosen.dialect, made_by, price_list)
    _refuse_letters(text)
    if file:
        write_price_list_file(table, file)
    print_as_it_is(text)
    return ANSWERED


def _refuse_unnamed(contract: Contract, service: str | None) -> None:
    if service is None and len(contract.services) > 1:
        offered = ", ".join(repr(each.name) for each in contract.services)
        raise InputError(
            f"the contract has several services, {offered}; use --service to name the column that "
            f"has the service"
        )


def _refuse_letters(text: str) -> None:
    """Raise InputError where what is printed would not be the statement."""
    if sys.stdout is None:
        raise InputError("the output is closed; nothing was written; redirect it with > FILE")
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        raise InputError(
            f"the statement has {error.object[error.start]!a}, which cannot be written in "
            f"{encoding}; set PYTHONIOENCODING=utf-8"
        ) from None
