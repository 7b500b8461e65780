"""What keeps a file from being written, in the words of its owner."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `xlfuncs price` starts without it
    from pathlib import Path

SENTENCES = {
    errno.EACCES: "is open in another program, or its folder is read-only",
    errno.EPERM: "is open in another program, or its folder is read-only",
    errno.EROFS: "lies on a disk that is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "no file may be that large here",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EWOULDBLOCK: "other programs are writing in its folder all the time",
}
"""By the number that the system gives; the rest is said in its own words."""


ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""What comes of writing alone, never of reading."""


def lack_of_room(text: str) -> OSError | None:
    """The error of the system that a library tells of in words of its own."""
    found = (code for code in ROOM if os.strerror(code) in text)
    return next((OSError(code, os.strerror(code)) for code in found), None)


def opened_by(path: Path) -> str | None:
    """The program that has a file open by its own account, None where none says so.

    Excel and LibreOffice leave a file beside it as long as they have it open.
    """
    for program, name in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if os.path.exists(path.with_name(name)):
            return f"{program} (its file {name} says so)"
    return None


def is_loop(link: Path) -> bool:
    """Whether a link leads to nothing but links."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def why_not(error: OSError) -> str:
    """Why a file cannot be written."""
    return SENTENCES.get(error.errno or 0, error.strerror or str(error))
