"""What `check` finds in a contract that can be priced."""

from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    BOOK,
    CHECK,
    FILE,
    Case,
    Given,
    Here,
    each,
    edited,
    message_of,
    more,
    row,
    said,
)
from tests.support import hostile_contracts
from xlfuncs.pricing import sweep

PACKAGE, PRICED, EFFECTIVE = 'charge = "package"', "price = 995.00", "effective = 2020-02-01"
PER_UNIT, FIRST = 'charge = "per unit"', "quantity_from = 1\n"
FIRST_OF_TEN = "quantity_from = 10\n"
LINES = "^(error|warning|note) "


def found(title: str, *given: Given, shown: str = LINES) -> Case:
    return Case(title, CHECK, *given, shown=shown)


def amendment(number: int, signed: str, title: str = "") -> Given:
    """One more document."""
    title = title or f"Amendment {number}"
    return more(
        f'[[amendments]]\nnumber = {number}\ntitle = "{title}"\nsigned = {signed}\n'
        f"effective = 2020-05-01\n\n[[amendments.rows]]\n"
        f'clause = "1"\nquantity_from = 100\ncharge = "package"\nprice = 990.00'
    )


def row_twice(book: Any) -> None:
    sheet = book["Amendments"]
    for cell in sheet[5]:
        sheet.cell(6, cell.column).value = cell.value


def windows(here: Here) -> None:
    """Rows for other quantities and days each, and a bound that is smaller than it is, too."""
    here.write(FILE, hostile_contracts.windows(50))
    here.put(sweep, "MOST_WORK", 10_000)


def counted(*lines: str) -> Given:
    """What the service says of quantities that add up."""
    return said('unit = "IPs"', "\n".join(['unit = "IPs"', *lines]))


CASES = (
    found("A limit below all that is priced", counted("limit = 5"), said(FIRST, FIRST_OF_TEN)),
    found(
        "A contract year of an agreement without its date",
        counted('counted = "contract year"'),
        said("dated = 2020-01-01\n", ""),
    ),
    found(
        "A period in which only one purchase has a price",
        counted('counted = "month"'),
        said(PER_UNIT, PACKAGE),
        said("unit_price = 10.00", "price = 10.00"),
    ),
    found("Nobody says how quantities add up", counted('counted = "not said"')),
    found(
        "A purchase beyond the limit of a month",
        counted('counted = "month"', "limit = 100"),
        more("[[purchases]]\nquantity = 60\npurchased = 2020-01-10"),
        more("[[purchases]]\nquantity = 60\npurchased = 2020-01-11"),
    ),
    Case("Nothing", CHECK, said("dated = 2020-01-01", "dated = 2020-01-01\nends = 2030-12-31")),
    found("A character that is not seen", said('clause = "2"', 'clause = "2\\u202E"')),
    Case("More prices than are checked", CHECK, windows, shown="too many to check"),
    Case("A problem", CHECK, said(PRICED, "price = 995.005")),
    Case(
        "Two problems",
        CHECK,
        said(PRICED, "price = 995.005"),
        said("number = 1", ""),
        shown="^(error|xlfuncs)",
    ),
    Case(
        "A row twice on a sheet", f"xlfuncs check --contract {BOOK}", edited(row_twice), shown=LINES
    ),
    Case(
        "A row twice",
        CHECK,
        row("quantity_from = 100", PACKAGE, PRICED),
        said('clause = "2"', 'clause = "3"'),
    ),
    found("A row that does not say its clause", said('clause = "2"\n', "")),
    found(
        "A row that says what it cannot, for it is not on file",
        said(PACKAGE, 'charge = "not on file"'),
        said(PRICED, ""),
    ),
    found("A row without its figure", said(PRICED, "")),
    found("An amendment that is signed and not effective", said(EFFECTIVE, "")),
    found("An amendment that is neither", said(EFFECTIVE, ""), said("signed = 2020-02-01", "")),
    found(
        "A row that counts on no day",
        said('clause = "2"', 'clause = "2"\npurchased_through = 2020-01-31'),
    ),
    found("A printed total that is not the product", said(PRICED, f"{PRICED}\nunit_price = 9.90")),
    found(
        "A percentage that looks like a fraction",
        said(PACKAGE, 'charge = "discount"'),
        said(PRICED, "percent = 0.15"),
    ),
    found(
        "Something assumed",
        said(EFFECTIVE, f'{EFFECTIVE}\nassumed = "Signed, Effective: the copy is blurred"'),
    ),
    found(
        "An open question",
        said('prefix = "ACME"', 'prefix = "ACME"\nopen_questions = ["When does the term end?"]'),
    ),
    found(
        "A purchase without a price, and one of part of a unit",
        more("[[purchases]]\nquantity = 0\npurchased = 2020-03-01"),
        more("[[purchases]]\nquantity = 1.5\npurchased = 2020-03-01"),
    ),
    found(
        "A rise by a percent that is not on file",
        said(
            "unit_price = 10.00",
            'unit_price = 10.00\nincreases = [{from = 2021-01-01, percent = "not on file"}]',
        ),
    ),
    found(
        "A discount that a later price ends",
        said(PACKAGE, 'charge = "discount"'),
        said(PRICED, "percent = 15\npurchased_through = 2020-05-31"),
        amendment(2, "2020-05-01"),
    ),
    found("An amendment is missing", amendment(3, "2020-05-01")),
    found("Several amendments are missing", amendment(5, "2020-05-01")),
    found("An amendment that was signed before the one before it", amendment(2, "2020-01-15")),
    found("One number for two documents", amendment(1, "2020-02-01", "Amendment One")),
    found("Two rows that nothing ranks", row("quantity_from = 100", PACKAGE, "price = 990.00")),
    found(
        "Two rows that nothing ranks, for a while",
        row(
            "quantity_from = 100",
            "effective = 2020-04-01",
            "ends = 2020-06-30",
            PACKAGE,
            "price = 996.00",
        ),
    ),
    found("Quantities in no row", said('quantity_to = "or more"', "quantity_to = 50")),
    found(
        "Days in no row",
        said(PER_UNIT, f"{PER_UNIT}\nends = 2020-02-29"),
        said(EFFECTIVE, "effective = 2020-06-01"),
        said("quantity_from = 100", f'{FIRST}quantity_to = "or more"'),
        said(PRICED, "price = 9.00"),
    ),
    found(
        "A sum of slabs with a gap",
        said(FIRST, "quantity_from = 10\n"),
        said(PER_UNIT, 'charge = "graduated"'),
    ),
    found(
        "A sum of slabs with a row that is level",
        said(PER_UNIT, 'charge = "graduated"'),
        row("quantity_from = 100", 'charge = "graduated"', "unit_price = 8"),
        said(PACKAGE, 'charge = "graduated"'),
        said(PRICED, "unit_price = 9"),
    ),
    found(
        "A discount on nothing",
        said('quantity_to = "or more"', "quantity_to = 99"),
        said(PACKAGE, 'charge = "discount"'),
        said(PRICED, "percent = 15"),
    ),
    found("More for less", said(PRICED, "price = 900.00")),
    found(
        "Two services that may be one",
        said('unit = "IPs"', 'unit = "IPs"\n[[services]]\nname = "Scaning"\nunit = "IPs"'),
        said("unit_price = 10.00", 'unit_price = 10.00\nservice = "Scanning"'),
        said(PRICED, f'{PRICED}\nservice = "Scaning"'),
    ),
    found(
        "A service that only an amendment has",
        said('unit = "IPs"', 'unit = "IPs"\n[[services]]\nname = "Support"\nunit = "IPs"'),
        said("unit_price = 10.00", 'unit_price = 10.00\nservice = "Scanning"'),
        said(PRICED, f'{PRICED}\nservice = "Support"'),
    ),
    found(
        "A service in two spellings",
        said("unit_price = 10.00", 'unit_price = 10.00\nservice = "SCANNING"'),
    ),
    found(
        "Two services that look like one",
        said('unit = "IPs"', 'unit = "IPs"\n[[services]]\nname = "\u0405canning"\nunit = "IPs"'),
        said("unit_price = 10.00", 'unit_price = 10.00\nservice = "Scanning"'),
        said(PRICED, f'{PRICED}\nservice = "\u0405canning"'),
    ),
    found("A name with an accent apart", said('name = "Scanning"', 'name = "Sca\\u0301nning"')),
    found(
        "An amendment that outlives the agreement", said(PER_UNIT, f"{PER_UNIT}\nends = 2022-12-31")
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
