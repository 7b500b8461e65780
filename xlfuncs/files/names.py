"""Names of files made from that of another file."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

LONGEST = 255
"""What the name of a file may have on nearly all file systems, in bytes; on Windows in UTF-16."""

LONGEST_KIND = 16
"""The same of an ending that tells a kind of file, such as .parquet."""


def beside(path: Path, before: str, after: str) -> Path:
    """The path of a file with something before and after its name.

    A name that would become too long is cut within, before its ending.

    >>> beside(Path("prices.xlsx"), ".", ".part").name
    '.prices.xlsx.part'
    >>> beside(Path("\\u20ac" * 80 + ".xlsx"), "", ".bak").name == "\\u20ac" * 80 + ".xlsx.bak"
    True
    >>> beside(Path("\\u20ac" * 83 + ".xlsx"), "", ".bak").name == "\\u20ac" * 82 + ".xlsx.bak"
    True
    """
    kind = path.suffix if _length(path.suffix) <= LONGEST_KIND else ""
    stem = path.name.removesuffix(kind)
    longest = _longest(path.parent)
    while stem and _length(f"{before}{stem}{kind}{after}") > longest:
        stem = stem[:-1]
    return path.with_name(f"{before}{stem}{kind}{after}")


def _length(name: str) -> int:
    if sys.platform == "win32":
        return len(name.encode("utf-16-le", "surrogatepass")) // 2
    return len(os.fsencode(name))


def _longest(folder: Path) -> int:
    """Some file systems have room for less, such as encrypted ones."""
    with suppress(AttributeError, OSError, ValueError):
        return min(LONGEST, os.pathconf(folder, "PC_NAME_MAX"))
    return LONGEST
