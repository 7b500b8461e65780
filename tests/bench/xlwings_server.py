"""Prices through xlwings' server and COM, beside a function for xlwings that does nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from statistics import median

from rich.table import Table

from tests.bench.calc import APART, DOCUMENTS, FIRST_DAY, RANGES, WIDTH, amended_contract, serial
from tests.support.com_variants import LEFT_OUT, Variant, array, column, number, text
from tests.support.vba_values import as_tuples, handed_over, understood
from tests.support.wine import Windows
from tests.support.workbook_edits import sheets_of
from tests.support.xlwings_session import MODULE, Macros
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call

ROWS = 10_000
NOTHING = Path(__file__).with_name("nothing_udf.py")
SINGLE_CALLS = 100
"""Calls of one cell for each run: they take a millisecond or two."""


def by_com(runs: int) -> Table:
    """Milliseconds a call, one cell and a column, each in turn with one that does nothing."""
    random = Random(2)
    days = APART * (DOCUMENTS + 1)
    quantities = [number(random.randint(1, WIDTH * RANGES)) for _ in range(ROWS)]
    bought = [number(serial(FIRST_DAY) + random.randrange(days)) for _ in range(ROWS)]
    with tempfile.TemporaryDirectory() as folder:
        windows = Windows(Path(folder) / "windows")
        try:
            windows.add_module(NOTHING)
            macros = Macros(windows)
            sheets = as_tuples(sheets_of(amended_contract()))
            key = macros.read_sheets(*handed_over(sheets))
            plain = [[[cell.value] for cell in cells] for cells in (quantities, bought)]
            priced = macros.answer(key, "PRICE", column(quantities), column(bought))
            assert understood(priced) == call("PRICE", plain, read_workbook(sheets))
            one = compared(macros, key, [quantities[0], bought[0]], runs * SINGLE_CALLS)
            many = compared(macros, key, [column(quantities), column(bought)], runs * 3)
            macros.end()
        finally:
            windows.end()
    table = Table("in Excel, by xlwings", "does nothing, ms", "PRICE, ms", "ratio")
    table.add_row("one cell", *one)
    table.add_row(f"{ROWS:,} rows, one call", *many)
    return table


def compared(
    macros: Macros, key: Variant, asked: list[Variant], times: int
) -> tuple[str, str, str]:
    """Milliseconds of a call that does nothing and of one that prices, and their ratio."""
    arguments = [*asked, LEFT_OUT, LEFT_OUT]
    calls = [
        [NOTHING.stem, "do_nothing", arguments],
        [MODULE, "answer", [key, text("PRICE"), array(*arguments)]],
    ]
    macros.seconds(calls, 1)
    nothing, priced = macros.seconds(calls, times)
    ratio = median(one / other for one, other in zip(priced, nothing, strict=True))
    return f"{median(nothing) * 1e3:.2f}", f"{median(priced) * 1e3:.2f}", f"{ratio:.2f}"
