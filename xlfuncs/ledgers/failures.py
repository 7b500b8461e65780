"""What a database could not do, in words that name what is at fault, which seldom is the ledger."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from xlfuncs.pricing.kinds import BadInput

FULL = {
    **{os.strerror(code): code for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)},
    "max_temp_directory_size": errno.ENOSPC,
}
"""What the system and the database say of a disk that takes no more, with the system's number."""

DISK = {
    os.strerror(errno.EACCES): "a file may not be written where it should be",
    os.strerror(errno.EIO): "the disk has a fault",
    "Failed to create directory": "there is no folder for what memory does not hold",
}
"""What they say of other faults of a disk, and our words for it."""

ANOTHER = "set TMPDIR to a folder on another disk"
READING, WRITING = "cannot be read", "the answers cannot be written"


class NoRoom(OSError):
    """The disk takes no more; `said` is the database's text, which names the file."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code, os.strerror(code))
        self.said = said


class Failure(NamedTuple):
    """Errors of the database by their names, whether the ledger is at fault, and what is said."""

    errors: tuple[str, ...]
    ledger: bool
    words: str


FAILURES = (
    Failure(
        ("OutOfMemoryException",),
        False,
        "there is not enough memory for it; take out columns that are not needed, or split the "
        "ledger into several",
    ),
    Failure(
        ("OutOfRangeException",),
        True,
        "a figure or a sum has more digits than the database holds; split the ledger into several",
    ),
    Failure(
        ("ConversionException",),
        True,
        "a cell holds what its type cannot, such as a day beyond all calendars; export it as .csv",
    ),
    Failure(
        ("InvalidInputException", "IOException", "NotImplementedException", "HTTPException"),
        True,
        "it is damaged, or of a kind that the database does not know; export it again, or as .csv",
    ),
)
OTHERWISE = Failure(
    (),
    False,
    "the contract has more prices than one look-up in the database can have; price fewer years or "
    "services at a time",
)


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """Raise BadInput or NoRoom where the database fails, KeyboardInterrupt where it is stopped."""
    from duckdb import Error, InterruptException  # noqa: PLC0415 - needed for ledgers alone

    try:
        yield
    except InterruptException:
        raise KeyboardInterrupt from None
    except Error as error:
        text = str(error)
        for sign, code in FULL.items():
            if sign in text:
                raise NoRoom(code, text) from None
        raise BadInput(why(what, type(error).__name__, text)) from None


def why(what: str, error: str, text: str) -> str:
    """Why the database failed, and what to do, without what it says of its own insides.

    >>> why(READING, "OutOfRangeException", "Overflow in multiplication")[:40]
    'cannot be read: a figure or a sum has mo'
    >>> why(READING, "IOException", "could not write: Input/output error")
    'cannot be priced: the disk has a fault; set TMPDIR to a folder on another disk'
    """
    failure = next((each for each in FAILURES if error in each.errors), OTHERWISE)
    found = next((words for sign, words in DISK.items() if sign in text), "")
    if found:
        failure = Failure((), False, f"{found}; {ANOTHER}")
    done = what if failure.ledger or what == WRITING else "cannot be priced"
    return f"{done}: {failure.words}"
