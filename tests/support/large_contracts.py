"""Contracts of many rows, as they are met: a price a day, a price list, rows with their windows."""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.sheets.schema import KeyPlace

SERVICE = Service("Scanning", "IPs")
FIRST = date(2000, 1, 1)


def contract_of(rows: list[Row]) -> Contract:
    placed = (
        row._replace(clause=str(number), place=KeyPlace(f"agreement.tiers[{number}]", {}))
        for number, row in enumerate(rows, start=1)
    )
    return Contract("Large", "LARGE", (SERVICE,), tuple(placed))


def row(number: int, first: int, last: int | None, **fields: object) -> Row:
    quantities = Decimal(first), None if last is None else Decimal(last)
    price = Decimal(number) + Decimal("0.25")
    found = Row(0, "Agreement", SERVICE.name, *quantities, Charge.PER_UNIT, unit_price=price)
    return found._replace(signed=FIRST, **fields)


def price_a_day(days: int) -> Contract:
    """Each day has a price of its own, for any quantity."""
    every = (FIRST + timedelta(number) for number in range(days))
    return contract_of(
        [
            row(number, 1, None, purchased_from=day, purchased_through=day)
            for number, day in enumerate(every)
        ]
    )


def windows(rows: int) -> Contract:
    """Each row is for quantities and days of its own; many windows overlap at any time."""
    every = (FIRST + timedelta(2 * number) for number in range(rows))
    return contract_of(
        [
            row(
                number,
                1 + 10 * number,
                5 + 10 * number,
                purchased_from=day,
                purchased_through=day + timedelta(400),
            )
            for number, day in enumerate(every)
        ]
    )


def long_list(rows: int) -> Contract:
    """A price list without any window."""
    return contract_of([row(n, 1 + 10 * n, 5 + 10 * n) for n in range(rows)])


def amended(contract: Contract) -> Contract:
    """The contract with another figure in its last row."""
    *rows, last = contract.rows
    return contract._replace(rows=(*rows, last._replace(unit_price=Decimal("9.5"))))


KINDS = {"a price a day": price_a_day, "windows": windows, "a long list": long_list}

GROWTH = 2.4
"""How much more may be done for twice the rows; their square would be 4."""


def calls_of(action: Callable[[Contract], None], contract: Contract) -> int:
    """How often any Python code is entered, which no other work on the computer can change."""
    calls: Counter[str] = Counter()

    def count(frame: object, event: str, what: object) -> None:
        calls[event] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action(contract)
    finally:
        sys.setprofile(before)
    return calls["call"]
