"""What was typed on the command line, as a question."""

from __future__ import annotations

import re
from argparse import Namespace
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import Question
from xlfuncs.tables.cells import day_of

QUANTITY = re.compile(r"-?[0-9]+(\.[0-9]+)?")


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
    if not QUANTITY.fullmatch(text):
        raise BadInput(f"quantity is {text!r}; expected digits such as 100000 or 2.5")
    return Decimal(text)


def typed_day(name: str, text: str) -> date:
    try:
        return day_of(text)
    except BadInput as refusal:
        raise BadInput(f"{name} {refusal}") from None
