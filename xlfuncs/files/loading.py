"""Opening a contract, whichever kind of file it is in."""

from __future__ import annotations

import os

from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.reading import Reading


def load(path: str | os.PathLike[str]) -> Reading:
    """The contract in a .toml file or on the sheets of a workbook, or all that is wrong with it.

    Raises Unreadable where the file cannot be opened or is not what its name says.
    """
    try:
        with open(path, "rb") as file:
            return _read(file.read(), os.path.splitext(path)[1].lower())
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
    except Unreadable as refusal:
        raise Unreadable(f"{path}: {refusal}") from None


def _read(content: bytes, kind: str) -> Reading:
    """The reader for a kind of file is loaded when such a file comes: openpyxl takes its time."""
    if kind == ".toml":
        from xlfuncs.files.toml import read_toml  # noqa: PLC0415

        return read_toml(content)
    if kind in {".xlsx", ".xlsm"}:
        from xlfuncs.files.workbook import read_workbook  # noqa: PLC0415

        return read_workbook(content)
    raise Unreadable("expected a contract file (.toml) or a workbook (.xlsx, .xlsm)")
