"""Credits, and the purchases that they undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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

    Reference, service, quantity and amount are the same, without their signs, and the vendor where
    both lines have one. The purchase is on an earlier day, or above the credit on the same day; it
    is the nearest that no other credit undoes. Purchases of one day that are alike are all named,
    and so many credits are paired with them as there are. Without a reference, and for part of an
    amount, nothing is paired. Credits that are paired with nothing are left out.

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
    groups: dict[Key, list[tuple[date, int, bool, str]]] = {}
    for each in credited:
        if each.reference.strip():
            credit = each.day, each.line, True, name_key(each.vendor)
            groups.setdefault(find_key(each), []).append(credit)
    for each in purchases:
        group = groups.get(find_key(each))
        if group is not None:
            group.append((each.day, each.line, False, name_key(each.vendor)))
    return {line: lines for group in groups.values() for line, lines in _pair(sorted(group))}


Key = tuple[str, str, Decimal, Decimal]
"""What a credit and the purchase that it undoes have in common."""


def find_key(line: LedgerLine) -> Key:
    quantity, amount = line.quantity.copy_abs(), line.amount.copy_abs()
    return name_key(line.reference), name_key(line.service), quantity, amount


@dataclass(slots=True)
class Alike:
    """Purchases of one day and vendor that no credit has come between, and how many are left."""

    day: date
    vendor: str
    lines: list[int] = field(default_factory=list)
    left: int = 0
    _named: tuple[int, ...] = ()

    @property
    def is_named(self) -> bool:
        return bool(self._named)

    def name(self) -> tuple[int, ...]:
        """Their lines, one and the same tuple for all credits: there may be many of both."""
        self._named = self._named or tuple(self.lines)
        return self._named


def _pair(group: Iterable[tuple[date, int, bool, str]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Go through credits and purchases that are alike, by day and line, the latest on top."""
    piles: dict[str, list[Alike]] = {}
    everything: list[Alike] = []
    for day, line, is_credit, vendor in group:
        own = piles.setdefault(vendor, [])
        if not is_credit:
            if not own or own[-1].day != day or own[-1].is_named:
                own.append(Alike(day, vendor))
                everything.append(own[-1])
            own[-1].lines.append(line)
            own[-1].left += 1
            continue
        pile = max((own, piles.get("", own)), key=_find_top_day) if vendor else everything
        lines = _undo_one(list(_find_nearest(pile)))
        if lines:
            yield line, lines


def _find_top_day(pile: list[Alike]) -> date:
    """The day of the latest purchases of a pile that are left."""
    while pile and not pile[-1].left:
        pile.pop()
    return pile[-1].day if pile else date.min


def _find_nearest(pile: list[Alike]) -> Iterator[Alike]:
    """The latest purchases of a pile, and of the same day those of each other vendor."""
    day, vendors = _find_top_day(pile), set[str]()
    for alike in reversed(pile):
        if alike.day != day or alike.vendor in vendors:
            return
        vendors.add(alike.vendor)
        if alike.left:
            yield alike


def _undo_one(nearest: list[Alike]) -> tuple[int, ...]:
    """Name all of the nearest purchases, of which one is undone."""
    if not nearest:
        return ()
    nearest[0].left -= 1
    if len(nearest) == 1:
        return nearest[0].name()
    return tuple(sorted(line for alike in nearest for line in alike.name()))


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
