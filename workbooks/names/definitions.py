"""The names of the workbook without macros, as their sources state them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from workbooks.names.limits import LIMITS

COLUMNS_IN = {"Found": "found.txt", "Rows": "rows.txt", "Services": "services.txt"}
"""The sources that state columns of the sheet Rows, by what formulas call them."""

NAMES_IN = (
    "functions.txt",
    "tables.txt",
    "words.txt",
    "sources.txt",
    "prices.txt",
    "prevailing.txt",
    "arithmetic.txt",
    "cells.txt",
    "spelling.txt",
)
"""The sources that state names, from what people call down to what everything rests on."""

LIMIT = re.compile(rf"\b({'|'.join(LIMITS)})\b")
"""A limit, which the sources call by its name."""

STATES = re.compile(r"^(?:\[(?P<title>[^\]]+)\]|(?P<name>[A-Z_]+)) =(?= |$)")


class Definition(NamedTuple):
    """A name, or the title of a column, with its formula and what is said above it."""

    name: str
    comment: str
    formula: str


@lru_cache
def names() -> tuple[Definition, ...]:
    """All names, in the order of the sources."""
    return tuple(each for source in NAMES_IN for each in _read(source))


@lru_cache
def columns(block: str) -> tuple[Definition, ...]:
    """The columns of a block of the sheet Rows, from left to right."""
    return tuple(_read(COLUMNS_IN[block]))


def _read(source: str) -> Iterator[Definition]:
    """The definitions of a source: comments, then a name or a title and its formula."""
    text = (files("workbooks.names.source") / source).read_text(encoding="utf-8")
    text = LIMIT.sub(lambda found: LIMITS[found[1]], text)
    comment: list[str] = []
    name, formula = "", ""
    for line in [*text.splitlines(), "END ="]:
        stated = STATES.match(line)
        if name and (stated or line.startswith("#")):
            yield Definition(name, " ".join(comment), formula.strip())
            name, comment = "", []
        if stated:
            name, formula = stated["title"] or stated["name"], line[stated.end() :]
        elif line.startswith("#"):
            comment.append(line[1:].strip())
        elif name:
            formula += f"\n{line}"
        elif not line.strip():
            comment = []  # what stands above a blank line is about the whole source
