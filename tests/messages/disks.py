"""What the system refuses, as it does with such a disk, folder or file."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.messages.entry import Given, Here
from xlfuncs import output_files


def a_folder(here: Here) -> None:
    (here.folder / "prices.xlsx").mkdir()


def refusing(module: Any, name: str, code: int) -> Callable[[Here], None]:
    """The system refuses something, as it does with such a disk."""

    def refuse(*given: Any, **named: Any) -> None:
        raise OSError(code, os.strerror(code))

    return lambda here: here.put(module, name, refuse)


def read_only(here: Here) -> None:
    here.put(os, "access", lambda path, mode: mode != os.W_OK)


LOCKED = Given(
    "the folder is read-only, or Excel has the file open",
    refusing(output_files, "create", errno.EACCES),
)
READ_ONLY_DISK = Given("the disk is read-only", refusing(output_files, "create", errno.EROFS))
FULL = Given("the disk is full", refusing(os, "fsync", errno.ENOSPC))
TOO_LARGE = Given("no file may be that large", refusing(os, "fsync", errno.EFBIG))
BUSY = Given(
    "others write in the folder all the time", refusing(output_files, "alone_in", errno.EWOULDBLOCK)
)
UNREADABLE = refusing(Path, "read_bytes", errno.EACCES)
