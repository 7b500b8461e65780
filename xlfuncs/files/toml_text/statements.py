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
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""What tells where a statement of valid TOML ends: texts, comments, brackets, ends of lines.

A text is passed over without a way back, or one of some megabytes would take hundreds of them.
"""

PLAIN_KEY = re.compile(r"[ \t]*([\w-]+)[ \t]*=", re.ASCII)
PLAIN_HEADER = re.compile(r"[ \t]*\[\[?((?:[\w-]+\.)*+[\w-]+)\]", re.ASCII)
"""What most statements are, which nothing has to parse."""

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

    @property
    def keys(self) -> list[str]:
        """The keys of its table that a key says something of, by the first part of each."""
        plain = PLAIN_KEY.match(self.text)
        return [plain[1]] if plain else list(self.parsed)

    @property
    def path(self) -> tuple[list[str], bool]:
        """The keys that a header names, and whether the last one is a list of tables."""
        plain = PLAIN_HEADER.match(self.text)
        if plain:
            return plain[1].split("."), self.text.lstrip().startswith("[[")
        keys: list[str] = []
        found: Any = self.parsed
        while found and isinstance(found, dict):
            [(key, found)] = found.items()
            keys.append(key)
        return keys, isinstance(found, list)

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
        keys, in_list = header.path
        for number, key in enumerate(keys, 1):
            location = (*location, key)
            if in_list and number == len(keys):
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                location = (*location, self._counts[location])
        return location
