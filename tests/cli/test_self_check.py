"""`build --self-check`: which contract, what it goes with, and what becomes of the workbook."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.cli_runner import Run
from tests.support.golden import SELF_CHECK_BOOK
from tests.support.small_contract import CONTRACT
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.xlsx.self_check import CONTRACT_FILE, SELF_CHECK, is_self_check

BOOK = Path("self_check.xlsx")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def prefix_of(path: Path) -> str:
    contract = load_reading(path).contract
    assert contract is not None
    return contract.prefix


def test_without_a_contract_the_one_made_for_it_is_built(run: Run) -> None:
    built = run("build", "--self-check")
    assert (built.status, built.err) == (0, "")
    assert built.out == (
        f"{BOOK}: written\nOpen it in Excel and follow the steps on the sheet {SELF_CHECK}\n"
    )
    assert is_self_check(BOOK.read_bytes())
    assert prefix_of(BOOK) == prefix_of(CONTRACT_FILE) == "SAMPLE"
    again = run("build", "--self-check")
    assert again.out.startswith(f"{BOOK}: is up to date; not written again\n")
    assert run("build", "--self-check", "--check").status == 0


def test_a_contract_that_is_named_is_the_one_that_is_checked(run: Run) -> None:
    Path("acme.toml").write_text(CONTRACT)
    assert run("build", "acme.toml", "--self-check", "-o", "acme.xlsx").status == 0
    assert (prefix_of(Path("acme.xlsx")), is_self_check(Path("acme.xlsx").read_bytes())) == (
        "ACME",
        True,
    )
    named = str(SHIPPED)[:1] + str(SHIPPED)[1:]  # another text of the same letters
    assert run("build", named, "--self-check", "-o", "shipped.xlsx").status == 0
    assert prefix_of(Path("shipped.xlsx")) == "QUALYS"


def test_other_commands_answer_from_it_as_from_any_workbook(run: Run) -> None:
    BOOK.write_bytes(SELF_CHECK_BOOK.read_bytes())
    asked = ("--service", "Licenses", "--contract", BOOK)
    assert run("price", "10", "2025-12-31", *asked).out == "999.00\n"
    assert run("diff", CONTRACT_FILE, BOOK).status == 0


def test_its_rows_can_be_imported(run: Run) -> None:
    BOOK.write_bytes(SELF_CHECK_BOOK.read_bytes())
    imported = run("import", BOOK, "-o", "rows.toml")
    assert (imported.status, imported.err) == (0, "")
    assert run("diff", "rows.toml", CONTRACT_FILE).status == 0


def test_an_edited_one_is_not_replaced_unasked(run: Run) -> None:
    edited: Any = openpyxl.load_workbook(BytesIO(SELF_CHECK_BOOK.read_bytes()))
    edited[SELF_CHECK]["C11"].value = "Excel for Mac 16.115"
    edited.save(BOOK)
    before = BOOK.read_bytes()
    assert run("build", "--self-check").status == 2
    assert BOOK.read_bytes() == before
    assert run("build", "--self-check", "--force").status == 0
    assert Path(f"{BOOK}.bak").read_bytes() == before


def test_a_workbook_of_purchases_does_not_take_its_place_with_keep(run: Run) -> None:
    BOOK.write_bytes(SELF_CHECK_BOOK.read_bytes())
    refused = run("build", "-o", BOOK, "--keep")
    assert (refused.status, "is a self-check" in refused.err) == (2, True)
    assert BOOK.read_bytes() == SELF_CHECK_BOOK.read_bytes()
