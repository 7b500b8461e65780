"""Building workbooks and the extension of LibreOffice."""

from typing import Any

from tests.messages.base import BOOK, FILE, book, edited, more, said, there, typed
from tests.messages.entry import Entry, Given, Group, Here
from xlfuncs.hosts.extension import build_extension
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.lambdas import limits
from xlfuncs.xlsx.vba import project

NEW = "prices.xlsx"
BUILD = f"xlfuncs build --contract {FILE} -o {NEW}"
OF_BOOK = f"xlfuncs build --contract {BOOK} -o {NEW}"
EXTENSION = f"xlfuncs build --contract {FILE} -o acme.oxt"
DISCOUNT = said('charge = "package"', 'charge = "discount"')


def bought(title: str, cells: dict[str, Any], *given: Given) -> Entry:
    """A purchase that somebody entered on the sheet Purchases."""
    return Entry(title, OF_BOOK, (*given, typed(cells)), shown="^  [a-z]")


def second_service(book: Any) -> None:
    row = (1, "Amendment 1", "3", "Support", "hours", 1, "or more", "per unit", None, 80)
    sheet = book["Amendments"]
    for column, value in enumerate(row, 1):
        sheet.cell(6, column).value = value
    for column in "NO":
        sheet[f"{column}6"].value = sheet[f"{column}5"].value
    book["Purchases"]["A11"].value, book["Purchases"]["B11"].value = 100, "2020-03-01"


def linked(here: Here) -> None:
    here.write("prices.xlsm", "")
    (here.folder / NEW).symlink_to("prices.xlsm")


BUILT_NOW = there(NEW, "was built from it", lambda: book(WorkbookKind.LAMBDAS))
BUILDING = Group(
    "Building",
    "`xlfuncs build` writes a workbook and prints the first formulas that stand in it, with their "
    "values. What it refuses leaves every file as "
    "it was. A workbook whose functions are names has shorter sentences than the other hosts.",
    (
        Entry(
            "A new workbook",
            BUILD,
            (more("[[purchases]]\nquantity = 100\npurchased = 2020-03-01"),),
        ),
        Entry("The same again", BUILD, (BUILT_NOW,)),
        bought(
            "A purchase of no number", {"Purchases!A11": "12,5o", "Purchases!B11": "2020-03-01"}
        ),
        bought(
            "A purchase of part of a unit", {"Purchases!A11": 0.5, "Purchases!B11": "2020-03-01"}
        ),
        bought(
            "A purchase of a service that the contract does not have",
            {"Purchases!A11": 100, "Purchases!B11": "2020-03-01", "Purchases!C11": "Gardening"},
        ),
        Entry(
            "A purchase that does not say of which service",
            OF_BOOK,
            (
                edited(
                    "a second service, Support, on Amendments, and a purchase of 100",
                    second_service,
                ),
            ),
            shown="^  [a-z]",
        ),
        Entry(
            "Formulas cannot work with it: a small percentage",
            BUILD,
            (DISCOUNT, said("price = 995.00", "percent = 0.5")),
            shown="^xlfuncs",
        ),
        Entry(
            "Formulas cannot work with it: a long percentage",
            BUILD,
            (DISCOUNT, said("price = 995.00", "percent = 12.34567")),
            shown="^xlfuncs",
        ),
        Entry(
            "Formulas cannot work with it: a long price",
            BUILD,
            (
                said('unit = "IPs"', "step = 0.001"),
                said("unit_price = 10.00", "unit_price = 0.123456"),
            ),
            shown="^xlfuncs",
        ),
        Entry(
            "Purchases that formulas cannot price",
            BUILD,
            (
                DISCOUNT,
                said("price = 995.00", "percent = 0.5"),
                more("[[purchases]]\nquantity = 100\npurchased = 2020-03-01"),
                more("[[purchases]]\nquantity = 5\npurchased = 2020-03-01"),
            ),
            shown="^  [a-z]|^xlfuncs",
        ),
        Entry(
            "A saving that formulas cannot work out",
            BUILD,
            (
                DISCOUNT,
                said("price = 995.00", "percent = 0.5"),
                more(
                    '[[amendments.rows]]\nclause = "3"\nquantity_from = 100\n'
                    'charge = "package"\nprice = 990.00\npurchased_through = 2020-12-31\n\n'
                    "[[purchases]]\nquantity = 100\npurchased = 2020-03-01"
                ),
            ),
            shown="^  [a-z]|^xlfuncs",
        ),
        Entry(
            "Formulas cannot work with it: a long sheet",
            BUILD,
            (
                Given(
                    "Tiers has more than 10,000 rows",
                    lambda here: here.put(limits, "LAST_ROW", 4),
                ),
            ),
            shown="^xlfuncs",
        ),
        Entry(
            "A quantity of too many parts for formulas",
            BUILD,
            (
                said('unit = "IPs"', "step = 0.000001"),
                more("[[purchases]]\nquantity = 1000000000\npurchased = 2020-03-01"),
            ),
            shown="^  [a-z]|^xlfuncs",
        ),
        Entry(
            "An amount of too many digits for formulas",
            BUILD,
            (
                said("unit_price = 10.00", "unit_price = 123456.789"),
                more("[[purchases]]\nquantity = 999999999\npurchased = 2020-01-02"),
            ),
            shown="^  [a-z]|^xlfuncs",
        ),
        Entry(
            "A range of too many parts for formulas",
            BUILD,
            (
                said('unit = "IPs"', "step = 0.000001"),
                said("quantity_from = 100", "quantity_from = 1000000000"),
            ),
        ),
        Entry("A file that cannot be built from", f"xlfuncs build --contract none.toml -o {NEW}"),
        Entry("A contract with problems", BUILD, (said("price = 995.00", "price = 995.005"),)),
        Entry("Another kind of file", f"xlfuncs build --contract {FILE} -o prices.xls"),
        Entry(
            "Macros that have no functions",
            f"xlfuncs build --contract {FILE} -o prices.xlsm --without-functions",
        ),
        Entry(
            "A link to another kind of file",
            BUILD,
            (Given(f"{NEW} is a link to prices.xlsm", linked),),
        ),
        Entry("A workbook from itself", f"xlfuncs build --contract {BOOK} -o {BOOK}"),
        Entry(
            "No macros of xlwings",
            f"xlfuncs build --contract {FILE} -o prices.xlsm",
            (
                Given(
                    "xlwings is not installed",
                    lambda here: here.put(project, "find_spec", lambda name: None),
                ),
            ),
        ),
        Entry("A new extension of LibreOffice", EXTENSION),
        Entry("An extension around rows", f"{EXTENSION} --keep"),
        Entry(
            "An extension of somebody else",
            EXTENSION,
            (there("acme.oxt", "is there, and not from here", "PK"),),
        ),
        Entry(
            "The workbook of another contract",
            BUILD,
            (BUILT_NOW, said('prefix = "ACME"', 'prefix = "BLUE"')),
        ),
        Entry(
            "A folder in place of a workbook",
            f"xlfuncs build --contract {FILE} -o prices",
            (Given("prices is a folder", lambda here: (here.folder / "prices").mkdir()),),
        ),
        Entry("No extension to check", f"{EXTENSION} --check"),
        Entry(
            "An extension that is right",
            f"{EXTENSION} --check",
            (there("acme.oxt", "was built from it", lambda: build_extension("ACME", "Example")),),
        ),
        Entry(
            "An extension of another contract",
            f"{EXTENSION} --check",
            (
                there(
                    "acme.oxt",
                    "was built from another contract",
                    lambda: build_extension("OTHER", "Other"),
                ),
            ),
        ),
    ),
)
