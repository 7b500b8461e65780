"""Replacing a workbook, building it around its rows, and comparing it with a new build."""

import errno
import os
import tempfile
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from messages.base import BOOK, FILE, edited, said, saved, there, typed, with_parts
from messages.entry import Entry, Given, Group, Here
from messages.parts import related, with_shown
from xlfuncs.cli import building

BUILD = f"xlfuncs build --contract {FILE} -o {BOOK}"
KEEP, CHECKED, EXTENSION = (
    f"{BUILD} --keep",
    f"{BUILD} --check",
    "xlfuncs build -o acme.oxt --contract contract.toml",
)
EDITED = typed({"Purchases!D11": "PO 77"})
OTHER_PRICE = said("price = 995.00", "price = 990.00")
SAYS = "^[^ ]"
"""What stands in lines of their own, without the formulas."""


def a_folder(here: Here) -> None:
    (here.folder / "prices.xlsx").mkdir()


def saved_meanwhile(here: Here) -> None:
    build = building.content_of

    def slow(*given: Any) -> bytes:
        here.write(BOOK, saved(lambda opened: opened.create_sheet("Notes")))
        return build(*given)

    here.put(building, "content_of", slow)


def refusing(module: Any, name: str, code: int) -> Callable[[Here], None]:
    """The system refuses something, as it does with such a disk."""

    def refuse(*given: Any, **named: Any) -> None:
        raise OSError(code, os.strerror(code))

    return lambda here: here.put(module, name, refuse)


def read_only(here: Here) -> None:
    here.put(os, "access", lambda path, mode: mode != os.W_OK)


LOCKED = Given(
    "the folder is read-only, or Excel has the file open",
    refusing(tempfile, "mkstemp", errno.EACCES),
)
READ_ONLY_DISK = Given("the disk is read-only", refusing(tempfile, "mkstemp", errno.EROFS))
FULL = Given("the disk is full", refusing(os, "fsync", errno.ENOSPC))
UNREADABLE = refusing(Path, "read_bytes", errno.EACCES)


def things(book: Any) -> None:
    """All that a person may have added."""
    book.create_sheet("Notes")["A1"] = "call the vendor"
    book["Purchases"]["J10"].value = "Buyer"
    book["Purchases"]["E11"].value = 250_000
    book["Purchases"].merge_cells("A8:B8")
    book["Purchases"].protection.set_password("secret")
    book["Purchases"].protection.enable()
    book["Purchases"].print_area = "A1:E20"
    book["Purchases"].oddHeader.center.text = "File no. 4711"
    book.defined_names["Vendor"] = DefinedName("Vendor", attr_text="Contract!$B$5")
    book.properties.keywords = "scanning"
    book["Price list"].add_chart(deepcopy(book["Price list"]._charts[0]), "A60")
    book["Purchases"].add_chart(BarChart(), "L4")
    book["Guide"]["L30"].value = "Buyer"
    book["Guide"].add_table(Table(displayName="Buyers", ref="L30:L32"))


def moving(book: Any) -> None:
    book["Purchases"]["A11"].value = "=Tiers!F5"
    book["Purchases"]["A13"].value = 5
    book["Tiers"].insert_rows(3)


def array(book: Any) -> None:
    book["Purchases"]["D11"].value = ArrayFormula("D11", "=SUM(A11:A12*2)")


def of_1904(book: Any) -> None:
    book.epoch = datetime(1904, 1, 1)
    book["Purchases"]["B11"].value = "=TODAY()"


def a_remark(book: Any) -> None:
    for row in range(30):
        book["Guide"].cell(60 + row, 6).value = "call the vendor"


KEEPING = Group(
    "Replacing a workbook",
    "`build` replaces only what it built itself and nobody edited. `--keep` builds around the "
    "rows that stand in the file, `--check` writes nothing.",
    (
        Entry("Somebody edited it", BUILD, (EDITED,)),
        Entry("It is replaced all the same", f"{BUILD} --force", (EDITED,), SAYS),
        Entry(
            "Rows are kept that the contract file does not state", KEEP, (EDITED, OTHER_PRICE), SAYS
        ),
        Entry("It is open in Excel", BUILD, (OTHER_PRICE, there(f"~${BOOK}", "is there", ""))),
        Entry(
            "It is open in LibreOffice",
            BUILD,
            (OTHER_PRICE, there(f".~lock.{BOOK}#", "is there", "")),
        ),
        Entry(
            "It is saved while the build runs",
            KEEP,
            (EDITED, Given(f"{BOOK} is saved by somebody before the build ends", saved_meanwhile)),
        ),
        Entry(
            "It may not be written", BUILD, (OTHER_PRICE, Given(f"{BOOK} is read-only", read_only))
        ),
        Entry(
            "It may not be read any more",
            BUILD,
            (OTHER_PRICE, Given(f"{BOOK} may not be read once the build is ready", UNREADABLE)),
        ),
        Entry(
            "An extension may not be read",
            EXTENSION,
            (
                there("acme.oxt", "may not be read", ""),
                Given("acme.oxt belongs to somebody else", UNREADABLE),
            ),
        ),
        Entry(
            "No file, but a folder",
            f"xlfuncs build --contract {FILE} -o prices.xlsx",
            (Given("prices.xlsx is a folder", a_folder),),
        ),
        Entry(
            "A folder that may not be opened",
            f"xlfuncs build --contract {FILE} -o contracts/prices.xlsx",
            (
                Given(
                    "contracts is a folder that this user may not open",
                    refusing(Path, "exists", errno.EACCES),
                ),
            ),
        ),
        Entry("No such folder", f"xlfuncs build --contract {FILE} -o contracts/prices.xlsx"),
        Entry("A folder that is read-only", BUILD, (OTHER_PRICE, LOCKED)),
        Entry("A disk that is read-only", BUILD, (OTHER_PRICE, READ_ONLY_DISK)),
        Entry("A disk that is full", BUILD, (OTHER_PRICE, FULL)),
        Entry(
            "What a person added would be lost",
            KEEP,
            (
                edited(
                    "a sheet, a column, an overtyped price, a table, charts, a password and more",
                    things,
                ),
            ),
        ),
        Entry(
            "What a program added would be lost",
            KEEP,
            (
                there(
                    BOOK, "has what other programs put into workbooks", lambda: with_parts(related)
                ),
            ),
        ),
        Entry(
            "Much would be lost",
            KEEP,
            (edited("thirty remarks on the sheet Guide", a_remark),),
            shown="(Guide!F60|and .* more)",
        ),
        Entry(
            "Formulas look at cells that move",
            KEEP,
            (
                there(
                    BOOK,
                    "has a formula on Purchases, and an empty row on Tiers",
                    lambda: with_shown(saved(moving), "=Tiers!F5", "1"),
                ),
            ),
        ),
        Entry(
            "An array formula", KEEP, (edited("cell Purchases!D11 holds an array formula", array),)
        ),
        Entry(
            "A day that is worked out, of the 1904 date system",
            KEEP,
            (
                there(
                    BOOK,
                    "counts days from 1904 and works out the day of a purchase",
                    lambda: with_shown(saved(of_1904), "=TODAY()", "43891"),
                ),
            ),
        ),
    ),
)
