"""Settings of xlwings, read as its macros read them: in the workbook, beside it, the user's."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from xlfuncs.doctor.windows import expanded
from xlfuncs.sheets.cells import harmless_line
from xlfuncs.xlsx.reader import Opened

# The file xlwings.conf, as xlwings' macros read it (VBA's `Input #`).
#
# Lines are `"NAME","value"` in the characters of the computer's own code page. The macros do not
# read lines but values, two by two: an empty line counts as one value, and shifts all that follow.

NAME = "xlwings.conf"
CODE_PAGE = "mbcs" if sys.platform == "win32" else "utf-8"

FIELD = re.compile(rb'[ \t]*(?:"([^"]*)"?[^,\r\n]*|([^,\r\n]*?)[ \t]*)(?:,|\r\n|\r|\n|\Z)')


class Field(NamedTuple):
    """A value, where it stands between its quotes, and in which line."""

    text: str
    start: int
    end: int
    line: int


def rows_in(content: bytes) -> dict[str, str]:
    r"""What a file says, by names in capitals; where a name stands twice, the first one counts.

    >>> rows_in(b'"Interpreter_Win","C:\\py\\pythonw.exe"\r\n"DEBUG UDFS", False\r\n')
    {'INTERPRETER_WIN': 'C:\\py\\pythonw.exe', 'DEBUG UDFS': 'False'}
    """
    found: dict[str, str] = {}
    for name, value in _pairs(content):
        if value is not None:
            found.setdefault(name.text.upper(), value.text)
    return found


def misread_line(content: bytes) -> int | None:
    r"""The first line that is no name with its value; the macros stop with an error there.

    >>> misread_line(b'"A","1"\r\n\r\n"B","2"\r\n'), misread_line(b'"A","1"\r\n"B",""')
    (2, None)
    """
    for name, value in _pairs(content):
        if value is None or value.line != name.line:
            return name.line
    return None


def with_row(content: bytes, name: str, value: str) -> bytes:
    r"""The same file with another value of a name, or with a new first line, which is always read.

    Raises UnicodeEncodeError for a value that the code page has no characters for.

    >>> with_row(b'"a","1"\r\n"B","2"\r\n', "A", "3")
    b'"a","3"\r\n"B","2"\r\n'
    >>> with_row(b'"B","2"', "A", "3")
    b'"A","3"\r\n"B","2"'
    """
    written = value.encode(CODE_PAGE)
    for found, old in _pairs(content):
        if found.text.upper() == name and old is not None:
            quoted = content[old.start - 1 : old.start] == b'"'
            written = written if quoted else b'"' + written + b'"'
            return content[: old.start] + written + content[old.end :]
    return f'"{name}","'.encode() + written + b'"\r\n' + content


def _pairs(content: bytes) -> Iterator[tuple[Field, Field | None]]:
    fields = _fields(content)
    for name in fields:
        yield name, next(fields, None)


def _fields(content: bytes) -> Iterator[Field]:
    for found in FIELD.finditer(content):
        if found.start() == len(content):
            return
        which = 2 if found[1] is None else 1
        start, end = found.span(which)
        line = content.count(b"\n", 0, start) + 1
        yield Field(found[which].decode(CODE_PAGE, "replace"), start, end, line)


# The settings of xlwings, as its macros look them up: in the workbook, beside it, at the user's.
#
# The first that has a row counts, also where it is empty there (`GetConfig` in xlwings.bas). What a
# file says, the workbook or one beside it, is kept as text: it is compared and shown, and names
# nothing that would be started, opened or looked for here. Only the user's own settings do.

INTERPRETER, OLD_NAME = "INTERPRETER_WIN", "INTERPRETER"
FROM_PATH = ("python", "pythonw")
"""What stands for the first Python on the path, in exactly these letters."""

BY_DEFAULT = "pythonw"
CONDA_PATH, CONDA_ENV = "CONDA PATH", "CONDA ENV"
CONDA_BASE = "base"

FIX = "xlfuncs doctor --fix enters this one"
DELETE = "delete that row, for it prevails over your own settings"
UNHIDE = "the sheet is hidden: right-click the tab of another, Unhide"
STOPS = "at which xlwings stops"
LINES = f'lines such as "{INTERPRETER}","C:\\...", and no empty ones'

LARGEST = 64 * 1024
EXPECTED_BESIDE = "expected a file of at most 64 KiB that is no link, or none"
"""Of settings beside a workbook."""

LONGEST = 260
"""Characters of a setting in a file, as many as a path on Windows has."""


class Layer(NamedTuple):
    """One place with settings: its name, what it says, what is wrong with it, the way out of a row
    that is wrong, and whether it is the user's own, or a file that came from anywhere.
    """

    where: str
    rows: Mapping[str, str]
    trouble: str
    way_out: str
    is_users: bool


class Stated(NamedTuple):
    """A setting, and the place that states it, None where xlwings' own counts.

    Variables in the user's own are expanded; in a file they stay as they are written.
    """

    row: str
    value: str
    layer: Layer | None

    @property
    def is_of_file(self) -> bool:
        """Whether a file chose it, or a part of it, which the user may never have looked at."""
        return self.layer is not None and not self.layer.is_users


class Settings(NamedTuple):
    """The places with settings, the one that counts first in front."""

    layers: tuple[Layer, ...]

    def stated(self, row: str) -> Stated | None:
        """What counts for a name, None where no place has it."""
        for layer in self.layers:
            if row in layer.rows:
                value = layer.rows[row]
                return Stated(row, expanded(value) if layer.is_users else value, layer)
        return None

    def of_user(self) -> Settings:
        """The user's own alone."""
        return Settings(tuple(layer for layer in self.layers if layer.is_users))

    def interpreter(self) -> Stated:
        """The Python that the macros start: a path, or one of `FROM_PATH`.

        Where rows of several places make up a path, it is a file's as soon as one of them is.
        """
        found = self.stated(INTERPRETER)
        if found is None or not found.value:
            found = self.stated(OLD_NAME) or Stated(INTERPRETER, BY_DEFAULT, None)
        path, env = self.stated(CONDA_PATH), self.stated(CONDA_ENV)
        if found.value in FROM_PATH and path and env and path.value and env.value:
            folder = _conda_folder(path.value, env.value)
            of_file = next((each for each in (env, path, found) if each.is_of_file), env)
            return of_file._replace(value=f"{folder}\\{found.value}.exe")
        return found


def _conda_folder(path: str, env: str) -> str:
    if env == CONDA_BASE:
        return path
    return env if "\\" in env else f"{path}\\envs\\{env}"


def users_file() -> Path:
    """The user's own settings; the file need not be there."""
    return Path(os.environ.get("USERPROFILE") or Path.home()) / ".xlwings" / NAME


def settings_of(book: Path | None, opened: Opened | None) -> Settings:
    """All that counts for a workbook; without one, for every workbook."""
    layers = [_layer_of_user()]
    if book is not None and opened is not None:
        beside = book.absolute().with_name(NAME)
        if beside != users_file():
            layers = [_layer_beside(beside), *layers]
        layers = [_layer_of_sheet(book, opened), *layers]
    return Settings(tuple(layer for layer in layers if layer.rows or layer.trouble))


def users_settings() -> Settings:
    """What counts where a workbook says nothing."""
    return settings_of(None, None)


def _layer_of_user() -> Layer:
    path = users_file()
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    return Layer(str(path), rows_in(content), _trouble(content), FIX, is_users=True)


def _layer_beside(path: Path) -> Layer:
    """The file beside a workbook. A link is not followed: it may lead to another computer."""
    rows: dict[str, str] = {}
    trouble = ""
    try:
        found = path.lstat()
        if S_ISREG(found.st_mode) and found.st_size <= LARGEST:
            content = path.read_bytes()
            rows, trouble = _of_file(rows_in(content)), _trouble(content)
        else:
            trouble = f"was not read; {EXPECTED_BESIDE}"
    except OSError:
        pass  # there is none
    return Layer(str(path), rows, trouble, DELETE, is_users=False)


def _trouble(content: bytes) -> str:
    line = misread_line(content)
    return f"line {line} is no name with its value, {STOPS}; expected {LINES}" if line else ""


def _layer_of_sheet(book: Path, opened: Opened) -> Layer:
    """The rows of the sheet xlwings.conf, down to the first empty one."""
    rows: dict[str, str] = {}
    trouble = ""
    sheet = opened.sheet(NAME)
    for row in sheet.rows if sheet else ():
        name, value, *_ = [*(_text(cell.value) for cell in row[:2]), "", ""]
        if not name:
            break
        if name.upper() in rows:
            trouble = f"{_shown(name)} stands there twice, {STOPS}; expected each name once"
        rows.setdefault(name.upper(), value)
    where, way_out = f"{book}, sheet {NAME}", f"{DELETE} ({UNHIDE})"
    return Layer(where, _of_file(rows), trouble, way_out, is_users=False)


def _of_file(rows: Mapping[str, str]) -> dict[str, str]:
    """Rows that are safe to show."""
    return {name: _shown(value) for name, value in rows.items()}


def _shown(value: str) -> str:
    return harmless_line(value if len(value) <= LONGEST else f"{value[:LONGEST]}...")


def _text(value: object) -> str:
    return "" if value is None else str(value)
