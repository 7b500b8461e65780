"""Find in a priced ledger what was paid over the contract price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import REFUSALS, Batch, Summary
from xlfuncs.ledgers.query import execute
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import Outcome

# What a priced ledger shows: lines on which more was paid than the contract price, and their sums.
#
# The database finds them and a report is written from them; so neither has to know the other.

MOST_LISTED = 10_000
"""Overcharges that are listed one by one; all of them are in the sums."""


@dataclass(frozen=True, slots=True)
class Group:
    """What overcharges have in common that are summed up together."""

    service: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """So many lines, what was paid for them, and the price that should have been."""

    lines: int = 0
    paid: Decimal = Decimal(0)
    price: Decimal = Decimal(0)

    @property
    def overpaid(self) -> Decimal:
        return self.paid - self.price

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.lines + other.lines, self.paid + other.paid, self.price + other.price)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.lines - other.lines, self.paid - other.paid, self.price - other.price)


@dataclass(frozen=True, slots=True)
class Sum:
    """The overcharges of a group."""

    group: Group
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Overcharge:
    """A line of the ledger on which more was paid than the contract price.

    The titles of the ledger are line 1. The quantity is `counted` in whole steps by the contract,
    and price = fixed + rate x (counted - above), to the cent, halves away from zero. `reason` is
    what the row displaced and what is assumed; it may be blank. `named` is what the ledger calls
    the line by, such as its invoice.
    """

    line: int
    purchased: date
    service: str
    quantity: Decimal
    counted: Decimal
    paid: Decimal
    fixed: Decimal
    rate: Decimal
    above: Decimal
    price: Decimal
    source: str
    reason: str
    named: str = ""

    @property
    def overpaid(self) -> Decimal:
        return self.paid - self.price

    @property
    def group(self) -> Group:
        return Group(self.service, self.source, self.reason)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Lines that have no price to compare with, by the kind of their answer."""

    kind: Outcome
    lines: int
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Overcharges:
    """All that a report says of a ledger.

    `lines` are all that the ledger has, `priced` those with a price, `compared` those of them with
    an amount paid that can be read. `sums` have every overcharge in them, the largest overpayment
    first; `listed` are the largest overcharges, at most MOST_LISTED, and all where there are no
    more. `ledger` is the name of its file, and `unchecked` are the lines without a price. Documents
    count that were known on a day, and those `through` a number.
    """

    contract: Contract
    known_on: date | None
    ledger: str
    lines: int
    priced: int
    compared: int
    sums: tuple[Sum, ...]
    listed: tuple[Overcharge, ...]
    unchecked: tuple[Unchecked, ...] = ()
    through: int | None = None


# Finding in a priced ledger what was paid over.

_PRICE, _PAID = exp.column("price"), exp.column("paid")
OVER = exp.and_(exp.column("kind").eq(Outcome.PRICE.value), _PAID > _PRICE)
WHY = [sql.call("COALESCE", exp.column(name), "") for name in ("source", "reason")]


def find_overcharges(batch: Batch, counted: Summary, ledger: str) -> Overcharges:
    """Find the overcharges of a ledger, in sums and one by one. Raises duckdb.Error."""
    priced = counted.of(Outcome.PRICE)
    return Overcharges(
        batch.table.contract,
        batch.table.known_on,
        ledger,
        lines=counted.lines,
        priced=sum(tally.lines for tally in priced),
        compared=sum(tally.over + tally.even + tally.under for tally in priced),
        sums=tuple(_sum_up(batch)),
        listed=tuple(_list_largest(batch)),
        unchecked=tuple(_sum_unchecked(counted)),
        through=batch.table.through,
    )


def _sum_unchecked(counted: Summary) -> Iterator[Unchecked]:
    for kind in REFUSALS:
        tallies = counted.of(kind)
        if tallies:
            paid = sum((tally.paid for tally in tallies), Decimal())
            yield Unchecked(kind, sum(tally.lines for tally in tallies), paid)


def _sum_up(batch: Batch) -> Iterator[Sum]:
    counted = (exp.Count(this=exp.Star()), exp.Sum(this=_PAID), exp.Sum(this=_PRICE))
    group = [sql.convert(number) for number in (1, 2, 3)]
    query = batch.select(exp.column("service"), *WHY, *counted).where(OVER, copy=False)
    query.group_by(*group, copy=False)
    query.order_by(exp.Sum(this=_PAID - _PRICE).desc(), *group, copy=False)
    for service, source, reason, *amounts in execute(batch.database, query).fetchall():
        yield Sum(Group(_name_service(batch, service), source, reason), Amounts(*amounts))


def _list_largest(batch: Batch) -> Iterator[Overcharge]:
    read = map(exp.column, ("line", "day", "service", "quantity", "counted", "paid"))
    prices = map(exp.column, ("fixed", "rate", "above", "price"))
    columns = [*read, *prices, *WHY, _name_line(batch)]
    query = batch.select(*columns).where(OVER, copy=False)
    query.order_by((_PAID - _PRICE).desc(), exp.column("line"), copy=False)
    query.limit(MOST_LISTED, copy=False)
    for line, day, service, *rest in execute(batch.database, query).fetchall():
        yield Overcharge(line, day, _name_service(batch, service), *rest)


def _name_line(batch: Batch) -> exp.Expr:
    """What a line is called by: the first cell that is not one of those that are read."""
    position = batch.named_by
    if position is None:
        return sql.convert("")
    name = sql.concat(f"{batch.source.titles[position]}: ", batch.source.text(position))
    return sql.call("COALESCE", name, "")


def _name_service(batch: Batch, number: int) -> str:
    return batch.table.all_services[number - 1].name
