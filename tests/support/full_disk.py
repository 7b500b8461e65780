"""A disk that is full after some files."""

import errno
import os
from collections.abc import Callable


def with_room_for(files: int) -> Callable[[int], None]:
    """What takes the place of `os.fsync` on a disk with room for so many files."""
    sync = os.fsync
    synced: list[int] = []

    def fill(number: int) -> None:
        synced.append(number)
        if len(synced) > files:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(number)

    return fill
