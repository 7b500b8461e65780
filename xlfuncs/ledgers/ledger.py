"""A ledger as a relation of a database."""

from __future__ import annotations

from typing import NamedTuple

from xlfuncs.ledgers.columns import Columns
from xlfuncs.ledgers.style import Style


class Ledger(NamedTuple):
    """Lines of text in the columns c1, c2 and so on, and what stands in which of them.

    Where cells have types of their own, `typed`, their texts are in t1, t2 and so on. `numbered`
    is one that has a column `line`, the number of the line; `inspected` one that has a column
    `broken`, with what is wrong with a line as such.
    """

    relation: str
    columns: Columns
    style: Style = Style()
    typed: bool = False
    numbered: bool = False
    inspected: bool = False

    def text(self, position: int) -> str:
        """The name of a column as text."""
        return f"{'t' if self.typed else 'c'}{position + 1}"
