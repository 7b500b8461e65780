"""Purchases of services that are counted in every way, and what was bought before each of them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.support.contracts_in_code import row
from xlfuncs.pricing.contract import Contract, Counted, Purchase, Service

AGREED = date(2024, 2, 29)
"""The agreement's date, of which contract years begin on 1 March but in leap years."""

COUNTED = Contract(
    "Counted",
    "COUNT",
    tuple(Service(f"By {each.value}", "GB", counted=each) for each in Counted),
    tuple(
        row(0, first, last, charge, price, signed=AGREED)._replace(service=f"By {each.value}")
        for each in Counted
        for first, last, charge, price in (
            (0, 100, "graduated", "2.5"),
            (101, "or more", "graduated", "2.25"),
        )
    ),
)

BOUNDARIES = [
    *(date(2025, 2, 28), date(2025, 3, 1), date(2026, 2, 28), date(2026, 3, 1)),
    *(date(2028, 2, 28), date(2028, 2, 29), date(2027, 12, 31), date(2028, 1, 1)),
    *(date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 30), date(2025, 5, 1)),
]


def draw_purchases(random: Random, count: int) -> tuple[Purchase, ...]:
    """Purchases on days around those on which periods begin, in no order."""
    return tuple(
        Purchase(
            Decimal(random.randint(1, 40)),
            random.choice(BOUNDARIES) + timedelta(random.choice([0, 0, 0, -1, 1, 20])),
            random.choice(COUNTED.services).name,
        )
        for _ in range(count)
    )


def list_before(purchases: Sequence[Purchase], agreed: date = AGREED) -> Iterator[int | str]:
    """What was bought before each, one by one; blank where nothing adds up by a period."""
    for place, mine in enumerate(purchases):
        by = mine.service.removeprefix("By ")
        if by in {Counted.PURCHASE.value, Counted.NOT_SAID.value}:
            yield ""
            continue
        yield sum(
            int(other.quantity)
            for number, other in enumerate(purchases)
            if other.service == mine.service
            if (other.purchased, number) < (mine.purchased, place)
            if in_one_period(by, other.purchased, mine.purchased, agreed)
        )


def in_one_period(by: str, one: date, other: date, agreed: date) -> bool:
    """Whether no period begins after the one day and up to the other."""
    days = (one + timedelta(number) for number in range(1, (other - one).days + 1))
    return not any(begins(by, each, agreed) for each in days)


def begins(by: str, day: date, agreed: date) -> bool:
    """Whether a period begins on a day."""
    if by == "contract year":
        is_leap = day.year % 4 == 0
        month, number = agreed.month, agreed.day
        if (month, number) == (2, 29) and not is_leap:
            month, number = 3, 1
        return (day.month, day.day) == (month, number)
    first = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,), "term": ()}[by]
    return day.day == 1 and day.month in first
