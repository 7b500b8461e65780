"""Errors that end a command: what was found, where, and what to do."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Exit codes of the command line.

ANSWERED = 0
NO_ANSWER = 1
BAD_USAGE = 2


class XlfuncsError(Exception):
    """The root of all errors of this package; the text says where, what was found, what to do."""

    @property
    def messages(self) -> tuple[str, ...]:
        """The text, or its parts where each is printed by itself."""
        return (str(self),)


class InputError(XlfuncsError):
    """What was asked or typed cannot be meant, or asks for what a contract does not have."""


class FileFormatError(XlfuncsError):
    """A file from which no contract can be read."""


class OutputError(XlfuncsError):
    """A file that cannot be written, or not without losing what is in it."""


class HostError(XlfuncsError):
    """LibreOffice or Excel on this computer: not found, or it did not do what it had to."""


# Sizes and names of files in messages.


def format_size(size: int) -> str:
    """Format a number of bytes, rounded up: what is too large never seems as large as it may be.

    >>> format_size(4 * 2**20), format_size(4 * 2**20 + 1)
    ('4 MiB', '5 MiB')
    """
    return f"{-(-size // 2**20):,} MiB"


ON_WINDOWS = os.name == "nt"

MEANT_BY_SHELLS = r'["$`\\!]'
"""What shells other than Windows' own take for more than letters, also between double quotes."""

MEANT_BY_POWERSHELL = r"\$(?=\()|[`\u201c-\u201e]"
"""What runs a command between double quotes, or ends them.

To the other shell of Windows these are letters, and single quotes are none: no quotes suit both.
"""


def format_argument(path: Path | str) -> str:
    """Format a name as it is typed on a command line, between quotes where it needs them.

    >>> format_argument("contract.toml"), format_argument("two words.toml")
    ('contract.toml', '"two words.toml"')
    """
    plain = r"[\w./\\:~-]+" if ON_WINDOWS else r"[\w./:-]+"
    text = str(path)
    return text if re.fullmatch(plain, text) else format_quoted(text)


def format_quoted(path: Path | str) -> str:
    """Format a name between quotes, in which nothing is a command: whoever sent the file named it.

    On Windows a name that PowerShell would run is shown with question marks in it.

    >>> format_quoted("two words.toml")
    '"two words.toml"'
    """
    text = str(path)
    if ON_WINDOWS:
        return f'"{re.sub(MEANT_BY_POWERSHELL, "?", text)}"'
    if re.search(MEANT_BY_SHELLS, text):
        from shlex import quote

        return quote(text)
    return f'"{text}"'
