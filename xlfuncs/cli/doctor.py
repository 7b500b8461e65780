"""The command `doctor`."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from xlfuncs.doctor import Finding, State, done, note
from xlfuncs.doctor.computer import findings
from xlfuncs.doctor.interpreter import NotFixed, fix
from xlfuncs.doctor.workbook import Book, open_book
from xlfuncs.errors import ANSWERED, NO_ANSWER, Refused, Unreadable

KINDS = (".xlsx", ".xlsm", ".xlam")


def doctor(chosen: Namespace) -> int:
    """Prints a line for each check; with `--fix` enters this Python first."""
    book = _book(chosen.book)
    to_do = False
    if chosen.fix:
        print(_fixed(), flush=True)
    for finding in findings(book):
        print(finding, flush=True)  # some take a while
        to_do = to_do or finding.state is State.DO
    return NO_ANSWER if to_do else ANSWERED


def _book(name: str | None) -> Book | None:
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in KINDS:
        raise Refused(f"{path}: expected a workbook ({', '.join(KINDS)})")
    try:
        return open_book(path)
    except Unreadable as error:
        text = str(error)
        raise Refused(text if text.startswith(name) else f"{path}: {text}") from None


def _fixed() -> Finding:
    where = "xlwings' settings"
    if sys.platform != "win32":
        return note(where, "are for Excel on Windows; nothing was changed")
    try:
        return done(where, fix())
    except NotFixed as error:
        raise Refused(str(error)) from None
