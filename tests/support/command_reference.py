"""The page on all commands, xlfuncs/cli/README.md, generated from what `--help` prints.

`.venv/bin/python -m tests.support.command_reference` rewrites it.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from functools import partial

from tests.support.places import TOP
from xlfuncs.cli.commands import COMMANDS, STATUS, TOPICS, make_overview, make_parser

PAGE = TOP / "xlfuncs" / "cli" / "README.md"
HEAD = """\
# The commands of `xlfuncs`

Generated from what `xlfuncs --help` and `xlfuncs COMMAND --help` print, by
`.venv/bin/python -m tests.support.command_reference`; a test compares them. The room:
`commands` is the table of commands and parses what was typed; `run` runs a command to its end and
decides on the exit code; `streams` guards what is printed; each command is a module with
`add_arguments(parser)` and `run(arguments)`; `arguments` is what several of them take, `contracts`
which contract is asked; `output` and `json_output` print answers.

On a terminal `price` prints the currency, the billing period and the contract as well; into a file
or a pipe, the bare amount. Other commands name the contract in a line of what they print, and JSON
has it under the key `contract`: its name, and its file, which is null for the contract that is
shipped with xlfuncs. Where none is named, and the current folder has contract files or workbooks of
contracts, a warning says which.

To add a command: a line in the table of `commands`, a module with these two functions, and this
page rewritten.
"""


def command_reference() -> str:
    """Write the page as one text."""
    parts = [HEAD, f"```\n{_help(make_overview())}```\n", f"{STATUS[0].upper()}{STATUS[1:]}.\n"]
    for topic in TOPICS:
        parts.append(f"## {topic[0].upper()}{topic[1:]}\n")
        for command in COMMANDS.values():
            if command.topic == topic:
                parser = make_parser(command)
                parser.epilog = parser.epilog.removesuffix(STATUS)
                parts.append(f"### xlfuncs {command.name}\n\n```\n{_help(parser).rstrip()}\n```\n")
    return "\n".join(parts)


def _help(parser: ArgumentParser) -> str:
    """What a parser prints where no terminal says how wide it is."""
    parser.formatter_class = partial(RawDescriptionHelpFormatter, width=98)
    return parser.format_help()


if __name__ == "__main__":
    PAGE.write_text(command_reference(), encoding="utf-8")
