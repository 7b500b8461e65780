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
    each,
    main_alone,
    message_of,
    refusing,
    said,
)
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
    Case("No command", "xlfuncs"),
    Case("A command that is none", "xlfuncs prize 100 2020-03-01"),
    Case("An argument too few", "xlfuncs price 100"),
    Case("An argument too many", "xlfuncs price 100 IPs 2020-03-01"),
    Case("An option that is misspelt", f"{PRICE} --serivce Scanning"),
    Case(
        "Nowhere to write the answer",
        f"{PRICE} > answer.txt",
        run=lambda here: main_alone(PRICE.split()[1:], here, FullDisk()),
    ),
)


@each(CASES)
def test_messages(case: Case, snapshot: SnapshotAssertion) -> None:
    assert message_of(case) == snapshot
