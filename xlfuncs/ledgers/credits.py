"""Credits, and the purchases that they undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.names import name_key


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What tells of a line which credit undoes it: a credit has a negative quantity or amount."""

    line: int
    reference: str
    service: str
    quantity: Decimal
    amount: Decimal
    day: date
    vendor: str = ""


def pair_credits(
    credited: Iterable[LedgerLine], purchases: Iterable[LedgerLine]
) -> dict[int, tuple[int, ...]]:
    """For each credit the purchase that it undoes, by their lines; several where nothing tells.

    Reference, service, quantity and amount are the same, without their signs, and the vendor; where
    none is left with the same vendor, one line may have none. The purchase is on an earlier day, or
    above the credit on the same day; it is the nearest that no other credit undoes. Purchases of
    one day that are alike are all named, and so many credits are paired with them as there are.
    Without a reference, and for part of an amount, nothing is paired. Credits that are paired with
    nothing are left out.

    >>> def line(number, reference, amount, day):
    ...     day = date(2024, 1, day)
    ...     return LedgerLine(number, reference, "IPs", Decimal(10), Decimal(amount), day)
    >>> credits = [line(5, "PO-1", "-30.00", 20), line(6, "PO-2", "-29.99", 20)]
    >>> pair_credits(credits, [line(2, "PO-1", "30.00", 20), line(3, "PO-2", "30.00", 20)])
    {5: (2,)}
    >>> pair_credits(credits, [line(2, "PO-1", "30.00", 9), line(3, "PO-1", "30.00", 9)])
    {5: (2, 3)}
    >>> pair_credits(credits, [line(2, "PO-1", "30.00", 21)])
    {}
    """
    groups: dict[Key, Group] = {}
    for each in credited:
        if each.reference.strip():
            groups.setdefault(find_key(each), Group()).credits.append(each)
    for each in purchases:
        group = groups.get(find_key(each))
        if group is not None:
            group.purchases.append(each)
    return {line: lines for group in groups.values() for line, lines in group.pair().items()}


Key = tuple[str, str, Decimal, Decimal]
"""What a credit and the purchase that it undoes have in common."""


def find_key(line: LedgerLine) -> Key:
    quantity, amount = line.quantity.copy_abs(), line.amount.copy_abs()
    return name_key(line.reference), name_key(line.service), quantity, amount


@dataclass(slots=True)
class Alike:
    """Purchases of one day that no credit has come between, and how many of them are left."""

    day: date
    lines: list[int] = field(default_factory=list)
    left: int = 0
    _named: tuple[int, ...] = ()

    @property
    def is_named(self) -> bool:
        return bool(self._named)

    def name(self) -> tuple[int, ...]:
        """Their lines, one and the same tuple for all credits: there may be many of both."""
        self._named = self._named or tuple(sorted(self.lines))
        return self._named


@dataclass(slots=True)
class Group:
    """Credits and purchases that are alike but for the day and the vendor."""

    credits: list[LedgerLine] = field(default_factory=list)
    purchases: list[LedgerLine] = field(default_factory=list)

    def pair(self) -> dict[int, tuple[int, ...]]:
        """Pair them within each vendor first; then what is left, where one has no vendor."""
        by_vendor: dict[str, Pile] = {}
        for each in self.credits:
            by_vendor.setdefault(name_key(each.vendor), Pile()).credits.append(each)
        for each in self.purchases:
            bought = Alike(each.day, [each.line], 1)
            by_vendor.setdefault(name_key(each.vendor), Pile()).purchases.append(bought)
        unnamed = by_vendor.pop("", Pile())
        pairs: dict[int, tuple[int, ...]] = {}
        for pile in (*by_vendor.values(), unnamed):
            pile.pair(pairs)
        named = [pile for pile in by_vendor.values() if pile.credits or pile.purchases]
        Pile([each for pile in named for each in pile.credits], unnamed.purchases).pair(pairs)
        Pile(unnamed.credits, [each for pile in named for each in pile.purchases]).pair(pairs)
        return pairs


@dataclass(slots=True)
class Pile:
    """Credits, and the purchases that they may undo."""

    credits: list[LedgerLine] = field(default_factory=list)
    purchases: list[Alike] = field(default_factory=list)

    def pair(self, pairs: dict[int, tuple[int, ...]]) -> None:
        """Go through both by day and line, the latest purchase on top, and keep what is left.

        Where some of several purchases are undone already, nothing tells which are left: they are
        above a credit only if all of them are.
        """
        events: list[tuple[date, int, LedgerLine | Alike]] = [
            *((each.day, each.line, each) for each in self.credits),
            *((each.day, max(each.lines), each) for each in self.purchases),
        ]
        self.credits, self.purchases = [], []
        pile: list[Alike] = []
        for day, line, event in sorted(events, key=lambda each: each[:2]):
            while pile and not pile[-1].left:
                pile.pop()
            if isinstance(event, Alike):
                if not pile or pile[-1].day != day or pile[-1].is_named:
                    pile.append(Alike(day))
                pile[-1].lines += event.lines
                pile[-1].left += event.left
            elif pile:
                pairs[line] = pile[-1].name()
                pile[-1].left -= 1
            else:
                self.credits.append(event)
        for each in pile:
            if each.left == len(each.lines):
                self.purchases += (Alike(each.day, [line], 1) for line in each.lines)
            elif each.left:
                self.purchases.append(each)


def settle_credits(
    pairs: Mapping[int, tuple[int, ...]], prices: Mapping[int, Decimal | None]
) -> dict[int, int]:
    """The purchase that each credit undoes, by their lines, where that is certain.

    Of several that a credit may undo it is one of them, where all have the same price or where so
    many credits undo them all; a credit for one of several with other prices is left out.

    >>> prices = {2: Decimal(90), 3: Decimal(90), 4: Decimal(80)}
    >>> settle_credits({8: (2, 3), 9: (3, 4)}, prices)
    {8: 2}
    """
    candidates = _gather_candidates(pairs)
    undone: dict[int, int] = {}
    taken = set[int]()

    def settle(lines: Iterable[int], credits: Iterable[int]) -> None:
        free = (line for line in lines if line not in taken)
        found = dict(zip((each for each in credits if each not in undone), free, strict=False))
        taken.update(found.values())
        undone.update(found)

    by_line: dict[int, list[tuple[int, ...]]] = {}
    for lines in candidates:
        for line in lines:
            by_line.setdefault(line, []).append(lines)
    in_order = sorted(candidates, key=len)
    for lines in in_order:
        of_lines, near = set(lines), {id(each): each for line in lines for each in by_line[line]}
        within = (each for each in near.values() if of_lines.issuperset(each))
        credits = [credit for each in within for credit in candidates[each]]
        if len(credits) == len(lines):
            settle(lines, credits)
    for lines in in_order:
        if len({prices[line] for line in lines}) == 1:
            settle(lines, candidates[lines])
    return undone


def _gather_candidates(
    pairs: Mapping[int, tuple[int, ...]],
) -> dict[tuple[int, ...], list[int]]:
    """The credits for each set of lines of which they may undo one.

    By identity first: many credits may have one and the same long tuple.
    """
    by_identity: dict[int, list[int]] = {}
    for credit, lines in pairs.items():
        by_identity.setdefault(id(lines), []).append(credit)
    found: dict[tuple[int, ...], list[int]] = {}
    for credits in by_identity.values():
        found.setdefault(pairs[credits[0]], []).extend(credits)
    return found


MOST_NAMED = 4
"""Lines that the words for a credit name."""

CREDIT_FOR = "credit for "
"""How the words begin for a credit that undoes a line."""


def describe_credit(lines: Sequence[str]) -> str:
    """What a credit was for, by the lines that it may undo.

    >>> describe_credit("3"), describe_credit("37"), describe_credit("234567")
    ('credit for line 3', 'credit for line 3 or 7', 'credit for line 2, 3, 4, 5 or 2 others')
    >>> describe_credit(())
    'credit; no line found that it undoes'
    """
    if not lines:
        return "credit; no line found that it undoes"
    named = list(lines[:MOST_NAMED])
    more = len(lines) - MOST_NAMED
    if more > 0:
        others = "other" if more == 1 else "others"
        return f"{CREDIT_FOR}line {', '.join(named)} or {more:,} {others}"
    rest = f" or {named[-1]}" if len(named) > 1 else ""
    return f"{CREDIT_FOR}line {', '.join(named[:-1] or named)}{rest}"
