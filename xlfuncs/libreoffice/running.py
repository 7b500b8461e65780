"""Running a program of LibreOffice to its end, or ending it with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Failed(Exception):
    """What LibreOffice should have done, it did not; the text says why and what to do."""


OF_PYTHON = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
"""What leads a Python to modules that are not LibreOffice's."""

ENDING_SECONDS = 3
"""How long it may take until what is asked to end has ended, and then what is made to."""

SCRATCH = ("TMPDIR", "TEMP", "TMP")
"""What tells a program where to write for itself, by the system that it runs on."""


SYSTEM = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
"""Where Windows keeps its own programs."""


class Ran(NamedTuple):
    """What a program left: its exit status, and what it said."""

    status: int
    out: str
    err: str


def run(command: Sequence[str | Path], seconds: float, scratch: Path | None = None) -> Ran:
    """Runs a program without a window or input. Raises OSError and subprocess.TimeoutExpired.

    LibreOffice starts further programs; none of them is left when this returns or raises. What they
    write for themselves they write into the folder `scratch`.

    The program is started by its whole path and in another folder than the current one, `scratch`
    or its own: some programs look for programs and modules in the current folder first, and that
    may hold whatever was downloaded or unpacked there. So other paths in the command are whole too.
    """
    program = Path(command[0]).absolute()
    process = subprocess.Popen(  # noqa: S603 - a program that the user has installed or named
        [str(program), *map(str, command[1:])],
        cwd=scratch or program.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=surroundings(scratch),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
        return Ran(process.returncode, out, err)
    finally:
        _end(process)


def surroundings(scratch: Path | None) -> dict[str, str]:
    """The environment for LibreOffice: without a virtual one, where its own Python would look."""
    found = {name: value for name, value in os.environ.items() if name not in OF_PYTHON}
    kept = [str(each) for each in program_folders() if not (each.parent / "pyvenv.cfg").exists()]
    written = {} if scratch is None else dict.fromkeys(SCRATCH, str(scratch))
    return {**found, "PATH": os.pathsep.join(kept), **written}


def program_folders() -> list[Path]:
    """The folders in which programs are looked for: never the current one, nor one below it.

    An empty or relative entry of the path means a folder seen from the current one.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    folders = (Path(each.strip('"')) for each in entries)
    return [folder for folder in folders if folder.is_absolute()]


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            tree = [SYSTEM / "taskkill.exe", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, cwd=SYSTEM, capture_output=True, check=False)  # noqa: S603
    else:
        with suppress(ProcessLookupError, PermissionError):  # then all of it has ended
            for number in (signal.SIGTERM, signal.SIGKILL):
                os.killpg(process.pid, number)
                deadline = time.monotonic() + ENDING_SECONDS
                while time.monotonic() < deadline:
                    process.poll()
                    os.killpg(process.pid, 0)  # asks whether anything is left
                    time.sleep(0.02)
    process.communicate()
