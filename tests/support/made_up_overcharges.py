"""Overcharges as a ledger might show them, priced here by fractions and not as the report does."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from xlfuncs.ledgers.audit import Amounts, Group, Overcharge, Overcharges, Sum
from xlfuncs.pricing.contract import Contract, Service

MADE = date(2026, 11, 22)
CONTRACT = Contract(
    "Scanning for the State", "ACME", (Service("Scans"),), (), "USD", ("Acme Inc.", "The State")
)
SOURCES = ("Agreement, page 9", "Amendment 1, section 2 *", "Amendment 2, 1.1")
REASONS = ("", "displaces 2.75 each of Agreement, page 9", "assumed: effective 2013-12-01")


def price_of(fixed: Decimal, rate: Decimal, over: Decimal) -> Decimal:
    """To the cent, halves away from zero, in whole numbers."""
    exact = Fraction(fixed) + Fraction(rate) * Fraction(over)
    return Decimal((exact * 100 + Fraction(1, 2)).__floor__()).scaleb(-2)


def overcharge(
    line: int = 2,
    counted: str = "100",
    overpaid: str = "1.00",
    *,
    fixed: str = "0",
    rate: str = "2.75",
    above: str = "0",
    service: str = "Scans",
    source: str = SOURCES[0],
    reason: str = "",
) -> Overcharge:
    figures = Decimal(fixed), Decimal(rate), Decimal(above)
    quantity = Decimal(counted)
    price = price_of(figures[0], figures[1], quantity - figures[2])
    day = date(2013, 11, 15) + timedelta(line % 300)
    paid = price + Decimal(overpaid)
    words = (source, reason, f"Invoice: R-{line}")
    return Overcharge(line, day, service, quantity, quantity, paid, *figures, price, *words)


def any_overcharge(random: Random, line: int, most_digits: int) -> Overcharge:
    """Of any size; half of them may cost an odd number of half cents before they are rounded."""
    digits = random.randrange(1, most_digits + 1)
    counted = Decimal(random.randrange(10**digits))
    decimals = random.randrange(0, 7)
    rate = Decimal(random.randrange(10 ** random.randrange(1, 8))).scaleb(-decimals)
    if random.random() < 0.5:
        counted, rate = 2 * counted + 1, round(rate, 2) + Decimal("0.005")
    elif random.random() < 0.3:
        counted += Decimal(random.randrange(1000)).scaleb(-3)
    above = random.choice([Decimal(0), counted // 3, counted.to_integral_value() // 1])
    return overcharge(
        line,
        f"{counted}",
        f"{Decimal(random.randrange(1, 10 ** random.randrange(1, 10))).scaleb(-2)}",
        fixed=f"{Decimal(random.choice([0, random.randrange(10**9)])).scaleb(-2)}",
        rate=f"{rate:f}",
        above=f"{min(above, counted)}",
        service=random.choice(["Scans", "scans ", "Audits"]),
        source=random.choice(SOURCES),
        reason=random.choice(REASONS),
    )


def found_in(lines: Sequence[Overcharge], most_listed: int = 10_000) -> Overcharges:
    """All that is said of these lines, of which only the largest are listed."""
    groups: dict[Group, list[Overcharge]] = {}
    for each in lines:
        groups.setdefault(each.group, []).append(each)
    sums = [
        Sum(
            group,
            Amounts(len(of), sum(each.paid for each in of), sum(each.price for each in of)),
        )
        for group, of in groups.items()
    ]
    sums.sort(key=lambda each: -each.amounts.overpaid)
    listed = sorted(lines, key=lambda each: each.price - each.paid)[:most_listed]
    counts = (10_000_000, 9_000_000, 8_000_000)
    return Overcharges(CONTRACT, None, "ledger.csv", *counts, tuple(sums), tuple(listed))
