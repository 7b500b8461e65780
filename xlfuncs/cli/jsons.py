"""Answers as JSON: amounts and quantities as text, so that no reader rounds them; plain ASCII."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.explanation import explain
from xlfuncs.pricing.quotes import Quote
from xlfuncs.pricing.wording import citations


def print_json(answer: Any) -> None:
    print(json.dumps(answer, indent=2, default=_plain))


def quote_as_json(quote: Quote, currency: str) -> dict[str, Any]:
    """The whole quote; `reason` says why there is no price, or which rows decided."""
    question = quote.question
    return {
        "kind": quote.kind,
        "price": quote.price,
        "currency": currency or None,
        "unit_price": quote.unit_price,
        "quantity": question.quantity,
        "counted": quote.counted,
        "purchased": question.purchased,
        "service": quote.service.name if quote.service else question.service,
        "known_on": question.known_on,
        "source": citations(quote.decided) or None,
        "decided": [row_as_json(row) for row in quote.decided],
        "displaced": [row_as_json(row) for row in quote.displaced],
        "assumed": [row_as_json(row) for row in quote.assumed],
        "signed_later": [row_as_json(row) for row in quote.later],
        "cause": quote.cause.value[1],
        "reason": explain(quote),
    }


def row_as_json(row: Row) -> dict[str, Any]:
    """What a row states, and where it stands; what it leaves blank is left out."""
    stated = {field: value for field, value in row._asdict().items() if value not in (None, "", ())}
    stated["quantity_to"] = "or more" if row.quantity_to is None else row.quantity_to
    stated["assumed"] = [assumption._asdict() for assumption in row.assumed]
    return {**stated, "place": str(row.place)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)
