"""Print tables, sentences and progress to people, made harmless in one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from threading import Event, Thread
from typing import Any, BinaryIO, TextIO, cast

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlfuncs.pricing.explain import assumptions
from xlfuncs.pricing.price_book import Answer
from xlfuncs.sheets.cells import harmless

# Sentences for people: clause by clause on a terminal, plain where there is none.

LEAST_WIDTH = 24
"""Below that a width is none, or the terminal itself breaks the lines."""


def print_sentence(clauses: Sequence[str], *, error: bool = False) -> None:
    """Prints a sentence in one line, or on a terminal each clause on lines of its own."""
    stream = sys.stderr if error else sys.stdout
    if not is_terminal(stream):
        print("; ".join(clauses), file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream)
    width = max(LEAST_WIDTH, console.width)
    for number, clause in enumerate(clauses):
        indent = "  " if number else ""
        for line in Text(clause).wrap(console, width - len(indent)):
            print(f"{indent}{line.plain}".rstrip(), file=stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads along; there may be no stream at all."""
    return stream is not None and stream.isatty()


# What the command line prints to people, made harmless in one place.


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
        from shutil import copyfileobj

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


# Tables for people: as wide as the terminal, plain where there is none.

PLAIN_WIDTH = 10_000
"""Characters a line may have where no terminal says how many fit: each row stays on its line."""

LEAST_WORDS = 18
"""Characters that a column of words needs to be read; with less, each row is a paragraph."""

BETWEEN = 3
"""Characters between two columns, one of them after the first."""

RULED = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""A line below the titles, of letters that every terminal and every file has."""


class Column(str):
    """The title of a column.

    Cells of a `whole` one are read in one piece; what all rows have in one to be said `once` is
    said above the table, where the terminal is all that counts.
    """

    whole: bool
    once: bool

    def __new__(cls, title: str, *, whole: bool = False, once: bool = False) -> Column:
        column = super().__new__(cls, title)
        column.whole, column.once = whole, once
        return column


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows under their titles; on a narrow terminal, row by row as paragraphs."""
    every: list[Sequence[str]] = [list(map(harmless, row)) for row in rows]
    if not every:
        return
    width = _width_here()
    if width == PLAIN_WIDTH:
        _print(_table(columns, every), width)
        return
    said, columns, every = _said_once(columns, every)
    if said:
        _print(Text(f"{said}\n"), width)
    table = _table(columns, every)
    if _least_width(columns, every) <= width:
        _print(table, width)
    else:
        _print_paragraphs(columns, every, width)


def assumed_in(answers: Iterable[Answer]) -> Iterator[str]:
    """What the answers in a table rest on, each assumption once."""
    rows = dict.fromkeys(row._replace(place=None) for each in answers for row in each.assumptions)
    yield from (f"assumed: {assumption}" for assumption in assumptions(rows, list(rows)))


def print_below(lines: Iterable[str], *, of_table: bool = True) -> None:
    """Prints what is to be said of a table, after a blank line; nothing where there is nothing."""
    for number, line in enumerate(lines):
        if of_table and not number:
            print()
        _print(Text(harmless(line)), _width_here())


def _width_here() -> int:
    if not is_terminal(sys.stdout):
        return PLAIN_WIDTH
    return max(LEAST_WIDTH, Console().width)


def _table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=RULED, pad_edge=False, show_edge=False)
    for column in columns:
        least = 1 if column.whole else LEAST_WORDS
        longest = max((_width(row[columns.index(column)]) for row in rows), default=0)
        table.add_column(
            column,
            overflow="fold",
            no_wrap=column.whole,
            min_width=min(least, max(longest, len(column))),
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _width(text: str) -> int:
    return Text(text).cell_len


def _least_width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """The width in which the table can still be read."""
    widths = []
    for number, column in enumerate(columns):
        longest = max([len(column), *(_width(row[number]) for row in rows)])
        widths.append(longest if column.whole else min(longest, LEAST_WORDS))
    return sum(widths) + BETWEEN * (len(widths) - 1)


def _said_once(
    columns: Sequence[Column], rows: list[Sequence[str]]
) -> tuple[str, Sequence[Column], list[Sequence[str]]]:
    """What all rows say alike, and the table without it."""
    alike = [
        number
        for number, column in enumerate(columns)
        if column.once and len({row[number] for row in rows}) == 1
    ]
    left = [number for number in range(len(columns)) if number not in alike]
    said = ", ".join(rows[0][number] for number in alike)
    return said, [columns[n] for n in left], [[row[n] for n in left] for row in rows]


def _print_paragraphs(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> None:
    for number, row in enumerate(rows):
        if number:
            print()
        grid = Table.grid(padding=(0, 2, 0, 0))
        for column, cell in zip(columns, row, strict=True):
            grid.add_row(Text(column, style="bold"), Text(cell, overflow="fold"))
        _print(grid, width)


def _print(shown: Table | Text, width: int) -> None:
    console = Console(width=width, highlight=False)
    with console.capture() as printed:
        console.print(shown)
    lines = (line.rstrip() for line in printed.get().splitlines())
    print_as_it_is("".join(f"{line}\n" for line in lines))  # the signs make titles bold


# How far a long piece of work is, for somebody who waits at a terminal.

EVERY = 0.2
"""Seconds between one look and the next."""


@contextmanager
def working(what: str, percent: Callable[[], float]) -> Iterator[None]:
    """Shows a bar on a terminal as long as the work goes on, and nothing elsewhere.

    `percent` tells how much is done, less than 0 where nobody knows.
    """
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    done = Event()
    # it moves the cursor itself, and what is printed meanwhile goes the usual way
    console = Console(file=unguarded(sys.stderr))
    with Progress(
        console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(what, total=None)

        def look() -> None:
            while not done.wait(EVERY):
                done_now = percent()
                total = None if done_now < 0 else 100
                progress.update(task, total=total, completed=max(0, done_now))

        watcher = Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
