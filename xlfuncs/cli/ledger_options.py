"""The arguments of the commands about ledgers."""

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
    _of_columns(command)
    command.add_argument(
        "--delimiter", metavar="SIGN", default=",", help="what stands between the cells of a .csv"
    )
    command.add_argument(
        "--encoding",
        metavar="NAME",
        help="how a .csv writes its letters, such as cp1252 on Windows; default: UTF-8",
    )
    command.add_argument(
        "--sheet", metavar="NAME", help="the sheet of an .xlsx; default: the first"
    )
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    of_contract(command)


def _of_columns(command: ArgumentParser) -> None:
    """Where a ledger says what was bought, and how."""
    for field, help_ in COLUMNS.items():
        command.add_argument(f"--{field}", metavar="TITLE", help=help_)
    command.add_argument(
        "--dates",
        choices=("iso", "mdy", "dmy"),
        default="iso",
        help="how days are written: 2013-12-20 (iso, the default), 12/20/2013 (mdy), 20.12.2013 "
        "(dmy)",
    )
    command.add_argument(
        "--decimal-comma", action="store_true", help="numbers are written as 255000,00"
    )


COLUMNS = {
    "quantity": "the column of quantities; default: Quantity, Qty or Units",
    "purchased": "the column of the days of purchase; default: Purchased, Purchase date or Date",
    "service": "the column of services; default: Service, Item or Product",
    "paid": "the column of amounts paid; default: Paid, Amount paid, Amount, Invoiced or Total",
}
"""The columns that a ledger may have, and the titles by which they are known."""
