"""What `import` does not take, all of it named, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_runner import Run
from tests.support.import_folder import ImportFolder, buy
from tests.support.places import CONTRACTS
from tests.support.workbook_edits import put
from xlfuncs.contracts.toml_editor import ContractText
from xlfuncs.loader import SHIPPED


def test_all_that_is_wrong_is_named_and_nothing_written(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", "12,5o")
        buy(book, 1, quantity=None)
        buy(book, 2, purchased="soon")
        buy(book, 3, quantity="many", reference="=1+1")
        buy(book, 7, service="Gardening")
        book["Contract"]["B8"] = "=1+1"
        book["Contract"]["A17"], book["Contract"]["B17"] = "Contact", "=1+1"

    imports.edit(edit)
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"xlfuncs: {imports.book}: has problems; nothing was written"
    for told in (
        "Amendments!I6: price is '12,5o'; expected a number",
        "Purchases!A16: quantity is blank; expected a number",
        "Purchases!B17: purchased is 'soon'; expected a date",
        "Purchases!A18: quantity is 'many'; expected a number",
        "Purchases!D18: a formula without a stored value",
        "Contract!B8: a formula without a stored value",
        "Purchases!A22: quantity is blank",
        "Purchases!B22: purchased is blank",
    ):
        assert f"{imports.book}: {told}" in ran.err
    assert "Contract!B17" not in ran.err
    assert imports.file.read_bytes() == imports.before


@pytest.mark.parametrize(
    ("cell", "title", "told"),
    [
        ("D15", "Purchased", "D15: the columns 'Purchase date' and 'Purchased' mean the same"),
        ("K15", "reference", "K15: the columns 'PO / reference' and 'reference' mean the same"),
        ("C15", "Reference", "D15: the columns 'Reference' and 'PO / reference' mean the same"),
        ("K15", "QUANTITY", "K15: a second column 'QUANTITY'; expected each title once"),
    ],
)
def test_two_columns_of_purchases_for_one_thing_are_refused(
    cell: str, title: str, told: str, imports: ImportFolder
) -> None:
    def edit(book: Any) -> None:
        book["Purchases"][cell].value = title

    imports.edit(edit)
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    assert f"{imports.book}: Purchases!{told}" in ran.err
    assert ran.err.count("Purchases!") == 1
    assert imports.file.read_bytes() == imports.before


def test_where_there_are_several_services_a_purchase_names_one(tmp_path: Path, run: Run) -> None:
    [galaxy] = [path for path in CONTRACTS if path.stem == "galaxy_telnet"]
    imports = ImportFolder(tmp_path, run, galaxy)
    imports.edit(lambda book: buy(book, 1, quantity=600, purchased=38169))
    assert "Purchases!C16: service is blank; expected one of the services" in imports.run().err
    imports.edit(lambda book: buy(book, 1, service="I-Box licences"))
    told = "purchases[1]: new: 600 of I-Box licences on 2004-07-01 (Purchases!A16)"
    assert told in imports.run().out
    assert imports.lines[0] == "+"


def test_a_workbook_without_a_prefix_is_refused(imports: ImportFolder) -> None:
    imports.edit(lambda book: book.remove(book["Contract"]))
    ran = imports.run()
    assert ran.status == 2
    assert "no function prefix" in ran.err


def test_a_file_that_would_say_something_else_is_not_written(
    imports: ImportFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    monkeypatch.setattr(ContractText, "text", Path(SHIPPED).read_text("utf-8"))
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    assert "cannot be edited to match" in ran.err
    assert "nothing was written. Use -o FILE to import into a new file" in ran.err
    assert imports.file.read_bytes() == imports.before


def test_a_new_file_that_would_say_something_else_is_not_written(
    imports: ImportFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.file.unlink()
    monkeypatch.setattr("xlfuncs.contracts.update.format_contract", lambda contract: "[contract]\n")
    ran = imports.run()
    assert (ran.status, ran.out) == (2, "")
    told = f"{imports.book} has content that a contract file cannot hold; nothing was written"
    assert f"{imports.file}: {told}" in ran.err
    assert not imports.file.exists()
