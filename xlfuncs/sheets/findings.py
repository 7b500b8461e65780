"""Findings of a check: how severe, where, what, and what to do."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(str, Enum):
    """An error keeps prices from being right, a warning makes them doubtful, a note is to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(NamedTuple):
    """One line of a check."""

    severity: Severity
    where: str
    found: str
    to_do: str
