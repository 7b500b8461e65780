"""Edited workbooks are rebuilt around all that somebody entered."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings

from tests.support.build_folder import (
    NEXT_ROW,
    ROWS,
    BuildFolder,
    Edit,
    a_purchase,
    an_amendment,
    nothing_lost,
    with_part,
)
from tests.support.office import convert, need
from tests.support.random_contracts import readable_contracts
from tests.support.workbook_edits import built, put, shipped_workbook
from xlfuncs.cli import main
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract, Purchase
from xlfuncs.sheets.draft import build_draft
from xlfuncs.xlsx.builder import build_workbook, is_reproducible, is_untouched
from xlfuncs.xlsx.compare import compare_drafts, compare_workbooks
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW
from xlfuncs.xlsx.user_input import read_draft


def test_an_untouched_build_is_replaced_by_one_of_other_data(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    contract = load_reading(SHIPPED).contract
    build_folder.path.write_bytes(built(contract._replace(name="Last year's name")))
    assert is_reproducible(build_folder.path.read_bytes())
    assert build_folder.build() == 0
    assert list(tmp_path.iterdir()) == [build_folder.path]
    assert build_folder.sheet("Purchases")["A1"].value == contract.name


def test_the_same_data_on_a_later_day_are_not_written_again(build_folder: BuildFolder) -> None:
    before = shipped_workbook(date(2020, 1, 1))
    build_folder.path.write_bytes(before)
    assert build_folder.build() == 0
    assert "not written again" in build_folder.out
    assert build_folder.path.read_bytes() == before


@pytest.mark.parametrize("edit", ROWS)
def test_an_edited_workbook_is_not_replaced_unasked(build_folder: BuildFolder, edit: Edit) -> None:
    before = build_folder.edit(edit)
    assert build_folder.build() == 2
    assert "nothing was written. Use --keep" in build_folder.err
    assert build_folder.path.read_bytes() == before


def test_keep_builds_around_the_rows_and_keeps_the_old_file(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    before = build_folder.edit(*ROWS)
    assert build_folder.build("--keep") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    purchases = build_folder.sheet("Purchases")
    assert purchases[f"A{NEXT_ROW}"].value == 100_000
    assert purchases[f"B{NEXT_ROW}"].value == datetime(2014, 2, 3)
    assert purchases[f"D{NEXT_ROW}"].value == "PO 77"
    assert purchases.tables["Purchases"].ref == f"A15:J{NEXT_ROW}"
    stored = openpyxl.load_workbook(build_folder.path, data_only=True)
    assert stored["Purchases"][f"E{NEXT_ROW}"].value == 260_000
    assert stored["Price list"]["B4"].value == datetime(2014, 3, 1)
    assert "Asked on 2014-01-02" in stored["Contract"]["B12"].value
    assert nothing_lost(before, build_folder.path.read_bytes())


def test_rows_that_were_kept_stand_nowhere_else_and_are_not_replaced_unasked(
    build_folder: BuildFolder,
) -> None:
    build_folder.edit(*ROWS)
    assert build_folder.build("--keep") == 0
    before = build_folder.path.read_bytes()
    assert is_untouched(before)
    assert not is_reproducible(before)
    assert build_folder.build() == 2
    assert build_folder.build("--keep") == 0
    assert "not written again" in build_folder.out
    assert build_folder.path.read_bytes() == before


def test_a_build_with_a_damaged_part_is_replaced_and_kept(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    """No sheet is in that part; yet the file is no longer the build that it was."""
    with ZipFile(build_folder.path) as package:
        theme = package.getinfo("xl/theme/theme1.xml")
    damaged = bytearray(build_folder.path.read_bytes())
    damaged[theme.header_offset + len(theme.filename) + 100] ^= 255
    build_folder.path.write_bytes(damaged)
    assert not is_untouched(bytes(damaged))
    assert build_folder.build() == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == damaged


def test_a_second_backup_never_replaces_the_first(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    first = build_folder.edit(a_purchase)
    assert build_folder.build("--keep") == 0
    second = build_folder.edit(an_amendment)
    assert build_folder.build("--keep") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == first
    assert (tmp_path / "book.xlsx.bak2").read_bytes() == second


def test_force_replaces_and_keeps_the_old_file_too(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    before = build_folder.edit(a_purchase)
    assert build_folder.build("--force") == 0
    assert (tmp_path / "book.xlsx.bak").read_bytes() == before
    assert build_folder.sheet("Purchases")[f"A{NEXT_ROW}"].value is None


def test_a_formula_is_kept_with_its_value_where_its_cell_stays(build_folder: BuildFolder) -> None:
    content = build_folder.edit(lambda book: put(book["Amendments"], 2, "price", "=5*51000"))
    part = b"<f>5*51000</f><v />"
    build_folder.path.write_bytes(with_part(content, part, b"<f>5*51000</f><v>255000</v>"))
    assert build_folder.build("--keep") == 0
    assert build_folder.sheet("Amendments")["I6"].value == "=5*51000"
    assert (
        openpyxl.load_workbook(build_folder.path, data_only=True)["Amendments"]["I6"].value
        == 255_000
    )


def test_number_formats_and_odd_cells_come_back_as_they_were(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        sheet = book["Purchases"]
        sheet["A17"].number_format = "0.00"
        sheet["A18"].value = "many"
        sheet["B19"].value = datetime(2013, 12, 20, 14, 30)
        sheet["D16"].value = "=1+1"
        sheet["D17"].value = "_x0041_"
        sheet["D18"].value = "'quoted"

    build_folder.edit(edit)
    before = build_folder.path.read_bytes()
    assert build_folder.build("--keep") == 0
    after = build_folder.sheet("Purchases")
    assert after["A17"].number_format == "0.00"
    assert after["A18"].value == "many"
    assert after["B19"].value == datetime(2013, 12, 20, 14, 30)
    assert after["D16"].value == "=1+1"
    assert after.parent.calculation.fullCalcOnLoad  # openpyxl had stored no value for it
    assert nothing_lost(before, build_folder.path.read_bytes())


def test_keep_without_a_workbook_builds_one(build_folder: BuildFolder) -> None:
    build_folder.path.unlink()
    assert build_folder.build("--keep") == 0
    assert build_folder.sheet("Purchases")["A16"].value == 100_000


def test_keep_says_where_the_contract_file_states_something_else(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(Path(SHIPPED).read_bytes())
    build_folder.edit(a_purchase)
    assert build_folder.build("--keep", "--contract", str(own)) == 0
    assert build_folder.err == ""
    build_folder.edit(an_amendment)
    assert build_folder.build("--keep", "--contract", str(own)) == 0
    assert "its own rows were kept, and they" in build_folder.err


def test_a_workbook_of_the_1904_date_system_keeps_its_days(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        book.epoch = datetime(1904, 1, 1)

    build_folder.edit(a_purchase, edit)
    price = main(["price", "100000", "2013-12-20", "--contract", str(build_folder.path)])
    assert price == 0
    assert build_folder.build("--keep") == 0, build_folder.err
    after = build_folder.sheet("Amendments")
    assert after.parent.epoch != datetime(1904, 1, 1)
    assert after["P6"].value == datetime(2013, 12, 31)


LONG_DATE = r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy"


def test_what_is_no_day_stays_what_it_is_in_the_1904_date_system(build_folder: BuildFolder) -> None:
    """TRUE is no number, and hours are no day; a day is one, however its format begins."""

    def edit(book: Any) -> None:
        book.epoch = datetime(1904, 1, 1)
        purchases = book["Purchases"]
        purchases["B16"].value = True
        for row, value, shown in ((16, date(2020, 1, 1), LONG_DATE), (17, 1.5, "[h]:mm")):
            purchases[f"D{row}"].value = value
            purchases[f"D{row}"].number_format = shown

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 0, build_folder.err
    after = build_folder.sheet("Purchases")
    assert after["B16"].value is True
    assert after["D16"].value == datetime(2020, 1, 1)
    assert after["D17"].value == timedelta(days=1.5)


def test_rows_of_random_contracts_come_back_from_their_workbooks(books: int) -> None:
    @settings(max_examples=books)
    @given(readable_contracts())
    def come_back(contract: Contract) -> None:
        content = build_workbook(build_draft(contract), date(2026, 1, 1))
        draft = read_draft(open_workbook(content))
        again = build_workbook(draft, date(2026, 1, 1))
        assert compare_workbooks(again, content).lines == []
        assert list(compare_drafts(draft, read_draft(open_workbook(again)))) == []

    come_back()


def test_thousands_of_purchases_are_kept_to_the_cell(
    build_folder: BuildFolder, many_purchases: int
) -> None:
    one = many_purchases // 2
    contract = load_reading(SHIPPED).contract
    purchases = tuple(
        Purchase(
            Decimal((5, 99_999, 100_000, 100_001)[number * 7 % 4]),
            date(2013, 11, 1) + timedelta(days=number * 61 % 400),
            reference=f"PO {number}",
        )
        for number in range(many_purchases)
    )
    content = built(contract._replace(purchases=purchases), date.today())
    before = with_part(content, b">PO %d<" % one, b">PO %d, by phone<" % one)
    build_folder.path.write_bytes(before)
    assert build_folder.build() == 2
    assert build_folder.build("--keep") == 0, build_folder.err
    after = build_folder.path.read_bytes()
    assert compare_workbooks(after, before).lines == []
    assert nothing_lost(before, after)
    sheet = build_folder.sheet("Purchases")
    last = FIRST_ROW + len(purchases) - 1
    assert sheet[f"D{FIRST_ROW + one}"].value == f"PO {one}, by phone"
    assert sheet.tables["Purchases"].ref == f"A15:J{last}"
    assert sheet[f"E{last}"].number_format == sheet[f"E{FIRST_ROW}"].number_format


@pytest.mark.parametrize("field", ["Service", "PO / reference"])
def test_an_optional_column_may_be_missing(build_folder: BuildFolder, field: str) -> None:
    """The other optional column is still one of ours."""
    letter = {"Service": "C", "PO / reference": "D"}[field]
    other = {"Service": "D", "PO / reference": "C"}[field]

    def edit(book: Any) -> None:
        book["Purchases"][f"{other}16"].value = "Enterprise Vulnerability Management"
        book["Purchases"][f"{letter}15"].value = None

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 0, build_folder.err
    assert (
        build_folder.sheet("Purchases")[f"{other}16"].value == "Enterprise Vulnerability Management"
    )


@pytest.mark.parametrize("value", ["many", "#REF!", True, date(2014, 1, 1)])
@pytest.mark.parametrize("cell", ["B4", "B6", "B7"])
def test_a_slip_in_a_choice_is_kept_and_answered_by_an_error(
    build_folder: BuildFolder, cell: str, value: Any
) -> None:
    def edit(book: Any) -> None:
        book["Price list"][cell].value = value

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 0, build_folder.err


@pytest.mark.parametrize("text", ["a_x000D_\nb", "a_x000B_b", "_x0007_", "_xD83D_", "_xFFFE_"])
def test_characters_that_xml_does_not_hold_come_back_as_they_were(
    build_folder: BuildFolder, text: str
) -> None:
    build_folder.edit(lambda book: setattr(book["Purchases"]["D16"], "value", text))
    before = build_folder.path.read_bytes()
    assert build_folder.build("--keep") == 0, build_folder.err
    assert nothing_lost(before, build_folder.path.read_bytes())


@pytest.mark.parametrize("figure", [0.30000000000000004, 41628.604166666664, 1.2345678901234567e19])
def test_a_figure_keeps_all_its_digits(build_folder: BuildFolder, figure: float) -> None:
    content = with_part(shipped_workbook(), b"<v>99999</v>", f"<v>{figure!r}</v>".encode())
    build_folder.path.write_bytes(content)
    assert build_folder.build("--keep") == 0, build_folder.err
    assert build_folder.sheet("Purchases")["A19"].value == figure


def test_a_percent_sign_in_quotes_is_no_percentage(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        book["Purchases"]["A16"].number_format = '#,##0" % of all"'
        book["Amendments"]["F5"].number_format = '#,##0" % of all"'

    build_folder.edit(edit)
    assert build_folder.build("--keep") == 0, build_folder.err
    stored = openpyxl.load_workbook(build_folder.path, data_only=True)
    assert stored["Purchases"]["E16"].value == 255_000


def test_keeping_what_nobody_edited_changes_nothing(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    before = build_folder.path.read_bytes()
    assert build_folder.build("--keep") == 0
    assert build_folder.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [build_folder.path]
    assert build_folder.build() == 0


def test_a_contract_file_that_is_missing_is_found_before_anything_is_written(
    build_folder: BuildFolder,
) -> None:
    before = build_folder.edit(a_purchase)
    assert build_folder.build("--keep", "--contract", "missing.toml") == 2
    assert build_folder.out == ""
    assert build_folder.path.read_bytes() == before


def test_a_link_is_followed_to_the_file_and_to_its_lock(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    build_folder.edit(a_purchase)
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.parent.mkdir()
    link.symlink_to(build_folder.path)
    lock = tmp_path / "~$book.xlsx"
    lock.touch()
    assert main(["build", "--keep", "-o", str(link)]) == 2
    lock.unlink()
    assert main(["build", "--keep", "-o", str(link)]) == 0
    assert (tmp_path / "book.xlsx.bak").exists()
    assert link.is_symlink()


@pytest.mark.host
def test_a_workbook_that_libreoffice_saved_is_kept_whole(build_folder: BuildFolder) -> None:
    need("soffice")
    build_folder.edit(*ROWS)
    before = build_folder.path.read_bytes()
    for _ in range(2):
        build_folder.path.write_bytes(convert(build_folder.path, "xlsx").read_bytes())
    assert build_folder.build() == 2
    assert build_folder.build("--keep") == 0, build_folder.err
    assert nothing_lost(before, build_folder.path.read_bytes())
    assert build_folder.sheet("Price list")["B4"].value == datetime(2014, 3, 1)
    assert build_folder.build("--keep", "--check") == 0
