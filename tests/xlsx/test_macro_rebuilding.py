"""A macro workbook that somebody edited is rebuilt around its rows, and loses no macro."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB

from tests.support.build_folder import NEXT_ROW, a_purchase, an_amendment
from tests.support.macro_books import macro_book
from tests.support.office import need
from tests.support.places import DATA
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.cli import main
from xlfuncs.loader import load_reading
from xlfuncs.sheets.schema import POINTS
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.package import open_package, read_parts
from xlfuncs.xlsx.package_writer import pack_parts
from xlfuncs.xlsx.vba import project
from xlfuncs.xlsx.vba.project import read_macros


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return macro_book(tmp_path, "book.xlsm")


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
    assert "PriceFunctions" in read_macros(open_package(book.read_bytes()))
    assert main(["build", "-o", str(book), "--keep", "--check"]) == 0


def a_form(package: Any) -> None:
    package.add_form("Ask")


def an_edited_message(package: Any) -> None:
    text = package.get_module("PricePython")
    package.set_module("PricePython", text.replace('"no answer: "', '"No  answer: "'))


def test_macros_of_somebody_else_are_not_lost(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for change in (a_macro, a_handler, a_handler_of_a_sheet, a_form, an_edited_message):
        with_macros(book, change)
    before = book.read_bytes()
    changed = ("Orders", "ThisWorkbook", "Sheet1", "Ask", "PricePython")
    named = {f"the macros in '{module}'" for module in changed}
    assert keep(book) == 2
    assert {*capsys.readouterr().err.splitlines()[1:]} == named
    assert book.read_bytes() == before
    assert main(["build", "-o", str(book), "--check"]) == 1
    listed = capsys.readouterr().out
    for each in named:
        assert f"{each}: not the same as in a new build" in listed


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
    monkeypatch.setattr(project, "MODULE", project.MODULE.replace("what they are called", "names"))
    earlier = book.with_name("earlier.xlsm")
    assert main(["build", "-o", str(earlier)]) == 0
    edit(earlier, a_purchase)
    monkeypatch.undo()
    assert keep(earlier) == 0
    assert read_macros(open_package(earlier.read_bytes())) == read_macros(
        open_package(book.read_bytes())
    )


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
    path.write_bytes(shipped_workbook(kind=WorkbookKind.LAMBDAS))
    edit(path, a_purchase)
    saved = path.rename(tmp_path / "book.xlsm")
    assert keep(saved) == 0
    assert "PriceFunctions" in read_macros(open_package(saved.read_bytes()))


@pytest.mark.parametrize("kind", [".xlsm", ".xlam"])
def test_any_kind_of_workbook_is_built_from(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / f"source{kind}", tmp_path / "target.xlsx"
    source.write_bytes(shipped_workbook(kind=WorkbookKind(kind)))
    assert main(["build", "--contract", str(source), "-o", str(target)]) == 0
    capsys.readouterr()
    assert main(["price", "100000", "2013-12-20", "--contract", str(source)]) == 0
    assert capsys.readouterr().out.strip() == "255000.00"
    assert "PriceFunctions" not in read_macros(open_package(target.read_bytes()))


def test_a_macro_workbook_saved_without_macros_is_rebuilt(book: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    opened = openpyxl.load_workbook(book)
    a_purchase(opened)
    opened.save(saved)
    assert keep(saved) == 0
    assert openpyxl.load_workbook(saved).sheetnames[-1] == POINTS


def test_a_signature_is_not_lost(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(book, a_purchase)
    parts = read_parts(book.read_bytes())
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="vbaProjectSignature.bin" Type='
        '"http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"/>'
        "</Relationships>"
    )
    signed = {"xl/_rels/vbaProject.bin.rels": relation.encode(), "xl/vbaProjectSignature.bin": b"x"}
    book.write_bytes(pack_parts({**parts, **signed}))
    assert keep(book) == 2
    assert "the signature of the macros" in capsys.readouterr().err
    assert main(["build", "-o", str(book), "--keep", "--check"]) == 1


def test_macros_that_unpack_to_too_much_are_not_read(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    container = CFB.from_bytes(read_parts(book.read_bytes())["xl/vbaProject.bin"])
    piece = bytes.fromhex("03b00220fc0f")  # a space, and 4095 more of them
    container.write_stream_in_storage("VBA", "PriceSheets", b"\1" + piece * 5_000)
    parts = read_parts(book.read_bytes())
    book.write_bytes(pack_parts({**parts, "xl/vbaProject.bin": container.to_bytes()}))
    assert keep(book) == 2
    assert "its macros unpack to more than 16 MiB" in capsys.readouterr().err


@pytest.mark.host
def test_libreoffice_may_save_it(book: Path) -> None:
    need("soffice")
    command = ["soffice", "--headless", f"-env:UserInstallation={(book.parent / 'lo').as_uri()}"]
    kind = "xlsm:Calc MS Excel 2007 VBA XML"
    folder = book.parent / "saved"
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", folder, book], check=True, capture_output=True
    )
    saved = folder / book.name
    assert read_macros(open_package(saved.read_bytes())) == read_macros(
        open_package(book.read_bytes())
    )


@pytest.mark.parametrize(("built", "named"), [(".xlsm", ".xlam"), (".xlam", ".xlsm")])
def test_a_kind_under_the_name_of_another_is_told(
    built: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = tmp_path / f"book{named}"
    renamed.write_bytes(shipped_workbook(kind=WorkbookKind(built)))
    assert main(["build", "-o", str(renamed), "--check"]) == 1
    assert "the file: is " in capsys.readouterr().out


def test_a_link_to_another_kind_of_file_is_refused(book: Path) -> None:
    link = book.with_suffix(".xlam")
    link.symlink_to(book)
    before = book.read_bytes()
    assert main(["build", "-o", str(link)]) == 2
    assert book.read_bytes() == before


def test_without_the_macros_of_xlwings_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(project, "find_spec", lambda name: None)
    assert main(["build", "-o", str(tmp_path / "book.xlsm")]) == 2
    assert "xlwings: the installed package has no file xlwings.bas" in capsys.readouterr().err
    assert main(["build", "-o", str(tmp_path / "book.xlsx")]) == 0


def test_a_project_that_cannot_be_read_is_not_replaced(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(book, a_purchase)
    parts = read_parts(book.read_bytes())
    book.write_bytes(pack_parts({**parts, "xl/vbaProject.bin": b"no project"}))
    assert keep(book) == 2
    assert "damaged" in capsys.readouterr().err


def test_another_contract_has_its_own_prefix(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsm"
    source = DATA / "contracts"
    first = sorted(source.glob("*.toml"))[0]
    assert main(["build", "--contract", str(first), "-o", str(path)]) == 0
    prefix = load_reading(first).contract.prefix.casefold()
    text = read_macros(open_package(path.read_bytes()))["PriceFunctions"]
    assert f"publicfunction{prefix}_price(" in text
    assert "qualys" not in text
