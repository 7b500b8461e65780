"""Read what Windows knows: its registry, marks of files, 32 or 64 bits, variables, Excel's path.

Trusted are the registry and the environment variables, which are the user's and the administrator's
own. Entries of Excel's path that are no absolute paths are left out, because they mean folders seen
from the current one. No path from a workbook may be passed to these functions.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the registry: its root, `USER` or `MACHINE`, and the path below."""

    root: str
    path: str

    def below(self, name: str) -> Key:
        return Key(self.root, f"{self.path}\\{name}")


def read_values(key: Key) -> dict[str, Any]:
    """Read the values of a key, by their names in lower case; the nameless one is ''.

    Empty where there is no such key, where this user may not read it, and outside of Windows.
    """
    found: dict[str, Any] = {}
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.root), key.path) as opened:
            for index in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, index)
                found[name.casefold()] = value
    return found


def read_subkeys(key: Key) -> list[str]:
    """Read the names of the keys directly below a key."""
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.root), key.path) as opened:
            found += [winreg.EnumKey(opened, at) for at in range(winreg.QueryInfoKey(opened)[0])]
    return found


def is_from_internet(path: Path) -> bool:
    """Whether Windows has marked a file as one that came by mail or from the internet.

    A disk that keeps no marks, such as a memory stick, has unmarked files only.
    """
    try:
        with open(f"{path}:Zone.Identifier", encoding="ascii", errors="replace") as mark:
            found = re.search(r"(?im)^\s*ZoneId\s*=\s*(\d+)", mark.read(4096))
    except OSError:
        return False
    # 3 is the zone of the internet; the one above it is for sites that nobody trusts
    return found is not None and int(found[1]) >= 3


OFFSET_OF_HEADER = 0x3C
BITS = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
"""By the processor that a program is for: Intel's two, and ARM."""


def read_bits(path: Path) -> int | None:
    """Read whether a program is one of 32 or of 64 bits; None for what is no program."""
    try:
        with path.open("rb") as file:
            return parse_bits(file.read(4096))
    except OSError:
        return None


def parse_bits(start: bytes) -> int | None:
    """Find 32 or 64 in the first bytes of a program.

    >>> start = b"MZ" + bytes(58) + b"\\x40\\0\\0\\0" + b"PE\\0\\0" + b"\\x64\\x86"
    >>> parse_bits(start), parse_bits(start.replace(b"\\x64\\x86", b"\\x4c\\x01"))
    (64, 32)
    >>> parse_bits(b"MZ")
    """
    if not start.startswith(b"MZ") or len(start) < OFFSET_OF_HEADER + 4:
        return None
    [offset] = struct.unpack_from("<I", start, OFFSET_OF_HEADER)
    if start[offset : offset + 4] != b"PE\0\0" or len(start) < offset + 6:
        return None
    [processor] = struct.unpack_from("<H", start, offset + 4)
    return BITS.get(processor)


PATHS = (
    Key(MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
    Key(USER, "Environment"),
)
"""Where Windows keeps the path that Excel is started with, the computer's before the user's."""


def expand_variables(text: str, variables: Mapping[str, str] = os.environ) -> str:
    """Expand variables such as %USERPROFILE%; unknown ones stay as they are.

    >>> expand_variables(r"%HOME_OF_ANN%\\py %NONE% 5%", {"HOME_OF_ANN": r"C:\\Users\\ann"})
    'C:\\\\Users\\\\ann\\\\py %NONE% 5%'
    """
    return re.sub("%([^%]+)%", lambda found: variables.get(found[1], found[0]), text)


def excel_path() -> list[Path]:
    """List the folders in which Excel finds programs.

    A terminal may have more of them: an environment that is activated there is not active in Excel.
    An entry that is no absolute path is left out: it means a folder seen from the current one,
    where anything may have been downloaded.
    """
    texts = (str(read_values(key).get("path", "")) for key in PATHS)
    entries = (each.strip().strip('"') for text in texts for each in text.split(";"))
    folders = (Path(expand_variables(entry)) for entry in entries)
    return [folder for folder in folders if folder.is_absolute()]


def find_file(folders: Iterable[Path], name: str) -> Path | None:
    """Find the first file of a name in some folders."""
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
