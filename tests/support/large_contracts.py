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
    return found._replace(**{"signed": FIRST, **fields})


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


def many_services(services: int, rows: int, windows: int) -> Contract:
    """Services of so many rows each, of which so many have a lower price in a window of theirs."""
    names = [f"Service {number}" for number in range(1, services + 1)]
    found = []
    for place, name in enumerate(names):
        for number in range(rows + windows):
            tier = number % rows
            last = None if tier == rows - 1 else 10 * tier + 10
            terms: dict[str, object] = {"service": name}
            if number >= rows:
                day = FIRST + timedelta(30 * (number - rows) + place % 29)
                terms |= {"purchased_from": day, "purchased_through": day + timedelta(45)}
            price = Decimal(2 * services + rows - tier - (number >= rows)) + Decimal("0.25")
            found.append(row(number, 10 * tier + 1, last, unit_price=price, **terms))
    every = tuple(SERVICE._replace(name=name) for name in names)
    return contract_of(found)._replace(services=every)


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
