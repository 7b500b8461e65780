"""What a Python has, by its own account: it is started as Excel would start it, and asked."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from xlfuncs.doctor.findings import Finding, do, ok
from xlfuncs.doctor.settings import FIX
from xlfuncs.libreoffice.running import run
from xlfuncs.windows.variables import expanded

OLDEST = (3, 11)
SECONDS = 60

OF_PYWIN32 = ("pythoncom", "win32com.server.policy")
"""What xlwings needs of pywin32."""

ANSWERS = "xlfuncs.excel"
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
