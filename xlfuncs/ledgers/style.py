"""How a ledger writes its numbers and days, which is said and never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


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
