"""The rows nearest to a question that no row fits, for the explanation (rule 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.gaps import priced_rows

Neighbours = tuple[Optional[Claim], Optional[Claim]]
NOBODY: Neighbours = (None, None)


def in_quantity(claims: Sequence[Claim], day: int, count: int) -> Neighbours:
    """The rows that fit the nearest smaller and the nearest larger quantity that day."""
    that_day = [c for c in priced_rows(claims) if c.since <= day <= c.until]
    smaller = [c for c in that_day if c.last < count]
    larger = [c for c in that_day if c.first > count]
    return (
        max(smaller, key=lambda c: c.last, default=None),
        min(larger, key=lambda c: c.first, default=None),
    )


def in_time(claims: Sequence[Claim], day: int, count: int) -> Neighbours:
    """The rows that fit the quantity on the nearest earlier and the nearest later day."""
    this_quantity = [c for c in priced_rows(claims) if c.first <= count <= c.last]
    earlier = [c for c in this_quantity if c.until < day]
    later = [c for c in this_quantity if c.since > day]
    return (
        max(earlier, key=lambda c: c.until, default=None),
        min(later, key=lambda c: c.since, default=None),
    )
