"""Answers as JSON: amounts and quantities as text, so that no reader rounds them; plain ASCII."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from xlfuncs.pricing.contract import Row, Service
from xlfuncs.pricing.diff import Change, Meaning
from xlfuncs.pricing.explain import assumptions, explain
from xlfuncs.pricing.money import Line
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.schedule import ScheduleLine, TimelinePeriod
from xlfuncs.pricing.wording import citations, money, number

# Answers as JSON: amounts and quantities as text, so that no reader rounds them; plain ASCII.


def print_json(answer: Any) -> None:
    print(json.dumps(answer, indent=2, default=_plain))


def answer_as_json(answer: Answer, currency: str) -> dict[str, Any]:
    """The whole answer; `reason` says why there is no price, or which rows decided."""
    question = answer.question
    return {
        "kind": answer.outcome,
        "price": answer.price,
        "currency": currency or None,
        "unit_price": answer.unit_price,
        "quantity": question.quantity,
        "counted": answer.counted_quantity,
        "purchased": question.purchased,
        "service": answer.service.name if answer.service else question.service,
        "known_on": question.known_on,
        "source": citations(answer.decided) or None,
        "decided": [row_as_json(row) for row in answer.decided],
        "displaced": [row_as_json(row) for row in answer.displaced],
        "assumed": [row_as_json(row) for row in answer.assumptions],
        "signed_later": [row_as_json(row) for row in answer.signed_later],
        "cause": answer.cause.text,
        "reason": explain(answer),
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


# Tables of answers as JSON: the lines of a schedule, a timeline's periods, differences.


class Asked(NamedTuple):
    """What all answers of a table have in common: the currency, and when they are known."""

    currency: str
    known_on: date | None

    def told(self, what: str) -> str:
        """What was asked, in words."""
        currency = f", in {self.currency}" if self.currency else ""
        return f"{what}{currency}{f', as known on {self.known_on}' if self.known_on else ''}"


def line_as_json(line: ScheduleLine, purchased: date, asked: Asked) -> dict[str, Any]:
    """A line of a schedule: price = fixed + rate x (quantity - above)."""
    return {
        "service": line.service.name,
        "purchased": purchased,
        "known_on": asked.known_on,
        "currency": asked.currency or None,
        **_quantities(line.first, line.last),
        "kind": line.answer.outcome,
        **_figures(line.answer.price_function),
        "source": citations(line.answer.principal) or None,
        "cause": line.answer.cause.text,
        "assumed": assumptions(line.answer.assumptions, line.answer.principal),
    }


def period_as_json(
    period: TimelinePeriod, quantity: Decimal, service: Service | None, asked: Asked
) -> dict[str, Any]:
    """Days of a timeline, None where there is no first or last one."""
    return {
        "service": service and service.name,
        "quantity": quantity,
        "known_on": asked.known_on,
        "currency": asked.currency or None,
        "purchased_from": period.since,
        "purchased_through": period.until,
        "kind": period.answer.outcome,
        "price": period.answer.price,
        "source": citations(period.answer.decided) or None,
        "cause": period.answer.cause.text,
        "assumed": assumptions(period.answer.assumptions, period.answer.decided),
    }


def differences_as_json(
    meanings: Iterable[Meaning], changes: Iterable[Change], known_on: Sequence[date | None]
) -> dict[str, Any]:
    """What a diff has found; a service of None is a question that names none."""
    return {
        "known_on": dict(zip(("before", "after"), known_on, strict=True)),
        "meanings": [meaning._asdict() for meaning in meanings],
        "changes": [_change_as_json(change) for change in changes],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    """Of the quantities in the range, those that are `whole_steps` before and after are meant."""
    return {
        "service": change.service or None,
        **_quantities(change.first, change.last),
        "whole_steps": dict(zip(("before", "after"), change.scope.whole, strict=True)),
        "purchased_from": change.since,
        "purchased_through": change.until,
        "before": _side_as_json(change.before),
        "after": _side_as_json(change.after),
    }


def _side_as_json(answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.outcome,
        **_figures(answer.price_function),
        "step": answer.service and answer.service.step,
        "part_units": answer.service and answer.service.part_units,
        "source": citations(answer.decided) or None,
        "cause": answer.cause.text or None,
        "assumed": assumptions(answer.assumptions, answer.decided),
    }


def _quantities(first: Decimal, last: Decimal | None) -> dict[str, Any]:
    return {"quantity_from": first, "quantity_to": "or more" if last is None else last}


def _figures(line: Line | None) -> dict[str, Any]:
    """price = fixed + rate x (quantity - above)."""
    return {
        "fixed": line and money(line.fixed).replace(",", ""),
        "rate": line and money(line.rate).replace(",", ""),
        "above": line and number(line.above).replace(",", ""),
    }
