"""Parts of a step, which two contracts count up, down, or to the nearest whole one.

Where both have the same step, a part below half of it counts alike in each step, and so does any
other part: as the step before or the one after. Two series of prices are then compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlfuncs.comparing.crossings import differing
from xlfuncs.comparing.scopes import MILLIONTHS, Scope
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.lines import Line, WholeLine
from xlfuncs.pricing.pieces import Span

Priced = tuple[Service, Line]


def differing_parts(priced: Sequence[Priced], span: Span) -> Iterator[Span]:
    """The parts of a step, in millionths of a unit, within which two prices differ, if any do.

    `priced` are the service and the line of each contract, with the same step.
    """
    step = int(priced[0][0].step * MILLIONTHS)
    half = -(-step // 2)
    found: list[int] = []
    for number, (low, high) in enumerate(((1, half - 1), (half, step - 1))):
        first, last = -(-(span[0] - high) // step), (span[1] - low) // step
        if low <= high and first <= last:
            lines = [_counted_from_below(each, bool(number)) for each in priced]
            for begin, end in differing(lines[0], lines[1], (max(0, first), last)):
                found += (max(span[0], begin * step + low), min(span[1], end * step + high))
    if found:
        yield min(found), max(found)


def _counted_from_below(priced: Priced, half_or_more: bool) -> WholeLine:
    """The price of a part, by the number of whole steps below it."""
    service, line = priced
    base, rate, cent = line.whole_numbers(service.step)
    up = service.part_units is PartUnits.UP
    nearest = service.part_units is PartUnits.NEAREST
    return base + rate * (up or (nearest and half_or_more)), rate, cent


def among(scope: Scope, span: Span) -> Iterator[Span]:
    """A span from its first to its last multiple that is of a scope, if there is one.

    One that goes on without an end keeps none.
    """
    first, last = span
    while first <= last and not scope.has(first):
        first += 1
    while first <= last < scope.most and not scope.has(last):
        last -= 1
    if first <= last:
        yield first, last
