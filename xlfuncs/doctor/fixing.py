"""Entering this Python into the user's settings of xlwings."""

from __future__ import annotations

import sys
from pathlib import Path

from xlfuncs.doctor.conf import with_row
from xlfuncs.doctor.findings import State
from xlfuncs.doctor.interpreter import interpreter_finding
from xlfuncs.doctor.settings import FROM_PATH, INTERPRETER, users_file, users_settings
from xlfuncs.files.hindrances import why_not
from xlfuncs.files.replacing import Saved, replace_file, seen_with, write_content


class NotFixed(Exception):
    """The settings could not be written; the text says why."""


def fix() -> str:
    """Makes Excel start this Python; answers what was done. Raises NotFixed.

    All else in the file stays as it is, and what it held is kept beside it.
    """
    file = users_file()
    settings = users_settings()
    is_right = interpreter_finding(settings).state is State.OK
    if is_right and settings.interpreter().value not in FROM_PATH:
        return "Excel starts this Python already; nothing was changed"
    program = _without_window(Path(sys.executable))
    try:
        old = file.read_bytes() if file.exists() else None
        new = with_row(old or b"", INTERPRETER, str(program))
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = _put(file, old, new)
    except UnicodeEncodeError:
        raise NotFixed(
            f"{program}: has letters that xlwings cannot read on this computer; nothing was "
            f"written. Install Python and xlfuncs in a folder such as C:\\xlfuncs"
        ) from None
    except Saved:
        raise NotFixed(f"{file}: was saved by another program just now; try again") from None
    except OSError as error:
        raise NotFixed(f"{file}: {why_not(error)}; nothing was written") from None
    return f"{file} now names {program}{kept}; in Excel, press Ctrl+Alt+F9"


def _put(file: Path, old: bytes | None, new: bytes) -> str:
    backup = replace_file(file.resolve(), write_content(new), seen_with(old), keep=True)
    return "" if backup is None else f", and what it held before is {backup.name}"


def _without_window(program: Path) -> Path:
    """The same Python as a program that opens no window, where there is one."""
    found = program.with_name("pythonw.exe")
    return found if found.is_file() else program
