"""Find in a priced ledger what was paid over the contract price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.ledgers.expressions import literal
from xlfuncs.ledgers.run import REFUSALS, Batch, Summary
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import Kind

# What a priced ledger shows: lines on which more was paid than the contract price, and their sums.
#
# The database finds them and a report is written from them; so neither has to know the other.

MOST_LISTED = 10_000
"""Overcharges that are listed one by one: more, nobody reads, and each is in the sums."""


class Overcharge(NamedTuple):
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


class Unchecked(NamedTuple):
    """Lines that have no price to compare with, by the kind of their answer."""

    kind: Kind
    lines: int
    paid: Decimal


class Sum(NamedTuple):
    """The overcharges of one service with one source and one reason."""

    service: str
    source: str
    reason: str
    lines: int
    paid: Decimal
    price: Decimal

    @property
    def overpaid(self) -> Decimal:
        return self.paid - self.price


class Overcharges(NamedTuple):
    """All that a report says of a ledger.

    `lines` are all that the ledger has, `priced` those with a price, `compared` those of them with
    an amount paid that can be read. `sums` have every overcharge in them, the largest overpayment
    first; `listed` are the largest overcharges, at most MOST_LISTED, and all where there are no
    more. `ledger` is the name of its file, and `unchecked` are the lines without a price.
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


# Finding in a priced ledger what was paid over.

OVER = f"WHERE kind = {literal(Kind.PRICE)} AND paid > price"
WHY = "COALESCE(source, ''), COALESCE(reason, '')"


def overcharges(batch: Batch, counted: Summary, ledger: str) -> Overcharges:
    """The overcharges of a ledger, in sums and one by one. Raises duckdb.Error."""
    priced = counted.of(Kind.PRICE)
    return Overcharges(
        batch.table.contract,
        batch.table.known_on,
        ledger,
        lines=counted.lines,
        priced=sum(tally.lines for tally in priced),
        compared=sum(tally.over + tally.even + tally.under for tally in priced),
        sums=tuple(_sums(batch)),
        listed=tuple(_listed(batch)),
        unchecked=tuple(_unchecked(counted)),
    )


def _unchecked(counted: Summary) -> Iterator[Unchecked]:
    for kind in REFUSALS:
        tallies = counted.of(kind)
        if tallies:
            paid = sum((tally.paid for tally in tallies), Decimal())
            yield Unchecked(kind, sum(tally.lines for tally in tallies), paid)


def _sums(batch: Batch) -> list[Sum]:
    statement = batch.selected(
        f"service, {WHY}, COUNT(*), SUM(paid), SUM(price)",
        f"{OVER} GROUP BY 1, 2, 3 ORDER BY SUM(paid - price) DESC, 1, 2, 3",
    )
    return [
        Sum(_service(batch, service), *rest)
        for service, *rest in batch.database.execute(statement).fetchall()
    ]


def _listed(batch: Batch) -> list[Overcharge]:
    statement = batch.selected(
        "line, day, service, quantity, counted, paid, fixed, rate, above, price, "
        f"{WHY}, {_name(batch)}",
        f"{OVER} ORDER BY paid - price DESC, line LIMIT {MOST_LISTED}",
        numbered=True,
    )
    return [
        Overcharge(line, day, _service(batch, service), *rest)
        for line, day, service, *rest in batch.database.execute(statement).fetchall()
    ]


def _name(batch: Batch) -> str:
    """What a line is called by: the first cell that is not one of those that are read."""
    read = set(batch.columns)
    for position, title in enumerate(batch.source.titles):
        if position not in read:
            cell = batch.ledger(numbered=True).text(position)
            return f"COALESCE({literal(f'{title}: ')} || {cell}, '')"
    return "''"


def _service(batch: Batch, number: int) -> str:
    return batch.table.contract.services[number - 1].name
