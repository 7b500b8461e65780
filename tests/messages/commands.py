"""The command line: what it answers, and what was typed wrong."""

import errno
import io
import os
import sys
import tempfile

from tests.messages.base import FILE, PRICE, said
from tests.messages.disks import refusing
from tests.messages.entry import Entry, Given, Group, Here
from xlfuncs import temporary_files
from xlfuncs.cli import main

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
    refusing(temporary_files, "create", errno.ENOSPC)(here)


def broken_name(here: Here) -> str:
    err = io.StringIO()
    here.put(sys, "stderr", err)
    main(["check", "contract\n.toml"])
    return err.getvalue()


def unwritten(here: Here) -> str:
    err = io.StringIO()
    here.put(sys, "stdout", FullDisk())
    here.put(sys, "stderr", err)
    main(PRICE.split()[1:])
    return err.getvalue()


COMMANDS = Group(
    "The command line",
    "Exit status 0 comes with an answer; 1 where there is no price, or an error or a difference "
    "was found; 2 with what could not be done.",
    (
        Entry("A price", PRICE),
        Entry("An explanation", PRICE.replace("price", "explain", 1)),
        Entry(
            "A price as JSON", f"{PRICE} --json", shown='"(kind|price|source|quantity_to|reason)"'
        ),
        Entry("Bad input as JSON", f"xlfuncs price 12,5o 2020-03-01 --contract {FILE} --json"),
        Entry(
            "The price table of a day", f"xlfuncs schedule 2020-03-01 --contract {FILE}", ADDITIONAL
        ),
        Entry(
            "A price through the years",
            f"xlfuncs timeline 100 --contract {FILE}",
            (said('prefix = "ACME"', 'prefix = "ACME"\ncurrency = "USD"'),),
        ),
        Entry("A file without the end of its name", "xlfuncs check contract"),
        Entry("A name that no file can have", f"xlfuncs check {'x' * 300}.toml"),
        Entry(
            "A price through the years, of a service that the contract does not have",
            f"xlfuncs timeline 100 --service Gardening --contract {FILE}",
        ),
        Entry(
            "A name with a line break",
            "xlfuncs check contract?.toml, where ? is the end of a line",
            run=broken_name,
        ),
        Entry("A file to write without a name", f"xlfuncs build {FILE} -o ''"),
        Entry(
            "No room for temporary files",
            f"xlfuncs check {FILE}",
            (Given("the disk for temporary files is full", no_room),),
        ),
        Entry("The version", "xlfuncs --version", shown=r"^xlfuncs \d"),
        Entry("No command", "xlfuncs"),
        Entry("A command that is none", "xlfuncs prize 100 2020-03-01"),
        Entry("An argument too few", "xlfuncs price 100"),
        Entry("An argument too many", "xlfuncs price 100 IPs 2020-03-01"),
        Entry("An option that is misspelt", f"{PRICE} --serivce Scanning"),
        Entry(
            "Nowhere to write the answer",
            f"{PRICE} > answer.txt",
            (Given("the disk is full"),),
            run=unwritten,
        ),
    ),
)
