"""Names, compared in the same way by every host (rule 6)."""

from __future__ import annotations

from functools import cache

SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What Python takes for a space; a run of them counts as one, and none at the ends."""

# Excel, DuckDB, Spark and Python each have their own idea of small letters and of spaces, and it
# changes with their versions and with the language of the computer. The rule by which every host
# compares names needs none of them: it is a closed table of single characters, which a formula and
# a database can apply exactly.

_ALPHABETS = (
    (0x0041, 0x024F),  # Latin: English, the languages of Europe, Turkish, Azerbaijani
    (0x0370, 0x052F),  # Greek, Cyrillic
    (0x0531, 0x0556),  # Armenian
    (0x1E00, 0x1EFF),  # Latin: Vietnamese
    (0x2126, 0x212B),  # the signs of ohm, kelvin and angstrom, which look like letters
)
"""Alphabets with large and small letters, from the first to the last character.

They are complete, so that no version of Python has another table.
"""

_WIDE = (0xFF01, 0xFF5E)
"""The full-width forms of ASCII, which begin with that of "!"."""


def _small(letter: str) -> str:
    """The small form of a letter, where that is a single letter; otherwise the letter itself."""
    forms = (letter.casefold(), letter.lower())
    return next((form for form in forms if len(form) == 1), letter)


@cache
def letter_forms() -> dict[int, int]:
    """The character that another one counts as, both by their code points, where it is another."""
    letters = [code for first, last in _ALPHABETS for code in range(first, last + 1)]
    small = {code: ord(_small(chr(code))) for code in letters}
    first, last = _WIDE
    wide = {code: ord(_small(chr(code - first + ord("!")))) for code in range(first, last + 1)}
    return {code: form for code, form in {**small, **wide}.items() if form != code}


def tidy_spaces(name: str) -> str:
    """The name without surplus spaces, as it is shown."""
    return " ".join(name.split())


def name_key(name: str) -> str:
    """The name as it is compared: letter case, full width and surplus spaces make no other name.

    A letter counts as its small form where that is a single letter. So a final sigma is a sigma,
    and a capital sharp s a small one; but "ss" is no sharp s, a Turkish dotted capital no i, and an
    accent that is a character of its own makes another name, as do half-width katakana.

    >>> name_key(" External  IPs ") == name_key("\uff25xternal\u3000ips") == "external ips"
    True
    >>> name_key("STRASSE") == name_key("Straße"), name_key("STRAẞE") == name_key("Straße")
    (False, True)
    """
    tidy = tidy_spaces(name)
    return tidy.lower() if tidy.isascii() else tidy.translate(letter_forms())
