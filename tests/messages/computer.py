"""A computer with Windows, Excel and Python on which nothing is to be done.

Its registry, its Python and its Excel are stand-ins here; the tests of `doctor` on Windows try the
same in Wine.
"""

import json
import shlex
import sys
from collections.abc import Callable
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

from tests.messages.base import book
from tests.messages.doctor import MACROS
from tests.messages.entry import Here
from tests.support.macro_books import edited_in_excel
from tests.support.terminal import lines
from xlfuncs.cli import doctor
from xlfuncs.doctor import computer, excel, interpreter, windows
from xlfuncs.doctor.excel import PROGRAM
from xlfuncs.doctor.windows import MACHINE, Key
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

CONF = ".xlwings/xlwings.conf"
XLWINGS = version("xlwings")
EXCEL, PATH = Key(MACHINE, PROGRAM), windows.PATHS[0]
SAID = {"version": [3, 13, 2], "bits": 64, "xlwings": XLWINGS, "failed": {}}


class Computer:
    """A computer on which nothing is to be done."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self.python("pythonw.exe")
        here.write("python.exe", "")
        here.write(f"xlwings64-{XLWINGS}.dll", "")
        here.write("EXCEL.EXE", b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0\x64\x86")
        here.write(MACROS, book(WorkbookKind.MACROS))
        self.registry: dict[Key, dict[str, Any]] = {
            EXCEL: {"": str(here.folder / "EXCEL.EXE")},
            PATH: {"path": str(here.folder)},
        }
        self.runs(str(here.folder / "python.exe"))
        for module in (excel, windows):
            here.put(module, "values_in", lambda key: self.registry.get(key, {}))

    def runs(self, program: str) -> None:
        """Which Python runs."""
        of_windows = SimpleNamespace(
            platform="win32",
            executable=program,
            version_info=sys.version_info,
            maxsize=sys.maxsize,
        )
        for module in (computer, doctor, interpreter, interpreter):
            self.here.put(module, "sys", of_windows)

    def python(self, name: str, script: str = "", **said: Any) -> None:
        """A Python that says something of itself."""
        told = f"echo {shlex.quote(json.dumps({**SAID, **said}))}"
        self.here.write(name, f"#!/bin/sh\n{script or told}\n").chmod(0o755)

    def settings(self, *rows: tuple[str, str]) -> None:
        self.here.write(CONF, lines(*rows))

    def on_sheet(self, *rows: tuple[str, str | None]) -> None:
        def edit(opened: Any) -> None:
            for row in rows:
                opened["xlwings.conf"].append(row)

        edited_in_excel(self.here.folder / MACROS, edit)

    def signed(self) -> None:
        path = self.here.folder / MACROS
        path.write_bytes(
            pack_parts({**read_parts(path.read_bytes()), "xl/vbaProjectSignature.bin": b"x"})
        )


Change = Callable[[Computer], object]
