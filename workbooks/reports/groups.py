"""Groups of overcharges: what formulas add up from the listed lines, and what is the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from workbooks.reports.figures import works_out
from xlfuncs.ledgers.overcharges import Overcharge, Overcharges, Sum

Key = tuple[str, str, str]


class Amounts(NamedTuple):
    """So many lines, and what was paid for them and should have been."""

    lines: int
    paid: Decimal
    price: Decimal

    @property
    def overpaid(self) -> Decimal:
        return self.paid - self.price

    @property
    def figures(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """In the order of the columns of a table."""
        return Decimal(self.lines), self.paid, self.price, self.overpaid

    def less(self, other: Amounts) -> Amounts:
        return Amounts(self.lines - other.lines, self.paid - other.paid, self.price - other.price)


class Group(NamedTuple):
    """A sum with the number by which formulas know its lines.

    A number, for a spreadsheet compares no texts above 255 characters, and takes `*`, `>` and the
    like in them for more than they are. `rest` is what no formula adds up.
    """

    number: int
    sum: Sum
    rest: Amounts

    @property
    def whole(self) -> Amounts:
        return Amounts(self.sum.lines, self.sum.paid, self.sum.price)


def groups_of(found: Overcharges) -> list[Group]:
    """The groups, largest overpayment first.

    The rest of one are lines that are not listed, and those whose figures stand as text.
    """
    listed: dict[Key, list[Overcharge]] = {}
    for line in found.listed:
        if works_out(line):
            listed.setdefault(_key(line), []).append(line)
    groups = []
    for number, each in enumerate(found.sums, 1):
        whole = Amounts(each.lines, each.paid, each.price)
        groups.append(Group(number, each, whole.less(_added(listed.get(_key(each), [])))))
    return groups


def numbers_of(found: Overcharges) -> Mapping[Key, int]:
    """The numbers of the groups, by service, source and reason."""
    return {_key(each): number for number, each in enumerate(found.sums, 1)}


def number_of(line: Overcharge, numbers: Mapping[Key, int]) -> int:
    return numbers[_key(line)]


def total(amounts: Sequence[Amounts]) -> Amounts:
    return Amounts(
        sum(each.lines for each in amounts),
        sum((each.paid for each in amounts), Decimal(0)),
        sum((each.price for each in amounts), Decimal(0)),
    )


def _added(lines: Sequence[Overcharge]) -> Amounts:
    return total([Amounts(1, line.paid, line.price) for line in lines])


def _key(each: Overcharge | Sum) -> Key:
    return each.service, each.source, each.reason
