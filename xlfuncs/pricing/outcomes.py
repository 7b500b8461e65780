"""Outcomes of a question, and their causes: a price, or one of three kinds of none (rule 9)."""

from __future__ import annotations

from enum import Enum

from xlfuncs.errors import InputError


class Outcome(str, Enum):
    """What comes of a question; the last three are never mixed up."""

    PRICE = "price"
    NO_PRICE = "no price"
    NOT_DETERMINABLE = "not determinable"
    BAD_INPUT = "bad input"


class Cause(Enum):
    """Why a question has its outcome. `text` says it in words, blank where the refusal does."""

    PRICED = (Outcome.PRICE, "a row prices it")
    WITHDRAWN = (Outcome.NO_PRICE, "a row offers no price")
    OUTSIDE = (Outcome.NO_PRICE, "no row fits")
    OVER_LIMIT = (Outcome.NO_PRICE, "it goes beyond the limit of the service")
    PART_UNITS = (Outcome.NOT_DETERMINABLE, "the contract does not say how part units count")
    NOT_ON_FILE = (Outcome.NOT_DETERMINABLE, "the figure or date is not on file")
    TIED = (Outcome.NOT_DETERMINABLE, "several rows are tied")
    BETWEEN_QUANTITIES = (Outcome.NOT_DETERMINABLE, "rows fit smaller and larger quantities")
    BETWEEN_DAYS = (Outcome.NOT_DETERMINABLE, "rows fit earlier and later days")
    TIER_MISSING = (Outcome.NOT_DETERMINABLE, "a tier below has no price")
    NOTHING_TO_DISCOUNT = (
        Outcome.NOT_DETERMINABLE,
        "there is no price to take the discount off",
    )
    COUNTING_NOT_SAID = (
        Outcome.NOT_DETERMINABLE,
        "the contract does not say how purchases add up",
    )
    NOT_FOR_FURTHER = (
        Outcome.NOT_DETERMINABLE,
        "the row does not say what a further purchase costs",
    )
    BEFORE_NOT_PRICED = (
        Outcome.NOT_DETERMINABLE,
        "what was bought before has no price to take off",
    )
    BEFORE_COSTS_MORE = (
        Outcome.NOT_DETERMINABLE,
        "what was bought before costs more than all together",
    )
    BAD_INPUT = (Outcome.BAD_INPUT, "")

    def __init__(self, outcome: Outcome, text: str) -> None:
        self.outcome = outcome
        self.text = text


GAPS = frozenset({Cause.OUTSIDE, Cause.BETWEEN_QUANTITIES, Cause.BETWEEN_DAYS})
"""The causes where no row prices anything."""


class BadInput(InputError, ValueError):
    """A question that cannot be asked.

    `code` is the cell error a spreadsheet shows: `#VALUE!` for a wrong type, a blank or no date,
    `#NUM!` for a number out of bounds. The text says what was found and what is expected.
    """

    def __init__(self, text: str, code: str = "#VALUE!") -> None:
        super().__init__(text)
        self.code = code
