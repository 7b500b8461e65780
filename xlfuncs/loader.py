"""Load a contract from a contract file or a workbook."""

from __future__ import annotations

import os
from collections.abc import Callable
from stat import S_ISREG
from typing import TYPE_CHECKING, TypeVar

from xlfuncs.errors import FileFormatError, format_size
from xlfuncs.sheets.parsers import Reading

if TYPE_CHECKING:
    from xlfuncs.sheets.draft import Draft
    from xlfuncs.xlsx.user_input import WorkbookInput

_HERE = os.path.dirname(__file__)
_INSTALLED = os.path.join(_HERE, "contracts", "qualys_ohio.toml")
_IN_SOURCES = os.path.join(os.path.dirname(_HERE), "workbooks", "qualys_ohio.toml")
SHIPPED = _INSTALLED if os.path.exists(_INSTALLED) else _IN_SOURCES
"""The contract file that comes with the package; in the sources it is beside its workbook."""

LARGEST = {".toml": 4 * 2**20, **dict.fromkeys((".xlsx", ".xlsm", ".xlam"), 64 * 2**20)}
"""The most bytes of a file, by its kind."""

FilePath = str | os.PathLike[str]
_Read = TypeVar("_Read")


def load_reading(path: FilePath) -> Reading:
    """The contract in a .toml file or on the sheets of a workbook, or all its problems.

    Raises FileFormatError where the file cannot be opened or is not what its name says.
    """
    return _open(path, _read)


def load_draft(path: FilePath) -> tuple[Reading, Draft | None]:
    """The contract in a file, and the draft of its workbook; None where there are problems.

    Raises FileFormatError.
    """
    return _open(path, _read_draft)


def load_input(path: FilePath) -> WorkbookInput:
    """The input on the sheets of a workbook. Raises FileFormatError."""
    from xlfuncs.xlsx.user_input import read_input

    return _open(path, lambda content, kind: read_input(content))


def load_bytes(path: FilePath) -> bytes:
    """The bytes of a contract file or workbook. Raises FileFormatError."""
    return _open(path, lambda content, kind: content)


def _open(path: FilePath, read: Callable[[bytes, str], _Read]) -> _Read:
    try:
        kind = kind_of(path)
        content = _content(path, kind)
    except FileNotFoundError as error:
        raise FileFormatError(f"{path}: {error.strerror}{_suggestion(path)}") from None
    except OSError as error:
        raise FileFormatError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise FileFormatError(f"{path!r}: not a file name ({error})") from None
    try:
        return read(content, kind)
    except FileFormatError as refusal:
        raise FileFormatError(f"{path}: {refusal}") from None


def _suggestion(path: FilePath) -> str:
    """The file that may have been meant, where the end of its name was left out."""
    near = (f"{os.fsdecode(path)}{kind}" for kind in LARGEST)
    there = [name for name in near if os.path.exists(name)]
    return f"; did you mean {' or '.join(there)}?" if there else ""


def kind_of(path: FilePath) -> str:
    """How the name ends, before the `.bak` of a copy."""
    stem, kind = os.path.splitext(os.fsdecode(path).lower())
    return os.path.splitext(stem)[1] if kind.rstrip("0123456789") == ".bak" else kind


def _content(path: FilePath, kind: str) -> bytes:
    found = os.stat(path)
    if kind not in LARGEST:
        expected = "expected a contract file (.toml) or a workbook (.xlsx, .xlsm, .xlam)"
        raise FileFormatError(f"{path}: {expected}")
    if not S_ISREG(found.st_mode):
        raise FileFormatError(f"{path}: is no file; save the contract as one")
    if found.st_size > LARGEST[kind]:
        expected = f"expected at most {format_size(LARGEST[kind])}"
        raise FileFormatError(f"{path}: is {format_size(found.st_size)}; {expected}")
    with open(path, "rb") as file:
        return file.read()


# What reads a kind of file is imported when there is such a file: openpyxl takes long.


def _read(content: bytes, kind: str) -> Reading:
    if kind == ".toml":
        from xlfuncs.contracts.toml_reader import read_toml

        return read_toml(content)
    from xlfuncs.xlsx.reader import read_workbook

    return read_workbook(content)


def _read_draft(content: bytes, kind: str) -> tuple[Reading, Draft | None]:
    if kind == ".toml":
        from xlfuncs.sheets.draft import build_draft

        reading = _read(content, kind)
        return reading, reading.contract and build_draft(reading.contract)
    from xlfuncs.xlsx.package import refuse_damage
    from xlfuncs.xlsx.reader import open_workbook, read_contract
    from xlfuncs.xlsx.user_input import read_draft

    opened = open_workbook(content)
    reading = read_contract(opened)
    with refuse_damage():
        return reading, reading.contract and read_draft(opened)
