"""Names of files in commands that people are told to type."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `xlfuncs price` starts without it
    from pathlib import Path

PLAIN = r"[\w./\\:~-]+"
MEANT_BY_SHELLS = r'["$`\\!]'
"""What shells other than Windows' own take for more than letters, also between double quotes."""


def typed(path: Path | str) -> str:
    """A name as it is typed on a command line, between quotes where it needs them.

    >>> typed("contract.toml"), typed("two words.toml")
    ('contract.toml', '"two words.toml"')
    """
    text = str(path)
    return text if re.fullmatch(PLAIN, text) else quoted(text)


def quoted(path: Path | str) -> str:
    """A name between quotes, in which nothing is a command: whoever sent the file named it.

    >>> quoted("two words.toml")
    '"two words.toml"'
    """
    text = str(path)
    if os.name != "nt" and re.search(MEANT_BY_SHELLS, text):
        from shlex import quote  # noqa: PLC0415 - seldom

        return quote(text)
    return f'"{text}"'
