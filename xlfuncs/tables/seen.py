"""What number formats make of numbers, for the people who read them."""

from __future__ import annotations

from xlfuncs.tables.cells import WRONG_VALUE, Cell, day_of_serial


def seen_as_day(serial: float, date1904: bool) -> Cell:
    """A number that a number format shows as a day; `#VALUE!` where it is none."""
    return day_of_serial(serial, date1904) or WRONG_VALUE


def seen_as_percentage(number: float) -> str:
    """A number that a number format shows in percent, as text: which is meant is unknown.

    >>> seen_as_percentage(0.15)
    '15%'
    """
    return f"{number * 100:.12g}%"
