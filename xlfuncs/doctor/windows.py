"""Windows: its registry, the marks of files, kinds of programs, variables."""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

# What Windows knows: its registry, the marks of files, what kind of program a file is.
#
# Trusted: the registry and the environment variables, which are the user's and the administrator's
# own. Of the path that Excel has, entries that are no whole paths are left out, for they mean
# folders seen from the current one. Paths that come from a workbook are not to be handed to this
# room.


# The mark that Windows puts on files from other computers.

STREAM = ":Zone.Identifier"
ZONE = re.compile(r"(?im)^\s*ZoneId\s*=\s*(\d+)")
MARKED = 3
"""The zone of the internet; the one above it is for sites that nobody trusts."""

LONGEST = 4096


def is_marked(path: Path) -> bool:
    """Whether a file is known to have come by mail or from the internet.

    A disk that keeps no marks, such as a memory stick, has unmarked files only.
    """
    try:
        with open(f"{path}{STREAM}", encoding="ascii", errors="replace") as stream:
            found = ZONE.search(stream.read(LONGEST))
    except OSError:
        return False
    return found is not None and int(found[1]) >= MARKED


# Whether a program is one of 32 or of 64 bits, from the head of its file.

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


# The registry of Windows. Elsewhere there is none, and nothing stands in it.

USER, MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"


class Key(NamedTuple):
    """A place in the registry: whose it is, `USER` or `MACHINE`, and the path below."""

    of: str
    path: str

    def below(self, name: str) -> Key:
        return self._replace(path=f"{self.path}\\{name}")


def values_in(key: Key) -> dict[str, Any]:
    """The values of a key, by their names in small letters; the nameless one is ''.

    None where there is no such key, or where this user may not read it.
    """
    found: dict[str, Any] = {}
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.of), key.path) as opened:
            for place in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, place)
                found[name.casefold()] = value
    return found


def names_below(key: Key) -> list[str]:
    """The keys that stand below a key."""
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.of), key.path) as opened:
            found += [winreg.EnumKey(opened, at) for at in range(winreg.QueryInfoKey(opened)[0])]
    return found


# Variables such as %USERPROFILE%, and the path on which programs are found.

PATHS = (
    Key(MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
    Key(USER, "Environment"),
)
"""Where Windows keeps the path that Excel is started with, the computer's before the user's."""


def expanded(text: str, variables: Mapping[str, str] = os.environ) -> str:
    """A text with the variables in it; a name that nothing is known of stays as it stands.

    >>> expanded(r"%HOME_OF_ANN%\\py %NONE% 5%", {"HOME_OF_ANN": r"C:\\Users\\ann"})
    'C:\\\\Users\\\\ann\\\\py %NONE% 5%'
    """
    return re.sub("%([^%]+)%", lambda found: variables.get(found[1], found[0]), text)


def excels_path() -> list[Path]:
    """The folders in which Excel finds programs.

    A terminal may have more of them: an environment that is activated there is none in Excel. An
    entry that is no whole path is left out: it would mean a folder seen from the current one, where
    whatever was downloaded may lie.
    """
    texts = (str(values_in(key).get("path", "")) for key in PATHS)
    entries = (each.strip().strip('"') for text in texts for each in text.split(";"))
    folders = (Path(expanded(entry)) for entry in entries)
    return [folder for folder in folders if folder.is_absolute()]


def found_on(path: list[Path], name: str) -> Path | None:
    """The first file of a name in some folders."""
    return next((folder / name for folder in path if (folder / name).is_file()), None)
