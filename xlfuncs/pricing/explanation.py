"""The answer in one sentence: what decided, displaced and was assumed, or why there is no price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from xlfuncs.pricing.claims import charge_of
from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.lines import ZERO, Line
from xlfuncs.pricing.quotes import Quote
from xlfuncs.pricing.reasons import MOST_NAMED, asked, reason, takes_away, unit_of
from xlfuncs.pricing.wording import citation, money, number, statement, window, with_terms


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
