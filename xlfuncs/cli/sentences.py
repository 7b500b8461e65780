"""Sentences for people: clause by clause on a terminal, plain where there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO


def print_sentence(clauses: Sequence[str], *, error: bool = False) -> None:
    """Prints a sentence in one line, or on a terminal each clause on lines of its own."""
    stream = sys.stderr if error else sys.stdout
    if not is_terminal(stream):
        print("; ".join(clauses), file=stream)
        return
    from shutil import get_terminal_size  # noqa: PLC0415 - takes its time
    from textwrap import fill  # noqa: PLC0415 - likewise

    width = get_terminal_size().columns
    for number, clause in enumerate(clauses):
        indent = "  " if number else ""
        print(fill(clause, width, initial_indent=indent, subsequent_indent="    "), file=stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads along; there may be no stream at all."""
    return stream is not None and stream.isatty()
