"""Which Python Excel is told to start, and whether it is the one that runs here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from xlfuncs.doctor.findings import Finding, do, ok
from xlfuncs.doctor.pythons import is_name_of_this_one, is_this_one
from xlfuncs.doctor.settings import FIX, FROM_PATH, INTERPRETER, Settings, Stated, users_file
from xlfuncs.windows.variables import excels_path, found_on

WHERE = "xlwings' settings"
NOT_STARTED = (
    "which Excel would start in place of this Python; doctor has neither started it nor looked "
    "for it. If it is a Python that you trust, type xlfuncs doctor in its own environment to check "
    "it; otherwise"
)
DEBUG = "DEBUG UDFS"
MODULES = {"PYTHONPATH": "no such row", "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
"""Rows that make Python look for modules elsewhere, and what is expected of them in a file."""

OFF, ON = {"false", "0"}, {"true", "1", "-1"}
"""What VBA takes for a truth value."""


class Probed(NamedTuple):
    """The Python that is asked, and whether Excel's path is what leads to it."""

    program: Path
    is_on_path: bool


def probed(settings: Settings) -> Probed:
    """The Python to ask: the one that the user's own settings name, or else the one that runs.

    What a file names is never asked, unless it says in so many letters that it is this one.
    """
    stated = settings.interpreter()
    if stated.is_of_file and is_name_of_this_one(stated.value):
        return Probed(Path(sys.executable), is_on_path=False)
    stated = settings.of_user().interpreter()
    program = started(stated)
    return Probed(
        program or Path(sys.executable), program is not None and stated.value in FROM_PATH
    )


def started(stated: Stated) -> Path | None:
    """The program that a setting means, None where there is no such program.

    None also for what a file names, which is not looked for: on a network path, a look alone tells
    another computer who looks, with what is needed to guess the password.
    """
    if stated.is_of_file:
        return None
    if stated.value in FROM_PATH:
        return found_on(excels_path(), f"{stated.value}.exe")
    program = Path(stated.value)
    return program if PureWindowsPath(stated.value).is_absolute() and program.is_file() else None


def interpreter_finding(settings: Settings) -> Finding:
    """Whether Excel starts the Python that runs here."""
    of_file = _finding_of_file(settings)
    if of_file:
        return of_file
    stated = settings.interpreter()
    where, way_out = (stated.layer.where, stated.layer.way_out) if stated.layer else (WHERE, FIX)
    program = started(stated)
    if stated.value in FROM_PATH:
        names = f"{where} names no Python" if stated.layer else f"{users_file()} names no Python"
        return _from_path(names, program, way_out)
    names = f"{stated.row} in {where} names {stated.value or 'nothing'}"
    if not PureWindowsPath(stated.value).is_absolute():
        return do(WHERE, f"{names}; expected a whole path, C:\\...\\pythonw.exe; {way_out}")
    if program is None:
        return do(WHERE, f"{names}, which is not there; {way_out}")
    if not is_this_one(program):
        return do(WHERE, f"{names}, which is another Python than this one; {way_out}")
    return ok(WHERE, f"{where} names this Python")


def _finding_of_file(settings: Settings) -> Finding | None:
    """What a file decides in the user's place, None where none does."""
    hidden = settings.stated(INTERPRETER)
    if hidden and hidden.layer and hidden.is_of_file and not hidden.value:
        what = f"{INTERPRETER} is empty there, which hides your own settings"
        return do(hidden.layer.where, f"{what}; {hidden.layer.way_out}")
    stated = settings.interpreter()
    if stated.layer is None or not stated.is_of_file:
        return None
    if is_name_of_this_one(stated.value):
        return ok(WHERE, f"{stated.layer.where} names this Python")
    names = f"{stated.row} in {stated.layer.where} names"
    if not stated.value:
        return do(WHERE, f"{names} nothing; {stated.layer.way_out}")
    return do(WHERE, f"{names} {stated.value}, {NOT_STARTED} {stated.layer.way_out}")


def _from_path(names: str, program: Path | None, way_out: str) -> Finding:
    if program is None:
        return do(WHERE, f"{names}, and Excel's path has none; {way_out}")
    if not is_this_one(program):
        return do(WHERE, f"{names}, and the first one on Excel's path is {program}; {way_out}")
    return ok(WHERE, f"{names}, and the first one on Excel's path is this one")


def other_findings(settings: Settings) -> list[Finding]:
    """What else in the settings keeps the functions from answering, or has others answer."""
    found = [do(layer.where, layer.trouble) for layer in settings.layers if layer.trouble]
    found += _module_findings(settings)
    stated = settings.stated(DEBUG)
    if stated is None or stated.layer is None or stated.value.strip().lower() in OFF:
        return found
    what = f"{DEBUG} is {stated.value!r}"
    if stated.value.strip().lower() in ON:
        what += ", so that Excel waits for a server that somebody starts by hand"
    return [*found, do(stated.layer.where, f"{what}; expected False, or no such row")]


def _module_findings(settings: Settings) -> Iterator[Finding]:
    """Folders that a file names, or its own: whatever is called `xlfuncs` there would answer."""
    for row, expected in MODULES.items():
        stated = settings.stated(row)
        if stated and stated.layer and stated.is_of_file and stated.value.lower() not in {*OFF, ""}:
            what = (
                f"{row} is {stated.value!r}, so that Excel's Python looks for modules there first"
            )
            yield do(stated.layer.where, f"{what}; expected {expected}")
