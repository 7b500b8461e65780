"""Random ledgers: lines as people export them, some wrong, and figures as large as they can be."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.random_contracts import (
    MONTH,
    MONTH_AND_BEFORE,
    QUANTITIES,
    RandomContract,
    days_of_knowing,
    draw_days,
    maybe,
)
from xlfuncs.pricing.contract import Charge, Contract, Counted, PartUnits, Row, Service, fits_figure

Line = tuple[str | None, str | None, str | None, str | None]
"""Quantity, day, service and amount paid, as they are written."""


WRONG_QUANTITIES = ("", None, "x", "1e3", "-1", "-0.5", "12,5", "1.2345678", "9" * 16, "5.", ".5")
WRONG_QUANTITIES += ("1,200", "(5)", "5-", "5 parsecs", "1,23,456.00")
WRONG_DAYS = ("", None, "20/12/2013", "2013-1-5", "2020-02-30", "1899-12-31", "1900-02-28", "today")
WRONG_DAYS += ("2020", "1905-07-12", "3/15/26", "15-Mar-26", "31 Jun 2020", "20 Mars 2020")
WRONG_SERVICES = ("Gardening", "", None, "  ", chr(160))
WRONG_AMOUNTS = ("", None, "free", "1,000", "CHF 5", "5 \u00a3", "$$5", "1e3")


class Ledger(NamedTuple):
    """Lines about a contract, as it was known on a day; shown without its lines, of which the
    test that fails names one.
    """

    contract: Contract
    lines: list[Line]
    known_on: date | None = None

    def __repr__(self) -> str:
        return f"{self.contract!r}\n  {len(self.lines)} lines, known on {self.known_on}"


# Hypothesis draws the contract and the seed of the lines: it could not shrink so many.
seeded = st.randoms(use_true_random=True)


@st.composite
def ledgers(draw: DrawFn, of: SearchStrategy[Contract], count: int) -> Ledger:
    """Contracts with so many lines each."""
    contract, random = draw(of), draw(seeded)
    contract = contract._replace(currency=draw(st.sampled_from(["USD", "EUR", ""])))
    lines = [random_line(random, contract) for _ in range(count)]
    return Ledger(contract, lines, draw(days_of_knowing))


LARGE_SHARE = 0.05
"""How many quantities are as large as they can be."""


def random_line(random: Random, contract: Contract) -> Line:
    service = random.choice(contract.services)
    quantity = random.randrange(QUANTITIES) * service.step
    if random.random() < 0.2:
        quantity += random.choice([Decimal("0.1"), Decimal("0.5"), Decimal("0.000001"), Decimal(1)])
    if random.random() < LARGE_SHARE:
        quantity = Decimal(random.choice([10**15 - 1, 10**14, "999999999.999999"]))
    return (
        _written(random, _quantity_as_exported(random, quantity, service), WRONG_QUANTITIES),
        _written(random, _day(random), WRONG_DAYS),
        _written(random, _name(random, service.name), WRONG_SERVICES),
        _written(random, _amount_as_exported(random, contract.currency), WRONG_AMOUNTS),
    )


def _quantity_as_exported(random: Random, quantity: Decimal, service: Service) -> str:
    forms = [f"{quantity:f}"] * 12 + [f"{quantity:,f}", f"{quantity:f} {service.unit}"]
    return random.choice(forms)


def _amount_as_exported(random: Random, currency: str) -> str:
    """An amount in one of many forms, with the currency of the contract or another."""
    amount = Decimal(random.randint(-100_000, 1_000_000)) / 100
    size = f"{abs(amount):,.2f}" if random.random() < 0.5 else f"{abs(amount):.2f}"
    if random.random() < 0.5:
        size = (
            random.choice(["$%s", "$ %s", "US$%s", "USD %s", "%s usd", "\u20ac%s", "%s EUR"]) % size
        )
    if amount >= 0:
        return size
    return random.choice(["-%s", "\u2212%s", "(%s)", "%s-", "- %s"]) % size


def _written(random: Random, text: str, wrong: tuple[str | None, ...]) -> str | None:
    if random.random() < 0.06:
        return random.choice(wrong)
    return f" {text}" if random.random() < 0.05 else text


def _day(random: Random) -> str:
    day = random.choice(MONTH_AND_BEFORE)
    if random.random() < 0.05:
        day = random.choice([date(1900, 3, 1), date(9999, 12, 31)])
    written = day.isoformat()
    if random.random() < 0.2:
        named = [
            f"{day:%d-%b-%Y}",
            f"{day:%b %d, %Y}",
            f"{day.day} {day:%B %Y}",
            f"{day:%d %b. %Y}",
        ]
        written = random.choice(named)
    time = [" 14:30:00", " 2:30 PM", "  2:30:00 a.m.", " 00:00"]
    return f"{written}{random.choice(time)}" if random.random() < 0.1 else written


def _name(random: Random, name: str) -> str:
    spaced = [f"  {name.replace(' ', '   ')}", f"{name.replace(' ', chr(160))}{chr(160)}"]
    return random.choice([name, name, name.upper(), *spaced])


# Figures and quantities at the edge of what they can be.

EXTREME_SERVICES = st.lists(
    st.builds(
        Service,
        st.just(""),
        st.just("units"),
        st.sampled_from(
            [
                *map(Decimal, ("1", "1", "7", "0.25", "0.001", "0.000001", "1000", "1000000000")),
                Decimal("999999999.999999"),
            ]
        ),
        st.sampled_from(PartUnits),
        billed=st.none(),
        counted=st.just(Counted.PURCHASE),
        limit=st.none(),
    ),
    min_size=1,
    max_size=2,
)
PRICES = st.sampled_from([*map(Decimal, ("0.01", "279995", "999999999.99", "999999999999999"))])
RATES = st.sampled_from(
    [
        *map(Decimal, ("2.5", "0.000001", "0.0125", "0.999999", "60000", "123456789")),
        *map(Decimal, ("999999999.999999", "999999999999999")),
    ]
)
PERCENTS = st.sampled_from([*map(Decimal, ("15", "0.000001", "33.333333", "99.999999"))])
PER = st.sampled_from([1, 1, 1, 10, 1_000, 1_000_000])
BOUNDS = maybe(0.2, [("minimum",), ("maximum",), ("minimum", "maximum")])
CHARGES = st.sampled_from(
    [
        *(Charge.PACKAGE, Charge.PER_UNIT, Charge.ADDITIONAL),
        *(Charge.GRADUATED, Charge.GRADUATED),
    ]
)
DISCOUNTS = st.sampled_from([Charge.DISCOUNT, Charge.STANDING_DISCOUNT])
LARGEST = tuple(map(Decimal, ("999999999999999", "999999999.999999", "100000000")))
LOWEST, HAS_DISCOUNT = st.integers(0, 1), st.booleans()
CUTS = st.lists(
    st.tuples(st.sampled_from(LARGEST), st.integers(0, 21), st.integers(0, 3)), max_size=3
)


@st.composite
def extreme_contracts(draw: DrawFn) -> Contract:
    """A table of up to four rows, and perhaps a percentage off it."""
    services = [
        each._replace(name=f"Service {number}")
        for number, each in enumerate(draw(EXTREME_SERVICES))
    ]
    rows = [row for service in services for row in _extreme_rows(draw, service)]
    return RandomContract("Extreme", "EXTREME", tuple(services), tuple(rows))


def _extreme_rows(draw: DrawFn, service: Service) -> list[Row]:
    cuts = sorted({_quantity(service, *cut) for cut in draw(CUTS)})
    firsts = [draw(LOWEST) * service.step, *cuts]
    lasts = [*(cut - service.step for cut in cuts), None]
    rows = [
        _extreme_row(draw, service, 0, first, last, draw(CHARGES))
        for first, last in zip(firsts, lasts, strict=True)
        if last is None or last >= first
    ]
    if draw(HAS_DISCOUNT):
        rows.append(_extreme_row(draw, service, 1, firsts[0], None, draw(DISCOUNTS)))
    return rows


def _extreme_row(
    draw: DrawFn,
    service: Service,
    document: int,
    first: Decimal,
    last: Decimal | None,
    charge: Charge,
) -> Row:
    bounds = draw(BOUNDS) or ()
    return Row(
        document,
        f"Document {document}",
        service.name,
        first,
        last,
        charge,
        price=draw(PRICES),
        unit_price=draw(RATES),
        per=draw(PER),
        percent=draw(PERCENTS),
        **dict(zip(bounds, sorted(draw(PRICES) for _ in bounds), strict=True)),
        **{**draw_days(draw), "ends": None},
    )


def _quantity(service: Service, largest: Decimal, digits: int, below: int) -> Decimal:
    """A whole number of steps, of any size."""
    count = min(largest // service.step, Decimal(10) ** digits) - below
    found = max(count, Decimal(1)) * service.step
    return found if fits_figure(found) else service.step


@st.composite
def extreme_ledgers(draw: DrawFn, count: int) -> Ledger:
    """The most extreme contracts with so many lines each."""
    contract, random = draw(extreme_contracts()), draw(seeded)
    return Ledger(contract, [extreme_line(random, contract) for _ in range(count)])


def extreme_line(random: Random, contract: Contract) -> Line:
    """A line of one of the services, whose amount may be as large as any."""
    service = random.choice(contract.services)
    froms = [row.quantity_from for row in contract.rows if row.service == service.name]
    quantity = random.choice([*froms, *(_any_quantity(random, service) for _ in range(4))])
    quantity += random.choice([-1, 0, 0, 1, Decimal("0.5")]) * service.step
    if not fits_figure(quantity):
        quantity = service.step
    paid = random.choice(["0.01", "-9999999999999999.99", "9999999999999999.99", "-0.01"])
    return f"{max(quantity, Decimal(0)):f}", f"{random.choice(MONTH)}", service.name, paid


def _any_quantity(random: Random, service: Service) -> Decimal:
    return _quantity(service, random.choice(LARGEST), random.randint(0, 21), random.randint(0, 3))
