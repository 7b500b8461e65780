"""The generated workbook, saved by LibreOffice Calc, and what the command line makes of it."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.office import need
from tests.support.places import CONTRACTS
from tests.support.workbook_edits import BUILT, built, shipped_workbook
from xlfuncs.cli import main
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.sheets.draft import InputCell, build_draft
from xlfuncs.xlsx.builder import build_workbook
from xlfuncs.xlsx.sheets.purchases import FIRST_ROW

FILES = [Path(SHIPPED), *CONTRACTS]


def saved_by_calc(path: Path, *arguments: str) -> Path:
    """A workbook as LibreOffice saves it once it has worked it out."""
    need("soffice")
    saved = path.with_name("saved.xlsx")
    assert main(["calc", "recalc", str(path), "-o", str(saved), *arguments]) == 0
    return saved


def formulas(content: bytes) -> dict[str, Any]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {
        f"{sheet.title}!{cell.coordinate}": getattr(cell.value, "text", cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_libreoffice_saves_has_the_same_formulas_and_contract(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = load_reading(path).contract
    assert contract is not None
    book = tmp_path / "book.xlsx"
    book.write_bytes(built(contract))
    saved = saved_by_calc(book)
    assert formulas(saved.read_bytes()) == formulas(book.read_bytes())
    kept = load_reading(saved).contract
    assert kept is not None
    assert kept.rows == contract.rows
    assert kept.services == contract.services
    capsys.readouterr()
    for purchase in contract.purchases:
        question = [str(purchase.quantity), f"{purchase.purchased}", "--json"]
        question += ["--service", purchase.service] if purchase.service else []
        for command in ("price", "explain"):
            status = main([command, *question, "--contract", str(book)])
            stated = json.loads(capsys.readouterr().out)
            assert main([command, *question, "--contract", str(saved)]) == status
            again = json.loads(capsys.readouterr().out)
            for answer in (stated, again):
                del answer["contract"]["file"]
                answer.get("lines", {}).pop("Contract", None)
            assert again == stated


def test_a_purchase_typed_into_the_saved_workbook_is_kept_by_a_new_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book.xlsx"
    contract = load_reading(SHIPPED).contract
    assert contract is not None
    draft = build_draft(contract)
    typed = {"quantity": InputCell(100_000), "purchased": InputCell(BUILT)}
    book.write_bytes(build_workbook(replace(draft, purchases=[*draft.purchases, typed]), BUILT))
    saved = saved_by_calc(book)
    assert main(["build", "--keep", "-o", str(saved)]) == 0
    sheet = openpyxl.load_workbook(saved, data_only=True)["Purchases"]
    row = FIRST_ROW + len(draft.purchases)
    assert (sheet[f"A{row}"].value, sheet[f"B{row}"].value.date()) == (100_000, BUILT)
    assert sheet[f"E{row}"].value == 279_995


def test_prices_follow_an_edit_of_the_saved_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Edited by a program that calculates nothing, and recalculated by LibreOffice."""
    book = tmp_path / "book.xlsx"
    book.write_bytes(shipped_workbook())
    opened = openpyxl.load_workbook(book)
    opened["Amendments"]["I5"].value = 280_000
    opened.save(book)
    saved = saved_by_calc(book)
    sheet = openpyxl.load_workbook(saved, data_only=True)["Purchases"]
    assert [sheet[f"E{row}"].value for row in (5, FIRST_ROW, FIRST_ROW + 1)] == [
        *(255_000, 255_000, 280_000)
    ]
    capsys.readouterr()
    main(["price", "100000", "2014-01-01", "--contract", str(saved)])
    assert capsys.readouterr().out == "280000.00\n"
