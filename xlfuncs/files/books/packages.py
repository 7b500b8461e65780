"""A workbook's file as what it is: a package of parts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from xlfuncs.files.sizes import mebibytes
from xlfuncs.files.unreadable import Unreadable

LARGEST = 256 * 1024 * 1024
"""Bytes a workbook may unpack to; what lies beyond is no contract but an attack on the memory."""

CONTENT_TYPES = "[Content_Types].xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADD_IN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
"""What a package is, in the list of its parts."""

KINDS = {PLAIN: "a plain workbook", MACROS: "a workbook with macros", ADD_IN: "an add-in"}

LARGEST_PARTS = {
    "xl/workbook.xml": 4 * 2**20,
    "xl/styles.xml": 4 * 2**20,
    "xl/sharedStrings.xml": 64 * 2**20,
}
"""Parts that are read whole, whichever sheets are wanted."""

Parts = Mapping[str, bytes]
"""The parts of a workbook by their names."""


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook. Raises Unreadable."""
    refuse_bombs(content)
    with in_one_sentence(), ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def no_add_in(content: bytes) -> bytes:
    """An add-in as the workbook that it also is, for openpyxl opens no add-ins."""
    with ZipFile(BytesIO(content)) as package:
        if ADD_IN not in package.read(CONTENT_TYPES):
            return content
        target = BytesIO()
        with ZipFile(target, "w") as workbook:
            for name in package.namelist():
                workbook.writestr(name, package.read(name).replace(ADD_IN, MACROS))
    return target.getvalue()


def kind_of(parts: Parts) -> str:
    """What Excel takes a workbook for, whatever its name."""
    for content_type, kind in KINDS.items():
        if content_type in parts.get(CONTENT_TYPES, b""):
            return kind
    return "another kind of workbook"


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Whatever a damaged part makes a library raise becomes Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here
            yield
    except Unreadable:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unreadable(
            f"damaged, or no workbook ({reason}); open it in Excel and save it again"
        ) from None


def refuse_bombs(content: bytes) -> None:
    """Raises Unreadable for what is no package, and for one that unpacks to too much."""
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(
            "damaged, or no .xlsx workbook, or one locked with a password; "
            "open it in Excel and save it again"
        ) from None
    size = sum(part.file_size for part in parts)
    largest_of = [(part, LARGEST_PARTS.get(part.filename, LARGEST)) for part in parts]
    for part, largest in [*largest_of, (None, LARGEST)]:
        found = size if part is None else part.file_size
        if found > largest:
            name = f"its part {part.filename} " if part else ""
            expected = f"expected at most {mebibytes(largest)}"
            raise Unreadable(f"{name}unpacks to {mebibytes(found)}; {expected}")
