"""Building workbooks, the extension of LibreOffice and Office add-ins."""

from datetime import date
from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    FILE,
    OTHER_PRICE,
    UNREADABLE,
    Case,
    Given,
    Here,
    book,
    each,
    edited,
    folder,
    link,
    message_of,
    more,
    said,
    there,
    typed,
    without,
)
from tests.support.golden import SELF_CHECK_BOOK
from tests.support.small_contract import CONTRACT
from xlfuncs.addin.folder import build_folder
from xlfuncs.addin.pyodide import FILES
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.hosts.extension import build_extension
from xlfuncs.sheets.draft import build_draft
from xlfuncs.xlsx.builder import WorkbookKind
from xlfuncs.xlsx.lambdas import calculation_limits
from xlfuncs.xlsx.vba import project

NEW = "prices.xlsx"
BUILD = f"xlfuncs build --contract {FILE} -o {NEW}"
OF_BOOK = f"xlfuncs build --contract {BOOK} -o {NEW}"
LONG_NAME = "Scanning by night, " * 14 + "all week"
EXTENSION = f"xlfuncs build --contract {FILE} -o acme.oxt"
SAYS = "^  [a-z]|^xlfuncs"
ADD_IN = f"xlfuncs build --contract {FILE} -o acme.addin"
HERE = "https://prices.example.org/acme"
OF_ADD_IN = f"{ADD_IN} --url {HERE}"
DISCOUNT = said('charge = "package"', 'charge = "discount"')


def bought(title: str, cells: dict[str, Any], *given: Given) -> Case:
    """A purchase that somebody entered on the sheet Purchases."""
    return Case(title, OF_BOOK, *given, typed(cells), shown=SAYS)


def second_service(book: Any) -> None:
    row = (1, "Amendment 1", "3", "Support", "hours", 1, "or more", "per unit", None, 80)
    sheet = book["Amendments"]
    for column, value in enumerate(row, 1):
        sheet.cell(6, column).value = value
    for letter in "NO":
        sheet[f"{letter}6"].value = sheet[f"{letter}5"].value
    book["Purchases"]["A16"].value, book["Purchases"]["B16"].value = 100, "2020-03-01"


def built_before(here: Here) -> None:
    """An add-in of the contract file, built before it was changed."""
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    draft = build_draft(contract)
    for name, content in build_folder(contract, draft, HERE, date.today()).items():
        here.write(f"acme.addin/{name}", content)


def pyodide_of_another_version(here: Here) -> None:
    for file in FILES:
        here.write(f"python/{file.original}", "another")


BUILT_NOW = there(NEW, lambda: book(WorkbookKind.LAMBDAS))
CASES = (
    Case("A new workbook", BUILD, more("[[purchases]]\nquantity = 100\npurchased = 2020-03-01")),
    Case("The same again", BUILD, BUILT_NOW),
    bought("A purchase of no number", {"Purchases!A16": "12,5o", "Purchases!B16": "2020-03-01"}),
    bought("A purchase of part of a unit", {"Purchases!A16": 0.5, "Purchases!B16": "2020-03-01"}),
    bought(
        "A purchase of a service that the contract does not have",
        {"Purchases!A16": 100, "Purchases!B16": "2020-03-01", "Purchases!C16": "Gardening"},
    ),
    Case(
        "A purchase that does not say of which service", OF_BOOK, edited(second_service), shown=SAYS
    ),
    Case(
        "Formulas cannot work with it: a small percentage",
        BUILD,
        DISCOUNT,
        said("price = 995.00", "percent = 0.5"),
        shown=SAYS,
    ),
    Case(
        "Formulas cannot work with it: a long percentage",
        BUILD,
        DISCOUNT,
        said("price = 995.00", "percent = 12.34567"),
        shown=SAYS,
    ),
    Case(
        "Formulas cannot work with it: a long price",
        BUILD,
        said('unit = "IPs"', "step = 0.001"),
        said("unit_price = 10.00", "unit_price = 0.123456"),
        shown=SAYS,
    ),
    Case(
        "Purchases that formulas cannot price",
        BUILD,
        DISCOUNT,
        said("price = 995.00", "percent = 0.5"),
        more("[[purchases]]\nquantity = 100\npurchased = 2020-03-01"),
        more("[[purchases]]\nquantity = 5\npurchased = 2020-03-01"),
        shown=SAYS,
    ),
    Case(
        "A saving that formulas cannot work out",
        BUILD,
        DISCOUNT,
        said("price = 995.00", "percent = 0.5"),
        more(
            '[[amendments.rows]]\nclause = "3"\nquantity_from = 100\n'
            'charge = "package"\nprice = 990.00\npurchased_through = 2020-12-31\n\n'
            "[[purchases]]\nquantity = 100\npurchased = 2020-03-01"
        ),
        shown=SAYS,
    ),
    Case(
        "Formulas cannot work with it: a long sheet",
        BUILD,
        lambda here: here.put(calculation_limits, "LAST_ROW", 4),
        shown=SAYS,
    ),
    Case(
        "A quantity of too many parts for formulas",
        BUILD,
        said('unit = "IPs"', "step = 0.000001"),
        more("[[purchases]]\nquantity = 1000000000\npurchased = 2020-03-01"),
        shown=SAYS,
    ),
    Case(
        "An amount of too many digits for formulas",
        BUILD,
        said("unit_price = 10.00", "unit_price = 123456.789"),
        more("[[purchases]]\nquantity = 999999999\npurchased = 2020-01-02"),
        shown=SAYS,
    ),
    Case(
        "Formulas cannot tell how quantities add up",
        BUILD,
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "not said"'),
        more("[[purchases]]\nquantity = 100\npurchased = 2020-03-01"),
        shown=SAYS,
    ),
    Case(
        "A graduated price after others with too many digits for formulas",
        BUILD,
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "year"'),
        said("unit_price = 10.00", "unit_price = 123456.789"),
        said('charge = "per unit"', 'charge = "graduated"'),
        more("[[purchases]]\nquantity = 99999999\npurchased = 2020-01-02"),
        more("[[purchases]]\nquantity = 999999999\npurchased = 2020-01-02"),
        shown=SAYS,
    ),
    Case(
        "A range of too many parts for formulas",
        BUILD,
        said('unit = "IPs"', "step = 0.000001"),
        said("quantity_from = 100", "quantity_from = 1000000000"),
    ),
    Case("A file that cannot be built from", f"xlfuncs build --contract none.toml -o {NEW}"),
    Case("A contract with problems", BUILD, said("price = 995.00", "price = 995.005")),
    Case("Another kind of file", f"xlfuncs build --contract {FILE} -o prices.xls"),
    Case(
        "Macros that have no functions",
        f"xlfuncs build --contract {FILE} -o prices.xlsm --without-functions",
    ),
    Case(
        "A self-check with macros", f"xlfuncs build --contract {FILE} -o prices.xlsm --self-check"
    ),
    Case("A self-check without functions", f"{BUILD} --self-check --without-functions"),
    Case("A self-check around rows", f"{BUILD} --self-check --keep"),
    Case(
        "A self-check that is to be kept",
        f"xlfuncs build -o {NEW} --keep",
        there(NEW, SELF_CHECK_BOOK.read_bytes),
    ),
    Case("A new self-check", f"{BUILD} --self-check"),
    Case(
        "A self-check of services whose names are too long for a formula",
        f"{BUILD} --self-check",
        said("[[amendments.rows]]", f'[[amendments.rows]]\nservice = "{LONG_NAME} long"'),
        said("[[agreement.tiers]]", f'[[agreement.tiers]]\nservice = "{LONG_NAME}"'),
        said('name = "Scanning"', f'name = "{LONG_NAME}"'),
        more(f'[[services]]\nname = "{LONG_NAME} long"\nunit = "IPs"'),
    ),
    Case(
        "A link to another kind of file", BUILD, there("prices.xlsm", ""), link(NEW, "prices.xlsm")
    ),
    Case("A workbook from itself", f"xlfuncs build --contract {BOOK} -o {BOOK}"),
    Case(
        "No macros of xlwings",
        f"xlfuncs build --contract {FILE} -o prices.xlsm",
        lambda here: here.put(project, "find_spec", lambda name: None),
    ),
    Case("A new extension of LibreOffice", EXTENSION),
    Case("An extension around rows", f"{EXTENSION} --keep"),
    Case("An extension of somebody else", EXTENSION, there("acme.oxt", "PK")),
    Case(
        "The workbook of another contract",
        BUILD,
        BUILT_NOW,
        said('prefix = "ACME"', 'prefix = "BLUE"'),
    ),
    Case(
        "A folder in place of a workbook",
        f"xlfuncs build --contract {FILE} -o prices",
        folder("prices"),
    ),
    Case("No extension to check", f"{EXTENSION} --check"),
    Case(
        "An extension that is right",
        f"{EXTENSION} --check",
        there("acme.oxt", lambda: build_extension("ACME", "Example")),
    ),
    Case(
        "An extension of another contract",
        f"{EXTENSION} --check",
        there("acme.oxt", lambda: build_extension("OTHER", "Other")),
    ),
    Case("A new add-in for Office", OF_ADD_IN),
    Case("A new add-in for this computer", f"{ADD_IN} --url https://localhost:3000"),
    Case("An add-in that is up to date", ADD_IN, built_before),
    Case("An add-in after an amendment", ADD_IN, built_before, OTHER_PRICE),
    Case("An add-in for another address", f"{OF_ADD_IN}/2026", built_before),
    Case("An add-in without an address", ADD_IN),
    Case("An add-in at an address without https", f"{ADD_IN} --url http://prices.example.org"),
    Case("An add-in at an address with a query", f"{OF_ADD_IN}?year=2026"),
    Case("An add-in at an address with a space", f"{ADD_IN} --url 'https://example.org/a b'"),
    Case("An add-in at a long address", f"{OF_ADD_IN}/{'a' * 2_000}"),
    Case("An add-in around rows", f"{OF_ADD_IN} --keep"),
    Case("An add-in without functions", f"{OF_ADD_IN} --without-functions"),
    Case("A file in place of an add-in", OF_ADD_IN, there("acme.addin", "")),
    Case("A link to itself in place of an add-in", OF_ADD_IN, link("acme.addin", "acme.addin")),
    Case(
        "A name that is too long for an add-in",
        f"xlfuncs build --contract {FILE} -o {'a' * 300}.addin --url {HERE}",
    ),
    Case(
        "A file of an add-in that is a link out of it",
        f"{ADD_IN} --force",
        built_before,
        there("precious", ""),
        without("acme.addin/contract.json"),
        link("acme.addin/contract.json", "../precious"),
    ),
    Case("An add-in at an address with dots", f"{OF_ADD_IN}/../other"),
    Case(
        "An add-in that somebody edited",
        ADD_IN,
        built_before,
        there("acme.addin/taskpane.css", "body {}"),
    ),
    Case("An address for a workbook", f"{BUILD} --url {HERE}"),
    Case("Pyodide for a workbook", f"{BUILD} --pyodide python"),
    Case("No folder with Pyodide", f"{OF_ADD_IN} --pyodide python"),
    Case("A file in place of Pyodide", f"{OF_ADD_IN} --pyodide python", there("python", "")),
    Case("A folder without Pyodide", f"{OF_ADD_IN} --pyodide python", folder("python")),
    Case(
        "Another version of Pyodide",
        f"{OF_ADD_IN} --pyodide python",
        pyodide_of_another_version,
    ),
    Case(
        "A folder with Pyodide that cannot be read",
        f"{OF_ADD_IN} --pyodide python",
        pyodide_of_another_version,
        UNREADABLE,
    ),
    Case(
        "A damaged package of Pyodide",
        f"{OF_ADD_IN} --pyodide pyodide.tgz",
        there("pyodide.tgz", b"\x1f\x8bx"),
    ),
    Case("An add-in that is as built", f"{ADD_IN} --check", built_before),
    Case(
        "An add-in that is not as it would be built", f"{ADD_IN} --check", built_before, OTHER_PRICE
    ),
    Case("An add-in to check that is not there", f"{OF_ADD_IN} --check"),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
