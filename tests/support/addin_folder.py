"""The folder of an add-in, as it is built of the shipped contract."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from xlfuncs.addin.pyodide import FILES, FOLDER
from xlfuncs.api import load_with_draft
from xlfuncs.loader import SHIPPED

LOCALHOST = "https://localhost:3000"
BUILT = date(2026, 11, 30)

PYODIDE = {each.name: f"// {each.name}\n".encode() * 200 for each in FILES}
"""In place of the files of Pyodide, which are large."""

WASM = f"{FOLDER}pyodide.asm.wasm"


@cache
def addin_files(url: str = LOCALHOST, *, has_pyodide: bool = True) -> dict[str, bytes]:
    """The content of each file by its name."""
    pyodide = PYODIDE if has_pyodide else None
    return load_with_draft(SHIPPED).build_addin(url, built=BUILT, pyodide=pyodide)


def write_addin(folder: Path, url: str = LOCALHOST, *, has_pyodide: bool = True) -> Path:
    """Write the folder; return it."""
    return write_files(folder, addin_files(url, has_pyodide=has_pyodide))


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
