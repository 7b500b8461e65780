"""The commands: what each is for, an example, and its arguments."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import NamedTuple

from workbooks import SHIPPED
from xlfuncs.functions.declared import BY_NAME, KNOWN_ON, PURCHASED, QUANTITY, SERVICE

CONTRACT_HELP = (
    "a contract file (.toml) or a workbook (.xlsx, .xlsm); default: the shipped contract"
)


class CommandLine(NamedTuple):
    """A command: the module with its function, its purpose, its arguments.

    A command without a module is a word before others: `calc` before `calc install`.
    """

    module: str
    purpose: str
    example: str
    add_arguments: Callable[[ArgumentParser], None]


def _asking(command: ArgumentParser) -> None:
    command.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)
    _listing(command)


def _listing(command: ArgumentParser) -> None:
    command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
    command.add_argument("--service", metavar="NAME", help=SERVICE.help)
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    _checking(command)


def _checking(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="the whole answer as JSON")
    _of_contract(command)


def _building(command: ArgumentParser) -> None:
    command.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file to write: a workbook that answers in Excel 365 (.xlsx), one with macros, "
        "that answers in Excel on Windows (.xlsm), the same as an add-in (.xlam), or an extension "
        "of LibreOffice (.oxt); default: NAME.xlsx",
    )
    command.add_argument(
        "--without-functions",
        action="store_true",
        help="a .xlsx for LibreOffice with the extension, or for Excel with the add-in",
    )
    command.add_argument(
        "--keep",
        action="store_true",
        help="build around the rows that stand in the file: purchases, tiers, amendments",
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing; list where the file is not what its data would give",
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="replace a file that somebody edited; what it held is kept as FILE.bak",
    )
    _of_contract(command)


def _installing(command: ArgumentParser) -> None:
    command.add_argument(
        "--all-users", action="store_true", help="for all users of this computer, not for you alone"
    )
    _in_libreoffice(command)
    _of_contract(command)


def _recalculating(command: ArgumentParser) -> None:
    command.add_argument("book", metavar="BOOK", help="the workbook (.xlsx, .xlsm)")
    command.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the workbook to write (.xlsx, .ods); default: BOOK, unless you say --pdf",
    )
    command.add_argument("--pdf", metavar="OUT", help="print it into this file (.pdf)")
    _in_libreoffice(command)


def _doctoring(command: ArgumentParser) -> None:
    command.add_argument(
        "book", metavar="BOOK", nargs="?", help="a workbook whose functions do not answer"
    )
    command.add_argument(
        "--fix",
        action="store_true",
        help="have Excel on Windows start this Python: enter it into xlwings' settings",
    )


def _in_libreoffice(command: ArgumentParser) -> None:
    command.add_argument(
        "--soffice", metavar="FILE", help="LibreOffice's program; default: the one that is found"
    )


def _of_contract(command: ArgumentParser) -> None:
    command.add_argument("--contract", metavar="FILE", default=SHIPPED, help=CONTRACT_HELP)


COMMANDS = {
    "price": CommandLine(
        "asking", BY_NAME["PRICE"].help, "xlfuncs price 100000 2013-12-20", _asking
    ),
    "explain": CommandLine(
        "asking",
        BY_NAME["EXPLAIN"].help,
        "xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",
        _asking,
    ),
    "schedule": CommandLine(
        "listing", BY_NAME["SCHEDULE"].help, "xlfuncs schedule 2014-01-01 --json", _listing
    ),
    "check": CommandLine(
        "listing", BY_NAME["CHECK"].help, "xlfuncs check --contract my_contract.toml", _checking
    ),
    "build": CommandLine(
        "building",
        "Writes the workbook of a contract and shows its first formulas.",
        "xlfuncs build --contract my_contract.toml -o prices.xlsx",
        _building,
    ),
    "doctor": CommandLine(
        "doctoring",
        "Says why the functions of a workbook do not answer, and what to do.",
        "xlfuncs doctor",
        _doctoring,
    ),
    "calc install": CommandLine(
        "installing",
        "Puts the functions of a contract into your LibreOffice.",
        "xlfuncs calc install --contract my_contract.toml",
        _installing,
    ),
    "calc recalc": CommandLine(
        "recalculating",
        "Has LibreOffice open a workbook without a window, work it out anew and save it.",
        "xlfuncs calc recalc calc.xlsx -o worked_out.xlsx --pdf prices.pdf",
        _recalculating,
    ),
}
"""By what is typed; the test suite runs the examples."""

GROUPS = {"calc": "The functions in LibreOffice Calc: install them, have a workbook worked out."}
"""First words that several commands share."""
