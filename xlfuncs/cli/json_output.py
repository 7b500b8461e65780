"""Answers as JSON: amounts and quantities as text, so that no reader rounds them; plain ASCII."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfuncs.loader import SHIPPED, FilePath
from xlfuncs.pricing.contract import NOT_ON_FILE, Billed, Increase, Row, Service, quantity_of
from xlfuncs.pricing.explain import explain, format_assumptions
from xlfuncs.pricing.money import PriceFunction
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.wording import cite_all, format_money, format_number

if TYPE_CHECKING:
    from xlfuncs.api import LoadedContract
    from xlfuncs.pricing.diff import Change, Meaning
    from xlfuncs.pricing.schedule_timeline import ScheduleLine, TimelinePeriod

JSON = dict[str, Any]


def print_json(value: Any) -> None:
    """Print a value, indented."""
    print(json.dumps(value, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def name_contract(loaded: LoadedContract) -> JSON:
    """Name the contract that answers; the file is None for the one shipped with xlfuncs."""
    return format_contract(loaded.contract.name, loaded.path)


def format_contract(name: str, path: FilePath) -> JSON:
    return {"contract": {"name": name or None, "file": None if path == SHIPPED else str(path)}}


# The one form of an answer.


def _answer(
    answer: Answer, figures: JSON, rows: Mapping[str, Any], decided: Sequence[Row] | None = None
) -> JSON:
    """What every answer says: its outcome, its figures, the rows behind it, and its cause."""
    return {
        "kind": answer.outcome,
        **figures,
        "source": cite_all(answer.decided if decided is None else decided) or None,
        **rows,
        "cause": answer.cause.text or None,
    }


def format_answer(answer: Answer, currency: str, through: int | None = None) -> JSON:
    """Format the whole answer; `reason` says why there is no price, or which rows decided.

    The unit price is that of one unit, whatever number of units a row states it for.
    """
    question = answer.question
    figures = {
        "price": answer.price,
        "currency": currency or None,
        "billed": _billed(answer.service),
        "unit_price": answer.unit_price,
        "quantity": question.quantity,
        "counted": answer.counted_quantity,
        "bought_before": _bought_before(answer),
        "purchased": question.purchased,
        "service": answer.service.name if answer.service else question.service,
        "known_on": question.known_on,
        "through": through,
    }
    rows = {
        "decided": answer.decided,
        "displaced": answer.displaced,
        "assumed": answer.assumptions,
        "signed_later": answer.signed_later,
        "drafts": answer.drafts,
    }
    formatted: JSON = {name: [_row(row) for row in each] for name, each in rows.items()}
    formatted["unstated"] = list(map(str, answer.unstated))
    return {**_answer(answer, figures, formatted), "reason": explain(answer)}


def _bought_before(answer: Answer) -> JSON | None:
    """What was bought before in which period, and the limit; None where neither counts."""
    service = answer.service
    if service is None or not (service.adds_up or service.limit):
        return None
    first, last = map(_day, answer.period or (FIRST_DAY, LAST_DAY))
    total = None if answer.steps is None else quantity_of(answer.before + answer.steps, service)
    return {
        "quantity": answer.question.before,
        "total": total,
        "adds_up_by": service.counted,
        "period": {"first": first, "last": last},
        "limit": service.limit,
    }


def _day(day: int) -> date | None:
    """A day of a period, None where that has no first or last one, or none that is on file."""
    return None if day in (FIRST_DAY, LAST_DAY) else date.fromordinal(day)


def _row(row: Row) -> JSON:
    """What a row states, and its place; what it leaves blank is left out."""
    stated = _stated(row._asdict())
    stated["quantity_to"] = "or more" if row.quantity_to is None else row.quantity_to
    stated["assumed"] = [assumption._asdict() for assumption in row.assumed]
    if row.increases:
        stated["increases"] = [_increase(increase) for increase in row.increases]
    return {**stated, "place": str(row.place)}


def _stated(fields: Mapping[str, Any]) -> JSON:
    """Fields without those that are left blank."""
    return {field: value for field, value in fields.items() if value not in (None, "", ())}


def _increase(increase: Increase) -> JSON:
    """An increase, and the percent that comes of it where it is on file."""
    raised = increase.percent_raised
    return {**_stated(increase._asdict()), "percent": NOT_ON_FILE if raised is None else raised}


def _billed(service: Service | None) -> Billed | None:
    """What the prices of a service are for."""
    return service.billed if service else None


# Tables of answers: the lines of a schedule, the spans of a timeline, differences.


class Terms(NamedTuple):
    """What all lines of a table have in common: the currency, and which documents count."""

    currency: str
    known_on: date | None = None
    through: int | None = None

    def format(self) -> JSON:
        """Format them, None where they are left out."""
        return {
            "known_on": self.known_on,
            "through": self.through,
            "currency": self.currency or None,
        }


def format_schedule_line(line: ScheduleLine, purchased: date, terms: Terms) -> JSON:
    """Format a line of a schedule: price = fixed + rate x (quantity - above)."""
    return {
        "service": line.service.name,
        "billed": line.service.billed,
        "purchased": purchased,
        **terms.format(),
        **_quantities(line.first, line.last),
        **_answer(line.answer, _figures(line.answer.price_function), {}, line.answer.principal),
        "assumed": format_assumptions(line.answer.assumptions),
    }


def format_period(
    period: TimelinePeriod, quantity: Decimal, service: Service, terms: Terms
) -> JSON:
    """Format days of a timeline, None where there is no first or last one."""
    return {
        "service": service.name,
        "billed": service.billed,
        "quantity": quantity,
        **terms.format(),
        "purchased_from": period.since,
        "purchased_through": period.until,
        **_answer(period.answer, {"price": period.answer.price}, {}),
        "assumed": format_assumptions(period.answer.assumptions),
    }


def format_differences(
    meanings: Iterable[Meaning],
    changes: Iterable[Change],
    known_on: Sequence[date | None],
    through: Sequence[int | None],
) -> JSON:
    """Format what a diff has found; a service of None is a question that names none."""
    return {
        "known_on": _both(known_on),
        "through": _both(through),
        "meanings": [
            {"what": each.what, "before": each.before, "after": each.after} for each in meanings
        ],
        "changes": [
            {
                "service": change.service or None,
                **_quantities(change.first, change.last),
                # of these quantities, those are meant that are whole steps, or are none
                "whole_steps": _both(change.scope.whole),
                "purchased_from": change.since,
                "purchased_through": change.until,
                **_both([_side(change.before), _side(change.after)]),
            }
            for change in changes
        ],
    }


def _side(answer: Answer) -> JSON:
    figures = {
        **_figures(answer.price_function),
        "step": answer.service and answer.service.step,
        "part_units": answer.service and answer.service.part_units,
        "billed": _billed(answer.service),
    }
    return {
        **_answer(answer, figures, {}),
        "assumed": format_assumptions(answer.assumptions),
    }


def _both(values: Iterable[Any]) -> JSON:
    return dict(zip(("before", "after"), values, strict=True))


def _quantities(first: Decimal, last: Decimal | None) -> JSON:
    return {"quantity_from": first, "quantity_to": "or more" if last is None else last}


def _figures(line: PriceFunction | None) -> JSON:
    """The figures of price = fixed + rate x (quantity - above)."""
    return {
        "fixed": line and format_money(line.fixed).replace(",", ""),
        "rate": line and format_money(line.rate).replace(",", ""),
        "above": line and format_number(line.above).replace(",", ""),
    }
