"""Which columns of a ledger say what was bought, recognised by title or named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xlfuncs.pricing.kinds import BadInput

TITLES = {
    "quantity": ("quantity", "qty", "units"),
    "purchased": ("purchased", "purchase date", "date of purchase", "date", "order date"),
    "service": ("service", "item", "product"),
    "paid": ("paid", "amount paid", "amount", "invoiced", "total"),
}
"""Titles by which a column is known, whatever its letter case, the best first."""

MOST_COLUMNS = 2_000
"""Columns of a ledger; planning what to do with more takes minutes."""

NEEDED = ("quantity", "purchased")


class Columns(NamedTuple):
    """Positions of the columns, from 0; None where the ledger has none."""

    quantity: int
    purchased: int
    service: int | None = None
    paid: int | None = None


def columns_of(titles: Sequence[str], named: Mapping[str, str | None]) -> Columns:
    """The columns of a ledger with these titles; `named` are those that the user names.

    Raises BadInput for a title that is not there or stands there twice.

    >>> columns_of(["Invoice", "Qty", "Order date", "Amount"], {})
    Columns(quantity=1, purchased=2, service=None, paid=3)
    """
    if len(titles) > MOST_COLUMNS:
        raise BadInput(f"has {len(titles):,} columns; expected at most {MOST_COLUMNS:,}")
    found = {field: _position(titles, field, named.get(field)) for field in TITLES}
    for field in NEEDED:
        if found[field] is None:
            has = ", ".join(map(repr, titles)) or "none"
            raise BadInput(f"no column is titled {field!r}; name it with --{field}; it has {has}")
    return Columns(**found)  # type: ignore[arg-type] # the needed ones are there


def _position(titles: Sequence[str], field: str, named: str | None) -> int | None:
    for title in TITLES[field] if named is None else (named,):
        places = [place for place, each in enumerate(titles) if _same(each, title)]
        if len(places) > 1:
            raise BadInput(f"{len(places)} columns are titled {title!r}; expected one of them")
        if places:
            return places[0]
    if named is not None:
        has = ", ".join(map(repr, titles))
        raise BadInput(f"no column is titled {named!r}, which --{field} names; it has {has}")
    return None


def _same(title: str, other: str) -> bool:
    return " ".join(title.split()).casefold() == " ".join(other.split()).casefold()
