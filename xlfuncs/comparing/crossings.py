"""Where two lines give different prices, to the cent and exactly."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.pricing.lines import WholeLine
from xlfuncs.pricing.pieces import Span


def differing(one: WholeLine, other: WholeLine, counts: Span) -> Iterator[Span]:
    """The counts among some at which two lines give different prices, as at most two ranges.

    Lines that cross are told apart below and above. Each range begins and ends with a count whose
    prices differ; within it rounding may make some of them alike.

    >>> one, other = (0, 1, 1), (100, 0, 1)     # a cent each, and a dollar for all
    >>> list(differing(one, other, (1, 1000)))
    [(1, 99), (101, 1000)]
    >>> list(differing((0, 1, 10), (0, 2, 10), (0, 4)))     # both 0.00 after rounding down
    []
    """
    first, last = counts
    apart, slope = _difference(one, other)
    if slope == 0:
        yield from _trimmed(one, other, counts) if apart else ()
        return
    crossing, rest = divmod(-apart, slope)
    above = crossing + 1
    below = crossing - 1 if rest == 0 else crossing
    yield from _trimmed(one, other, (first, min(last, below)))
    yield from _trimmed(one, other, (max(first, above), last))


def _difference(one: WholeLine, other: WholeLine) -> tuple[int, int]:
    """One line less the other, before rounding: what it is at 0, and what each count adds."""
    (base, rate, cent), (other_base, other_rate, other_cent) = one, other
    return base * other_cent - other_base * cent, rate * other_cent - other_rate * cent


def _trimmed(one: WholeLine, other: WholeLine, counts: Span) -> Iterator[Span]:
    """The range from the first to the last count with different prices, if there are any.

    One line lies above the other throughout, so the prices differ somewhere exactly if their sums
    do, and the first place is found by halving.
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


def _alike(one: WholeLine, other: WholeLine, first: int, last: int) -> bool:
    return _sum_of_prices(one, first, last) == _sum_of_prices(other, first, last)


def _sum_of_prices(line: WholeLine, first: int, last: int) -> int:
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
