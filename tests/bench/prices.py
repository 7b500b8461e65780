"""Prices in a range of ten thousand and one by one, beside a loop that looks nothing up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from time import perf_counter

from rich.table import Table

from tests.bench.timing import timed
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.sheets.parsers import Reading

QUESTIONS = 10_000
FIRST_DAY = date(2020, 1, 1)
SERIAL_OF_FIRST_DAY = 43831
RANGES = 100
AMENDMENT_DAYS = 7
"""Every week an amendment, so that ten thousand rows span two years."""


def amended_contract(rows: int) -> Contract:
    """A price table of a hundred ranges, and amendments that each restate the whole of it."""
    random = Random(rows)
    service = Service("Scanning", "IPs")
    table = []
    ranges = min(RANGES, rows)
    for document in range(rows // ranges + 1):
        since = FIRST_DAY + timedelta(days=AMENDMENT_DAYS * document)
        for number in range(ranges):
            first = Decimal(1000 * number + 1)
            table.append(
                Row(
                    document=document,
                    title=f"Document {document}",
                    service=service.name,
                    quantity_from=first,
                    quantity_to=None if number == ranges - 1 else first + 999,
                    charge=Charge.GRADUATED,
                    unit_price=Decimal(random.randint(1, 10**6)).scaleb(-4),
                    signed=since,
                    effective=since,
                )
            )
    return Contract("Bench", "BENCH", (service,), tuple(table))


def reference(cells: Sequence[Sequence[float]]) -> list[list[float]]:
    """What a loop over a range costs that looks nothing up: a product to the cent."""
    return [[round(quantity * 2.75, 2)] for (quantity,) in cells]


def prices(rows: Sequence[int], runs: int) -> Table:
    """Microseconds a price, in a range of ten thousand and one by one."""
    table = Table("amendment rows", "range, us", "x loop", "single, us", "first answer, ms")
    for count in rows:
        table.add_row(f"{count:,}", *prices_with(count, runs))
    return table


def prices_with(count: int, runs: int) -> Iterator[str]:
    """The figures for a contract of that many amendment rows, on all its days."""
    random = Random(count)
    workbook = PricedSheets(Reading(amended_contract(count)))
    days = AMENDMENT_DAYS * (count // min(RANGES, count) + 2)
    quantities = [[float(random.randint(1, 120_000))] for _ in range(QUESTIONS)]
    serials = [[float(SERIAL_OF_FIRST_DAY + random.randrange(days))] for _ in range(QUESTIONS)]
    singles = [(q, d) for (q,), (d,) in zip(quantities[:1000], serials[:1000], strict=True)]
    start = perf_counter()
    call("PRICE", singles[0], workbook)
    first = perf_counter() - start
    at_once = timed(lambda: call("PRICE", [quantities, serials], workbook), runs)
    loop = timed(lambda: reference(quantities), runs)
    single = timed(lambda: [call("PRICE", pair, workbook) for pair in singles], runs)
    yield f"{at_once / QUESTIONS * 1e6:.2f}"
    yield f"{at_once / loop:.1f}"
    yield f"{single / len(singles) * 1e6:.1f}"
    yield f"{first * 1e3:.1f}"
