"""Parse cells of a host or a file: figures, days and texts (rule 7)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlfuncs.pricing.contract import MOST_DECIMALS, MOST_DIGITS, fits_figure
from xlfuncs.pricing.outcomes import BadInput

# Years in the place of days: to a spreadsheet 2020 is a day of 1905.
#
# A date cell whose number is a year is refused as well, although it may show a day of 1905: not
# every host sees the number format of a cell, and all hosts have to agree.

YEARS = range(1900, 2200)
"""Numbers that people read as years, although they are days to a spreadsheet."""

NO_DAY = ", and a year is not a date"


def describe_year(cell: Any, serial: float | Decimal | None) -> str:
    """Why a cell in the place of a day is a year, to end a message with; blank where it is none.

    `serial` is the number by which a spreadsheet counts the day in the cell, if there is one.

    >>> describe_year(2020.0, 2020), describe_year("2020", None), describe_year(41628, 41628)
    (', and a year is not a date', ', and a year is not a date', '')
    >>> describe_year(date(1905, 7, 12), 2020)
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
    """Whether people read a number as a year, whatever its decimals.

    >>> is_year(1899.5), is_year(2199.5)
    (False, True)
    """
    certain = not isinstance(number, Decimal) or number.is_finite()  # a NaN cannot be compared
    return certain and YEARS.start <= number < YEARS.stop


# Invisible characters that change what people see.
#
# Control characters move the cursor of a terminal or change its colours; marks of direction reverse
# letters, so that a price reads as another one; others have no width.

# The patterns are compiled when a text is not plain, which few are.

UNSEEN = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""All but tabs and ends of lines, which are seen."""

CONTROL = r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]"
"""Those that no text needs; some others count as ends of lines."""


def _is_plain(text: str) -> bool:
    """Whether a text is printable, line by line; most that is not has nothing unseen either."""
    return text.isprintable() or text.replace("\n", "").isprintable()


def escape_unseen(text: str) -> str:
    r"""A text that is safe to print, each such character as its escape.

    >>> print(escape_unseen("\x1b[2J and \u202e00.5"))
    \x1b[2J and \u202e00.5
    """
    return text if _is_plain(text) else re.sub(UNSEEN, _escaped, text)


def escape_line(text: str) -> str:
    r"""The same on one line, for names of files and what was typed.

    >>> escape_line("a\nb")
    'a\\nb'
    """
    return escape_unseen(text).replace("\n", r"\n").replace("\t", r"\t")


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def find_unseen(text: str, unseen: str = UNSEEN) -> str:
    r"""The first such character of a text, its code point and place; blank if there is none.

    >>> find_unseen("EUR \u202e00.5"), find_unseen("a\tb\n")
    ('U+202E RIGHT-TO-LEFT OVERRIDE as character 5', '')
    """
    found = None if _is_plain(text) else re.search(unseen, text)
    if found is None:
        return ""
    from unicodedata import name

    named = name(found[0], "").strip()
    return f"U+{ord(found[0]):04X}{named and ' '}{named} as character {found.start() + 1}"


# Values of cells.

Cell = Any
"""None, text, a number, a date, a CellError; anything else is refused."""

_NOT_TEXT = ", not text that looks like one"
A_NUMBER = "a number such as 12.50"
TOO_LONG = f"at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals"
LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds."""

CUT = f" ... (cut: a cell holds at most {LONGEST_TEXT:,} characters) ... "

LONGEST_FRACTION = 400
"""Decimals of a number in the place of a text; any number of a spreadsheet has fewer."""

FIRST_CERTAIN_DAY = date(1900, 3, 1)
"""The first day on which spreadsheets of the 1900 date system agree."""

_EPOCHS = {False: date(1899, 12, 30).toordinal(), True: date(1904, 1, 1).toordinal()}
_FIRST_SERIALS = {False: 61, True: 1}
_LAST_SERIALS = {False: 2958465, True: 2957003}


class CellError:
    """An error value of a spreadsheet, such as `#N/A`, which is no text."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.code == self.code

    def __hash__(self) -> int:
        return hash((CellError, self.code))

    def __repr__(self) -> str:
        return self.code


NOT_AVAILABLE = CellError("#N/A")
WRONG_VALUE = CellError("#VALUE!")


_KINDS: dict[type, str] = {list: "a list", tuple: "a list", dict: "a table"}
LONGEST_SHOWN = 60


def is_blank(cell: Cell) -> bool:
    """Nothing, or text of nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def format_cell(cell: Cell) -> str:
    """A cell as an error message shows it."""
    if is_blank(cell):
        return "blank"
    if isinstance(cell, bool):
        return str(cell).upper()
    if not isinstance(cell, (str, int, float, Decimal, date, CellError)):
        return _KINDS.get(type(cell), f"a {type(cell).__name__}")
    if isinstance(cell, (int, float)) and abs(cell) < 10**MOST_DIGITS and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, int):
        return f"a number of about {cell.bit_length() * 3 // 10} digits"
    begin = cell[:LONGEST_SHOWN] if isinstance(cell, str) else cell
    return shorten(repr(begin) if isinstance(cell, (str, float, CellError)) else str(cell))


def shorten(text: str, most: int = LONGEST_SHOWN) -> str:
    """A text of at most so many characters, the last of them dots where it is cut.

    >>> shorten("2013-12-20 00:00", 10)
    '2013-12...'
    """
    return text if len(text) <= most else f"{text[: most - 3]}..."


def count_characters(text: str) -> int:
    """How many characters Excel counts in a text: rare letters and pictures are two.

    >>> count_characters("a"), count_characters("\N{GRINNING FACE}")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_too_long(text: str) -> bool:
    """Whether a text has more characters than a cell of Excel holds."""
    return len(text) > LONGEST_TEXT // 2 and count_characters(text) > LONGEST_TEXT


def fit_cell(text: str) -> str:
    """Return a text as far as a cell of Excel holds it; a longer one is cut in the middle.

    What begins a text, such as a price, stays, and so does what ends it, such as what is assumed.

    >>> cut = fit_cell("from " + "a" * 40_000 + " to the end")
    >>> count_characters(cut), cut[:9], cut[16_353:16_411], cut[-10:]
    (32767, 'from aaaa', 'aaa ... (cut: a cell holds at most 32,767 characters) ... ', 'to the end')
    """
    if not is_too_long(text):
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    half = (LONGEST_TEXT - len(CUT)) // 2 * 2  # bytes, of which a character has two
    begin, end = (part.decode("utf-16-le", "ignore") for part in (units[:half], units[-half:]))
    return f"{begin}{CUT}{end}"


def parse_text(cell: Cell) -> str:
    """A text; a number becomes its shortest decimal text, as a clause "1.2" is often a number.

    Raises BadInput for anything else.
    """
    if is_blank(cell):
        return ""
    if isinstance(cell, str):
        if is_too_long(cell):
            length = count_characters(cell)
            raise BadInput(f"has {length:,} characters; expected at most {LONGEST_TEXT:,}")
        control = find_unseen(cell, CONTROL)
        if control:
            raise BadInput(f"has {control}; expected text without control characters")
        return "\n".join(cell.strip().splitlines())
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)) or not _short(cell):
        raise BadInput(f"is {format_cell(cell)}; expected text")
    return f"{Decimal(str(cell)):f}" if cell != int(cell) else format_cell(cell)


def _short(number: int | float | Decimal) -> bool:
    """Whether a number is finite and not too long to be written out."""
    if isinstance(number, int):
        return bool(abs(number) < 10**MOST_DIGITS)
    figure = Decimal(repr(number)) if isinstance(number, float) else number
    if not figure.is_finite() or figure.copy_abs() >= 10**MOST_DIGITS:
        return False
    return int(figure.as_tuple().exponent) >= -LONGEST_FRACTION


def parse_figure(cell: Cell, expected: str = A_NUMBER) -> Decimal:
    """A figure of at most 15 digits, 6 of them decimals; a float through its shortest text.

    Raises BadInput, `#VALUE!` for what is no number and `#NUM!` for one out of bounds.

    >>> parse_figure(0.1)
    Decimal('0.1')
    >>> parse_figure("12,5o")
    Traceback (most recent call last):
    xlfuncs.pricing.outcomes.BadInput: is '12,5o'; expected a number such as 12.50
    """
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        looks_right = isinstance(cell, str) and cell.strip().replace(".", "", 1).isdigit()
        raise BadInput(
            f"is {format_cell(cell)}; expected {expected}{_NOT_TEXT if looks_right else ''}"
        )
    if isinstance(cell, int) and not _short(cell):  # Decimal takes minutes for a million digits
        raise BadInput(f"is {format_cell(cell)}; expected {TOO_LONG}", "#NUM!")
    figure = Decimal(repr(float(cell))) if isinstance(cell, float) else Decimal(cell)
    if not figure.is_finite():
        raise BadInput(f"is {figure}; expected {expected}", "#NUM!")
    if not fits_figure(figure):
        raise BadInput(f"is {format_cell(figure)}; expected {TOO_LONG}", "#NUM!")
    return figure


def parse_day(cell: Cell, date1904: bool = False, iso_text: bool = True) -> date:
    """A day from a date, a datetime (its time of day is dropped), a serial number or ISO text.

    Days before 1 March 1900 are refused in every form: programs disagree on their serial numbers,
    as some have a 29 February 1900. So are years, texts other than `2013-12-20`, and datetimes with
    a time zone. Raises BadInput, always `#VALUE!`.

    >>> parse_day(41628.75), parse_day(40166, date1904=True), parse_day("2013-12-20")
    (datetime.date(2013, 12, 20), datetime.date(2013, 12, 20), datetime.date(2013, 12, 20))
    >>> parse_day("12/20/2013")
    Traceback (most recent call last):
    xlfuncs.pricing.outcomes.BadInput: is '12/20/2013'; expected a date such as 2013-12-20
    """
    day = None
    if isinstance(cell, datetime):
        day = cell.date() if cell.tzinfo is None else None
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, str):
        day = _iso_day(cell.strip()) if iso_text else None
    elif isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        day = parse_serial(cell, date1904)
    year = describe_year(cell, None if day is None else to_serial(day, date1904))
    if day is None or day < FIRST_CERTAIN_DAY or year:
        since = f", on or after {FIRST_CERTAIN_DAY}" if day and not year else ""
        is_text = day is None and isinstance(cell, str) and _iso_day(cell.strip()) is not None
        hint = _NOT_TEXT if is_text else ""
        raise BadInput(
            f"is {format_cell(cell)}{year}; expected a date such as 2013-12-20{since}{hint}"
        )
    return day


NOT_AS_A_DATE = {str: ", without quotes", datetime: ", without a time of day"}
"""What is wrong with a day in a contract file that is no TOML date, by its type."""


def parse_serial(serial: int | float | Decimal, date1904: bool) -> date | None:
    """The day of a serial number, its time of day dropped; also where that number is a year.

    >>> parse_serial(41628.75, date1904=False)
    datetime.date(2013, 12, 20)
    """
    certain = not isinstance(serial, Decimal) or serial.is_finite()  # a NaN cannot be compared
    if certain and _FIRST_SERIALS[date1904] <= serial < _LAST_SERIALS[date1904] + 1:
        return date.fromordinal(_EPOCHS[date1904] + int(serial))
    return None


def to_serial(day: date, date1904: bool) -> float:
    """The serial number of a day.

    >>> to_serial(date(2013, 12, 20), date1904=False)
    41628.0
    """
    return float(day.toordinal() - _EPOCHS[date1904])


def _iso_day(text: str) -> date | None:
    if len(text) != len("2013-12-20") or not text[4] == text[7] == "-" or not text.isascii():
        return None  # Python 3.11 reads further forms, of which people mean different days
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# What number formats show.


def seen_as_day(serial: float, date1904: bool) -> Cell:
    """The day that a number format shows in place of a number; `#VALUE!` where there is none."""
    return parse_serial(serial, date1904) or WRONG_VALUE


def seen_as_percentage(number: float) -> str:
    """The text that a number format shows in percent: whether 0.15 or 15 is meant is unknown.

    >>> seen_as_percentage(0.15)
    '15%'
    """
    return f"{number * 100:.12g}%"
