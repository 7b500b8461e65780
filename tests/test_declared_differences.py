"""What is declared that formulas cannot do: there they refuse, where the core has a price."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from asked_books import Formula, template, with_questions, with_rows
from contracts_in_code import SERVICE, row
from declared_differences import DECLARED, UNSEEN, Case, Unseen, declared
from lambda_hosts import by_cellrune, by_ironcalc, called
from random_sheets import plain
from workbook_edits import BUILT, sheets_of, shipped_draft

from workbooks.build import build
from workbooks.kinds import Kind
from xlfuncs.files.loading import load
from xlfuncs.functions.calls import call
from xlfuncs.functions.workbook import workbook_of
from xlfuncs.pricing.contract import Contract, PartUnits, Row
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell
from xlfuncs.tables.reading import Sheets

DAY = 43997.0
TABLE = row(0, 1, "or more", "per unit", "2.75")
IN_QUARTERS = row(0, "0.25", "or more", "package", "19.5")
QUARTERS = {"step": Decimal("0.25"), "part_units": PartUnits.UP}


def discounted(percent: str) -> list[Row]:
    return [TABLE, row(1, 1, "or more", "discount", percent)]


@cache
def book() -> dict[str, bytes]:
    return template(build(shipped_draft(), BUILT, Kind.NAMES))


def asked(rows: list[Row], quantity: float, service: dict[str, Any]) -> tuple[Case, list[Cell]]:
    """The case of a price with what the core answers, and what the formulas do in each engine."""
    contract = Contract("Test", "TEST", (SERVICE._replace(**service),), tuple(rows))
    grids = [[[plain(cell) for cell in each] for each in grid] for grid in sheets_of(contract)[:2]]
    question: list[Cell] = [quantity, DAY, "", ""]
    formula = Formula(called("QUALYS", "PRICE", ["A1", "B1", "C1", "D1"]))
    content = with_questions(with_rows(book(), *grids), [[*question, formula]])
    found = [host(content, 1, 5)[0][4] for host in (by_ironcalc, by_cellrune)]
    return Case(contract, question, [call("PRICE", question, workbook_of(Sheets(*grids)))]), found


REFUSED = {
    "0.15 percent, or 15%": (discounted("0.15"), 100.0, {}),
    "1 percent, or 100%": (discounted("1"), 100.0, {}),
    "five decimals of a percent": (discounted("12.34567"), 100.0, {}),
    "ten trillion cents": ([row(0, 1, "or more", "per unit", "123456.789")], 1e9, {}),
    "a billion of quarters": ([IN_QUARTERS], 1e9, QUARTERS),
    "a billion and a half unit": ([TABLE], 1e9 + 0.5, {"part_units": PartUnits.UP}),
}
PRICED = {
    "no percent": (discounted("0"), 100.0, {}),
    "more than 1 percent": (discounted("1.0001"), 100.0, {}),
    "many cents": ([row(0, 1, "or more", "per unit", "1.006")], 999_999_999.0, {}),
    "a billion whole ones": ([row(0, 1, "or more", "package", "19.5")], 1e9, {}),
    "quarters just below": ([IN_QUARTERS], 999_999_999.75, QUARTERS),
}


@pytest.mark.parametrize("case", REFUSED)
def test_formulas_refuse_for_a_declared_reason(case: str) -> None:
    known, found = asked(*REFUSED[case])
    assert isinstance(known.answers[0], float)
    assert found == [NOT_AVAILABLE] * 2
    assert declared(known, NOT_AVAILABLE)


@pytest.mark.parametrize("case", PRICED)
def test_formulas_price_what_is_just_beyond(case: str) -> None:
    known, found = asked(*PRICED[case])
    assert found == list(known.answers) * 2


def test_each_declared_reason_is_shown_to_be_one() -> None:
    cases = [asked(*each)[0] for each in REFUSED.values()]
    assert all(any(map(each.applies, cases)) for each in DECLARED)


def test_another_price_is_never_declared() -> None:
    known, _ = asked(*REFUSED["1 percent, or 100%"])
    assert not declared(known, 272.25)


def as_percent(book: Any) -> None:
    book["Tiers"]["F5"].number_format = "0%"


def merged(book: Any) -> None:
    book["Tiers"].merge_cells("R5:R6")


def a_second_prefix(book: Any) -> None:
    book["Contract"].append(["Function prefix", "ACME"])


@pytest.mark.parametrize(
    ("edit", "unseen"), list(zip((as_percent, merged, a_second_prefix), UNSEEN, strict=True))
)
def test_what_formulas_do_not_see_keeps_the_core_from_pricing(
    edit: Callable[[Any], None], unseen: Unseen, tmp_path: Path
) -> None:
    path = tmp_path / f"{unseen.name}.xlsx"
    book = openpyxl.load_workbook(BytesIO(build(shipped_draft(), BUILT, Kind.NAMES)))
    edit(book)
    book.save(path)
    assert load(path).problems
    parts = template(path.read_bytes())
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):  # openpyxl says of blank cells that they are 0
            parts[name] = parts[name].replace(b' t="n" />', b"/>").replace(b' t="n"/>', b"/>")
    formula = Formula(called("QUALYS", "PRICE", ["100000", "DATE(2013,12,20)"]))
    assert by_ironcalc(with_questions(parts, [[formula]]), 1, 1) == [[255000.0]]
