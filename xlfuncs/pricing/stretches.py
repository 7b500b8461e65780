"""What stays the same over days: the one place for timelines, charts and differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Callable, NamedTuple

from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.pieces import Band, Span
from xlfuncs.pricing.pricelist import PriceList

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
