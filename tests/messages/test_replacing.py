"""Replacing a workbook, building it around its rows, and comparing it with a new build."""

import errno
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    BUILD,
    BUSY,
    FILE,
    FULL,
    LOCKED,
    OTHER_PRICE,
    READ_ONLY,
    READ_ONLY_DISK,
    TOO_LARGE,
    UNREADABLE,
    Case,
    Here,
    book,
    each,
    edited,
    folder,
    message_of,
    refusing,
    saved,
    there,
    typed,
    with_parts,
)
from tests.messages.workbook_additions import (
    a_remark,
    array,
    moving,
    of_1904,
    related,
    template,
    things,
    with_shown,
)
from xlfuncs.cli import build
from xlfuncs.xlsx.builder import WorkbookKind

KEEP, CHECKED, EXTENSION = (
    f"{BUILD} --keep",
    f"{BUILD} --check",
    "xlfuncs build -o acme.oxt --contract contract.toml",
)
EDITED = typed({"Purchases!D16": "PO 77"})
SAYS = "^[^ ]"
"""What comes in lines of their own, without the formulas."""


def saved_meanwhile(here: Here) -> None:
    rebuild = build._rebuild

    def slow(*given: Any) -> bytes:
        here.write(BOOK, saved(lambda opened: opened.create_sheet("Notes")))
        return rebuild(*given)

    here.put(build, "_rebuild", slow)


KEEPING = (
    Case("Somebody edited it", BUILD, EDITED),
    Case("It is replaced all the same", f"{BUILD} --force", EDITED, shown=SAYS),
    Case(
        "Rows are kept that the contract file does not state", KEEP, EDITED, OTHER_PRICE, shown=SAYS
    ),
    Case("It is open in Excel", BUILD, OTHER_PRICE, there(f"~${BOOK}", "")),
    Case("It is open in LibreOffice", BUILD, OTHER_PRICE, there(f".~lock.{BOOK}#", "")),
    Case("It is saved while the build runs", KEEP, EDITED, saved_meanwhile),
    Case("It may not be written", BUILD, OTHER_PRICE, READ_ONLY),
    Case("It may not be read any more", BUILD, OTHER_PRICE, UNREADABLE),
    Case("An extension may not be read", EXTENSION, there("acme.oxt", ""), UNREADABLE),
    Case(
        "No file, but a folder",
        f"xlfuncs build --contract {FILE} -o prices.xlsx",
        folder("prices.xlsx"),
    ),
    Case(
        "A folder that may not be opened",
        f"xlfuncs build --contract {FILE} -o contracts/prices.xlsx",
        refusing(Path, "exists", errno.EACCES),
    ),
    Case("No such folder", f"xlfuncs build --contract {FILE} -o contracts/prices.xlsx"),
    Case("A folder that is read-only", BUILD, OTHER_PRICE, LOCKED),
    Case("A disk that is read-only", BUILD, OTHER_PRICE, READ_ONLY_DISK),
    Case("A disk that is full", BUILD, OTHER_PRICE, FULL),
    Case("A file that is too large", BUILD, OTHER_PRICE, TOO_LARGE),
    Case("A folder in which others write all the time", BUILD, OTHER_PRICE, BUSY),
    Case("A file in place of a folder", f"xlfuncs build {FILE} -o {FILE}/prices.xlsx"),
    Case("What a person added would be lost", KEEP, edited(things)),
    Case("What a program added would be lost", KEEP, there(BOOK, lambda: with_parts(related))),
    Case("Much would be lost", KEEP, edited(a_remark), shown="(Guide!F60|and .* more)"),
    Case(
        "Formulas look at cells that move",
        KEEP,
        there(BOOK, lambda: with_shown(saved(moving), "=Tiers!F5", "1")),
    ),
    Case("An array formula", KEEP, edited(array)),
    Case(
        "A day that is worked out, of the 1904 date system",
        KEEP,
        there(BOOK, lambda: with_shown(saved(of_1904), "=TODAY()", "43891")),
    ),
)


CHECKED = f"{BUILD} --check"


def other_total(parts: dict[str, bytes]) -> None:
    name = "xl/worksheets/sheet6.xml"
    assert parts[name].count(b"<v>995</v>")
    parts[name] = parts[name].replace(b"<v>995</v>", b"<v>996</v>", 1)


def other_format(book: Any) -> None:
    book["Amendments"]["I5"].number_format = "0.0"


def both(book: Any) -> None:
    things(book)
    book.remove(book["Checks"])


COMPARING = (
    Case("Nothing to check", f"xlfuncs build --contract {FILE} -o prices.xlsx --check"),
    Case("No workbook to compare", CHECKED, there(BOOK, "Quantity;Price")),
    Case("Nothing differs", CHECKED),
    Case(
        "Nothing differs but the bytes",
        CHECKED,
        there(BOOK, lambda: with_parts(lambda parts: parts.update({"x.txt": b""}))),
    ),
    Case("One difference", CHECKED, there(BOOK, lambda: with_parts(other_total))),
    Case(
        "A cell, and what is worked out from it",
        CHECKED,
        OTHER_PRICE,
        shown="(^Amendments|differences)",
    ),
    Case("A number format", CHECKED, edited(other_format), shown="(^Amendments|differences)"),
    Case("Sheets, and what stands on them", CHECKED, edited(both), shown="^the "),
    Case(
        "Another kind of workbook",
        f"xlfuncs build --contract {FILE} -o prices.xlam --check",
        there("prices.xlam", book),
        shown="^(the file|the macros in 'Price)",
    ),
    Case(
        "A workbook with macros under the name of another",
        f"xlfuncs build --contract {FILE} -o prices.xlsm --check",
        there("prices.xlsm", lambda: book(WorkbookKind.ADD_IN)),
        shown="^the file",
    ),
    Case(
        "A workbook of another kind",
        f"xlfuncs build --contract {FILE} -o prices.xlsm --check",
        there("prices.xlsm", lambda: with_parts(template)),
        shown="^the file",
    ),
)


@pytest.mark.usefixtures("kept_builds")
@each([*KEEPING, *COMPARING])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
