"""A file that the database can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from xlfuncs.ledgers.columns import Columns
from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.style import Style


class Form(NamedTuple):
    """How a file is to be read, as the user says it.

    `named` are the titles of columns by what they say, None for one that is to be recognised.
    `delimiter` and `encoding` are for .csv (None: UTF-8, or what the mark at its beginning says);
    `sheet` is for .xlsx (None: the first one).
    """

    style: Style = Style()
    named: Mapping[str, str | None] = MappingProxyType({})
    delimiter: str = ","
    encoding: str | None = None
    sheet: str | None = None


class Source(NamedTuple):
    """The titles of a ledger and the relation with its lines; see `Ledger` for the columns.

    `numbered` is the relation with the number of each line, which may cost time. `kinds` are the
    types of the columns, where they have any. `lines` tells how many there have to be, where the
    database may skip some without a word. `marked` tells of a file that begins with the mark of a
    Unicode text, which Excel looks for. `rows` reads the cells as a workbook holds them.
    """

    titles: list[str]
    relation: str
    numbered: str
    kinds: Sequence[str] = ()
    inspected: bool = False
    lines: int | None = None
    marked: bool = False
    rows: Callable[[], Iterator[Sequence[object]]] | None = None

    def ledger(self, columns: Columns, style: Style, *, numbered: bool = False) -> Ledger:
        """What the statement is made for."""
        relation = self.numbered if numbered else self.relation
        return Ledger(relation, columns, style, bool(self.kinds), numbered, self.inspected)
