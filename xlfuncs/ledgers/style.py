"""How a ledger writes its numbers and days, which is said and never guessed."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Dates(StrEnum):
    """The order in a day: `2013-12-20`, `12/20/2013` or `20.12.2013`."""

    ISO = "iso"
    MDY = "mdy"
    DMY = "dmy"

    @property
    def example(self) -> str:
        return {"iso": "2013-12-20", "mdy": "12/20/2013", "dmy": "20.12.2013"}[self.value]


class Style(NamedTuple):
    """`decimal` stands before the decimals."""

    dates: Dates = Dates.ISO
    decimal: str = "."
