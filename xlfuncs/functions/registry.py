"""The worksheet functions and their arguments, declared once for every host and the help."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import Cell, format_cell, is_blank, parse_day, parse_figure

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
        "UNIT_PRICE",
        "The price of one unit that the deciding row states; #N/A where it states none.",
    ),
    Function(
        "SOURCE",
        "The document and clause that decide, also where they decide that there is no price.",
    ),
    Function(
        "EXPLAIN",
        "One line: price, clause, what gave way, what is open, assumed; or why there is no price.",
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


# What arguments mean, in cells and in Python.


def parse_quantity_argument(cell: Cell) -> Decimal:
    """A quantity, not yet counted in steps. Raises BadInput."""
    try:
        return parse_figure(cell, "a number such as 100000")
    except BadInput as refusal:
        raise BadInput(f"quantity {refusal}", refusal.code) from None


def parse_day_argument(name: str, cell: Cell, date1904: bool) -> date:
    """The day of an argument, which the refusal names. Raises BadInput."""
    try:
        return parse_day(cell, date1904)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}", refusal.code) from None


def parse_optional_day_argument(name: str, cell: Cell, date1904: bool) -> date | None:
    """A day, or None where the argument is left out or its cell is blank."""
    return None if is_blank(cell) else parse_day_argument(name, cell, date1904)


def parse_service_argument(cell: Cell) -> str | None:
    """The name of a service, or None where the argument is left out or its cell is blank."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        raise BadInput(f"service is {format_cell(cell)}; expected the name of a service")
    return cell
