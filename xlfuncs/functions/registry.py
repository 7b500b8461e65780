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


QUANTITY = Argument("quantity", "The number of units purchased, such as 100000.")
PURCHASED = Argument("purchased", "The purchase date: 2013-12-20, or on a sheet DATE(2013,12,20).")
SERVICE = Argument("service", "The service; optional if the contract has only one.", True)
KNOWN_ON = Argument("known_on", "Count only documents signed by this date.", True)
BOUGHT_BEFORE = Argument(
    "bought_before", "Where purchases add up: the quantity bought before in the period.", True
)
ONE_SERVICE = Argument("service", "One service; optional. Without it, all services.", True)
QUESTION = (QUANTITY, PURCHASED, SERVICE, KNOWN_ON, BOUGHT_BEFORE)


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
    Function("PRICE", "The contract price of a quantity on a purchase date."),
    Function(
        "UNIT_PRICE",
        "The price of one unit, as stated by the row that decides; #N/A if it states none.",
    ),
    Function(
        "SOURCE",
        "The document and clause that decide the price, or decide that none is offered.",
    ),
    Function(
        "EXPLAIN",
        "One line: price, clause, prices overridden, what is open or assumed; or why there is "
        "none.",
        in_words=True,
    ),
    Function(
        "SAVING",
        "The saving from a purchase window against the price without it; 0 if none applied.",
    ),
    Function(
        "SCHEDULE",
        "The full price table in force on a date: price = fixed + rate x (quantity - above).",
        (PURCHASED, ONE_SERVICE, KNOWN_ON),
        returns_table=True,
    ),
    Function(
        "TIMELINE",
        "The price of a quantity over all purchase dates, each change with its clause.",
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
    return _parse_number_argument("quantity", cell, "a number such as 100000")


def parse_bought_before_argument(cell: Cell) -> Decimal | None:
    """A quantity bought before, or None where the argument is left out or its cell is blank."""
    if is_blank(cell):
        return None
    return _parse_number_argument("bought before", cell, "a number such as 1200, or nothing")


def _parse_number_argument(name: str, cell: Cell, expected: str) -> Decimal:
    try:
        return parse_figure(cell, expected)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}", refusal.code) from None


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


# Arguments as people type them into a terminal or a box.


def parse_typed_quantity(text: str, name: str = "quantity") -> Decimal:
    """Parse digits with a decimal point, their thousands separated or not. Raises BadInput.

    >>> parse_typed_quantity("2.5"), parse_typed_quantity("100,000")
    (Decimal('2.5'), Decimal('100000'))
    """
    whole, point, part = text.removeprefix("-").partition(".")
    is_plain = text.isascii() and whole.isdigit() and (part.isdigit() or not point)
    if is_plain and (part != "000" or not whole.strip("0")):
        return parse_quantity_argument(Decimal(text))
    from xlfuncs.functions.typed_values import parse_separated_quantity

    return parse_quantity_argument(parse_separated_quantity(text, name))


def parse_typed_day(name: str, text: str) -> date:
    """Parse the day of an argument, which refusals name. Raises BadInput.

    >>> parse_typed_day("date", "2013-12-20") == parse_typed_day("date", "20 December 2013")
    True
    """
    try:
        return parse_day_argument(name, text, date1904=False)
    except BadInput as refusal:
        from xlfuncs.functions.typed_values import parse_written_day

        return parse_day_argument(name, parse_written_day(name, text, refusal), date1904=False)
