"""The library of xlwings that the macros load: it has to lie where they look for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlfuncs.doctor.findings import Finding, do, ok
from xlfuncs.doctor.interpreter import started
from xlfuncs.doctor.pythons import Python
from xlfuncs.doctor.settings import FROM_PATH, Stated
from xlfuncs.windows.variables import excels_path, found_on

BOTH = (64, 32)


def library_findings(python: Python, stated: Stated, bits: int | None) -> list[Finding]:
    """Whether it is there, for an Excel of 64 or 32 bits, or for both where that is not known."""
    if python.xlwings is None:
        return []
    folders = _folders(python.program, stated)
    names = (f"xlwings{each}-{python.xlwings}.dll" for each in ([bits] if bits else BOTH))
    return [_finding(name, folders, python) for name in names]


def _folders(program: Path, stated: Stated) -> Sequence[Path]:
    """Where the macros look: beside the Python and one folder up; Windows itself looks along the
    path where Python is found there (`XLPyLoadDLL` in xlwings.bas).
    """
    if stated.value in FROM_PATH and started(stated) == program:
        return excels_path()
    return (program.parent, program.parent.parent)


def _finding(name: str, folders: Sequence[Path], python: Python) -> Finding:
    found = found_on(list(folders), name)
    if found:
        return ok(name, f"stands in {found.parent}")
    if len(folders) > 2:
        return do(name, "is in no folder of Excel's path; xlfuncs doctor --fix names its folder")
    looked = " nor in ".join(map(str, folders))
    way_out = f"{python.pip} --force-reinstall --no-deps xlwings=={python.xlwings}"
    return do(name, f"is neither in {looked}; {way_out}")
