"""Explain an answer in one sentence: what decided, or why there is no price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Callable

from xlfuncs.pricing.answers import Quote
from xlfuncs.pricing.contract import Charge, Row, Service
from xlfuncs.pricing.money import ZERO, Line
from xlfuncs.pricing.outcomes import Kind
from xlfuncs.pricing.precedence import Claim, charge_of
from xlfuncs.pricing.segments import Cause, Piece, Verdict
from xlfuncs.pricing.wording import (
    citation,
    counted,
    money,
    number,
    span,
    statement,
    window,
    with_terms,
)

# Why there is no price, in words: a sentence for each cause (rules 4 and 9).

MOST_NAMED = 4
"""Rows named one by one in a sentence; the rest are counted."""


def asked(quote: Quote) -> str:
    """The quantity in the words of the contract, as counted."""
    if quote.whichever:
        return "these units"
    quantity = quote.question.quantity if quote.counted is None else quote.counted
    text = counted(quantity, unit_of(quote))
    if quantity != quote.question.quantity:
        text += f" (asked: {number(quote.question.quantity)})"
    return text


def _asked_day(quote: Quote) -> str:
    return "that day" if quote.whichever else quote.question.purchased.isoformat()


def unit_of(quote: Quote) -> str:
    """What the service asked for is counted in."""
    return quote.service.unit if quote.service else ""


def _withdrawn(quote: Quote) -> str:
    row = quote.decided[-1]
    return f"{with_terms(row, unit_of(quote))} {takes_away(row)}{_remark(row)}"


def takes_away(row: Row, what: str = "it") -> str:
    """What a withdrawn row does to a price; the agreement's own can only offer none."""
    return f"withdraws {what}" if row.document else "offers none"


def _remark(row: Row) -> str:
    return f" ({row.note or row.source})" if row.note or row.source else ""


def _not_on_file(quote: Quote) -> str:
    return missing_figure(quote.decided[-1], unit_of(quote))


def missing_figure(row: Row, unit: str) -> str:
    """What a row that counts as not on file lacks."""
    if row.charge is Charge.NOT_ON_FILE:
        return f"{with_terms(row, unit)} is not on file{_remark(row)}"
    if row.lacking:
        lacks = " and no ".join(field.replace("_", " ") for field in row.lacking)
        return f"{with_terms(row, unit)} states no {lacks}"
    if row.document > 0 and row.effective is None:
        return f"{citation(row)} is signed, but the day it takes effect is not on file"
    return f"the day {row.title} was signed is not on file"


def _level(quote: Quote) -> str:
    rows = quote.verdict.decided if quote.verdict else ()
    return f"{asked(quote)} stand in {_conflict(rows)}, and nothing says which row prevails"


def _conflict(claims: Sequence[Claim]) -> str:
    level = [c for c in claims if c.rank == claims[-1].rank]
    return " and in ".join(f"{citation(c.row)} ({_stated(c)})" for c in level[:MOST_NAMED])


def _stated(claim: Claim) -> str:
    return Charge.NOT_ON_FILE.value if claim.charge is Charge.NOT_ON_FILE else statement(claim.row)


def _between_quantities(quote: Quote) -> str:
    unit = unit_of(quote)
    nearest = [with_terms(claim.row, unit) for claim in quote.in_quantity if claim]
    return f"no row prices {asked(quote)}, which stand between {' and '.join(nearest)}"


def _between_days(quote: Quote) -> str:
    return f"no row prices {asked(quote)} on {_asked_day(quote)}; {_nearest_days(quote)}"


def _outside(quote: Quote) -> str:
    smaller, larger = quote.in_quantity
    nearest = smaller or larger
    if nearest:
        side = "largest" if smaller else "smallest"
        terms = with_terms(nearest.row, unit_of(quote))
        found = f"the {side} on {_asked_day(quote)} is {terms}"
    else:
        found = _nearest_days(quote) or "no row fits it on any day"
    return f"no row prices {asked(quote)} on {_asked_day(quote)}; {found}"


def _nearest_days(quote: Quote) -> str:
    earlier, later = quote.in_time
    days = []
    if earlier:
        days.append(f"{citation(earlier.row)} counts through {_day(earlier.until)}")
    if later:
        days.append(f"{citation(later.row)} counts from {_day(later.since)}")
    return " and ".join(days)


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _slab_missing(quote: Quote, missing: Piece) -> str:
    service = quote.service or Service("")
    unit, step = service.unit, service.step
    summed = next(row for row in quote.decided if row.charge is Charge.GRADUATED)
    below = span(missing.first * step, missing.last * step if missing.bounded else None, unit)
    why = _why_missing(missing.verdict, unit)
    return f"{citation(summed)} adds up slabs, and {below} below {asked(quote)} have none: {why}"


def _why_missing(verdict: Verdict, unit: str) -> str:
    if not verdict.decided:
        return "no slab row fits them"
    if len(verdict.decided) > 1:
        return f"they stand in {_conflict(verdict.decided)}"
    row = verdict.decided[0].row
    if verdict.cause is Cause.WITHDRAWN:
        return f"{citation(row)} {takes_away(row, 'them')}"
    return missing_figure(row, unit)


def _unknown_service(quote: Quote) -> str:
    offered = " and ".join(repr(name) for name in quote.offered) or "none"
    return f"the contract has no service {quote.question.service!r}; its services are {offered}"


def _part_units(quote: Quote) -> str:
    service = quote.service or Service("")
    return (
        f"{asked(quote)} are no whole number of steps of "
        f"{number(service.step)}, and the contract does not say how part units count"
    )


REASONS: dict[Cause, Callable[[Quote], str]] = {
    Cause.WITHDRAWN: _withdrawn,
    Cause.OUTSIDE: _outside,
    Cause.UNKNOWN_SERVICE: _unknown_service,
    Cause.PART_UNITS: _part_units,
    Cause.NOT_ON_FILE: _not_on_file,
    Cause.LEVEL: _level,
    Cause.BETWEEN_QUANTITIES: _between_quantities,
    Cause.BETWEEN_DAYS: _between_days,
}
"""The causes but for a slab that is missing, of which the sentence is told by that slab."""


def reason(quote: Quote) -> str:
    """Why there is no price, empty where there is one."""
    missing = quote.verdict.missing if quote.verdict else None
    if missing is not None:
        return _slab_missing(quote, missing)
    told = REASONS.get(quote.cause)
    return told(quote) if told else ""


# The answer in one sentence: what decided, displaced and was assumed, or why there is no price.


def explain(quote: Quote) -> str:
    """The quote in one sentence, its kind in front unless it is a price."""
    return "; ".join(clauses(quote))


def clauses(quote: Quote) -> list[str]:
    """The same, clause by clause: what decides, what gives way, what is assumed, what was known."""
    decides = reason(quote) or _priced(quote)
    if quote.kind is not Kind.PRICE:
        decides = f"{quote.kind.value}: {decides}"
    *others, last = decides, *_besides(quote)
    return [*others, f"{last}."]


def remark(quote: Quote) -> str:
    """What is to be said beside price, clauses and kind: why there is no price, what gives way."""
    why = reason(quote)
    said = [why, *_besides(quote)] if why else _besides(quote)
    return f"{'; '.join(said)}." if said else ""


def _besides(quote: Quote) -> list[str]:
    parts = []
    if quote.displaced:
        parts.append(f"it displaces {_displaced(quote)}")
    if quote.assumed:
        parts.append(f"assumed: {'; '.join(assumptions(quote.assumed, quote.decided))}")
    if quote.question.known_on:
        parts.append(_known(quote))
    return parts


def assumptions(assumed: Iterable[Row], decided: Sequence[Row]) -> list[str]:
    """What is assumed and why, each document's assumption once; `decided` are the rows that do."""
    said = []
    for row in assumed:
        kept_out = "" if row in decided else ", which keeps it out"
        for fields, why in row.assumed:
            named = " and ".join(field.replace("_", " ") for field in fields)
            said.append(f"{named} of {row.title}{kept_out} ({why})")
    return list(dict.fromkeys(said))


def _known(quote: Quote) -> str:
    later = dict.fromkeys(f"{row.title} (signed {row.signed})" for row in quote.later)
    unknown = f", when nobody could know {' and '.join(later)}" if later else ""
    return f"as known on {quote.question.known_on}{unknown}"


def _displaced(quote: Quote) -> str:
    rows = quote.displaced
    named = [_gave_way(row, quote.question.known_on) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        named.append(f"{len(rows) - MOST_NAMED} more")
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def _gave_way(row: Row, known_on: date | None) -> str:
    charge = charge_of(row, known_on)
    if charge is Charge.NOT_ON_FILE:
        return f"what is not on file of {citation(row)}"
    if charge is Charge.WITHDRAWN:
        return f"{citation(row)}, which {takes_away(row)}"
    return f"{statement(row)} of {citation(row)}"


def _priced(quote: Quote) -> str:
    price = f"{money(quote.price or ZERO)} for {asked(quote)}"
    verdict, unit = quote.verdict, unit_of(quote)
    if verdict is None or verdict.line is None or quote.counted is None:
        return price
    rounded = "" if verdict.line.at(quote.counted) == quote.price else ", rounded"
    if verdict.undiscounted is None:
        figures = _sum(verdict.line, quote.counted)
        return f"{price}{figures}{rounded}: {_rows(quote.decided, unit)}"
    discount, *base = quote.decided
    figures = _sum(verdict.undiscounted, quote.counted) or f" = {money(verdict.undiscounted.fixed)}"
    off = f"{number(discount.percent or ZERO)} percent by {with_terms(discount, unit)}"
    return f"{price}{figures} less {off}{rounded}: {_rows(base, unit)}"


def _rows(rows: Sequence[Row], unit: str) -> str:
    """The principal row, and the slabs below it where it adds any up."""
    principal, *slabs = rows
    places = dict.fromkeys(_place(row) for row in slabs)
    places.pop(_place(principal), None)
    if not places:
        return with_terms(principal, unit)
    more = "; and more" if len(places) > MOST_NAMED else ""
    below = "; ".join(islice(places, MOST_NAMED))
    return f"{with_terms(principal, unit)}, with the slabs of {below}{more}"


def _place(row: Row) -> str:
    return f"{citation(row)} ({window(row)})" if row.windowed else citation(row)


def _sum(line: Line, counted: Decimal) -> str:
    """How a price comes about that is not simply printed."""
    if not line.rate:
        return ""
    product = f"{number(counted - line.above)} x {money(line.rate)}"
    return f" = ({money(line.fixed)} + {product})" if line.fixed else f" = {product}"
