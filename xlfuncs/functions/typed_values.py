"""Quantities and days as people type them, where they can mean only one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY, format_cell

EXPECTED_QUANTITY = "expected digits such as 100000, 100,000 or 2.5"

# Quantities.

SPACES = " \u00a0\u202f"
THOUSANDS = rf"-?[1-9][0-9]{{0,2}}(?:([,{SPACES}])[0-9]{{3}})(?:\1[0-9]{{3}})*(?:\.[0-9]+)?"
"""Digits whose thousands are separated, all by the same sign, and a decimal point."""

POINTS = r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
"""Digits with points between the thousands, and perhaps a decimal comma."""

THREE_ZEROS = r"(-?[0-9]+)\.000"
"""Digits with a decimal point that says nothing, or with a point between the thousands."""


def parse_separated_quantity(text: str, name: str = "quantity") -> Decimal:
    """Parse a quantity whose thousands are separated by commas or spaces; refusals name it.

    Raises BadInput, also for a point before three zeros, which may separate thousands.

    >>> parse_separated_quantity("100,000"), parse_separated_quantity("1 234.5")
    (Decimal('100000'), Decimal('1234.5'))
    >>> parse_separated_quantity("1,23")
    Traceback (most recent call last):
    xlfuncs.pricing.outcomes.BadInput: quantity is '1,23', where the comma is not between \
thousands; type 1.23 or 123
    """
    tidy = text.strip()
    if re.fullmatch(THOUSANDS, tidy):
        return Decimal(re.sub(rf"[,{SPACES}]", "", tidy))
    found = f"{name} is {format_cell(text)}"
    if match := re.fullmatch(THREE_ZEROS, tidy):
        few, many = int(match[1]), int(match[1]) * 1000
        raise BadInput(f"{found}, which may mean {few:,} or {many:,}; type {few} or {many}")
    if re.fullmatch(POINTS, tidy):
        plain = tidy.replace(".", "").replace(",", ".")
        raise BadInput(f"{found}, with periods between the thousands; type {plain}")
    if re.fullmatch(r"[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?", tidy):
        digits = tidy.replace(",", "").lstrip("0") or "0"
        is_single = tidy.count(",") == 1 and "." not in tidy
        decimal = f"{tidy.replace(',', '.')} or " if is_single else ""
        comma = "comma is" if tidy.count(",") == 1 else "commas are"
        raise BadInput(f"{found}, where the {comma} not between thousands; type {decimal}{digits}")
    raise BadInput(f"{found}; {EXPECTED_QUANTITY}")


# Days.

NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS = {
    **{name: number for number, name in enumerate(NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(NAMES, 1)},
    "sept": 9,
}
"""In English, whatever the language of the computer."""

NO_SUCH_DAY = ", a day that does not exist; expected a date such as 2013-12-20"

MONTH = r"(?P<month>[a-z]{3,9})\.?"
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>[0-9]+)"
WITH_NAMES = (
    rf"{MONTH} {DAY}(?:, ?| ){YEAR}",
    rf"{DAY} {MONTH}(?:, ?| ){YEAR}",
    rf"{DAY}-{MONTH}-{YEAR}",
)
"""Dec 20, 2013; 20 December 2013; 20-Dec-2013."""

NUMBERS = r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})"


def parse_written_day(name: str, text: str, refusal: BadInput) -> date:
    """Parse a day whose month is written out, which is no ISO text.

    Raises BadInput, which names the ISO text of what may be meant, or else is the `refusal`.

    >>> str(parse_written_day("date", "Dec 20, 2013", BadInput("")))
    '2013-12-20'
    >>> parse_written_day("date", "05/06/2013", BadInput(""))
    Traceback (most recent call last):
    xlfuncs.pricing.outcomes.BadInput: date is '05/06/2013', which does not show whether the day \
or the month is first; type 2013-05-06 or 2013-06-05
    """
    tidy = " ".join(text.lower().split())
    found = f"{name} is {format_cell(text)}"
    for pattern in WITH_NAMES:
        match = re.fullmatch(pattern, tidy, re.ASCII)
        if match and match["month"] in MONTHS:
            return _day(found, match["year"], MONTHS[match["month"]], match["day"])
    match = re.fullmatch(NUMBERS, tidy, re.ASCII)
    if match:
        raise _refuse_numbers(found, match[1], match[3], match[4]) or refusal
    if re.fullmatch("[0-9]{8}", tidy) and (days := list(_days((tidy[:4], tidy[4:6], tidy[6:])))):
        raise BadInput(f"{found}; type {days[0]}")
    raise refusal


def _day(found: str, year: str, month: int, day: str) -> date:
    if len(year) != 4:
        raise BadInput(f"{found}; type the year with four digits")
    written = _day_if_any(int(year), month, int(day))
    if written is None:
        raise BadInput(f"{found}{NO_SUCH_DAY}")
    return written


def _refuse_numbers(found: str, first: str, second: str, third: str) -> BadInput | None:
    """What to type in place of a day in numbers alone; None where nothing helps."""
    if len(first) == 4:
        days = list(_days((first, second, third)))
        if not days:
            return BadInput(f"{found}{NO_SUCH_DAY}")
        return BadInput(f"{found}; type {days[0]}") if days[0] >= FIRST_CERTAIN_DAY else None
    if len(third) != 4:
        return BadInput(f"{found}; type a four-digit year first, as in 2013-12-20")
    either_way = _days((third, first, second), (third, second, first))
    days = list(dict.fromkeys(day for day in either_way if day >= FIRST_CERTAIN_DAY))
    if not days:
        return None
    if len(days) == 1:
        return BadInput(f"{found}; write the year first: {days[0]}")
    either = " or ".join(map(str, days))
    return BadInput(
        f"{found}, which does not show whether the day or the month is first; type {either}"
    )


def _days(*parts: tuple[str, str, str]) -> Iterator[date]:
    """The days that there are of some years, months and days."""
    for numbers in parts:
        day = _day_if_any(*map(int, numbers))
        if day is not None:
            yield day


def _day_if_any(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
