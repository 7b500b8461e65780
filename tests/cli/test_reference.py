"""The page on all commands says what `--help` prints."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.command_reference import PAGE, command_reference
from xlfuncs.cli.commands import COMMANDS


def test_the_page_is_what_help_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == command_reference()


IMPORTING = """
import json, sys
from contextlib import redirect_stdout, suppress
from io import StringIO

for name in sys.argv[1:]:
    for module in [each for each in sys.modules if each.startswith("xlfuncs.cli")]:
        del sys.modules[module]
    from xlfuncs.cli.commands import parse
    with redirect_stdout(StringIO()), suppress(SystemExit):
        parse([*name.split(), "--help"])
    print(json.dumps([name, [each for each in sys.modules if each.startswith("xlfuncs.cli.")]]))
"""
"""A program that prints what the help of each command imports."""


def test_only_the_module_of_the_command_that_was_typed_is_imported() -> None:
    program = [sys.executable, "-c", IMPORTING, *COMMANDS, "calc"]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    modules = {command.module for command in COMMANDS.values()}
    found = dict(json.loads(line) for line in ran.stdout.splitlines())
    assert list(found) == [*COMMANDS, "calc"]
    for name, imported in found.items():
        own = {COMMANDS[name].module} if name in COMMANDS else set()
        beside = {"schedule"} if name == "timeline" else set()  # whose words it shares
        of_commands = modules & {each.removeprefix("xlfuncs.cli.") for each in imported}
        assert own <= of_commands <= own | beside, name


@pytest.mark.parametrize("command", ["price", "explain"])
def test_a_price_loads_nothing_that_takes_its_time(command: str, tmp_path: Path) -> None:
    """In a folder without a workbook, which it would read."""
    question = [command, "100000", "2013-12-20"]
    code = f"import sys; from xlfuncs.cli import main; main({question}); print(*sys.modules)"
    program = [sys.executable, "-c", code]
    ran = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert not loaded & {"dataclasses", "json", "openpyxl", "rich", "tempfile", "threading"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ("--foo", "price", "1"),
            "xlfuncs: '--foo' is not a command; 'xlfuncs help' lists the commands\n",
        ),
        (("prize", "1"), "did you mean 'xlfuncs price'? 'xlfuncs help' lists the commands\n"),
        (
            ("help", "calc", "instal"),
            "did you mean 'xlfuncs calc install'? 'xlfuncs help' lists the commands\n",
        ),
        (
            ("calc", "instal"),
            "did you mean 'xlfuncs calc install'? 'xlfuncs help' lists the commands\n",
        ),
        (("a\nb",), "xlfuncs: 'a\\nb' is not a command; 'xlfuncs help' lists the commands\n"),
        (("acme.toml", "price"), "type the command first: xlfuncs check acme.toml\n"),
        (
            ("price", "1", "2", "--foo\nd", "c"),
            "'--foo\\nd' is not an option of xlfuncs price; 'xlfuncs help price' lists them\n",
        ),
        (
            ("price", "1", "2", "--knwon-on=a\nb"),
            "'--knwon-on' is not an option of xlfuncs price; did you mean --known-on?\n",
        ),
        (("sql", "--dialect", "spark", "--tabel", "x"), "xlfuncs sql; did you mean --table?\n"),
        (
            ("price", "1", "a\nb", "c"),
            'found 1 a\\nb c; put quotes around text with spaces, as in "Dec 20, 2013"\n',
        ),
    ],
)
def test_what_cannot_be_parsed_is_named_on_one_line(
    arguments: tuple[str, ...], reason: str, run: Run
) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(reason)
