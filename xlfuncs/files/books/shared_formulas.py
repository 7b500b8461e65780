"""Formulas that a sheet stores once for many cells, as Excel does when one was filled down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.files.books.sheet_cells import Misread

LONGEST_FORMULA = 32_767
"""Characters of a formula; Excel takes 8,192, and its own prefixes of functions come on top."""

MOST = 2**20, 2_000_000, 128 * 2**20
"""Characters of stored formulas, references moved, and characters of what comes out, on a sheet."""


class SharedFormulas:
    """The formulas of a sheet by their numbers, each with the cell that it was stored in."""

    def __init__(self) -> None:
        self._stored: dict[str, _Stored] = {}
        self._split = self._shifted = self._characters = 0

    def formula(self, stated: Mapping[str, str], text: str, row: int, index: int) -> Any:
        """What is entered in a cell, out of the attributes and text of its formula.

        Raises Misread.
        """
        if len(text) > LONGEST_FORMULA:
            raise Misread(f"a formula of {len(text):,} characters")
        kind = stated.get("t", "normal")
        if kind == "array":
            return ArrayFormula(stated.get("ref", ""), f"={text}")
        if kind == "dataTable":
            inputs = ",".join(stated.get(name, "") for name in ("r1", "r2"))
            return ArrayFormula(stated.get("ref", ""), f"=TABLE({inputs})")
        if kind == "shared":
            return self._shared(stated.get("si", ""), text, row, index)
        if kind != "normal":
            raise Misread(f"a formula of the kind {kind[:30]!r}")
        return f"={text}"

    def _shared(self, number: str, text: str, row: int, index: int) -> str:
        if text:
            self._stored[number] = _Stored(f"={text}", row, index, [])
            return f"={text}"
        if number not in self._stored:
            raise Misread("a formula that is not on the sheet")
        stored = self._stored[number]
        if not stored.pieces:
            self._split += len(stored.text)
            self._refuse_too_many()
            stored.pieces.extend(_pieces(stored.text))
        self._shifted += len(stored.pieces) // 2
        self._refuse_too_many()
        if len(stored.pieces) <= 1:
            return stored.text
        formula = "".join(_moved(stored.pieces, row - stored.row, index - stored.column))
        self._characters += len(formula)
        return formula

    def _refuse_too_many(self) -> None:
        found = (self._split, self._shifted, self._characters)
        if any(count > most for count, most in zip(found, MOST, strict=True)):
            raise Misread("one formula of more than can be read")


class _Stored(NamedTuple):
    """A formula, the cell that it was stored in, and its pieces once another cell asks for it."""

    text: str
    row: int
    column: int
    pieces: list[str]


def _pieces(formula: str) -> list[str]:
    """The texts of a formula, every other one a reference that moves with its cell."""
    pieces = ["="]
    for token in Tokenizer(formula).items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            pieces += [token.value, ""]
        else:
            pieces[-1] += token.value
    return pieces


def _moved(pieces: Sequence[str], down: int, right: int) -> Iterator[str]:
    move: Any = Translator.translate_range
    for at, piece in enumerate(pieces):
        yield move(piece, down, right) if at % 2 else piece
