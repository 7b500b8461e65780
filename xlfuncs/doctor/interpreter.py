"""Check which Python Excel starts and what it has; enter this one into the user's settings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path, PureWindowsPath

from xlfuncs.doctor import Finding, State, do, ok
from xlfuncs.doctor.windows import excel_path, expand_variables, find_file
from xlfuncs.doctor.xlwings_conf import (
    FIX,
    FROM_PATH,
    INTERPRETER,
    Settings,
    Stated,
    load_settings,
    set_row,
    users_file,
)
from xlfuncs.errors import HostError
from xlfuncs.hosts.libreoffice import run
from xlfuncs.output_files import (
    SavedMeanwhile,
    explain_failure,
    replace_file,
    state_with,
    write_content,
)

OLDEST = (3, 11)
SECONDS = 60

FROM_PYWIN32 = ("pythoncom", "win32com.server.policy")
"""What xlwings needs of pywin32."""

FUNCTIONS = "xlfuncs.hosts.excel"
"""The module that Excel calls."""

SCRIPT = """\
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


@dataclass(frozen=True, slots=True)
class Python:
    """A Python as it describes itself.

    `xlwings` is the version of that package, and `failed` says by name why a module that it should
    have cannot be imported.
    """

    program: Path
    version: tuple[int, ...]
    bits: int
    xlwings: str | None
    failed: dict[str, str]

    @property
    def pip(self) -> str:
        """The command that installs a package there."""
        return f'"{self.program.with_name("python.exe")}" -m pip install'


def inspect_python(program: Path) -> Python | str:
    """Start a Python as Excel would and have it describe itself; or return why it does not."""
    script = SCRIPT % ((*FROM_PYWIN32, "xlwings", FUNCTIONS),)
    try:
        ran = run([program, "-B", "-c", script], SECONDS)
        said = json.loads((ran.stdout.splitlines() or [""])[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"could not be run ({error})"
    except ValueError:
        output = (ran.stderr or ran.stdout).split("\n")[0].strip() or "nothing"
        return f"was asked for its version and answered {output[:200]!r}"
    return Python(program, tuple(said["version"]), said["bits"], said["xlwings"], said["failed"])


def is_this_one(program: Path) -> bool:
    """Whether a program is the Python that runs, with or without a window."""
    try:
        is_beside = program.parent.samefile(Path(sys.executable).parent)
    except OSError:
        return False
    return is_beside and program.stem.lower() in {"python", "pythonw"}


def is_name_of_this_one(text: str) -> bool:
    """The same of the text of a path alone, with no look at the disk: a file may say anything."""
    this = PureWindowsPath(sys.executable)
    named = PureWindowsPath(expand_variables(text))
    return named in {this.with_name(name) for name in ("python.exe", "pythonw.exe")}


def check_this_python() -> Finding:
    """Show the Python that runs."""
    version = ".".join(map(str, sys.version_info[:3]))
    bits = 64 if sys.maxsize > 2**32 else 32
    return ok("Python", f"{version}, {bits} bit: {sys.executable}")


def check_packages(python: Python) -> Iterator[Finding]:
    """Check its version, xlwings with what that needs, and the functions."""
    if python.version < OLDEST:
        found, oldest = (".".join(map(str, each)) for each in (python.version, OLDEST))
        yield do("Python", f"{python.program} is {found}; expected {oldest} or later")
    yield _check_xlwings(python)
    yield _check_pywin32(python)
    if FUNCTIONS not in python.failed:
        yield ok("xlfuncs", f"{python.program} has it")
    elif {"xlwings", *FROM_PYWIN32}.isdisjoint(python.failed):  # or it fails because of them
        why = f"{python.program} cannot import it ({python.failed[FUNCTIONS]})"
        remedy = "install it there again" if is_this_one(python.program) else FIX
        yield do("xlfuncs", f"{why}; {remedy}")


def _check_xlwings(python: Python) -> Finding:
    if python.xlwings is not None:
        return ok("xlwings", f"{python.xlwings}, which {python.program} has")
    why = f"{python.program} cannot import it ({python.failed.get('xlwings', 'it is damaged')})"
    required = "xlwings"
    with suppress(PackageNotFoundError):
        # in the version that this package requires
        found = (each for each in requires("xlfuncs") or () if each.startswith(required))
        required = next(found, required)
    return do("xlwings", f"{why}; {python.pip} --force-reinstall {required}")


def _check_pywin32(python: Python) -> Finding:
    for name in FROM_PYWIN32:
        if name in python.failed:
            why = f"{python.program} cannot import {name} ({python.failed[name]})"
            return do("pywin32", f"{why}; {python.pip} --force-reinstall pywin32")
    return ok("pywin32", f"{python.program} has it")


def check_dll(python: Python, is_on_path: bool, bits: int | None) -> list[Finding]:
    """Check that xlwings' DLL for an Excel of 64 or 32 bits, or both, is where macros look for it.

    They look beside the Python and one folder up; where that is found on the path, Windows itself
    looks, along the path (`XLPyLoadDLL` in xlwings.bas).
    """
    if python.xlwings is None:
        return []
    folders = [python.program.parent, python.program.parent.parent]
    remedy = f"{python.pip} --force-reinstall --no-deps xlwings=={python.xlwings}"
    missing = f"is neither in {folders[0]} nor in {folders[1]}; {remedy}"
    if is_on_path:
        folders = excel_path()
        missing = "is not in a folder on Excel's path; xlfuncs doctor --fix enters its folder"
    findings = []
    for each in [bits] if bits else (64, 32):
        name = f"xlwings{each}-{python.xlwings}.dll"
        found = find_file(folders, name)
        findings.append(ok(name, f"is in {found.parent}") if found else do(name, missing))
    return findings


WHERE = "xlwings' settings"
NOT_STARTED = (
    "which Excel would start in place of this Python; doctor neither started it nor looked for "
    "it. If you trust that Python, type xlfuncs doctor in its own environment to check it; "
    "otherwise"
)
DEBUG = "DEBUG UDFS"
MODULE_FOLDERS = {"PYTHONPATH": "no such row", "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
"""Rows that make Python look for modules elsewhere, and what is expected of them in a file."""

OFF = {"false", "0"}
"""What VBA takes for false."""


@dataclass(frozen=True, slots=True)
class ChosenPython:
    """The Python to inspect, and whether it was found on Excel's path."""

    program: Path
    is_on_path: bool


def choose_python(settings: Settings) -> ChosenPython:
    """Choose the Python to inspect: the one that the user's own settings name, or this one.

    What a file names is never started, unless it is the name of this one, letter by letter.
    """
    stated = settings.interpreter()
    if stated.is_from_file and is_name_of_this_one(stated.value):
        return ChosenPython(Path(sys.executable), is_on_path=False)
    stated = settings.users_own().interpreter()
    program = find_program(stated)
    if program is None:
        return ChosenPython(Path(sys.executable), is_on_path=False)
    return ChosenPython(program, is_on_path=stated.value in FROM_PATH)


def find_program(stated: Stated) -> Path | None:
    """Find the program that a setting names, None where there is no such program.

    None also for what a file names, which is not looked for: on a network path, a look alone tells
    another computer who looks, with what is needed to guess the password.
    """
    if stated.is_from_file:
        return None
    if stated.value in FROM_PATH:
        return find_file(excel_path(), f"{stated.value}.exe")
    program = Path(stated.value)
    return program if PureWindowsPath(stated.value).is_absolute() and program.is_file() else None


def check_interpreter(settings: Settings) -> Finding:
    """Check whether Excel starts the Python that runs here."""
    from_file = _check_file(settings)
    if from_file:
        return from_file
    stated = settings.interpreter()
    where, remedy = (stated.layer.where, stated.layer.remedy) if stated.layer else (WHERE, FIX)
    program = find_program(stated)
    if stated.value in FROM_PATH:
        names = f"{where if stated.layer else users_file()} names no Python"
        return _check_path(names, program, remedy)
    names = f"{stated.row} in {where} names {stated.value or 'nothing'}"
    if not PureWindowsPath(stated.value).is_absolute():
        return do(WHERE, f"{names}; expected a whole path, C:\\...\\pythonw.exe; {remedy}")
    if program is None:
        return do(WHERE, f"{names}, which does not exist; {remedy}")
    if not is_this_one(program):
        return do(WHERE, f"{names}, which is not this Python; {remedy}")
    return ok(WHERE, f"{where} names this Python")


def _check_path(names: str, program: Path | None, remedy: str) -> Finding:
    if program is None:
        return do(WHERE, f"{names}, and Excel's path has none; {remedy}")
    if not is_this_one(program):
        return do(WHERE, f"{names}, and the first one on Excel's path is {program}; {remedy}")
    return ok(WHERE, f"{names}, and the first one on Excel's path is this one")


def _check_file(settings: Settings) -> Finding | None:
    """What a file decides in the user's place, None where none does."""
    hidden = settings.find(INTERPRETER)
    if hidden and hidden.layer and hidden.is_from_file and not hidden.value:
        what = f"{INTERPRETER} is blank there"
        return do(hidden.layer.where, f"{what}; {hidden.layer.remedy}")
    stated = settings.interpreter()
    if stated.layer is None or not stated.is_from_file:
        return None
    if is_name_of_this_one(stated.value):
        return ok(WHERE, f"{stated.layer.where} names this Python")
    names = f"{stated.row} in {stated.layer.where} names"
    if not stated.value:
        return do(WHERE, f"{names} nothing; {stated.layer.remedy}")
    return do(WHERE, f"{names} {stated.value}, {NOT_STARTED} {stated.layer.remedy}")


def check_other_settings(settings: Settings) -> Iterator[Finding]:
    """Check for settings that stop the functions, or have code from elsewhere answer."""
    for layer in settings.layers:
        if layer.problem:
            yield do(layer.where, layer.problem)
    for row, expected in MODULE_FOLDERS.items():
        # whatever is called `xlfuncs` in a folder that a file names would answer
        stated = settings.find(row)
        if stated is None or stated.layer is None or stated.value.lower() in {*OFF, ""}:
            continue
        if stated.is_from_file:
            what = f"so Excel's Python looks for modules there first; expected {expected}"
            yield do(stated.layer.where, f"{row} is {stated.value!r}, {what}")
    stated = settings.find(DEBUG)
    if stated and stated.layer and stated.value.strip().lower() not in OFF:
        what = f"{DEBUG} is {stated.value!r}"
        if stated.value.strip().lower() in {"true", "1", "-1"}:
            what += ", so Excel waits for a server that is started by hand"
        yield do(stated.layer.where, f"{what}; expected False, or no such row")


class NotFixed(HostError):
    """The settings could not be written; the text says why."""


def fix() -> str:
    """Make Excel start this Python, and return what was done. Raises NotFixed.

    All else in the file stays as it is, and what it held is kept beside it.
    """
    file = users_file()
    settings = load_settings()
    is_right = check_interpreter(settings).state is State.OK
    if is_right and settings.interpreter().value not in FROM_PATH:
        return "Excel starts this Python already; nothing was changed"
    program = Path(sys.executable)
    without_window = program.with_name("pythonw.exe")
    if without_window.is_file():
        program = without_window
    try:
        old = file.read_bytes() if file.exists() else None
        new = set_row(old or b"", INTERPRETER, str(program))
        file.parent.mkdir(parents=True, exist_ok=True)
        backup = replace_file(file.resolve(), write_content(new), state_with(old), keep=True)
    except UnicodeEncodeError:
        raise NotFixed(
            f"{program}: has characters that xlwings cannot read on this computer; nothing was "
            f"written. Install Python and xlfuncs in a folder such as C:\\xlfuncs"
        ) from None
    except SavedMeanwhile:
        raise NotFixed(f"{file}: was just saved by another program; try again") from None
    except OSError as error:
        raise NotFixed(f"{file}: {explain_failure(error)}; nothing was written") from None
    kept = f"; the previous version is {backup.name}" if backup else ""
    return f"{file} now names {program}{kept}; in Excel, press Ctrl+Alt+F9"
