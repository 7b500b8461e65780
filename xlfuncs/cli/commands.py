"""The commands: what each is for, how it is typed, an example."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import NamedTuple

from xlfuncs.cli import options
from xlfuncs.cli.ledgers import options as ledger_options
from xlfuncs.functions.declared import BY_NAME

ASKING = "what something costs, and why"
CONTRACTS = "contracts"
WORKBOOKS = "workbooks"
LEDGERS = "many purchases"


class CommandLine(NamedTuple):
    """A command: the module with its function, what it belongs to, its purpose, its arguments."""

    module: str
    topic: str
    purpose: str
    example: str
    add_arguments: Callable[[ArgumentParser], None]


COMMANDS = {
    "price": CommandLine(
        "asking",
        ASKING,
        BY_NAME["PRICE"].help,
        "xlfuncs price 100000 2013-12-20",
        options.of_question,
    ),
    "explain": CommandLine(
        "asking",
        ASKING,
        BY_NAME["EXPLAIN"].help,
        "xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",
        options.of_question,
    ),
    "schedule": CommandLine(
        "listing",
        ASKING,
        "The whole price table in force on a day.",
        "xlfuncs schedule 2014-01-01",
        options.of_schedule,
    ),
    "timeline": CommandLine(
        "listing",
        ASKING,
        BY_NAME["TIMELINE"].help,
        "xlfuncs timeline 100000",
        options.of_timeline,
    ),
    "init": CommandLine(
        "starting",
        CONTRACTS,
        "Starts the contract file of another vendor; its comments show how to fill it in.",
        "xlfuncs init ACME",
        options.of_start,
    ),
    "check": CommandLine(
        "listing",
        CONTRACTS,
        "What is wrong, doubtful or assumed in a contract file or a workbook.",
        "xlfuncs check my_contract.toml",
        options.of_check,
    ),
    "diff": CommandLine(
        "differing",
        CONTRACTS,
        "Where two contracts answer differently: quantities, days, before and after.",
        "xlfuncs diff my_contract.toml my_contract.xlsx",
        options.of_comparison,
    ),
    "import": CommandLine(
        "importing",
        CONTRACTS,
        "Writes what was edited on the sheets of a workbook back into the contract file.",
        "xlfuncs import qualys_ohio.xlsx -o qualys_ohio.toml",
        options.of_import,
    ),
    "build": CommandLine(
        "building",
        WORKBOOKS,
        "Writes the workbook of a contract and shows its first formulas.",
        "xlfuncs build my_contract.toml -o prices.xlsx",
        options.of_build,
    ),
    "doctor": CommandLine(
        "doctoring",
        WORKBOOKS,
        "Says why the functions of a workbook do not answer in Excel, and what to do.",
        "xlfuncs doctor",
        options.of_doctor,
    ),
    "calc install": CommandLine(
        "installing",
        WORKBOOKS,
        "Puts the functions of a contract into your LibreOffice.",
        "xlfuncs calc install --contract my_contract.toml",
        options.of_installation,
    ),
    "calc recalc": CommandLine(
        "recalculating",
        WORKBOOKS,
        "Has LibreOffice open a workbook without a window, work it out anew and save it.",
        "xlfuncs calc recalc calc.xlsx -o worked_out.xlsx --pdf prices.pdf",
        options.of_recalculation,
    ),
    "batch": CommandLine(
        "ledgers.batching",
        LEDGERS,
        "Prices each line of a ledger of purchases, and finds what was paid over.",
        "xlfuncs batch purchases.csv -o priced.csv",
        ledger_options.of_batch,
    ),
    "sql": CommandLine(
        "ledgers.engines",
        LEDGERS,
        "Prints the statement that prices a table where it lies: on DuckDB, Spark, Databricks.",
        "xlfuncs sql --dialect spark --table sales.ledger",
        ledger_options.of_statement,
    ),
}
"""By what is typed; the test suite runs the examples."""

GROUPS = {"calc": "The functions in LibreOffice: install them, have a workbook worked out."}
"""First words that several commands share."""

TOPICS = (ASKING, CONTRACTS, WORKBOOKS, LEDGERS)
"""What commands belong to, in the order in which a newcomer needs them."""
