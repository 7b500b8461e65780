"""The library of xlwings that the macros load: it has to lie where they look for it."""

from __future__ import annotations

from pathlib import Path

from xlfuncs.doctor.findings import Finding, do, ok
from xlfuncs.doctor.pythons import Python
from xlfuncs.windows.variables import excels_path, found_on

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
