"""The macros in a workbook, each module as a text that can be compared."""

from __future__ import annotations

import re
import struct
from typing import Any

from xlfuncs.files.books.packages import Parts, in_one_sentence
from xlfuncs.files.sizes import mebibytes
from xlfuncs.files.unreadable import Unreadable

PROJECT = "xl/vbaProject.bin"
STORAGE, CATALOG = "VBA", "dir"
NOT_SHOWN = r"(?im)^\s*(?:attribute .*|option classmodule\s*)$"
"""Lines that Excel's editor does not show, or that LibreOffice adds."""

QUOTED = r'("[^"\n]*")'
PIECE = 4096
"""Bytes that a piece of a packed text unpacks to, at most."""

LONGEST = 16 * 2**20
"""Bytes of macros; what lies beyond is no workbook but an attack on the memory."""


def macros_of(parts: Parts) -> dict[str, str]:
    """The modules with something in them, and the forms, by name. Raises Unreadable."""
    if PROJECT not in parts:
        return {}
    from pyopenvba.cfb import CFB  # noqa: PLC0415 - few workbooks have macros
    from pyopenvba.vba import parse_vba_project  # noqa: PLC0415

    with in_one_sentence():
        container = CFB.from_bytes(parts[PROJECT])
        _refuse_bomb(container.get_stream_in_storage(STORAGE, CATALOG))
        project = parse_vba_project(container)
        texts = {module.name: _text(container, module) for module in project.modules}
        forms = {name for name in container.list_storages() if name != STORAGE}
    named = {**dict.fromkeys(forms, ""), **texts}
    return {name: text for name, text in named.items() if text or name in forms}


def _text(container: Any, module: Any) -> str:
    stream = container.get_stream_in_storage(STORAGE, module.stream_name)
    _refuse_bomb(stream[module.text_offset :])
    return compared(module.source)


def _refuse_bomb(packed: bytes) -> None:
    """Raises Unreadable for what would unpack to too much, before it does."""
    place, pieces = 1, 0
    while place + 2 <= len(packed):
        [head] = struct.unpack_from("<H", packed, place)
        place += (head & 0x0FFF) + 3
        pieces += 1
    if pieces * PIECE > LONGEST:
        raise Unreadable(f"its macros unpack to more than {mebibytes(LONGEST)}; expected less")


def compared(text: str) -> str:
    """A module's text as it is compared: Excel sets letter case and spaces anew when it saves.

    >>> compared('Attribute VB_Name = "A"\\nSay  "Good day"')
    'say"Good day"'
    """
    text = re.sub(r"(?s)\A\s*VERSION .*?^END\s*$", "", text, flags=re.MULTILINE)
    pieces = re.split(QUOTED, re.sub(NOT_SHOWN, "", text))
    pieces[::2] = (re.sub(r"\s", "", piece).casefold() for piece in pieces[::2])
    return "".join(pieces)
