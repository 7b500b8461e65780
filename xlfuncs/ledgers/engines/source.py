"""The ledger's table, as somebody names it."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlfuncs.ledgers.style import Style
from xlfuncs.pricing.kinds import BadInput

_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+)')


class Source(NamedTuple):
    """The table, the names of its columns, how they are written, and how added ones begin."""

    table: tuple[str, ...]
    quantity: str
    purchased: str
    service: str | None = None
    paid: str | None = None
    style: Style = Style()
    prefix: str = "contract_"


def table_of(name: str, option: str = "--table") -> tuple[str, ...]:
    """The parts of a table's name, which an option gives. Raises BadInput.

    >>> table_of("main.sales.ledger"), table_of('"ledger 1.parquet"')
    (('main', 'sales', 'ledger'), ('ledger 1.parquet',))
    """
    parts: list[str] = []
    place = 0
    while found := _PART.match(name, place):
        inner, ticked, plain = found.groups()
        parts.append(
            inner.replace('""', '"') if inner else ticked.replace("``", "`") if ticked else plain
        )
        place = found.end() + 1
        if place > len(name):
            return tuple(parts)
        if name[place - 1] != ".":
            break
    raise BadInput(
        f"{option} is {name!r}; expected a name such as ledger or catalog.schema.ledger, a part of "
        f'it that has dots or quotes within "..."'
    )
