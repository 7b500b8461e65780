"""Answers to questions: one price, the price table of a day, one quantity through all days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Callable, NamedTuple

from xlfuncs.pricing.assumptions import Assumptions
from xlfuncs.pricing.contract import Row, Service, count_of, quantity_of
from xlfuncs.pricing.gaps import NOBODY, Neighbours
from xlfuncs.pricing.money import Line, to_cents
from xlfuncs.pricing.outcomes import Kind
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, Claim, Overlaps, claim
from xlfuncs.pricing.price_book import LISTS_KEPT, Found, PriceBook, Question
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import GAPS, Band, Cause, Piece, Span, Verdict

# Quotes: the whole answer to a question, with the rows that gave it.


class Quote(NamedTuple):
    """The answer. `price` and `unit_price` are None unless `kind` is a price.

    `decided` has the principal row first, `displaced` the rows that fit and gave way, best first;
    `assumed` are the rows whose assumptions the answer leans on, `later` those that fit and were
    signed after the day on which the answer should have been known. `counted` is the quantity after
    part units were settled; `service` is None where the contract has no such service. With
    `whichever` the quote stands for all questions that have the same answer, and its words name
    neither quantity nor day.
    """

    question: Question
    service: Service | None
    cause: Cause
    price: Decimal | None = None
    unit_price: Decimal | None = None
    decided: tuple[Row, ...] = ()
    displaced: tuple[Row, ...] = ()
    assumed: tuple[Row, ...] = ()
    later: tuple[Row, ...] = ()
    counted: Decimal | None = None
    verdict: Verdict | None = None
    in_quantity: Neighbours = NOBODY
    in_time: Neighbours = NOBODY
    offered: tuple[str, ...] = ()
    whichever: bool = False

    @property
    def kind(self) -> Kind:
        return self.cause.kind


def quote(book: PriceBook, question: Question) -> Quote:
    """The whole answer. Raises BadInput for a question that cannot be asked."""
    return quote_found(question, book.find(question), book.offered)


def quote_found(question: Question, found: Found, offered: tuple[str, ...]) -> Quote:
    """The whole answer to a question when it is found what decides; `offered` are the services."""
    verdict, service, steps, prices = found
    if service is None or steps is None or prices is None:
        return Quote(question, service, verdict.cause, offered=offered)
    day = question.purchased.toordinal()
    decided = verdict.everyone
    deciding = {id(claim) for claim in decided}
    nothing_fits = verdict.cause in GAPS
    neighbours = prices.neighbours(day, steps) if nothing_fits else (NOBODY, NOBODY)
    return Quote(
        question,
        service,
        verdict.cause,
        price=found.price,
        unit_price=verdict.decided[0].row.unit_price if verdict.line else None,
        decided=tuple(claim.row for claim in decided),
        displaced=tuple(c.row for c in prices.fitting(day, steps) if id(c) not in deciding),
        assumed=tuple(assumptions_of(prices).behind(decided, day, steps)),
        later=tuple(c.row for c in signed_later(prices).fitting(day, steps)),
        counted=quantity_of(steps, service),
        verdict=verdict,
        in_quantity=neighbours[0],
        in_time=neighbours[1],
    )


class Later:
    """The rows that a price list leaves out because they were signed later, as they count now."""

    def __init__(self, prices: PriceList) -> None:
        known_on = prices.known_on
        unknown = [row for row in prices.rows if known_on and row.signed and row.signed > known_on]
        counted = (claim(row, prices.step) for row in unknown)
        self.claims = [each for each in counted if each is not None]
        self._by_days = Overlaps((each.since, each.until) for each in self.claims)

    def fitting(self, day: int, count: int) -> list[Claim]:
        """Those that fit, in the order of their rows."""
        that_day = (self.claims[place] for place in self._by_days.at(day))
        return [each for each in that_day if each.fits(day, count)]


@lru_cache(maxsize=LISTS_KEPT)
def signed_later(prices: PriceList) -> Later:
    """What the price list leaves out, gathered once."""
    return Later(prices)


@lru_cache(maxsize=LISTS_KEPT)
def assumptions_of(prices: PriceList) -> Assumptions:
    """The assumptions in the rows of a price list, gathered once."""
    return Assumptions(prices.rows, prices.step, prices.known_on)


# The price table of a day, line by line.


class ScheduleLine(NamedTuple):
    """Quantities of a service, inclusive (`last` is None for "or more"), with their line.

    price = fixed + rate x (quantity - above); `line` is None where there is no price. `decided` are
    the rows that decide, without the slabs that a graduated price adds up below; `assumed` are the
    rows whose assumptions any of these quantities leans on.
    """

    service: Service
    first: Decimal
    last: Decimal | None
    cause: Cause
    line: Line | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...] = ()


def schedule(
    book: PriceBook, purchased: date, service: str | None = None, known_on: date | None = None
) -> list[ScheduleLine]:
    """The price table in force on a day, for one service or for all of them.

    Quantities that no row fits and that lie between none are left out, so it is empty for a day
    or a service that the contract does not know.
    """
    day = purchased.toordinal()
    lines = []
    for each in book.chosen(service):
        prices = book.price_list(each, known_on)
        leaning = assumptions_of(prices)
        for piece in prices.band_on(day).pieces:
            if piece.verdict.cause is not Cause.OUTSIDE:
                leaned = leaning.over(piece.verdict.everyone, (day, day), piece[:2])
                lines.append(_line(each, piece, leaned))
    return lines


def _line(service: Service, piece: Piece, assumed: Iterable[Row]) -> ScheduleLine:
    verdict = piece.verdict
    return ScheduleLine(
        service,
        quantity_of(piece.first, service),
        quantity_of(piece.last, service) if piece.bounded else None,
        verdict.cause,
        verdict.line,
        tuple(claim.row for claim in verdict.decided),
        tuple(assumed),
    )


# What stays the same over days: the one place for timelines, charts and differences.

Look = Callable[[Sequence[Band]], Iterable[tuple[Span, Any]]]
"""Tells what there is to see in a band of each price list, by the counts for which it holds."""


class Seen(NamedTuple):
    """Days, as ordinals and inclusive, on which the same is seen for the same counts."""

    since: int
    until: int
    counts: Span
    what: Any


def stretches(lists: Sequence[PriceList], look: Look) -> list[Seen]:
    """What `look` sees through all days, the earliest first, and then the smallest counts.

    It looks once at the bands of each day on which any list changes; what it sees again there, for
    the same counts, goes on.
    """
    days = sorted({FIRST_DAY, *(day for prices in lists for day in prices.days)})
    bands = bands_on(lists, days)
    ended: list[Seen] = []
    going_on: dict[Span, Seen] = {}
    for since, next_day in zip(days, [*days[1:], LAST_DAY + 1]):
        before, going_on = going_on, {}
        for counts, what in look(next(bands)):
            earlier = before.get(counts)
            if earlier and earlier.what == what:
                going_on[counts] = before.pop(counts)._replace(until=next_day - 1)
            else:
                going_on[counts] = Seen(since, next_day - 1, counts, what)
        ended += before.values()
    return sorted([*ended, *going_on.values()], key=lambda seen: (seen.since, seen.counts))


def bands_on(lists: Sequence[PriceList], days: Iterable[int]) -> Iterator[list[Band]]:
    """The bands of each list on some days, the earliest first."""
    following = [prices.bands() for prices in lists]
    bands = [next(each) for each in following]
    for day in days:
        bands = [_band_on(day, band, later) for band, later in zip(bands, following)]
        yield bands


def _band_on(day: int, band: Band, later: Iterator[Band]) -> Band:
    while band.until < day:
        band = next(later)
    return band


def first_day(since: int) -> date | None:
    """The first day of a stretch, None from the beginning."""
    return date.fromordinal(since) if since > FIRST_DAY else None


def last_day(until: int) -> date | None:
    """The last day of a stretch, None without an end."""
    return date.fromordinal(until) if until < LAST_DAY else None


# The price of one quantity through all days of purchase.


class Stretch(NamedTuple):
    """Days of purchase, inclusive, on which the same rows decide and give the same price.

    `since` is None from the beginning, `until` None without an end; `price` is None where there is
    none; `decided` has the principal row first; `assumed` are the rows whose assumptions any of
    these days leans on.
    """

    since: date | None
    until: date | None
    cause: Cause
    price: Decimal | None
    decided: tuple[Row, ...]
    assumed: tuple[Row, ...] = ()


def timeline(
    book: PriceBook, quantity: Decimal, service: str | None = None, known_on: date | None = None
) -> list[Stretch]:
    """What a quantity costs through all documents, the earliest days first.

    Days before the first row and after the last one are left out. It is empty for a service that
    the contract does not know, and for part of a step where it does not say how to count one.
    Raises BadInput for a quantity that cannot be asked for.

    >>> from datetime import date
    >>> from xlfuncs.pricing.contract import Charge, Contract, Service
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3),
    ...           signed=date(2024, 1, 1), ends=date(2024, 12, 31))
    >>> [stretch] = timeline(PriceBook(Contract("", "", (Service("IPs"),), (row,))), Decimal(10))
    >>> print(stretch.since, stretch.until, stretch.price)
    2024-01-01 2024-12-31 30.00
    """
    found = book.service(service)
    steps = found and count_of(quantity, found)
    if found is None or steps is None:
        return []
    counted = quantity_of(steps, found)

    def look(bands: Sequence[Band]) -> Iterator[tuple[Span, Any]]:
        verdict = bands[0].piece_at(steps).verdict
        if verdict.cause is not Cause.OUTSIDE:
            price = to_cents(verdict.line.at(counted)) if verdict.line else None
            yield (steps, steps), (verdict.cause, price, verdict.everyone)

    prices = book.price_list(found, known_on)
    leaning = assumptions_of(prices)
    return [
        Stretch(
            first_day(since),
            last_day(until),
            cause,
            price,
            tuple(claim.row for claim in decided),
            tuple(leaning.over(decided, (since, until), counts)),
        )
        for since, until, counts, (cause, price, decided) in stretches([prices], look)
    ]
