"""Random contracts, dense enough for ties, gaps, holes and windows to be ordinary."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from xlfuncs.pricing.contract import Charge, Contract, PartUnits, Row, Service
from xlfuncs.pricing.price_book import Question

START = date(2020, 2, 1)
DAYS = 30
STEPS = [Decimal(1), Decimal(1), Decimal(1), Decimal(5), Decimal("0.25")]
MOST_STEPS = 24


def random_contract(random: Random) -> Contract:
    services = [
        Service(f"Service {number}", "units", random.choice(STEPS), random.choice(list(PartUnits)))
        for number in range(random.choice([1, 1, 2]))
    ]
    documents = list(enumerate(random_dates(random) for _ in range(5)))
    rows: list[Row] = []
    for service in services:
        rows += random_ladder(random, service, *documents[0])
        for _ in range(random.randint(0 if rows else 1, 7)):
            first = random.randint(0, MOST_STEPS)
            last = random.choice([None, first, random.randint(first, MOST_STEPS)])
            charge = random.choice([*Charge, Charge.GRADUATED, Charge.DISCOUNT])
            rows.append(random_row(random, service, first, last, charge, *random.choice(documents)))
    return Contract("Random", "RANDOM", tuple(services), tuple(rows))


def random_ladder(
    random: Random, service: Service, document: int, dates: dict[str, date | None]
) -> list[Row]:
    """A price table as contracts have them, each row beginning where the last one ended."""
    cuts = sorted(random.sample(range(2, MOST_STEPS), random.randint(0, 4)))
    firsts = [random.choice([0, 1, 1]), *cuts]
    lasts = [cut - 1 for cut in cuts] + [random.choice([None, MOST_STEPS])]
    table = random.choice([Charge.GRADUATED, Charge.GRADUATED, Charge.PER_UNIT, Charge.PACKAGE])
    rows = []
    for first, last in zip(firsts, lasts, strict=True):
        charge = table if random.random() < 0.85 else random.choice(list(Charge))
        row = random_row(random, service, first, last, charge, document, dates)
        rows.append(row._replace(purchased_from=None, purchased_through=None))
    return rows


def random_dates(random: Random) -> dict[str, date | None]:
    return {
        "signed": maybe(random, 0.85, lambda: random_day(random, early=20)),
        "effective": maybe(random, 0.8, lambda: random_day(random, early=20)),
        "ends": maybe(random, 0.1, lambda: random_day(random)),
    }


def random_row(
    random: Random,
    service: Service,
    first: int,
    last: int | None,
    charge: Charge,
    document: int,
    dates: dict[str, date | None],
) -> Row:
    return Row(
        document=document,
        title=f"Document {document}",
        service=service.name,
        quantity_from=first * service.step,
        quantity_to=None if last is None else last * service.step,
        charge=charge,
        **random_figures(random, charge),
        **dates,
        purchased_from=maybe(random, 0.15, lambda: random_day(random)),
        purchased_through=maybe(random, 0.15, lambda: random_day(random)),
    )


def random_figures(random: Random, charge: Charge) -> dict[str, Decimal | None]:
    cents = Decimal(random.randint(0, 100_000)).scaleb(-2)
    rate = Decimal(random.randint(0, 10**7)).scaleb(-random.randint(0, 6))
    percent = Decimal(random.randint(0, 400)).scaleb(-random.choice([0, 1, 2, 6])) % 100
    needed: dict[Charge, dict[str, Decimal]] = {
        Charge.PACKAGE: {"price": cents},
        Charge.PER_UNIT: {"unit_price": rate},
        Charge.GRADUATED: {"unit_price": rate},
        Charge.ADDITIONAL: {"price": cents, "unit_price": rate},
        Charge.DISCOUNT: {"percent": percent},
    }
    figures = needed.get(charge, {})
    return {name: maybe(random, 0.95, lambda f=figure: f) for name, figure in figures.items()}


def random_question(random: Random, contract: Contract) -> Question:
    service = random.choice(contract.services)
    return Question(
        quantity=random.randint(0, MOST_STEPS + 4) * service.step,
        purchased=random_day(random),
        service=service.name,
        known_on=maybe(random, 0.3, lambda: random_day(random)),
    )


def random_day(random: Random, early: int = 0) -> date:
    return START + timedelta(days=random.randrange(-early, DAYS))


def maybe(random: Random, chance: float, make):
    return make() if random.random() < chance else None
