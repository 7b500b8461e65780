"""Text of others, made harmless where it is printed."""

from __future__ import annotations

import re

HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Letters that move a terminal's cursor, change its colours, title or clipboard, break a line or
turn the direction of what follows, and halves of letters, which are in no text.
"""


def harmless(text: str) -> str:
    r"""The text on one line, with letters that would act on a terminal written as in Python.

    >>> print(harmless("a\x1b[2J\nb \u202egnp.exe"))
    a\x1b[2J\nb \u202egnp.exe
    >>> harmless("Größe: 10\u00a0000 €") == "Größe: 10\u00a0000 €"
    True
    """
    return HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
