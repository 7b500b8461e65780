"""Workbooks whose functions are names, on the way through the commands."""

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.build_folder import a_purchase
from tests.support.workbook_edits import shipped_workbook
from xlfuncs.cli import main
from xlfuncs.loader import SHIPPED
from xlfuncs.sheets.schema import column_index
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.generated_content import has_lambdas, read_lambdas
from xlfuncs.xlsx.lambdas.definitions import FIRST_ROW, built_lines, column_letters
from xlfuncs.xlsx.lambdas.live_findings import NOT_CHECKED
from xlfuncs.xlsx.package import open_package, read_parts
from xlfuncs.xlsx.package_writer import pack_parts

ROWS = "xl/worksheets/sheet9.xml"
pytestmark = pytest.mark.usefixtures("kept_builds")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "prices.xlsx"
    path.write_bytes(shipped_workbook(kind=WorkbookKind.LAMBDAS))
    return path


def edited(path: Path, *edits: object) -> None:
    opened = openpyxl.load_workbook(path)
    for edit in edits:
        edit(opened)
    opened.save(path)


def marked(path: Path) -> int:
    parts = read_parts(path.read_bytes())
    return sum(part.count(b' cm="1"') for name, part in parts.items() if "worksheets" in name)


def test_an_edited_one_is_rebuilt_with_its_names_and_marks(book: Path) -> None:
    before = marked(book)
    edited(book, a_purchase)
    assert marked(book) == 0  # openpyxl has taken them away
    assert main(["build", "-o", str(book), "--keep"]) == 0
    assert marked(book) > before
    assert has_lambdas(book.read_bytes())
    opened = openpyxl.load_workbook(book)["Purchases"]
    assert isinstance(opened["E20"].value, ArrayFormula)
    assert opened["D20"].value == "PO 77"


def test_the_sheet_rows_stores_no_value_and_excel_calculates_on_loading(book: Path) -> None:
    opened = openpyxl.load_workbook(book, data_only=True)
    assert opened.calculation.fullCalcOnLoad
    last = max(map(column_index, column_letters().values())) + 1
    rows = opened["Rows"].iter_rows(min_row=FIRST_ROW, max_col=last)
    assert {cell.value for row in rows for cell in row} == {None, "#N/A"}
    assert opened["Purchases"]["E16"].value == 255000


def test_what_excel_stores_on_the_sheet_rows_is_no_difference(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = column_letters()["Rows", "Sheet"]

    def stored(typed: bytes) -> None:
        parts = read_parts(book.read_bytes())
        part = parts[ROWS].replace(b' t="e"', b"").replace(b"<v>#N/A</v>", b"<v>7</v>")
        cell = re.compile(rb'(<c r="%s9" s="\d+") />' % letter.encode())
        parts[ROWS] = cell.sub(rb"\1>" + typed + b"</c>", part)
        book.write_bytes(pack_parts(parts))

    stored(b"<v>7</v>")
    assert main(["build", "-o", str(book), "--check"]) == 0
    assert "has the same content as a new build, but not" in capsys.readouterr().out
    book.write_bytes(shipped_workbook(kind=WorkbookKind.LAMBDAS))
    stored(b"<f>1+1</f><v>2</v>")
    assert main(["build", "-o", str(book), "--check"]) == 1
    assert capsys.readouterr().out == f"Rows!{letter}9: =1+1; expected blank\n"


def test_a_name_that_somebody_changed_or_added_is_not_lost_unasked(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def changes(opened: openpyxl.Workbook) -> None:
        opened.defined_names["QUALYS.COSTS"].attr_text = "_xlfn.LAMBDA(_xlpm.a,1)"
        opened.defined_names.add(
            openpyxl.workbook.defined_name.DefinedName("MINE", attr_text="_xlfn.LAMBDA(2)")
        )

    edited(book, changes)
    assert main(["build", "-o", str(book), "--keep"]) == 2
    said = capsys.readouterr().err
    assert "the function in the name 'QUALYS.COSTS'" in said
    assert "the function in the name 'MINE'" in said
    assert main(["build", "-o", str(book), "--check"]) == 1
    listed = capsys.readouterr().out
    assert "the function in the name 'QUALYS.COSTS': not the same as in a new build" in listed


def test_a_name_of_a_single_sheet_is_told_apart_from_that_of_the_workbook(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On its sheet it would answer instead of ours, wherever it is in the list of names."""

    def one_of_the_sheet(opened: openpyxl.Workbook) -> None:
        names = opened["Purchases"].defined_names
        names.add(
            openpyxl.workbook.defined_name.DefinedName(
                "QUALYS_PRICE", attr_text="_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.c,1)"
            )
        )

    edited(book, one_of_the_sheet)
    assert main(["build", "-o", str(book), "--keep"]) == 2
    said = capsys.readouterr().err
    assert "the function in the name 'Purchases!QUALYS_PRICE'" in said


def test_one_without_functions_stays_without_them(tmp_path: Path) -> None:
    path = tmp_path / "calc.xlsx"
    assert main(["build", "-o", str(path), "--without-functions"]) == 0
    assert not read_lambdas(open_package(path.read_bytes()))
    for options in ([], ["--keep"]):
        assert main(["build", "-o", str(path), *options]) == 0
        assert not has_lambdas(path.read_bytes())
    edited(path, a_purchase)
    assert main(["build", "-o", str(path), "--keep"]) == 0
    assert not has_lambdas(path.read_bytes())


@pytest.mark.parametrize("kind", [".xlsm", ".xlam", ".oxt"])
def test_only_a_plain_workbook_can_be_without_functions(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"prices{kind}"
    assert main(["build", "-o", str(path), "--without-functions"]) == 2
    assert "without functions" in capsys.readouterr().err
    assert not path.exists()


def test_libreoffice_is_not_let_damage_the_names(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert main(["calc", "recalc", str(book)]) == 2
    said = capsys.readouterr().err
    assert "holds its functions as names, which LibreOffice damages" in said
    assert "--without-functions" in said
    assert book.read_bytes() == before


def test_a_finding_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    contract = tmp_path / "acme.toml"
    text = Path(SHIPPED).read_text(encoding="utf-8")
    asked = 'open_questions = ["=1+1", '
    assert "open_questions = [" in text
    contract.write_text(text.replace("open_questions = [", asked), encoding="utf-8", newline="\n")
    path = tmp_path / "acme.xlsx"
    assert main(["build", "--contract", str(contract), "-o", str(path)]) == 0
    checks = openpyxl.load_workbook(path)["Checks"]
    found = [cell for [cell] in checks["C11":"C40"] if "=1+1" in (cell.value or "")]
    assert [cell.data_type for cell in found] == ["s"]


def test_a_finding_that_is_as_of_the_build_is_text_where_formulas_read_it(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    assert main(["build", "-o", str(path)]) == 0
    first, last = built_lines().replace("$", "").partition("!")[2].split(":")
    cells = [cell for row in openpyxl.load_workbook(path)["Rows"][first:last] for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert cells[0].value == NOT_CHECKED


def test_doctor_knows_that_nothing_else_is_needed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["doctor", str(book)])
    assert "has its functions as names, which Excel 365 calculates" in capsys.readouterr().out


def test_the_same_rows_are_read_from_it_as_from_the_contract(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["price", "100000", "2013-12-20", "--contract", str(book)]) == 0
    assert capsys.readouterr().out == "255000.00\n"
