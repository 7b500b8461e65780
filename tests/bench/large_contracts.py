"""Contracts of thousands of rows: how much longer twice the rows take."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from time import process_time

from rich.table import Table

from tests.support.large_contracts import FIRST, KINDS, amended
from xlfuncs.ledgers.price_table import build_price_table
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.diff import find_changes
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.schedule_timeline import schedule, timeline
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.lint import check_prices
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook

DAY = date(FIRST.year + 1, 6, 1)


def _check(contract: Contract) -> None:
    list(check_prices(contract))


def _diff(contract: Contract) -> None:
    find_changes(PriceBook(contract), PriceBook(amended(contract)))


def _build(contract: Contract) -> None:
    build_workbook(build_draft(contract), DAY, WorkbookKind.LAMBDAS)


ACTIONS: dict[str, Callable[[Contract], object]] = {
    "schedule": lambda contract: schedule(PriceBook(contract), DAY),
    "timeline": lambda contract: timeline(PriceBook(contract), Decimal(7)),
    "check": _check,
    "diff": _diff,
    "price list of batch and sql": build_price_table,
    "build": _build,
}


def large(rows: Sequence[int]) -> Table:
    """Seconds of the processor, and how many times as many as for the rows before."""
    table = Table("contract", "step", *(f"{count:,} rows, s" for count in rows), "growth")
    for kind, make in KINDS.items():
        contracts = [make(count) for count in rows]
        for name, action in ACTIONS.items():
            seconds = [_seconds(action, contract) for contract in contracts]
            growth = (f"{b / a:.1f}" for a, b in itertools.pairwise(seconds))
            table.add_row(kind, name, *(f"{each:.2f}" for each in seconds), " ".join(growth))
    return table


def _seconds(action: Callable[[Contract], object], contract: Contract) -> float:
    gc.collect()
    gc.disable()  # for that comes when there is much in memory, whoever put it there
    start = process_time()
    action(contract)
    seconds = process_time() - start
    gc.enable()
    return seconds
