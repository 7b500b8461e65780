"""Sentences for people: clause by clause on a terminal, plain where there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from xlfuncs.tables.harmless import harmless

LEAST_WIDTH = 24
"""Below that a width is none, or the terminal itself breaks the lines."""


def print_sentence(clauses: Sequence[str], *, error: bool = False) -> None:
    """Prints a sentence in one line, or on a terminal each clause on lines of its own."""
    stream = sys.stderr if error else sys.stdout
    clauses = [*map(harmless, clauses)]
    if not is_terminal(stream):
        print("; ".join(clauses), file=stream)
        return
    from rich.console import Console  # noqa: PLC0415 - takes its time
    from rich.text import Text  # noqa: PLC0415 - likewise

    console = Console(file=stream)
    width = max(LEAST_WIDTH, console.width)
    for number, clause in enumerate(clauses):
        indent = "  " if number else ""
        for line in Text(clause).wrap(console, width - len(indent)):
            print(f"{indent}{line.plain}".rstrip(), file=stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads along; there may be no stream at all."""
    return stream is not None and stream.isatty()
