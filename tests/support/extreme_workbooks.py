"""Random contracts and purchases with figures at the ends of what a cell may hold."""

from decimal import Decimal
from random import Random

from tests.support.random_contracts import MOST_STEPS, random_contract, random_day
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Contract, Purchase, Row, fits_figure
from xlfuncs.sheets.reader import read_sheets
from xlfuncs.sheets.schema import KeyPlace
from xlfuncs.xlsx.lambdas.calculation_limits import find_uncountable_rows

STEPS = [*map(Decimal, ("1", "1", "1", "25", "0.5", "0.25", "0.001", "0.123456", "0.000001"))]
STEPS.append(Decimal("1000.5"))
PERCENTS = ["0", "0.0001", "0.5", "1", "1.0001", "15", "33.3333", "12.34567", "99.9999", "100"]
MOST_DIGITS, MOST_DECIMALS = 15, 6


def extreme_contract(random: Random, purchases: int) -> Contract:
    """A contract that can be built: it contradicts itself nowhere, and formulas can count it."""
    while True:
        contract = _extreme(random)
        bought = tuple(_purchase(random, contract) for _ in range(purchases))
        if read_sheets(sheets_of(contract)).contract and not any(find_uncountable_rows(contract)):
            return contract._replace(purchases=bought)


def _extreme(random: Random) -> Contract:
    contract = random_contract(random)
    services = {
        each.name: (
            each._replace(step=random.choice(STEPS)),
            10 ** random.choice([0, 0, 1, 3, 6, 9, 11]),
        )
        for each in contract.services
    }
    steps = {each.name: each.step for each in contract.services}
    rows = []
    for number, row in enumerate(contract.rows):
        service, times = services[row.service]
        more = service.step / steps[row.service] * times
        first = row.quantity_from * more
        last = None if row.quantity_to is None else row.quantity_to * more
        if not all(fits_figure(each) for each in (first, last) if each is not None):
            first, last = Decimal(0), None
        where = KeyPlace(f"row {number}", {})
        ranged = row._replace(quantity_from=first, quantity_to=last, clause=f"{number}")
        rows.append(_with_figures(random, ranged._replace(place=where)))
    chosen = tuple(service for service, _ in services.values())
    return contract._replace(services=chosen, rows=tuple(rows))


def _with_figures(random: Random, row: Row) -> Row:
    """The row with other figures where it states some."""
    price, unit_price, percent = row.price, row.unit_price, row.percent
    return row._replace(
        price=price if price is None else figure(random, 2),
        unit_price=unit_price if unit_price is None else figure(random, MOST_DECIMALS),
        percent=percent if percent is None else Decimal(random.choice(PERCENTS)),
    )


def figure(random: Random, most_decimals: int) -> Decimal:
    """A figure of up to 15 digits, the longest of which are nines or end in a half."""
    decimals = random.randint(0, most_decimals)
    digits = random.randint(1, MOST_DIGITS)
    whole = random.choice([random.randrange(10**digits), 10**digits - 1, 5 * 10 ** (digits - 1)])
    return Decimal(whole).scaleb(-decimals)


def _purchase(random: Random, contract: Contract) -> Purchase:
    service = random.choice(contract.services)
    most = max(row.quantity_from for row in contract.rows if row.service == service.name)
    quantity = random.choice(
        [
            service.step * random.randint(0, MOST_STEPS),
            most + service.step * random.randint(0, 3),
            service.step * 10 ** random.randint(0, MOST_DIGITS),
            service.step * int(figure(random, 0)),
            figure(random, MOST_DECIMALS),
        ]
    )
    asked = quantity if fits_figure(quantity) else service.step
    return Purchase(asked, random_day(random), service.name)
