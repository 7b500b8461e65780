"""Replacing a workbook, building it around its rows, and comparing it with a new build."""

import errno
from pathlib import Path
from typing import Any

from tests.messages.added import a_remark, array, moving, of_1904, things
from tests.messages.base import BOOK, FILE, edited, said, saved, there, typed, with_parts
from tests.messages.disks import (
    BUSY,
    FULL,
    LOCKED,
    READ_ONLY_DISK,
    TOO_LARGE,
    UNREADABLE,
    a_folder,
    read_only,
    refusing,
)
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.parts import related, with_shown
from xlfuncs.cli import build

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


def saved_meanwhile(here: Here) -> None:
    build_content = build.content_of

    def slow(*given: Any) -> bytes:
        here.write(BOOK, saved(lambda opened: opened.create_sheet("Notes")))
        return build_content(*given)

    here.put(build, "content_of", slow)


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
        Entry("A file that is too large", BUILD, (OTHER_PRICE, TOO_LARGE)),
        Entry("A folder in which others write all the time", BUILD, (OTHER_PRICE, BUSY)),
        Entry("A file in place of a folder", f"xlfuncs build {FILE} -o {FILE}/prices.xlsx"),
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
