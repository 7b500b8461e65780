r"""Read the settings of xlwings as its macros read them: in the workbook, beside it, the user's.

The file xlwings.conf has lines such as `"NAME","value"` in the characters of the computer's own
code page. The macros (VBA's `Input #`) do not read lines but values, two by two: an empty line
counts as one value, and shifts all that follow.

The first place that has a row counts, also where the row is empty there (`GetConfig` in
xlwings.bas). What a file states, the workbook or one beside it, is kept as text: it is compared and
shown, and names nothing that would be started, opened or looked for here. Only the user's own
settings do.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

from xlfuncs.doctor.windows import expand_variables
from xlfuncs.sheets.cells import escape_line
from xlfuncs.xlsx.reader import OpenWorkbook

NAME = "xlwings.conf"
CODE_PAGE = "mbcs" if sys.platform == "win32" else "utf-8"

FIELD = re.compile(rb'[ \t]*(?:"([^"]*)"?[^,\r\n]*|([^,\r\n]*?)[ \t]*)(?:,|\r\n|\r|\n|\Z)')


@dataclass(frozen=True, slots=True)
class Field:
    """A value, where it begins and ends between its quotes, and its line."""

    text: str
    start: int
    end: int
    line: int


def parse_rows(content: bytes) -> dict[str, str]:
    r"""Parse a file into values by names in capitals; the first of several of a name counts.

    >>> parse_rows(b'"Interpreter_Win","C:\\py\\pythonw.exe"\r\n"DEBUG UDFS", False\r\n')
    {'INTERPRETER_WIN': 'C:\\py\\pythonw.exe', 'DEBUG UDFS': 'False'}
    """
    found: dict[str, str] = {}
    for name, value in _pairs(content):
        if value is not None:
            found.setdefault(name.text.upper(), value.text)
    return found


def find_misread_line(content: bytes) -> int | None:
    r"""Find the first line that is no name with its value; the macros stop with an error there.

    >>> find_misread_line(b'"A","1"\r\n\r\n"B","2"\r\n'), find_misread_line(b'"A","1"\r\n"B",""')
    (2, None)
    """
    for name, value in _pairs(content):
        if value is None or value.line != name.line:
            return name.line
    return None


def set_row(content: bytes, name: str, value: str) -> bytes:
    r"""Return the file with another value of a name, or with a new first line, always read.

    Raises UnicodeEncodeError for a value that the code page has no characters for.

    >>> set_row(b'"a","1"\r\n"B","2"\r\n', "A", "3")
    b'"a","3"\r\n"B","2"\r\n'
    >>> set_row(b'"B","2"', "A", "3")
    b'"A","3"\r\n"B","2"'
    """
    encoded = value.encode(CODE_PAGE)
    for found, old in _pairs(content):
        if found.text.upper() == name and old is not None:
            is_quoted = content[old.start - 1 : old.start] == b'"'
            encoded = encoded if is_quoted else b'"' + encoded + b'"'
            return content[: old.start] + encoded + content[old.end :]
    return f'"{name}","'.encode() + encoded + b'"\r\n' + content


def _pairs(content: bytes) -> Iterator[tuple[Field, Field | None]]:
    fields = _fields(content)
    for name in fields:
        yield name, next(fields, None)


def _fields(content: bytes) -> Iterator[Field]:
    for found in FIELD.finditer(content):
        if found.start() == len(content):
            return
        group = 2 if found[1] is None else 1
        start, end = found.span(group)
        line = content.count(b"\n", 0, start) + 1
        yield Field(found[group].decode(CODE_PAGE, "replace"), start, end, line)


INTERPRETER = "INTERPRETER_WIN"
FROM_PATH = ("python", "pythonw")
"""What means the first Python on the path, in exactly these letters."""


FIX = "xlfuncs doctor --fix enters this Python"
DELETE = "delete that row: it overrides your own settings"
STOPS = "which stops xlwings"
LINES = f'lines such as "{INTERPRETER}","C:\\...", and no blank lines'

LARGEST = 64 * 1024
LONGEST = 260
"""Characters of a setting in a file, as many as a path on Windows has."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One place with settings: its name, its rows, and what is wrong with it, blank if nothing.

    `remedy` is what to do about a wrong row. `is_users` tells the user's own settings from a file
    that may have come from anywhere.
    """

    where: str
    rows: Mapping[str, str]
    problem: str
    remedy: str
    is_users: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """A setting, and the place that states it, None for the default of xlwings.

    Variables in the user's own are expanded; in a file they stay as they are written.
    """

    row: str
    value: str
    layer: Layer | None

    @property
    def is_from_file(self) -> bool:
        """Whether a file states it, or a part of it, which the user may never have looked at."""
        return self.layer is not None and not self.layer.is_users


@dataclass(frozen=True, slots=True)
class Settings:
    """The places with settings; the first one counts first."""

    layers: tuple[Layer, ...]

    def find(self, row: str) -> Stated | None:
        """Find what counts for a name, None where no place has it."""
        for layer in self.layers:
            if row in layer.rows:
                value = layer.rows[row]
                return Stated(row, expand_variables(value) if layer.is_users else value, layer)
        return None

    def users_own(self) -> Settings:
        """The user's own settings alone."""
        return Settings(tuple(layer for layer in self.layers if layer.is_users))

    def interpreter(self) -> Stated:
        """The Python that the macros start: a path, or one of `FROM_PATH`.

        Where rows of several places make up a path, it is a file's as soon as one of them is.
        """
        found = self.find(INTERPRETER)
        if found is None or not found.value:
            found = self.find("INTERPRETER") or Stated(INTERPRETER, "pythonw", None)
        path, env = self.find("CONDA PATH"), self.find("CONDA ENV")
        if found.value in FROM_PATH and path and env and path.value and env.value:
            folder = f"{path.value}\\envs\\{env.value}"
            if env.value == "base":
                folder = path.value
            elif "\\" in env.value:
                folder = env.value
            stated = next((each for each in (env, path, found) if each.is_from_file), env)
            return replace(stated, value=f"{folder}\\{found.value}.exe")
        return found


def users_file() -> Path:
    """The file with the user's own settings, which need not exist."""
    return Path(os.environ.get("USERPROFILE") or Path.home()) / ".xlwings" / NAME


def load_settings(book: Path | None = None, opened: OpenWorkbook | None = None) -> Settings:
    """Load all settings that count for a workbook; without one, for every workbook."""
    layers = [_load_users()]
    if book is not None and opened is not None:
        beside = book.absolute().with_name(NAME)
        if beside != users_file():
            layers = [_load_beside(beside), *layers]
        layers = [_load_sheet(book, opened), *layers]
    return Settings(tuple(layer for layer in layers if layer.rows or layer.problem))


def _load_users() -> Layer:
    path = users_file()
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    return Layer(str(path), parse_rows(content), _problem_in(content), FIX, is_users=True)


def _load_beside(path: Path) -> Layer:
    """The file beside a workbook. A link is not followed: it may lead to another computer."""
    rows: dict[str, str] = {}
    problem = ""
    try:
        found = path.lstat()
        if S_ISREG(found.st_mode) and found.st_size <= LARGEST:
            content = path.read_bytes()
            rows, problem = parse_rows(content), _problem_in(content)
        else:
            problem = (
                "was not read; expected a file of at most 64 KiB that is not a link, or no file"
            )
    except OSError:
        pass  # there is none
    return _file_layer(str(path), rows, problem, DELETE)


def _load_sheet(book: Path, opened: OpenWorkbook) -> Layer:
    """The rows of the sheet xlwings.conf, down to the first empty one."""
    rows: dict[str, str] = {}
    problem = ""
    sheet = opened.find_sheet(NAME)
    for row in sheet.rows if sheet else ():
        texts = ["" if cell.value is None else str(cell.value) for cell in row[:2]]
        name, value, *_ = [*texts, "", ""]
        if not name:
            break
        if name.upper() in rows:
            problem = f"{_shown(name)} appears twice, {STOPS}; expected each name once"
        rows.setdefault(name.upper(), value)
    remedy = f"{DELETE} (the sheet is hidden: right-click any sheet tab, Unhide)"
    return _file_layer(f"{book}, sheet {NAME}", rows, problem, remedy)


def _file_layer(where: str, rows: Mapping[str, str], problem: str, remedy: str) -> Layer:
    """A layer whose values are safe to show, whoever wrote them."""
    shown = {name: _shown(value) for name, value in rows.items()}
    return Layer(where, shown, problem, remedy, is_users=False)


def _shown(value: str) -> str:
    return escape_line(value if len(value) <= LONGEST else f"{value[:LONGEST]}...")


def _problem_in(content: bytes) -> str:
    line = find_misread_line(content)
    return f"line {line} is not a name with a value, {STOPS}; expected {LINES}" if line else ""
