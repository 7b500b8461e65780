"""What is said of ledgers."""

import errno
import sys
from contextlib import redirect_stderr
from datetime import date
from io import StringIO
from pathlib import Path

import openpyxl

from tests.messages.base import CONTRACT, FILE, said
from tests.messages.disks import LOCKED, refusing
from tests.messages.entry import Entry, Given, Group, Here
from tests.support.hostile_ledgers import HOSTILE
from xlfuncs.cli import batch, ledger_arguments, main
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.ledgers import price_table
from xlfuncs.pricing.flattened import flatten
from xlfuncs.pricing.price_book import PriceBook

TWO_SERVICES = (
    said('unit = "IPs"\n', 'unit = "IPs"\n\n[[services]]\nname = "Support"\n'),
    said('clause = "1"', 'clause = "1"\nservice = "Scanning"'),
    said('clause = "2"', 'clause = "2"\nservice = "Support"'),
)

LEDGER = "ledger.csv"
BATCH = f"xlfuncs batch {LEDGER} -o priced.csv --contract {FILE}"
GOOD = "Quantity,Date,Paid\n100,2020-03-01,995.00\n"


def remarks(here: Here) -> str:
    contract = read_toml(CONTRACT.encode()).contract
    assert contract is not None
    lines = flatten(PriceBook(contract), date(2019, 1, 1).toordinal())
    return "\n".join(dict.fromkeys(line.answer.remark for line in lines if line.answer.remark))


def ledger(text: str, name: str = LEDGER, encoding: str = "utf-8") -> Given:
    """A file with these lines."""
    return Given(f"`{name}` says {text!r}", lambda here: here.write(name, text.encode(encoding)))


def asked(title: str, text: str, *options: str, shown: str = "") -> Entry:
    """A ledger that holds this text."""
    return Entry(title, " ".join([BATCH, *options]), (ledger(text),), shown)


def sheet(here: Here) -> None:
    openpyxl.Workbook().save(here.folder / "ledger.xlsx")


def changes(here: Here) -> None:
    here.write(LEDGER, GOOD)
    write = ledger_arguments.write_priced

    def meanwhile(*given: object) -> None:
        write(*given)  # type: ignore[arg-type] # whatever it is given
        here.write(LEDGER, GOOD * 2)

    here.put(batch, "write_priced", meanwhile)


def is_saved(here: Here) -> None:
    here.write(LEDGER, GOOD)
    here.write("priced.csv", "")
    write = ledger_arguments.write_priced

    def meanwhile(*given: object) -> None:
        write(*given)  # type: ignore[arg-type] # whatever it is given
        here.write("priced.csv", "mine")

    here.put(batch, "write_priced", meanwhile)


def folder(here: Here) -> None:
    (here.folder / LEDGER).mkdir()


def long(here: Here) -> None:
    here.write(LEDGER, f"Quantity,Date,Memo\n1,2020-03-01,{'x' * 32_768}\n")


def wide(here: Here) -> None:
    here.write(LEDGER, ",".join(map(str, range(2001))))


def longer(here: Here) -> None:
    here.write(LEDGER, f'Quantity,Date,Memo\n1,2020-03-01,"{"x" * 2**23}\n"\n')


def badly_named(here: Here) -> str:
    err = StringIO()
    with redirect_stderr(err):
        main(["batch", "ledger\udcff.csv"])
    return err.getvalue()


def made(here: Here, name: str) -> None:
    HOSTILE[name][0](here.folder / name)


def closed(here: Here) -> str:
    err = StringIO()
    here.put(sys, "stdout", None)
    here.put(sys, "stderr", err)
    main(["batch", str(here.folder / LEDGER)])
    return err.getvalue()


def full(here: Here) -> None:
    from xlfuncs.ledgers import outputs

    here.write(LEDGER, GOOD)
    here.put(outputs, "MOST_ROWS", 0)


def lacking(here: Here) -> None:
    here.write(LEDGER, GOOD)
    here.put(ledger_arguments, "LIBRARIES", ("duckdb", "no_such_library"))


ANSWERED = asked(
    "What a ledger comes to",
    "Quantity,Date,Paid,Service\n100,2020-03-01,1000.00,\n1,2020-03-01,free,\n0,2020-03-01,7,\n"
    "x,2020-03-01,1,\n-1,2020-03-01,1,\n1.5,2020-03-01,1,\n1,1/3/2020,1,\n,,,\n1,2020-03-01,1,Cars\n"
    "1,2020-03-01,1\n",
)

LEDGERS = Group(
    "Ledgers",
    "Each line of a ledger has a remark beside its price, in the same words for every quantity and "
    "day that is answered alike; the first lines that are wrong are told on the screen as well.",
    (
        Entry("The remarks of a contract", "flat_lines(PriceBook(contract), ...)", run=remarks),
        ANSWERED,
        asked("Many faulty lines", "Quantity,Date\n" + "x,2020-03-01\n" * 22, shown="lines|more"),
        asked("A column that is not there", "Quantity,When\n"),
        asked("Two columns that may be meant", "Quantity,Date,Amount,Total\n"),
        asked("Two columns that are not there", "How many,When\n"),
        asked("Another sign between the cells", "Quantity;Date\n1;2020-03-01\n"),
        asked("Lines above the titles", "Purchases of 2020,,\nQuantity,Date,Paid\n"),
        asked("Decimals that may be thousands", GOOD.replace("995.00", "1.250"), shown="note"),
        asked(
            "The same with decimal commas",
            "Quantity;Date;Paid\n100;2020-03-01;1,250\n",
            "--delimiter ';' --decimal-comma",
            shown="note",
        ),
        asked("A column that stands there twice", "Quantity,QUANTITY,Date\n"),
        asked("A named column that is not there", "Quantity,When\n", "--purchased Day"),
        Entry(
            "Several services, and no column that tells which",
            BATCH,
            (
                *TWO_SERVICES,
                ledger(GOOD),
            ),
        ),
        Entry("Too many columns", BATCH, (Given("the ledger has 2,001 columns", wide),)),
        *(
            Entry(
                f"A ledger that is not as it should be, `{name}`",
                f"xlfuncs batch {name} -o priced.csv --contract {FILE}",
                (Given(f"`{name}` of the tests", lambda here, name=name: made(here, name)),),
            )
            for name, (_, words) in HOSTILE.items()
            if words
        ),
        Entry(
            "No room for the copy of a ledger",
            BATCH,
            (ledger(GOOD), Given("the disk is full", refusing(Path, "open", errno.ENOSPC))),
        ),
        Entry("An output that is closed", "xlfuncs batch ledger.csv", (ledger(GOOD),), run=closed),
        asked("A ledger without titles", "\n\n"),
        asked("A line of titles that is broken", 'Quantity,"Date\n1,2\n'),
        Entry(
            "Another encoding",
            BATCH,
            (ledger("Quantity,Date,City\n1,2020-03-01,Köln\n", encoding="cp1252"),),
        ),
        asked("An encoding that it is not", GOOD + "é", "--encoding ascii"),
        asked("An encoding that there is not", GOOD, "--encoding windoof"),
        asked("A delimiter that is none", GOOD, "--delimiter ab"),
        asked("Two meanings of a comma", GOOD, "--decimal-comma"),
        Entry(
            "A price list of too many lines",
            BATCH,
            (
                ledger(GOOD),
                Given(
                    "the price list has more than 500,000 lines",
                    lambda here: here.put(price_table, "MOST_LINES", 2),
                ),
            ),
        ),
        Entry("A ledger of another kind", f"xlfuncs batch {FILE}"),
        Entry("A ledger that is not there", BATCH),
        Entry(
            "One name for two files",
            f"{BATCH.replace('priced.csv', 'priced.xlsx')} --report priced.xlsx",
            (ledger(GOOD),),
        ),
        asked("A report of what was paid, where nothing says so", "Qty,Date\n", "--report r.xlsx"),
        asked("A ledger and its report", GOOD.replace("995", "999"), "--report r.xlsx"),
        Entry(
            "A ledger that may not be read",
            BATCH,
            (ledger(GOOD), Given("nobody may read it", refusing(Path, "open", errno.EACCES))),
        ),
        Entry(
            "A folder",
            BATCH,
            (Given(f"`{LEDGER}` is a folder", lambda here: (here.folder / LEDGER).mkdir()),),
        ),
        Entry(
            "An output of another kind", BATCH.replace("priced.csv", "priced.txt"), (ledger(GOOD),)
        ),
        Entry(
            "An output in a folder that is not there",
            BATCH.replace("priced.csv", "no/priced.csv"),
            (ledger(GOOD),),
        ),
        Entry("The ledger as its own output", BATCH.replace("priced.csv", LEDGER), (ledger(GOOD),)),
        Entry(
            "A workbook that is none",
            f"xlfuncs batch ledger.xlsx -o priced.csv --contract {FILE}",
            (ledger(GOOD, "ledger.xlsx"),),
        ),
        Entry(
            "A sheet that is not there",
            f"xlfuncs batch ledger.xlsx --sheet Purchases -o priced.csv --contract {FILE}",
            (Given("`ledger.xlsx` has a blank sheet", sheet),),
        ),
        Entry(
            "A blank sheet",
            f"xlfuncs batch ledger.xlsx -o priced.csv --contract {FILE}",
            (Given("`ledger.xlsx` has a blank sheet", sheet),),
        ),
        Entry(
            "A .parquet that is none",
            f"xlfuncs batch ledger.parquet -o priced.csv --contract {FILE}",
            (ledger(GOOD, "ledger.parquet"),),
        ),
        Entry(
            "A ledger that is changed meanwhile",
            BATCH,
            (Given("Somebody saves the ledger while it is read", changes),),
        ),
        Entry(
            "An output that is changed meanwhile",
            BATCH,
            (Given("Somebody saves `priced.csv` meanwhile", is_saved),),
        ),
        Entry("A folder that is read-only", BATCH, (ledger(GOOD), LOCKED)),
        Entry(
            "More lines than a sheet has room for",
            BATCH.replace("priced.csv", "priced.xlsx"),
            (Given("A sheet has no room for any line", full),),
        ),
        Entry("A line without end", BATCH, (Given("a line has more than 2 MiB", longer),)),
        Entry(
            "A name that is no UTF-8 text",
            "xlfuncs batch ledger?.csv, where ? is the byte FF",
            run=badly_named,
        ),
        Entry(
            "A text that no cell can hold",
            BATCH.replace("priced.csv", "priced.xlsx"),
            (
                Given(
                    "A cell of the ledger has 32,768 letters",
                    lambda here: here.write(
                        LEDGER, f"Quantity,Date,Memo\n1,2020-03-01,{'x' * 32_768}\n"
                    ),
                ),
            ),
        ),
        Entry(
            "Libraries that are not installed",
            BATCH,
            (Given("A library is missing", lacking),),
        ),
    ),
)
