"""Explain why a file is not valid TOML, and refuse one beyond all bounds before it is parsed."""

from __future__ import annotations

import re

from xlfuncs.errors import FileFormatError
from xlfuncs.sheets.cells import shorten

# Slips: what people write that is not TOML, and what they may have meant.

LINE = re.compile(r"\(at line (\d+),")
KEY = re.compile(r"^\s*([\w-]+)\s*=\s*(.*?)\s*(?:#[^\"']*)?$")
CURLY_QUOTES = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
LONGEST_SHOWN = 80
LONGEST_READ = 500
"""Characters of a line that are compared with slips."""

NUMBER = "a number with a decimal point and no other signs, such as 4500.00"
SLIPS = (
    (r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}", "a day such as 2024-07-01"),
    (r"[$€£]\s*\d.*|\d[\d.,' ]*(?:[$€£].*|[A-Z]{3})?|0\d+", NUMBER),
    (r"\d[\d.,]*\s*%", "a number, 15 for 15 percent"),
    (r"[\"'].*", "a text that ends with the quote with which it begins"),
    (r"[^\W\d].*", 'a text in quotes, such as "per unit"'),
    (r"", "a value behind the ="),
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


# Bounds: beyond them a file would take minutes or all the memory to parse.
#
# They are many times what the largest contract needs. The scan is as quick for a text that is no
# TOML, since each of its tokens also ends where the text ends.

MOST_LINES = 250_000
MOST_VALUES = 250_000
"""Keys, items of lists, and brackets."""

LONGEST_WORD = 100
"""Characters of a number, a date or a key without quotes."""

DEEPEST = 30
"""Brackets within brackets, and parts of a key: one of many thousands takes all the memory."""

TOO_MANY_PARTS = "a key of more parts than any contract has; correct it"
TOO_DEEP = "brackets within brackets without end; correct it"

TOKEN = re.compile(
    r"""
      "{3} (?: [^"\\] | \\. | "(?!"") )*+ (?: "{3,5} | \Z )
    | '{3} (?: [^'] | '(?!'') )*+ (?: '{3,5} | \Z )
    | " (?: [^"\\\n] | \\[^\n] )*+ "?
    | ' [^'\n]*+ '?
    | (?: \#[^\n]*+ \s*+ )++
    | (?P<word> [\w.:+-]++ )
    | (?P<opening> [\[{] )
    | (?P<closing> [\]}] )
    | (?P<between> [=,\n] )
    """,
    re.VERBOSE | re.DOTALL,
)
EXPONENT = re.compile(r"[+-]?[\d_]+(?:\.[\d_]+)?[eE][+-]?[\d_]{10,}")
"""Beyond what a decimal number can hold."""


def refuse_beyond_bounds(text: str) -> None:
    """Raise FileFormatError for a text that is larger, longer or deeper than any contract."""
    lines = text.count("\n")
    if lines > MOST_LINES:
        raise FileFormatError(f"has {lines:,} lines; expected at most {MOST_LINES:,}")
    values = depth = points = 0
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "word":
            points += token[0].count(".")
            why = _wrong_word(token[0]) or ("" if points < DEEPEST else TOO_MANY_PARTS)
        elif kind:
            values, points = values + (token[0] != "\n"), 0
            depth += (kind == "opening") - (kind == "closing")
            why = "" if depth <= DEEPEST else TOO_DEEP
        else:  # a text or a comment
            continue
        if values > MOST_VALUES:
            why = f"more than {MOST_VALUES:,} values above it; expected fewer"
        if why:
            line = text.count("\n", 0, token.start()) + 1
            raise FileFormatError(f"line {line} has {why}")


def _wrong_word(word: str) -> str:
    """What is wrong with a number, a date or a key without quotes, blank where nothing is."""
    if len(word) > LONGEST_WORD:
        what = "number" if word.lstrip("+-")[:1].isdigit() else "word"
        return f"a {what} of {len(word):,} characters; expected at most {LONGEST_WORD}"
    if EXPONENT.fullmatch(word):
        return f"the number {word}; expected one written out, such as 0.05"
    return ""
