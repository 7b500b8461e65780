"""A question written out as the formula of a cell, as a person types it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from xlfuncs.pricing.price_book import Question

LONGEST_LITERAL = 255
"""Characters that a text within a formula may have in Excel."""


def format_call(function: str, question: Question, zero: str = "0") -> str:
    """Write the call of a function, by its whole name; `zero` is how its host takes the number 0.

    >>> scans = Question(Decimal(250), date(2025, 12, 15), "Scans")
    >>> format_call("ACME_PRICE", scans)
    'ACME_PRICE(250, DATE(2025,12,15), "Scans")'
    >>> format_call("ACME_PRICE", scans._replace(service=None, before=Decimal(1200)))
    'ACME_PRICE(250, DATE(2025,12,15), , , 1200)'
    """
    quantity, purchased, service, known_on, before = question

    def format_number(figure: Decimal) -> str:
        return f"{figure:f}" if figure else zero

    arguments = [
        format_number(quantity),
        _format_date(purchased),
        "" if service is None else '"{}"'.format(service.replace('"', '""')),
        "" if known_on is None else _format_date(known_on),
        "" if before is None else format_number(before),
    ]
    while not arguments[-1]:
        arguments.pop()
    return f"{function}({', '.join(arguments)})"


def _format_date(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"
