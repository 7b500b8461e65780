"""What a priced ledger shows: lines on which more was paid than the contract price, and their sums.

The database finds them and a report is written from them; so neither has to know the other.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.kinds import Kind

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
