"""Years where a day belongs: to a spreadsheet 2020 is a day of 1905.

A date cell whose number is a year is refused as well, although it may show a day of 1905: not every
host sees the number format of a cell, and all of them are to agree.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

YEARS = range(1900, 2200)
"""Numbers that are years to people, although a spreadsheet counts them as days."""

NO_DAY = ", and a year is no day"


def year_in(cell: Any, serial: float | Decimal | None) -> str:
    """Why a cell in a day's place is a year, as a message goes on; blank where it is none.

    `serial` is the number by which a spreadsheet counts the day in the cell, if there is one.

    >>> year_in(2020.0, 2020), year_in("2020", None), year_in(41628, 41628)
    (', and a year is no day', ', and a year is no day', '')
    >>> year_in(date(1905, 7, 12), 2020)
    ', which a spreadsheet cannot tell from the year 2020'
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if len(text) == len("2020") and text.isascii() and text.isdigit() and is_year(int(text)):
        return NO_DAY
    if serial is None or not is_year(serial):
        return ""
    if isinstance(cell, (str, date)):
        return f", which a spreadsheet cannot tell from the year {int(serial)}"
    return NO_DAY


def is_year(number: float | Decimal) -> bool:
    """Whether a number is a year to people, a time of day notwithstanding.

    >>> is_year(1899.5), is_year(2199.5)
    (False, True)
    """
    certain = not isinstance(number, Decimal) or number.is_finite()  # a NaN cannot be compared
    return certain and YEARS.start <= number < YEARS.stop
