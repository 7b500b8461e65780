"""Outcomes of a question: a price, or why there is none (rule 9)."""

from __future__ import annotations

from enum import Enum

from xlfuncs.errors import InputError


class Kind(str, Enum):
    """What an answer is; the last three are never mixed up."""

    PRICE = "price"
    NO_PRICE = "no price"
    NOT_DETERMINABLE = "not determinable"
    BAD_INPUT = "bad input"


class BadInput(InputError, ValueError):
    """A question that cannot be asked.

    `code` is the cell error a spreadsheet shows: `#VALUE!` for a wrong type, a blank or no date,
    `#NUM!` for a number out of bounds. The text says what was found and what is expected.
    """

    def __init__(self, text: str, code: str = "#VALUE!") -> None:
        super().__init__(text)
        self.code = code
