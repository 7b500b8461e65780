"""Formulas as people read them, and as Excel stores them in a file.

A file marks functions that are younger than its format, and the parameters of LAMBDA and LET. What
stands here was compared with files that Excel itself saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

YOUNGER = {
    **dict.fromkeys(
        (
            *("LAMBDA", "LET", "MAP", "REDUCE", "ISOMITTED", "SEQUENCE", "UNIQUE", "SORTBY"),
            *("VSTACK", "HSTACK", "TAKE", "DROP", "CHOOSECOLS", "CHOOSEROWS", "EXPAND"),
            *("XMATCH", "XLOOKUP", "MAXIFS", "MINIFS", "IFNA", "UNICHAR", "UNICODE", "ANCHORARRAY"),
        ),
        "_xlfn.",
    ),
    "FILTER": "_xlfn._xlws.",
    "SORT": "_xlfn._xlws.",
}
"""Functions that came after the file format, with the mark that Excel stores before them."""

LOCAL = re.compile(r"(\[?)([a-z][a-z_]*)\]?$")
"""A parameter, in brackets where it may be left out; nothing else is in small letters."""

COLUMN = re.compile(r"(Rows|Services|Found)\[([^\[\]]+)\]$")


class Part(NamedTuple):
    """A part of a formula, and what kind it is of."""

    text: str
    kind: str


def stored(formula: str, full: Callable[[str], str], cell_of: Callable[[str, str], str]) -> str:
    """A formula as Excel stores it.

    `full` gives one of our names in full, and anything else as it is; `cell_of` the cell from which
    a column of a block on the sheet Rows spills.

    >>> full = {"TWICE": "ACME.TWICE"}.get
    >>> stored("LAMBDA(cells, [by], LET(n, ROWS(cells), TWICE(n)))", lambda n: full(n, n), str)
    '_xlfn.LAMBDA(_xlpm.cells,_xlop.by, _xlfn.LET(_xlpm.n, ROWS(_xlpm.cells), ACME.TWICE(_xlpm.n)))'
    """
    parts = _parts(formula)
    return "".join(
        _function(part.text, full)
        if part.kind == Token.FUNC and part.text.endswith("(")
        else _operand(part.text, full, cell_of)
        if part.kind == Token.OPERAND
        else ""
        if part.kind == Token.WSPACE and _between_parameters(parts, number)
        else part.text
        for number, part in enumerate(parts)
    )


def _parts(formula: str) -> list[Part]:
    """The parts of a formula; openpyxl tells of a run of blanks only that there is one."""
    parts: list[Part] = []
    reached = 0
    for token in Tokenizer(f"={formula}").items:
        text: str = token.value
        if token.type == Token.WSPACE:
            rest = formula[reached:]
            text = rest[: len(rest) - len(rest.lstrip())]
        kind = Token.OPERAND if token.subtype == Token.RANGE else token.type
        parts.append(Part(text, kind if token.subtype != Token.TEXT else Token.TEXT))
        reached += len(text)
    return parts


def _function(text: str, full: Callable[[str], str]) -> str:
    name = text[:-1]
    if LOCAL.match(name):
        return f"_xlpm.{text}"
    return f"{YOUNGER.get(name, '')}{full(name)}("


def _operand(text: str, full: Callable[[str], str], cell_of: Callable[[str, str], str]) -> str:
    local, column = LOCAL.match(text), COLUMN.match(text)
    if local:
        return f"{'_xlop.' if local[1] else '_xlpm.'}{local[2]}"
    if column:
        return f"{YOUNGER['ANCHORARRAY']}ANCHORARRAY({cell_of(column[1], column[2])})"
    return full(text)


def _between_parameters(parts: Sequence[Part], number: int) -> bool:
    """Whether a blank stands between parameters of LAMBDA, where Excel leaves it out."""
    before = [part for part in parts[:number] if part.kind != Token.WSPACE]
    while before and (before[-1].kind == Token.SEP or LOCAL.match(before[-1].text)):
        before.pop()
    after = parts[number + 1 : number + 3]
    return (
        bool(before)
        and before[-1].text == "LAMBDA("
        and bool(LOCAL.match(after[0].text))
        and after[1].kind == Token.SEP
    )
