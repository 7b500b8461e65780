"""The commands: name, module, topic, purpose and example; and the parser of what was typed."""

from __future__ import annotations

import os
from argparse import Action, ArgumentParser, HelpFormatter, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from xlfuncs.cli.contracts import find_contract_like, is_contract_name
from xlfuncs.errors import InputError, format_argument
from xlfuncs.pricing.outcomes import BadInput
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
    examples: tuple[str, ...]
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
            "The price of a quantity on a purchase date.",
            (
                "xlfuncs price 100000 2013-12-20",
                'xlfuncs price acme.toml 100,000 "Dec 20, 2013"',
            ),
            writes_temporary_files=False,
        ),
        Command(
            "explain",
            "price",
            ASKING,
            "The price and the reason for it, ready to paste into a letter.",
            ("xlfuncs explain 100000 2014-01-01 --known-on 2013-11-30",),
            writes_temporary_files=False,
        ),
        Command(
            "schedule",
            "schedule",
            ASKING,
            "The full price table for a purchase date.",
            ("xlfuncs schedule 2014-01-01",),
            writes_temporary_files=False,
        ),
        Command(
            "timeline",
            "timeline",
            ASKING,
            "The price of a quantity over time: each change, and the clause behind it.",
            ("xlfuncs timeline 100000",),
            writes_temporary_files=False,
        ),
        Command(
            "init",
            "init",
            CONTRACTS,
            "Start a contract of your own, as a file with comments or as a workbook.",
            ("xlfuncs init ACME", "xlfuncs init ACME -o acme.xlsx"),
        ),
        Command(
            "check",
            "check",
            CONTRACTS,
            "List what is wrong, doubtful or assumed in a contract.",
            ("xlfuncs check acme.toml",),
        ),
        Command(
            "diff",
            "diff",
            CONTRACTS,
            "Compare two contracts: which prices differ, at what quantities and dates.",
            ("xlfuncs diff acme.toml acme.xlsx",),
        ),
        Command(
            "import",
            "import_",
            CONTRACTS,
            "Copy the edits in a workbook back into its contract file.",
            ("xlfuncs import acme.xlsx -o acme.toml",),
        ),
        Command(
            "build",
            "build",
            WORKBOOKS,
            "Write the workbook or the Office add-in of a contract.",
            ("xlfuncs build acme.toml -o prices.xlsx",),
        ),
        Command(
            "doctor",
            "doctor",
            WORKBOOKS,
            "Find out why functions do not work in Excel, of a workbook or an Office add-in.",
            ("xlfuncs doctor",),
        ),
        Command(
            "addin serve",
            "addin_serve",
            WORKBOOKS,
            "Serve a built add-in from this computer, to try it in Excel.",
            ("xlfuncs addin serve acme.addin",),
            writes_temporary_files=False,
        ),
        Command(
            "calc install",
            "calc_install",
            WORKBOOKS,
            "Install the functions of a contract in LibreOffice.",
            ("xlfuncs calc install -c acme.toml",),
        ),
        Command(
            "calc recalc",
            "calc_recalc",
            WORKBOOKS,
            "Recalculate a workbook with LibreOffice and save it.",
            ("xlfuncs calc recalc calc.xlsx -o recalculated.xlsx --pdf prices.pdf",),
        ),
        Command(
            "batch",
            "batch",
            LEDGERS,
            "Price every line of a list of purchases, and find what was overpaid.",
            ("xlfuncs batch purchases.csv -c acme.toml -o priced.csv",),
        ),
        Command(
            "sql",
            "sql",
            LEDGERS,
            "Print an SQL statement that prices a table of purchases.",
            ("xlfuncs sql -c acme.toml --dialect spark --table sales.ledger",),
        ),
    )
}
"""By what is typed; the test suite runs the examples."""

LEFT_OUT = ""
"""The value of an option that is needed and was not typed."""

HELP = ("help", "--help", "-h")

GROUPS = {
    "addin": "Try an Office add-in on this computer.",
    "calc": "Install the functions in LibreOffice, or recalculate a workbook with it.",
}
"""First words that several commands share."""

DESCRIPTION = """\
Contract prices with their reasons, from a price table and its amendments.

  xlfuncs price 100000 2013-12-20              what 100,000 cost that day
  xlfuncs explain 100000 2013-12-20            the same, with the reason
  xlfuncs build                                a workbook with price functions
  xlfuncs init ACME                            start a contract of your own
  xlfuncs price acme.toml 250 "Dec 15, 2025"   and get a price from it"""

EPILOG = """\
xlfuncs help COMMAND describes a command, with an example.
Without a contract, commands use the one shipped with xlfuncs. -c FILE names
another, a contract file or a workbook; price, explain, schedule and timeline
also accept it as their first argument."""

STATUS = """\
exit status: 0 for an answer or finished work; 1 for no price, or when an
error, a difference or something to do was found; 2 for a bad argument, or a
file that cannot be read or written; 128 plus the number of the
signal when interrupted (Ctrl-C: 130)"""


def refuse_line_break(name: str) -> None:
    """Raise InputError for a file whose name could pass for a message of its own."""
    if "\n" in name:
        raise InputError(f"{escape_line(name)}: the name has a line break; rename the file")


def parse(typed: Sequence[str]) -> tuple[Command, Namespace]:
    """Parse what was typed; only the module of that command is imported.

    Raises InputError for what is no command, and SystemExit where argparse has printed help or what
    is wrong.
    """
    command = _find_command(typed)
    if command is None:
        _parse_no_command([escape_line(word) for word in typed])
    rest = list(typed[len(command.name.split()) :])
    harmless = [escape_line(word) for word in rest]
    if harmless != rest:  # what is refused is repeated, on a line that it may not break
        _parse_words(command, harmless)
    return command, _parse_words(command, rest)


def make_parser(command: Command) -> ArgumentParser:
    parser = ArgumentParser(f"xlfuncs {command.name}", **_texts(command.name))
    command.import_module().add_arguments(parser)
    return parser


def _find_command(words: Sequence[str]) -> Command | None:
    names = (" ".join(words[:count]) for count in (1, 2))
    return next((COMMANDS[name] for name in names if name in COMMANDS), None)


def _parse_words(command: Command, words: Sequence[str]) -> Namespace:
    parser = make_parser(command)
    if command.topic == ASKING:
        words = _name_contracts(words)
    arguments: list[Action] = parser._actions
    needed = [each for each in arguments if each.required]
    for each in needed:  # argparse has its own words for what is missing
        if each.option_strings:
            words = [each.option_strings[0], LEFT_OUT, *words]
        else:
            each.required = False
    found, unknown = parser.parse_known_args(words, Namespace(command=command.name))
    for word in unknown:
        if word.startswith("-"):
            parser.error(_describe_unknown_option(word, command, arguments))
    for each in arguments:  # of several files argparse takes those before the next option alone
        files = getattr(found, each.dest, None)
        if each.nargs == "+" and not each.option_strings and files:
            files += unknown
            unknown = []
    missing = [
        each
        for each in needed
        if getattr(found, each.dest) == (LEFT_OUT if each.option_strings else None)
    ]
    if missing or unknown or getattr(found, "first", None) is not None:
        parser.error(_describe_words(command, arguments, missing, found, unknown))
    return found


def _describe_unknown_option(typed: str, command: Command, arguments: Sequence[Action]) -> str:
    """Say that a command has no such option, and which may have been meant."""
    from difflib import get_close_matches

    word = typed.partition("=")[0]
    options = [option for each in arguments for option in each.option_strings]
    nearest = get_close_matches(word, options, 1)
    way_out = f"did you mean {nearest[0]}?" if nearest else f"{_more_on(command)} lists them"
    return f"'{word}' is not an option of xlfuncs {command.name}; {way_out}"


def _describe_words(
    command: Command,
    arguments: Sequence[Action],
    missing: Sequence[Action],
    found: Namespace,
    unknown: Sequence[str],
) -> str:
    """Say which arguments are expected where words are missing, or are more than these."""
    words = [each for each in arguments if not each.option_strings]
    given = [getattr(found, each.dest, None) for each in words]
    typed = [word for word in (*given, *unknown) if word is not None]
    options = [each for each in missing if each.option_strings]
    titles = [str(each.metavar) for each in words if each.dest != "first"]
    named = [*titles, *(f"{each.option_strings[0]} {each.metavar}" for each in options)]
    expected = " and ".join(named) or "only options"
    said = f"expected {expected}{', found ' if typed else ''}{' '.join(typed)}"
    if missing or not titles:
        return f"{said}; as in: {command.examples[0]}; {_more_on(command)} says more"
    is_maybe_contract = "first" in found and not unknown and found.contract is None
    meant = find_contract_like(found.first) if is_maybe_contract else None
    if meant:
        return f"{said}; did you mean {format_argument(meant)}?"
    example = ', as in "Dec 20, 2013"' if "purchased" in found else ""
    return f"{said}; put quotes around text with spaces{example}"


def _more_on(command: Command) -> str:
    return f"'xlfuncs help {command.name}'"


def _name_contracts(words: Sequence[str]) -> list[str]:
    """Say with `-c` which contract is asked where a file is named alone, first as a rule."""
    named: list[str] = []
    before = ""
    for word in words:
        is_value = before.startswith("-") and before != "--json"
        if is_contract_name(word) and not is_value and not word.startswith("-"):
            named.append("-c")
        named.append(word)
        before = word
    return named


def _parse_no_command(words: Sequence[str]) -> NoReturn:
    """Print help or the version, and raise SystemExit. Raises InputError for what is no command."""
    if words and words[0] == "--version":
        from importlib.metadata import version

        print(f"xlfuncs {version('xlfuncs')}")
        raise SystemExit(0)
    if words and words[0] in HELP:
        words = words[1:]
    elif len(words) > 1 and words[0] in GROUPS and words[1] in HELP:
        words = words[:1]
    command = _find_command(words)
    if command:
        make_parser(command).print_help()
    elif not words:
        make_overview().print_help()
    elif len(words) == 1 and words[0] in GROUPS:
        _make_group(words[0]).print_help()
    else:
        raise InputError(_describe_unknown(words))
    raise SystemExit(0)


def _describe_unknown(words: Sequence[str]) -> str:
    """Say that there is no such command, and which may have been meant."""
    from difflib import get_close_matches

    word = " ".join(words[:2]) if words[0] in GROUPS else words[0]
    if asking := _find_asking(words):
        typed = " ".join(map(format_argument, words))
        return f"'{word}' is not a command; type the command first: xlfuncs {asking} {typed}"
    if is_contract_name(word):
        return f"'{word}' is not a command; type the command first: xlfuncs check {word}"
    nearest = get_close_matches(word.lower(), [*COMMANDS, *GROUPS], 1)
    meant = f"did you mean 'xlfuncs {nearest[0]}'? " if nearest else ""
    return f"'{word}' is not a command; {meant}'xlfuncs help' lists the commands"


def _find_asking(words: Sequence[str]) -> str | None:
    """Find the command that takes a quantity with or without a day, where these are typed alone."""
    from xlfuncs.functions.registry import parse_typed_quantity

    question = words[1:] if is_contract_name(words[0]) else words
    try:
        parse_typed_quantity(question[0] if question else "")
    except BadInput:
        return None
    return "timeline" if all(word.startswith("-") for word in question[1:]) else "price"


def _make_group(name: str) -> ArgumentParser:
    """The parser that prints the help of the first word of several commands."""
    parser = ArgumentParser(f"xlfuncs {name}", usage=f"xlfuncs {name} COMMAND ...", **_texts(name))
    group = parser.add_argument_group("commands")
    for command in COMMANDS.values():
        first, _, word = command.name.partition(" ")
        if first == name:
            group.add_argument(word, help=command.purpose)
    return parser


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
    examples = COMMANDS[name].examples if name in COMMANDS else ()
    shown = "".join(f"  {example}\n" for example in examples)
    title = "examples" if len(examples) > 1 else "example"
    return {
        "description": GROUPS.get(name) or COMMANDS[name].purpose,
        "epilog": f"{title}:\n{shown}\n{STATUS}" if shown else STATUS,
        "formatter_class": make_formatter,
    }


def _first_words(topic: str | None = None) -> list[str]:
    """The first words of the commands of a topic, or of all."""
    found = (name for name, each in COMMANDS.items() if topic in {None, each.topic})
    return list(dict.fromkeys(name.split()[0] for name in found))
