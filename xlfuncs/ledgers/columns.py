"""The form of a ledger: which columns say what was bought, and how numbers and days are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import LONGEST_SHOWN

# How a ledger writes its numbers and days: its user says so, it is never guessed.


class Dates(StrEnum):
    """The order in a day: `2013-12-20`, `12/20/2013` or `20.12.2013`."""

    ISO = "iso"
    MDY = "mdy"
    DMY = "dmy"

    @property
    def example(self) -> str:
        return self.format_day(date(2013, 12, 20))

    @property
    def pattern(self) -> str:
        """The pattern of `strftime`, in Python and in the database."""
        return {"iso": "%Y-%m-%d", "mdy": "%m/%d/%Y", "dmy": "%d.%m.%Y"}[self.value]

    def format_day(self, day: date) -> str:
        """Format a day in that order.

        >>> Dates.MDY.format_day(date(2013, 12, 20))
        '12/20/2013'
        """
        return day.strftime(self.pattern)


@dataclass(frozen=True, slots=True)
class Style:
    """`decimal` is the sign before the decimals, `thousands` the one between thousands, if any.

    >>> Style(decimal=",", thousands=".").parse_number(" 1.250,50 ")
    Decimal('1250.50')
    """

    dates: Dates = Dates.ISO
    decimal: str = "."
    thousands: str = ""

    @property
    def has_plain_numbers(self) -> bool:
        """Whether numbers are digits with a decimal point."""
        return self.decimal == "." and not self.thousands

    def parse_number(self, text: str) -> Decimal:
        """Parse a number that is known to be in this style."""
        return Decimal(text.strip().replace(self.thousands, "").replace(self.decimal, "."))


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read, as its user says.

    `named` are the titles of columns by field, None for one that is to be recognised. `delimiter`
    and `encoding` are for .csv (None: UTF-8, or what the mark at its beginning says); `sheet` is
    for .xlsx (None: the first one that people see).
    """

    style: Style = Style()
    named: Mapping[str, str | None] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str | None = None
    sheet: str | None = None


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

LONGEST = 2**21
"""Characters of a line, and of a text in it."""

MOST_SHOWN = 40
"""Titles that a message repeats."""

NEEDED = ("quantity", "purchased")

FEW_BYTES = 10 * 2**20
"""A file of so many bytes or fewer may claim to hold much; with each further byte, a bit more."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns, from 0; None where the ledger has none."""

    quantity: int
    purchased: int
    service: int | None = None
    paid: int | None = None

    def by_field(self) -> dict[str, int]:
        """The positions of the columns that there are."""
        return {field: place for field, place in asdict(self).items() if place is not None}


def find_columns(titles: Sequence[str], named: Mapping[str, str | None]) -> Columns:
    """Find the columns of a ledger by its titles; `named` are those that the user names.

    Raises BadInput for a title that is not there or is there twice, and where several titles may
    be meant and none of them is the name of the field.

    >>> find_columns(["Invoice", "Qty", "Order date", "Amount"], {})
    Columns(quantity=1, purchased=2, service=None, paid=3)
    """
    found = {field: _find_position(titles, field, named.get(field)) for field in TITLES}
    missing = [field for field in NEEDED if found[field] is None]
    if missing:
        raise BadInput(explain_missing(titles, missing))
    return Columns(**found)  # type: ignore[arg-type] # the needed ones are there


def check_width(titles: Sequence[str]) -> None:
    """Raise BadInput for more columns than can be read, before anything is done with them."""
    if len(titles) > MOST_COLUMNS:
        raise BadInput(f"has {len(titles):,} columns; expected at most {MOST_COLUMNS:,}")


def format_titles(titles: Sequence[str], between: str = ", ") -> str:
    """Format titles in quotes, the long ones and the many shortened.

    >>> format_titles(["Qty", "Q" * 61])
    "'Qty', 'QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ...'"
    """
    more = f" and {len(titles) - MOST_SHOWN:,} more" if len(titles) > MOST_SHOWN else ""
    return between.join(repr(_shorten(title)) for title in titles[:MOST_SHOWN]) + more


def _shorten(title: str) -> str:
    return title if len(title) <= LONGEST_SHOWN else f"{title[:LONGEST_SHOWN]}..."


def explain_missing(titles: Sequence[str], fields: Sequence[str]) -> str:
    """Format the message about columns that are not there, and why that may be so."""
    titles = [_shorten(title) for title in titles]
    [alone] = filled if len(filled := [each for each in titles if each.strip()]) == 1 else [""]
    for sign, name in ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','")):
        if sign in alone:
            return (
                f"has one title, {alone!r}; if {name} separates the columns, use --delimiter {name}"
            )
    if alone and len(titles) > 1:
        return f"has only one title, {alone!r}; delete the lines above the titles"
    has = format_titles(titles)
    named = "; ".join(f"no column is titled {field!r}; name it with --{field}" for field in fields)
    return f"{named}; it has {has}"


def _find_position(titles: Sequence[str], field: str, named: str | None) -> int | None:
    keys = [name_key(title) for title in titles]
    known = TITLES[field] if named is None else (named,)
    there = [title for title in known if name_key(title) in keys]
    if len(there) > 1 and there[0] != field:
        which = " and ".join(map(repr, there))
        raise BadInput(f"has columns {which}; choose one of them with --{field}")
    if there:
        places = [place for place, key in enumerate(keys) if key == name_key(there[0])]
        if len(places) > 1:
            alike = format_titles([titles[place] for place in places], " and ")
            raise BadInput(
                f"{len(places)} columns are titled {alike}, and any of them may be the {field} "
                "column; give all but one of them other titles"
            )
        return places[0]
    if named is not None:
        has = format_titles(titles)
        raise BadInput(f"no column is titled {named!r}, which --{field} names; it has {has}")
    return None
