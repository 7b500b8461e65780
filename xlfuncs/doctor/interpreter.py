"""Check which Python Excel starts, what it has, and enter this one into the user's settings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from xlfuncs.doctor.findings import Finding, State, do, ok
from xlfuncs.doctor.windows import excels_path, expanded, found_on
from xlfuncs.doctor.xlwings_conf import (
    FIX,
    FROM_PATH,
    INTERPRETER,
    Settings,
    Stated,
    users_file,
    users_settings,
    with_row,
)
from xlfuncs.errors import HostError
from xlfuncs.hosts.libreoffice import run
from xlfuncs.output_files import Saved, replace_file, seen_with, why_not, write_content

# What a Python has, by its own account: it is started as Excel would start it, and asked.

OLDEST = (3, 11)
SECONDS = 60

OF_PYWIN32 = ("pythoncom", "win32com.server.policy")
"""What xlwings needs of pywin32."""

ANSWERS = "xlfuncs.hosts.excel"
"""What Excel asks."""

QUESTION = """\
import sys
sys.path[:] = [each for each in sys.path if each]  # not what lies where the terminal is
import json, struct
said = {"version": sys.version_info[:3], "bits": 8 * struct.calcsize("P"), "failed": {}}
for name in %r:
    try:
        __import__(name)
    except Exception as error:
        said["failed"][name] = "%%s" %% error
said["xlwings"] = getattr(sys.modules.get("xlwings"), "__version__", None)
print(json.dumps(said))
"""


class Python(NamedTuple):
    """A Python: its program, version and bits, the version of xlwings, and why what it should have
    cannot be imported, by name.
    """

    program: Path
    version: tuple[int, ...]
    bits: int
    xlwings: str | None
    failed: dict[str, str]

    @property
    def is_this_one(self) -> bool:
        return is_this_one(self.program)

    @property
    def pip(self) -> str:
        """How a package is installed there."""
        return f'"{self.program.with_name("python.exe")}" -m pip install'


def is_this_one(program: Path) -> bool:
    """Whether a program is the Python that runs, with or without a window."""
    try:
        beside = program.parent.samefile(Path(sys.executable).parent)
    except OSError:
        return False
    return beside and program.stem.lower() in {"python", "pythonw"}


def is_name_of_this_one(text: str) -> bool:
    """The same of the text of a path alone, with no look at the disk: a file may say anything."""
    this = PureWindowsPath(sys.executable)
    named = PureWindowsPath(expanded(text))
    return named in {this.with_name(name) for name in ("python.exe", "pythonw.exe")}


def this_python() -> Finding:
    """The Python that runs."""
    version = ".".join(map(str, sys.version_info[:3]))
    bits = 64 if sys.maxsize > 2**32 else 32
    return ok("Python", f"{version}, {bits} bit: {sys.executable}")


def asked(program: Path) -> Python | str:
    """What a Python says of itself, or why it says nothing."""
    question = QUESTION % ((*OF_PYWIN32, "xlwings", ANSWERS),)
    try:
        ran = run([program, "-B", "-c", question], SECONDS)
        said = json.loads((ran.out.splitlines() or [""])[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"could not be run ({error})"
    except ValueError:
        heard = (ran.err or ran.out).split("\n")[0].strip() or "nothing"
        return f"was asked for its version, and said {heard[:200]!r}"
    version = tuple(said["version"])
    return Python(program, version, said["bits"], said["xlwings"], said["failed"])


def what_it_has(python: Python) -> list[Finding]:
    """Its version, xlwings with what that needs, and the functions."""
    checks = (_version, _xlwings, _pywin32, _functions)
    return [finding for check in checks for finding in check(python)]


def _version(python: Python) -> list[Finding]:
    if python.version >= OLDEST:
        return []
    found, oldest = (".".join(map(str, each)) for each in (python.version, OLDEST))
    return [do("Python", f"{python.program} is {found}; expected {oldest} or later")]


def _xlwings(python: Python) -> list[Finding]:
    if python.xlwings is None:
        why = python.failed.get("xlwings", "it is damaged")
        what = f"{python.program} cannot import it ({why})"
        return [do("xlwings", f"{what}; {python.pip} --force-reinstall {_required()}")]
    return [ok("xlwings", f"{python.xlwings}, which {python.program} has")]


def _pywin32(python: Python) -> list[Finding]:
    for name in OF_PYWIN32:
        if name in python.failed:
            why = f"{python.program} cannot import {name} ({python.failed[name]})"
            return [do("pywin32", f"{why}; {python.pip} --force-reinstall pywin32")]
    return [ok("pywin32", f"{python.program} has it")]


def _functions(python: Python) -> list[Finding]:
    if ANSWERS not in python.failed:
        return [ok("xlfuncs", f"{python.program} has it")]
    if not {"xlwings", *OF_PYWIN32}.isdisjoint(python.failed):
        return []  # of which that comes
    way_out = "install it there anew" if python.is_this_one else FIX
    return [
        do("xlfuncs", f"{python.program} cannot import it ({python.failed[ANSWERS]}); {way_out}")
    ]


def _required() -> str:
    """xlwings, in the version that this package asks for."""
    with suppress(PackageNotFoundError):
        for each in requires("xlfuncs") or ():
            if each.startswith("xlwings"):
                return each
    return "xlwings"


# Which Python Excel is told to start, and whether it is the one that runs here.

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


# The library of xlwings that the macros load: it has to lie where they look for it.

BOTH = (64, 32)


def library_findings(python: Python, is_on_path: bool, bits: int | None) -> list[Finding]:
    """Whether it is there, for an Excel of 64 or 32 bits, or for both where that is not known.

    The macros look beside the Python and one folder up; where that is found on the path, Windows
    itself looks, along the path (`XLPyLoadDLL` in xlwings.bas).
    """
    if python.xlwings is None:
        return []
    names = [f"xlwings{each}-{python.xlwings}.dll" for each in ([bits] if bits else BOTH)]
    if is_on_path:
        wrong = "is in no folder of Excel's path; xlfuncs doctor --fix names its folder"
        return [_finding(name, excels_path(), wrong) for name in names]
    folders = [python.program.parent, python.program.parent.parent]
    way_out = f"{python.pip} --force-reinstall --no-deps xlwings=={python.xlwings}"
    wrong = f"is neither in {folders[0]} nor in {folders[1]}; {way_out}"
    return [_finding(name, folders, wrong) for name in names]


def _finding(name: str, folders: list[Path], wrong: str) -> Finding:
    found = found_on(folders, name)
    return ok(name, f"stands in {found.parent}") if found else do(name, wrong)


# Entering this Python into the user's settings of xlwings.


class NotFixed(HostError):
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
