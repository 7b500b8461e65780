"""The stamp of a build: what the file says of itself in its document properties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

PART = "docProps/custom.xml"
PREFIX = "xlfuncs "
BUILT, FINGERPRINT, SURROUNDINGS = (f"{PREFIX}{word}" for word in ("built", "fingerprint", "rest"))


class Stamp(NamedTuple):
    """The day of the build, the fingerprint of the file, and that of what people do not fill in."""

    built: date
    fingerprint: str
    surroundings: str


def fingerprint_of(parts: Mapping[str, bytes]) -> str:
    """The fingerprint of a workbook's parts, all but the one that the stamp itself stands in."""
    lines = [
        f"{name} {sha256(part).hexdigest()}" for name, part in sorted(parts.items()) if name != PART
    ]
    return sha256("\n".join(lines).encode()).hexdigest()


def stamp_of(parts: Mapping[str, bytes]) -> Stamp | None:
    """The stamp of a workbook's parts, None where there is none that could be read."""
    try:
        root = fromstring(parts[PART])
        found = {each.get("name"): "".join(each.itertext()) for each in root}
        return Stamp(date.fromisoformat(found[BUILT]), found[FINGERPRINT], found[SURROUNDINGS])
    except (KeyError, ValueError, ParseError, DefusedXmlException):
        return None


def is_untouched(parts: Mapping[str, bytes]) -> bool:
    """Whether a file is a build to the byte, as nobody has saved it since."""
    stamp = stamp_of(parts)
    return stamp is not None and stamp.fingerprint == fingerprint_of(parts)
