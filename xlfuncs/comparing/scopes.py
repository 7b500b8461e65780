"""Quantities of one service as two contracts count them.

Where both count in the same step, and say the same of part units, their counts can be compared one
by one. Where they do not, there are quantities that are whole steps of both, of one alone, or of
neither, and each of these kinds is compared by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from math import gcd
from typing import NamedTuple

from xlfuncs.pricing.claims import UNBOUNDED
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pieces import Span
from xlfuncs.pricing.quantities import LARGEST, MOST_DECIMALS, count_of, quantity_of

MILLIONTHS: int = 10**MOST_DECIMALS
"""The finest part of a unit that anybody may ask for."""

MOST = int(LARGEST) * MILLIONTHS - 1
"""The largest quantity, in millionths of a unit."""


class Scope(NamedTuple):
    """A kind of quantities: the multiples of a grain, less those of coarser ones.

    All are in millionths of a unit. `whole` tells, for each contract, whether these are whole steps
    of its own. `alike` is the service where both contracts count it alike, part units too.
    """

    grain: int
    whole: tuple[bool, bool]
    besides: tuple[int, ...] = ()
    alike: Service | None = None

    @property
    def most(self) -> int:
        """The largest multiple of the grain that can be asked for."""
        return MOST // self.grain

    def quantity(self, multiple: int) -> Decimal:
        """A multiple of the grain, in units."""
        return Decimal(multiple * self.grain) / MILLIONTHS

    def counted(self, quantity: Decimal) -> Decimal | None:
        """What a quantity counts as, if it is of this kind; None where it is not."""
        if self.alike:
            with suppress(BadInput):
                count = count_of(quantity, self.alike)
                return None if count is None else quantity_of(count, self.alike)
            return None
        multiple, rest = divmod(quantity * MILLIONTHS, self.grain)
        return quantity if not rest and self.has(int(multiple)) else None

    def has(self, multiple: int) -> bool:
        """Whether a multiple of the grain is no multiple of what is meant besides."""
        return all(multiple * self.grain % step for step in self.besides)


def scopes_of(one: Service | None, other: Service | None) -> Iterator[Scope]:
    """The kinds of quantities of a service that two contracts have, or one of them.

    >>> hours = Service("Support", "hours", Decimal("0.25"), PartUnits.UP)
    >>> [scope.whole for scope in scopes_of(hours, hours)]
    [(True, True)]
    >>> [scope.whole for scope in scopes_of(hours, hours._replace(step=Decimal(1)))]
    [(True, True), (True, False), (False, False)]
    """
    known = [service for service in (one, other) if service]
    if not known:
        return
    steps = [int(service.step * MILLIONTHS) for service in known]
    first, last = steps[0], steps[-1]
    both = first * last // gcd(first, last)
    if len(known) == 2 and known[0][2:] == known[1][2:]:
        yield Scope(both, (True, True), alike=known[0])
        return
    yield Scope(both, (True, True))
    if first != both:
        yield Scope(first, (True, False), (last,))
    if last != both:
        yield Scope(last, (False, True), (first,))
    if first > 1 and last > 1:
        yield Scope(1, (False, False), (first, last))


def multiples_of(span: Span, service: Service, scope: Scope, whole: bool) -> Span:
    """The multiples of the grain that are counted into a range of the service's own steps.

    With `whole` they are whole steps of the service; else its part units say how they are counted.
    """
    first, last = span
    step = int(service.step * MILLIONTHS)
    if last >= UNBOUNDED:
        last = MOST // step + 1
    begin, end = first * step, last * step
    if not whole and service.part_units is PartUnits.UP:
        begin -= step - 1
    elif not whole and service.part_units is PartUnits.DOWN:
        end += step - 1
    elif not whole:
        begin, end = -((step - 2 * begin) // 2), (2 * end + step - 1) // 2
    return max(0, -(-begin // scope.grain)), min(scope.most, end // scope.grain)
