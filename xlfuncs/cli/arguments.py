"""Commands, their arguments and their help."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from typing import Any

from workbooks import SHIPPED
from xlfuncs.functions.declared import BY_NAME, KNOWN_ON, PURCHASED, QUANTITY, SERVICE

DESCRIPTION = """\
Contract prices with their reasons, from a price table and its amendments.

  xlfuncs price 100000 2013-12-20       255000.00, because Amendment 1 says so
  xlfuncs build                         a workbook where =QUALYS_PRICE(...) answers the same"""

EXAMPLES = {
    "price": "xlfuncs price 100000 2013-12-20",
    "explain": "xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",
    "schedule": "xlfuncs schedule 2014-01-01 --json",
    "check": "xlfuncs check --contract my_contract.toml",
    "build": "xlfuncs build --contract my_contract.toml -o prices.xlsx",
}
"""What each command's help shows; the test suite runs them."""

CONTRACT_HELP = (
    "a contract file (.toml) or a workbook (.xlsx, .xlsm); default: the shipped contract"
)

STATUS = """\
exit status: 0 with an answer; 1 when there is no price, or an error or difference was found;
2 for bad usage, a bad quantity or date, or a file that cannot be read or written"""


class HelpFormatter(RawDescriptionHelpFormatter):
    """Finds the width of the terminal itself: argparse loads shutil to do so, at every start."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns - 2
        except OSError:  # no terminal
            width = 98
        super().__init__(prog, width=width)


class Command(ArgumentParser):
    """The parser of one command, which gets its arguments when it is the one that is chosen."""

    def parse_known_args(self, *given: Any, **named: Any) -> Any:
        name = self.get_default("command")
        ARGUMENTS[name](self)
        self.add_argument("--contract", metavar="FILE", default=SHIPPED, help=CONTRACT_HELP)
        chosen, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return chosen, unknown


def parser() -> ArgumentParser:
    """The whole command line; it answers the module in which a command stands, and its name."""
    root = ArgumentParser("xlfuncs", description=DESCRIPTION, formatter_class=HelpFormatter)
    commands = root.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        prog="xlfuncs",  # said, because working it out costs as much as the rest of the start
        parser_class=Command,
    )
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=purpose,
            description=purpose,
            epilog=f"example:\n  {EXAMPLES[name]}\n\n{STATUS}",
            formatter_class=HelpFormatter,
        )
        command.set_defaults(module=module, command=name, json=False)
    return root


COMMANDS = {
    "price": ("asking", BY_NAME["PRICE"].help),
    "explain": ("asking", BY_NAME["EXPLAIN"].help),
    "schedule": ("listing", BY_NAME["SCHEDULE"].help),
    "check": ("listing", BY_NAME["CHECK"].help),
    "build": ("building", "Writes the workbook of a contract and shows its first formulas."),
}


def _asking(command: Command) -> None:
    command.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)
    _listing(command)


def _listing(command: Command) -> None:
    command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
    command.add_argument("--service", metavar="NAME", help=SERVICE.help)
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    _checking(command)


def _checking(command: Command) -> None:
    command.add_argument("--json", action="store_true", help="the whole answer as JSON")


def _building(command: Command) -> None:
    command.add_argument(
        "-o", dest="output", metavar="FILE", help="the file to write; default: NAME.xlsx"
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


ARGUMENTS: dict[str, Callable[[Command], None]] = {
    "price": _asking,
    "explain": _asking,
    "schedule": _listing,
    "check": _checking,
    "build": _building,
}
