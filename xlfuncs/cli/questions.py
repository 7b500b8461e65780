"""What was typed on the command line, as a question."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from decimal import Decimal

from xlfuncs.functions.questions import quantity_cell
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import Question
from xlfuncs.tables.cells import day_of


def question_of(chosen: Namespace) -> Question:
    """The question that was typed. Raises BadInput for a quantity or day that is none."""
    return Question(
        typed_quantity(chosen.quantity),
        typed_day("date", chosen.purchased),
        chosen.service,
        optional_day(chosen.known_on),
    )


def typed_quantity(text: str) -> Decimal:
    """Digits with a decimal point, and nothing that one reader would take for another number."""
    whole, point, part = text.removeprefix("-").partition(".")
    if not (text.isascii() and whole.isdigit() and (part.isdigit() or not point)):
        raise BadInput(f"quantity is {text!r}; expected digits such as 100000 or 2.5")
    return quantity_cell(Decimal(text))


def typed_day(name: str, text: str) -> date:
    try:
        return day_of(text)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}") from None


def optional_day(known_on: str | None) -> date | None:
    """The day given with --known-on. Raises BadInput."""
    return None if known_on is None else typed_day("--known-on", known_on)
