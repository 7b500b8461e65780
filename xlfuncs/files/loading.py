"""Opening a contract, whichever kind of file it is in."""

from __future__ import annotations

import os
from stat import S_ISREG

from xlfuncs.files.unreadable import Unreadable
from xlfuncs.tables.reading import Reading

LARGEST = {".toml": 4 * 2**20, ".xlsx": 64 * 2**20, ".xlsm": 64 * 2**20}
"""The kinds of files, and the bytes one may have."""


def load(path: str | os.PathLike[str]) -> Reading:
    """The contract in a .toml file or on the sheets of a workbook, or all that is wrong with it.

    Raises Unreadable where the file cannot be opened or is not what its name says.
    """
    try:
        kind = os.path.splitext(path)[1].lower()
        return _read(_content(path, kind), kind)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise Unreadable(f"{path!r}: no name of a file ({error})") from None
    except Unreadable as refusal:
        raise Unreadable(f"{path}: {refusal}") from None


def _content(path: str | os.PathLike[str], kind: str) -> bytes:
    found = os.stat(path)
    if kind not in LARGEST:
        raise Unreadable("expected a contract file (.toml) or a workbook (.xlsx, .xlsm)")
    if not S_ISREG(found.st_mode):
        raise Unreadable("no file that could be read to its end")
    if found.st_size > LARGEST[kind]:
        expected = f"expected at most {LARGEST[kind] // 2**20} MiB"
        raise Unreadable(f"has {found.st_size // 2**20:,} MiB; {expected}")
    with open(path, "rb") as file:
        return file.read()


def _read(content: bytes, kind: str) -> Reading:
    """The reader for a kind of file is loaded when such a file comes: openpyxl takes its time."""
    if kind == ".toml":
        from xlfuncs.files.toml import read_toml  # noqa: PLC0415

        return read_toml(content)
    from xlfuncs.files.workbook import read_workbook  # noqa: PLC0415

    return read_workbook(content)
