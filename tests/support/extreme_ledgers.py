"""Random contracts and lines at the edge of what figures and quantities can be."""

from decimal import Decimal
from random import Random

from tests.support.random_contracts import random_dates, random_day
from tests.support.random_ledgers import Line
from xlfuncs.pricing.contract import Charge, Contract, PartUnits, Row, Service, fits_figure

STEPS = ("0.000001", "0.001", "0.25", "1", "1", "7", "1000", "1000000000", "999999999.999999")
RATES = (
    "0.000001",
    "0.0125",
    "0.999999",
    "2.5",
    "60000",
    "123456789",
    "999999999.999999",
    "999999999999999",
)
PRICES = ("0.01", "279995", "999999999.99", "999999999999999")
PERCENTS = ("0.000001", "15", "33.333333", "99.999999")
CHARGES = (
    Charge.PER_UNIT,
    Charge.GRADUATED,
    Charge.GRADUATED,
    Charge.ADDITIONAL,
    Charge.PACKAGE,
    Charge.DISCOUNT,
)
LARGEST_QUANTITIES = tuple(map(Decimal, ("999999999999999", "999999999.999999", "100000000")))


def extreme_contract(random: Random) -> Contract:
    """A table of up to four rows, and perhaps a percentage off it."""
    services = [
        Service(f"Service {number}", "units", Decimal(random.choice(STEPS)), random.choice(PARTS))
        for number in range(random.choice([1, 1, 2]))
    ]
    rows = [row for service in services for row in _rows(random, service)]
    return Contract("Extreme", "EXTREME", tuple(services), tuple(rows))


PARTS = (PartUnits.NONE, PartUnits.NONE, PartUnits.UP, PartUnits.DOWN, PartUnits.NEAREST)


def _rows(random: Random, service: Service) -> list[Row]:
    cuts = sorted({_quantity(random, service) for _ in range(random.randint(0, 3))} - {Decimal(0)})
    firsts = [Decimal(random.choice([0, 1])) * service.step, *cuts]
    lasts = [*(cut - service.step for cut in cuts), None]
    rows = [
        _row(random, service, 0, first, last, random.choice(CHARGES[:-1]))
        for first, last in zip(firsts, lasts, strict=True)
        if last is None or last >= first
    ]
    if random.random() < 0.5:
        rows.append(_row(random, service, 1, firsts[0], None, Charge.DISCOUNT))
    return rows


def _row(
    random: Random,
    service: Service,
    document: int,
    first: Decimal,
    last: Decimal | None,
    charge: Charge,
) -> Row:
    return Row(
        document,
        f"Document {document}",
        service.name,
        first,
        last,
        charge,
        price=Decimal(random.choice(PRICES)),
        unit_price=Decimal(random.choice(RATES)),
        percent=Decimal(random.choice(PERCENTS)),
        **{**random_dates(random), "ends": None},
    )


def _quantity(random: Random, service: Service) -> Decimal:
    """A whole number of steps, of any size."""
    most = random.choice(LARGEST_QUANTITIES) // service.step
    count = min(most, Decimal(10) ** random.randint(0, 21)) - random.randint(0, 3)
    found = max(count, Decimal(1)) * service.step
    return found if fits_figure(found) else service.step


def extreme_line(random: Random, contract: Contract) -> Line:
    """A line of one of the services, whose amount may be as large as any."""
    service = random.choice(contract.services)
    froms = [row.quantity_from for row in contract.rows if row.service == service.name]
    quantity = random.choice([*froms, *(_quantity(random, service) for _ in range(4))])
    quantity += random.choice([-1, 0, 0, 1]) * service.step
    paid = random.choice(["0.01", "-9999999999999999.99", "9999999999999999.99", "-0.01"])
    return (f"{max(quantity, Decimal(0)):f}", random_day(random).isoformat(), service.name, paid)
