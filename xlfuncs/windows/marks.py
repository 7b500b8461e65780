"""The mark that Windows puts on files from other computers."""

from __future__ import annotations

import re
from pathlib import Path

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
