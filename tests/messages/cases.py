"""What provokes a message: a command, and what is otherwise than usual when it is typed.

Where a case says nothing else, the folder holds the contract file and no more; the workbook built
from it is there if the command names it.
"""

import errno
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    chdir,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
)
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest

from tests.support.small_contract import CONTRACT
from tests.support.workbook_edits import built
from xlfuncs import output_files
from xlfuncs.cli import main
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.hosts import libreoffice
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

SECOND_SERVICE = """\
[[services]]
name = "Support"
unit = "hours"

[[amendments.rows]]
clause = "3"
service = "Support"
quantity_from = 1
quantity_to = "or more"
charge = "per unit"
unit_price = 80
"""
FILE, BOOK, MACROS = "contract.toml", "book.xlsx", "prices.xlsm"
PRICE = f"xlfuncs price 100 2020-03-01 --contract {FILE}"
PRICE_OF_BOOK = f"xlfuncs price 100 2020-03-01 --contract {BOOK}"
CHECK = f"xlfuncs check --contract {FILE}"
BUILD = f"xlfuncs build --contract {FILE} -o {BOOK}"
BUILT = date(2020, 3, 1)

Edit = Callable[[Any], object]


class Here:
    """The folder in which a case is tried, and what is otherwise than usual meanwhile."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._written: dict[Path, bytes] = {}

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._written[path] = content.encode() if isinstance(content, str) else content
        path.write_bytes(self._written[path])
        return path

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Look whether a command that says it wrote nothing has changed any file."""
        before, said = self._files(), [""]
        self._written = {}
        yield said
        if "nothing was written" in said[0]:
            assert self._files() == {**before, **self._written}

    def _files(self) -> dict[Path, bytes]:
        """What is in each file of the folder, but programs, of which one removes itself.

        A case may have it that no path can be opened.
        """
        found: dict[Path, bytes] = {}
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "soffice":
                with open(path, "rb") as file:
                    found[path] = file.read()
        return found

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that occurs once in a file."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (text.count(old), old)
        self.write(name, text.replace(old, new))

    def put(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute until the case has been tried."""
        self.enter(patch.object(target, name, value))

    def enter(self, context: AbstractContextManager[Any]) -> None:
        """Enter a context until the case has been tried."""
        self._stack.enter_context(context)


Given = Callable[[Here], object]
"""Makes something otherwise than usual."""


class Case:
    """What provokes a message.

    `typed` is a command, unless `run` returns the message. Lines that do not match `shown` are
    left out.
    """

    def __init__(
        self,
        title: str,
        typed: str,
        *given: Given,
        shown: str = "",
        run: Callable[[Here], str] | None = None,
    ) -> None:
        self.title, self.typed, self.given, self.shown, self.run = title, typed, given, shown, run


def each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Try a test with each of these cases."""
    return pytest.mark.parametrize("case", cases, ids=[case.title for case in cases])


OTHERS = (
    (r"(?<=not valid TOML: )(?!line \d+ is ).*", "..."),
    (r"(?<=not valid TOML: )(line \d+ is '.*'): .*", r"\1: ..."),
    (r"(?<=could not be run )\(.*?\)", "(...)"),
    (r"(?<=not a file name )\(.*?\)", "(...)"),
    (r"(?<=damaged, or not a workbook )\(.*?\)(?=;)", "(...)"),
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


def message_of(case: Case) -> str:
    """What is typed and what is printed, the same on every computer, with the exit status."""
    status = None
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name).resolve()
        stack.enter_context(chdir(folder))
        homes = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME"), str(folder))
        environment = {**homes, "PATH": str(folder)}
        stack.enter_context(patch.dict(os.environ, environment))
        here = Here(folder, stack)
        here.write(FILE, CONTRACT)
        if BOOK in case.typed:
            here.write(BOOK, book())
        for change in case.given:
            change(here)
        with here.watched() as said:
            if case.run:
                text = case.run(here)
            else:
                text, status = _run(case.typed)
            said[0] = text
        text = _normalize(text, folder)
    lines = [line.rstrip() for line in text.splitlines() if re.search(case.shown, line)]
    assert lines, f"nothing matches {case.shown!r} in\n{text}"
    typed = re.sub(r"[\x00-\x1f]", lambda found: f"\\x{ord(found[0]):02x}", case.typed)
    ended = [] if status is None else [f"(exit status {status})"]
    return "\n".join([f"$ {typed}", *lines, *ended])


def _run(command: str) -> tuple[str, int]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(shlex.split(command)[1:])
        except SystemExit as ended:
            status = int(ended.code or 0)
    return out.getvalue() + err.getvalue(), status


def _normalize(text: str, folder: Path) -> str:
    text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
    text = text.replace(sys.executable, "python")
    for code, words in SYSTEMS.items():
        text = text.replace(os.strerror(code), words)
    for pattern, words in OTHERS:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text


# What the contract file says.


def said(old: str, new: str) -> Given:
    """Another line in place of one of the contract file."""
    return lambda here: here.change(FILE, old, new)


def more(text: str) -> Given:
    """Something more at the end of the contract file."""
    return lambda here: here.write(FILE, f"{(here.folder / FILE).read_text()}\n{text}\n")


def row(*lines: str) -> Given:
    """One more row of Amendment 1."""
    return more("\n".join(["[[amendments.rows]]", 'clause = "3"', *lines]))


def instead(text: str) -> Given:
    """A contract file that holds nothing but a text."""
    return lambda here: here.write(FILE, text)


def of_file(title: str, *given: Given, shown: str = "") -> Case:
    """Something in the contract file keeps it from being priced."""
    return Case(title, PRICE, *given, shown=shown)


OTHER_PRICE = said("price = 995.00", "price = 990.00")
TWO_SERVICES = (
    said('unit = "IPs"\n', 'unit = "IPs"\n\n[[services]]\nname = "Support"\n'),
    said('clause = "1"', 'clause = "1"\nservice = "Scanning"'),
    said('clause = "2"', 'clause = "2"\nservice = "Support"'),
)


# What workbooks and other files hold.


@cache
def book(kind: WorkbookKind = WorkbookKind.BARE) -> bytes:
    """The workbook of the contract."""
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    return built(contract, BUILT, kind)


def typed(cells: dict[str, Any]) -> Given:
    """Cells of the workbook, such as `Tiers!J5`, that hold something else."""

    def edit(opened: Any) -> None:
        for place, value in cells.items():
            sheet, _, cell = place.partition("!")
            opened[sheet][cell].value = value

    return edited(edit)


def edited(edit: Edit, name: str = BOOK) -> Given:
    """The workbook as somebody edited and saved it."""
    return lambda here: here.write(name, saved(edit))


def saved(edit: Edit) -> bytes:
    opened = openpyxl.load_workbook(io.BytesIO(book()))
    edit(opened)
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()


def with_parts(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The workbook with other parts than were built."""
    parts = dict(read_parts(book()))
    change(parts)
    return pack_parts(parts)


def there(name: str, content: Callable[[], bytes | str] | bytes | str) -> Given:
    """A file that is there."""
    return lambda here: here.write(name, content() if callable(content) else content)


def without(name: str) -> Given:
    """A file that is not there any more."""
    return lambda here: (here.folder / name).unlink()


def pipe(name: str) -> Given:
    """A pipe without a writer, in place of a file."""

    def make(here: Here) -> None:
        path = here.folder / name
        path.unlink()
        os.mkfifo(path)

    return make


def folder(name: str) -> Given:
    """A folder that is there."""
    return lambda here: (here.folder / name).mkdir()


def link(name: str, target: str) -> Given:
    return lambda here: (here.folder / name).symlink_to(target)


def program(script: str, name: str = "soffice") -> Given:
    """A script in place of a program, LibreOffice where nothing else is said."""

    def act(here: Here) -> None:
        here.write("pythonloader.py", "")
        here.write(name, f"#!/bin/sh\n{script}\n").chmod(0o755)
        here.put(libreoffice, "is_root", lambda: False)

    return act


# What the system refuses.


def set_to(module: Any, name: str, value: Any) -> Given:
    """An attribute of a module that has another value."""
    return lambda here: here.put(module, name, value)


def refusing(module: Any, name: str, code: int) -> Given:
    """A function that the system refuses, as it does with such a disk."""

    def refuse(*given: Any, **named: Any) -> None:
        raise OSError(code, os.strerror(code))

    return set_to(module, name, refuse)


NEVER_FOUND = set_to(libreoffice, "PLACES", ())
LOCKED = refusing(output_files, "create_locked", errno.EACCES)
READ_ONLY_DISK = refusing(output_files, "create_locked", errno.EROFS)
FULL = refusing(os, "fsync", errno.ENOSPC)
TOO_LARGE = refusing(os, "fsync", errno.EFBIG)
BUSY = refusing(output_files, "lock_folder", errno.EWOULDBLOCK)
READ_ONLY = set_to(os, "access", lambda path, mode: mode != os.W_OK)
UNREADABLE = refusing(Path, "read_bytes", errno.EACCES)


def main_alone(arguments: Sequence[str], here: Here, out: Any) -> str:
    """What a command prints as errors where its output is a certain file, or closed."""
    err = io.StringIO()
    here.put(sys, "stdout", out)
    here.put(sys, "stderr", err)
    main(list(arguments))
    return err.getvalue()
