"""What the command line prints to people, made harmless in one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO, cast

from xlfuncs.tables.harmless import harmless


class Untaken(OSError):
    """What is printed cannot be taken: a full disk, or a reader who has gone."""


class Guarded:
    """A stream whose text cannot act on a terminal, whatever names are in it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._untaken: Untaken | None = None

    def write(self, text: str) -> int:
        with self._taking():
            self.stream.write(harmless(text))
        return len(text)

    def write_as_it_is(self, text: str) -> None:
        with self._taking():
            self.stream.write(text)

    def write_bytes(self, source: BinaryIO) -> None:
        """Write a file as it is."""
        from shutil import copyfileobj  # noqa: PLC0415 - seldom

        with self._taking():
            copyfileobj(source, self.stream.buffer)

    def flush(self) -> None:
        with self._taking():
            self.stream.flush()
        if self._untaken:  # and whoever printed has not minded
            raise self._untaken

    @contextmanager
    def _taking(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._untaken = Untaken(error.errno, error.strerror)
            raise self._untaken from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def unguarded(stream: TextIO) -> TextIO:
    """The stream as it is, for what moves the cursor itself."""
    return stream.stream if isinstance(stream, Guarded) else stream


@contextmanager
def guarded() -> Iterator[None]:
    """Guard what is printed; a letter that the stream cannot write does not end the program."""
    before = sys.stdout, sys.stderr
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # there may be none, or one of a test
            stream.reconfigure(errors="replace")
    if sys.stdout:
        sys.stdout = cast(TextIO, Guarded(sys.stdout))
    sys.stderr = cast(TextIO, Guarded(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def print_as_it_is(text: str) -> None:
    """Print data, which is no message, or what is harmless already and has signs of its own."""
    if isinstance(sys.stdout, Guarded):
        sys.stdout.write_as_it_is(text)
    elif sys.stdout:
        sys.stdout.write(text)


def print_bytes(source: BinaryIO) -> None:
    """Print a file as it is, where there is anywhere to print."""
    if isinstance(sys.stdout, Guarded):
        sys.stdout.write_bytes(source)


def open_closed() -> None:
    """Have the numbers of closed standard streams lead nowhere.

    The first files to be opened would get these numbers otherwise, and be written into by whatever
    prints.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free


def flush() -> None:
    """Raises OSError where what was printed cannot be taken."""
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()


def give_up() -> None:
    """Have what cannot be taken lead nowhere, since Python writes it once more at its end."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):  # it is no file of the system
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
