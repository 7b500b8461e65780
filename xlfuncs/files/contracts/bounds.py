"""What no contract file has, refused before it is parsed: it would take minutes or all the memory.

The limits are many times what the largest contract needs. The scan takes no longer for a text that
is no TOML, since each of its tokens also ends where the text ends.
"""

from __future__ import annotations

import re

from xlfuncs.files.unreadable import Unreadable

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
    """Raises Unreadable for a text with more than any contract has, or deeper, or longer."""
    lines = text.count("\n")
    if lines > MOST_LINES:
        raise Unreadable(f"has {lines:,} lines; expected at most {MOST_LINES:,}")
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
            raise Unreadable(f"line {line} has {why}")


def _wrong_word(word: str) -> str:
    """What is wrong with a number, a date or a key without quotes, blank where nothing is."""
    if len(word) > LONGEST_WORD:
        what = "number" if word.lstrip("+-")[:1].isdigit() else "word"
        return f"a {what} of {len(word):,} characters; expected at most {LONGEST_WORD}"
    if EXPONENT.fullmatch(word):
        return f"the number {word}; expected one written out, such as 0.05"
    return ""
