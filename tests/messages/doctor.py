"""What `doctor` says on whichever computer."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tests.messages.base import BOOK, book
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.libreoffice import NEVER_FOUND, program
from tests.support.macro_books import edited_in_excel, of_older_xlwings, with_module
from xlfuncs.doctor import computer
from xlfuncs.xlsx.builder import WorkbookKind

MACROS = "prices.xlsm"
OF_MACROS = f"xlfuncs doctor {MACROS}"


def with_macros(here: Here) -> Any:
    return here.write(MACROS, book(WorkbookKind.MACROS))


def older(here: Here) -> None:
    of_older_xlwings(with_macros(here))


def without_a_version(here: Here) -> None:
    with_module(
        with_macros(here), "xlwings", lambda text: text.replace(version("xlwings"), "latest")
    )


def without_a_module(here: Here) -> None:
    with_module(with_macros(here), "PriceSheets", None)


def wrong(here: Here) -> None:
    def edit(opened: Any) -> None:
        opened["Tiers"]["J5"].value, opened["Amendments"]["I5"].value = "12,5o", "1o"

    edited_in_excel(with_macros(here), edit)


def no_xlwings(name: str) -> str:
    raise PackageNotFoundError(name)


def found(title: str, command: str, where: str, *given: Given) -> Entry:
    """What is said of one thing; the other lines are of the computer."""
    return Entry(title, command, (NEVER_FOUND, *given), f"^(do|note) +{where}")


DOCTOR = Group(
    "Doctor, on whichever computer",
    "`xlfuncs doctor` prints a line for each thing that it looks at; these are the lines about "
    "the thing. Its exit status is 1 where something is "
    "to be done (`do`).",
    (
        found("No LibreOffice", "xlfuncs doctor", "LibreOffice"),
        Entry(
            "An older LibreOffice",
            "xlfuncs doctor",
            (program("soffice is LibreOffice 7.4", "echo LibreOffice 7.4.7.2"),),
            "LibreOffice",
        ),
        found(
            "No xlwings",
            "xlfuncs doctor",
            "xlwings",
            Given(
                "xlwings is not installed", lambda here: here.put(computer, "version", no_xlwings)
            ),
        ),
        found("No Excel", "xlfuncs doctor", "Excel"),
        found("Settings of another computer", "xlfuncs doctor --fix", "xlwings' settings"),
        found("A workbook without macros", f"xlfuncs doctor {BOOK}", BOOK),
        found(
            "A workbook with problems",
            OF_MACROS,
            MACROS,
            Given(f"in {MACROS}, Tiers!J5 is `12,5o`, Amendments!I5 `1o`", wrong),
        ),
        found(
            "A workbook that lacks a macro",
            OF_MACROS,
            MACROS,
            Given(f"{MACROS} has no module PriceSheets", without_a_module),
        ),
        found(
            "A workbook of another xlwings",
            OF_MACROS,
            MACROS,
            Given(f"{MACROS} was built with an older xlwings", older),
        ),
        found(
            "A workbook whose xlwings has no version",
            OF_MACROS,
            MACROS,
            Given(f"in {MACROS}, the module xlwings says `latest` of itself", without_a_version),
        ),
        Entry("No workbook", "xlfuncs doctor contract.toml"),
        Entry("No such workbook", "xlfuncs doctor none.xlsm"),
    ),
)
