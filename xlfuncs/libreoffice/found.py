"""Finding a LibreOffice that can run the functions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from glob import glob
from pathlib import Path
from typing import NamedTuple

from xlfuncs.libreoffice.running import Failed, program_folders, run

OLDEST = (25, 2)
"""The first LibreOffice that finds functions of an extension in a workbook of Excel's format."""

PLACES = (
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
)
"""Where LibreOffice is when the system's path does not name it; each for one system."""

NAMES = ("soffice", "libreoffice")
ENDINGS = (".com", ".exe", ".bat") if sys.platform == "win32" else ("",)
"""What its program is called on the path; the one that can write to a terminal first."""

VERSION = re.compile(r"LibreOffice (\d+)\.(\d+)")
PYTHON_LOADERS = ("pythonloader.py", "../Resources/pythonloader.py")
"""What LibreOffice runs Python by, beside the program; a package of its own in some systems."""

VERSION_SECONDS = 60


class NotFound(Failed):
    """There is no LibreOffice."""


class Office(NamedTuple):
    """An installed LibreOffice: its program, and its version, such as (25, 2)."""

    program: Path
    version: tuple[int, int]

    def beside(self, name: str) -> Path:
        """Another program of the same installation."""
        return self.program.resolve().with_name(name + self.program.suffix)


def find_office(stated: str | None = None) -> Office:
    """The LibreOffice that a user stated, or the first that is found.

    Raises Failed where there is none, where it is too old, or where it runs no Python.
    """
    program = next(_programs(), None) if stated is None else stated
    if program is None:
        raise NotFound(
            "LibreOffice was not found; expected it on the path, or say where its program is: "
            "--soffice FILE"
        )
    if not os.path.isfile(program):
        raise Failed(f"{program or '--soffice'}: there is no such program")
    office = Office(Path(program), _version_of(program))
    if office.version < OLDEST:
        oldest, found = (".".join(map(str, each)) for each in (OLDEST, office.version))
        raise Failed(
            f"{program} is LibreOffice {found}; expected {oldest} or later, because older ones do "
            f"not find such functions in a workbook of Excel's format"
        )
    folder = office.program.resolve().parent
    if not any((folder / name).exists() for name in PYTHON_LOADERS):
        raise Failed(
            f"{program} has nothing to run Python with; install that part of LibreOffice "
            f"(on Debian and Ubuntu the package python3-uno, of the same version)"
        )
    return office


def _programs() -> Iterator[str]:
    """Programs by their whole paths.

    `shutil.which` would look in the current folder as well: on Windows always, elsewhere where the
    path has an empty entry. `C:/` is no whole path on Linux, nor is `/opt` on Windows.
    """
    for name in NAMES:
        for folder in program_folders():
            for found in (folder / f"{name}{ending}" for ending in ENDINGS):
                if found.is_file() and os.access(found, os.X_OK):
                    yield str(found)
    for place in PLACES:
        if Path(place).is_absolute():
            yield from sorted(glob(place), reverse=True)


def _version_of(program: str) -> tuple[int, int]:
    try:
        ran = run([program, "--version"], VERSION_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{program}: could not be run ({error})") from None
    found = VERSION.search(ran.out)
    if found is None:
        said = " ".join(ran.out.split())[:60] or "nothing"
        raise Failed(f"{program}: expected LibreOffice; asked for its version it said {said!r}")
    return int(found[1]), int(found[2])


def is_root() -> bool:
    """Whether the user is the system's administrator, for whom LibreOffice installs nothing."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
