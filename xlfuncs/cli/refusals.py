"""Exit codes, and the one error that ends a command with a sentence."""

from __future__ import annotations

ANSWERED = 0
NO_ANSWER = 1
BAD_USAGE = 2


class Refused(Exception):
    """What the user asked for cannot be done; the text says why and what to do."""
