"""Find the quantities at which two contracts give different prices, exactly to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from math import lcm

from xlfuncs.pricing.contract import (
    LARGEST,
    MOST_DECIMALS,
    PartUnits,
    Service,
    count_steps,
    quantity_of,
)
from xlfuncs.pricing.money import PriceFunction, WholePriceFunction, to_cents
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import UNBOUNDED
from xlfuncs.pricing.spans import Span

# Where two price functions give different prices, to the cent and exactly.


def find_differing(
    one: WholePriceFunction, other: WholePriceFunction, counts: Span
) -> Iterator[Span]:
    """The counts among some at which two price functions differ, as at most two ranges.

    Where they cross there is a range below and one above. Each range begins and ends with a count
    whose prices differ; within it rounding may make some of them alike.

    >>> one, other = (0, 1, 1), (100, 0, 1)     # a cent each, and a dollar for all
    >>> list(find_differing(one, other, (1, 1000)))
    [(1, 99), (101, 1000)]
    >>> list(find_differing((0, 1, 10), (0, 2, 10), (0, 4)))     # both 0.00 after rounding down
    []
    """
    first, last = counts
    apart, slope = _difference(one, other)
    if slope == 0:
        yield from _trim(one, other, counts) if apart else ()
        return
    crossing, rest = divmod(-apart, slope)
    above = crossing + 1
    below = crossing - 1 if rest == 0 else crossing
    yield from _trim(one, other, (first, min(last, below)))
    yield from _trim(one, other, (max(first, above), last))


def _difference(one: WholePriceFunction, other: WholePriceFunction) -> tuple[int, int]:
    """One price less the other, before rounding: what it is at 0, and what each count adds."""
    (base, rate, cent), (other_base, other_rate, other_cent) = one, other
    return base * other_cent - other_base * cent, rate * other_cent - other_rate * cent


def _trim(one: WholePriceFunction, other: WholePriceFunction, counts: Span) -> Iterator[Span]:
    """The range from the first to the last count with different prices, if there are any.

    One price is above the other throughout, so they differ somewhere exactly if their sums do, and
    the first place is found by halving.
    """
    first, last = counts
    if first > last or _alike(one, other, first, last):
        return
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if _alike(one, other, first, middle):
            low = middle + 1
        else:
            high = middle
    begin, high = low, last
    while low < high:
        middle = (low + high + 1) // 2
        if _alike(one, other, middle, last):
            high = middle - 1
        else:
            low = middle
    yield begin, low


def _alike(one: WholePriceFunction, other: WholePriceFunction, first: int, last: int) -> bool:
    return _sum_of_prices(one, first, last) == _sum_of_prices(other, first, last)


def _sum_of_prices(line: WholePriceFunction, first: int, last: int) -> int:
    """The prices of all counts from the first to the last one, added up."""
    base, rate, cent = line
    return _floor_sum(last - first + 1, cent, rate, base + rate * first)


def _floor_sum(terms: int, divisor: int, rate: int, base: int) -> int:
    """The sum of (base + rate * n) // divisor for n from 0 up to, not including, `terms`.

    As Euclid's algorithm does it, in as many rounds: Graham, Knuth, Patashnik, Concrete
    Mathematics, 3.5.

    >>> _floor_sum(5, 3, 2, 1) == sum((1 + 2 * n) // 3 for n in range(5))
    True
    """
    total = 0
    while terms:
        whole, base = divmod(base, divisor)
        step, rate = divmod(rate, divisor)
        total += terms * whole + terms * (terms - 1) // 2 * step
        highest = base + rate * terms
        terms, base, divisor, rate = highest // divisor, highest % divisor, rate, divisor
    return total


# Quantities of one service as two contracts count them.
#
# Where both count in the same step, and say the same of part units, their counts can be compared
# one by one. Where they do not, there are quantities that are whole steps of both, of one alone, or
# of neither, and each of these kinds is compared by itself.

MILLIONTHS: int = 10**MOST_DECIMALS
"""The finest part of a unit that anybody may ask for."""

MOST = int(LARGEST) * MILLIONTHS - 1
"""The largest quantity, in millionths of a unit."""


@dataclass(frozen=True)
class Scope:
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

    def count_quantity(self, quantity: Decimal) -> Decimal | None:
        """What a quantity counts as, if it is of this kind; None where it is not."""
        if self.alike:
            with suppress(BadInput):
                count = count_steps(quantity, self.alike)
                return None if count is None else quantity_of(count, self.alike)
            return None
        multiple, rest = divmod(quantity * MILLIONTHS, self.grain)
        return quantity if not rest and self.has(int(multiple)) else None

    def has(self, multiple: int) -> bool:
        """Whether a multiple of the grain is no multiple of what is meant besides."""
        return all(multiple * self.grain % step for step in self.besides)


def find_scopes(one: Service | None, other: Service | None) -> Iterator[Scope]:
    """The kinds of quantities of a service that two contracts have, or one of them.

    >>> hours = Service("Support", "hours", Decimal("0.25"), PartUnits.UP)
    >>> [scope.whole for scope in find_scopes(hours, hours)]
    [(True, True)]
    >>> [scope.whole for scope in find_scopes(hours, hours._replace(step=Decimal(1)))]
    [(True, True), (True, False), (False, False)]
    """
    known = [service for service in (one, other) if service]
    if not known:
        return
    steps = [int(service.step * MILLIONTHS) for service in known]
    first, last = steps[0], steps[-1]
    both = lcm(first, last)
    are_alike = one and other and (one.step, one.part_units) == (other.step, other.part_units)
    if are_alike and one and one.part_units is not PartUnits.NOT_SAID:
        yield Scope(both, (True, True), alike=one)
        return
    yield Scope(both, (True, True))
    if first != both:
        yield Scope(first, (True, False), (last,))
    if last != both:
        yield Scope(last, (False, True), (first,))
    if first > 1 and last > 1:
        yield Scope(1, (False, False), (first, last))


def find_multiples(span: Span, service: Service, scope: Scope, whole: bool) -> Span:
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


@dataclass(frozen=True)
class Priced:
    """A price function, and the service whose quantities it is for."""

    service: Service
    price_function: PriceFunction

    @property
    def step(self) -> int:
        """The step of the service, in millionths of a unit."""
        return int(self.service.step * MILLIONTHS)

    @property
    def flat_price(self) -> Decimal | None:
        """The price of whatever quantity to the cent, None where it rises with the quantity."""
        return None if self.price_function.rate else to_cents(self.price_function.fixed)

    def of_multiples(self, scope: Scope) -> WholePriceFunction:
        """The price of multiples of a scope's grain, which are whole steps."""
        base, rate, cent = self.price_function.whole_numbers(self.service.step)
        return base, rate * (scope.grain // self.step), cent

    def of_parts(self, half_or_more: bool) -> WholePriceFunction:
        """The price of a part of a step, by the number of whole steps below it."""
        base, rate, cent = self.price_function.whole_numbers(self.service.step)
        up = self.service.part_units is PartUnits.UP
        nearest = self.service.part_units is PartUnits.NEAREST
        return base + rate * (up or (nearest and half_or_more)), rate, cent


# Parts of a step, which two contracts count up, down, or to the nearest whole one.
#
# Where both have the same step, a part below half of it counts alike in each step, and so does any
# other part: as the step before or the one after. Two series of prices are then compared exactly.


def find_differing_parts(one: Priced, other: Priced, span: Span) -> Iterator[Span]:
    """The parts of a step, in millionths of a unit, within which two prices differ, if any do.

    Both are of services with the same step.
    """
    least, most = span
    step = one.step
    half = -(-step // 2)
    found: list[int] = []
    for half_or_more, low, high in ((False, 1, half - 1), (True, half, step - 1)):
        first, last = -(-(least - high) // step), (most - low) // step
        if low <= high and first <= last:
            prices = one.of_parts(half_or_more), other.of_parts(half_or_more)
            for begin, end in find_differing(*prices, (max(0, first), last)):
                found += (max(least, begin * step + low), min(most, end * step + high))
    if found:
        yield min(found), max(found)


def trim_to_scope(scope: Scope, span: Span) -> Iterator[Span]:
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
