"""The arguments of the commands about many purchases."""

from __future__ import annotations

from argparse import ArgumentParser

from xlfuncs.cli.options import of_contract
from xlfuncs.functions.declared import KNOWN_ON


def of_batch(command: ArgumentParser) -> None:
    """What `batch` reads and writes."""
    command.add_argument("ledger", metavar="LEDGER", help="the purchases (.csv, .xlsx, .parquet)")
    command.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the file to write (.csv, .xlsx, .parquet); default: .csv, to the screen or a pipe, "
        "unless you say --report",
    )
    command.add_argument(
        "--report",
        metavar="OUT",
        help="a workbook for people (.xlsx): what was paid over, by service and reason, with a "
        "chart; alone, without the priced ledger itself",
    )
    from xlfuncs.ledgers.columns import TITLES  # noqa: PLC0415 - no other command needs them

    for field, shown in SHOWN.items():
        known = ", ".join(title.capitalize() for title in TITLES[field])
        command.add_argument(
            f"--{field}", metavar="TITLE", help=f"the column of {shown}; default: {known}"
        )
    _of_style(command, "how days are written where they are text")
    command.add_argument(
        "--delimiter",
        metavar="SIGN",
        default=",",
        help="what separates the cells of a .csv, such as ';' or tab; default: ','",
    )
    command.add_argument(
        "--encoding",
        metavar="NAME",
        help="how a .csv writes its letters, such as cp1252 on Windows; default: UTF-8",
    )
    command.add_argument(
        "--sheet", metavar="NAME", help="the sheet of an .xlsx; default: the first not hidden"
    )
    _of_contract(command)


def of_statement(command: ArgumentParser) -> None:
    """What `sql` writes a statement for."""
    command.add_argument(
        "--dialect",
        metavar="NAME",
        required=True,
        help="whose SQL: duckdb, spark or databricks (Spark's own; the tests run DuckDB and Spark)",
    )
    command.add_argument(
        "--table",
        metavar="NAME",
        default="ledger",
        help="the table with the purchases, such as catalog.schema.ledger; a part with dots or "
        'quotes within "..."; default: ledger',
    )
    command.add_argument(
        "--price-list",
        metavar="FILE",
        help="write the price list into a file (.parquet) and print a statement that joins it as a "
        "table; needed for contracts of many hundred rows",
    )
    command.add_argument(
        "--price-list-table",
        metavar="NAME",
        help="the table into which you load that file; default: the name of the file",
    )
    command.add_argument(
        "--prefix",
        metavar="TEXT",
        default="contract_",
        help="how the names of the added columns begin (price, unit_price, source, answer, reason "
        "and, with --paid, difference); default: contract_",
    )
    command.add_argument(
        "--quantity", metavar="COL", default="quantity", help="what was bought; default: quantity"
    )
    command.add_argument(
        "--purchased", metavar="COL", default="purchased", help="when; default: purchased"
    )
    command.add_argument(
        "--service", metavar="COL", help="which service; needed where the contract has several"
    )
    command.add_argument(
        "--paid", metavar="COL", help="what was paid; it is compared with the price"
    )
    _of_style(
        command,
        "days and times that are no text are read as the engine shows them, and their time is left "
        "out; how text writes days",
    )
    _of_contract(command)


def _of_style(command: ArgumentParser, days: str) -> None:
    """How a ledger writes days and numbers."""
    command.add_argument(
        "--dates",
        choices=("iso", "mdy", "dmy"),
        default="iso",
        help=f"{days}: iso 2013-12-20 (default), mdy 12/20/2013, dmy 20.12.2013",
    )
    command.add_argument(
        "--decimal-comma",
        action="store_true",
        help="numbers that are text have a decimal comma, as in 2,5",
    )
    command.add_argument(
        "--thousands",
        action="store_true",
        help="numbers that are text may have their thousands separated, as in 255,000.00 "
        "(255.000,00 with --decimal-comma)",
    )


def _of_contract(command: ArgumentParser) -> None:
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    of_contract(command)


SHOWN = {
    "quantity": "quantities",
    "purchased": "the days of purchase",
    "service": "services",
    "paid": "amounts paid",
}
"""The columns that a ledger may have, in words."""
