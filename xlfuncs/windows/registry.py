"""The registry of Windows. Elsewhere there is none, and nothing stands in it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, NamedTuple

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
        import winreg  # noqa: PLC0415 - only Windows has it

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.of), key.path) as opened:
            for place in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, place)
                found[name.casefold()] = value
    return found


def names_below(key: Key) -> list[str]:
    """The keys that stand below a key."""
    found: list[str] = []
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has it

        with suppress(OSError), winreg.OpenKey(getattr(winreg, key.of), key.path) as opened:
            found += [winreg.EnumKey(opened, at) for at in range(winreg.QueryInfoKey(opened)[0])]
    return found
