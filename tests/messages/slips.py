"""What people write in a contract file that is no TOML."""

from tests.messages.base import FILE, instead, of_file, said
from tests.messages.entry import Entry, Given, Group

PRICED, CLAUSE, SIGNED = "price = 995.00", 'clause = "2"', "signed = 2020-02-01"


def slip(title: str, *given: Given) -> Entry:
    return of_file(title, *given, shown=f"^xlfuncs: {FILE}: ")


SLIPS = Group(
    "Contract files that are not TOML",
    "The line is shown, and what belongs there. Nothing else of the file is looked at until it is "
    "right; exit status 2.",
    (
        slip("A decimal comma", said(PRICED, "price = 995,00")),
        slip("A currency sign", said(PRICED, "price = $995.00")),
        slip("A comma between thousands", said(PRICED, "price = 9,995.00")),
        slip("A percent sign", said(PRICED, "percent = 15%")),
        slip("A day as letters have it", said(SIGNED, "signed = 02/01/2020")),
        slip("A day without noughts", said(SIGNED, "signed = 2020-2-1")),
        slip("A text without quotes", said('charge = "package"', "charge = package")),
        slip("A text without its last quote", said(CLAUSE, 'clause = "2')),
        slip("Quotes of a word processor", said(CLAUSE, "clause = \u201c2\u201d")),
        slip("Nothing behind the =", said(CLAUSE, "clause =")),
        slip("A line without =", said(CLAUSE, "clause 2")),
        slip("A key twice", said(CLAUSE, f"{CLAUSE}\n{CLAUSE}")),
        slip("A single bracket in place of two", said("[[services]]", "[services]\n[[services]]")),
        slip("A text that is never closed", instead('name = """Example')),
        slip("A number that nobody can count", said(PRICED, f"price = 1e{'9' * 30}")),
    ),
)
