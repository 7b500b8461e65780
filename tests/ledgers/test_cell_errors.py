"""A cell with an error is never blank in a workbook of any kind: its line says what it shows."""

from pathlib import Path

import openpyxl
import pytest
from pyopenvba.cfb import CFB

from tests.support.cli_runner import Run
from tests.support.csv_ledgers import read, write_contract
from tests.support.other_workbooks import (
    Error,
    cells_of_row,
    ods_row,
    write_ods,
    write_xlsb,
)
from tests.support.places import DATA
from tests.support.small_contract import AGREEMENT
from xlfuncs.ledgers.cell_errors import CellError, CellErrors, show_errors

LEDGERS = DATA / "ledgers"
DAYS = ("--purchased", "Bought", "Entered")
CONTRACT = AGREEMENT.replace("Scanning", "IPs")
"""A contract of one service, whose name may be blank in a ledger."""

NOT_CALCULATED = "(a formula that was not calculated)"


@pytest.fixture(params=[".xlsx", ".xls", ".ods"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A ledger with errors that LibreOffice saved."""
    path = tmp_path / f"l{request.param}"
    path.write_bytes((LEDGERS / f"error_cells{request.param}").read_bytes())
    return path


def test_errors_are_bad_input_in_every_kind_of_workbook(saved: Path, run: Run) -> None:
    """Neither is a line of them blank, nor does another day decide, nor is there one service."""
    ran = run("batch", saved, "-c", write_contract(saved.parent, CONTRACT), *DAYS)
    found = {line["Invoice"]: line for line in read(ran.out)}
    assert {invoice: (line["Outcome"], line["Price"]) for invoice, line in found.items()} == {
        "A-1": ("price", "100.00"),
        "#N/A": ("bad input", ""),
        "A-3": ("bad input", ""),
        "A-4": ("bad input", ""),
        "A-5": ("bad input", ""),
        "A-6": ("price", "100.00"),
        "": ("blank line", ""),
        "A-8": ("price", "100.00"),  # its service is blank, as a formula gives it
    }
    assert "line 3: quantity is '#N/A'" in ran.err
    assert "line 10: quantity is '#N/A'" in ran.err  # the last line of all
    assert "purchase date is '#N/A'" in found["A-3"]["Reason"]
    assert "service is '#DIV/0!'" in found["A-4"]["Reason"]
    assert "quantity is '#NAME?'" in found["A-5"]["Reason"]
    assert "amount paid is '#DIV/0!'" in found["A-6"]["Reason"]
    assert found["A-6"]["Difference"] == ""


def test_an_old_workbook_with_errors_says_the_same_as_a_new_one(run: Run, tmp_path: Path) -> None:
    contract = write_contract(tmp_path, CONTRACT)
    outs = {
        run("batch", LEDGERS / f"error_cells{kind}", "-c", contract, *DAYS).out
        for kind in (".xlsx", ".xls", ".ods")
    }
    assert len(outs) == 1


def test_errors_are_written_to_a_priced_workbook(saved: Path, run: Run) -> None:
    priced = saved.with_name("priced.xlsx")
    run("batch", saved, "-c", write_contract(saved.parent, CONTRACT), *DAYS, "-o", priced)
    sheet = openpyxl.load_workbook(priced).active
    assert [sheet["A3"].value, sheet["C4"].value, sheet["E5"].value] == ["#N/A", "#N/A", "#DIV/0!"]
    assert sheet["A10"].value == "#N/A"


# .xls.


def test_a_blank_result_was_not_calculated_where_no_spreadsheet_saved_the_file(
    run: Run, tmp_path: Path
) -> None:
    """A program that writes an .xls by itself leaves the results of formulas blank."""
    container = CFB.from_bytes((LEDGERS / "error_cells.xls").read_bytes())
    container.remove_stream("\x05SummaryInformation")
    ledger = tmp_path / "l.xls"
    ledger.write_bytes(container.to_bytes())
    ran = run("batch", ledger, "-c", write_contract(tmp_path, CONTRACT), *DAYS)
    [line] = [line for line in read(ran.out) if line["Invoice"] == "A-8"]
    assert (line["Outcome"], line["Service"]) == ("bad input", NOT_CALCULATED)


# .xlsb, which LibreOffice reads and does not write.

CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x1D: "#NAME?", 0x2A: "#N/A"}


@pytest.mark.parametrize("of_formula", [True, False])
@pytest.mark.parametrize("code", CODES)
def test_errors_of_an_xlsb(code: int, of_formula: bool, run: Run, tmp_path: Path) -> None:
    """The first column is blank, and the last row has nothing but an error."""
    error = Error(code, of_formula)
    lines = (
        ["Qty", "Bought", "Entered"],
        [10.0, error, "2020-06-01"],
        [10.0, None, "2020-06-01"],
        [error],
    )
    rows = (cells_of_row(at, cells, left=1) for at, cells in enumerate(lines))
    write_xlsb(tmp_path / "l.xlsb", b"".join(rows), 3, 3)
    ran = run("batch", tmp_path / "l.xlsb", "-c", write_contract(tmp_path), *DAYS)
    found = read(ran.out)
    assert [line["Outcome"] for line in found] == ["bad input", "price", "bad input"]
    assert found[0]["Bought"] == found[2]["Qty"] == CODES[code]


# .ods, as other programs than LibreOffice write it.

FORMULA = 'table:formula="of:=[.Z1]"'
DAY = 'office:value-type="date" office:date-value="2020-06-01"'


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>', "#DIV/0!"),
        ('office:value-type="float" office:value="0"><text:p>Err:502</text:p>', "Err:502"),
        ('office:value-type="float" office:value="0"><text:p>#WERT!</text:p>', "#WERT!"),
        ('office:value-type="string" office:string-value=""><text:p>#N/A</text:p>', "#N/A"),
        ('office:value-type="string" office:string-value="#N/A"><text:p>#N/A</text:p>', "#N/A"),
        ('office:value-type="string"><text:p>#N/A</text:p>', "#N/A"),
        ('calcext:value-type="error" xmlns:calcext="c"><text:p>#N/A</text:p>', "#N/A"),
        ('calcext:value-type="error" xmlns:calcext="c">', "(an error)"),
        ("><text:p>2020-06-01</text:p>", "2020-06-01"),
        (f"{FORMULA}>", NOT_CALCULATED),
        (f"{FORMULA}><text:p/>", ""),
        (f'{FORMULA} office:value-type="string" office:string-value="">', ""),
        ("><office:annotation><text:p>#N/A</text:p></office:annotation>", ""),
        (
            'office:value-type="date" office:date-value="2020-06-01"><text:p>#1</text:p>',
            "2020-06-01",
        ),
    ],
)
def test_errors_of_an_ods(cell: str, shown: str, run: Run, tmp_path: Path) -> None:
    ledger = write_cell(tmp_path, cell)
    ran = run("batch", ledger, "-c", write_contract(tmp_path), *DAYS)
    [line] = read(ran.out)
    assert line["Bought"] == shown
    assert line["Outcome"] == ("price" if shown in {"", "2020-06-01"} else "bad input")


def write_cell(folder: Path, cell: str, rows: str = "", columns: str = "") -> Path:
    """An .ods with a ledger of one line, whose first date is in this cell."""
    row = (
        f"<table:table-row{rows}><table:table-cell/><table:table-cell "
        'office:value-type="float" office:value="10"/>'
        f"<table:table-cell{columns} {cell}</table:table-cell>"
        f"<table:table-cell {DAY}/></table:table-row>"
    )
    write_ods(folder / "l.ods", ods_row(["", "Qty", "Bought", "Entered"]) + row)
    return folder / "l.ods"


def test_errors_that_an_ods_says_once_of_many_cells(run: Run, tmp_path: Path) -> None:
    error = 'calcext:value-type="error" xmlns:calcext="c"><text:p>#N/A</text:p>'
    several, both = (f' table:number-{each}-repeated="2"' for each in ("rows", "columns"))
    ledger = write_cell(tmp_path, error, several, both)
    ran = run("batch", ledger, "-c", write_contract(tmp_path), *DAYS)
    found = [(line["Bought"], line["Entered"], line["Outcome"]) for line in read(ran.out)]
    assert found == [("#N/A", "#N/A", "bad input")] * 2


def test_errors_of_another_sheet_of_an_ods_are_its_own(run: Run, tmp_path: Path) -> None:
    error = '<table:table-cell calcext:value-type="error" xmlns:calcext="c"/>'
    row = f'<table:table-row table:number-rows-repeated="9">{error * 3}</table:table-row>'
    lines = ods_row(["Qty", "Date"]) + ods_row(["10", "2020-06-01"])
    others = (f'</table:table><table:table table:name="{name}">' for name in "MN")
    write_ods(tmp_path / "l.ods", "".join((row, next(others), lines, next(others), row)))
    ran = run("batch", tmp_path / "l.ods", "-c", write_contract(tmp_path), "--sheet", "M")
    assert [line["Outcome"] for line in read(ran.out)] == ["price"]


# Formulas without a result, which are below all that the library has.


def test_a_last_line_of_formulas_that_were_not_calculated_is_not_left_out(
    run: Run, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["Qty", "Date"], [10, "2020-06-01"], ["=A2", "=B2"]):
        book.active.append(row)
    book.save(tmp_path / "l.xlsx")
    formulas = f"<table:table-row>{f'<table:table-cell {FORMULA}/>' * 2}</table:table-row>"
    lines = ods_row(["Qty", "Date"]) + ods_row(["10", "2020-06-01"]) + formulas
    write_ods(tmp_path / "l.ods", lines)
    for kind in (".xlsx", ".ods"):
        ran = run("batch", tmp_path / f"l{kind}", "-c", write_contract(tmp_path))
        found = [(line["Qty"], line["Outcome"]) for line in read(ran.out)]
        assert found == [("10", "price"), (NOT_CALCULATED, "bad input")]


def test_errors_are_shown_where_they_are_and_nowhere_else() -> None:
    """Of cells in any order, some of them left or right of all that the library has."""

    class Sheet:
        start, end, total_height = (1, 2), (2, 3), 3

        def iter_rows(self):
            return iter([["", ""], ["a", "b"], ["c", "d"]])

    errors = CellErrors(
        [
            CellError(3, 3, "#N/A"),
            CellError(1, 0, "#REF!", columns=2),
            CellError(2, 4, "#REF!"),
            CellError(1, 1, "#NUM!", rows=2, columns=2),
        ],
        most=4,
    )
    found = list(show_errors(Sheet(), errors))  # type: ignore[arg-type] # all that is asked of one
    assert found == [["", ""], ["#NUM!", "b"], ["#NUM!", "d"], ["", "#N/A"]]
