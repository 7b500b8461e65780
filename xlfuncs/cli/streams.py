"""The standard streams of a command.

Nothing that is printed acts on a terminal, and none of the streams has to be open.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO, cast

from xlfuncs.sheets.cells import escape_unseen


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is reading; there may be no stream at all."""
    return stream is not None and stream.isatty()


class PrintFailed(OSError):
    """A standard stream takes no more output: its disk is full, or its reader has gone."""


class Guarded:
    """A stream whose text cannot act on a terminal, whatever names are in it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._failure: PrintFailed | None = None

    def write(self, text: str) -> int:
        with self._noting_failure():
            self.stream.write(escape_unseen(text))
        return len(text)

    def write_as_it_is(self, text: str) -> None:
        with self._noting_failure():
            self.stream.write(text)

    def write_bytes(self, source: BinaryIO) -> None:
        from shutil import copyfileobj

        with self._noting_failure():
            copyfileobj(source, self.stream.buffer)

    def flush(self) -> None:
        with self._noting_failure():
            self.stream.flush()
        if self._failure:  # which the code that printed may have ignored
            raise self._failure

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._failure = PrintFailed(error.errno, error.strerror)
            raise self._failure from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def guard_streams() -> Iterator[None]:
    """Guard stdout and stderr; characters that they cannot encode are printed as `?`."""
    before = sys.stdout, sys.stderr
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # there may be none, or one of a test
            stream.reconfigure(errors="replace")
    if sys.stdout:
        sys.stdout = cast("TextIO", Guarded(sys.stdout))
    sys.stderr = cast("TextIO", Guarded(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def open_closed_streams() -> None:
    """Open os.devnull in place of standard streams that are closed.

    The first files to be opened would get their numbers otherwise, and be written into by whatever
    prints.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free


def flush_streams() -> None:
    """Flush stdout and stderr. Raises OSError where what was printed cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()


def discard_unwritable_output() -> None:
    """Send what cannot be printed to os.devnull, or Python fails on it again at exit."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):  # it is no file of the system
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
