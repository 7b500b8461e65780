"""The computer of somebody with Excel on Windows: a Python, settings, a registry, a terminal."""

from __future__ import annotations

import json
import os
import select
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.wine import SITE, Windows, end, windows_path

PROGRAM = Path(__file__).with_name("windows_command_runner.py")
LONGEST_ANSWER = 600
"""Seconds after which a terminal counts as dead; a busy computer takes minutes."""
USER, MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"
EXCEL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"

Entry = tuple[str, str, str, str | int]
"""A value in the registry: whose, key, name, value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def to_do(self) -> list[str]:
        return self.of("do")

    def of(self, state: str) -> list[str]:
        """The lines of a state, without it."""
        rows = [line.split(maxsplit=1) for line in self.out.splitlines()]
        return [text for found, text in rows if found == state]


class Terminal:
    """A terminal, and what is on the computer: nothing is to be done there."""

    def __init__(self, windows: Windows, folder: Path, name: str = "Zoë's python") -> None:
        self.python = copied(windows.python, folder / name)
        self.site = self.python / SITE
        self.excel = folder / "EXCEL.EXE"
        self.current = folder / "Downloads"
        self.current.mkdir()
        python = self.python / "python.exe"
        self._process = windows.start(  # as people start it
            PROGRAM, python=python, options=(), current=self.current
        )
        self.conf = windows.profile / ".xlwings" / "xlwings.conf"
        self.tidy()

    def tidy(self) -> None:
        """Puts everything in order."""
        self.leave()
        self.conf.parent.mkdir()
        self.set(("INTERPRETER_WIN", self.pythonw))
        shutil.copy(self.python / "python.exe", self.excel)

    def leave(self) -> None:
        """Removes what would count for other Pythons there, too."""
        shutil.rmtree(self.conf.parent, ignore_errors=True)

    @property
    def pythonw(self) -> str:
        return windows_path(self.python / "pythonw.exe")

    def set(self, *rows: tuple[str, str]) -> None:
        """Writes the user's settings of xlwings."""
        self.conf.write_bytes(lines(*rows))

    def doctor(self, *arguments: str | Path, registry: tuple[Entry, ...] = ()) -> Said:
        """Types `xlfuncs doctor`."""
        said = self.typed("doctor", *arguments, registry=registry)
        assert said.status == (2 if said.err else 1 if said.to_do else 0)
        return said

    def typed(self, *arguments: str | Path, registry: tuple[Entry, ...] = ()) -> Said:
        """Types a command; its files are named as Windows knows them."""
        shown = [windows_path(each) if isinstance(each, Path) else each for each in arguments]
        entries = [(MACHINE, EXCEL, "", windows_path(self.excel)), *registry]
        self._process.stdin.write(json.dumps([entries, shown]) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], LONGEST_ANSWER)[0]:
            self._process.kill()
            raise RuntimeError(f"{arguments[0]}: no answer")
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()
        said = Said(*json.loads(line))
        assert "Traceback" not in said.err
        return said

    @contextmanager
    def without(self, *paths: Path) -> Iterator[None]:
        """Takes files or folders away for a while."""
        for path in paths:
            path.rename(path.with_name(f"{path.name}.away"))
        try:
            yield
        finally:
            for path in paths:
                path.with_name(f"{path.name}.away").rename(path)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        end(self._process)
        self._process.stderr.close()


def copied(python: Path, target: Path) -> Path:
    """Another Python with all that one has, until something is taken from it."""
    shutil.copytree(python, target, copy_function=os.link)
    return target


def lines(*rows: tuple[str, str]) -> bytes:
    """Settings as VBA writes them, with `?` for what the code page has no letters for."""
    return "".join(f'"{name}","{value}"\r\n' for name, value in rows).encode("cp1252", "replace")
