"""The commands: name, module, topic, purpose and example; and the parser of what was typed."""

from __future__ import annotations

import os
from argparse import ArgumentParser, HelpFormatter, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from xlfuncs.functions.registry import BY_NAME
from xlfuncs.sheets.cells import escape_line

ASKING = "what something costs, and why"
CONTRACTS = "contracts"
WORKBOOKS = "workbooks"
LEDGERS = "many purchases"
TOPICS = (ASKING, CONTRACTS, WORKBOOKS, LEDGERS)
"""What commands belong to, in the order in which a newcomer needs them."""


class Command(NamedTuple):
    """A command: its module has `add_arguments(parser)`, and `run(arguments)` for the exit code.

    One that writes no temporary files says so: it saves the time to import and make their folder.
    """

    name: str
    module: str
    topic: str
    purpose: str
    example: str
    writes_temporary_files: bool = True

    def import_module(self) -> ModuleType:
        """Import the command's module."""
        return import_module(f"xlfuncs.cli.{self.module}")


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "price",
            "price",
            ASKING,
            BY_NAME["PRICE"].help,
            "xlfuncs price 100000 2013-12-20",
            writes_temporary_files=False,
        ),
        Command(
            "explain",
            "price",
            ASKING,
            BY_NAME["EXPLAIN"].help,
            "xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",
            writes_temporary_files=False,
        ),
        Command(
            "schedule",
            "schedule",
            ASKING,
            "The whole price table in force on a day.",
            "xlfuncs schedule 2014-01-01",
            writes_temporary_files=False,
        ),
        Command(
            "timeline",
            "timeline",
            ASKING,
            BY_NAME["TIMELINE"].help,
            "xlfuncs timeline 100000",
            writes_temporary_files=False,
        ),
        Command(
            "init",
            "init",
            CONTRACTS,
            "Starts the contract file of another vendor; its comments show how to fill it in.",
            "xlfuncs init ACME",
        ),
        Command(
            "check",
            "check",
            CONTRACTS,
            "What is wrong, doubtful or assumed in a contract file or a workbook.",
            "xlfuncs check my_contract.toml",
        ),
        Command(
            "diff",
            "diff",
            CONTRACTS,
            "Where two contracts answer differently: quantities, days, before and after.",
            "xlfuncs diff my_contract.toml my_contract.xlsx",
        ),
        Command(
            "import",
            "import_",
            CONTRACTS,
            "Writes what was edited on the sheets of a workbook back into the contract file.",
            "xlfuncs import qualys_ohio.xlsx -o qualys_ohio.toml",
        ),
        Command(
            "build",
            "build",
            WORKBOOKS,
            "Writes the workbook of a contract and shows its first formulas.",
            "xlfuncs build my_contract.toml -o prices.xlsx",
        ),
        Command(
            "doctor",
            "doctor",
            WORKBOOKS,
            "Says why the functions of a workbook do not answer in Excel, and what to do.",
            "xlfuncs doctor",
        ),
        Command(
            "calc install",
            "calc_install",
            WORKBOOKS,
            "Puts the functions of a contract into your LibreOffice.",
            "xlfuncs calc install --contract my_contract.toml",
        ),
        Command(
            "calc recalc",
            "calc_recalc",
            WORKBOOKS,
            "Recalculates a workbook with LibreOffice, without a window, and saves it.",
            "xlfuncs calc recalc calc.xlsx -o worked_out.xlsx --pdf prices.pdf",
        ),
        Command(
            "batch",
            "batch",
            LEDGERS,
            "Prices each line of a ledger of purchases, and finds what was paid over.",
            "xlfuncs batch purchases.csv -o priced.csv",
        ),
        Command(
            "sql",
            "sql",
            LEDGERS,
            "Prints the statement that prices a table where it lies: on DuckDB, Spark, Databricks.",
            "xlfuncs sql --dialect spark --table sales.ledger",
        ),
    )
}
"""By what is typed; the test suite runs the examples."""

GROUPS = {"calc": "The functions in LibreOffice: install them, have a workbook worked out."}
"""First words that several commands share."""

DESCRIPTION = """\
Contract prices with their reasons, from a price table and its amendments.

  xlfuncs price 100000 2013-12-20       255000.00, because Amendment 1 says so
  xlfuncs build                         a workbook where =QUALYS_PRICE(...) answers the same
  xlfuncs init ACME                     a contract of your own; then xlfuncs build acme.toml"""

EPILOG = """\
xlfuncs COMMAND --help says more, with an example; xlfuncs --version, which release this is.
Without a contract, commands are about the shipped one; -c FILE names another, a contract file or
a workbook."""

STATUS = """\
exit status: 0 when it is answered or done; 1 when what was asked has no price, or when an error, a
difference or something to do was found; 2 for bad usage, a bad quantity, date or service, or a file
that cannot be read or written; 128 and the number of the signal when it was interrupted (Ctrl-C:
130)"""


def parse(typed: Sequence[str]) -> tuple[Command, Namespace]:
    """Parse what was typed; only the module of that command is imported.

    Raises SystemExit where argparse has printed help or what is wrong.
    """
    names = (" ".join(typed[:words]) for words in (1, 2))
    command = next((COMMANDS[name] for name in names if name in COMMANDS), None)
    if command is None:
        _parse_no_command(typed)
    parser = make_parser(command)
    rest = typed[len(command.name.split()) :]
    harmless = [escape_line(word) for word in rest]
    if harmless != rest:  # what is refused is repeated, on a line that it may not break
        parser.parse_args(harmless)
    return command, parser.parse_args(rest, Namespace(command=command.name))


def make_parser(command: Command) -> ArgumentParser:
    parser = ArgumentParser(f"xlfuncs {command.name}", **_texts(command.name))
    command.import_module().add_arguments(parser)
    return parser


def _parse_no_command(typed: Sequence[str]) -> NoReturn:
    """Print help, the version, or why what was typed is no command. Raises SystemExit."""
    words = [escape_line(word) for word in typed]
    if words and words[0] in GROUPS:
        parser = ArgumentParser(f"xlfuncs {words[0]}", **_texts(words[0]))
        commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
        for command in COMMANDS.values():
            group, _, word = command.name.partition(" ")
            if group == words[0]:
                commands.add_parser(word, help=command.purpose, add_help=False)
        parser.parse_args(words[1:])
    parser = ArgumentParser("xlfuncs", usage="xlfuncs COMMAND ...", add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("command", metavar="COMMAND", nargs="?", choices=_first_words())
    chosen = parser.parse_known_args(words)[0]
    if chosen.help:
        make_overview().print_help()
        parser.exit()
    if chosen.version:
        from importlib.metadata import version

        print(f"xlfuncs {version('xlfuncs')}")
        parser.exit()
    if chosen.command is None:
        parser.error("the following arguments are required: COMMAND")
    before = words[: words.index(chosen.command)]
    parser.error(f"unrecognized arguments: {' '.join(before)}")


def make_overview() -> ArgumentParser:
    """The parser that prints the help of the whole: the commands by what they belong to."""
    parser = ArgumentParser(
        "xlfuncs",
        usage="xlfuncs COMMAND ...",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=make_formatter,
        add_help=False,
    )
    for topic in TOPICS:
        group = parser.add_argument_group(topic)
        for word in _first_words(topic):
            group.add_argument(word, help=GROUPS.get(word) or COMMANDS[word].purpose)
    return parser


def make_formatter(prog: str) -> HelpFormatter:
    """Find the width of the terminal itself: argparse loads shutil to do so, at every start."""
    try:
        width = os.get_terminal_size().columns - 2
    except OSError:  # no terminal
        width = 98
    return RawDescriptionHelpFormatter(prog, width=width)


def _texts(name: str) -> dict[str, Any]:
    """What the help of a command or a group says around its arguments."""
    example = f"example:\n  {COMMANDS[name].example}\n\n" if name in COMMANDS else ""
    return {
        "description": GROUPS.get(name) or COMMANDS[name].purpose,
        "epilog": f"{example}{STATUS}",
        "formatter_class": make_formatter,
    }


def _first_words(topic: str | None = None) -> list[str]:
    """The first words of the commands of a topic, or of all."""
    found = (name for name, each in COMMANDS.items() if topic in {None, each.topic})
    return list(dict.fromkeys(name.split()[0] for name in found))
