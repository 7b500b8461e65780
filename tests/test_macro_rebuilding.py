"""A macro workbook that somebody edited is built anew around its rows, and loses no macro."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import NEXT_ROW, a_purchase, an_amendment
from pyopenvba import ExcelFile

from workbooks.macros import functions
from xlfuncs.cli import main
from xlfuncs.files.books.macros import macros_of
from xlfuncs.files.books.packages import parts_of
from xlfuncs.files.loading import load


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsm"
    assert main(["build", "-o", str(path)]) == 0
    return path


def edit(path: Path, *edits: Callable[[Any], None]) -> None:
    opened = openpyxl.load_workbook(path, keep_vba=True)
    for each in edits:
        each(opened)
    opened.save(path)


def with_macros(path: Path, change: Callable[[Any], None]) -> None:
    with ExcelFile(path) as package:
        change(package)
        package.save()


def a_macro(package: Any) -> None:
    package.vba_project().add_module("Orders", "Sub Order()\r\nEnd Sub\r\n")


def a_handler(package: Any) -> None:
    text = package.get_module("ThisWorkbook")
    package.set_module("ThisWorkbook", text + "Private Sub Workbook_Deactivate()\r\nEnd Sub\r\n")


def a_handler_of_a_sheet(package: Any) -> None:
    package.set_module("Sheet1", "Private Sub Worksheet_Activate()\r\nEnd Sub\r\n")


def other_letter_case_and_spaces(package: Any) -> None:
    """As Excel's editor writes a module when it saves."""
    text = package.get_module("PriceChanges")
    edited = text.replace("rounds", "Rounds").replace("Dim text As", "Dim  text  As")
    assert edited != text
    package.set_module("PriceChanges", edited)


def keep(path: Path) -> int:
    return main(["build", "-o", str(path), "--keep"])


def test_the_rows_and_the_macros_of_a_macro_workbook_are_kept(book: Path) -> None:
    edit(book, a_purchase, an_amendment)
    assert keep(book) == 0
    assert openpyxl.load_workbook(book)["Purchases"][f"D{NEXT_ROW}"].value == "PO 77"
    assert "PriceFunctions" in macros_of(parts_of(book.read_bytes()))
    assert main(["build", "-o", str(book), "--keep", "--check"]) == 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (a_macro, "the macros in 'Orders'"),
        (a_handler, "the macros in 'ThisWorkbook'"),
        (a_handler_of_a_sheet, "the macros in 'Sheet1'"),
    ],
)
def test_macros_of_somebody_else_are_not_lost(
    book: Path, change: Callable[[Any], None], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_macros(book, change)
    before = book.read_bytes()
    assert keep(book) == 2
    assert f"\n{named}\n" in capsys.readouterr().err
    assert book.read_bytes() == before
    assert main(["build", "-o", str(book), "--check"]) == 1
    assert f"{named}: are not those that would be built" in capsys.readouterr().out


def test_what_excel_does_to_the_text_of_macros_does_not_count(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_macros(book, other_letter_case_and_spaces)
    assert keep(book) == 0
    with_macros(book, other_letter_case_and_spaces)
    assert main(["build", "-o", str(book), "--check"]) == 0


def test_macros_of_an_earlier_version_are_replaced(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "HEAD", functions.HEAD.replace("what they are called", "names"))
    earlier = book.with_name("earlier.xlsm")
    assert main(["build", "-o", str(earlier)]) == 0
    edit(earlier, a_purchase)
    monkeypatch.undo()
    assert keep(earlier) == 0
    assert macros_of(parts_of(earlier.read_bytes())) == macros_of(parts_of(book.read_bytes()))


def test_what_somebody_told_xlwings_is_not_lost(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def an_interpreter(opened: Any) -> None:
        opened["xlwings.conf"].append(["INTERPRETER_WIN", r"D:\python\pythonw.exe"])

    edit(book, an_interpreter)
    assert keep(book) == 2
    assert "xlwings.conf!A3, which holds 'INTERPRETER_WIN'" in capsys.readouterr().err


def test_a_plain_workbook_that_was_saved_with_macros_gets_ours(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert main(["build", "-o", str(path)]) == 0
    edit(path, a_purchase)
    saved = path.rename(tmp_path / "book.xlsm")
    assert keep(saved) == 0
    assert "PriceFunctions" in macros_of(parts_of(saved.read_bytes()))


@pytest.mark.parametrize("kind", [".xlsm", ".xlam"])
def test_any_kind_of_workbook_is_built_from(
    book: Path, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / f"source{kind}", tmp_path / "target.xlsx"
    assert main(["build", "-o", str(source)]) == 0
    assert main(["build", "--contract", str(source), "-o", str(target)]) == 0
    capsys.readouterr()
    assert main(["price", "100000", "2013-12-20", "--contract", str(source)]) == 0
    assert capsys.readouterr().out.strip() == "255000.00"
    assert "PriceFunctions" not in macros_of(parts_of(target.read_bytes()))


def test_a_project_that_cannot_be_read_is_not_replaced(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(book, a_purchase)
    from workbooks.package import packed

    parts = parts_of(book.read_bytes())
    book.write_bytes(packed({**parts, "xl/vbaProject.bin": b"no project"}))
    assert keep(book) == 2
    assert "damaged" in capsys.readouterr().err


def test_another_contract_has_its_own_prefix(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsm"
    source = Path(__file__).parent / "contracts"
    first = sorted(source.glob("*.toml"))[0]
    assert main(["build", "--contract", str(first), "-o", str(path)]) == 0
    prefix = load(first).contract.prefix.casefold()
    text = macros_of(parts_of(path.read_bytes()))["PriceFunctions"]
    assert f"publicfunction{prefix}_price(" in text
    assert "qualys" not in text
