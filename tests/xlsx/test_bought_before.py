"""The sheet Purchases adds up what was bought before, where a service counts it together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from tests.support.counted_purchases import COUNTED, draw_purchases, list_before
from tests.support.workbook_edits import BUILT, built
from xlfuncs.cli import main
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Counted, Purchase
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.sheets.draft import InputCell, InputRow, build_draft
from xlfuncs.sheets.schema import BOUGHT_BEFORE, list_purchases_letters
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.compare import compare_workbooks, find_losses
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED, Limit
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.sheets.bought_before import NOT_KNOWN, adds_up_by_period
from xlfuncs.xlsx.sheets.purchases import BEFORE_ASKED, FIRST_ROW
from xlfuncs.xlsx.sheets.question_box import ASKED_BEFORE, EXAMPLE, PRICE
from xlfuncs.xlsx.user_input import read_draft, read_input

LETTERS = list_purchases_letters(with_bought_before=True)
STORAGE = COUNTED._replace(
    services=tuple(each for each in COUNTED.services if each.name == "By contract year"),
    rows=tuple(each for each in COUNTED.rows if each.service == "By contract year"),
)
"""A single service."""


def stored(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]


def column(sheet: Any, title: str, count: int) -> list[Any]:
    return [sheet[f"{LETTERS[title]}{row}"].value for row in range(FIRST_ROW, FIRST_ROW + count)]


def with_lines(contract: Contract, *lines: Sequence[object]) -> bytes:
    """The workbook of a contract with these quantities, days and services on Purchases."""
    typed: list[InputRow] = [
        {
            field: InputCell(cell)
            for field, cell in zip(("quantity", "purchased", "service"), line, strict=False)
            if cell is not None
        }
        for line in lines
    ]
    return build_workbook(replace(build_draft(contract), purchases=typed), BUILT)


@pytest.mark.parametrize("counted", [Counted.PURCHASE, Counted.NOT_SAID])
def test_a_workbook_has_no_such_column_where_nothing_adds_up_by_a_period(counted: Counted) -> None:
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    services = tuple(each._replace(counted=counted) for each in contract.services)
    contract = contract._replace(services=services)
    assert not adds_up_by_period(contract)
    book = openpyxl.load_workbook(BytesIO(built(contract)))
    titles = [cell.value for cell in book["Purchases"][FIRST_ROW - 1]]
    assert BOUGHT_BEFORE.title not in titles
    assert book["Purchases"][ASKED_BEFORE].value is None
    assert BEFORE_ASKED.keys().isdisjoint(book.defined_names)


# In a contract year from 29 February 2024: the day, the quantity, and what was bought before it.
CASES = [
    (date(2024, 2, 29), 5, 0),
    (date(2025, 2, 28), 7, 5),
    (date(2025, 3, 1), 11, 0),
    (date(2026, 2, 28), 13, 11 + 19),
    (date(2025, 3, 1), 19, 11),
    (date(2026, 3, 1), 23, 0),
    (date(2028, 2, 28), 29, 0),
    (date(2028, 2, 29), 31, 0),
]


def test_purchases_of_a_day_count_in_the_order_of_the_table() -> None:
    purchases = tuple(Purchase(Decimal(count), day) for day, count, _ in CASES)
    sheet = stored(built(STORAGE._replace(purchases=purchases)))
    assert column(sheet, "Bought before", len(CASES)) == [before for *_, before in CASES]


def test_each_service_adds_up_by_its_period() -> None:
    purchases = draw_purchases(Random(7), 150)
    expected = list(list_before(purchases))
    sheet = stored(built(COUNTED._replace(purchases=purchases)))
    shown = column(sheet, "Bought before", len(purchases))
    assert [cell if cell is not None else "" for cell in shown] == expected
    book = PriceBook(COUNTED)
    for purchase, before, price in zip(
        purchases, expected, column(sheet, "Price", len(purchases)), strict=True
    ):
        told = None if before == "" else Decimal(before)
        question = Question(purchase.quantity, purchase.purchased, purchase.service, before=told)
        answer = book.answer(question)
        assert price == ("#N/A" if answer.price is None else float(answer.price))


MARCH = datetime(2025, 3, 3)

AS_TYPED = ("by MONTH", "By month ", "  By   month", "By\u00a0month\u00a0")
"""A service as people type it."""


@pytest.mark.parametrize(
    "line",
    [
        (5, None),
        (None, MARCH),
        (5, "2025-03-03"),
        ("five", MARCH),
        (5, 2025),
        (-5, MARCH),
        (0.5, MARCH),
        (5, MARCH, "By\tcontract year"),
        (5, MARCH, "By contract \u0131tem"),
        (5, MARCH, "Gardening"),
    ],
    ids=str,
)
def test_a_purchase_that_cannot_be_read_keeps_back_the_others(line: Sequence[object]) -> None:
    sheet = stored(with_lines(STORAGE, (10, MARCH), line, (20, MARCH, "By contract year")))
    titles = ("Bought before", "Price", "Explanation")
    for row in (0, 2):
        assert [column(sheet, title, 3)[row] for title in titles] == ["#N/A", "#N/A", NOT_KNOWN]


@pytest.mark.parametrize("typed", AS_TYPED)
def test_letter_case_and_surplus_spaces_make_no_other_service(typed: str) -> None:
    lines = [(10, MARCH, "By month"), (20, MARCH, typed), (5, MARCH, "By month")]
    sheet = stored(with_lines(COUNTED, *lines))
    assert column(sheet, "Bought before", 3) == [0, 10, 30]
    assert column(sheet, "Price", 3) == [25, 50, 12.5]
    alone = typed.replace("month", "contract year").replace("MONTH", "CONTRACT YEAR")
    one = stored(with_lines(STORAGE, (10, MARCH), (20, MARCH, alone)))
    assert column(one, "Bought before", 2) == [0, 10]


@pytest.mark.parametrize(("typed", "before"), [(" Köln ", 20), ("köln", "#N/A")])
def test_names_of_other_letters_need_the_letter_case_of_the_list(
    typed: str, before: object
) -> None:
    """Hosts differ in what they take for a small letter."""
    named = COUNTED._replace(
        services=tuple(each._replace(name=f"Köln {each.name}") for each in COUNTED.services),
        rows=tuple(each._replace(service=f"Köln {each.service}") for each in COUNTED.rows),
    )
    lines = [(20, MARCH, f"{typed} By month"), (5, MARCH, "Köln By month")]
    sheet = stored(with_lines(named, *lines))
    assert column(sheet, "Bought before", 2)[1] == before


def test_a_purchase_of_another_service_keeps_nothing_back() -> None:
    month, year = "By month", "By year"
    lines = [(10, MARCH, month), (5, None, year), (20, MARCH, month), (3, MARCH, year)]
    sheet = stored(with_lines(COUNTED, *lines))
    assert column(sheet, "Bought before", 4) == [0, None, 10, "#N/A"]


def test_a_line_without_quantity_and_day_is_no_purchase() -> None:
    sheet = stored(with_lines(STORAGE, (10, MARCH), (None, None, "Gardening"), (20, MARCH)))
    assert column(sheet, "Bought before", 3) == [0, None, 10]


def test_without_the_date_of_the_agreement_there_is_no_contract_year() -> None:
    rows = tuple(each._replace(signed=None) for each in STORAGE.rows)
    sheet = stored(with_lines(STORAGE._replace(rows=rows), (10, MARCH)))
    assert column(sheet, "Bought before", 1) == [None]
    assert "the agreement's date is not on file" in column(sheet, "Explanation", 1)[0]


def test_times_of_day_do_not_count_and_fractions_add_up_exactly() -> None:
    services = tuple(each._replace(step=Decimal("0.1")) for each in STORAGE.services)
    lines = [(0.1, datetime(2025, 3, 3, 23)), (0.2, MARCH), (0.3, datetime(2025, 3, 3, 8))]
    sheet = stored(with_lines(STORAGE._replace(services=services), *lines))
    assert column(sheet, "Bought before", 3) == [0, 0.1, 0.3]


def test_the_question_on_top_asks_after_what_was_bought_before() -> None:
    purchases = (Purchase(Decimal(50), date(2025, 3, 3)),)
    draft = build_draft(STORAGE._replace(purchases=purchases))
    asked = {**draft.asked, "bought_before": InputCell(80)}
    sheet = stored(build_workbook(replace(draft, asked=asked), BUILT))
    assert (sheet[ASKED_BEFORE].value, sheet[PRICE].value) == (80, 20 * 2.5 + 30 * 2.25)
    assert sheet[EXAMPLE].value == "=COUNT_PRICE(50, DATE(2025,3,3), , , 80)"


def test_a_new_workbook_asks_for_a_first_purchase() -> None:
    sheet = stored(built(STORAGE._replace(purchases=(Purchase(Decimal(50), date(2025, 3, 3)),))))
    assert (sheet[ASKED_BEFORE].value, sheet[PRICE].value) == (0, 125)


def test_a_rebuild_keeps_the_question_and_writes_the_column_again() -> None:
    draft = build_draft(COUNTED._replace(purchases=draw_purchases(Random(3), 9)))
    asked = {**draft.asked, "bought_before": InputCell(12)}
    content = build_workbook(replace(draft, asked=asked, from_workbook=True), BUILT)
    kept = read_draft(open_workbook(content))
    assert kept.asked["bought_before"].value == 12
    assert build_workbook(kept, BUILT) == content
    assert find_losses(content, content) == []


def test_a_figure_typed_over_the_formula_is_named_before_it_is_lost() -> None:
    content = built(STORAGE._replace(purchases=(Purchase(Decimal(50), date(2025, 3, 3)),) * 3))
    book = openpyxl.load_workbook(BytesIO(content))
    cell = f"{LETTERS['Bought before']}{FIRST_ROW + 1}"
    book["Purchases"][cell].value = 400
    saved = BytesIO()
    book.save(saved)
    assert any(cell in each for each in find_losses(saved.getvalue(), content))
    assert any(cell in each for each in compare_workbooks(saved.getvalue(), content).lines)


def test_import_reads_the_purchases_and_not_the_column() -> None:
    purchases = draw_purchases(Random(5), 12)
    found = read_input(built(COUNTED._replace(purchases=purchases)))
    assert found.reading.problems == ()
    assert found.reading.contract is not None
    assert found.reading.contract.purchases == purchases
    assert (found.unsupported, found.added_columns) == ([], [])


@pytest.mark.parametrize("kind", [WorkbookKind.BARE, WorkbookKind.LAMBDAS, WorkbookKind.MACROS])
def test_the_same_draft_gives_the_same_bytes(kind: WorkbookKind) -> None:
    contract = COUNTED._replace(purchases=draw_purchases(Random(1), 20))
    assert built(contract, kind=kind) == built(contract, kind=kind)


def test_a_build_says_which_prices_names_do_not_calculate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract, book = tmp_path / "storage.toml", tmp_path / "storage.xlsx"
    contract.write_text(
        '[contract]\nname = "Storage"\nprefix = "STORE"\n'
        '[[services]]\nname = "Storage"\ncounted = "not said"\n'
        '[agreement]\ntitle = "A"\ndated = 2024-01-01\nends = 2030-01-01\n'
        '[[agreement.tiers]]\nquantity_from = 1\nquantity_to = "or more"\nclause = "1"\n'
        'charge = "per unit"\nunit_price = 2\n[[purchases]]\nquantity = 5\npurchased = 2025-01-01\n'
    )
    assert main(["build", str(contract), "-o", str(book)]) == 0
    said = capsys.readouterr().err
    assert f"'Storage': {Limit.ADDED_UP.value}" in said
    assert f"Purchases!E{FIRST_ROW}: 5 purchased on 2025-01-01: {Limit.ADDED_UP.value}" in said
    sheet = stored(book.read_bytes())
    assert "formulas do not price 'Storage', as the contract" in sheet[f"E{FIRST_ROW - 2}"].value
    assert sheet[f"E{FIRST_ROW}"].value == "#N/A"
    assert sheet[f"I{FIRST_ROW}"].value.startswith(NOT_CALCULATED)
    capsys.readouterr()
    assert main(["price", "5", "2025-01-01", "-c", str(contract)]) == 0
    assert capsys.readouterr().out == "10.00\n"
