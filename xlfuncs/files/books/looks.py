"""What Excel's number formats make of numbers, for the people who read them."""

from __future__ import annotations

import re
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format

from xlfuncs.tables.cells import Cell
from xlfuncs.tables.seen import seen_as_day, seen_as_percentage

QUOTED = r'"[^"]*"|\\.'
"""What a number format shows as it stands there, a percent sign too."""


def seen_with(number_format: str, number: float, date1904: bool) -> Cell:
    """A number counts as people see it: a day, or a percentage, which is refused as a figure.

    >>> seen_with("0.00", 2.75, False), seen_with("0%", 0.15, False)
    (2.75, '15%')
    >>> seen_with("yyyy-mm-dd", 41628.0, False)
    datetime.date(2013, 12, 20)
    """
    shows_day, shows_percentage = _shown_by(number_format)
    if shows_day:
        return seen_as_day(number, date1904)
    return seen_as_percentage(number) if shows_percentage else number


@lru_cache
def _shown_by(number_format: str) -> tuple[bool, bool]:
    """Whether a format shows days or times, and whether it shows percentages."""
    return is_date_format(number_format), "%" in re.sub(QUOTED, "", number_format)
