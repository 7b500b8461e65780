"""What is declared that formulas cannot do: there they refuse, where the core has a price."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.asked_books import Formula, template, with_questions, with_rows
from tests.support.contracts_in_code import SERVICE, row
from tests.support.declared_differences import UNSEEN, Case, Unseen, declared, limit_of
from tests.support.lambda_hosts import by_cellrune, by_ironcalc, called
from tests.support.random_sheets import plain
from tests.support.workbook_edits import BUILT, sheets_of, shipped_draft
from xlfuncs.functions.cache import read_workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import load_reading
from xlfuncs.pricing.contract import Contract, Counted, PartUnits, Row
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell
from xlfuncs.sheets.reader import Sheets
from xlfuncs.sheets.schema import COLUMNS, column_letter
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.lambdas.calculation_limits import Limit

DAY = 43997.0
TABLE = row(0, 1, "or more", "per unit", "2.75")
IN_QUARTERS = row(0, "0.25", "or more", "package", "19.5")
QUARTERS = {"step": Decimal("0.25"), "part_units": PartUnits.UP}


def discounted(percent: str) -> list[Row]:
    return [TABLE, row(1, 1, "or more", "discount", percent)]


@cache
def book() -> dict[str, bytes]:
    return template(build_workbook(shipped_draft(), BUILT, WorkbookKind.LAMBDAS))


def asked(
    rows: list[Row], quantity: float, service: dict[str, Any]
) -> tuple[Case, list[list[Cell]]]:
    """The case of a price with what the core answers, and the price and explanation of formulas in
    each engine."""
    contract = Contract("Test", "TEST", (SERVICE._replace(**service),), tuple(rows))
    grids = [[[plain(cell) for cell in each] for each in grid] for grid in sheets_of(contract)[:2]]
    question: list[Cell] = [quantity, DAY, "", "", ""]
    formulas = [
        Formula(called("QUALYS", function, ["A1", "B1", "C1", "D1", "E1"]))
        for function in ("PRICE", "EXPLAIN")
    ]
    content = with_questions(with_rows(book(), *grids), [[*question, *formulas]])
    found = [host(content, 1, 7)[0][5:] for host in (by_ironcalc, by_cellrune)]
    return Case(contract, question, [call("PRICE", question, read_workbook(Sheets(*grids)))]), found


def graduated(*slabs: tuple[str, str]) -> list[Row]:
    """Slabs, each from a quantity on for a unit price; the last is open."""
    ends = [*(str(int(first) - 1) for first, _ in slabs[1:]), "or more"]
    return [
        row(0, first, end, "graduated", each)
        for (first, each), end in zip(slabs, ends, strict=True)
    ]


IN_DROPS = {"step": Decimal("0.000001")}
LONG = "0.000005"
IN_PARTS = {"step": Decimal("0.001")}
IN_CRATES = {"step": Decimal("1000.5"), "part_units": PartUnits.UP}
TWO_PRICES = [row(0, 1, 9, "package", 7, LONG), row(0, 10, "or more", "per unit", "2.75")]

REFUSED = {
    "0.15 percent, or 15%": (Limit.SMALL_PERCENT, discounted("0.15"), 100.0, {}),
    "1 percent, or 100%": (Limit.SMALL_PERCENT, discounted("1"), 100.0, {}),
    "five decimals of a percent": (Limit.LONG_PERCENT, discounted("12.34567"), 100.0, {}),
    "nine decimals": (
        Limit.LONG_UNIT_PRICE, [row(0, 1, "or more", "per unit", LONG)], 5.0, IN_PARTS,
    ),
    "nine decimals in a slab below": (
        Limit.LONG_UNIT_PRICE, [
            row(0, "0.001", 10, "graduated", LONG),
            row(0, "10.001", "or more", "graduated", "2.75"),
        ],
        11.0,
        IN_PARTS,
    ),
    "ten trillion cents": (
        Limit.LONG_AMOUNT, [row(0, 1, "or more", "per unit", "123456.789")], 1e9, {},
    ),
    "just ten trillion cents": (
        Limit.LONG_AMOUNT, [row(0, 1, "or more", "per unit", "1000.0001")], 1e8, {},
    ),
    "half a cent that might be less": (
        Limit.LONG_AMOUNT, [row(0, 1, "or more", "per unit", "1000.00005")], 10_000_100.0, {},
    ),
    "a sum of sixteen digits": (
        Limit.LONG_AMOUNT, graduated(("1", "1.000001"), ("11", "1000")), 9_000_011.0, {},
    ),
    "a price of sixteen digits below a discount": (
        Limit.LONG_AMOUNT,
        [
            row(0, 1, 9, "package", "9999999999999.99"),
            row(0, 10, "or more", "per unit", "1.001"),
            row(1, 1, "or more", "discount", "20"),
        ],
        1.0,
        {},
    ),
    "a billion in millionths": (
        Limit.MANY_PARTS, [row(0, 1, "or more", "package", "19.5")], 1e9, IN_DROPS,
    ),
    "a billion within a step": (
        Limit.MANY_PARTS, [row(0, "1000.5", "or more", "package", "19.5")], 1e9, IN_CRATES,
    ),
}  # fmt: skip
REFUSED |= {
    "a package among slabs": (
        Limit.INTERRUPTED,
        [*graduated(("1", "5"), ("11", "4")), row(1, 5, 10, "package", 40)],
        20.0,
        {},
    ),
    "a document that replaces another on no day that is on file": (
        Limit.REPLACED,
        [
            TABLE,
            row(1, 7, 7, "package", 5),
            row(2, 500, 500, "package", 9, effective=None, replaces=1),
        ],
        100.0,
        {},
    ),
    "quantities that may add up": (
        Limit.ADDED_UP,
        [row(0, 1, "or more", "per unit", 2)],
        5.0,
        {"counted": Counted.NOT_SAID},
    ),
    "parts that may cost the same": (
        Limit.EITHER_WAY,
        [row(0, 1, "or more", "per unit", LONG)],
        5.0005,
        {**IN_PARTS, "part_units": PartUnits.NOT_SAID},
    ),
}
PRICED = {
    "no percent": (discounted("0"), 100.0, {}),
    "more than 1 percent": (discounted("1.0001"), 100.0, {}),
    "a small percentage off nothing": (discounted("0.5"), 0.0, {}),
    "eight decimals": ([row(0, 1, "or more", "per unit", "0.00005")], 300.0, IN_PARTS),
    "nine decimals beside it": (TWO_PRICES, 10.0, IN_PARTS),
    "a package with a long unit price": (TWO_PRICES, 1.0, IN_PARTS),
    "nearly ten trillion cents": ([row(0, 1, "or more", "per unit", "999.99999")], 1e8, {}),
    "many cents": ([row(0, 1, "or more", "per unit", "1.006")], 999_999_999.0, {}),
    "a sum of fifteen digits": (
        graduated(("1", "1.000001"), ("11", "1000")), 8_999_000.0, {}
    ),
    "a billion whole ones": ([row(0, 1, "or more", "package", "19.5")], 1e9, {}),
    "quarters just below": ([IN_QUARTERS], 999_999_999.75, QUARTERS),
    "a billion of quarters": ([IN_QUARTERS], 1e9 + 0.25, QUARTERS),
    "nearly all quarters": ([IN_QUARTERS], 249_999_999_999_999.0, QUARTERS),
    "a part of very many": ([IN_QUARTERS], 12_345_678_901_234.1, QUARTERS),
    "a billion and a half unit": ([TABLE], 1e9 + 0.5, {"part_units": PartUnits.UP}),
    "fifteen nines with a part": ([TABLE], 99_999_999_999.9999, {"part_units": PartUnits.DOWN}),
    "millionths just below": ([row(0, 1, "or more", "package", 1)], 999_999_999.0, IN_DROPS),
    "nearly a billion within a step": (
        [row(0, "1000.5", "or more", "package", 1)], 999_999_999.0, IN_CRATES,
    ),
    "a package within a slab": (
        [*graduated(("1", "5"), ("11", "4")), row(1, 4, 6, "package", 19)], 20.0, {},
    ),
    "slabs that displace a package": (
        [row(0, 1, "or more", "package", 9), *(each._replace(document=1, effective=date(2020, 1, 2))
         for each in graduated(("1", "5"), ("11", "4")))], 20.0, {},
    ),
    "a package below slabs": (
        [row(0, 0, 10, "package", 19), row(0, 11, "or more", "graduated", 4)], 20.0, {},
    ),
    "a document that replaces another": (
        [TABLE, row(1, 1, "or more", "package", 5), row(2, 1, 7, "package", 9, replaces=1)],
        100.0,
        {},
    ),
    "the price of one of a million": (
        [row(0, 1, "or more", "per unit", "4155.55", per=1_000_000)], 123_457.0, {},
    ),
    "a minimum of fifteen digits on a package": (
        [row(0, 1, "or more", "package", 1, minimum=Decimal("9999999999999.99"))], 5.0, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_formulas_refuse_beyond_a_limit_and_say_that_others_can(case: str) -> None:
    limit, *stated = REFUSED[case]
    known, found = asked(*stated)
    assert isinstance(known.answers[0], float)
    assert [price for price, _ in found] == [NOT_AVAILABLE] * 2
    assert all(said.startswith(limit.sentence) for _, said in found)
    assert limit_of(known) is limit
    assert declared(known, NOT_AVAILABLE)


@pytest.mark.parametrize("case", PRICED)
def test_formulas_price_what_is_just_within_the_limits(case: str) -> None:
    known, found = asked(*PRICED[case])
    assert [price for price, _ in found] == list(known.answers) * 2
    assert limit_of(known) is None


def test_each_limit_is_shown_to_be_one() -> None:
    assert {limit for limit, *_ in REFUSED.values()} == set(Limit)


def test_the_contract_is_said_not_to_say_only_what_it_does_not_say() -> None:
    """Of very many parts, too, where it is the contract that leaves part units open."""
    not_said = {"part_units": PartUnits.NOT_SAID}
    _, found = asked([TABLE], 1_234_567_890.5, not_said)
    silent = "not determinable: the contract does not say how part units count."
    assert [said for _, said in found] == [silent] * 2
    _, found = asked([TABLE], 1_234_567_890.5, {**not_said, **IN_DROPS})
    assert [said for _, said in found] == [f"{Limit.MANY_PARTS.sentence}."] * 2


def test_a_fee_of_very_many_digits_is_no_slab_without_a_price() -> None:
    fee = row(0, 0, 0, "additional", "9999999999999.99", "0.001")
    _, found = asked([fee, *graduated(("1", "5"))], 2.0, {})
    assert all(said.startswith(f"{Limit.LONG_AMOUNT.sentence}: ") for _, said in found)


def test_another_price_is_never_declared() -> None:
    known, _ = asked(*REFUSED["1 percent, or 100%"][1:])
    assert not declared(known, 272.25)


LETTERS = {column.field: column_letter(index) for index, column in enumerate(COLUMNS)}


def as_percent(book: Any) -> None:
    book["Tiers"][f"{LETTERS['quantity_from']}5"].number_format = "0%"


def merged(book: Any) -> None:
    book["Tiers"].merge_cells(f"{LETTERS['source']}5:{LETTERS['source']}6")


def a_control_character(book: Any) -> None:
    book["Tiers"][f"{LETTERS['source']}5"].value = "page 9\x7f"


def a_second_prefix(book: Any) -> None:
    book["Contract"].append(["Function prefix", "ACME"])


@pytest.mark.parametrize(
    ("edit", "unseen"),
    list(zip((as_percent, merged, a_control_character, a_second_prefix), UNSEEN, strict=True)),
)
def test_what_formulas_do_not_see_keeps_the_core_from_pricing(
    edit: Callable[[Any], None], unseen: Unseen, tmp_path: Path
) -> None:
    path = tmp_path / f"{unseen.name}.xlsx"
    book = openpyxl.load_workbook(
        BytesIO(build_workbook(shipped_draft(), BUILT, WorkbookKind.LAMBDAS))
    )
    edit(book)
    book.save(path)
    assert load_reading(path).problems
    parts = template(path.read_bytes())
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):  # openpyxl says of blank cells that they are 0
            parts[name] = re.sub(rb' t="n"( ?/>|></c>)', rb"\1", parts[name])
    formula = Formula(called("QUALYS", "PRICE", ["100000", "DATE(2013,12,20)"]))
    assert by_ironcalc(with_questions(parts, [[formula]]), 1, 1) == [[255000.0]]
