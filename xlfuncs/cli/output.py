"""Print explanations, tables and progress to people, harmless and as wide as the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

from xlfuncs.api import MOST_SHOWN
from xlfuncs.cli.streams import Guarded, is_terminal
from xlfuncs.sheets.cells import escape_unseen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from xlfuncs.pricing.contract import Billed


# rich is imported where a terminal or a table needs it, since most of what is printed is one line.


# Data and explanations.


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


def print_labelled(lines: Sequence[tuple[str, str]]) -> None:
    """Print labels and texts, a line each; on a terminal side by side, as wide as it is."""
    if not is_terminal(sys.stdout):
        for label, text in lines:
            print(f"{label}: {text}")
        return
    from rich.console import Console
    from rich.text import Text

    width = _width_here()
    indent = max(len(label) for label, _ in lines) + len(":  ")
    if width < indent + LEAST_WORDS:
        indent = BETWEEN
    console = Console(width=width)
    for label, text in lines:
        first, *others = _wrap(Text(text), console, width - indent)
        start = f"{label}: ".ljust(indent)
        if len(start) > indent:
            print(start.rstrip())
            start = " " * indent
        for line in (f"{start}{first}", *(f"{' ' * indent}{line}" for line in others)):
            print(line)


def _wrap(text: Text, console: Console, width: int) -> list[str]:
    return [line.plain.rstrip() for line in text.wrap(console, width)]


def print_remarks(lines: Iterable[str]) -> None:
    """Print lines on stderr, below what is on stdout so far."""
    if sys.stdout:
        sys.stdout.flush()
    for line in lines:
        for part in _fit(f"xlfuncs: {line}", sys.stderr):
            print(part, file=sys.stderr)


def print_summary(lines: Iterable[str]) -> None:
    """Print lines on stderr, broken below their texts where they begin with a count."""
    for line in lines:
        indent = len(line) - len(line.lstrip(" 0123456789,")) if line.startswith(" ") else 0
        for part in _fit(line, sys.stderr, indent):
            print(part, file=sys.stderr)
    sys.stderr.flush()


def print_dim(lines: Iterable[str], *, error: bool = False) -> None:
    """Print what is beside an answer, less bright where a terminal is known to be able to."""
    stream = sys.stderr if error else sys.stdout
    write = stream.write_as_it_is if isinstance(stream, Guarded) else stream.write
    is_dimmed = os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("NO_COLOR")
    before, after = ("\x1b[2m", "\x1b[0m") if is_dimmed else ("", "")
    for line in lines:
        for part in _fit(escape_unseen(line), stream):
            write(f"{before}{part}{after}\n")


def _fit(text: str, stream: TextIO, indent: int = 0) -> list[str]:
    """Break a text between words where a terminal would break it anywhere."""
    if not is_terminal(stream):
        return [text]
    from textwrap import wrap

    width = terminal_width(stream)
    further = " " * (indent if width >= indent + LEAST_WORDS else BETWEEN)
    return wrap(text, width, break_on_hyphens=False, subsequent_indent=further if indent else "")


def terminal_width(stream: TextIO) -> int:
    try:
        return max(LEAST_WIDTH, os.get_terminal_size(stream.fileno()).columns)
    except OSError:  # a terminal of a program, which has no size
        return USUAL_WIDTH


def shortened(lines: Iterable[str], most: int = MOST_SHOWN) -> list[str]:
    """Return the first lines, and how many more there are."""
    every = list(lines)
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    return [*every[:most], *more]


# Tables.

PLAIN_WIDTH = 10_000
"""Characters a line may have where no terminal says how many fit: each row stays on its line."""

LEAST_WIDTH = 24
"""Below that a width is none, or the terminal itself breaks the lines."""

USUAL_WIDTH = 80
"""Where a terminal does not say how wide it is."""

LEAST_WORDS = 18
"""Characters that a column of words needs to be read; with less, each row is a paragraph."""

BETWEEN = 3
"""Characters between two columns, one of them after the first."""

RULED = "    \n    \n -- \n    \n    \n    \n    \n    \n"
"""A line below the titles, of letters that every terminal and every file has."""


class Column(NamedTuple):
    """A column of a table.

    Cells of a `whole` one are read in one piece; what all rows have in one to be said `once` is
    said above the table, where the terminal is all that counts.
    """

    title: str
    whole: bool = False
    once: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their titles; on a narrow terminal, row by row as paragraphs."""
    every: list[Sequence[str]] = [list(map(escape_unseen, row)) for row in rows]
    if not every:
        return
    width = _width_here()
    if width == PLAIN_WIDTH:
        _print(_table(columns, every), width)
        return
    common, columns, every = _take_common(columns, every)
    if common:
        _print_line(f"{common}\n")
    least = sum(_least_widths(columns, every)) + BETWEEN * (len(columns) - 1)
    if least <= width:
        _print(_table(columns, every), width)
    elif any(column.once for column in columns):
        _print_groups(columns, every)
    else:
        _print_paragraphs(columns, every, width)


def _print_groups(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print a table for each run of rows that are alike in what is said once."""
    alike = [number for number, column in enumerate(columns) if column.once]
    groups = groupby(rows, key=lambda row: [row[number] for number in alike])
    for number, (_, group) in enumerate(groups):
        if number:
            print()
        print_table(columns, group)


def print_below(lines: Iterable[str], *, of_table: bool = True) -> None:
    """Print what is to be said of a table, after a blank line; nothing where there is nothing."""
    for number, line in enumerate(lines):
        if of_table and not number:
            print()
        _print_line(escape_unseen(line))


def format_service(name: str, billed: Billed | None) -> str:
    """A service as a table names it, with what its prices are for.

    >>> from xlfuncs.pricing.contract import Billed
    >>> format_service("Storage", Billed.MONTH), format_service("Storage", None)
    ('Storage (per month)', 'Storage')
    """
    from xlfuncs.pricing.wording import format_billed

    return name if billed is None else f"{name} ({format_billed(billed)})"


def _width_here() -> int:
    if not is_terminal(sys.stdout):
        return PLAIN_WIDTH
    from rich.console import Console

    return max(LEAST_WIDTH, Console().width)


def _table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Table:
    from rich.box import Box
    from rich.table import Table
    from rich.text import Text

    every = list(rows)
    table = Table(box=Box(RULED, ascii=True), pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        least = 1 if column.whole else min(LEAST_WORDS, _longest(column.title, number, every))
        table.add_column(column.title, overflow="fold", no_wrap=column.whole, min_width=least)
    for row in every:
        table.add_row(*map(Text, row))
    return table


def _least_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """The width that each column needs to be read."""
    for number, column in enumerate(columns):
        longest = _longest(column.title, number, rows)
        yield longest if column.whole else min(longest, LEAST_WORDS)


def _longest(title: str, number: int, rows: Iterable[Sequence[str]]) -> int:
    from rich.cells import cell_len

    return max([len(title), *(cell_len(row[number]) for row in rows)])


def _take_common(
    columns: Sequence[Column], rows: list[Sequence[str]]
) -> tuple[str, Sequence[Column], list[Sequence[str]]]:
    """What all rows say alike, and the table without it."""
    alike = [
        number
        for number, column in enumerate(columns)
        if column.once and len({row[number] for row in rows}) == 1
    ]
    left = [number for number in range(len(columns)) if number not in alike]
    common = ", ".join(f"{columns[number].title}: {rows[0][number]}" for number in alike)
    return common, [columns[n] for n in left], [[row[n] for n in left] for row in rows]


def _print_paragraphs(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> None:
    from rich.table import Table
    from rich.text import Text

    for number, row in enumerate(rows):
        if number:
            print()
        grid = Table.grid(padding=(0, 2, 0, 0))
        for column, cell in zip(columns, row, strict=True):
            grid.add_row(Text(column.title, style="bold"), Text(cell, overflow="fold"))
        _print(grid, width)


def _print_line(text: str) -> None:
    from rich.text import Text

    _print(Text(text), _width_here())


def _print(shown: Table | Text, width: int) -> None:
    from rich.console import Console

    console = Console(width=width, highlight=False)
    with console.capture() as printed:
        console.print(shown)
    lines = (line.rstrip() for line in printed.get().splitlines())
    print_as_it_is("".join(f"{line}\n" for line in lines))  # the signs make titles bold


# How far a long piece of work is, for somebody who waits at a terminal.

EVERY = 0.2
"""Seconds between one look and the next."""


@contextmanager
def show_progress(
    what: str, percent: Callable[[], float], lines: Callable[[], int] = lambda: 0
) -> Iterator[None]:
    """Show a bar on a terminal as long as the work goes on, and nothing elsewhere.

    `percent` says how much is done, less than 0 where nobody knows; `lines` how many there are in
    all, 0 where nobody knows. What is left is estimated from what is done.
    """
    if not is_terminal(sys.stderr):
        yield
        return
    from threading import Event, Thread

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    done = Event()
    # it moves the cursor itself, and what is printed meanwhile goes the usual way
    stream = sys.stderr.stream if isinstance(sys.stderr, Guarded) else sys.stderr
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[done]}"),
        TimeRemainingColumn(),
        console=Console(file=stream),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(what, total=None, done="")

        def look() -> None:
            while not done.wait(EVERY):
                done_now = percent()
                if done_now < 0:
                    progress.update(task, total=None, completed=0, done="")
                    continue
                shown = format_done(done_now, lines())
                progress.update(task, total=100, completed=done_now, done=shown)

        watcher = Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def format_done(percent: float, lines: int) -> str:
    """Format how much is done, in lines where it is known how many there are.

    >>> format_done(41.2, 1_000_000), format_done(41.2, 0)
    ('412,000 of 1,000,000 lines', '41%')
    """
    if not lines:
        return f"{percent:.0f}%"
    return f"{int(lines * percent / 100):,} of {lines:,} lines"
