"""Explain why a file is not valid TOML: what people write that is not, and may have meant."""

from __future__ import annotations

import re

from xlfuncs.sheets.cells import shorten

LINE = re.compile(r"\(at line (\d+),")
KEY = re.compile(r"^\s*([\w-]+)\s*=\s*(.*?)\s*(?:#[^\"']*)?$")
CURLY_QUOTES = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
LONGEST_SHOWN = 80
LONGEST_READ = 500
"""Characters of a line that are compared with slips."""

NUMBER = "a number with a decimal point and no other symbols, such as 4500.00"
SLIPS = (
    (r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}", "a date such as 2024-07-01"),
    (r"[$€£]\s*\d.*|\d[\d.,' ]*(?:[$€£].*|[A-Z]{3})?|0\d+", NUMBER),
    (r"\d[\d.,]*\s*%", "a number, 15 for 15 percent"),
    (r"[\"'].*", "text that ends with the same quote it begins with"),
    (r"[^\W\d].*", 'text in quotes, such as "per unit"'),
    (r"", "a value after the ="),
)
"""What is found in place of a value, and what belongs there."""


def explain_slip(text: str, error: ValueError) -> str:
    """Why a text is no TOML: its line, and what is expected there, as far as that is known.

    >>> explain_slip("[services]", ValueError("Cannot declare twice (at line 1, column 2)"))
    "not valid TOML: line 1 is '[services]'; expected two brackets, such as [[services]]"
    >>> explain_slip("[[contract]]", ValueError("Cannot declare twice (at line 1, column 2)"))
    "not valid TOML: line 1 is '[[contract]]'; expected the part [contract] once"
    """
    lines = text.rstrip().split("\n")
    found = LINE.search(str(error))
    if found is None and str(error).startswith("Un"):  # something that was never closed
        return f"not valid TOML: {error}"
    number = min(int(found[1]), len(lines)) if found else len(lines)
    line = lines[number - 1].strip()[:LONGEST_READ]
    shown = shorten(line, LONGEST_SHOWN)
    expected = _expected(line, str(error))
    if not expected:
        return f"not valid TOML: line {number} is {shown!r}: {error}"
    return f"not valid TOML: line {number} is {shown!r}; expected {expected}"


def _expected(line: str, error: str) -> str:
    if CURLY_QUOTES.search(line):
        return 'straight quotes, "'
    if line.startswith("["):
        if not error.startswith("Cannot"):
            return ""
        once = re.match(r"\[+\s*(contract|agreement)\s*\]", line)
        return f"the part [{once[1]}] once" if once else "two brackets, such as [[services]]"
    if error.startswith("Cannot"):
        return "each key once in its part"
    said = KEY.match(line)
    if said is None:
        return 'a key, = and a value, such as charge = "package"'
    found = (text for pattern, text in SLIPS if re.fullmatch(pattern, said[2]))
    return next(found, "")
