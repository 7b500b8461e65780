"""The rows nearest to a question that no row fits, for the explanation (rule 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from xlfuncs.pricing.claims import Claim, precedence
from xlfuncs.pricing.gaps import priced_rows
from xlfuncs.pricing.stacks import Stack

Neighbours = tuple[Optional[Claim], Optional[Claim]]
NOBODY: Neighbours = (None, None)


def in_quantity(fitting: Iterable[Claim], count: int) -> Neighbours:
    """The rows that fit the nearest smaller and the nearest larger quantity, of those of a day."""
    that_day = priced_rows(fitting)
    smaller = [c for c in that_day if c.last < count]
    larger = [c for c in that_day if c.first > count]
    return (
        max(smaller, key=lambda c: c.last, default=None),
        min(larger, key=lambda c: c.first, default=None),
    )


def in_time(stacks: Sequence[Stack], day: int) -> Neighbours:
    """The rows that fit on the nearest earlier and the nearest later day, of those of a quantity.

    Of several the best.
    """
    nearest = [stack.nearest(day) for stack in stacks]
    earlier = sorted((c for c, _ in nearest if c), key=precedence)
    later = sorted((c for _, c in nearest if c), key=precedence)
    return (
        max(earlier, key=lambda c: c.until, default=None),
        min(later, key=lambda c: c.since, default=None),
    )
