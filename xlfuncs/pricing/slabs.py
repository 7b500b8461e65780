"""Graduated prices (rule 3): the sum of slabs, each unit at the price of its own slab."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.lines import EXACT, ZERO, Line
from xlfuncs.pricing.pieces import Piece, Slabs, Verdict, refusal

UNKNOWN_AT_NOTHING = frozenset({Charge.ADDITIONAL, Charge.NOT_ON_FILE})
"""At quantity 0 there is no unit that would need a slab, but a fee may stand there."""


class Sum(NamedTuple):
    """What the units up to some quantity add up to.

    `line` prices the range last walked, or is None above a unit that no slab prices; `missing` is
    then that unit's range.
    """

    line: Line | None
    slabs: Slabs | None
    missing: Piece | None


NOTHING = Sum(Line(ZERO), None, None)

Chains = dict[tuple[int, int], Slabs]
"""Slabs on slabs that were met before, so that what adds up alike is one and the same."""


class RunningSum:
    """Walks a band upwards, one range of quantities after the other, `begun` with those below.

    An `additional` row states its price outright: the sum starts again from it.
    """

    def __init__(self, step: Decimal, begun: Sum, chains: Chains) -> None:
        self.line, self.slabs, self.missing = begun
        self._step = step
        self._chains = chains

    @property
    def sum(self) -> Sum:
        return Sum(self.line, self.slabs, self.missing)

    def walk(self, first: int, last: int, winners: tuple[Claim, ...]) -> None:
        """Takes in the counts `first` to `last` with the slab claims that prevail there."""
        slab = winners[0] if len(winners) == 1 else None
        if slab is not None and slab.charge is Charge.ADDITIONAL:
            self._start_anew(slab)
        elif slab is not None and slab.charge is Charge.GRADUATED:
            self._add(slab, first)
        elif last > 0 or any(claim.charge in UNKNOWN_AT_NOTHING for claim in winners):
            self._break(first, last, winners)

    def _start_anew(self, slab: Claim) -> None:
        row = slab.row
        if not self._goes_on(slab) and row.price is not None and row.unit_price is not None:
            self.line = Line(row.price, row.unit_price, row.quantity_from)
            self.slabs, self.missing = self._chained(slab, None), None

    def _add(self, slab: Claim, first: int) -> None:
        if self.line is None or slab.row.unit_price is None or self._goes_on(slab):
            return
        below = EXACT.multiply(self._step, Decimal(max(first - 1, 0)))
        self.line = Line(self.line.at(below), slab.row.unit_price, below)
        self.slabs = self._chained(slab, self._units_below(first))

    def _goes_on(self, slab: Claim) -> bool:
        return self.line is not None and self.slabs is not None and self.slabs.claim is slab

    def _units_below(self, first: int) -> Slabs | None:
        """The slabs of the units below; one that only reached quantity 0 has none."""
        empty = first == 1 and self.slabs and self.slabs.claim.charge is Charge.GRADUATED
        return None if empty else self.slabs

    def _chained(self, slab: Claim, below: Slabs | None) -> Slabs:
        found = self._chains.get((id(slab), id(below)))
        if found is None:
            found = self._chains[id(slab), id(below)] = Slabs(slab, below)
        return found

    def _break(self, first: int, last: int, winners: tuple[Claim, ...]) -> None:
        verdict = Verdict(refusal(winners), winners)
        if self.line is not None:
            self.line, self.slabs, self.missing = None, None, Piece(first, last, verdict)
        elif self.missing and self.missing.last == first - 1 and self.missing.verdict == verdict:
            self.missing = self.missing._replace(last=last)
