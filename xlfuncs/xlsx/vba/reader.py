"""Read the macros of a workbook, each module as a text that can be compared."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

from xlfuncs.errors import FileFormatError, format_size
from xlfuncs.xlsx.package import (
    Package,
    find_main_part,
    find_only_related,
    find_related,
    refuse_damage,
)

PROJECT, PROJECT_KIND = "xl/vbaProject.bin", "vbaProject"
"""The part in which Excel keeps macros, and the kind of the relationship to it."""

STORAGE, CATALOG = "VBA", "dir"
"""The storage with the modules, and the stream with the list of them."""

NOT_SHOWN = r"(?im)^[^\S\n]*(?:attribute .*|option classmodule[^\S\n]*)$"
"""Lines that Excel's editor does not show, or that LibreOffice adds."""

QUOTED = r'("[^"\n]*")'
LARGEST, LONGEST, LONGEST_CATALOG = 16 * 2**20, 16 * 2**20, 2 * 2**20
"""Bytes of the part, of what its modules unpack to, and of the list of modules; what lies beyond
is no workbook but an attack on the memory."""

MOST_ENTRIES, MOST_MODULES = 4_000, 1_000
"""Entries of the directory in the part, and modules."""

SECTOR, IN_SECTOR = 512, 128
"""Bytes of a sector, and references that it holds."""

ENDS = 0xFFFFFFFA
"""The references from here on lead to no sector."""

STREAM, ROOT = 2, 5
"""The kinds of entries that have sectors."""


def find_project(package: Package) -> str | None:
    """The part with the macros of a workbook, None where there is none. Raises FileFormatError.

    Programs that drop the macros may leave a reference to them.
    """
    main = find_main_part(package)
    if not any(each.target in package for each in find_related(package, main, PROJECT_KIND)):
        return None
    return find_only_related(package, main, PROJECT_KIND)


def read_macros(package: Package) -> dict[str, str]:
    """Read the modules with something in them, and the forms, by name. Raises FileFormatError."""
    with refuse_damage():
        part = find_project(package)
        return {} if part is None else _read_project(package[part])


def _read_project(project: bytes) -> dict[str, str]:
    from pyopenvba.cfb import CFB

    _refuse_large(project)
    container = CFB.from_bytes(project)
    _refuse_tangle(container)
    texts = dict(_read_modules(container))
    forms = {name for name in container.list_storages() if name != STORAGE}
    named = {**dict.fromkeys(forms, ""), **texts}
    return {name: text for name, text in named.items() if text or name in forms}


def _read_modules(container: Any) -> Iterator[tuple[str, str]]:
    """The modules by name, each measured before it is unpacked. Raises FileFormatError."""
    from pyopenvba.vba import _parse_dir_stream, decompress, encoding_for_codepage

    packed = container.get_stream_in_storage(STORAGE, CATALOG)
    _refuse_bomb(_unpacked_size(packed), LONGEST_CATALOG)
    catalog, modules = _parse_dir_stream(decompress(packed))
    if len(modules) > MOST_MODULES:
        raise FileFormatError(f"has {len(modules):,} modules of macros; expected fewer")
    encoding, size = encoding_for_codepage(catalog.code_page), 0
    for module in modules:
        stream = container.get_stream_in_storage(STORAGE, module.stream_name or module.name)
        packed = stream[module.text_offset :]
        size += _unpacked_size(packed)
        _refuse_bomb(size, LONGEST)
        yield module.name, normalize_module(decompress(packed).decode(encoding, "replace"))


def _unpacked_size(packed: bytes) -> int:
    """The bytes that a packed text may unpack to: 4,096 for each of its pieces, at most."""
    place, pieces = 1, 0
    while place + 2 <= len(packed):
        [head] = struct.unpack_from("<H", packed, place)
        place += (head & 0x0FFF) + 3
        pieces += 1
    return pieces * 4096


def _refuse_bomb(size: int, largest: int) -> None:
    """Raises FileFormatError for what would unpack to too much, before it does."""
    if size > largest:
        raise FileFormatError(
            f"its macros unpack to more than {format_size(largest)}; expected less"
        )


def _refuse_large(project: bytes) -> None:
    """Raise FileFormatError for a part too large, or that lists more sectors than it has."""
    if len(project) > LARGEST:
        expected = f"expected at most {format_size(LARGEST)}"
        raise FileFormatError(f"its macros have {format_size(len(project))}; {expected}")
    if len(project) >= SECTOR:
        [extra] = struct.unpack_from("<I", project, 72)  # the sectors that list others
        if extra > 1 + len(project) // (SECTOR * IN_SECTOR * (IN_SECTOR - 1)):
            raise FileFormatError("its macros list more sectors than they have; expected fewer")


def _refuse_tangle(container: Any) -> None:
    """Raise FileFormatError where streams share sectors: a few bytes would be read for long."""
    entries = container._directory
    if len(entries) > MOST_ENTRIES:
        raise FileFormatError(f"its macros have {len(entries):,} entries; expected fewer")
    small, cutoff = container._minifat, container.mini_stream_cutoff
    for following, has_small in ((container._fat, False), (small, True)):
        led_to = [sector for sector in following if sector < ENDS]
        led_to += [
            entry.start_sector
            for entry in entries
            if entry.size and entry.start_sector < ENDS and entry.obj_type in (STREAM, ROOT)
            if (entry.size < cutoff and entry.obj_type != ROOT) == has_small
        ]
        if len(set(led_to)) < len(led_to):
            raise FileFormatError("its macros share sectors; expected each to belong to one module")


def normalize_module(text: str) -> str:
    """A module's text as it is compared: Excel changes letter case and spaces on saving.

    >>> normalize_module('Attribute VB_Name = "A"\\nSay  "Good day"')
    'say"Good day"'
    """
    text = re.sub(r"(?s)\A\s*VERSION .*?^END\s*$", "", text, flags=re.MULTILINE)
    pieces = re.split(QUOTED, re.sub(NOT_SHOWN, "", text))
    pieces[::2] = (re.sub(r"\s", "", piece).casefold() for piece in pieces[::2])
    return "".join(pieces)
