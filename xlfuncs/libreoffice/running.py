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


class Ran(NamedTuple):
    """What a program left: its exit status, and what it said."""

    status: int
    out: str
    err: str


def run(command: Sequence[str | Path], seconds: float, scratch: Path | None = None) -> Ran:
    """Runs a program without a window or input. Raises OSError and subprocess.TimeoutExpired.

    LibreOffice starts further programs; none of them is left when this returns or raises. What they
    write for themselves they write into the folder `scratch`.
    """
    process = subprocess.Popen(  # noqa: S603 - a program that the user has installed or named
        list(map(str, command)),
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
    folders = found.get("PATH", "").split(os.pathsep)
    kept = [each for each in folders if not (Path(each).parent / "pyvenv.cfg").exists()]
    written = {} if scratch is None else dict.fromkeys(SCRATCH, str(scratch))
    return {**found, "PATH": os.pathsep.join(kept), **written}


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)  # noqa: S603
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
