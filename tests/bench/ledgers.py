"""A ledger as long as a worksheet, beside a query by hand, pandas and Polars; and its memory."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from rich.table import Table

from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract

HERE = Path(__file__).parent
TITLES = ["Invoice", "Quantity", "Purchased", "Service", "Paid", "Memo"]
FIRST_DAY, DAYS = date(2013, 6, 1), 1000
QUANTITIES = (0, 100, 20_000, 99_999, 100_000, 100_001)
HAND = "import duckdb, sys; duckdb.sql(open(sys.argv[1]).read())"
BATCH = "from xlfuncs.cli import main; import sys; sys.exit(main())"
AIM = 1.25
"""How many times as long as the query written by hand it may take."""


AIM_ALONE = 1.6
"""The same where nothing but price and outcome is written."""

WRITTEN = (
    *("Invoice", "Quantity", "Purchased", "Service", "Paid", "Memo"),
    *("price", "unit price", "billed", "source", "outcome", "reason", "difference"),
)
"""What is compared; nothing written by hand says what was charged instead."""


def ledgers(lines: int, runs: int) -> Table:
    """Seconds of whole processes, CSV to CSV; their files are compared line by line."""
    table = Table(f"{lines:,} purchases, CSV to CSV", "s", "x by hand")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = _commands(folder, lines)
        seconds: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(runs):
            for what, command in commands.items():
                (folder / f"{what}.csv").unlink(missing_ok=True)
                seconds[what].append(_seconds(command))
        _compare([folder / f"{what}.csv" for what in ("hand", "batch", "pandas", "polars")])
        _compare([folder / f"{what}.csv" for what in ("hand_alone", "batch_alone")])
    names = {
        "hand": ("DuckDB, the query written by hand", "hand"),
        "batch": (f"xlfuncs batch (aim: {AIM})", "hand"),
        "pandas": ("pandas, merge_asof twice", "hand"),
        "polars": ("Polars, join_asof twice", "hand"),
        "charged": ("xlfuncs batch, with what was charged instead", "hand"),
        "hand_alone": ("DuckDB by hand, price and outcome alone", "hand_alone"),
        "batch_alone": (f"xlfuncs batch --columns price,outcome (aim: {AIM_ALONE})", "hand_alone"),
    }
    for what, (words, beside) in names.items():
        pairs = zip(seconds[what], seconds[beside], strict=True)
        ratio = median(one / other for one, other in pairs)
        table.add_row(words, f"{median(seconds[what]):.2f}", f"{ratio:.2f}")
    return table


def memory(counts: Sequence[int]) -> Table:
    """What one process has of memory at its highest, for ledgers of several lengths."""
    table = Table("xlfuncs batch, lines", "s", "MiB at the highest")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            command = _commands(Path(name), count)["batch"]
            start = perf_counter()
            process = os.posix_spawn(command[0], command, dict(os.environ), file_actions=SILENT)
            _, status, used = os.wait4(process, 0)
            assert status == 0
            seconds = perf_counter() - start
            table.add_row(f"{count:,}", f"{seconds:.1f}", f"{used.ru_maxrss / 1024:,.0f}")
    return table


SILENT = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]


def _commands(folder: Path, lines: int) -> dict[str, list[str]]:
    """What is run, by the name of the file that it writes."""
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    ledger, rows = folder / "ledger.csv", folder / "rows.csv"
    _write_ledger(ledger, contract, lines)
    _write_rows(rows, build_price_table(contract))

    def by_hand(name: str, columns: str) -> list[str]:
        text = (HERE / "ledger_by_hand.sql").read_text(encoding="utf-8")
        query = folder / f"{name}.sql"
        out = folder / f"{name}.csv"
        query.write_text(text.format(ledger=ledger, out=out, columns=columns), encoding="utf-8")
        return [sys.executable, "-c", HAND, str(query)]

    def by_batch(name: str, *options: str) -> list[str]:
        written = ["-c", "shipped", "-o", str(folder / f"{name}.csv")]
        return [sys.executable, "-c", BATCH, "batch", str(ledger), *written, *options]

    def by_frames(name: str) -> list[str]:
        program = str(HERE / f"ledger_by_{name}.py")
        return [sys.executable, program, str(ledger), str(rows), str(folder / f"{name}.csv")]

    return {
        "hand": by_hand("hand", "*"),
        "batch": by_batch("batch", "--columns", ",".join(WRITTEN)),
        "pandas": by_frames("pandas"),
        "polars": by_frames("polars"),
        "charged": by_batch("charged"),
        "hand_alone": by_hand("hand_alone", '"Price", "Outcome"'),
        "batch_alone": by_batch("batch_alone", "--columns", "price,outcome"),
    }


def _write_ledger(path: Path, contract: Contract, lines: int) -> None:
    random = Random(lines)
    days = [(FIRST_DAY + timedelta(day)).isoformat() for day in range(DAYS)]
    service = contract.services[0].name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TITLES)
        for number in range(lines):
            quantity = random.choice(QUANTITIES)
            if random.random() < 0.5:
                quantity = random.randint(1, 200_000)
            paid = f"{random.randint(100, 30_000_000) / 100:.2f}"
            memo = f"order {number % 977}"
            writer.writerow([f"R-{number}", quantity, random.choice(days), service, paid, memo])


def _write_rows(path: Path, table: PriceTable) -> None:
    """The price list as the frames need it; each of its prices is one for the whole range."""
    [search] = table.searches
    ranges = search.root.lines
    days = sorted({each.since for each in ranges})
    quantities = sorted({each.first for each in ranges})
    begins = [(day, quantity) for day in days for quantity in quantities]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        titles = ["Price", "Unit price", "Billed", "Source", "Outcome", "Reason"]
        writer.writerow(["Since", "First", *titles])
        for since, first in begins:
            [line] = [
                table.lines[each.number - 1]
                for each in ranges
                if each.since <= since <= each.until and each.first <= first <= each.last
            ]
            assert not line.rate
            billed = None if line.fixed is None else table.contract.services[0].billed
            words = [billed and billed.value, line.source, line.answer, line.remark]
            writer.writerow([date.fromordinal(since), first, line.fixed, line.unit_price, *words])


def _seconds(command: Sequence[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - start


def _compare(files: Sequence[Path]) -> None:
    """Fails where two of the files differ in a line."""
    with ExitStack() as stack:
        readers = [
            csv.reader(stack.enter_context(file.open(encoding="utf-8", newline="")))
            for file in files
        ]
        for number, (expected, *others) in enumerate(zip(*readers, strict=True), start=1):
            for file, line in zip(files[1:], others, strict=True):
                assert line == expected, f"{file.name}, line {number}: {line} not {expected}"
