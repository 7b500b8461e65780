"""The price list of one service: periods of days, each with segments of quantity."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.gaps import (
    BetweenDays,
    Gaps,
    Nearest,
    Neighbours,
    in_quantity,
    nearest_in_time,
    priced_rows,
)
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, UNBOUNDED, Claim, Overlaps, claims
from xlfuncs.pricing.segments import Band, Piece
from xlfuncs.pricing.sweep import Compiled, Stack, Sweep, stacks_of

PIECES_KEPT = 1_000_000
"""Compiled pieces in memory at a time; beyond that, bands are compiled again when asked for."""


class PriceList:
    """What one service costs on every day and in every quantity.

    `rows` and `step` are the service's; `known_on` leaves out what was signed later. `claims` are
    the rows as they count, best first.
    """

    def __init__(self, rows: Sequence[Row], step: Decimal, known_on: date | None = None) -> None:
        self.rows = rows
        self.step = step
        self.known_on = known_on
        self.claims = claims(rows, step, known_on)
        days = {FIRST_DAY}
        counts = {0, 1}
        for claim in self.claims:
            days.update((claim.since, claim.until + 1))
            counts.add(claim.first)
            if claim.last < UNBOUNDED:
                counts.add(claim.last + 1)
        self.days = sorted(day for day in days if day <= LAST_DAY)
        self.grid = sorted(counts)
        self._bands: dict[int, Band] = {}
        self._kept = 0
        self._day: tuple[int, list[Claim], Nearest] | None = None

    def on(self, day: int) -> list[Claim]:
        """All claims that fit on a day, best first."""
        return self._asked(day)[1]

    def _asked(self, day: int) -> tuple[int, list[Claim], Nearest]:
        """The claims of a day and the nearest quantities; those last asked for are kept."""
        if self._day is None or self._day[0] != day:
            fitting = [self.claims[place] for place in self._by_days.at(day)]
            self._day = day, fitting, in_quantity(fitting)
        return self._day

    def band_on(self, day: int) -> Band:
        """The band of a day, compiled at its first question."""
        position = bisect_right(self.days, day) - 1
        band = self._bands.get(position)
        if band is None:
            band = self._compile(position)
            self._kept += len(band.pieces)
            if self._kept > PIECES_KEPT:
                self._bands.clear()
                self._kept = len(band.pieces)
            self._bands[position] = band
        return band

    def bands(self) -> Iterator[Band]:
        """All bands, the earliest first; a piece that goes on is the same object in the next.

        None is kept: each is compiled from what changes since the one before. Raises TooManyPrices.
        """
        sweep = Sweep(self.claims, self._stacks, self.step)
        edges = self._between_days.walk(len(self.days))
        for position, (day, between) in enumerate(zip(self.days, edges)):
            sweep.move_to(day, between)
            yield Band(day, self._until(position), list(sweep.pieces), self.step)

    def piece_on(self, day: int, count: int) -> Piece:
        return self.band_on(day).piece_at(count)

    def fitting(self, day: int, count: int) -> list[Claim]:
        """All claims that fit, best first, those that give way included."""
        places = (place for stack in self._stacks_at(count) for place in stack.fitting(day))
        return [self.claims[place] for place in sorted(places)]

    def neighbours(self, day: int, count: int) -> tuple[Neighbours, Neighbours]:
        """The rows nearest in quantity that day, and in time for this quantity."""
        return self._asked(day)[2].to(count), self.in_time(day, count)

    def in_time(self, day: int, count: int) -> Neighbours:
        """The rows that fit the quantity on the nearest earlier and the nearest later day."""
        return nearest_in_time(stack.nearest(day) for stack in self._stacks_at(count))

    def _stacks_at(self, count: int) -> list[Stack]:
        return [self._stacks[number] for number in self._by_counts.at(count)]

    def _until(self, position: int) -> int:
        return self.days[position + 1] - 1 if position + 1 < len(self.days) else LAST_DAY

    def _compile(self, position: int) -> Band:
        day = self.days[position]
        stacks = {self._stack_of[place] for place in self._by_days.at(day)}
        places = sorted(place for number in stacks for place in self._stacks[number].best_on(day))
        ranked = [self.claims[place] for place in places]
        firsts = [claim.first for claim in priced_rows(ranked)]
        edges = self._between_days.edges(position)
        gaps = Gaps(min(firsts, default=0), max(firsts, default=0), edges)
        return Band(day, self._until(position), Compiled(ranked, gaps, self.step).pieces, self.step)

    @cached_property
    def _stacks(self) -> list[Stack]:
        return stacks_of(self.claims)

    @cached_property
    def _stack_of(self) -> dict[int, int]:
        """Per place of a claim the number of its stack."""
        return {
            place: number for number, stack in enumerate(self._stacks) for place in stack.places
        }

    @cached_property
    def _by_days(self) -> Overlaps:
        return Overlaps((claim.since, claim.until) for claim in self.claims)

    @cached_property
    def _by_counts(self) -> Overlaps:
        ranges = ((stack.ranked[0].first, stack.ranked[0].last) for stack in self._stacks)
        return Overlaps(ranges)

    @cached_property
    def _between_days(self) -> BetweenDays:
        return BetweenDays(self.claims, self.grid, self.days)
