"""The page on all commands says what `--help` prints."""

import subprocess
import sys

import pytest

from tests.support.cli_runner import Ran
from tests.support.command_reference import PAGE, command_reference
from xlfuncs.cli.commands import COMMANDS


def test_the_page_is_what_help_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == command_reference()


@pytest.mark.parametrize("name", [*COMMANDS, "calc"])
def test_only_the_module_of_the_command_that_was_typed_is_imported(
    name: str,
) -> None:
    code = (
        "import sys; from xlfuncs.cli.commands import parse\n"
        f"try: parse([*{name.split()!r}, '--help'])\n"
        "except SystemExit: print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = {each.removeprefix("xlfuncs.cli.") for each in ran.stdout.splitlines()[-1].split()}
    modules = {command.module for command in COMMANDS.values()}
    own = {COMMANDS[name].module} if name in COMMANDS else set()
    beside = {"schedule"} if name == "timeline" else set()  # whose words it shares
    assert own <= imported & modules <= own | beside


@pytest.mark.parametrize("command", ["price", "explain"])
def test_a_price_loads_nothing_that_takes_its_time(command: str) -> None:
    question = [command, "100000", "2013-12-20"]
    code = f"import sys; from xlfuncs.cli import main; main({question}); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert not loaded & {"dataclasses", "json", "openpyxl", "rich", "tempfile", "threading"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--foo", "price", "1"), "xlfuncs: error: unrecognized arguments: --foo\n"),
        (("price", "1", "a\nb", "c\nd"), "price: error: unrecognized arguments: c\\nd\n"),
        (("calc",), "xlfuncs calc: error: the following arguments are required: COMMAND\n"),
        (("calc", "foo"), "invalid choice: 'foo' (choose from 'install', 'recalc')\n"),
    ],
)
def test_what_cannot_be_parsed_is_named_on_one_line(
    arguments: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(reason)
