"""Prices by the LAMBDA names of a workbook in IronCalc, beside as many lookups of a row there."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter

import ironcalc
from rich.table import Table

from tests.bench.prices import AMENDMENT_DAYS, RANGES, SERIAL_OF_FIRST_DAY, amended_contract
from tests.support.asked_books import ASKED, Content, Formula, Rows, template, with_questions
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.draft import build_draft
from xlfuncs.sheets.parsers import Reading
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook

BUILT = date(2020, 1, 1)
QUESTIONS = 10_000
ONE_CELL_EACH, ONE_RANGE = "one cell each", "one range"
LOOKED_UP = (
    "_xlfn.MAP({0},_xlfn.LAMBDA(_xlpm.quantity,"
    "INDEX($F$1:$F$100,MATCH(_xlpm.quantity,$E$1:$E$100,1))))"
)
PRICED = "BENCH_PRICE({0},{1})"


def by_names(rows: tuple[int, ...] = (10, 100)) -> Table:
    """Seconds, of one run."""
    table = Table(f"{QUESTIONS:,} prices in IronCalc", "", "INDEX/MATCH, s", "PRICE, s", "ratio")
    for count in rows:
        contract = amended_contract(count)
        parts = template(build_workbook(build_draft(contract), BUILT, WorkbookKind.LAMBDAS))
        asked = questions(count)
        check(parts, asked, contract)
        for way in (ONE_CELL_EACH, ONE_RANGE):
            looked_up, priced = (seconds(parts, asked, each, way) for each in (LOOKED_UP, PRICED))
            figures = (f"{looked_up:.2f}", f"{priced:.2f}", f"{priced / looked_up:.0f}")
            table.add_row(f"{count} amendment rows", way, *figures)
    return table


def questions(count: int) -> list[list[float]]:
    random = Random(count)
    days = AMENDMENT_DAYS * (count // min(RANGES, count) + 2)
    return [
        [float(random.randint(1, 120_000)), float(SERIAL_OF_FIRST_DAY + random.randrange(days))]
        for _ in range(QUESTIONS)
    ]


def filled(asked: list[list[float]], formula: str, way: str) -> Rows:
    """The questions with a formula behind them, and beside them a table to look up."""
    rows: list[list[object]] = [[*row, None, None, None, None] for row in asked]
    for number, row in enumerate(rows[:RANGES]):
        row[4:] = [1000.0 * number + 1, float(number)]
    for number, row in enumerate(rows, 1):
        if way == ONE_CELL_EACH:
            row[2] = Formula(formula.format(f"A{number}", f"B{number}"))
    if way == ONE_RANGE:
        handed = (f"A1:A{len(rows)}", f"B1:B{len(rows)}")
        rows[0][2] = Formula(formula.format(*handed), height=len(rows))
    return rows


def seconds(parts: Content, asked: list[list[float]], formula: str, way: str) -> float:
    model = opened(with_questions(parts, filled(asked, formula, way)))
    start = perf_counter()
    model.evaluate()
    return perf_counter() - start


def check(parts: Content, asked: list[list[float]], contract: Contract) -> None:
    """Nothing is timed that answers something else than the core."""
    some = asked[:10]
    model = opened(with_questions(parts, filled(some, PRICED, ONE_CELL_EACH)))
    model.evaluate()
    found = [model.get_cell_value_by_ref(f"{ASKED}!C{row + 1}") for row in range(len(some))]
    workbook = PricedSheets(Reading(contract))
    assert found == [call("PRICE", question, workbook) for question in some]


def opened(content: bytes) -> ironcalc.Model:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(content)
        return ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
