"""The answer in one sentence: what decided, displaced and was assumed, or why there is no price."""

from __future__ import annotations

from collections.abc import Sequence

from xlfuncs.pricing.contract import Charge, Row
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.lines import ZERO
from xlfuncs.pricing.quotes import Quote
from xlfuncs.pricing.reasons import MOST_NAMED, REASONS, asked, unit_of
from xlfuncs.pricing.wording import citation, citations, money, number, statement, with_terms


def explain(quote: Quote) -> str:
    """The quote in one sentence, its kind in front unless it is a price."""
    reason = REASONS.get(quote.cause, _priced)
    parts = [reason(quote)]
    if quote.displaced:
        parts.append(f"it displaces {_named(quote.displaced)}")
    if quote.assumed:
        parts.append(f"assumed: {assumptions(quote.assumed)}")
    if quote.question.known_on:
        parts.append(f"as known on {quote.question.known_on}")
    kind = "" if quote.kind is Kind.PRICE else f"{quote.kind.value}: "
    return f"{kind}{'; '.join(parts)}."


def assumptions(rows: Sequence[Row]) -> str:
    """What is assumed in the rows, and why, each document's assumption once."""
    said = []
    for row in rows:
        for fields, why in row.assumed:
            named = " and ".join(field.replace("_", " ") for field in fields)
            said.append(f"{named} of {row.title} ({why})")
    return "; ".join(dict.fromkeys(said))


def _named(rows: Sequence[Row]) -> str:
    named = [_gave_way(row) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        named.append(f"{len(rows) - MOST_NAMED} more")
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def _gave_way(row: Row) -> str:
    if row.charge is Charge.NOT_ON_FILE or row.lacking:
        return f"what is not on file of {citation(row)}"
    return f"{statement(row)} of {citation(row)}"


def _priced(quote: Quote) -> str:
    principal, *others = quote.decided
    price = money(quote.price or ZERO)
    reason = with_terms(principal, unit_of(quote))
    if principal.charge is Charge.DISCOUNT:
        on = f"{with_terms(others[0], unit_of(quote))}, {statement(others[0])}"
        return f"{price} for {asked(quote)}: {reason}, {statement(principal)} {on}"
    below = citations(row for row in others if citation(row) != citation(principal))
    return f"{price} for {asked(quote)}{_arithmetic(quote)}: {reason}" + (
        f", with the slabs of {below}" if below else ""
    )


def _arithmetic(quote: Quote) -> str:
    line = quote.verdict.line if quote.verdict else None
    if line is None or not line.rate or quote.counted is None:
        return ""
    fixed = f"{money(line.fixed)} + " if line.fixed else ""
    return f" = {fixed}{number(quote.counted - line.above)} x {money(line.rate)}"
