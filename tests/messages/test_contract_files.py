"""What is wrong in a contract file."""

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    CHECK,
    FILE,
    PRICE,
    SECOND_SERVICE,
    Case,
    Given,
    Here,
    each,
    instead,
    message_of,
    more,
    of_file,
    said,
    set_to,
    there,
)
from tests.support import hostile_contracts
from xlfuncs.contracts import toml_reader

UNIT, DATED, EFFECTIVE = 'unit = "IPs"', "dated = 2020-01-01", "effective = 2020-02-01"
THIRTY = "Signed: faint\n" * 30
PRICED, CLAUSE = "price = 995.00", 'clause = "2"'


def problem(title: str, *given: Given) -> Case:
    return of_file(title, *given, shown=rf"^{FILE}(:\d+)?: ")


def many(here: Here) -> None:
    """Eight rows of which each has several problems."""
    rows = "".join(f'\n[[agreement.tiers]]\nclause = "{n}"\n' for n in range(8))
    contract = '[contract]\nname = "Example"\nprefix = "ACME"\n'
    here.write(FILE, f'{contract}[[services]]\nname = "Scanning"\n[agreement]\n{rows}')


def services(here: Here) -> None:
    """Services that no row prices."""
    names = "".join(f'[[services]]\nname = "Service {n}"\n' for n in range(25))
    here.change(FILE, UNIT, f"{UNIT}\n{names}")


CONTRACT_FILES = (
    problem("An empty file", instead("# nothing yet\n")),
    problem("A text without quotes", said('name = "Example"', "name = 5")),
    problem("A control character in a text", said('name = "Example"', 'name = "Ex\\u0007ample"')),
    problem("No prefix for functions", said('prefix = "ACME"', 'prefix = "Acme Inc."')),
    problem(
        "A key that is misspelt", said('name = "Example"', 'name = "Example"\nnmae = "Example"')
    ),
    problem("No list", said('prefix = "ACME"', 'prefix = "ACME"\nparties = "City of Example"')),
    problem(
        "A list of something else than texts",
        said('prefix = "ACME"', 'prefix = "ACME"\nparties = [5]'),
    ),
    problem("Rows that are no list", said("[[amendments.rows]]", "[amendments.rows]")),
    problem(
        "A list of something else than tables",
        said(f"{DATED}\n\n[[agreement.tiers]]", f"{DATED}\n\n[agreement.x]"),
        said("[agreement.x]", "tiers = [5]\n[agreement.x]"),
    ),
    problem("A service twice", said(UNIT, f'{UNIT}\n[[services]]\nname = "scanning"')),
    problem("A service without rows", said(UNIT, f'{UNIT}\n[[services]]\nname = "Support"')),
    problem("A row that does not say which of several services it prices", more(SECOND_SERVICE)),
    problem("A row of an unknown service", said(CLAUSE, f'{CLAUSE}\nservice = "Gardening"')),
    of_file(
        "A row of none of very many services",
        services,
        said(CLAUSE, f'{CLAUSE}\nservice = "Gardening"'),
        shown="Gardening",
    ),
    problem("A step of 0", said(UNIT, f"{UNIT}\nstep = 0")),
    problem("A range that does not end on a whole step", said(UNIT, f"{UNIT}\nstep = 25")),
    problem("Unknown words for part of a unit", said(UNIT, f'{UNIT}\npart_units = "some"')),
    problem("A year for a day", said(DATED, "dated = 2020")),
    problem("A time of day beside the day", said(DATED, "dated = 2020-01-01T10:00:00")),
    problem("A day that a spreadsheet would show as a year", said(DATED, "dated = 1905-07-12")),
    problem("A day in quotes", said(DATED, 'dated = "2020-01-01"')),
    problem("A day before all that is certain", said(DATED, "dated = 1899-12-31")),
    problem("A term that ends before it begins", said(DATED, f"{DATED}\nends = 2019-12-31")),
    problem("A document without a title", said('title = "Agreement"', "")),
    problem("An amendment with the number of the agreement", said("number = 1", "number = 0")),
    problem("A number of an amendment that is none", said("number = 1", "number = 1.5")),
    problem("No number", said(PRICED, 'price = "995"')),
    problem("A price that is no number", said(PRICED, "price = inf")),
    problem("A price of parts of a cent", said(PRICED, "price = 995.005")),
    problem("A price below 0", said(PRICED, "price = -995.00")),
    problem("A figure of too many digits", said("unit_price = 10.00", "unit_price = 10.1234567")),
    Case(
        "A figure in hundreds of digits",
        PRICE,
        lambda here: here.change(FILE, CLAUSE, f"clause = 1{'0' * 400}"),
    ),
    problem(
        "A whole number beyond all figures",
        lambda here: here.change(FILE, CLAUSE, f"clause = 1{'0' * 40}"),
    ),
    Case("A number of countless decimals", PRICE, said(CLAUSE, "clause = 1e-9999999999")),
    problem("A price of 40 digits", said(PRICED, f"price = 1{'0' * 40}")),
    problem("A clause that is no number either", said(CLAUSE, "clause = nan")),
    problem(
        "What is assumed of all rows, page by page",
        lambda here: here.change(FILE, EFFECTIVE, f'{EFFECTIVE}\nassumed = """{THIRTY}"""'),
    ),
    problem(
        "A percentage above 100",
        said('charge = "package"', 'charge = "discount"'),
        said(PRICED, "percent = 150"),
    ),
    problem("A figure that the charge does not use", said(PRICED, f"{PRICED}\npercent = 15")),
    problem("An unknown charge", said('charge = "package"', 'charge = "each"')),
    problem("No charge", said('charge = "package"', "")),
    problem("A clause that is no text", said(CLAUSE, "clause = true")),
    problem(
        "A text that no cell has room for",
        lambda here: here.change(FILE, CLAUSE, f'clause = "{"x" * 40_000}"'),
    ),
    problem(
        "A range that ends before it begins",
        said("quantity_from = 100", "quantity_from = 100\nquantity_to = 50"),
    ),
    problem(
        "Other words than 'or more'",
        said("quantity_from = 100", 'quantity_from = 100\nquantity_to = "and up"'),
    ),
    problem(
        "A purchase window that ends before it begins",
        said(CLAUSE, f"{CLAUSE}\npurchased_from = 2020-03-01\npurchased_through = 2020-02-01"),
    ),
    problem(
        "An assumption without its column",
        said(EFFECTIVE, f'{EFFECTIVE}\nassumed = "the copy is blurred"'),
    ),
    problem(
        "An assumption about something that is blank",
        said(EFFECTIVE, 'assumed = "Effective: the copy is blurred"'),
    ),
    problem(
        "A purchase of no number", more('[[purchases]]\nquantity = "many"\npurchased = 2020-03-01')
    ),
    problem("A purchase without its day", more("[[purchases]]\nquantity = 100")),
    of_file("Many problems at a time", many, shown="^(xlfuncs|and|.*tiers.8)"),
    Case("A part twice", PRICE, said(UNIT, f'{UNIT}\n[contract]\nname = "Another"')),
    Case("No contract file, but something else", PRICE, instead("price: 995")),
    Case(
        "A file in other characters than UTF-8", PRICE, there(FILE, "[contract]".encode("utf-16"))
    ),
    Case("A key without end", PRICE, there(FILE, "a." * 40 + "a = 1")),
    Case("Brackets without end", PRICE, there(FILE, "a = " + "[" * 100_000)),
    Case("A file of many lines", PRICE, there(FILE, "\n" * 300_000)),
    Case("A file of many values", PRICE, there(FILE, f"a = [{'1,' * 300_000}]")),
    Case(
        "More rows than a contract has",
        PRICE,
        there(
            FILE,
            lambda: (
                hostile_contracts.HEAD
                + '[[agreement.tiers]]\nquantity_from = 1\ncharge = "withdrawn"\n' * 250
            ),
        ),
        set_to(toml_reader, "MOST_ROWS", 200),
    ),
    Case(
        "More problems than are named",
        CHECK,
        there(FILE, hostile_contracts.HEAD + "[[agreement.tiers]]\n" * 1000),
        shown="more problems",
    ),
    Case("A word without end", PRICE, there(FILE, f"{'k' * 200} = 1")),
    Case("A file of some megabytes", PRICE, there(FILE, "#" * 5 * 2**20)),
    Case("No such file", "xlfuncs price 100 2020-03-01 --contract contracts.toml"),
    Case(
        "Another kind of file",
        "xlfuncs price 100 2020-03-01 --contract contract.txt",
        there("contract.txt", ""),
    ),
    Case(
        "A folder",
        "xlfuncs price 100 2020-03-01 --contract folder.toml",
        lambda here: (here.folder / "folder.toml").mkdir(),
    ),
    Case(
        "No name that a file can have", "xlfuncs price 100 2020-03-01 --contract 'contract\0.toml'"
    ),
)


SIGNED = "signed = 2020-02-01"


def slip(title: str, *given: Given) -> Case:
    return of_file(title, *given, shown=f"^xlfuncs: {FILE}: ")


SLIPS = (
    slip("A decimal comma", said(PRICED, "price = 995,00")),
    slip("A currency sign", said(PRICED, "price = $995.00")),
    slip("A comma between thousands", said(PRICED, "price = 9,995.00")),
    slip("A percent sign", said(PRICED, "percent = 15%")),
    slip("A day as letters have it", said(SIGNED, "signed = 02/01/2020")),
    slip("A day without noughts", said(SIGNED, "signed = 2020-2-1")),
    slip("A word without quotes", said('charge = "package"', "charge = package")),
    slip("A text without its last quote", said(CLAUSE, 'clause = "2')),
    slip("Quotes of a word processor", said(CLAUSE, "clause = \u201c2\u201d")),
    slip("Nothing behind the =", said(CLAUSE, "clause =")),
    slip("A line without =", said(CLAUSE, "clause 2")),
    slip("A key twice", said(CLAUSE, f"{CLAUSE}\n{CLAUSE}")),
    slip("A single bracket in place of two", said("[[services]]", "[services]\n[[services]]")),
    slip("A text that is never closed", instead('name = """Example')),
    slip("A number that nobody can count", said(PRICED, f"price = 1e{'9' * 30}")),
)


@each([*CONTRACT_FILES, *SLIPS])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
