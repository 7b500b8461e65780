"""Ledgers in compressed .csv files, unpacked within bounds."""

from __future__ import annotations

import gzip
import sys
import zlib
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from xlfuncs.errors import format_size
from xlfuncs.ledgers.columns import FEW_BYTES
from xlfuncs.ledgers.csv_source import FEW_LINES, SHORTEST
from xlfuncs.pricing.outcomes import BadInput

CHUNK = 2**20
LARGER = 30
"""How many times its size a file may unpack to, beyond what a small one may."""


ZSTD = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
"""The library for .zst, which newer versions of Python bring."""


def _open(path: Path) -> tuple[BinaryIO, type[Exception]]:
    """Open a file, with the error that tells of damage. Raises BadInput."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path), zlib.error  # type: ignore[return-value] # it is read as one
    try:
        zstd = import_module(ZSTD)
    except ImportError:
        raise BadInput(f"is read by {ZSTD}, which is not installed; unpack it first") from None
    return zstd.open(path), zstd.ZstdError


def unpack(path: Path, target: Path) -> Path:
    """Unpack a file to a target. Raises BadInput, also where it is far larger than a ledger."""
    most = 5 * FEW_BYTES + LARGER * path.stat().st_size
    size = ends = 0
    opened, damage = _open(path)
    try:
        with opened as packed, target.open("wb") as file:
            while chunk := packed.read(CHUNK):
                size += len(chunk)
                ends += max(chunk.count(b"\n"), chunk.count(b"\r"))
                if size > most:
                    raise BadInput(
                        f"unpacks to more than {format_size(most)}; unpack it, if it is a ledger"
                    )
                if ends > FEW_LINES and size / ends < SHORTEST:
                    raise BadInput(
                        f"unpacks to more than {FEW_LINES:,} lines of fewer than {SHORTEST} "
                        "characters; delete the blank lines"
                    )
                file.write(chunk)
    except (EOFError, gzip.BadGzipFile, damage) as error:
        raise BadInput(f"is damaged, or not compressed as its name says ({error})") from None
    return target
