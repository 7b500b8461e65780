"""Tables for people: as wide as the terminal, plain where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlfuncs.cli.sentences import LEAST_WIDTH, is_terminal
from xlfuncs.cli.streams import print_as_it_is
from xlfuncs.pricing.contract import Row
from xlfuncs.pricing.explanation import assumptions
from xlfuncs.tables.harmless import harmless

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


class Leaning(Protocol):
    """An answer that may lean on assumptions."""

    @property
    def assumed(self) -> Iterable[Row]: ...


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


def assumed_in(answers: Iterable[Leaning]) -> Iterator[str]:
    """What the answers in a table lean on, each assumption once."""
    rows = dict.fromkeys(row._replace(place=None) for each in answers for row in each.assumed)
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
