"""The flat price list of one service: bands of days, and in each the pieces of quantity.

Compiled band by band, as questions come: a contract with many staggered windows has more bands
than anyone asks for. A question is then two binary searches and a multiplication.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from xlfuncs.pricing.bands import compile_band
from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY, UNBOUNDED, Claim, claims, precedence
from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.gaps import gaps_of_band, reach
from xlfuncs.pricing.lines import WholeLine
from xlfuncs.pricing.pieces import Piece
from xlfuncs.pricing.stacks import Stack, stacks_of

PIECES_KEPT = 1_000_000
"""Compiled pieces in memory at a time; beyond that, bands are compiled again when asked for."""


class Band:
    """The pieces for the days `since` to `until`, both inclusive, as ordinals."""

    def __init__(self, since: int, until: int, pieces: Sequence[Piece], step: Decimal) -> None:
        self.since = since
        self.until = until
        self.pieces = pieces
        self.starts = [piece.first for piece in pieces]
        self._step = step

    def piece_at(self, count: int) -> Piece:
        return self.pieces[bisect_right(self.starts, count) - 1]

    @cached_property
    def whole_numbers(self) -> list[WholeLine | None]:
        """Per piece its line in whole numbers, None where there is no price."""
        lines = (piece.verdict.line for piece in self.pieces)
        return [line and line.whole_numbers(self._step) for line in lines]


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

    def piece_on(self, day: int, count: int) -> Piece:
        return self.band_on(day).piece_at(count)

    def fitting(self, day: int, count: int) -> list[Claim]:
        """All claims that fit, best first, those that give way included."""
        found = (claim for stack in self._stacks for claim in stack.fitting(day, count))
        return sorted(found, key=precedence)

    def _compile(self, position: int) -> Band:
        since = self.days[position]
        until = self.days[position + 1] - 1 if position + 1 < len(self.days) else LAST_DAY
        best = (claim for stack in self._stacks for claim in stack.best_on(since))
        fitting = sorted(best, key=precedence)
        gap = gaps_of_band(fitting, since, self._reach)
        return Band(since, until, compile_band(fitting, self.grid, gap, self.step), self.step)

    @cached_property
    def _stacks(self) -> list[Stack]:
        return stacks_of(self.claims)

    @cached_property
    def _reach(self) -> dict[int, tuple[int, int]]:
        return reach(self.claims, self.grid)
