"""The form of a ledger: which columns say what was bought, and how numbers and days are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.sheets.cells import LONGEST_SHOWN

# How a ledger writes its numbers and days: its user says so, it is never guessed.


class Dates(StrEnum):
    """The order in a day that is written in numbers: `12/20/2013` or `20.12.2013`.

    ISO text and days with the name of their month are read beside it; with ISO, nothing else is.
    """

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
    """`decimal` is the sign before the decimals; `thousands` the one between thousands, if said.

    Where it is not said, thousands are read only in what cannot be decimals: `9,900.00` and
    `1,234,567`, but not `1,200`.

    >>> Style(decimal=",", thousands=".").parse_number(" 1.250,50 ")
    Decimal('1250.50')
    >>> Style().parse_number("($9,900.00)"), Style().parse_number("250 GB-months")
    (Decimal('-9900.00'), Decimal('250'))
    """

    dates: Dates = Dates.ISO
    decimal: str = "."
    thousands: str = ""

    @property
    def separator(self) -> str:
        """The sign that would be between thousands, whether that is said or not."""
        return "," if self.decimal == "." else "."

    def parse_number(self, text: str) -> Decimal:
        """Parse a number that is known to be in this style."""
        before, digits, after = re.split(r"([0-9]+(?:[.,][0-9]+)*)", text, maxsplit=1)
        is_negative = re.search(f"[{MINUS}(]", before) or re.match(f"[^A-Za-z]*[{MINUS}]", after)
        plain = digits.replace(self.separator, "").replace(self.decimal, ".")
        return Decimal(f"-{plain}" if is_negative else plain)


MINUS = "-\u2212"
"""What is before a negative number, or behind it: a hyphen, or the sign of mathematics."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a ledger is to be read, as its user says.

    `named` are the titles of columns by field, none for one that is to be recognised. `titles` is
    the number of the line with the titles (None: it is looked for). `delimiter` and `encoding` are
    for .csv (None: UTF-8, or what the mark at its beginning says); `sheet` is for workbooks (None:
    the first one that people see).
    """

    style: Style = Style()
    named: Mapping[str, Named] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str | None = None
    sheet: str | None = None
    titles: int | None = None


Named = str | Sequence[str] | None
"""A title, or several of which the first with a cell that is not blank counts."""


class AnyOf(tuple[str, ...]):
    """Titles of which one of several files may lack some; what it lacks is blank there."""

    __slots__ = ()


class LineKind(StrEnum):
    """What a line of a file is that is no purchase, or one under none of the contracts."""

    BLANK = "blank line"
    TOTAL = "total line"
    NO_CONTRACT = "no contract"


OF_PURCHASES = tuple(each.value for each in (*Outcome, LineKind.NO_CONTRACT))
"""The outcomes of purchases; other lines are skipped."""


# Which columns of a ledger say what was bought, recognised by title or named.

TITLES = {
    "quantity": (
        *("quantity", "qty", "units", "quantity ordered", "order quantity"),
        *("qty ordered", "order qty"),
    ),
    "purchased": (
        *("purchased", "purchase date", "date of purchase", "date", "order date", "po date"),
        *("purchase order date", "date purchased", "date ordered"),
    ),
    "service": ("service", "item", "product"),
    "paid": (
        *("paid", "amount paid", "amount", "invoiced", "total", "total price", "total amount"),
        *("total paid", "line total", "extended price", "invoice amount"),
    ),
    "reference": (
        *("reference", "po number", "purchase order number", "po", "po / reference"),
        *("invoice number", "invoice"),
    ),
    "vendor": ("vendor", "vendor name", "supplier", "supplier name"),
    "contract": ("contract", "contract number", "agreement"),
}
"""Titles by which a column is known, whatever its letter case, the name of the field first."""

MOST_COLUMNS = 2_000
"""Columns of a ledger; planning what to do with more takes minutes."""

LONGEST = 2**21
"""Characters of a line, and of a text in it."""

MOST_SHOWN = 40
"""Titles that a message repeats."""

NEEDED = ("quantity", "purchased")

MOST_ABOVE = 50
"""Lines that are not blank in which the titles are looked for."""

FEW_BYTES = 10 * 2**20
"""A file of so many bytes or fewer may claim to hold much; with each further byte, a bit more."""


TEXTS = ("reference", "vendor", "contract")
"""Fields of which nothing but their text is read; of several known titles the first counts."""

READ = tuple(field for field in TITLES if field not in TEXTS)
"""Fields of which more than their text is read."""

OPTIONS = {field: f"--{field}" for field in TITLES} | {"contract": "--contract-column"}
"""What names the column of a field."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns, from 0; None where the ledger has none.

    The day of purchase is the first of its columns that is not blank.
    """

    quantity: int
    purchased: tuple[int, ...]
    service: int | None = None
    paid: int | None = None
    reference: int | None = None
    vendor: int | None = None
    contract: int | None = None

    def by_field(self) -> dict[str, tuple[int, ...]]:
        """The positions of the columns that there are."""
        every = {name: at if isinstance(at, tuple) else (at,) for name, at in asdict(self).items()}
        return {name: at for name, at in every.items() if at != (None,)}


class MissingColumns(BadInput):
    """Titles among which a needed or a named one is not."""


def find_columns(titles: Sequence[str], named: Mapping[str, Named]) -> Columns:
    """Find the columns of a ledger by its titles; `named` are those that the user names.

    Raises MissingColumns for a title that is not there; and BadInput for one that is there twice,
    and where several titles may be meant and none of them is the name of the field.

    >>> columns = find_columns(["Invoice", "Qty", "Order date", "Amount"], {})
    >>> columns.by_field()
    {'quantity': (1,), 'purchased': (2,), 'paid': (3,), 'reference': (0,)}
    """
    keys = [name_key(title) for title in titles]
    wanted = {field: list_named(named.get(field)) for field in TITLES}
    for what, names in wanted.items():
        there = tuple(name for name in names if name_key(name) in keys)
        if there and isinstance(named.get(what), AnyOf):
            wanted[what] = there
            continue
        for name in names:
            if name not in there:
                has = format_titles(titles)
                raise MissingColumns(
                    f"no column is titled {name!r}, which {OPTIONS[what]} names; it has {has}"
                )
    missing = [
        field
        for field in NEEDED
        if not wanted[field] and not any(name_key(title) in keys for title in TITLES[field])
    ]
    if missing:
        raise MissingColumns(explain_missing(titles, missing))
    found = {
        field: tuple(_find_position(titles, keys, field, name) for name in names)
        if names
        else _recognise(titles, keys, field)
        for field, names in wanted.items()
    }
    _refuse_shared(titles, found)
    alone = {field: places[0] for field, places in found.items() if places}
    return Columns(**alone | {"purchased": found["purchased"]})  # type: ignore[arg-type] # places


def _refuse_shared(titles: Sequence[str], found: Mapping[str, Sequence[int]]) -> None:
    """Raise BadInput where a column is to be read as two things, as a quantity and an amount."""
    fields: dict[int, str] = {}
    for name in READ:
        for place in found[name]:
            other = fields.setdefault(place, name)
            if other != name:
                raise BadInput(
                    f"column {titles[place]!r} is taken for {OPTIONS[other]} and for "
                    f"{OPTIONS[name]}; name another column for one of them"
                )


def list_named(named: Named) -> tuple[str, ...]:
    """The titles that the user names."""
    return (named,) if isinstance(named, str) else tuple(named or ())


def _recognise(titles: Sequence[str], keys: Sequence[str], field: str) -> tuple[int, ...]:
    """The position of the column that has a known title of a field, if there is one."""
    there = [title for title in TITLES[field] if name_key(title) in keys]
    if field in TEXTS:
        once = [title for title in there if keys.count(name_key(title)) == 1]
        return tuple(keys.index(name_key(title)) for title in once[:1])
    if len(there) > 1 and there[0] != field:
        as_written = (titles[keys.index(name_key(title))] for title in there)
        which = format_titles(list(as_written), " and ")
        raise BadInput(f"has columns {which}; choose one of them with {OPTIONS[field]}")
    return tuple(_find_position(titles, keys, field, title) for title in there[:1])


def _find_position(titles: Sequence[str], keys: Sequence[str], field: str, name: str) -> int:
    """The position of the only column with a title that is there."""
    places = [place for place, key in enumerate(keys) if key == name_key(name)]
    if len(places) > 1:
        alike = format_titles([titles[place] for place in places], " and ")
        raise BadInput(
            f"{len(places)} columns are titled {alike}, and any of them may be the {field} "
            "column; give all but one of them other titles"
        )
    return places[0]


# The line that has the titles.


@dataclass(frozen=True, slots=True)
class TitleLine:
    """The titles, the number of their line, and what is written on the lines above it."""

    titles: list[str]
    line: int = 1
    above: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What is to be said of the lines that were skipped.

        >>> TitleLine(["Qty", "Date"], 4, ("Purchases of 2020", "Draft")).notes
        ["lines 1 to 3 above the titles were skipped: 'Purchases of 2020', 'Draft'"]
        """
        if not self.above:
            return []
        lines = "line 1" if self.line == 2 else f"lines 1 to {self.line - 1}"
        were = "was" if self.line == 2 else "were"
        return [f"{lines} above the titles {were} skipped: {format_titles(self.above)}"]


def find_title_line(lines: Iterable[tuple[int, Sequence[str]]], form: Form) -> TitleLine | None:
    """Find the titles in the first lines of a ledger, or take the line that the user names.

    None where all lines are blank. Raises BadInput where no line has the titles that are needed,
    and where two lines have other ones.

    >>> lines = [["Purchases of 2020"], [], ["Qty", "Date"], ["1", "2020-03-01"]]
    >>> find_title_line(enumerate(lines, start=1), Form())
    TitleLine(titles=['Qty', 'Date'], line=3, above=('Purchases of 2020',))
    """
    above: list[tuple[int, list[str]]] = []
    found: TitleLine | None = None
    for line, cells in lines:
        if form.titles is not None and line >= form.titles:
            return _take_named_line(line, cells, form.titles, above)
        if not any(cell.strip() for cell in cells):
            continue
        check_width(cells)
        is_title = form.titles is None and _has_columns(cells, form.named)
        if is_title and found is None:
            found = TitleLine(list(cells), line, _describe_above(above))
        elif is_title and found is not None:
            _refuse_second(found, line, cells)
        above.append((line, list(cells)))
        if form.titles is None and len(above) == MOST_ABOVE:
            break
    if form.titles is not None:
        raise BadInput(f"has no line {form.titles}, which --titles names")
    if above and found is None:
        _refuse_titles(above, form.named)
    return found


def _take_named_line(
    line: int, cells: Sequence[str], named: int, above: Sequence[tuple[int, list[str]]]
) -> TitleLine:
    if line > named or not any(cell.strip() for cell in cells):
        raise BadInput(f"line {named}, which --titles names, has no titles")
    check_width(cells)
    return TitleLine(list(cells), line, _describe_above(above))


def _has_columns(cells: Sequence[str], named: Mapping[str, Named]) -> bool:
    """Whether a line has the titles that are needed. Raises BadInput where it has too many."""
    try:
        find_columns(cells, named)
    except MissingColumns:
        return False
    return True


def _refuse_second(found: TitleLine, line: int, cells: Sequence[str]) -> None:
    """Raise BadInput for other titles than those that were found, on a line below them."""
    if list(map(name_key, cells)) != list(map(name_key, found.titles)):
        raise BadInput(
            f"lines {found.line} and {line} may both be the titles; name the one that is with "
            "--titles"
        )


def _describe_above(above: Sequence[tuple[int, list[str]]]) -> tuple[str, ...]:
    return tuple(_shorten(" ".join(filter(None, map(str.strip, cells)))) for _, cells in above)


OTHER_DELIMITERS = {";": "';'", "\t": "tab", "|": "'|'"}
"""What separates columns where it is no comma, and how it is typed."""


def _refuse_titles(lines: Sequence[tuple[int, list[str]]], named: Mapping[str, Named]) -> None:
    """Raise BadInput about the first line that has more than one cell, or else the first."""
    for line, cells in lines:
        for sign, name in OTHER_DELIMITERS.items():
            if _has_columns(",".join(cells).split(sign), named):
                raise BadInput(f"line {line}: {name} separates the columns; use --delimiter {name}")
    several = (each for each in lines if sum(1 for cell in each[1] if cell.strip()) > 1)
    line, cells = next(several, lines[0])
    try:
        find_columns(cells, named)
    except MissingColumns as error:
        where = f"line {line}: " if line != lines[0][0] else ""
        raise MissingColumns(f"{where}{error}") from None


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
        return (
            f"has only one title, {alone!r}; if the titles are on a line far below, name its "
            "number with --titles"
        )
    has = format_titles(titles)
    named = "; ".join(
        f"no column is titled {field!r}; name it with {OPTIONS[field]}" for field in fields
    )
    return f"{named}; it has {has}"
