"""`build --check`: whether a workbook is what its contract would give."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from tests.support.build_folder import (
    NEXT_ROW,
    BuildFolder,
    a_name,
    a_purchase,
    a_sheet,
    an_amendment,
)
from tests.support.workbook_edits import put, shipped_workbook
from xlfuncs.loader import SHIPPED
from xlfuncs.xlsx.compare import compare_workbooks
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW


def test_check_of_an_untouched_workbook_finds_nothing(build_folder: BuildFolder) -> None:
    assert build_folder.build("--check") == 0
    assert build_folder.out == f"{build_folder.path}: is up to date\n"


def test_check_lists_what_differs_and_writes_nothing(
    build_folder: BuildFolder, tmp_path: Path
) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", 250_000)
        book["Tiers"]["A5"].number_format = "0.0"

    before = build_folder.edit(a_purchase, edit, a_sheet, a_name)
    assert build_folder.build("--check") == 1
    lines = build_folder.out.splitlines()
    assert f"Purchases!A{NEXT_ROW}: 100000; expected blank" in lines
    assert f"Purchases!D{NEXT_ROW}: 'PO 77'; expected blank" in lines
    assert "Tiers!A5: number format 0.0; expected General" in lines
    assert "Amendments!I6: 250000; expected 255000" in lines
    assert "the sheet 'Notes': not expected" in lines
    assert "the name 'Vendor': not expected" in lines
    assert build_folder.err.endswith(f" differences from a new build of {SHIPPED}\n")
    assert build_folder.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [build_folder.path]


def test_check_with_keep_compares_with_a_build_around_the_rows(build_folder: BuildFolder) -> None:
    build_folder.edit(an_amendment)
    assert build_folder.build("--check", "--keep") == 1  # what it shows was never worked out again
    assert build_folder.err.endswith(" differences from a new build of its own rows\n")
    lines = [line for line in build_folder.out.splitlines() if line.startswith("Amendments!")]
    assert all("number format General" in line for line in lines)  # openpyxl entered no formats
    assert build_folder.build("--keep") == 0
    assert build_folder.build("--check", "--keep") == 0


def test_check_needs_a_workbook(build_folder: BuildFolder) -> None:
    build_folder.path.unlink()
    assert build_folder.build("--check") == 2
    assert "No such file or directory; expected a workbook to check" in build_folder.err


def test_a_build_differs_from_itself_in_nothing() -> None:
    content = shipped_workbook()
    book = openpyxl.load_workbook(BytesIO(content))
    saved = BytesIO()
    book.save(saved)
    lines = compare_workbooks(saved.getvalue(), content).lines
    assert lines
    assert all("shows blank; expected" in line for line in lines)  # openpyxl saves no values


def test_check_tells_a_number_from_the_text_that_looks_like_it(build_folder: BuildFolder) -> None:
    build_folder.edit(lambda book: put(book["Amendments"], 2, "price", "255000"))
    assert build_folder.build("--check") == 1
    assert "Amendments!I6: '255000'; expected 255000" in build_folder.out


def test_check_lists_every_cell_that_was_filled_in(build_folder: BuildFolder) -> None:
    def edit(book: Any) -> None:
        for row in range(FIRST_ROW, FIRST_ROW + 60):
            book["Purchases"][f"D{row}"].value = "x"

    build_folder.edit(edit)
    assert build_folder.build("--check") == 1
    assert sum(": 'x'; expected blank" in line for line in build_folder.out.splitlines()) == 60
    assert build_folder.out.splitlines()[-1].startswith("and ")
