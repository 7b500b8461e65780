"""Comparing a workbook with what would be built."""

from typing import Any

from tests.messages.added import things
from tests.messages.base import BOOK, FILE, book, edited, there, with_parts
from tests.messages.entry import Entry, Group
from tests.messages.keeping import BUILD, OTHER_PRICE
from tests.messages.parts import template
from xlfuncs.xlsx.builder import WorkbookKind

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


COMPARING = Group(
    "Comparing a workbook",
    "`build --check` writes nothing, and lists where a workbook is not what would be built.",
    (
        Entry("Nothing to check", f"xlfuncs build --contract {FILE} -o prices.xlsx --check"),
        Entry(
            "No workbook to compare",
            CHECKED,
            (there(BOOK, "is a text that somebody gave another name", "Quantity;Price"),),
        ),
        Entry("Nothing differs", CHECKED),
        Entry(
            "Nothing differs but the bytes",
            CHECKED,
            (
                there(
                    BOOK,
                    "was packed anew by another program",
                    lambda: with_parts(lambda parts: parts.update({"x.txt": b""})),
                ),
            ),
        ),
        Entry(
            "One difference",
            CHECKED,
            (
                there(
                    BOOK, "shows another price than was worked out", lambda: with_parts(other_total)
                ),
            ),
        ),
        Entry(
            "A cell, and what is worked out from it",
            CHECKED,
            (OTHER_PRICE,),
            "(^Amendments|differences)",
        ),
        Entry(
            "A number format",
            CHECKED,
            (edited("Amendments!I5 shows one decimal", other_format),),
            "(^Amendments|differences)",
        ),
        Entry(
            "Sheets, and what stands on them",
            CHECKED,
            (edited("without the sheet Checks, with a sheet Notes and more", both),),
            "^the ",
        ),
        Entry(
            "Another kind of workbook",
            f"xlfuncs build --contract {FILE} -o prices.xlam --check",
            (there("prices.xlam", "is a workbook without macros", book),),
            "^(the file|the macros in 'Price)",
        ),
        Entry(
            "A workbook with macros under the name of another",
            f"xlfuncs build --contract {FILE} -o prices.xlsm --check",
            (there("prices.xlsm", "is an add-in", lambda: book(WorkbookKind.ADD_IN)),),
            "^the file",
        ),
        Entry(
            "A workbook of another kind",
            f"xlfuncs build --contract {FILE} -o prices.xlsm --check",
            (there("prices.xlsm", "is a template", lambda: with_parts(template)),),
            "^the file",
        ),
    ),
    CHECKED,
)
