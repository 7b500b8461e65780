"""Random ledgers: lines as people export them, some of them wrong."""

from datetime import date
from decimal import Decimal
from random import Random

from tests.support.random_contracts import MOST_STEPS, random_day
from xlfuncs.pricing.contract import Contract

Line = tuple[str | None, str | None, str | None, str | None]
"""Quantity, day, service and amount paid, as they are written."""

WRONG_QUANTITIES = ("", None, "x", "1e3", "-1", "-0.5", "12,5", "1.2345678", "9" * 16, "5.", ".5")
WRONG_DAYS = ("", None, "20/12/2013", "2013-1-5", "2020-02-30", "1899-12-31", "1900-02-28", "today")
WRONG_DAYS += ("2020", "1905-07-12")
WRONG_SERVICES = ("Gardening", "", None, "  ", chr(160))
WRONG_AMOUNTS = ("", None, "free", "1,000", "$5", "1e3")


def random_line(random: Random, contract: Contract) -> Line:
    service = random.choice(contract.services)
    quantity = random.randint(0, MOST_STEPS + 4) * service.step
    if random.random() < 0.2:
        quantity += random.choice([Decimal("0.1"), Decimal("0.5"), Decimal("0.000001"), Decimal(1)])
    if random.random() < 0.05:
        quantity = Decimal(random.choice([10**15 - 1, 10**14, "999999999.999999"]))
    return (
        _written(random, f"{quantity:f}", WRONG_QUANTITIES),
        _written(random, _day(random), WRONG_DAYS),
        _written(random, _name(random, service.name), WRONG_SERVICES),
        _written(random, f"{random.randint(-10, 100_000) / 100:.2f}", WRONG_AMOUNTS),
    )


def _written(random: Random, text: str, wrong: tuple[str | None, ...]) -> str | None:
    if random.random() < 0.06:
        return random.choice(wrong)
    return f" {text}" if random.random() < 0.05 else text


def _day(random: Random) -> str:
    day = random_day(random, early=20)
    if random.random() < 0.05:
        day = random.choice([date(1900, 3, 1), date(9999, 12, 31)])
    return f"{day} 14:30:00" if random.random() < 0.1 else day.isoformat()


def _name(random: Random, name: str) -> str:
    spaced = [f"  {name.replace(' ', '   ')}", f"{name.replace(' ', chr(160))}{chr(160)}"]
    return random.choice([name, name, name.upper(), *spaced])
