"""Segments of a price list: a range of quantities with its price function, or why it has none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.money import Line, WholeLine
from xlfuncs.pricing.outcomes import Kind
from xlfuncs.pricing.precedence import UNBOUNDED, Claim

Span = tuple[int, int]
"""The first and the last of some counts, inclusive."""


class Cause(Enum):
    """Why a piece answers as it does: the kind of that answer, and the cause in words."""

    PRICED = (Kind.PRICE, "a row prices it")
    WITHDRAWN = (Kind.NO_PRICE, "a row offers no price")
    OUTSIDE = (Kind.NO_PRICE, "no row fits")
    UNKNOWN_SERVICE = (Kind.NO_PRICE, "the contract has no such service")
    PART_UNITS = (Kind.NOT_DETERMINABLE, "the contract does not say how part units count")
    NOT_ON_FILE = (Kind.NOT_DETERMINABLE, "the figure or date is not on file")
    LEVEL = (Kind.NOT_DETERMINABLE, "several rows are level")
    BETWEEN_QUANTITIES = (Kind.NOT_DETERMINABLE, "rows fit smaller and larger quantities")
    BETWEEN_DAYS = (Kind.NOT_DETERMINABLE, "rows fit earlier and later days")
    SLAB_MISSING = (Kind.NOT_DETERMINABLE, "a slab below has no price")

    @property
    def kind(self) -> Kind:
        return self.value[0]


GAPS = frozenset({Cause.OUTSIDE, Cause.BETWEEN_QUANTITIES, Cause.BETWEEN_DAYS})
"""The causes where no row prices anything."""


class Slabs:
    """The slabs that make up a graduated price, from the highest down.

    There may be thousands of them, so two are the same only if they are one and the same object.
    """

    __slots__ = ("below", "claim")

    def __init__(self, claim: Claim, below: Slabs | None) -> None:
        self.claim = claim
        self.below = below

    def claims(self) -> Iterator[Claim]:
        slabs: Slabs | None = self
        while slabs is not None:
            yield slabs.claim
            slabs = slabs.below


class Verdict(NamedTuple):
    """What decides a range of quantities on the days of a band.

    `decided` has the principal claim first (all the level ones where they conflict); `slabs` are
    the slabs summed up; `missing` is the lowest range that breaks a graduated sum; `undiscounted`
    is the line before a discount.
    """

    cause: Cause
    decided: tuple[Claim, ...] = ()
    line: Line | None = None
    slabs: Slabs | None = None
    missing: Piece | None = None
    undiscounted: Line | None = None

    @property
    def everyone(self) -> tuple[Claim, ...]:
        """All claims behind the verdict, the principal first, each once."""
        slabs = tuple(self.slabs.claims()) if self.slabs else ()
        missing = self.missing.verdict.decided if self.missing else ()
        return tuple({id(claim): claim for claim in (*self.decided, *slabs, *missing)}.values())


class Piece(NamedTuple):
    """Quantities `first` to `last`, in steps, inclusive, with what decides them."""

    first: int
    last: int
    verdict: Verdict

    @property
    def bounded(self) -> bool:
        return self.last < UNBOUNDED


class Band:
    """The pieces for the days `since` to `until`, both inclusive, as ordinals."""

    def __init__(self, since: int, until: int, pieces: Sequence[Piece], step: Decimal) -> None:
        self.since = since
        self.until = until
        self.pieces = pieces
        self._step = step

    @cached_property
    def starts(self) -> list[int]:
        """Per piece the count at which it begins."""
        return [piece.first for piece in self.pieces]

    def piece_at(self, count: int) -> Piece:
        return self.pieces[bisect_right(self.starts, count) - 1]

    @cached_property
    def whole_numbers(self) -> list[WholeLine | None]:
        """Per piece its line in whole numbers, None where there is no price."""
        lines = (piece.verdict.line for piece in self.pieces)
        return [line and line.whole_numbers(self._step) for line in lines]


def refusal(winners: tuple[Claim, ...]) -> Cause:
    """Why claims that prevail together give no price."""
    if not winners:
        return Cause.OUTSIDE
    if len(winners) > 1:
        return Cause.LEVEL
    return Cause.WITHDRAWN if winners[0].charge is Charge.WITHDRAWN else Cause.NOT_ON_FILE
