"""The flat price list written out: each range of days and quantities with one and the same answer.

A ledger of any length is priced by looking its lines up here, wherever it lies.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import LAST_DAY, UNBOUNDED, Claim
from xlfuncs.pricing.contract import Service
from xlfuncs.pricing.explanation import remark
from xlfuncs.pricing.lines import EXACT, Line
from xlfuncs.pricing.pieces import Cause
from xlfuncs.pricing.pricebook import Found, PriceBook, Question
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import LARGEST, quantity_of
from xlfuncs.pricing.quotes import assumptions_of, quote_found, signed_later
from xlfuncs.pricing.wording import citations


class Answer(NamedTuple):
    """What a ledger is told: all but the price itself, which the line gives for each quantity."""

    cause: Cause
    line: Line | None
    unit_price: Decimal | None
    source: str
    remark: str


class FlatLine(NamedTuple):
    """The answer for the days `since` to `until`, as ordinals, and the counts `first` to `last`.

    Both ends are inclusive, and counts are in the service's steps.
    """

    service: Service
    since: int
    until: int
    first: int
    last: int
    answer: Answer


def flat_lines(book: PriceBook, since: int, known_on: date | None = None) -> Iterator[FlatLine]:
    """The price lists of all services from a day on, without gaps: each question is in one line.

    Counts go as far as the largest quantity that can be asked for, rounded up. Lines are cut
    wherever anything that is said in words may change, also where an assumption or a later
    document begins to matter.
    """
    for service in book.contract.services:
        prices = book.price_list(service, known_on)
        further = [*assumptions_of(prices).claims, *signed_later(prices).claims]
        most = int(EXACT.divide(LARGEST, service.step).to_integral_value(ROUND_CEILING))
        grid = _cuts(prices.grid, ((c.first, c.last) for c in further), most)
        for first_day, last_day in _spans(_days(prices.days, further, since), LAST_DAY):
            told = (
                (first, last, _answer(prices, service, first_day, first))
                for first, last in _spans(grid, most)
            )
            for first, last, answer in _merged(told):
                yield FlatLine(service, first_day, last_day, first, last, answer)


def _days(days: Sequence[int], further: Iterable[Claim], since: int) -> list[int]:
    cuts = _cuts(days, ((c.since, c.until) for c in further), LAST_DAY)
    return [since, *cuts[bisect_right(cuts, since) :]]


def _cuts(cuts: Iterable[int], further: Iterable[tuple[int, int]], most: int) -> list[int]:
    """Where ranges begin, up to `most`; further ones begin and end there as well."""
    every = set(cuts)
    for first, last in further:
        every.update((first, last + 1))
    found = sorted(every)
    return found[: bisect_left(found, min(most + 1, UNBOUNDED))]


def _spans(cuts: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    return zip(cuts, [*(cut - 1 for cut in cuts[1:]), most])


def _merged(told: Iterable[tuple[int, int, Answer]]) -> Iterator[tuple[int, int, Answer]]:
    """Neighbouring quantities with one answer, together."""
    found: tuple[int, int, Answer] | None = None
    for first, last, answer in told:
        if found is not None and found[2] == answer:
            found = (found[0], last, answer)
            continue
        if found is not None:
            yield found
        found = (first, last, answer)
    if found is not None:
        yield found


def _answer(prices: PriceList, service: Service, day: int, count: int) -> Answer:
    verdict = prices.piece_on(day, count).verdict
    asked = Question(
        quantity_of(count, service), date.fromordinal(day), service.name, prices.known_on
    )
    found = quote_found(asked, Found(verdict, service, count, prices), ())
    return Answer(
        verdict.cause,
        verdict.line,
        found.unit_price,
        citations(found.decided),
        remark(found._replace(whichever=True)),
    )
