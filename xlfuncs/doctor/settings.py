"""The settings of xlwings, as its macros look them up: in the workbook, beside it, at the user's.

What stands first counts, also where it is empty (`GetConfig` in xlwings.bas).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from xlfuncs.doctor.conf import NAME, misread_line, rows_in
from xlfuncs.files.books.opened import Opened
from xlfuncs.windows.variables import expanded

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


class Layer(NamedTuple):
    """One place with settings: its name, what it says, what is wrong with it, and the way out of
    a row that is wrong.
    """

    where: str
    rows: Mapping[str, str]
    trouble: str = ""
    way_out: str = FIX

    @property
    def is_users(self) -> bool:
        return self.way_out == FIX


class Stated(NamedTuple):
    """A setting, and the place that states it, None where xlwings' own counts."""

    row: str
    value: str
    layer: Layer | None


class Settings(NamedTuple):
    """The places with settings, the one that counts first in front."""

    layers: tuple[Layer, ...]

    def stated(self, row: str) -> Stated | None:
        """What counts for a name, None where no place has it."""
        for layer in self.layers:
            if row in layer.rows:
                return Stated(row, expanded(layer.rows[row]), layer)
        return None

    def interpreter(self) -> Stated:
        """The Python that the macros start: a path, or one of `FROM_PATH`."""
        found = self.stated(INTERPRETER)
        if found is None or not found.value:
            found = self.stated(OLD_NAME) or Stated(INTERPRETER, BY_DEFAULT, None)
        path, env = self.stated(CONDA_PATH), self.stated(CONDA_ENV)
        if found.value in FROM_PATH and path and env and path.value and env.value:
            folder = _conda_folder(path.value, env.value)
            return env._replace(value=f"{folder}\\{found.value}.exe")
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
    layers = [_layer_of_file(users_file())]
    if book is not None and opened is not None:
        beside = book.absolute().with_name(NAME)
        layers = [_layer_of_sheet(book, opened), _layer_of_file(beside, DELETE), *layers]
    return Settings(tuple(layer for layer in layers if layer.rows or layer.trouble))


def users_settings() -> Settings:
    """What counts where a workbook says nothing."""
    return settings_of(None, None)


def _layer_of_file(path: Path, way_out: str = FIX) -> Layer:
    try:
        content = path.read_bytes()
    except OSError:
        return Layer(str(path), {})
    line = misread_line(content)
    trouble = f"line {line} is no name with its value, {STOPS}; expected {LINES}" if line else ""
    return Layer(str(path), rows_in(content), trouble, way_out)


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
            trouble = f"{name} stands there twice, {STOPS}; expected each name once"
        rows.setdefault(name.upper(), value)
    return Layer(f"{book}, sheet {NAME}", rows, trouble, f"{DELETE} ({UNHIDE})")


def _text(value: object) -> str:
    return "" if value is None else str(value)
