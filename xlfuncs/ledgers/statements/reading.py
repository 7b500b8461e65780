"""Cells of a ledger as quantities, days and amounts, in SQL.

Each expression is null where its text is none of the kind, and reads what is written plainly
without any pattern, since nearly every cell of a ledger is.
"""

from __future__ import annotations

from datetime import date

from xlfuncs.ledgers.style import Dates, Style
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS
from xlfuncs.tables.cells import FIRST_CERTAIN_DAY, day_of_serial
from xlfuncs.tables.years import YEARS

QUANTITY = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS}, {MOST_DECIMALS})"
AMOUNT = "DECIMAL(18, 2)"

_FIGURE = "|".join(
    [
        f"[0-9]{{1,{MOST_DIGITS - MOST_DECIMALS}}}([.][0-9]{{1,{MOST_DECIMALS}}}0*)?",
        *(
            f"[0-9]{{{MOST_DIGITS - decimals}}}([.][0-9]{{1,{decimals}}}0*)?"
            for decimals in range(MOST_DECIMALS - 1, 0, -1)
        ),
        f"[0-9]{{{MOST_DIGITS}}}([.]0+)?",
    ]
)
FIGURE = f"-?0*({_FIGURE})"
"""At most 15 digits, 6 of them decimals."""

NUMBER = "-?[0-9]+([.][0-9]+)?"
PLAIN_AMOUNT = "-?0*[0-9]{1,16}([.][0-9]{1,20}0*)?"
"""As many digits as `AMOUNT` holds; it is rounded once, from all of its decimals.

The largest of them all have one digit too many when they are rounded, and are no amounts.
"""

_MINUTES = ":[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
ISO_TIME = f"([01][0-9]|2[0-3]){_MINUTES}"
TIME = f"([0-9]|[01][0-9]|2[0-3]){_MINUTES}( ?[AaPp][Mm])?"
"""Times of day, which are dropped."""

_FIRST, _LAST = (day_of_serial(year, date1904=False) for year in (YEARS[0], YEARS[-1]))
IN_A_YEARS_PLACE = f"BETWEEN DATE '{_FIRST}' AND DATE '{_LAST}'"
"""What a spreadsheet shows of a year where it is to show a day."""

STRAY_SPACES = (9, 10, 13, 160)
"""Tabs, ends of lines, and the space that web pages and spreadsheets put where no line may end."""


def text(column: str) -> str:
    """The cell without spaces around it."""
    for space in STRAY_SPACES:
        column = f"REPLACE({column}, CHR({space}), ' ')"
    return f"TRIM({column}, ' ')"  # engines do not agree on what else would be a space


def matches(written: str, pattern: str) -> str:
    """Whether a pattern fits the whole of a text.

    To some engines `$` is also before a last character that ends a line; nothing is before the #.
    """
    return f"REGEXP_MATCHES({written} || '#', '^{pattern}#$')"


def literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def number_text(column: str, style: Style) -> str:
    """The cell as digits with a decimal point, where it is written in the style of the ledger."""
    written = text(column)
    return written if style == style.plain else pointed(written, style)


def pointed(written: str, style: Style) -> str:
    """A number of another style than the plain one as digits with a decimal point.

    Null where it has a point although it should have a comma.
    """
    if style.thousands:
        grouped = f"-?[0-9]{{1,3}}([{style.thousands}][0-9]{{3}})+([{style.decimal}][0-9]+)?"
        bare = f"REPLACE({written}, '{style.thousands}', '')"
        written = f"CASE WHEN {matches(written, grouped)} THEN {bare} ELSE {written} END"
    if style.decimal == ".":
        return written
    return f"CASE WHEN {written} NOT LIKE '%.%' THEN REPLACE({written}, ',', '.') END"


def quantity(column: str, style: Style, *, whole: bool) -> str:
    """A figure; with `whole` one without a part, in whole numbers."""
    kind = "BIGINT" if whole else QUANTITY
    written = number_text(column, style)
    slowly = f"CASE WHEN {matches(written, FIGURE)} THEN TRY_CAST({written} AS {QUANTITY}) END"
    if whole:
        slowly = f"CASE WHEN {slowly} % 1 = 0 THEN CAST({slowly} AS BIGINT) END"
    return f"CASE WHEN {_plain_integer(column)} THEN TRY_CAST({column} AS {kind}) ELSE {slowly} END"


def _plain_integer(column: str) -> str:
    """Whether a cell is nothing but a whole number of not too many digits."""
    return (
        f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) = {column} "
        f"AND TRY_CAST({column} AS BIGINT) BETWEEN 0 AND {10**MOST_DIGITS - 1}"
    )


def is_figure(column: str, style: Style) -> str:
    """Whether a cell is a figure at all, perhaps one with a part."""
    return matches(number_text(column, style), FIGURE)


def is_number(column: str, style: Style) -> str:
    """Whether a cell is a number, perhaps one of too many digits."""
    return matches(number_text(column, style), NUMBER)


def day(column: str, style: Style) -> str:
    """A day from 1 March 1900 on, its time of day dropped where it has one."""
    written = iso_text(text(column), style.dates)
    slowly = f"CASE WHEN {_is_day(written)} THEN TRY_CAST({written} AS DATE) END"
    found = slowly
    if style.dates is Dates.ISO:
        found = f"CASE WHEN {_is_day(column)} THEN TRY_CAST({column} AS DATE) ELSE {slowly} END"
    return found


def _is_day(written: str) -> str:
    return (
        f"CAST(TRY_CAST({written} AS DATE) AS VARCHAR) = {written} "
        f"AND TRY_CAST({written} AS DATE) BETWEEN DATE '{FIRST_CERTAIN_DAY}' AND DATE '{date.max}' "
        f"AND NOT TRY_CAST({written} AS DATE) {IN_A_YEARS_PLACE}"
    )


def iso_text(written: str, dates: Dates) -> str:
    """A day as ISO text, where a text is written as days are said to be; its time is dropped."""
    if dates is Dates.ISO:
        time = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{ISO_TIME}"
        return (
            f"CASE WHEN {matches(written, time)} "
            f"THEN SUBSTRING({written}, 1, 10) ELSE {written} END"
        )
    one = f"REPLACE(REPLACE(SPLIT_PART({written}, ' ', 1), '.', '/'), '-', '/')"
    parts = [f"SPLIT_PART({one}, '/', {number})" for number in (1, 2, 3)]
    month, day_of_month = parts[:2] if dates is Dates.MDY else (parts[1], parts[0])
    pattern = f"[0-9]{{1,2}}([./-])[0-9]{{1,2}}([./-])[0-9]{{4}}( {TIME})?"
    return (
        f"CASE WHEN {matches(written, pattern)} THEN "
        f"{parts[2]} || '-' || LPAD({month}, 2, '0') || '-' || LPAD({day_of_month}, 2, '0') END"
    )


def amount(column: str, style: Style) -> str:
    """An amount, rounded to the cent."""
    written = number_text(column, style)
    slowly = (
        f"CASE WHEN {matches(written, PLAIN_AMOUNT)} "
        f"THEN TRY_CAST(ROUND(TRY_CAST({written} AS DECIMAL(38, 20)), 2) AS {AMOUNT}) END"
    )
    quickly = f"CAST(TRY_CAST({column} AS {AMOUNT}) AS VARCHAR) = {column}"
    if style.decimal != ".":
        return slowly
    return f"CASE WHEN {quickly} THEN TRY_CAST({column} AS {AMOUNT}) ELSE {slowly} END"
