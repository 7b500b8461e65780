"""How a ledger writes its numbers and days, which is said and never guessed."""

from __future__ import annotations

from datetime import date
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
    """`decimal` stands before the decimals."""

    dates: Dates = Dates.ISO
    decimal: str = "."
