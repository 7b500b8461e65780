"""The command `import`: what it writes, and what it says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_runner import Run
from tests.support.import_folder import FIRST_PURCHASE, ImportFolder, buy, letter
from tests.support.places import CONTRACTS
from tests.support.workbook_edits import add_amendment, put
from xlfuncs.contracts.matching import is_same
from xlfuncs.loader import SHIPPED, load_draft, load_reading
from xlfuncs.xlsx.sheets.contract import TITLE_ROW


@pytest.mark.parametrize("source", [Path(SHIPPED), *CONTRACTS], ids=lambda path: path.stem)
def test_a_contract_goes_to_a_workbook_and_back(source: Path, tmp_path: Path, run: Run) -> None:
    imports = ImportFolder(tmp_path, run, source)
    ran = imports.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"{imports.file}: already matches {imports.book}\n"
    assert imports.file.read_bytes() == imports.before
    new = tmp_path / "new.toml"
    assert run("import", imports.book, "-o", new).status == 0
    first, again = load_reading(imports.file).contract, load_reading(new).contract
    assert is_same(first, again)
    assert first.services == again.services
    assert first.rows == again.rows
    assert load_draft(new)[1] == load_draft(imports.file)[1]


def test_a_new_file_is_written_as_people_write_them(imports: ImportFolder, tmp_path: Path) -> None:
    imports.file.unlink()
    ran = imports.run()
    counts = "3 rows of the agreement, 1 amendment with 2 rows, 4 purchases"
    assert ran.out == f"{imports.file}: written; {counts}\n"
    shipped = [line.split(" # ")[0] for line in Path(SHIPPED).read_text("utf-8").splitlines()]
    written = imports.file.read_text("utf-8").splitlines()
    assert written == shipped[shipped.index("[contract]") :]


def test_a_changed_price_is_one_line(imports: ImportFolder) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    ran = imports.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{imports.file}: written; the previous version is acme.toml.bak",
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)",
        f"xlfuncs diff {imports.file}.bak {imports.file} shows which prices change",
    ]
    assert imports.lines == ["-price = 255000.00", "+price = 250000.00"]
    assert Path(f"{imports.file}.bak").read_bytes() == imports.before
    assert load_reading(f"{imports.file}.bak").contract is not None


def test_a_comment_beside_a_value_stays_beside_it(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        for number in (1, 2, 3):
            put(book["Tiers"], number, "signed", 41600)

    imports.edit(edit)
    assert (
        f"agreement.dated: 2013-11-15 is now 2013-11-22 (Tiers!{letter('signed')}5)"
        in imports.run().out
    )
    beside = "# the Master Cloud Service Agreement's date"
    assert imports.lines == [f"-dated = 2013-11-15 {beside}", f"+dated = 2013-11-22 {beside}"]


def test_what_one_row_says_otherwise_it_says_itself(imports: ImportFolder) -> None:
    imports.edit(lambda book: put(book["Amendments"], 2, "title", "Side letter"))
    assert "amendments[1].rows[2].title: new: 'Side letter' (Amendments!B6)" in imports.run().out
    assert imports.lines == ['+title = "Side letter"']


def test_a_new_amendment_stands_behind_the_others(imports: ImportFolder) -> None:
    imports.edit(
        lambda book: add_amendment(
            book,
            charge="package",
            price=1000,
            signed="2014-02-01",
            note='a "list"\nof two',
        )
    )
    ran = imports.run()
    assert ran.status == 2
    assert f"Amendments!{letter('signed')}7: date signed is '2014-02-01'" in ran.err
    imports.edit(lambda book: put(book["Amendments"], 3, "signed", 41671))
    ran = imports.run()
    assert "amendments[2]: new: Amendment 2, 1 row (Amendments!A7)" in ran.out.splitlines()
    assert imports.lines == [
        "+[[amendments]]",
        "+number = 2",
        '+title = "Amendment 2"',
        "+signed = 2014-02-01",
        "+",
        "+[[amendments.rows]]",
        '+clause = "1"',
        "+quantity_from = 100000",
        '+charge = "package"',
        "+price = 1000.00",
        '+note = """',
        '+a "list"',
        '+of two"""',
        "+",
    ]


def test_rows_that_go_leave_their_comments(imports: ImportFolder) -> None:
    text = Path(SHIPPED).read_text("utf-8")
    imports.write(
        text.replace(
            '[[amendments.rows]]\nclause = "1.A, f',
            '# the footnote\n[[amendments.rows]] # of page 2\n# read twice\nclause = "1.A, f',
        )
    )
    imports.edit(lambda book: book["Amendments"].delete_rows(TITLE_ROW + 2))
    told = "amendments[1].rows[2]: removed: 1.A, footnote *, 100,000 IPs, 255,000.00, for purchases"
    assert told in imports.run().out
    left = imports.file.read_text("utf-8")
    assert "\n# the footnote\n# of page 2\n# read twice\n\n[[purchases]]\n" in left
    assert "footnote *" not in left


def test_the_last_row_goes_with_the_blank_line_above_it(imports: ImportFolder) -> None:
    imports.edit(lambda book: book["Purchases"].delete_rows(FIRST_PURCHASE + 3))
    assert "purchases[4]: removed: 99,999 on 2013-12-20" in imports.run().out
    assert imports.file.read_text("utf-8").endswith("purchased = 2013-11-20\n")


def test_purchases_are_told_by_quantity_and_day(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        buy(book, 5, quantity=250, purchased="2024-07-15", reference="PO 7")
        book["Purchases"].delete_rows(FIRST_PURCHASE + 1)

    imports.edit(edit)
    assert imports.run().out.splitlines()[1:3] == [
        "purchases[4]: new: 250 on 2024-07-15, PO 7 (Purchases!A19)",
        "purchases[2]: removed: 100,000 on 2014-01-01",
    ]


def test_particulars_are_told_with_their_cells(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        book["Contract"]["B8"] = "EUR"
        book["Contract"]["B12"] = "On which day?"

    imports.edit(edit)
    currency, removed, new = imports.run().out.splitlines()[1:4]
    assert currency == "contract.currency: 'USD' is now 'EUR' (Contract!B8)"
    assert removed.startswith("contract.open_questions: removed: 'On which day did the State sign")
    assert new == "contract.open_questions: new: 'On which day?' (Contract!B12)"
    assert len(imports.lines) == 4


def test_check_lists_what_would_change_and_writes_nothing(
    imports: ImportFolder, tmp_path: Path
) -> None:
    ran = imports.run("--check")
    assert (ran.status, ran.err) == (0, "")
    imports.edit(lambda book: put(book["Amendments"], 2, "price", 250_000))
    ran = imports.run("--check")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        f"{imports.file}: would change, in 1 place",
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)",
    ]
    assert imports.file.read_bytes() == imports.before
    imports.file.unlink()
    ran = imports.run("--check")
    assert (ran.status, ran.out.split(";")[0]) == (1, f"{imports.file}: would be written")
    assert [*tmp_path.iterdir()] == [imports.book]


def test_the_file_is_named_after_the_workbook(
    imports: ImportFolder, monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run("import", imports.book).status == 0
    assert [path.name for path in folder.iterdir()] == ["acme.toml"]


def test_of_many_changes_the_rest_is_counted(tmp_path: Path, run: Run) -> None:
    imports = ImportFolder(tmp_path, run)

    def edit(book: Any) -> None:
        for number in range(5, 255):
            buy(book, number, quantity=number, purchased="2014-01-01")

    imports.edit(edit)
    lines = imports.run().out.splitlines()
    assert len(lines) == 1 + 200 + 1 + 1
    assert lines[-2] == "and 50 more"
