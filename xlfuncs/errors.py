"""Errors that end a command: what was found, where, and what to do."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


# The one error of this package.


class Unreadable(Exception):
    """A file that no contract can be read from; the text says which, why, and what to do."""


# Exit codes, and the one error that ends a command with a sentence.

ANSWERED = 0
NO_ANSWER = 1
BAD_USAGE = 2


class Refused(Exception):
    """What the user asked for cannot be done; the text says why and what to do."""


# Sizes of files as messages tell them.


def mebibytes(size: int) -> str:
    """A number of bytes, rounded up: what is too large never seems as large as it may be.

    >>> mebibytes(4 * 2**20), mebibytes(4 * 2**20 + 1)
    ('4 MiB', '5 MiB')
    """
    return f"{-(-size // 2**20):,} MiB"


# Names of files in commands that people are told to type.

ON_WINDOWS = os.name == "nt"
PLAIN = r"[\w./\\:~-]+" if ON_WINDOWS else r"[\w./:-]+"
"""Names that need no quotes."""

MEANT_BY_SHELLS = r'["$`\\!]'
"""What shells other than Windows' own take for more than letters, also between double quotes."""

MEANT_BY_POWERSHELL = r"\$(?=\()|[`\u201c-\u201e]"
"""What runs a command between double quotes, or ends them.

To the other shell of Windows these are letters, and single quotes are none: no quotes suit both.
"""


def typed(path: Path | str) -> str:
    """A name as it is typed on a command line, between quotes where it needs them.

    >>> typed("contract.toml"), typed("two words.toml")
    ('contract.toml', '"two words.toml"')
    """
    text = str(path)
    return text if re.fullmatch(PLAIN, text) else quoted(text)


def quoted(path: Path | str) -> str:
    """A name between quotes, in which nothing is a command: whoever sent the file named it.

    On Windows a name that PowerShell would run is shown with question marks in it.

    >>> quoted("two words.toml")
    '"two words.toml"'
    """
    text = str(path)
    if ON_WINDOWS:
        return f'"{re.sub(MEANT_BY_POWERSHELL, "?", text)}"'
    if re.search(MEANT_BY_SHELLS, text):
        from shlex import quote

        return quote(text)
    return f'"{text}"'
