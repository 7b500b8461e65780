"""The functions in LibreOffice Calc: typed into cells, over ranges, with errors and blanks."""

from pathlib import Path
from time import monotonic
from typing import Any

import openpyxl
import pytest

from tests.support.calc_session import Calc
from tests.support.workbook_edits import shipped_workbook

NA, WRONG_VALUE, WRONG_NUMBER, NOT_HANDED_OVER, CIRCULAR = [32767], [519], [503], [504], [522]
DAY, NEXT_DAY = 41639, 41640
"""The last day of the footnote's price, and the first one without it."""

SHEET = "Here"


@pytest.fixture
def book(calc: Calc, tmp_path: Path) -> int:
    """The shipped workbook, with a sheet to type on."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(shipped_workbook())
    opened: int = calc.open(str(path))
    calc.insert_sheet(opened, SHEET)
    return opened


def answer(calc: Calc, book: int, formula: str) -> Any:
    calc.type(book, SHEET, "J1", formula)
    return calc.values(book, SHEET, "J1")[0][0]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=QUALYS_PRICE(100000;DATE(2013;12;20))", 255000),
        ('=QUALYS_PRICE(100000;"2014-01-01")', 279995),
        (f"=QUALYS_PRICE(100000;{DAY};;41608)", NA),
        (f"=QUALYS_PRICE(99999;{DAY})", NA),
        ("=QUALYS_PRICE(100000;2013)", WRONG_VALUE),
        ('=QUALYS_PRICE(100000;"2013")', WRONG_VALUE),
        ("=QUALYS_PRICE(100000;DATE(1905;7;12))", WRONG_VALUE),
        (f"=QUALYS_PRICE(100000;{DAY};;2013)", WRONG_VALUE),
        (f"=QUALYS_PRICE(-1;{DAY})", WRONG_NUMBER),
        (f"=QUALYS_PRICE(100000.5;{DAY})", WRONG_NUMBER),
        (f'=QUALYS_PRICE("many";{DAY})', WRONG_VALUE),
        ('=QUALYS_PRICE(100000;"12/20/2013")', WRONG_VALUE),
        ("=QUALYS_PRICE(100000)", WRONG_VALUE),
        ("=QUALYS_PRICE()", WRONG_VALUE),
        (f'=QUALYS_PRICE(100000;{DAY};"Hosting")', WRONG_VALUE),
        (f'=QUALYS_PRICE(100000;{DAY};"enterprise vulnerability management")', 255000),
        (f"=QUALYS_UNIT_PRICE(100000;{NEXT_DAY})", 2.75),
        (f"=QUALYS_SOURCE(100000;{DAY})", "Amendment 1, 1.A, footnote *"),
        (f"=QUALYS_SAVING(100000;{DAY})", 24995),
        (f'=LEFT(QUALYS_EXPLAIN(100000;{DAY});10)="255,000.00"', 1),
        ("=INDEX(QUALYS_CHECK();1;1)", "Severity"),
        (f"=INDEX(QUALYS_SCHEDULE({NEXT_DAY});3;4)", 279995),
        ("=INDEX(QUALYS_TIMELINE(100000);3;3)", 255000),
    ],
)
def test_a_formula_typed_into_a_cell_answers(
    calc: Calc, book: int, formula: str, expected: Any
) -> None:
    assert answer(calc, book, formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (f"=ISNA(QUALYS_PRICE(5;{DAY}))", 1),
        (f"=ISERR(QUALYS_PRICE(-1;{DAY}))", 1),
        (f'=IFERROR(QUALYS_PRICE(-1;{DAY});"none")', "none"),
        (f'=IFNA(QUALYS_PRICE(5;{DAY});"none")', "none"),
        (f"=SUM(QUALYS_PRICE(100000;{DAY});1)", 255001),
        (f"=SUM(QUALYS_PRICE(5;{DAY});1)", NA),
        (f"=QUALYS_PRICE(NA();{DAY})", NA),
        (f"=QUALYS_PRICE(1/0;{DAY})", [532]),
    ],
)
def test_errors_are_errors(calc: Calc, book: int, formula: str, expected: Any) -> None:
    assert answer(calc, book, formula) == expected


def test_what_counts_cells_sees_the_errors(calc: Calc, book: int) -> None:
    calc.fill(book, SHEET, "A1:A4", [[100000], [5], [-1], [100000]])
    calls = [[f"=QUALYS_PRICE(A{row};{DAY})"] for row in range(1, 5)]
    calc.type_all(book, SHEET, "B1:B4", calls)
    assert answer(calc, book, "=COUNT(B1:B4)") == 2
    assert answer(calc, book, '=COUNTIF(B1:B4;">0")') == 2
    assert answer(calc, book, '=SUMIF(B1:B4;">0")') == 510_000
    assert answer(calc, book, "=SUMPRODUCT(ISNA(B1:B4))") == 1


def test_errors_survive_saving_as_xlsx(calc: Calc, book: int, tmp_path: Path) -> None:
    formulas = [f"=QUALYS_PRICE({quantity};{DAY})" for quantity in ("100000", "5", "-1", '"x"')]
    calc.type_all(book, SHEET, "A1:A4", [[formula] for formula in formulas])
    saved = tmp_path / "saved.xlsx"
    calc.save(book, str(saved))
    sheet = openpyxl.load_workbook(saved, data_only=True)[SHEET]
    values = [(sheet.cell(row, 1).value, sheet.cell(row, 1).data_type) for row in range(1, 5)]
    assert values == [(255000, "n"), ("#N/A", "e"), ("#NUM!", "e"), ("#VALUE!", "e")]
    sheet = openpyxl.load_workbook(saved)[SHEET]
    assert sheet["A1"].value == f"=QUALYS_PRICE(100000,{DAY})"


def test_a_range_answers_a_range(calc: Calc, book: int) -> None:
    rows = [[100000, DAY], [100000, NEXT_DAY], [5, DAY], ["", DAY], [100000, ""]]
    calc.fill(book, SHEET, "A1:B5", rows)
    calc.array(book, SHEET, "C1:C5", "=QUALYS_PRICE(A1:A5;B1:B5)")
    assert calc.values(book, SHEET, "C1:C5") == [
        [255000],
        [279995],
        [NA],
        [WRONG_VALUE],
        [WRONG_VALUE],
    ]
    calc.array(book, SHEET, "D1:D5", f"=QUALYS_SOURCE(A1:A5;{DAY})")
    assert calc.values(book, SHEET, "D1:D2") == [["Amendment 1, 1.A, footnote *"]] * 2
    calc.array(book, SHEET, "E1:F1", f"=QUALYS_PRICE(TRANSPOSE(A1:A2);{DAY})")
    assert calc.values(book, SHEET, "E1:F1") == [[255000, 255000]]
    assert answer(calc, book, "=QUALYS_PRICE(A1:A5;B1:B3)") == WRONG_VALUE
    assert answer(calc, book, "=SUMPRODUCT(QUALYS_PRICE(A1:A2;B1:B2))") == 534_995
    assert answer(calc, book, f"=SUM(QUALYS_PRICE({{100000|100000}};{DAY}))") == 510_000


def test_whole_columns_are_answered(calc: Calc, book: int) -> None:
    calc.fill(book, SHEET, "A1:B2", [[100000, DAY], [100000, NEXT_DAY]])
    start = monotonic()
    calc.array(book, SHEET, "C1:C1048576", "=QUALYS_PRICE(A:A;B:B)")
    assert calc.values(book, SHEET, "C1:C3") == [[255000], [279995], [WRONG_VALUE]]
    assert calc.values(book, SHEET, "C1048576") == [[WRONG_VALUE]]
    assert monotonic() - start < 60, "some four seconds are usual"


def test_a_blank_cell_by_itself_arrives_as_0_so_0_by_itself_counts_as_blank(
    calc: Calc, book: int
) -> None:
    """What Calc hands over does not tell them apart; a blank quantity must not get a price."""
    assert answer(calc, book, f"=QUALYS_PRICE(A1;{DAY})") == WRONG_VALUE
    assert answer(calc, book, f"=QUALYS_PRICE(0;{DAY})") == WRONG_VALUE
    assert "quantity is blank" in answer(calc, book, f"=QUALYS_EXPLAIN(0;{DAY})")
    assert answer(calc, book, "=QUALYS_PRICE(100000;A1)") == WRONG_VALUE
    assert answer(calc, book, f"=QUALYS_PRICE(100000;{DAY};A1;A1)") == 255000


def test_in_a_range_a_blank_cell_and_0_are_told_apart(calc: Calc, book: int) -> None:
    calc.fill(book, SHEET, "A1:A2", [[0], [""]])
    assert answer(calc, book, f"=QUALYS_PRICE(A1:A1;{DAY})") == NA
    assert answer(calc, book, f"=QUALYS_PRICE(A2:A2;{DAY})") == WRONG_VALUE
    calc.array(book, SHEET, "B1:B2", f"=QUALYS_PRICE(A1:A2;{DAY})")
    assert calc.values(book, SHEET, "B1:B2") == [[NA], [WRONG_VALUE]]


def test_a_range_with_an_error_in_it_is_not_handed_over(calc: Calc, book: int) -> None:
    calc.type_all(book, SHEET, "A1:A2", [["=NA()"], ["100000"]])
    calc.array(book, SHEET, "B1:B2", f"=QUALYS_PRICE(A1:A2;{DAY})")
    assert calc.values(book, SHEET, "B1:B2") == [[NOT_HANDED_OVER]] * 2
    calc.array(book, SHEET, "B1:B2", f'=QUALYS_PRICE(IFERROR(A1:A2;"");{DAY})')
    assert calc.values(book, SHEET, "B1:B2") == [[WRONG_VALUE], [255000]]


def test_a_text_answered_is_equal_to_itself_after_an_operator(calc: Calc, book: int) -> None:
    """LibreOffice's comparison goes by an entry in a list of texts, which such texts do not get."""
    calc.type(book, SHEET, "A1", f"=QUALYS_SOURCE(100000;{NEXT_DAY})")
    calc.type(book, SHEET, "A2", f'=QUALYS_SOURCE(100000;{NEXT_DAY})&""')
    assert answer(calc, book, '=COUNTIF(A1:A2;"Amendment 1, 1.A")') == 1
    assert answer(calc, book, '=EXACT(A1;"Amendment 1, 1.A")') == 1


def test_a_logical_value_arrives_as_a_number(calc: Calc, book: int) -> None:
    assert answer(calc, book, f"=QUALYS_EXPLAIN(TRUE();{DAY})") == answer(
        calc, book, f"=QUALYS_EXPLAIN(1;{DAY})"
    )


@pytest.mark.parametrize(
    "leaning",
    [f"=${SHEET}.A1", f"=${SHEET}.A1+1", f"=${SHEET}.A2*2", f"=QUALYS_PRICE(100000;{DAY})*2"],
)
def test_a_table_that_lives_on_its_own_prices_ends_in_an_error(
    calc: Calc, book: int, tmp_path: Path, leaning: str
) -> None:
    """Also where it would come to rest: which price it rests on would hang on what came first."""

    def price() -> Any:
        calc.be_idle()
        return calc.values(book, SHEET, "A1")[0][0]

    calc.type(book, SHEET, "A1", f"=QUALYS_PRICE(100000;{NEXT_DAY})")
    calc.type(book, SHEET, "A2", f"=QUALYS_PRICE(100000;{DAY})")
    assert price() == 279_995
    calc.type(book, "Amendments", "I5", leaning)
    assert price() in (CIRCULAR, NA)
    calc.type(book, "Amendments", "I5", 5)
    assert price() == 5
    calc.undo(book)
    assert price() in (CIRCULAR, NA)
    calc.save(book, str(tmp_path / "saved.xlsx"))
    calc.close(book)
    book = calc.open(str(tmp_path / "saved.xlsx"))
    assert price() in (CIRCULAR, NA)
    calc.type(book, "Amendments", "I5", 6)
    assert price() == 6


def test_a_table_with_formulas_of_its_own_is_no_such_table(
    calc: Calc, book: int, tmp_path: Path
) -> None:
    calc.type(book, SHEET, "A1", f"=QUALYS_PRICE(100000;{NEXT_DAY})")
    calc.type(book, "Amendments", "I5", "=1000*2")
    calc.save(book, str(tmp_path / "saved.xlsx"))
    calc.close(book)
    book = calc.open(str(tmp_path / "saved.xlsx"))
    assert calc.values(book, SHEET, "A1") == [[2000]]
    calc.be_idle()
    assert calc.values(book, SHEET, "A1") == [[2000]]
    assert not calc.is_modified(book)


def test_a_document_without_the_sheets_says_so(calc: Calc) -> None:
    empty = calc.open()
    calc.type(empty, "Sheet1", "A1", f"=QUALYS_EXPLAIN(100000;{DAY})")
    calc.type(empty, "Sheet1", "A2", f"=QUALYS_PRICE(100000;{DAY})")
    [[said], [price]] = calc.values(empty, "Sheet1", "A1:A2")
    assert said.startswith("not determinable: Tiers: no such sheet; expected it beside Sheet1")
    assert price == NA
