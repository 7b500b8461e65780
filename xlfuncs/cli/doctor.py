"""The command `doctor`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path

from xlfuncs.addin import ADD_IN
from xlfuncs.cli.contracts import format_contract
from xlfuncs.doctor import Finding, State, done, note
from xlfuncs.doctor.addin import check_addin, is_addin
from xlfuncs.doctor.all_checks import check_computer
from xlfuncs.doctor.interpreter import fix
from xlfuncs.doctor.workbook import CheckedWorkbook, load_checked_workbook
from xlfuncs.errors import ANSWERED, NO_ANSWER, FileFormatError, InputError

KINDS = (".xlsx", ".xlsm", ".xlam")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the workbook, and whether to fix what can be fixed."""
    parser.add_argument(
        "book",
        metavar="BOOK",
        nargs="?",
        help=f"a workbook whose functions do not work, or the folder of an add-in ({ADD_IN})",
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="make Excel on Windows use this Python: write it into xlwings' settings",
    )


def run(arguments: Namespace) -> int:
    """Print a line for each check; with `--fix` enter this Python first."""
    if arguments.book is not None and is_addin(Path(arguments.book)):
        if arguments.fix:
            raise InputError(f"{arguments.book}: --fix is for workbooks with macros only")
        return _print(check_addin(Path(arguments.book)))
    book = _open_workbook(arguments.book)
    if book and book.reading.contract:
        print(format_contract(book.reading.contract.name, book.path), flush=True)
    if arguments.fix:
        print(_fix(), flush=True)
    return _print(check_computer(book))


def _print(findings: Iterable[Finding]) -> int:
    to_do = False
    for finding in findings:
        print(finding, flush=True)  # some take a while
        to_do = to_do or finding.state is State.DO
    return NO_ANSWER if to_do else ANSWERED


def _open_workbook(name: str | None) -> CheckedWorkbook | None:
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in KINDS:
        kinds = f"a workbook ({', '.join(KINDS)}) or the folder of an add-in ({ADD_IN})"
        raise InputError(f"{path}: expected {kinds}")
    try:
        return load_checked_workbook(path)
    except FileFormatError as error:
        text = str(error)
        raise FileFormatError(text if text.startswith(name) else f"{path}: {text}") from None


def _fix() -> Finding:
    where = "xlwings' settings"
    if sys.platform != "win32":
        return note(where, "are for Excel on Windows; nothing was changed")
    return done(where, fix())
