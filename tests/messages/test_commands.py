"""The command line."""

import errno
import io
import os
import sys
import tempfile

from syrupy.assertion import SnapshotAssertion

from tests.messages.cases import (
    FILE,
    PRICE,
    Case,
    Here,
    book,
    each,
    main_alone,
    message_of,
    refusing,
    said,
    there,
)
from tests.support.small_contract import CONTRACT
from xlfuncs import temporary_files

ADDITIONAL = (
    said('charge = "per unit"', 'charge = "additional"'),
    said("unit_price = 10.00", "price = 500.00\nunit_price = 10.00"),
    said("quantity_from = 1\n", "quantity_from = 50\n"),
)


class FullDisk(io.StringIO):
    """A file on a disk on which there is no room."""

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_WRONLY)

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_room(here: Here) -> None:
    here.put(tempfile, "tempdir", str(here.folder))
    refusing(temporary_files, "create_locked", errno.ENOSPC)(here)


CASES = (
    Case("A price", PRICE),
    Case("An explanation", PRICE.replace("price", "explain", 1)),
    Case(
        "An explanation of what is not on file",
        PRICE.replace("price", "explain", 1),
        said('charge = "package"\nprice = 995.00', 'charge = "not on file"'),
    ),
    Case("An explanation of bad input", f"xlfuncs explain 0.5 2020-03-01 --contract {FILE}"),
    Case("A price as JSON", f"{PRICE} --json", shown='"(kind|price|source|quantity_to|reason)"'),
    Case("Bad input as JSON", f"xlfuncs price 12,5o 2020-03-01 --contract {FILE} --json"),
    Case("The price table of a day", f"xlfuncs schedule 2020-03-01 --contract {FILE}", *ADDITIONAL),
    Case(
        "A price through the years",
        f"xlfuncs timeline 100 --contract {FILE}",
        said('prefix = "ACME"', 'prefix = "ACME"\ncurrency = "USD"'),
    ),
    Case(
        "The price table of a day, where purchases add up",
        f"xlfuncs schedule 2020-03-01 --contract {FILE}",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "contract year"'),
    ),
    Case(
        "A price through the years, where nobody says whether purchases add up",
        f"xlfuncs timeline 1 --contract {FILE}",
        said('unit = "IPs"', 'unit = "IPs"\ncounted = "not said"'),
    ),
    Case("A file without the end of its name", "xlfuncs check contract"),
    Case("A name that no file can have", f"xlfuncs check {'x' * 300}.toml"),
    Case(
        "A price through the years, of a service that the contract does not have",
        f"xlfuncs timeline 100 --service Gardening --contract {FILE}",
    ),
    Case(
        "A name with a line break",
        "xlfuncs check contract?.toml, where ? is the end of a line",
        run=lambda here: main_alone(["check", "contract\n.toml"], here, sys.stdout),
    ),
    Case("A file to write without a name", f"xlfuncs build {FILE} -o ''"),
    Case("No room for temporary files", f"xlfuncs check {FILE}", no_room),
    Case("The version", "xlfuncs --version", shown=r"^xlfuncs \d"),
    Case("No command", "xlfuncs", shown="^(usage|Contract prices)"),
    Case("A command that is none", "xlfuncs prize 100 2020-03-01"),
    Case("A command of two words that is none", "xlfuncs calc instal"),
    Case("A command that is like none", "xlfuncs 2020-03-01"),
    Case("A question without a command", "xlfuncs 100 2020-03-01"),
    Case("A question to a contract without a command", f"xlfuncs {FILE} 100 2020-03-01"),
    Case("A quantity without a command", "xlfuncs 100"),
    Case("A contract before the command", f"xlfuncs {FILE} price 100 2020-03-01"),
    Case("A contract first", f"xlfuncs price {FILE} 100 2020-03-01"),
    Case("Two contracts", f"xlfuncs price {FILE} 100 2020-03-01 -c {FILE}"),
    Case("The shipped contract beside another", "xlfuncs price 100000 2013-12-20"),
    Case(
        "The shipped contract beside several",
        "xlfuncs price 100000 2013-12-20",
        there("another.toml", CONTRACT),
        there("book.xlsx", book),
    ),
    Case("The shipped contract by its name", "xlfuncs price 100000 2013-12-20 -c shipped"),
    Case("An argument too few", "xlfuncs price 100"),
    Case("No argument", "xlfuncs price"),
    *(
        Case(f"No argument for {command}", f"xlfuncs {command}")
        for command in ("schedule", "timeline", "diff", "import", "calc recalc", "batch")
    ),
    Case("A quantity and a date that are swapped", f"xlfuncs price 2020-03-01 100 -c {FILE}"),
    Case("A contract first, without the end of its name", "xlfuncs price contract 100 2020-03-01"),
    Case("A contract that is not there", "xlfuncs price mine.toml 100 2020-03-01"),
    Case("An argument too many", "xlfuncs price 100 IPs 2020-03-01"),
    Case("An argument too many for a day", "xlfuncs schedule 20 March 2020"),
    Case("An argument too many for a check", f"xlfuncs check {FILE} {FILE}"),
    Case("An argument for a command that has none", f"xlfuncs sql {FILE} --dialect spark"),
    Case("An option twice", f"{PRICE} --through 1 --through 2"),
    Case(
        "All that is wrong with a question",
        f"xlfuncs price 1,23 3/1/2020 --service Gardening --known-on then --through no -c {FILE}",
    ),
    Case(
        "All that is wrong with a question, as JSON",
        f"xlfuncs price 1,23 2020-3-1 -c {FILE} --json",
    ),
    *(
        Case(f"The quantity {quantity}", f"xlfuncs timeline {quantity} -c {FILE}", shown="^xl")
        for quantity in (
            "100.000",
            "100.000,5",
            "1.000.000",
            "10,00,000",
            "0,123",
            "100k",
            "1,000.5",
        )
    ),
    *(
        Case(f"The day {day}", f"xlfuncs schedule '{day}' -c {FILE}")
        for day in (
            *("5/6/2020", "31.12.2020", "13/13/2020", "3/1/20", "20200301", "20201301"),
            *("2020-3-1", "2020-02-30", "Feb 30, 2020", "1 March 20", "March 2020", "soon"),
        )
    ),
    Case("An option that is misspelt", f"{PRICE} --serivce Scanning"),
    Case("An option that is like none", f"{PRICE} --xyz"),
    Case(
        "Nowhere to write the answer",
        f"{PRICE} > answer.txt",
        run=lambda here: main_alone(PRICE.split()[1:], here, FullDisk()),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
