"""Packages of parts, such as workbooks are, read within bounds that are counted and not believed.

What a package says of the sizes of its parts may be wrong, and a few bytes may unpack to all the
memory there is. So a part comes in pieces that are counted, and only packing is read that every
program can read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_PARTS = 10_000
"""Parts of one package; large workbooks have hundreds."""

PIECE = 2**16
"""Bytes of a part that are unpacked at a time."""

MIB = 2**20

_DAMAGED = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    struct.error,
    ValueError,
    zlib.error,
)
"""What Python raises for a package that is broken in one way or another."""


class BadPackage(Exception):
    """What is wrong with a package, and what to do, as the rest of a sentence about its file."""


class Package:
    """The parts of a package by their names; see `opened`."""

    def __init__(self, zipped: ZipFile, most: int) -> None:
        self._zipped = zipped
        self._most = self._left = most
        parts = zipped.infolist()
        if len(parts) > MOST_PARTS:
            raise BadPackage(f"has {len(parts):,} parts; expected at most {MOST_PARTS:,}")
        self._parts: dict[str, ZipInfo] = {}
        for part in parts:
            key = _key(part.filename)
            if key in self._parts:
                raise BadPackage(f"has its part {part.filename} twice; save it again in Excel")
            self._parts[key] = part

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """A part, unpacked piece by piece. Raises BadPackage, KeyError where it is not there.

        At most so many bytes, and together with all that was read before at most as many as the
        package may unpack to.
        """
        part = self._parts[_key(name)]
        if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise BadPackage("is packed in a way that Excel cannot read; save it again in Excel")
        if part.flag_bits & 1:
            raise BadPackage("is locked with a password; save it without one")
        left = self._most if most is None else most
        with in_words(), self._zipped.open(part) as packed:
            while piece := packed.read(PIECE):
                left -= len(piece)
                self._left -= len(piece)
                if left < 0 or self._left < 0:
                    bound = (self._most if self._left < 0 else most or 0) // MIB
                    raise BadPackage(
                        f"its part {part.filename} unpacks to more than {bound:,} MiB; keep the "
                        "ledger alone in a workbook, or save it as .csv"
                    )
                yield piece


@contextmanager
def opened(path: Path, most: int) -> Iterator[Package]:
    """A package that may unpack to so many bytes. Raises BadPackage and OSError."""
    with in_words():
        zipped = ZipFile(path)
    with zipped:
        yield Package(zipped, most)


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever a damaged package makes Python raise becomes BadPackage."""
    try:
        yield
    except _DAMAGED as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise BadPackage(
            f"is damaged, or no workbook ({reason}); open it in Excel and save it again"
        ) from None


def _key(name: str) -> str:
    """The name of a part as programs compare it: neither letter case nor slashes matter."""
    return name.replace("\\", "/").lstrip("/").casefold()
