"""The command line, from the declaration of its commands."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any

from xlfuncs.cli.commands import COMMANDS, GROUPS

DESCRIPTION = """\
Contract prices with their reasons, from a price table and its amendments.

  xlfuncs price 100000 2013-12-20       255000.00, because Amendment 1 says so
  xlfuncs build                         a workbook where =QUALYS_PRICE(...) answers the same"""

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
    root = ArgumentParser("xlfuncs", description=DESCRIPTION, formatter_class=HelpFormatter)
    _add(root, "xlfuncs", dict.fromkeys(_group(name) or name for name in COMMANDS))
    return root


def _add(parent: ArgumentParser, typed: str, names: Iterable[str]) -> None:
    """Adds the commands that may follow what was typed."""
    commands = parent.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        prog=typed,  # said, because working it out costs as much as the rest of the start
        parser_class=Command,
    )
    for name in names:
        word = name.rpartition(" ")[2]
        purpose = GROUPS[name] if name in GROUPS else COMMANDS[name].purpose
        example = "" if name in GROUPS else f"example:\n  {COMMANDS[name].example}\n\n"
        command = commands.add_parser(
            word,
            help=purpose,
            description=purpose,
            epilog=f"{example}{STATUS}",
            formatter_class=HelpFormatter,
        )
        command.set_defaults(name=name, command=word, json=False)
        if name in COMMANDS:
            command.set_defaults(module=COMMANDS[name].module)


def _group(name: str) -> str:
    return name.rpartition(" ")[0]
