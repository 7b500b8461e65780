"""Explain an answer in one sentence: what decided, or why there is no price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Callable

from xlfuncs.pricing.contract import Billed, Charge, PartUnits, Row, Service
from xlfuncs.pricing.money import ZERO, PriceFunction
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.precedence import EffectiveRow, charge_of, is_undated
from xlfuncs.pricing.price_book import Answer
from xlfuncs.pricing.segments import Segment, Verdict
from xlfuncs.pricing.wording import (
    cite,
    format_money,
    format_number,
    format_quantity,
    format_range,
    format_statement,
    format_terms,
    format_through,
    format_window,
)

MOST_NAMED = 4
"""Rows named one by one in a sentence; the rest are counted."""


def explain(answer: Answer) -> str:
    """The answer in one sentence, its outcome in front unless it is a price.

    >>> from xlfuncs.pricing.contract import Contract
    >>> from xlfuncs.pricing.price_book import PriceBook, Question
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> book = PriceBook(Contract("", "", (Service("IPs", "IPs"),), (row,)))
    >>> explain(book.answer(Question(Decimal(7), date(2024, 1, 1))))
    '21.00 for 7 IPs = 7 x 3.00: Agreement (1 IPs or more).'
    """
    return "; ".join(explain_in_clauses(answer))


def explain_in_clauses(answer: Answer) -> list[str]:
    """The same, clause by clause: what decides, what gives way, what is assumed, what was known."""
    decides = _reason(answer) or _priced(answer)
    if answer.outcome is not Outcome.PRICE:
        decides = f"{answer.outcome.value}: {decides}"
    *others, last = decides, *_further_clauses(answer)
    return [*others, f"{last}."]


def format_remark(answer: Answer) -> str:
    """What there is to say beside price, source and outcome, blank where there is nothing.

    Why there is no price, what gives way, what is assumed.
    """
    reason = _reason(answer)
    said = [reason, *_further_clauses(answer)] if reason else _further_clauses(answer)
    return f"{'; '.join(said)}." if said else ""


# How a price comes about.


def _priced(answer: Answer) -> str:
    verdict, unit = answer.verdict, _unit(answer)
    price, quantity = answer.price or ZERO, answer.counted_quantity
    said = f"{_billed(format_money(price), answer)} for {_quantity(answer)}"
    if verdict.price_function is None or quantity is None:
        return said
    rounded = "" if verdict.price_function.at(quantity) == price else ", rounded"
    if verdict.before_discount is None:
        held = _held(verdict.before_bounds, verdict.price_function, quantity)
        figures = f", {held}" if held else _sum(verdict.price_function, quantity)
        return f"{said}{figures}{rounded}: {_rows(answer.decided, unit)}"
    _, *base = answer.decided
    return f"{said}{_discounted(answer, quantity)}{rounded}: {_rows(base, unit)}"


def _discounted(answer: Answer, quantity: Decimal) -> str:
    """What a discount is taken off, and at which bound of its own it is held."""
    discount, verdict = answer.decided[0], answer.verdict
    before, price = verdict.before_discount or PriceFunction(ZERO), verdict.price_function
    percent = discount.percent or ZERO
    off = f"{format_number(percent)} percent by {format_terms(discount, _unit(answer))}"
    left = before.less(percent)
    if price is not None and left.at(quantity) != price.at(quantity):
        return f", {_held(left, price, quantity, off)}"
    held = _held(verdict.before_bounds, before, quantity)
    if held:
        return f" = {format_money(before.at(quantity))}, {held}, less {off}"
    return f"{_sum(before, quantity) or f' = {format_money(before.fixed)}'} less {off}"


def _billed(price: str, answer: Answer) -> str:
    """A price with what it is for, where the contract says so."""
    billed = answer.service.billed if answer.service else None
    return price if billed is None else f"{price} {BILLED[billed]}"


BILLED = {
    Billed.ONCE: "once",
    Billed.MONTH: "a month",
    Billed.QUARTER: "a quarter",
    Billed.YEAR: "a year",
    Billed.NOT_ON_FILE: "(billing period not on file)",
}


def _held(free: PriceFunction | None, held: PriceFunction, quantity: Decimal, off: str = "") -> str:
    """That a price is held at a bound, and what it would be; empty where it is not.

    `off` is the discount that leaves what it would be.
    """
    if free is None:
        return ""
    would_be, price = free.at(quantity), held.at(quantity)
    bound, side = ("minimum", "less") if would_be < price else ("maximum", "more")
    figures = f"{format_money(would_be)} after {off}" if off else ""
    figures = figures or _sum(free, quantity).removeprefix(" = ") or format_money(would_be)
    return f"the {bound}, for {figures} is {side}"


def _rows(rows: Sequence[Row], unit: str) -> str:
    """The principal row, and the tiers below it where it adds any up."""
    principal, *tiers = rows
    places = dict.fromkeys(_place(row) for row in tiers)
    places.pop(_place(principal), None)
    if not places:
        return format_terms(principal, unit)
    more = "; and more" if len(places) > MOST_NAMED else ""
    below = "; ".join(islice(places, MOST_NAMED))
    return f"{format_terms(principal, unit)}, with the slabs of {below}{more}"


def _place(row: Row) -> str:
    return f"{cite(row)} ({format_window(row)})" if row.has_window else cite(row)


def _sum(line: PriceFunction, quantity: Decimal) -> str:
    """How a price comes about that is not simply printed."""
    if not line.rate:
        return ""
    product = f"{format_number(quantity - line.above)} x {format_money(line.rate)}"
    return f" = ({format_money(line.fixed)} + {product})" if line.fixed else f" = {product}"


# Why there is no price: a sentence for each cause (rules 4 and 9).


def _reason(answer: Answer) -> str:
    """Why there is no price, empty where there is one."""
    missing = answer.verdict.missing
    if missing is not None:
        return _tier_missing(answer, missing)
    sentence = REASONS.get(answer.cause)
    return sentence(answer) if sentence else ""


def _quantity(answer: Answer) -> str:
    """The quantity in the words of the contract, as counted."""
    if answer.extent:
        return "these units"
    asked, service = answer.question.quantity, answer.service
    quantity = asked if answer.counted_quantity is None else answer.counted_quantity
    text = format_quantity(quantity, _unit(answer))
    if quantity == asked or service is None:
        return text
    either = ""
    if service.part_units is PartUnits.NOT_SAID:
        either = f", and {format_quantity(quantity + service.step, service.unit)} cost the same"
    return f"{text} (asked: {format_number(asked)}{either})"


def _day(answer: Answer) -> str:
    return "that day" if answer.extent else answer.question.purchased.isoformat()


def _unit(answer: Answer) -> str:
    return answer.service.unit if answer.service else ""


def _withdrawn(answer: Answer) -> str:
    row = answer.decided[-1]
    return f"{format_terms(row, _unit(answer))} {_takes_away(row)}{_remark(row)}"


def _takes_away(row: Row, what: str = "it") -> str:
    """What a withdrawn row does to a price; the agreement's own can only offer none."""
    return f"withdraws {what}" if row.document else "offers none"


def _remark(row: Row) -> str:
    return f" ({row.note or row.source})" if row.note or row.source else ""


def _not_on_file(answer: Answer) -> str:
    known_on = answer.question.known_on
    return _missing_figure(answer.verdict.decided[-1], _unit(answer), known_on)


def _missing_figure(effective: EffectiveRow, unit: str, known_on: date | None) -> str:
    """What a row that counts as not on file lacks."""
    row = effective.row
    if row.charge is Charge.NOT_ON_FILE:
        return f"{format_terms(row, unit)} is not on file{_remark(row)}"
    if row.missing_figures:
        lacks = " and no ".join(field.replace("_", " ") for field in row.missing_figures)
        return f"{format_terms(row, unit)} states no {lacks}"
    if is_undated(row):
        executed = "is signed, but" if row.signed else "is on file, but"
        what = "the agreement's price table" if row.document == 0 else cite(row)
        executed = "counts, but" if row.document == 0 else executed
        return f"{what} {executed} the day it takes effect is not on file"
    if charge_of(row, known_on) is Charge.NOT_ON_FILE:
        return f"the day {row.title} was signed is not on file"
    return f"a later document replaces {row.title}, from a day that is not on file"


def _nothing_to_discount(answer: Answer) -> str:
    discount, *others = answer.decided
    off = f"{format_number(discount.percent or ZERO)} percent off"
    why = f"; {cite(others[0])} {_takes_away(others[0])}" if others else ""
    terms = format_terms(discount, _unit(answer))
    return f"{terms} takes {off}, but {_quantity(answer)} have no price to take it off{why}"


def _tied(answer: Answer) -> str:
    conflict = _conflict(answer.verdict.decided)
    return f"{_quantity(answer)} stand in {conflict}, and nothing says which row prevails"


def _conflict(rows: Sequence[EffectiveRow]) -> str:
    tied = [row for row in rows if row.rank == rows[-1].rank]
    return " and in ".join(f"{cite(row.row)} ({_stated(row)})" for row in tied[:MOST_NAMED])


def _stated(row: EffectiveRow) -> str:
    return (
        Charge.NOT_ON_FILE.value if row.charge is Charge.NOT_ON_FILE else format_statement(row.row)
    )


def _between_quantities(answer: Answer) -> str:
    unit = _unit(answer)
    nearest = [format_terms(row.row, unit) for row in answer.in_quantity if row]
    return f"no row prices {_quantity(answer)}, which stand between {' and '.join(nearest)}"


def _between_days(answer: Answer) -> str:
    return f"no row prices {_quantity(answer)} on {_day(answer)}; {_nearest_days(answer)}"


def _outside(answer: Answer) -> str:
    smaller, larger = answer.in_quantity
    nearest = smaller or larger
    if nearest:
        side = "largest" if smaller else "smallest"
        terms = format_terms(nearest.row, _unit(answer))
        found = f"the {side} on {_day(answer)} is {terms}"
    else:
        found = _nearest_days(answer) or "no row fits it on any day"
    return f"no row prices {_quantity(answer)} on {_day(answer)}; {found}"


def _nearest_days(answer: Answer) -> str:
    earlier, later = answer.in_time
    days = []
    if earlier:
        days.append(f"{cite(earlier.row)} counts through {date.fromordinal(earlier.until)}")
    if later:
        days.append(f"{cite(later.row)} counts from {date.fromordinal(later.since)}")
    return " and ".join(days)


def _tier_missing(answer: Answer, missing: Segment) -> str:
    service = answer.service or Service("")
    unit, step = service.unit, service.step
    summed = next(row for row in answer.decided if row.charge is Charge.GRADUATED)
    below = format_range(
        missing.first * step, missing.last * step if missing.is_bounded else None, unit
    )
    why = _why_missing(missing.verdict, unit, answer.question.known_on)
    if missing.last == 0:
        return f"{cite(summed)} adds to what {format_quantity(ZERO, unit)} cost: {why}"
    asked = _quantity(answer)
    return f"{cite(summed)} adds up slabs, and {below} below {asked} have none: {why}"


def _why_missing(verdict: Verdict, unit: str, known_on: date | None) -> str:
    if not verdict.decided:
        return "no slab row fits them"
    if len(verdict.decided) > 1:
        return f"they stand in {_conflict(verdict.decided)}"
    [effective] = verdict.decided
    if verdict.cause is Cause.WITHDRAWN:
        return f"{cite(effective.row)} {_takes_away(effective.row, 'them')}"
    return _missing_figure(effective, unit, known_on)


def _part_units(answer: Answer) -> str:
    service = answer.service or Service("")
    return (
        f"{_quantity(answer)} are no whole number of steps of "
        f"{format_number(service.step)}, and the contract does not say how part units count"
    )


REASONS: dict[Cause, Callable[[Answer], str]] = {
    Cause.WITHDRAWN: _withdrawn,
    Cause.OUTSIDE: _outside,
    Cause.PART_UNITS: _part_units,
    Cause.NOT_ON_FILE: _not_on_file,
    Cause.TIED: _tied,
    Cause.BETWEEN_QUANTITIES: _between_quantities,
    Cause.BETWEEN_DAYS: _between_days,
    Cause.NOTHING_TO_DISCOUNT: _nothing_to_discount,
}
"""The causes but for a missing tier, whose sentence is made from that tier."""


# What else an answer says: what it displaced, what it assumes, what was known.


def _further_clauses(answer: Answer) -> list[str]:
    displaced, drafts, assumed = answer.displaced, answer.drafts, answer.assumptions
    parts = []
    if displaced:
        parts.append(f"it displaces {_displaced(displaced, answer)}")
    if answer.replaced:
        parts.append(_format_replaced(answer.replaced))
    if drafts:
        parts.append(_format_drafts(drafts))
    parts += (f"no document on file states {what}" for what in answer.unstated)
    if assumed:
        parts.append(f"assumed: {'; '.join(format_assumptions(assumed))}")
    if answer.question.known_on:
        parts.append(_known(answer))
    if answer.price_list is not None and answer.price_list.through is not None:
        parts.append(format_through(answer.price_list.through))
    return parts


def _format_replaced(rows: Sequence[Row]) -> str:
    """That documents which priced this are replaced as a whole."""
    titles = list(dict.fromkeys(row.title for row in rows))
    named = ", ".join(titles[:MOST_NAMED]) + (" and more" if len(titles) > MOST_NAMED else "")
    return f"{named} {'is' if len(titles) == 1 else 'are'} replaced by a later document"


def _format_drafts(drafts: Sequence[Row]) -> str:
    places = list(dict.fromkeys(cite(row) for row in drafts))
    named = ", ".join(places[:MOST_NAMED]) + (" and more" if len(places) > MOST_NAMED else "")
    plural = ("are", "they do") if len(places) > 1 else ("is", "it does")
    return (
        f"{named} {plural[0]} on file without a day of signing or effect, so {plural[1]} not count"
    )


FIELDS_IN_WORDS = {
    "signed": "the day of signing",
    "effective": "the effective date",
    "ends": "the end",
    "purchased_from": "the first day of purchase",
    "purchased_through": "the last day of purchase",
    "document": "the number",
    "increase": "the rise",
}
"""Fields that are called otherwise in a sentence."""

OF_DOCUMENTS = frozenset({"signed", "effective", "ends", "document"})
"""The fields that a document has for all of its rows."""


def format_assumptions(assumed: Iterable[Row]) -> list[str]:
    """What is assumed and why: the fields, and the document or row that they are of, each once.

    >>> from xlfuncs.pricing.contract import Assumption
    >>> row = Row(2, "Amendment 2", "IPs", Decimal(1), None, Charge.PACKAGE, clause="1.A",
    ...           assumed=(Assumption(("effective",), "blurred"), Assumption(("price",), "a note")))
    >>> format_assumptions([row])
    ['the effective date of Amendment 2 (blurred)', 'the price of Amendment 2, 1.A (a note)']
    """
    said = []
    for row in assumed:
        for fields, why in row.assumed:
            for is_shared in (True, False):
                named = [
                    FIELDS_IN_WORDS.get(field, f"the {field.replace('_', ' ')}")
                    for field in fields
                    if (field in OF_DOCUMENTS) is is_shared
                ]
                if named:
                    of = row.title if is_shared else cite(row)
                    said.append(f"{' and '.join(named)} of {of} ({why})")
    return list(dict.fromkeys(said))


def _known(answer: Answer) -> str:
    later = dict.fromkeys(f"{row.title} (signed {row.signed})" for row in answer.signed_later)
    unknown = f", when nobody could know {' and '.join(later)}" if later else ""
    return f"as known on {answer.question.known_on}{unknown}"


def _displaced(rows: Sequence[Row], answer: Answer) -> str:
    named = [_gave_way(row, answer.question.known_on) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        named.append(f"{len(rows) - MOST_NAMED} more")
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def _gave_way(row: Row, known_on: date | None) -> str:
    charge = charge_of(row, known_on)
    if charge is Charge.NOT_ON_FILE:
        return f"what is not on file of {cite(row)}"
    if charge is Charge.WITHDRAWN:
        return f"{cite(row)}, which {_takes_away(row)}"
    window = (
        f", which is {format_window(row)}" if charge is Charge.DISCOUNT and row.has_window else ""
    )
    return f"{format_statement(row)} of {cite(row)}{window}"
