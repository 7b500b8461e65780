"""What a build stores is what Excel will show: no value turns into another, or into an error."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings

from tests.support.build_folder import BuildFolder
from tests.support.extreme_contracts import extreme_contracts
from tests.support.places import CONTRACTS, DATA
from tests.support.random_contracts import MONTH, maybe
from tests.support.stored_values import calculated_otherwise
from tests.support.workbook_edits import BUILT, workbook_of_file
from xlfuncs.cli import main
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.sheets.schema import list_purchases_letters
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.lambdas.calculation_limits import NOT_CALCULATED, Limit
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW
from xlfuncs.xlsx.sheets.question_box import ASSUMED, EXPLANATION

FIGURES = sorted((DATA / "figures").glob("*.toml"))
FILES = [Path(SHIPPED), *CONTRACTS, *FIGURES]
LONG_FIGURES, PARTS = DATA / "figures" / "long_figures.toml", DATA / "figures/parts_of_a_unit.toml"
PURCHASES_A_BOOK = 40
DAY = date(2020, 2, 2)


def with_purchases(contract: Contract) -> Contract:
    """The contract, with a purchase of what each of its rows begins with if it has none."""
    asked = [Purchase(row.quantity_from, row.signed or DAY, row.service) for row in contract.rows]
    return contract if contract.purchases else contract._replace(purchases=tuple(asked))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_contract_shows_after_calculation_what_is_stored(path: Path) -> None:
    draft = build_draft(with_purchases(load_reading(path).contract))
    assert list(calculated_otherwise(build_workbook(draft, BUILT, WorkbookKind.LAMBDAS))) == []


def test_a_clause_that_says_assumed_is_not_what_is_assumed() -> None:
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    rows = tuple(row._replace(clause=f"{row.clause}; assumed: all") for row in contract.rows)
    asked = {"quantity": InputCell(100_000), "purchased": InputCell(date(2014, 1, 1))}
    draft = replace(build_draft(contract._replace(rows=rows)), asked=asked)
    content = build_workbook(draft, BUILT, WorkbookKind.LAMBDAS)
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]
    assert sheet[EXPLANATION].value.count("; assumed: ") > 1
    assert sheet[ASSUMED].value == "Amendment 1 (Date signed, Effective date)"
    assert list(calculated_otherwise(content)) == []


def test_extreme_figures_show_after_calculation_what_is_stored(stored_books: int) -> None:
    explained: list[str] = []

    @settings(max_examples=stored_books)
    @given(extreme_contracts(PURCHASES_A_BOOK), maybe(0.4, MONTH))
    def show(contract: Contract, known_on: date | None) -> None:
        draft = build_draft(contract)
        if known_on:
            draft = replace(draft, chosen={**draft.chosen, "known_on": InputCell(known_on)})
        content = build_workbook(draft, BUILT, WorkbookKind.LAMBDAS)
        assert list(calculated_otherwise(content)) == []
        explained.extend(said for _, said in prices_in(content))

    show()
    assert any(said.startswith(NOT_CALCULATED) for said in explained)
    assert any(said[:1].isdigit() for said in explained)


def prices_in(content: bytes) -> list[tuple[object, str]]:
    """The stored prices with their explanations."""
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Purchases"]
    letters = list_purchases_letters(with_bought_before=False)
    columns = letters["Price"], letters["Explanation"]
    rows = range(FIRST_ROW, sheet.max_row + 1)
    stored = ([sheet[f"{column}{row}"].value for column in columns] for row in rows)
    return [(price, said) for price, said in stored if said]


@cache
def long_figures(kind: WorkbookKind) -> list[tuple[object, str]]:
    return prices_in(workbook_of_file(LONG_FIGURES, kind=kind))


def test_a_price_that_formulas_cannot_work_out_is_not_stored() -> None:
    refused = ("#N/A", f"{Limit.LONG_AMOUNT.sentence}: A, 1.")
    assert long_figures(WorkbookKind.LAMBDAS)[:3] == [
        (123_456_789_000, "123,456,789,000.00 for 1,000,000: A, 1."),
        refused,
        (100.55, "100.55 for 1: A, 1."),
    ]
    assert [price for price, _ in long_figures(WorkbookKind.LAMBDAS)[3:]] == [72.5] + ["#N/A"] * 3


@pytest.mark.parametrize("kind", [WorkbookKind.BARE, WorkbookKind.MACROS])
def test_where_the_core_answers_nothing_is_withheld(kind: WorkbookKind) -> None:
    prices = [price for price, _ in long_figures(kind)]
    assert prices[1] == 123_456_788_876_543.2
    assert prices[3:] == [72.5, 72.14, 0.01, 0.01]


def test_a_build_names_each_purchase_that_formulas_cannot_price(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, told in (("acme.xlsx", True), ("acme.xlsm", False)):
        assert main(["build", str(LONG_FIGURES), "-o", str(tmp_path / name)]) == 0
        said = capsys.readouterr().err
        for cell, bought, limit in (
            ("E17", "999999999 of S purchased on 2020-02-02", Limit.LONG_AMOUNT),
            ("E20", "10 of Q purchased on 2020-03-02", Limit.SMALL_PERCENT),
            ("E22", "1000.0005 of R purchased on 2020-03-02", Limit.LONG_UNIT_PRICE),
        ):
            assert (f"xlfuncs: Purchases!{cell}: {bought}: {limit.value}\n" in said) == told
        assert ("Purchases!E16" in said) is False
        assert ("use xlfuncs price, or a workbook with macros" in said) == told


def test_a_bought_quantity_of_too_many_parts_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(PARTS), "-o", str(tmp_path / "acme.xlsx")]) == 0
    said = capsys.readouterr().err
    assert f"1000000000 of Drops purchased on 2020-02-02: {Limit.MANY_PARTS.value}" in said
    assert said.count("Purchases!") == 1


def test_a_workbook_that_is_kept_withholds_the_same_and_check_finds_it(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    build_folder.path = tmp_path / "acme.xlsx"
    assert build_folder.build(str(LONG_FIGURES)) == 0
    assert build_folder.build(str(LONG_FIGURES), "--check") == 0
    build_folder.edit(lambda book: book["Purchases"].__setitem__("A16", 999_999_999))
    assert build_folder.build("--keep") == 0
    assert "xlfuncs: Purchases!E16: 999999999 of S purchased on 2020-02-02: " in build_folder.err
    kept = prices_in(build_folder.path.read_bytes())
    assert kept[0] == kept[1] == ("#N/A", f"{Limit.LONG_AMOUNT.sentence}: A, 1.")
    assert build_folder.build("--check", "--keep") == 0


def test_ranges_that_formulas_cannot_count_are_refused_but_for_macros(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / "acme.toml"
    text = PARTS.read_text(encoding="utf-8")
    ranged = text.replace('clause = "2"\nquantity_from = 0', 'clause = "2"\nquantity_from = 1e9')
    contract.write_text(ranged.replace("1e9", "1000000000"), encoding="utf-8", newline="\n")
    built = ["build", str(contract), "-o"]
    assert main([*built, str(tmp_path / "acme.xlsx")]) == 2
    said = capsys.readouterr().err
    assert "tiers[2].quantity_from: 1,000,000,000 is too many steps of 0.000001" in said
    assert "Use -o NAME.xlsm: a workbook with macros can do this" in said
    assert not (tmp_path / "acme.xlsx").exists()
    assert main([*built, str(tmp_path / "acme.xlsm")]) == 0
    assert main([*built, str(tmp_path / "bare.xlsx"), "--without-functions"]) == 0


def test_a_chart_of_quantities_whose_double_is_none_is_drawn() -> None:
    """It goes to the double of the last range that has no end, which may have too many digits."""
    text = PARTS.read_text(encoding="utf-8")
    upwards = 'clause = "1"\nquantity_from = 6'
    far = text.replace('clause = "1"\nquantity_from = ', f"{upwards}0000000000000")
    draft = build_draft(read_toml(far.encode()).contract)
    assert list(calculated_otherwise(build_workbook(draft, BUILT, WorkbookKind.LAMBDAS))) == []
