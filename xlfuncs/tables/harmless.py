"""Invisible characters that change what people see.

Control characters move the cursor of a terminal or change its colours; marks of direction turn
letters around, so that a price reads as another one; others have no width at all.
"""

from __future__ import annotations

import re
import unicodedata

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""All but tabs and ends of lines, which show."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
"""Those of them that no text has a use for: other ends of lines count as one."""


def harmless(text: str) -> str:
    r"""A text as it may be printed, each such character by its number.

    >>> print(harmless("\x1b[2J and \u202e00.5"))
    \x1b[2J and \u202e00.5
    """
    return text if text.isprintable() else UNSEEN.sub(_escaped, text)


def harmless_line(text: str) -> str:
    r"""The same on one line, as the name of a file or what was typed is shown.

    >>> harmless_line("a\nb")
    'a\\nb'
    """
    return harmless(text).replace("\n", r"\n").replace("\t", r"\t")


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def unseen_in(text: str, unseen: re.Pattern[str] = UNSEEN) -> str:
    r"""The first such character of a text by its code point and its place, blank if there is none.

    >>> unseen_in("EUR \u202e00.5"), unseen_in("a\tb\n")
    ('U+202E RIGHT-TO-LEFT OVERRIDE as character 5', '')
    """
    found = None if text.isprintable() else unseen.search(text)
    if found is None:
        return ""
    named = unicodedata.name(found[0], "").strip()
    return f"U+{ord(found[0]):04X}{named and ' '}{named} as character {found.start() + 1}"
