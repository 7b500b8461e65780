"""Opening a contract, whichever kind of file it is in."""

from __future__ import annotations

from pathlib import Path

from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.reading import Reading


def load(path: Path) -> Reading:
    """The contract in a .toml file or on the sheets of a workbook, or all that is wrong with it.

    Raises Unreadable where the file cannot be opened or is not what its name says.
    """
    kind = path.suffix.lower()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
    if kind == ".toml":
        from xlfuncs.files.toml import read_toml  # noqa: PLC0415 - only what this file needs

        return read_toml(content, path)
    if kind in {".xlsx", ".xlsm"}:
        from xlfuncs.files.workbook import read_workbook  # noqa: PLC0415 - openpyxl loads slowly

        return read_workbook(content, path)
    raise Unreadable(f"{path}: expected a contract file (.toml) or a workbook (.xlsx, .xlsm)")
