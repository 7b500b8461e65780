"""The stamp of a build: what the file says of itself in its document properties."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import NamedTuple

from xlfuncs.files.books.packages import Parts, chunks_of, in_one_sentence, package_of, tree_of
from xlfuncs.files.unreadable import Unreadable

PART = "docProps/custom.xml"
PREFIX = "xlfuncs "
BUILT, ROWS, FINGERPRINT = (f"{PREFIX}{word}" for word in ("built", "rows", "fingerprint"))
UNKNOWN = "0" * 64
"""Stands for the fingerprint until it is known."""

FROM_CONTRACT, FROM_WORKBOOK = "from a contract file", "from a workbook"
"""Where the rows of a build came from."""


class Stamp(NamedTuple):
    """The day of the build, where its rows came from, and the fingerprint of the file."""

    built: date
    rows: str
    fingerprint: str


def fingerprint_of(parts: Parts) -> str:
    """The fingerprint of a workbook's parts, as they are before it stands in the stamp itself."""
    stamp = stamp_of(parts)
    lines = []
    for name in sorted(parts):
        digest = sha256()
        if stamp and name == PART:
            digest.update(parts[name].replace(stamp.fingerprint.encode(), UNKNOWN.encode()))
        else:
            for chunk in chunks_of(parts, name):
                digest.update(chunk)
        lines.append(f"{name} {digest.hexdigest()}")
    return sha256("\n".join(lines).encode()).hexdigest()


def stamp_of(parts: Parts) -> Stamp | None:
    """The stamp of a workbook's parts, None where there is none that could be read."""
    try:
        with in_one_sentence():
            root = tree_of(parts, PART)
        found = {each.get("name"): "".join(each.itertext()) for each in root}
        built, *others = (found[name] for name in (BUILT, ROWS, FINGERPRINT))
        return Stamp(date.fromisoformat(built), *others)
    except (KeyError, ValueError, Unreadable):
        return None


def built_on(content: bytes) -> date | None:
    """The day on which a file was built, None where it does not say so."""
    stamp = stamp_of(_parts(content))
    return stamp and stamp.built


def is_untouched(content: bytes) -> bool:
    """Whether a file is a build to the byte, as nobody has saved it since."""
    parts = _parts(content)
    stamp = stamp_of(parts)
    try:
        return stamp is not None and stamp.fingerprint == fingerprint_of(parts)
    except Unreadable:  # one of its parts is damaged
        return False


def can_be_built_again(content: bytes) -> bool:
    """Whether a file is an untouched build whose rows stand in a contract file."""
    stamp = stamp_of(_parts(content))
    return is_untouched(content) and stamp is not None and stamp.rows == FROM_CONTRACT


def _parts(content: bytes) -> Parts:
    try:
        return package_of(content)
    except Unreadable:  # it is no workbook
        return {}
