"""Bringing what is in a workbook back into a contract file."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    FILE,
    LOCKED,
    Case,
    Given,
    each,
    edited,
    instead,
    link,
    message_of,
    more,
    saved,
    set_to,
    there,
    typed,
)
from tests.messages.workbook_additions import with_shown
from tests.support.import_folder import FURTHER, letter
from tests.support.small_contract import CONTRACT
from tests.support.workbook_edits import built
from xlfuncs.cli import import_
from xlfuncs.contracts.toml_reader import read_toml

IMPORT = f"xlfuncs import {BOOK} -o {FILE}"
NEW = f"xlfuncs import {BOOK} -o new.toml"
CHEAPER = typed({"Amendments!I5": 990})
PURCHASE = "[[purchases]]\nquantity = 50\npurchased = 2020-03-01"
NO_AGREEMENT = CONTRACT.replace(
    """\
[agreement]
title = "Agreement"
dated = 2020-01-01

[[agreement.tiers]]
""",
    """\
[[agreement.tiers]]
title = "Agreement"
signed = 2020-01-01
""",
)
"""The agreement has no part of its own, only rows."""


def gone(book: Any) -> None:
    del book["Purchases"]
    book["Tiers"]["D5"].value = book["Amendments"]["D5"].value = "Support"


def rows_below(sheet: Any, last: int) -> None:
    """The row 5 once more in each row down to the last."""
    row = [cell.value for cell in sheet[5]]
    for number in range(6, last + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value


def two_assumed(book: Any) -> None:
    sheet = book["Tiers"]
    rows_below(sheet, 6)
    sheet["C6"].value, sheet["G5"].value, sheet["F6"].value = "1, line 2", 50, 51
    for number in (5, 6):
        sheet[f"B{number}"].value = "Contract"
        sheet[f"{letter('assumed')}{number}"].value = "Signed: the copy is blurred"


def long_notes(book: Any) -> None:
    sheet = book["Amendments"]
    rows_below(sheet, 40)
    for number in range(5, 41):
        sheet[f"F{number}"].value = number
        sheet[f"{letter('note')}{number}"].value = "x" * 32_000


def no_purchases(book: Any) -> None:
    book.remove(book["Purchases"])


def of_a_reader(book: Any) -> None:
    book["Contract"]["A13"].value, book["Contract"]["B13"].value = "Contact", "Jo"
    book["Purchases"]["K15"].value = "Budget"
    book["Tiers"][f"{FURTHER}5"].value = "call the vendor"


AS_PRINTED = (
    CONTRACT.replace('prefix = "ACME"', 'prefix = "ACME"\nnot_held = [2]')
    .replace("unit_price = 10.00", "unit_price = 4.28\nper = 100")
    .replace(
        "dated = 2020-01-01",
        "dated = 2020-01-01\nincreases = [{from = 2021-01-01, percent = 3}] # the CPI",
    )
    .replace("signed = 2020-02-01", 'signed = "not on file"')
)
"""The contract with a rise, a missing document and a day that is not on file."""


def as_printed(title: str, cells: dict[str, Any], command: str = IMPORT) -> Case:
    """Somebody edited the workbook of that contract: a field in a row of Tiers or Amendments."""
    places = {f"{sheet}!{letter(field)}{row}": cell for (sheet, row, field), cell in cells.items()}

    def book() -> bytes:
        contract = read_toml(AS_PRINTED.encode()).contract
        assert contract is not None
        opened = openpyxl.load_workbook(BytesIO(built(contract)))
        for place, cell in places.items():
            sheet, _, where = place.partition("!")
            opened[sheet][where].value = cell
        target = BytesIO()
        opened.save(target)
        return target.getvalue()

    return Case(title, command, instead(AS_PRINTED), there(BOOK, book))


def bought(title: str, cells: dict[str, Any], *given: Given) -> Case:
    """Somebody entered a purchase on the sheet Purchases."""
    return Case(title, IMPORT, *given, typed(cells))


CASES = (
    Case("A new file", NEW),
    Case("A new file, only asked about", f"{NEW} --check"),
    Case("Nothing is new", IMPORT),
    Case("A price is new", IMPORT, CHEAPER),
    Case("A price is new, only asked about", f"{IMPORT} --check", CHEAPER),
    bought("A purchase is new", {"Purchases!A16": 100, "Purchases!B16": "2020-03-01"}),
    bought("A purchase of no number", {"Purchases!A16": "many", "Purchases!B16": "2020-03-01"}),
    bought(
        "A purchase of a service that the contract does not have",
        {"Purchases!A16": 100, "Purchases!B16": "2020-03-01", "Purchases!C16": "Gardening"},
    ),
    bought(
        "A purchase by a formula that no program has worked out",
        {"Purchases!A16": "=50+50", "Purchases!B16": "2020-03-01"},
    ),
    Case("No sheet Purchases", IMPORT, more(PURCHASE), edited(no_purchases)),
    Case("What a contract file has no room for", IMPORT, edited(of_a_reader)),
    Case(
        "A price is a formula",
        IMPORT,
        there(
            BOOK,
            lambda: with_shown(
                saved(lambda book: book["Amendments"].__setitem__("I5", "=900+90")),
                "=900+90",
                "990",
            ),
        ),
    ),
    as_printed("Nothing of a rise is new", {}),
    as_printed("A row of a rise is another one", {("Tiers", 6, "unit_price"): 4.5}),
    as_printed("A day that was not on file", {("Amendments", 5, "signed"): date(2020, 2, 1)}),
    as_printed("A missing document is asked for", {("Amendments", 6, "note"): "asked for it"}),
    as_printed("A row replaces others", {("Amendments", 5, "replaces"): "all before"}),
    as_printed("Days that are something else", {("Amendments", 5, "signed"): "unknown"}),
    Case("Another kind of file to bring back", f"xlfuncs import {FILE}"),
    Case("No workbook to bring back", "xlfuncs import prices.xlsx"),
    Case("Another kind of file to write", f"xlfuncs import {BOOK} -o prices.xlsx"),
    Case(
        "No sheet Purchases, and purchases of a service that is gone",
        IMPORT,
        more(f'{PURCHASE}\nservice = "Scanning"'),
        edited(gone),
    ),
    Case("A link that leads to itself", NEW, link("new.toml", "new.toml")),
    Case(
        "A name that stands for another kind of file",
        NEW,
        there("prices.txt", ""),
        link("new.toml", "prices.txt"),
    ),
    Case("A workbook of another contract", IMPORT, typed({"Contract!B7": "BLUE"})),
    Case("The contract file has problems", IMPORT, instead('[contract]\nname = "Example"')),
    Case("The contract file is no TOML", IMPORT, instead("[contract")),
    Case("The contract file may not be written", IMPORT, CHEAPER, LOCKED),
    Case(
        "The contract file is written in a way in which it cannot be edited",
        IMPORT,
        instead(NO_AGREEMENT),
        edited(two_assumed),
    ),
    Case(
        "The contract file would be too large",
        NEW,
        edited(long_notes),
        set_to(import_, "LARGEST", {".toml": 2**20}),
    ),
)


@pytest.mark.usefixtures("kept_builds")
@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
