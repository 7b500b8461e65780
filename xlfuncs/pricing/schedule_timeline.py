"""Answers in tables: the price schedule of a day, and the timeline of a quantity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Callable

from xlfuncs.pricing.contract import Service, count_around, count_steps, quantity_of
from xlfuncs.pricing.money import to_cents
from xlfuncs.pricing.outcomes import Cause
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.price_book import (
    Answer,
    Extent,
    PriceBook,
    Question,
    count_either_way,
)
from xlfuncs.pricing.price_list import Period, PriceList
from xlfuncs.pricing.segments import Verdict
from xlfuncs.pricing.spans import Span


@dataclass(frozen=True)
class ScheduleLine:
    """Quantities of a service, inclusive (`last` is None for "or more"), with their answer."""

    service: Service
    first: Decimal
    last: Decimal | None
    answer: Answer


def schedule(
    book: PriceBook, purchased: date, service: str | None = None, known_on: date | None = None
) -> list[ScheduleLine]:
    """The price table in force on a day, for one service or for all of them.

    Quantities that no row fits and that lie between none are left out, so it is empty for a day
    that the contract does not know. Raises BadInput for a service that it does not have.
    """
    day = purchased.toordinal()
    lines = []
    for each in book.find_services(service):
        prices = book.price_list(each, known_on)
        for segment in prices.period_on(day).segments:
            if segment.verdict.cause is not Cause.OUTSIDE:
                first = quantity_of(segment.first, each)
                last = quantity_of(segment.last, each) if segment.is_bounded else None
                question = Question(first, purchased, each.name, known_on)
                extent = Extent((day, day), segment.counts)
                answer = Answer(question, segment.verdict, each, segment.first, prices, extent)
                lines.append(ScheduleLine(each, first, last, answer))
    return lines


@dataclass(frozen=True)
class TimelinePeriod:
    """Days of purchase, inclusive, on which the same rows decide and give the same price.

    `since` is None from the beginning, `until` None without an end.
    """

    since: date | None
    until: date | None
    answer: Answer


def timeline(
    book: PriceBook, quantity: Decimal, service: str | None = None, known_on: date | None = None
) -> list[TimelinePeriod]:
    """What a quantity costs through all documents, bought by itself, the earliest days first.

    Days before the first row and after the last one are left out. Raises BadInput for a quantity
    that cannot be asked for, and for a service that the contract does not have.

    >>> from xlfuncs.pricing.contract import Charge, Contract, Row
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3),
    ...           signed=date(2024, 1, 1), ends=date(2024, 12, 31))
    >>> [period] = timeline(PriceBook(Contract("", "", (Service("IPs"),), (row,))), Decimal(10))
    >>> print(period.since, period.until, period.answer.price)
    2024-01-01 2024-12-31 30.00
    """
    found = book.find_service(service)
    whole_steps = count_steps(quantity, found)
    counts = count_around(quantity, found) if whole_steps is None else (whole_steps, whole_steps)
    counted = quantity_of(counts[0], found)

    def view(periods: Sequence[Period]) -> Iterator[Seen]:
        [period] = periods
        verdict = period.segment_at(counts[0]).verdict
        if whole_steps is None and count_either_way(quantity, found, period) is None:
            verdict = Verdict(Cause.PART_UNITS)
        if verdict.cause is not Cause.OUTSIDE:
            price = to_cents(verdict.price_function.at(counted)) if verdict.price_function else None
            yield Seen(counts, verdict, (verdict.cause, price, verdict.all_decided))

    prices = book.price_list(found, known_on)
    periods = []
    for span in find_spans([prices], view):
        question = Question(quantity, date.fromordinal(span.since), found.name, known_on)
        extent = Extent((span.since, span.until), span.seen.counts)
        verdict: Verdict = span.seen.what
        steps = None if verdict.cause is Cause.PART_UNITS else counts[0]
        answer = Answer(question, verdict, found, steps, prices, extent)
        periods.append(TimelinePeriod(first_day(span.since), last_day(span.until), answer))
    return periods


# What stays the same over days: the one place for timelines and differences.


@dataclass(frozen=True)
class Seen:
    """What a view sees for some counts; it goes on as long as the `key` stays the same."""

    counts: Span
    what: Any
    key: Any


View = Callable[[Sequence[Period]], Iterable[Seen]]
"""Sees something in a period of each price list."""


@dataclass(frozen=True)
class SeenSpan:
    """Days, as ordinals and inclusive, on which the same is seen; of them the first sight."""

    since: int
    until: int
    seen: Seen


def find_spans(lists: Sequence[PriceList], view: View) -> list[SeenSpan]:
    """What a view sees through all days, the earliest first, and then the smallest counts.

    It looks once at the periods of each day on which any list changes; what it sees again there,
    for the same counts, goes on.
    """
    days = sorted({FIRST_DAY, *(day for prices in lists for day in prices.days)})
    periods = periods_on(lists, days)
    ended: list[SeenSpan] = []
    going_on: dict[Span, SeenSpan] = {}
    for since, next_day in zip(days, [*days[1:], LAST_DAY + 1]):
        before, going_on = going_on, {}
        for seen in view(next(periods)):
            earlier = before.get(seen.counts)
            if earlier and earlier.seen.key == seen.key:
                del before[seen.counts]
                going_on[seen.counts] = replace(earlier, until=next_day - 1)
            else:
                going_on[seen.counts] = SeenSpan(since, next_day - 1, seen)
        ended += before.values()
    return sorted([*ended, *going_on.values()], key=lambda span: (span.since, span.seen.counts))


def periods_on(lists: Sequence[PriceList], days: Iterable[int]) -> Iterator[list[Period]]:
    """The periods of each list on some days, the earliest first."""
    following = [prices.periods() for prices in lists]
    periods = [next(each) for each in following]
    for day in days:
        for number, later in enumerate(following):
            while periods[number].until < day:
                periods[number] = next(later)
        yield list(periods)


def first_day(since: int) -> date | None:
    """The first day of a span, None from the beginning."""
    return date.fromordinal(since) if since > FIRST_DAY else None


def last_day(until: int) -> date | None:
    """The last day of a span, None without an end."""
    return date.fromordinal(until) if until < LAST_DAY else None
