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
        typed_day("--known-on", chosen.known_on) if chosen.known_on is not None else None,
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
