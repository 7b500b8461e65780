"""Questions that cannot be asked."""

from tests.messages.base import BOOK, FILE, edited, more, said
from tests.messages.entry import Entry, Given, Group, Here
from tests.messages.no_price import SECOND_SERVICE
from xlfuncs.functions.cache import Workbook
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import load

OF_FILE = f"--contract {FILE}"


def in_cell(title: str, formula: str, *arguments: object, given: tuple[Given, ...] = ()) -> Entry:
    """A function in a cell of the workbook."""
    name = formula[1:].partition("(")[0].removeprefix("ACME_")

    def run(here: Here) -> str:
        return str(call(name, arguments, Workbook(load(here.folder / BOOK))))

    return Entry(title, f"{BOOK}  {formula}", given, run=run)


def asked(title: str, question: str, *given: Given) -> Entry:
    return Entry(title, f"xlfuncs price {question} {OF_FILE}", given)


def two_problems(book: object) -> None:
    book["Tiers"]["J5"].value = "12,5o"
    book["Amendments"]["I5"].value = "1o"


QUESTIONS = Group(
    "Questions",
    "A quantity, a day or a service that cannot be asked for is bad input, on the command line as "
    "in a cell. Functions in cells answer it "
    "with `#VALUE!` or `#NUM!`, and `ACME_EXPLAIN` with the sentence.",
    (
        asked("No number", "12,5o 2020-03-01"),
        asked("A negative quantity", "-1 2020-03-01"),
        asked("Part of a unit", "0.5 2020-03-01"),
        asked(
            "Part of a step",
            "30 2020-03-01",
            said('unit = "IPs"', 'unit = "IPs"\nstep = 25'),
            said("quantity_from = 1\n", "quantity_from = 25\n"),
        ),
        asked("A number of too many digits", "1234567890123456 2020-03-01"),
        asked("A quantity of too many decimals", "1.0000001 2020-03-01"),
        asked("No date", "100 1.3.2020"),
        asked("A day before all that is certain", "100 1899-12-31"),
        asked("No date to have known something on", "100 2020-03-01 --known-on today"),
        asked(
            "No service, where there are several",
            "100 2020-03-01",
            said("unit_price = 10.00", 'service = "Scanning"\nunit_price = 10.00'),
            said("price = 995.00", 'service = "Scanning"\nprice = 995.00'),
            more(SECOND_SERVICE),
        ),
        in_cell(
            "A text where a quantity belongs",
            '=ACME_EXPLAIN("100", DATE(2020,3,1))',
            "100",
            43891.0,
        ),
        in_cell(
            "A number that is none",
            "=ACME_EXPLAIN(1E+300*1E+300, DATE(2020,3,1))",
            float("inf"),
            43891.0,
        ),
        in_cell(
            "A number that is too large", "=ACME_EXPLAIN(1E+20, DATE(2020,3,1))", 1e20, 43891.0
        ),
        in_cell("A text where a day belongs", '=ACME_EXPLAIN(100, "1.3.2020")', 100.0, "1.3.2020"),
        in_cell(
            "A number where a service belongs",
            "=ACME_EXPLAIN(100, DATE(2020,3,1), 5)",
            100.0,
            43891.0,
            5.0,
        ),
        in_cell(
            "Sheets from which nothing is priced",
            "=ACME_EXPLAIN(100, DATE(2020,3,1))",
            100.0,
            43891.0,
            given=(
                edited("cell Tiers!J5 holds the text `12,5o`, Amendments!I5 `1o`", two_problems),
            ),
        ),
    ),
)
