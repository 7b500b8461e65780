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


PREFIX, TITLE_1 = 'prefix = "ACME"', 'title = "Amendment 1"'
EACH, PACKAGE = "unit_price = 10.00", 'charge = "package"'
SIGNED = "signed = 2020-02-01"


def rises(title: str, *tables: str, after: str = PRICED) -> Case:
    """Rises of the package of Amendment 1, or behind another line."""
    return problem(title, said(after, f"{after}\nincreases = [{', '.join(tables)}]"))


AS_PRINTED = (
    problem("A unit price of fifty", said(EACH, f"{EACH}\nper = 50")),
    problem("A package per hundred", said(PRICED, f"{PRICED}\nper = 100")),
    problem("A discount per hundred", said(PACKAGE, 'charge = "discount"\nper = 100')),
    problem(
        "A minimum above the maximum",
        said(PRICED, f"{PRICED}\nminimum = 900.00\nmaximum = 90.00"),
    ),
    problem("A minimum of parts of a cent", said(PRICED, f"{PRICED}\nminimum = 0.125")),
    problem(
        "A minimum where there is no price",
        said(PACKAGE, 'charge = "withdrawn"'),
        said(PRICED, "minimum = 900.00"),
    ),
    problem("An agreement that replaces", said('clause = "1"', 'clause = "1"\nreplaces = 1')),
    problem("An agreement that replaces in its part", said(DATED, f"{DATED}\nreplaces = 1")),
    problem("An amendment that replaces itself", said(TITLE_1, f"{TITLE_1}\nreplaces = 1")),
    problem("An amendment that replaces a later one", said(CLAUSE, f"{CLAUSE}\nreplaces = 2")),
    problem("Other words than 'all before'", said(TITLE_1, f'{TITLE_1}\nreplaces = "all"')),
    problem(
        "An amendment without rows that replaces another",
        more('[[amendments]]\nnumber = 2\ntitle = "Letter"\nreplaces = 1'),
    ),
    problem("Other words than 'not on file'", said(SIGNED, 'signed = "unknown"')),
    problem(
        "A window that is not on file", said(CLAUSE, f'{CLAUSE}\npurchased_from = "not on file"')
    ),
    problem("A service billed in other words", said(UNIT, f'{UNIT}\nbilled = "monthly"')),
    problem("Quantities that add up by other words", said(UNIT, f'{UNIT}\ncounted = "weekly"')),
    problem("A limit of nothing", said(UNIT, f"{UNIT}\nlimit = 0")),
    problem(
        "A limit that is no multiple of the step",
        said(UNIT, f"{UNIT}\nstep = 25\nlimit = 1010"),
        said("quantity_from = 1\n", "quantity_from = 25\n"),
    ),
    problem("Missing documents that are no list", said(PREFIX, f"{PREFIX}\nnot_held = 4")),
    problem(
        "Missing documents that are on file, and numbers that are none",
        said(PREFIX, f'{PREFIX}\nnot_held = [1, 0, 4, 4, "5", 2.5]'),
    ),
    problem(
        "A reason for an unknown key",
        said(EFFECTIVE, f'{EFFECTIVE}\nassumed = {{efective = "the copy is blurred"}}'),
    ),
    problem("A reason that is none", said(EFFECTIVE, f"{EFFECTIVE}\nassumed = {{effective = 5}}")),
    problem(
        "A reason for a day that is not there",
        said(EFFECTIVE, 'assumed = {effective = "the copy is blurred"}'),
    ),
    problem(
        "A reason for rises, and none", said(PRICED, f'{PRICED}\nassumed = {{increases = "?"}}')
    ),
    rises("Rises that are no list of tables", "3"),
    problem("Rises that are no list", said(PRICED, f"{PRICED}\nincreases = 3")),
    rises("A rise with an unknown key", "{from = 2021-01-01, percentage = 3}"),
    rises("A rise from no day", "{percent = 3}"),
    rises("A rise from a year", "{from = 2021, percent = 3}"),
    rises("A rise from a day in quotes", '{from = "2021-01-01", percent = 3}'),
    rises("A rise from a day before all contracts", "{from = 1905-07-12, percent = 3}"),
    rises("A rise by nothing", "{from = 2021-01-01}"),
    rises("A rise by two things", "{from = 2021-01-01, percent = 3, index = 4}"),
    rises("A rise by a percent that is a text", '{from = 2021-01-01, percent = "3%"}'),
    problem(
        "A number that no document has",
        said("effective = 2020-02-01", "effective = 2020-02-01\nreplaces = 20000"),
    ),
    rises("A cap that is not on file", '{from = 2021-01-01, index = 3, cap = "not on file"}'),
    rises("A percent with a cap", "{from = 2021-01-01, percent = 3, cap = 4}"),
    rises("A cap below the floor", "{from = 2021-01-01, index = 3, cap = 1, floor = 2}"),
    rises("A fall to nothing", "{from = 2021-01-01, percent = -100}"),
    rises(
        "Rises in another order",
        *(f"{{from = {year}-01-01, percent = 3}}" for year in (2022, 2021)),
    ),
    rises("A rise from the first day in force", "{from = 2020-02-01, percent = 3}"),
    problem(
        "A rise beyond the end",
        said(
            PRICED, f"{PRICED}\nends = 2020-12-31\nincreases = [{{from = 2021-01-01, percent = 3}}]"
        ),
    ),
    problem(
        "A rise of a row that has no figure",
        said(PACKAGE, 'charge = "discount"'),
        said(PRICED, "percent = 15\nincreases = [{from = 2021-01-01, percent = 3}]"),
    ),
    rises("A rise beyond all figures", "{from = 2021-01-01, percent = 99999999999999}"),
    rises("More rises than a row has", *["{from = 2021-01-01, percent = 3}"] * 101),
    problem(
        "A rise of a figure printed without cents",
        said(EACH, "unit_price = 40\nincreases = [{from = 2021-01-01, percent = 3}]"),
    ),
    problem("Decimals of a figure that does not rise", said(PRICED, f"{PRICED}\nrounded = 2")),
    problem(
        "Too many decimals",
        said(PRICED, f"{PRICED}\nrounded = 7\nincreases = [{{from = 2021-01-01, percent = 3}}]"),
    ),
    problem(
        "A rise of a row that was raised",
        said(
            PRICED, f'{PRICED}\nincreases = [{{from = 2021-01-01, percent = 3}}]\nincrease = "CPI"'
        ),
    ),
    problem("No rise of a document", said(DATED, f"{DATED}\nincreases = []")),
    problem(
        "A rise of a document before one of its rows",
        said(DATED, f"{DATED}\nincreases = [{{from = 2020-01-01, percent = 3}}]"),
    ),
    problem(
        "A rise that an amendment agrees on, without the figures",
        said(PACKAGE, 'charge = "discount"'),
        said(PRICED, "percent = 15"),
        said(TITLE_1, f"{TITLE_1}\nincreases = [{{from = 2021-01-01, percent = 3}}]"),
    ),
    problem(
        "More rows with their rises than a contract has",
        more(
            f"[[amendments.rows]]\nquantity_from = 1\ncharge = 'package'\nprice = 5.00\n"
            f"increases = [{', '.join(f'{{from = {y}-01-01, percent = 3}}' for y in (2021, 2022))}]"
        ),
        set_to(toml_reader, "MOST_ROWS", 4),
    ),
)


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


@each([*CONTRACT_FILES, *AS_PRINTED, *SLIPS])
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
