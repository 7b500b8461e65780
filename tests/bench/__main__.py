"""Times prices, start-up and build, each beside something that is run in the same minute.

    python -m tests.bench [--runs N] [--rows N ...] [--purchases N]

Figures are medians; what matters is the ratio, because machines and minutes differ.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import openpyxl
from rich.console import Console
from rich.table import Table

from workbooks import SHIPPED
from workbooks.build import build
from workbooks.package import packed
from xlfuncs.files.books.opened import open_workbook
from xlfuncs.files.books.packages import parts_of
from xlfuncs.files.loading import load
from xlfuncs.functions.calls import call
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.contract import Charge, Contract, Purchase, Row, Service
from xlfuncs.tables.drafts import draft_of
from xlfuncs.tables.reading import Reading

QUESTIONS = 10_000
FIRST_DAY = date(2020, 1, 1)
SIGNED = date(2013, 12, 1)
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


def timed(action: Callable[[], object], runs: int) -> float:
    """Seconds, the median of several runs after one that does not count."""
    action()
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        action()
        seconds.append(perf_counter() - start)
    return median(seconds)


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
    workbook = Workbook(Reading(amended_contract(count)))
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


def start_up(runs: int) -> Table:
    """`xlfuncs price` as a whole process, in turn with a Python that does nothing."""
    table = Table("command", "ms", "x python -c pass")
    price = ["-c", "from xlfuncs.cli import main; main(['price', '100000', '2013-12-20'])"]
    bare: list[float] = []
    asked: list[float] = []
    for _ in range(runs * 4 + 1):
        for arguments, seconds in ((["-c", "pass"], bare), (price, asked)):
            start = perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            seconds.append(perf_counter() - start)
    for name, seconds in (("python -c pass", bare), ("xlfuncs price 100000 2013-12-20", asked)):
        ratio = median(s / b for s, b in zip(seconds[1:], bare[1:], strict=True))
        table.add_row(name, f"{median(seconds[1:]) * 1e3:.1f}", f"{ratio:.2f}")
    return table


def building(runs: int) -> Table:
    """The shipped workbook, from the contract file to the bytes and back."""
    table = Table("step", "ms")
    contract = load(SHIPPED).contract
    assert contract is not None
    draft = draft_of(contract)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(build(draft, FIRST_DAY))
        table.add_row("read the contract file", f"{timed(lambda: load(SHIPPED), runs) * 1e3:.1f}")
        seconds = timed(lambda: build(draft, FIRST_DAY), runs)
        table.add_row("build the workbook", f"{seconds * 1e3:.1f}")

        def read() -> None:
            open_workbook.cache_clear()  # or it would stay open
            load(path)

        table.add_row("read it back", f"{timed(read, runs) * 1e3:.1f}")
        command = [sys.executable, "-m", "workbooks", "--force", "-o", path]
        whole = timed(lambda: subprocess.run(command, check=True, capture_output=True), runs)
        table.add_row("xlfuncs build, the whole command", f"{whole * 1e3:.1f}")
    return table


def many_purchases(count: int) -> Table:
    """Building a workbook of many purchases and building it anew, beside openpyxl writing one."""
    table = Table(f"{count:,} purchases", "s", "x openpyxl")
    random = Random(count)
    contract = load(SHIPPED).contract
    assert contract is not None
    purchases = tuple(
        Purchase(Decimal(random.choice([5, 100_000])), SIGNED + timedelta(random.randrange(90)))
        for _ in range(count)
    )
    draft = draft_of(contract._replace(purchases=purchases))
    plain = timed(lambda: plain_sheet(count), 1)
    table.add_row("openpyxl writes as many cells", f"{plain:.2f}", "1.0")
    seconds = timed(lambda: build(draft, FIRST_DAY), 1)
    table.add_row("build", f"{seconds:.2f}", f"{seconds / plain:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        parts = parts_of(build(draft, FIRST_DAY))
        notes = "xl/sharedStrings.xml"
        parts[notes] = parts[notes].replace(b"Amendment 1 amends the last", b"It amends the last")
        edited = packed(parts)

        def keep() -> None:
            path.write_bytes(edited)
            command = [sys.executable, "-m", "workbooks", "--keep", "-o", path]
            subprocess.run(command, check=True, capture_output=True)

        seconds = timed(keep, 1)
        table.add_row("xlfuncs build --keep", f"{seconds:.2f}", f"{seconds / plain:.1f}")
    return table


def plain_sheet(rows: int) -> None:
    """What openpyxl takes for the same number of cells with formulas, without looks or values."""
    book = openpyxl.Workbook()
    for row in range(1, rows + 1):
        formulas = [f"=A{row}*{column}" for column in range(5)]
        book.active.append([row, FIRST_DAY, None, None, *formulas])
    book.save(BytesIO())


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each figure")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[10, 1_000, 10_000], help="amendment rows"
    )
    parser.add_argument("--purchases", type=int, default=10_000, help="rows of a large workbook")
    chosen = parser.parse_args()
    console = Console()
    console.print(prices(chosen.rows, chosen.runs))
    console.print(start_up(chosen.runs))
    console.print(building(chosen.runs))
    console.print(many_purchases(chosen.purchases))


if __name__ == "__main__":
    main()
