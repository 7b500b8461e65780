"""The workbook in LibreOffice: its printed pages, and its formulas worked out there."""

import math
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.contracts_hard_to_lay_out import BY_KIND
from tests.support.office import convert, need, pages_as_text, without_values
from tests.support.places import CONTRACTS
from tests.support.workbook_edits import BUILT, built
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.contract import Contract
from xlfuncs.sheets.cells import CellError
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.sheets.schema import SHEETS
from xlfuncs.xlsx.builder import build_workbook

FILES = {path.stem: path for path in [Path(SHIPPED), *CONTRACTS]}


@pytest.fixture(params=[*FILES, *BY_KIND])
def contract(request: pytest.FixtureRequest) -> Contract:
    need("soffice", "pdftotext")
    if request.param in BY_KIND:
        return BY_KIND[request.param]()
    found = load_reading(FILES[request.param]).contract
    assert found is not None
    return found


def sheet_of(page: str) -> str:
    """The sheet that a page belongs to, by its footer."""
    last = [line for line in page.splitlines() if line.strip()][-1]
    return next(name for name in SHEETS if f"  {name}  " in last)


def test_pages_have_no_clipped_figures_and_none_is_blank(
    contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(contract))
    pages = pages_as_text(convert(path, "pdf"))
    sheets = [sheet_of(page) for page in pages]
    assert list(dict.fromkeys(sheets)) == list(SHEETS)
    for name, page in zip(sheets, pages, strict=True):
        assert "###" not in page
        body = [line for line in page.splitlines() if line.strip()][:-1]
        assert len(body) > 2, f"a stray page of {name}"
    assert sheets.count("Purchases") == sheets.count("Checks") == 1
    assert "#VALUE!" not in "".join(
        page for name, page in zip(sheets, pages, strict=True) if name == "Price list"
    )


def test_a_second_page_repeats_the_headings(tmp_path: Path) -> None:
    need("soffice", "pdftotext")
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    path = tmp_path / "book.xlsx"
    long = contract._replace(purchases=contract.purchases * 20)
    path.write_bytes(built(long))
    pages = [page for page in pages_as_text(convert(path, "pdf")) if sheet_of(page) == "Purchases"]
    assert len(pages) > 3
    assert all("Quantity" in page and "Explanation" in page for page in pages)


def test_libreoffice_works_out_the_same_as_is_stored(contract: Contract, tmp_path: Path) -> None:
    assert_worked_out_alike(built(contract), tmp_path)


def test_the_summary_counts_what_formulas_show_errors_too(tmp_path: Path) -> None:
    need("soffice")
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    draft = build_draft(contract)
    nothing, error = InputCell("", '=IF(1=1,"","")'), InputCell(CellError("#N/A"), "=NA()")
    shown = [{"quantity": each, "purchased": nothing} for each in (nothing, error)]
    rows = [*draft.purchases, {}, *shown]
    assert_worked_out_alike(build_workbook(replace(draft, purchases=rows), BUILT), tmp_path)


def assert_worked_out_alike(content: bytes, tmp_path: Path) -> None:
    """Nothing is stored with the formulas that LibreOffice gets; each cell is compared."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(without_values(content))
    worked_out = openpyxl.load_workbook(convert(path, "xlsx"), data_only=True)
    stored = openpyxl.load_workbook(BytesIO(content), data_only=True)
    compared = 0
    for sheet in stored:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            found = worked_out[sheet.title][cell.coordinate].value
            assert same(found, cell.value), f"{sheet.title}!{cell.coordinate}"
            compared += cell.value is not None
    assert compared > 200


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-12)
    return (one or "") == (other or "")
