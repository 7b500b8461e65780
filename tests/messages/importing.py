"""Bringing what stands in a workbook back into a contract file."""

from typing import Any

from tests.messages.base import BOOK, CONTRACT, FILE, edited, instead, more, saved, there, typed
from tests.messages.disks import LOCKED
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.parts import with_shown

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


def linked(here: Here) -> None:
    here.write("prices.txt", "")
    (here.folder / "new.toml").symlink_to("prices.txt")


def looping(here: Here) -> None:
    (here.folder / "new.toml").symlink_to("new.toml")


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
        sheet[f"Q{number}"].value = "Signed: the copy is blurred"


def long_notes(book: Any) -> None:
    sheet = book["Amendments"]
    rows_below(sheet, 140)
    for number in range(5, 141):
        sheet[f"F{number}"].value, sheet[f"S{number}"].value = number, "x" * 32_000


def no_purchases(book: Any) -> None:
    book.remove(book["Purchases"])


def of_a_reader(book: Any) -> None:
    book["Contract"]["A13"].value, book["Contract"]["B13"].value = "Contact", "Jo"
    book["Purchases"]["K10"].value = "Budget"
    book["Tiers"]["X5"].value = "call the vendor"


def bought(title: str, cells: dict[str, Any], *given: Given) -> Entry:
    """Somebody entered a purchase on the sheet Purchases."""
    return Entry(title, IMPORT, (*given, typed(cells)))


IMPORTING = Group(
    "Bringing a workbook back: import",
    "`xlfuncs import` writes what stands in a workbook into a contract file, and lists what it "
    "changed there, each with the cell that says so. What it refuses leaves every file as it was.",
    (
        Entry("A new file", NEW),
        Entry("A new file, only asked about", f"{NEW} --check"),
        Entry("Nothing is new", IMPORT),
        Entry("A price is new", IMPORT, (CHEAPER,)),
        Entry("A price is new, only asked about", f"{IMPORT} --check", (CHEAPER,)),
        bought("A purchase is new", {"Purchases!A11": 100, "Purchases!B11": "2020-03-01"}),
        bought("A purchase of no number", {"Purchases!A11": "many", "Purchases!B11": "2020-03-01"}),
        bought(
            "A purchase of a service that the contract does not have",
            {"Purchases!A11": 100, "Purchases!B11": "2020-03-01", "Purchases!C11": "Gardening"},
        ),
        bought(
            "A purchase by a formula that no program has worked out",
            {"Purchases!A11": "=50+50", "Purchases!B11": "2020-03-01"},
        ),
        Entry(
            "No sheet Purchases",
            IMPORT,
            (more(PURCHASE), edited("without the sheet Purchases", no_purchases)),
        ),
        Entry(
            "What a contract file has no room for",
            IMPORT,
            (
                edited(
                    "an item Contact on Contract, a column Budget on Purchases, and a remark "
                    "beside the rows of Tiers",
                    of_a_reader,
                ),
            ),
        ),
        Entry(
            "A price is a formula",
            IMPORT,
            (
                there(
                    BOOK,
                    "has the formula `=900+90` in cell Amendments!I5, and its value 990",
                    lambda: with_shown(
                        saved(lambda book: book["Amendments"].__setitem__("I5", "=900+90")),
                        "=900+90",
                        "990",
                    ),
                ),
            ),
        ),
        Entry("Another kind of file to bring back", f"xlfuncs import {FILE}"),
        Entry("No workbook to bring back", "xlfuncs import prices.xlsx"),
        Entry("Another kind of file to write", f"xlfuncs import {BOOK} -o prices.xlsx"),
        Entry(
            "No sheet Purchases, and purchases of a service that is gone",
            IMPORT,
            (
                more(f'{PURCHASE}\nservice = "Scanning"'),
                edited("no sheet Purchases, and the service is called Support", gone),
            ),
        ),
        Entry(
            "A link that leads to itself",
            NEW,
            (Given("new.toml is a link to new.toml", looping),),
        ),
        Entry(
            "A name that stands for another kind of file",
            NEW,
            (Given("new.toml is a link to prices.txt", linked),),
        ),
        Entry("A workbook of another contract", IMPORT, (typed({"Contract!B6": "BLUE"}),)),
        Entry("The contract file has problems", IMPORT, (instead('[contract]\nname = "Example"'),)),
        Entry("The contract file is no TOML", IMPORT, (instead("[contract"),)),
        Entry("The contract file may not be written", IMPORT, (CHEAPER, LOCKED)),
        Entry(
            "The contract file is written in a way in which it cannot be edited",
            IMPORT,
            (
                instead(NO_AGREEMENT),
                edited(
                    "another title of the agreement, and two rows with an assumption", two_assumed
                ),
            ),
        ),
        Entry(
            "The contract file would be too large",
            NEW,
            (edited("136 rows on Amendments, each with a note of 32,000 letters", long_notes),),
        ),
    ),
    IMPORT,
)
