"""The commands: purpose, example, arguments, and the parser made of them."""

from __future__ import annotations

import os
from argparse import SUPPRESS, Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable
from keyword import iskeyword
from typing import Any, NamedTuple, NoReturn

from xlfuncs.cli import arguments
from xlfuncs.cli import ledger_arguments as ledger_options
from xlfuncs.functions.registry import BY_NAME
from xlfuncs.sheets.cells import harmless_line

# The commands: what each is for, how it is typed, an example.

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
        "price",
        ASKING,
        BY_NAME["PRICE"].help,
        "xlfuncs price 100000 2013-12-20",
        arguments.of_question,
    ),
    "explain": CommandLine(
        "price",
        ASKING,
        BY_NAME["EXPLAIN"].help,
        "xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",
        arguments.of_question,
    ),
    "schedule": CommandLine(
        "schedule",
        ASKING,
        "The whole price table in force on a day.",
        "xlfuncs schedule 2014-01-01",
        arguments.of_schedule,
    ),
    "timeline": CommandLine(
        "schedule",
        ASKING,
        BY_NAME["TIMELINE"].help,
        "xlfuncs timeline 100000",
        arguments.of_timeline,
    ),
    "init": CommandLine(
        "init",
        CONTRACTS,
        "Starts the contract file of another vendor; its comments show how to fill it in.",
        "xlfuncs init ACME",
        arguments.of_start,
    ),
    "check": CommandLine(
        "schedule",
        CONTRACTS,
        "What is wrong, doubtful or assumed in a contract file or a workbook.",
        "xlfuncs check my_contract.toml",
        arguments.of_check,
    ),
    "diff": CommandLine(
        "diff",
        CONTRACTS,
        "Where two contracts answer differently: quantities, days, before and after.",
        "xlfuncs diff my_contract.toml my_contract.xlsx",
        arguments.of_comparison,
    ),
    "import": CommandLine(
        "import_",
        CONTRACTS,
        "Writes what was edited on the sheets of a workbook back into the contract file.",
        "xlfuncs import qualys_ohio.xlsx -o qualys_ohio.toml",
        arguments.of_import,
    ),
    "build": CommandLine(
        "build",
        WORKBOOKS,
        "Writes the workbook of a contract and shows its first formulas.",
        "xlfuncs build my_contract.toml -o prices.xlsx",
        arguments.of_build,
    ),
    "doctor": CommandLine(
        "doctor",
        WORKBOOKS,
        "Says why the functions of a workbook do not answer in Excel, and what to do.",
        "xlfuncs doctor",
        arguments.of_doctor,
    ),
    "calc install": CommandLine(
        "calc",
        WORKBOOKS,
        "Puts the functions of a contract into your LibreOffice.",
        "xlfuncs calc install --contract my_contract.toml",
        arguments.of_installation,
    ),
    "calc recalc": CommandLine(
        "calc",
        WORKBOOKS,
        "Has LibreOffice open a workbook without a window, work it out anew and save it.",
        "xlfuncs calc recalc calc.xlsx -o worked_out.xlsx --pdf prices.pdf",
        arguments.of_recalculation,
    ),
    "batch": CommandLine(
        "batch",
        LEDGERS,
        "Prices each line of a ledger of purchases, and finds what was paid over.",
        "xlfuncs batch purchases.csv -o priced.csv",
        ledger_options.of_batch,
    ),
    "sql": CommandLine(
        "sql",
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


# The command line, from the declaration of its commands.

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
difference or something to do was found; 2 for bad usage, a bad quantity or date, or a file that
cannot be read or written; 128 and the number of the signal when it was interrupted (Ctrl-C: 130)"""


class HelpFormatter(RawDescriptionHelpFormatter):
    """Finds the width of the terminal itself: argparse loads shutil to do so, at every start."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns - 2
        except OSError:  # no terminal
            width = 98
        super().__init__(prog, width=width)


class Version(Action):
    """Prints the version of the package."""

    def __call__(self, parser: ArgumentParser, *given: Any, **named: Any) -> None:
        from importlib.metadata import version

        print(f"xlfuncs {version('xlfuncs')}")
        parser.exit()


class Parser(ArgumentParser):
    """A parser that names what was typed in one line, which a name may not break."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(status, message and f"{harmless_line(message.rstrip())}\n")


class Root(Parser):
    """The parser of the first word, whose help lists the commands by what they belong to."""

    def format_help(self) -> str:
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, (), ())
        formatter.add_text(self.description)
        for topic in TOPICS:
            formatter.start_section(topic)
            for word in _words(name for name in COMMANDS if COMMANDS[name].topic == topic):
                formatter.add_argument(Action((), word, help=_purpose(word)))
            formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()


class Command(Parser):
    """The parser of one command, which gets its arguments when it is the one that is chosen."""

    def parse_known_args(self, *given: Any, **named: Any) -> Any:
        name = self.get_default("name")
        if name in GROUPS:
            _add(self, f"xlfuncs {name}", [each for each in COMMANDS if _group(each) == name])
        else:
            COMMANDS[name].add_arguments(self)
        chosen, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return chosen, unknown


def parser() -> ArgumentParser:
    """The whole command line; it answers the module in which a command stands, and its name."""
    root = Root(
        "xlfuncs",
        usage="xlfuncs COMMAND ...",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=HelpFormatter,
    )
    root.add_argument("--version", action=Version, nargs=0, help=SUPPRESS)
    _add(root, "xlfuncs", _words(COMMANDS), help=SUPPRESS)
    return root


def _add(parent: ArgumentParser, typed: str, names: Iterable[str], **shown: str) -> None:
    """Adds the commands that may follow what was typed."""
    commands = parent.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        prog=typed,  # said, because working it out costs as much as the rest of the start
        parser_class=Command,
        **shown,
    )
    for name in names:
        example = "" if name in GROUPS else f"example:\n  {COMMANDS[name].example}\n\n"
        word = name.rpartition(" ")[2]
        command = commands.add_parser(
            word,
            help=_purpose(name),
            description=_purpose(name),
            epilog=f"{example}{STATUS}",
            formatter_class=HelpFormatter,
        )
        function = f"{word}_" if iskeyword(word) else word
        command.set_defaults(name=name, command=function, json=False)
        if name in COMMANDS:
            command.set_defaults(module=COMMANDS[name].module)


def _words(names: Iterable[str]) -> Iterable[str]:
    """The first words of commands, each once."""
    return dict.fromkeys(_group(name) or name for name in names)


def _purpose(name: str) -> str:
    return GROUPS[name] if name in GROUPS else COMMANDS[name].purpose


def _group(name: str) -> str:
    return name.rpartition(" ")[0]
