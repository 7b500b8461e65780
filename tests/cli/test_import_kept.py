"""What `import` leaves as it is, in the contract file and in the workbook."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.support.cli_runner import Ran, Run
from tests.support.import_folder import BESIDE, FURTHER, ImportFolder, buy, letter
from tests.support.workbook_edits import add_amendment, put
from xlfuncs.contracts.matching import is_same
from xlfuncs.loader import SHIPPED, load_input, load_reading
from xlfuncs.xlsx.sheets.contract import TITLE_ROW


def test_a_workbook_without_purchases_says_nothing_of_them(imports: ImportFolder) -> None:
    imports.edit(lambda book: book.remove(book["Purchases"]))
    ran = imports.run()
    assert (ran.status, ran.out.split(": ")[1]) == (0, f"already matches {imports.book}\n")
    assert f"the purchases of {imports.file} stay as they are" in ran.err


def test_what_a_file_has_no_room_for_is_named_with_its_cell(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        book["Tiers"][f"{BESIDE}{TITLE_ROW}"] = "Remark"
        book["Amendments"][f"{FURTHER}{TITLE_ROW + 1}"] = "mine"
        book["Contract"]["A17"], book["Contract"]["B17"] = "Contact", "Jo"
        book["Purchases"]["K15"] = "Budget"
        book["Tiers"]["J6"].comment = Comment("ask Jo", "me")
        book.create_sheet("Notes")

    imports.edit(edit)
    ran = imports.run()
    first, *others = ran.err.splitlines()
    assert ran.status == 0
    assert first == f"xlfuncs: not copied into {imports.file}, and only in {imports.book}:"
    assert sorted(others) == [
        f"xlfuncs: Amendments!{FURTHER}5, which holds 'mine'",
        "xlfuncs: Contract!A17: the item 'Contact'",
        "xlfuncs: the column 'Budget' on Purchases",
        "xlfuncs: the column 'Remark' on Tiers",
        "xlfuncs: the comments on Tiers",
        "xlfuncs: the sheet 'Notes'",
    ]


def test_a_workbook_that_is_not_from_here_has_its_own_columns_named(
    tmp_path: Path, imports: ImportFolder
) -> None:
    def edit(book: Any) -> None:
        book["Tiers"][f"{BESIDE}{TITLE_ROW}"] = "Remark"
        book["Amendments"][f"{FURTHER}{TITLE_ROW + 1}"] = "mine"

    imports.edit(edit)
    by_hand = openpyxl.Workbook()
    for name in ("Tiers", "Amendments", "Contract", "Purchases"):
        sheet = by_hand.create_sheet(name)
        for row in openpyxl.load_workbook(imports.book)[name].iter_rows(values_only=True):
            sheet.append(row)
    by_hand.save(imports.book)
    assert imports.run().err.splitlines()[1:3] == [
        f"xlfuncs: Tiers!{BESIDE}4: the column 'Remark'",
        f"xlfuncs: Amendments!{FURTHER}5: cells beside the table",
    ]


def test_what_check_would_find_doubtful_now_is_said(tmp_path: Path, run: Run) -> None:
    """An amendment is typed on the sheet, without the end of the term."""
    source = tmp_path / "source.toml"
    text = Path(SHIPPED).read_text("utf-8")
    source.write_text(text.replace('ends = "not on file"', "ends = 2014-12-31"), "utf-8")
    imports = ImportFolder(tmp_path, run, source)
    days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
    imports.edit(lambda book: add_amendment(book, charge="package", price=260_000, **days))
    ran = imports.run()
    assert ran.status == 0
    assert f"Amendments!{letter('ends')}7: " in ran.err
    assert imports.run().err == ""


def test_a_workbook_without_purchases_leaves_those_of_the_file(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        del book["Purchases"]
        put(book["Amendments"], 2, "price", 250_000)

    imports.edit(edit)
    ran = imports.run()
    assert ran.status == 0
    assert "has no sheet Purchases; the purchases of" in ran.err
    assert imports.lines == ["-price = 255000.00", "+price = 250000.00"]


def test_a_formula_counts_with_its_stored_value(imports: ImportFolder) -> None:
    with ZipFile(imports.book) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(imports.book, "w") as book:
        for name, part in parts.items():
            stored = b"<f>250000+1</f><v>250001</v>"
            sheet = name == "xl/worksheets/sheet3.xml"
            book.writestr(name, part.replace(b"<v>255000</v>", stored) if sheet else part)
    ran = imports.run()
    assert "amendments[1].rows[2].price: 255000.00 is now 250001.00 (Amendments!I6)" in ran.out
    assert "Amendments!I6: the formula =250000+1; its value is 250001" in ran.err


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.removesuffix("\n"),
    ],
    ids=["Windows", "byte order mark", "no end of the last line"],
)
def test_the_way_a_file_is_stored_stays(
    rewrite: Callable[[str], str], imports: ImportFolder
) -> None:
    text = rewrite(Path(SHIPPED).read_text("utf-8"))
    imports.write(text)

    def edit(book: Any) -> None:
        put(book["Amendments"], 2, "price", 250_000)
        put(book["Amendments"], 2, "note", "two\nlines")
        buy(book, 5, quantity=5, purchased="2014-01-01")

    imports.edit(edit)
    assert imports.run().status == 0
    after = imports.file.read_bytes().decode()
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\n" in after.replace("\r\n", "")) == ("\n" in text.replace("\r\n", ""))
    assert "quantity = 5" in after
    assert is_same(load_reading(imports.file).contract, load_input(imports.book).reading.contract)


INLINE = """\
contract.name = "Small" # dotted
contract.prefix = "SMALL"
services = [{name = "Scanning", unit = "IPs"}]
[agreement]
title = "Agreement"
tiers = [
    # the first row
    {clause = "1", quantity_from = 1, charge = "package", price = 10.00}, # ten
    {clause = "2", quantity_from = 2, charge = "package", price = 20.00},
]
[[amendments]]
number = 1
title = "Amendment 1"
effective = 2020-02-01
rows = [{clause = "3", quantity_from = 1, charge = "withdrawn"}]
"""


def test_a_file_that_writes_tables_in_lines_is_edited_there(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "source.toml"
    source.write_text(INLINE, "utf-8")
    imports = ImportFolder(tmp_path, run, source)

    def edit(book: Any) -> None:
        put(book["Tiers"], 1, "price", 11)
        put(book["Amendments"], 1, "note", "a\nb")
        for field, value in (("document", 0), ("title", "Agreement"), ("service", "Scanning"),
                             ("quantity_from", 3), ("charge", "withdrawn")):  # fmt: skip
            put(book["Tiers"], 3, field, value)
        book["Tiers"].delete_rows(TITLE_ROW + 2)
        book["Contract"]["B8"] = "EUR"

    imports.edit(edit)
    ran = imports.run()
    assert ran.status == 0
    *lines, last = imports.lines
    assert lines == [
        '+contract.currency = "EUR"',
        '-    {clause = "1", quantity_from = 1, charge = "package", price = 10.00}, # ten',
        '-    {clause = "2", quantity_from = 2, charge = "package", price = 20.00},',
        '+    {clause = "1", quantity_from = 1, charge = "package", price = 11.00}, # ten',
        '+    {quantity_from = 3, charge = "withdrawn"},',
        '-rows = [{clause = "3", quantity_from = 1, charge = "withdrawn"}]',
    ]
    assert last.startswith('+rows = [{clause = "3", quantity_from = 1, charge = "withdrawn",')
    assert last.endswith('note = "a\\nb"}]')


def test_an_agreement_without_rows_is_a_part_all_the_same(imports: ImportFolder) -> None:
    imports.edit(lambda book: book["Tiers"].delete_rows(TITLE_ROW + 1, 3))
    assert imports.run().out.count("removed") == 3
    assert 'title = "Service Attachment 1"' in imports.file.read_text("utf-8")
    imports.file.unlink()
    assert imports.run().status == 0
    assert "\n\n[agreement]\n\n[[amendments]]\n" in imports.file.read_text("utf-8")


def test_a_year_stays_a_year_in_the_1904_system(imports: ImportFolder) -> None:
    """It is no day of 1909 either, which its number would be in the other system."""

    def edit(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        buy(book, 1, purchased=2020)

    imports.edit(edit)
    told = "Purchases!B16: purchased is 2020, and a year is not a date; expected a date"
    assert told in imports.run().err
    assert imports.file.read_bytes() == imports.before


def test_days_of_the_1904_system_are_the_days_that_people_see(imports: ImportFolder) -> None:
    def edit(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        put(book["Amendments"], 2, "price", 250_000)

    imports.edit(edit)
    assert imports.run().out.splitlines()[1:-1] == [
        "amendments[1].rows[2].price: 255000.00 is now 250000.00 (Amendments!I6)"
    ]


def test_other_commands_start_without_what_import_needs() -> None:
    code = (
        "import sys; from xlfuncs.cli import main; main(['check']); print('tomlkit' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("False\n")


def test_once_brought_back_the_workbook_is_rebuilt_from_the_contract_file(
    imports: ImportFolder, run: Run
) -> None:
    def build(*options: str) -> Ran:
        return run("build", imports.file, "-o", imports.book, *options)

    def edit(book: Any) -> None:
        days = {"signed": date(2014, 1, 15), "effective": date(2014, 2, 1)}
        add_amendment(book, charge="package", price=260_000, **days)

    imports.edit(edit)
    assert build("--without-functions").status == 2
    assert imports.run().status == 0
    rebuilt = build("--without-functions")
    assert rebuilt.status == 0
    assert "the previous version is acme.xlsx.bak" in rebuilt.out
    imports.edit(lambda book: book.create_sheet("Notes"))
    refused = build("--without-functions")
    assert refused.status == 2
    assert "was edited, or was not made by" in refused.err
