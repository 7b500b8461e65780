"""Commands, their arguments and their help."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
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

STATUS = """\
exit status: 0 with an answer; 1 when there is no price, or an error was found;
2 for bad usage, a bad quantity or date, or a file that cannot be read"""


class HelpFormatter(RawDescriptionHelpFormatter):
    """Finds the width of the terminal itself: argparse loads shutil to do so, at every start."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns - 2
        except OSError:  # no terminal
            width = 98
        super().__init__(prog, width=width)


def parser() -> ArgumentParser:
    """The whole command line."""
    root = ArgumentParser("xlfuncs", description=DESCRIPTION, formatter_class=HelpFormatter)
    commands = root.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        prog="xlfuncs",  # said, because working it out costs as much as the rest of the start
    )
    for name in ("price", "explain"):
        command = _command(commands, name, BY_NAME[name.upper()].help, "asking")
        command.add_argument("quantity", metavar="QUANTITY", help=QUANTITY.help)
        command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
        _add_service(command)
        _add_json(command)
    command = _command(commands, "schedule", BY_NAME["SCHEDULE"].help, "listing")
    command.add_argument("purchased", metavar="DATE", help=PURCHASED.help)
    _add_service(command)
    _add_json(command)
    command = _command(commands, "check", BY_NAME["CHECK"].help, "listing")
    _add_json(command)
    command = _command(commands, "build", "Writes the workbook of a contract.", "building")
    command.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file to write; default: NAME.xlsx",
    )
    command.add_argument(
        "--force", action="store_true", help="replace a file that holds something else"
    )
    return root


def _command(commands: Any, name: str, purpose: str, module: str) -> ArgumentParser:
    command: ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=purpose,
        epilog=f"example:\n  {EXAMPLES[name]}\n\n{STATUS}",
        formatter_class=HelpFormatter,
    )
    command.set_defaults(module=module, command=name)
    command.add_argument(
        "--contract",
        metavar="FILE",
        default=SHIPPED,
        help="a contract file (.toml) or a workbook (.xlsx, .xlsm); default: the shipped contract",
    )
    return command


def _add_service(command: ArgumentParser) -> None:
    command.add_argument("--service", metavar="NAME", help=SERVICE.help)
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)


def _add_json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="the whole answer as JSON")
