"""Whether a program is one of 32 or of 64 bits, from the head of its file."""

from __future__ import annotations

import struct
from pathlib import Path

DOS, WINDOWS = b"MZ", b"PE\0\0"
PLACE_OF_HEAD = 0x3C
BITS = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
"""By the processor that a program is for: Intel's two, and ARM."""

READ = 4096
"""The heads of programs lie within that many bytes."""


def bits_of(path: Path) -> int | None:
    """32 or 64; None for a file that is not there or no program."""
    try:
        with path.open("rb") as file:
            return bits_in(file.read(READ))
    except OSError:
        return None


def bits_in(start: bytes) -> int | None:
    """The same, from the first bytes of a file.

    >>> start = b"MZ" + bytes(58) + b"\\x40\\0\\0\\0" + b"PE\\0\\0" + b"\\x64\\x86"
    >>> bits_in(start), bits_in(start.replace(b"\\x64\\x86", b"\\x4c\\x01")), bits_in(b"MZ")
    (64, 32, None)
    """
    if not start.startswith(DOS) or len(start) < PLACE_OF_HEAD + 4:
        return None
    [place] = struct.unpack_from("<I", start, PLACE_OF_HEAD)
    if start[place : place + 4] != WINDOWS or len(start) < place + 6:
        return None
    [processor] = struct.unpack_from("<H", start, place + 4)
    return BITS.get(processor)
