"""What `doctor` says, on whichever computer and on one with Windows.

The registry, the Python and the Excel of Windows are substitutes here; the tests of `doctor` on
Windows try the same in Wine.
"""

import json
import shlex
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from types import SimpleNamespace
from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    MACROS,
    NEVER_FOUND,
    Case,
    Given,
    Here,
    book,
    each,
    message_of,
    program,
)
from tests.support.macro_books import edited_in_excel, of_older_xlwings, with_module
from tests.support.windows_computer import lines
from xlfuncs.cli import doctor
from xlfuncs.doctor import all_checks, excel, interpreter, windows, xlwings_conf
from xlfuncs.doctor.excel import CHOSEN, POLICY, PROGRAM
from xlfuncs.doctor.windows import MACHINE, Key
from xlfuncs.doctor.xlwings_conf import set_row
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts

OF_MACROS = f"xlfuncs doctor {MACROS}"


def with_macros(here: Here) -> Any:
    return here.write(MACROS, book(WorkbookKind.MACROS))


def older(here: Here) -> None:
    of_older_xlwings(with_macros(here))


def without_a_version(here: Here) -> None:
    with_module(
        with_macros(here), "xlwings", lambda text: text.replace(version("xlwings"), "latest")
    )


def without_a_module(here: Here) -> None:
    with_module(with_macros(here), "PriceSheets", None)


def wrong(here: Here) -> None:
    def edit(opened: Any) -> None:
        opened["Tiers"]["J5"].value, opened["Amendments"]["I5"].value = "12,5o", "1o"

    edited_in_excel(with_macros(here), edit)


def no_xlwings(name: str) -> str:
    raise PackageNotFoundError(name)


def found(title: str, command: str, where: str, *given: Given) -> Case:
    """What is said of one thing; the other lines are of the computer."""
    return Case(title, command, NEVER_FOUND, *given, shown=f"^(do|note) +{where}")


DOCTOR = (
    found("No LibreOffice", "xlfuncs doctor", "LibreOffice"),
    Case(
        "An older LibreOffice",
        "xlfuncs doctor",
        program("echo LibreOffice 7.4.7.2"),
        shown="LibreOffice",
    ),
    found(
        "No xlwings",
        "xlfuncs doctor",
        "xlwings",
        lambda here: here.put(all_checks, "version", no_xlwings),
    ),
    found("No Excel", "xlfuncs doctor", "Excel"),
    found("Settings of another computer", "xlfuncs doctor --fix", "xlwings' settings"),
    found("A workbook without macros", f"xlfuncs doctor {BOOK}", BOOK),
    found("A workbook with problems", OF_MACROS, MACROS, wrong),
    found("A workbook that lacks a macro", OF_MACROS, MACROS, without_a_module),
    found("A workbook of another xlwings", OF_MACROS, MACROS, older),
    found("A workbook whose xlwings has no version", OF_MACROS, MACROS, without_a_version),
    Case("No workbook", "xlfuncs doctor contract.toml"),
    Case("No such workbook", "xlfuncs doctor none.xlsm"),
)


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
            here.put(module, "read_values", lambda key: self.registry.get(key, {}))

    def runs(self, program: str) -> None:
        """Which Python runs."""
        of_windows = SimpleNamespace(
            platform="win32", executable=program, version_info=sys.version_info, maxsize=sys.maxsize
        )
        for module in (all_checks, doctor, interpreter):
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


ROW = "INTERPRETER_WIN"
ELSEWHERE = r"C:\py\pythonw.exe"
SETTINGS = "xlwings' settings"


def told(title: str, change: Change, where: str, command: str = "xlfuncs doctor") -> Case:
    """What is said where one thing is not as it should be."""
    shown = f"^(do|note|done) +{where}|^xlfuncs: "
    return Case(title, command, lambda here: change(Computer(here)), shown=shown)


def names(*rows: tuple[str, str]) -> Change:
    """Settings of xlwings, as a person finds them in the file."""
    return lambda computer: computer.settings(*rows)


def chosen(key: Key, value: int) -> Change:
    return lambda computer: computer.registry.update({key: {"vbawarnings": value}})


def without(name: str) -> Change:
    return lambda computer: (computer.here.folder / name).unlink()


def blocked(computer: Computer) -> None:
    computer.registry[CHOSEN] = {"blockcontentexecutionfrominternet": 1}


def signed_only(computer: Computer) -> None:
    computer.signed()
    computer.registry[CHOSEN] = {"vbawarnings": excel.SIGNED}


def other_first(computer: Computer) -> None:
    computer.python("other/pythonw.exe")
    folder = computer.here.folder
    computer.registry[PATH] = {"path": f"{folder / 'other'};{folder}"}


def elsewhere(**said: Any) -> Change:
    def change(computer: Computer) -> None:
        computer.settings((ROW, ELSEWHERE))
        computer.python(ELSEWHERE, **said)

    return change


def this_one(computer: Computer) -> None:
    elsewhere()(computer)
    computer.here.put(interpreter, "is_this_one", lambda program: True)


def off_the_path(computer: Computer) -> None:
    computer.registry[PATH] = {}


def no_python(computer: Computer) -> None:
    computer.settings((ROW, "pythonw"))
    off_the_path(computer)


def empty_line(computer: Computer) -> None:
    computer.here.write(CONF, b'"ADD_WORKBOOK_TO_PYTHONPATH","False"\r\n\r\n')


def polish(computer: Computer) -> None:
    computer.here.put(xlwings_conf, "CODE_PAGE", "cp1252")
    computer.runs(str(computer.here.folder / "Łukasz" / "python.exe"))


FIXED = f"{SETTINGS}.*(now names|already)"
FIX = "xlfuncs doctor --fix"


def saved_meanwhile(computer: Computer) -> None:
    """Another program writes the settings while they are made."""
    computer.settings((ROW, r"C:\gone\pythonw.exe"))

    def slow(*given: Any) -> bytes:
        computer.settings((ROW, r"C:\other\pythonw.exe"))
        return set_row(*given)

    computer.here.put(interpreter, "set_row", slow)


FIXING = (
    told("Settings are made", lambda computer: None, FIXED, FIX),
    told("Settings are changed", names((ROW, r"C:\gone\pythonw.exe")), FIXED, FIX),
    told("Settings are right", this_one, FIXED, FIX),
    told("Settings are saved meanwhile", saved_meanwhile, SETTINGS, FIX),
    told(
        "Settings cannot be written",
        lambda computer: computer.here.write(".xlwings", ""),
        SETTINGS,
        FIX,
    ),
    told("A name that xlwings cannot read", polish, SETTINGS, FIX),
)


WINDOWS = (
    told("No Excel on Windows", lambda computer: computer.registry.pop(EXCEL), "Excel"),
    told("An Excel that is none", lambda computer: computer.here.write("EXCEL.EXE", ""), "Excel"),
    told("Excel asks", lambda computer: None, "macros"),
    told("Excel runs no macros", chosen(CHOSEN, excel.NONE), "macros"),
    told("Excel may run no macros", chosen(POLICY, excel.NONE), "macros"),
    told("Excel runs signed macros only", chosen(CHOSEN, excel.SIGNED), "macros"),
    told("Excel runs signed macros, and these are", signed_only, "macros", OF_MACROS),
    told("Macros from the internet are blocked", blocked, "macros: blocked"),
    told(
        "The workbook came by mail",
        lambda computer: computer.here.write(f"{MACROS}:Zone.Identifier", "ZoneId=3"),
        MACROS,
        OF_MACROS,
    ),
    told("No settings, and no Python", off_the_path, SETTINGS),
    told(
        "Settings without Python, and no Python",
        no_python,
        SETTINGS,
    ),
    told("Another Python comes first", other_first, SETTINGS),
    told("No whole path", names((ROW, "python3")), SETTINGS),
    told("A program that is not there", names((ROW, r"C:\gone\pythonw.exe")), SETTINGS),
    told("Another Python", elsewhere(), SETTINGS),
    told(
        "A workbook that names another Python",
        lambda computer: computer.on_sheet((ROW, ELSEWHERE)),
        SETTINGS,
        OF_MACROS,
    ),
    told(
        "A workbook that names nothing",
        lambda computer: computer.on_sheet(("INTERPRETER", None)),
        SETTINGS,
        OF_MACROS,
    ),
    told(
        "A workbook that names a folder of modules",
        lambda computer: computer.on_sheet(("PYTHONPATH", r"C:\py")),
        f"{MACROS}, sheet",
        OF_MACROS,
    ),
    told(
        "A link beside the workbook",
        lambda computer: (computer.here.folder / "xlwings.conf").symlink_to(MACROS),
        "xlwings.conf",
        OF_MACROS,
    ),
    told(
        "An empty row in the workbook",
        lambda computer: computer.on_sheet((ROW, None)),
        f"{MACROS}, sheet",
        OF_MACROS,
    ),
    told(
        "A row twice in the workbook",
        lambda computer: computer.on_sheet((ROW, "pythonw"), (ROW, "pythonw")),
        f"{MACROS}, sheet",
        OF_MACROS,
    ),
    told("An empty line", empty_line, CONF),
    told("Debugging is on", names(("DEBUG UDFS", "True")), CONF),
    told("Debugging is neither on nor off", names(("DEBUG UDFS", "maybe")), CONF),
    told(
        "A Python that does not run",
        lambda computer: (computer.here.folder / "pythonw.exe").chmod(0o644),
        "Python",
    ),
    told(
        "A Python that is none",
        lambda computer: computer.python("pythonw.exe", "echo it is broken"),
        "Python",
    ),
    told(
        "An old Python",
        lambda computer: computer.python("pythonw.exe", version=[3, 10, 4]),
        "Python",
    ),
    told(
        "No xlwings in Excel's Python",
        lambda computer: computer.python(
            "pythonw.exe", xlwings=None, failed={"xlwings": "No module named 'xlwings'"}
        ),
        "xlwings:",
    ),
    told(
        "No pywin32",
        lambda computer: computer.python(
            "pythonw.exe", failed={"pythoncom": "No module named 'pythoncom'"}
        ),
        "pywin32",
    ),
    told(
        "No xlfuncs",
        lambda computer: computer.python(
            "pythonw.exe", failed={"xlfuncs.hosts.excel": "No module named 'xlfuncs'"}
        ),
        "xlfuncs",
    ),
    told(
        "No xlfuncs in another Python",
        elsewhere(failed={"xlfuncs.hosts.excel": "No module named 'xlfuncs'"}),
        "xlfuncs",
    ),
    told("The library of xlwings is missing", without(f"xlwings64-{XLWINGS}.dll"), "xlwings64"),
    told(
        "The library of xlwings is missing beside another Python",
        lambda computer: (elsewhere()(computer), without(f"xlwings64-{XLWINGS}.dll")(computer)),
        "xlwings64",
    ),
)


@each([*DOCTOR, *WINDOWS, *FIXING])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
