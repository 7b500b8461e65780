"""All bands of a price list in turn, each compiled from what changes since the one before.

Rows come and go one by one, so from one band to the next most pieces stay. What has to be compiled
again is where a row came or went, with the gaps beside it; and where graduated prices add up to
something else there, all that is above.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.bands import EVERYTHING, Compiled
from xlfuncs.pricing.claims import UNBOUNDED, Claim
from xlfuncs.pricing.contract import Charge
from xlfuncs.pricing.gaps import Gaps
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pieces import Piece, Span
from xlfuncs.pricing.slabs import NOTHING, Chains, Sum
from xlfuncs.pricing.stacks import Stack

CHAINS_KEPT = 1_000_000
"""Sums of slabs in memory at a time."""

MOST_WORK, A_RANGE = 10_000_000, 20
"""Pieces that the bands of one price list have in all, and as how many of them a range counts that
is compiled again. That takes some seconds. Five thousand rows with windows of their own have four
million, as many windows within windows have a hundred times as many."""


class TooManyPrices(BadInput):
    """A price list that would take minutes to list; a single price is answered at once."""

    def __init__(self, day: int) -> None:
        self.day = day
        super().__init__(
            f"the prices from {date.fromordinal(day)} on are too many to be listed; ask for single "
            "prices, and see whether days and quantities are entered as the documents have them"
        )


class Sweep:
    """The pieces of one band after the other; at first those of days on which no row fits."""

    def __init__(self, claims: Sequence[Claim], stacks: Sequence[Stack], step: Decimal) -> None:
        self._claims = claims
        self._step = step
        self._adds_up = any(claim.charge is Charge.GRADUATED for claim in claims)
        self._turns: defaultdict[int, list[Stack]] = defaultdict(list)
        for stack in stacks:
            for day in stack.days:
                self._turns[day].append(stack)
        self._fitting: list[int] = []
        self._firsts: list[int] = []
        self._chains: Chains = {}
        compiled = Compiled((), Gaps(0, 0, ()), step)
        self.pieces: list[Piece] = compiled.pieces
        self._sums = compiled.sums
        self._left = MOST_WORK

    def move_to(self, day: int, between_days: Sequence[int]) -> None:
        """Goes on to the next band; `between_days` are the edges of quantities between days.

        Raises TooManyPrices.
        """
        changed: list[Span] = []
        for stack in self._turns.get(day, ()):
            before, after = set(stack.best_on(day - 1)), set(stack.best_on(day))
            changed += (self._move(place, enters=place in after) for place in before ^ after)
        lowest, highest = (self._firsts[0], self._firsts[-1]) if self._firsts else (0, 0)
        gaps = Gaps(lowest, highest, between_days)
        for span in merged(changed):
            if self._compile_again(*span, gaps) == EVERYTHING[1]:
                break
        if len(self._chains) > CHAINS_KEPT:
            self._chains = {}
        self._left -= len(self.pieces)
        if self._left < 0:
            raise TooManyPrices(day)

    def _move(self, place: int, *, enters: bool) -> Span:
        """Let a claim come or go, and return its quantities."""
        claim = self._claims[place]
        sequences = [(self._fitting, place)]
        if claim.charge is not Charge.DISCOUNT:
            sequences.append((self._firsts, claim.first))
        for numbers, number in sequences:
            if enters:
                insort(numbers, number)
            else:
                del numbers[bisect_left(numbers, number)]
        return claim.first, claim.last

    def _compile_again(self, first: int, last: int, gaps: Gaps) -> int:
        """Compiles the pieces from a first to a last count, and further if need be.

        The pieces beside them are taken in as well, and all gaps next to each other there, so that
        those below and above remain as they are. Returns the last count that was reached.
        """
        begin, end = self._place(max(first - 1, 0)), self._place(min(last + 1, UNBOUNDED))
        begin, end = with_gaps(self.pieces, begin, end)
        compiled = self._compile(begin, end, gaps)
        if self._adds_up and compiled.sums[-1] != self._sums[end]:
            end = len(self.pieces) - 1
            compiled = self._compile(begin, end, gaps)
        reached = self.pieces[end].last
        kept = {piece.first: piece for piece in self.pieces[begin : end + 1]}
        self.pieces[begin : end + 1] = [
            same if (same := kept.get(piece.first)) == piece else piece for piece in compiled.pieces
        ]
        self._sums[begin : end + 1] = compiled.sums
        return reached

    def _compile(self, begin: int, end: int, gaps: Gaps) -> Compiled:
        first, last = self.pieces[begin].first, self.pieces[end].last
        fitting = (self._claims[place] for place in self._fitting)
        ranked = [c for c in fitting if c.first <= last and first <= c.last]
        begun: Sum = self._sums[begin - 1] if begin else NOTHING
        counts = first, last
        compiled = Compiled(
            ranked, gaps, self._step, counts=counts, begun=begun, chains=self._chains
        )
        self._left -= A_RANGE * compiled.walked
        return compiled

    def _place(self, count: int) -> int:
        """Where the piece of a count is."""
        return bisect_right(self.pieces, (count, UNBOUNDED + 1)) - 1


def with_gaps(pieces: Sequence[Piece], begin: int, end: int) -> Span:
    """Pieces from one to another, and where gaps are at their ends, all that go on there."""
    while begin and is_gap(pieces[begin]) and is_gap(pieces[begin - 1]):
        begin -= 1
    while end + 1 < len(pieces) and is_gap(pieces[end]) and is_gap(pieces[end + 1]):
        end += 1
    return begin, end


def is_gap(piece: Piece) -> bool:
    """Whether no row but discounts is for these quantities."""
    return all(claim.charge is Charge.DISCOUNT for claim in piece.verdict.decided)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Ranges of counts, the smallest first, those in one that have counts in common or meet."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
