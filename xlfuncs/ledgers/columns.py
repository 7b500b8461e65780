"""Columns of a ledger, by title or named, and how it writes numbers and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from xlfuncs.pricing.contract import name_key
from xlfuncs.pricing.outcomes import BadInput

# Which columns of a ledger say what was bought, recognised by title or named.

TITLES = {
    "quantity": ("quantity", "qty", "units"),
    "purchased": ("purchased", "purchase date", "date of purchase", "date", "order date"),
    "service": ("service", "item", "product"),
    "paid": ("paid", "amount paid", "amount", "invoiced", "total"),
}
"""Titles by which a column is known, whatever its letter case, the name of the field first."""

MOST_COLUMNS = 2_000
"""Columns of a ledger; planning what to do with more takes minutes."""

LONGEST_SHOWN = 60
"""Characters of a title that a message repeats."""

MOST_SHOWN = 40
"""Titles that a message repeats."""

NEEDED = ("quantity", "purchased")


class Columns(NamedTuple):
    """Positions of the columns, from 0; None where the ledger has none."""

    quantity: int
    purchased: int
    service: int | None = None
    paid: int | None = None


def columns_of(titles: Sequence[str], named: Mapping[str, str | None]) -> Columns:
    """The columns of a ledger with these titles; `named` are those that the user names.

    Raises BadInput for a title that is not there, or stands there twice, and where several titles
    may be meant and none of them is the name of what is looked for.

    >>> columns_of(["Invoice", "Qty", "Order date", "Amount"], {})
    Columns(quantity=1, purchased=2, service=None, paid=3)
    """
    found = {field: _position(titles, field, named.get(field)) for field in TITLES}
    missing = [field for field in NEEDED if found[field] is None]
    if missing:
        raise BadInput(lacking(titles, missing))
    return Columns(**found)  # type: ignore[arg-type] # the needed ones are there


def refuse_width(titles: Sequence[str]) -> None:
    """Raises BadInput for more columns than can be read, before anything is done with them."""
    if len(titles) > MOST_COLUMNS:
        raise BadInput(f"has {len(titles):,} columns; expected at most {MOST_COLUMNS:,}")


def listed(titles: Sequence[str], between: str = ", ") -> str:
    """Titles in quotes, the long ones and the many shortened.

    >>> listed(["Qty", "Q" * 61])
    "'Qty', 'QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ...'"
    """
    more = f" and {len(titles) - MOST_SHOWN:,} more" if len(titles) > MOST_SHOWN else ""
    return between.join(repr(shortened(title)) for title in titles[:MOST_SHOWN]) + more


def shortened(title: str) -> str:
    return title if len(title) <= LONGEST_SHOWN else f"{title[:LONGEST_SHOWN]}..."


def lacking(titles: Sequence[str], fields: Sequence[str]) -> str:
    """What is said where a column is not there, and why that may be so."""
    titles = [shortened(title) for title in titles]
    [alone] = filled if len(filled := [each for each in titles if each.strip()]) == 1 else [""]
    for sign, name in ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','")):
        if sign in alone:
            return (
                f"has one title, {alone!r}; if {name} is between the cells, say --delimiter {name}"
            )
    if alone and len(titles) > 1:
        return f"has one title, {alone!r}; delete the lines above the titles"
    has = listed(titles)
    named = "; ".join(f"no column is titled {field!r}; name it with --{field}" for field in fields)
    return f"{named}; it has {has}"


def _position(titles: Sequence[str], field: str, named: str | None) -> int | None:
    known = TITLES[field] if named is None else (named,)
    there = [title for title in known if any(_same(each, title) for each in titles)]
    if len(there) > 1 and there[0] != field:
        which = " and ".join(map(repr, there))
        raise BadInput(f"has columns {which}; say which of them is meant with --{field}")
    if there:
        places = [place for place, each in enumerate(titles) if _same(each, there[0])]
        if len(places) > 1:
            alike = listed([titles[place] for place in places], " and ")
            raise BadInput(
                f"{len(places)} columns are titled {alike}, and any of them may be the {field} "
                "column; give all but one of them other titles"
            )
        return places[0]
    if named is not None:
        has = listed(titles)
        raise BadInput(f"no column is titled {named!r}, which --{field} names; it has {has}")
    return None


def _same(title: str, other: str) -> bool:
    return name_key(title) == name_key(other)


# How a ledger writes its numbers and days, which is said and never guessed.


class Dates(StrEnum):
    """The order in a day: `2013-12-20`, `12/20/2013` or `20.12.2013`."""

    ISO = "iso"
    MDY = "mdy"
    DMY = "dmy"

    @property
    def example(self) -> str:
        return self.written(date(2013, 12, 20))

    @property
    def form(self) -> str:
        """The order as `strftime` has it, in Python and in the database."""
        return {"iso": "%Y-%m-%d", "mdy": "%m/%d/%Y", "dmy": "%d.%m.%Y"}[self.value]

    def written(self, day: date) -> str:
        """A day in that order.

        >>> Dates.MDY.written(date(2013, 12, 20))
        '12/20/2013'
        """
        return day.strftime(self.form)


class Style(NamedTuple):
    """`decimal` stands before the decimals; `thousands` may stand between thousands, if it is any.

    >>> Style(decimal=",", thousands=".").number(" 1.250,50 ")
    Decimal('1250.50')
    """

    dates: Dates = Dates.ISO
    decimal: str = "."
    thousands: str = ""

    @property
    def plain(self) -> Style:
        """The style with the same dates whose numbers are digits with a point."""
        return Style(self.dates)

    def number(self, text: str) -> Decimal:
        """A number that is known to be written in this style."""
        return Decimal(text.strip().replace(self.thousands, "").replace(self.decimal, "."))
