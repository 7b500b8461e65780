"""A VBA project as the standard asks for it ([MS-OVBA]), out of what pyOpenVBA writes.

That leaves some of what Excel itself compiles, for a version of Excel and from other texts than
the modules have now. Excel compiles anew what is not there; what is there would have to be right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress

STORAGE = "VBA"
NOTHING_COMPILED = bytes.fromhex("cc61ffff000000")
"""The stream of a project without compiled parts (2.3.4.1)."""

PROJECT_COOKIE, MODULE_COOKIE = 0x0013, 0x002C
VERSION, STREAM_NAME, TEXT_OFFSET, END = 0x0009, 0x001A, 0x0031, 0x0010
VERSION_SIZE = 6
"""What the record of the version has, whatever its header says (2.3.4.2.1.11)."""

NO_COOKIE = b"\xff\xff"
FROM_THE_START = bytes(4)


def conforming(project: bytes) -> bytes:
    """The project without compiled parts; the same project always gives the same bytes."""
    container = CFB.from_bytes(project)
    catalog = bytearray(decompress(container.get_stream_in_storage(STORAGE, "dir")))
    stream = ""
    for record, place, size in _records(bytes(catalog)):
        content = bytes(catalog[place : place + size])
        if record in {PROJECT_COOKIE, MODULE_COOKIE}:
            catalog[place : place + size] = NO_COOKIE
        elif record == STREAM_NAME:
            stream = content.decode("cp1252")
        elif record == TEXT_OFFSET:
            _drop_compiled(container, stream, *struct.unpack("<I", content))
            catalog[place : place + size] = FROM_THE_START
        elif record == END:
            del catalog[place:]
    container.write_stream_in_storage(STORAGE, "dir", compress(bytes(catalog)))
    container.write_stream_in_storage(STORAGE, "_VBA_PROJECT", NOTHING_COMPILED)
    done: bytes = container.to_bytes()
    return done


def _records(catalog: bytes) -> Iterator[tuple[int, int, int]]:
    """The records of the catalog of modules: kind, place of the content, and its size."""
    place = 0
    while place < len(catalog):
        record, size = struct.unpack_from("<HI", catalog, place)
        size = VERSION_SIZE if record == VERSION else size
        yield record, place + 6, size
        if record == END:
            return
        place += 6 + size


def _drop_compiled(container: CFB, stream: str, before_text: int) -> None:
    """Leaves of a module's stream its text alone."""
    text = container.get_stream_in_storage(STORAGE, stream)[before_text:]
    container.write_stream_in_storage(STORAGE, stream, text)
