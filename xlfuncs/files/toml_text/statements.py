"""The text of a contract file, taken apart line by line: headers, keys, comments."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

Location = tuple[str | int, ...]
"""The way to a table, such as `("amendments", 0, "rows", 1)`."""

TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""What tells where a statement of valid TOML ends: texts, comments, brackets, ends of lines."""

DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


class Kind(Enum):
    """What a statement is."""

    BLANK = "blank"
    COMMENT = "comment"
    HEADER = "header"
    KEY = "key"


class Statement(NamedTuple):
    """One line, or several where a value goes on; with the end of its line."""

    text: str
    comments: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        first = self.text.lstrip()[:1]
        return {"": Kind.BLANK, "#": Kind.COMMENT, "[": Kind.HEADER}.get(first, Kind.KEY)

    @property
    def is_beside(self) -> bool:
        """Whether nothing is stated: a blank line or a comment."""
        return self.kind in {Kind.BLANK, Kind.COMMENT}

    @property
    def indent(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def parsed(self) -> dict[str, Any]:
        """The tables that a header or a key alone would make; not to be changed."""
        return _parsed(self.text)

    def only_comments(self) -> list[Statement]:
        """The statement without what it states, each of its comments on a line of its own."""
        if self.is_beside:
            return [self]
        return [Statement(f"{self.indent}{each}\n", (each,)) for each in self.comments]


@lru_cache(maxsize=256)
def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def statements_of(text: str) -> Iterator[Statement]:
    """The statements of a text that is valid TOML."""
    begin, depth = 0, 0
    comments: list[str] = []
    for token in TOKEN.finditer(text):
        found = token[0]
        if found[0] == "#":
            comments.append(found.rstrip())
        depth += DEEPER.get(found, 0)
        if found == "\n" and depth == 0:
            yield Statement(text[begin : token.end()], tuple(comments))
            begin, comments = token.end(), []
    if begin < len(text):
        yield Statement(text[begin:], tuple(comments))


def comments_of(text: str) -> Counter[str]:
    """The comments of a text that is valid TOML, and how often each stands there."""
    return Counter(each for statement in statements_of(text) for each in statement.comments)


class Locations:
    """Where the header of each table leads, in the order of the headers."""

    def __init__(self) -> None:
        self._counts: dict[Location, int] = {}

    def of(self, header: Statement) -> Location:
        """The table that begins with the next header of the file."""
        location: Location = ()
        found: Any = header.parsed
        while found and isinstance(found, dict):
            [(key, found)] = found.items()
            location = (*location, key)
            if isinstance(found, list):
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                location = (*location, self._counts[location])
        return location
