"""Where what is said of prices may change: on which days, and on a day at which quantities."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from xlfuncs.pricing.claims import LAST_DAY, UNBOUNDED, Claim
from xlfuncs.pricing.gaps import priced_rows
from xlfuncs.pricing.overlaps import Overlaps
from xlfuncs.pricing.pieces import Band, Cause, Span
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quotes import assumptions_of, signed_later
from xlfuncs.pricing.sweep import is_gap, merged, with_gaps


class Changing:
    """Walks through the days of a price list, with what is assumed and what was signed later.

    `days` are those from which on anything that is said may be different.
    """

    def __init__(self, prices: PriceList) -> None:
        assumed = assumptions_of(prices).claims
        later = signed_later(prices).claims
        self._prices = prices
        self._further = [*assumed, *later]
        self._further_by_days = Overlaps((claim.since, claim.until) for claim in self._further)
        self._turns: defaultdict[int, list[Span]] = defaultdict(list)
        self._note((claim, claim.last) for claim in [*prices.claims, *later])
        # a slab that may be missing below is assumed of every graduated price above
        self._note((claim, UNBOUNDED) for claim in assumed)
        self.days = sorted({*prices.days, *(day for day in self._turns if day <= LAST_DAY)})
        self._band: Band | None = None

    def _note(self, claims: Iterable[tuple[Claim, int]]) -> None:
        for claim, last in claims:
            for day in (claim.since, claim.until + 1):
                self._turns[day].append((claim.first, last))

    def spans(self, day: int, band: Band) -> list[Span]:
        """The counts for which anything that is said may differ from the day before.

        At first these are all. Gaps beside them are among them, for what is said of a gap names
        the rows next to it.
        """
        before, self._band = self._band, band
        if before is None:
            return [(0, UNBOUNDED)]
        known = set(map(id, before.pieces))
        found = [piece[:2] for piece in band.pieces if id(piece) not in known]
        found += self._turns.get(day, ())
        return merged(_with_gaps(band, span) for span in merged(found))

    def cuts(self, day: int, band: Band, span: Span) -> list[int]:
        """Where in a range of counts anything changes on a day, its first count among them."""
        first, last = span
        that_day = self._prices.on(day)
        further = (self._further[place] for place in self._further_by_days.at(day))
        found = {first}
        for claim in [*that_day, *further]:
            if claim.first <= last and first <= claim.last:
                found.update((max(first, claim.first), claim.last + 1))
        pieces = band.pieces[bisect_right(band.starts, first) : bisect_right(band.starts, last)]
        found.update(piece.first for piece in pieces)
        nothing = not priced_rows(that_day)
        for piece in [band.piece_at(first), *pieces]:
            cause = piece.verdict.cause
            if cause is Cause.BETWEEN_DAYS or (nothing and cause is Cause.OUTSIDE):
                grid = self._prices.grid
                begin, end = max(first, piece.first), min(last, piece.last)
                found.update(grid[bisect_left(grid, begin) : bisect_right(grid, end)])
        return sorted(cut for cut in found if cut <= last)


def _with_gaps(band: Band, span: Span) -> Span:
    """A range of counts with the gaps that it has in it or beside it."""
    first, last = span
    places = [bisect_right(band.starts, count) - 1 for count in (max(first - 1, 0), last + 1)]
    begin, end = with_gaps(band.pieces, places[0], places[1])
    if is_gap(band.pieces[begin]):
        first = min(first, band.pieces[begin].first)
    if is_gap(band.pieces[end]):
        last = max(last, band.pieces[end].last)
    return first, last
