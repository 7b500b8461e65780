"""The commands: start-up, building the shipped workbook and one of many purchases."""

import subprocess
import sys
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import openpyxl
from rich.table import Table

from tests.bench.timing import timed
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Purchase
from xlfuncs.sheets.draft import build_draft
from xlfuncs.xlsx.builder import build_workbook
from xlfuncs.xlsx.package import read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.reader import open_workbook

BUILT = date(2020, 1, 1)
SIGNED = date(2013, 12, 1)


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
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    draft = build_draft(contract)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(build_workbook(draft, BUILT))
        table.add_row(
            "read the contract file", f"{timed(lambda: load_reading(SHIPPED), runs) * 1e3:.1f}"
        )
        seconds = timed(lambda: build_workbook(draft, BUILT), runs)
        table.add_row("build the workbook", f"{seconds * 1e3:.1f}")

        def read() -> None:
            open_workbook.cache_clear()  # or it would stay open
            load_reading(path)

        table.add_row("read it back", f"{timed(read, runs) * 1e3:.1f}")
        command = [sys.executable, "-m", "xlfuncs", "build", "--force", "-o", path]
        whole = timed(lambda: subprocess.run(command, check=True, capture_output=True), runs)
        table.add_row("xlfuncs build, the whole command", f"{whole * 1e3:.1f}")
    return table


def many_purchases(count: int) -> Table:
    """Building a workbook of many purchases and rebuilding it, beside openpyxl writing one."""
    table = Table(f"{count:,} purchases", "s", "x openpyxl")
    random = Random(count)
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    purchases = tuple(
        Purchase(Decimal(random.choice([5, 100_000])), SIGNED + timedelta(random.randrange(90)))
        for _ in range(count)
    )
    draft = build_draft(contract._replace(purchases=purchases))
    plain = timed(lambda: plain_sheet(count), 1)
    table.add_row("openpyxl writes as many cells", f"{plain:.2f}", "1.0")
    seconds = timed(lambda: build_workbook(draft, BUILT), 1)
    table.add_row("build", f"{seconds:.2f}", f"{seconds / plain:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        parts = read_parts(build_workbook(draft, BUILT))
        notes = "xl/sharedStrings.xml"
        parts[notes] = parts[notes].replace(b"Amendment 1 amends the last", b"It amends the last")
        edited = pack_parts(parts)

        def keep() -> None:
            path.write_bytes(edited)
            command = [sys.executable, "-m", "xlfuncs", "build", "--keep", "-o", path]
            subprocess.run(command, check=True, capture_output=True)

        seconds = timed(keep, 1)
        table.add_row("xlfuncs build --keep", f"{seconds:.2f}", f"{seconds / plain:.1f}")
    return table


def plain_sheet(rows: int) -> None:
    """What openpyxl takes for the same number of cells with formulas, without looks or values."""
    book = openpyxl.Workbook()
    for row in range(1, rows + 1):
        formulas = [f"=A{row}*{column}" for column in range(5)]
        book.active.append([row, BUILT, None, None, *formulas])
    book.save(BytesIO())
