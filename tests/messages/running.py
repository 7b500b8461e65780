"""Trying the entries: what each of them says, alike on every computer."""

import errno
import io
import os
import re
import shlex
import sys
import tempfile
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from tests.messages.base import BOOK, CONTRACT, FILE, book
from tests.messages.entry import Entry, Here
from xlfuncs.cli import main

OTHERS = (
    (r"(?<=not valid TOML: )(?!line \d+ is ).*", "..."),
    (r"(?<=not valid TOML: )(line \d+ is '.*'): .*", r"\1: ..."),
    (r"(?<=could not be run )\(.*?\)", "(...)"),
    (r"(?<=no name of a file )\(.*?\)", "(...)"),
    (r"(?<=damaged, or no workbook )\(.*?\)(?=;)", "(...)"),
    (r"(?s)^usage: .*?(?=^xlfuncs.*: error: )", ""),
    (r"(?<=invalid choice: )('\w+').*", r"\1 ..."),
    (re.escape(version("xlwings")), "X.Y.Z"),
)
"""What Python says in its own words, other programs, or other versions differently."""

SYSTEMS = {
    errno.ENOENT: "No such file or directory",
    errno.ENOSPC: "No space left on device",
    errno.ENAMETOOLONG: "File name too long",
    errno.EACCES: "Permission denied",
    errno.EEXIST: "File exists",
    errno.EISDIR: "Is a directory",
}
"""What the system says, in the words that it has in most places."""


class Said(NamedTuple):
    """What an entry says, and the exit status where it is a command."""

    text: str
    status: int | None = None


def said_by(entry: Entry) -> Said:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name).resolve()
        stack.enter_context(chdir(folder))
        surroundings = {"HOME": str(folder), "USERPROFILE": str(folder), "PATH": str(folder)}
        stack.enter_context(patch.dict(os.environ, surroundings))
        here = Here(folder, stack)
        here.write(FILE, CONTRACT)
        if BOOK in entry.typed:
            here.write(BOOK, book())
        for each in entry.given:
            each.act(here)
        said = Said(entry.run(here)) if entry.run else _command(entry)
        text = _alike(said.text, folder)
    lines = [line.rstrip() for line in text.splitlines() if re.search(entry.shown, line)]
    assert lines, f"{entry.title}: says nothing of {entry.shown!r}, but\n{text}"
    return said._replace(text="\n".join(lines))


def _command(entry: Entry) -> Said:
    _, *arguments = shlex.split(entry.typed)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Said(out.getvalue() + err.getvalue(), status)


def _alike(text: str, folder: Path) -> str:
    text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
    text = text.replace(sys.executable, "python")
    for code, words in SYSTEMS.items():
        text = text.replace(os.strerror(code), words)
    for pattern, words in OTHERS:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text
