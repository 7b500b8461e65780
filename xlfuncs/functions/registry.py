"""The worksheet functions, declared once for every host, the command line and the help."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_HELP = 255
"""What Excel shows of a help text."""


class Argument(NamedTuple):
    """An argument as a user types it."""

    name: str
    help: str
    optional: bool = False


QUANTITY = Argument("quantity", "How many units are bought, such as 100000.")
PURCHASED = Argument(
    "purchased", "The day of purchase: 2013-12-20, or on a sheet DATE(2013,12,20)."
)
SERVICE = Argument("service", "What is bought; may be left out where there is only one.", True)
KNOWN_ON = Argument("known_on", "Answers as the documents signed by this day would have.", True)
ONE_SERVICE = Argument("service", "One service; all of them where it is left out.", True)
QUESTION = (QUANTITY, PURCHASED, SERVICE, KNOWN_ON)


class Function(NamedTuple):
    """A sheet function without its prefix.

    It answers one question, and ranges cell by cell, unless it `returns_table`. With `in_words`
    bad input is answered with a sentence, where the others give an error.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...] = QUESTION
    returns_table: bool = False
    in_words: bool = False


FUNCTIONS: tuple[Function, ...] = (
    Function("PRICE", "The contract price of a quantity bought on a day."),
    Function(
        "UNIT_PRICE", "The unit price that the deciding row states; #N/A where it states none."
    ),
    Function(
        "SOURCE",
        "The document and clause that decide, also where they decide that there is no price.",
    ),
    Function(
        "EXPLAIN",
        "One sentence: what decided, what it displaced, what is assumed; or why there is no price.",
        in_words=True,
    ),
    Function(
        "SAVING",
        "What a purchase window saves against the price without it; 0 where none decided.",
    ),
    Function(
        "SCHEDULE",
        "The whole price table in force on a day: price = fixed + rate x (quantity - above).",
        (PURCHASED, ONE_SERVICE, KNOWN_ON),
        returns_table=True,
    ),
    Function(
        "TIMELINE",
        "The price of a quantity through all days of purchase, each change with its clause.",
        (QUANTITY, SERVICE, KNOWN_ON),
        returns_table=True,
    ),
    Function(
        "CHECK",
        "What is wrong or doubtful on the sheets: severity, cell, finding, what to do.",
        (),
        returns_table=True,
    ),
)
BY_NAME = {function.name: function for function in FUNCTIONS}
