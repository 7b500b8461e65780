"""The command line, from the declaration of its commands."""

from __future__ import annotations

import os
from argparse import SUPPRESS, Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from keyword import iskeyword
from typing import Any, NoReturn

from xlfuncs.cli.commands import COMMANDS, GROUPS, TOPICS
from xlfuncs.tables.harmless import harmless_line

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
        from importlib.metadata import version  # noqa: PLC0415 - takes its time

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
