"""Measure what a sheet contains before a library makes a table of the cells that it spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from xml.parsers.expat import ExpatError, XMLParserType

from xlfuncs.ledgers.columns import LONGEST
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.sheets.schema import COLUMNS_OF_A_SHEET, LAST_ROW, column_letter
from xlfuncs.xlsx.xml_stream import (
    LONGEST_TAG,
    DocumentType,
    LongTag,
    local_name,
    make_parser,
    parse,
)

AGAIN = "open it in Excel and save it again"


def parse_part(parser: XMLParserType, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Parse a part of a ledger, and yield each chunk once it is parsed. Raises BadInput."""
    try:
        yield from parse(parser, chunks)
    except BadInput:
        raise
    except DocumentType:
        raise BadInput(f"defines XML entities, which workbooks do not; {AGAIN}") from None
    except LongTag:
        raise BadInput(f"is damaged: a tag has more than {LONGEST_TAG:,} bytes; {AGAIN}") from None
    except (ExpatError, ValueError, LookupError) as error:  # the latter for encodings
        raise BadInput(f"is damaged ({error}); {AGAIN}") from None


SPAN = 3
"""How many times as many cells as a sheet may have filled it may span."""

TAGS = 6
"""How many times as many tags as filled cells a sheet may have."""

NINES = "9999"
"""The digits that every number of days has which ends in the last half millisecond of a day."""

HALF_MILLISECOND = 0.0005 / 86_400
NOT_CALCULATED = "(a formula that was not calculated)"
LONGEST_ERROR = 20
"""Characters that are kept of an error such as #DIV/0!."""

TEXTS = {"str", "inlineStr"}
"""The kinds of cells that hold no number, nor that of a text."""

REFERENCE, WIDE = b"&#", (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")
"""What a reference to a character begins with, and what XML begins with that is not in UTF-8."""

ALONE = "keep only the ledger on its sheet, or save it as .csv"


class SheetBounds:
    """The bounds of a sheet: at most so many filled cells and rows; positions are from 0.

    Raises BadInput where more cells are filled than there may be, or are so far from each other
    that a table of them would be nearly all blank, or have more rows than there may be; and where
    a row, a cell or a value is twice or out of order, so that a library would leave one out.

    >>> bounds = SheetBounds(10, 10)
    >>> row = b'<row r="2"><c r="B2"><v>41639.99999999999</v></c></row>'
    >>> for _ in bounds.measure([b"<sheetData>", row, b"</sheetData>"]): pass
    >>> bounds.is_rounded_up(1, 1), bounds.is_rounded_up(1, 2)
    (True, False)
    """

    def __init__(self, most: int, rows: int) -> None:
        self._most, self._most_rows = most, rows
        self._ended: set[str] = set()  # its method takes in each end of a tag soonest
        self._parser = make_parser(self._start, self._ended.add, self._data, namespaces=False)
        self._parser.CommentHandler = self._refuse_aside  # at which some programs end a text
        self._parser.ProcessingInstructionHandler = self._refuse_aside
        self._parser.StartCdataSectionHandler = self._refuse_aside
        self._tags = self._filled = 0
        self._row = self._column = -1
        self._name = self._kind = self._digits = self._text = ""
        self._has_value = self._has_rows = self._has_branches = False
        self._rows_tag = "sheetData"
        self._in_parts, self._parts = False, 0
        self._numbers = {column_letter(index): index for index in range(COLUMNS_OF_A_SHEET)}
        self._top, self._bottom = LAST_ROW, -1
        self._left, self._right = COLUMNS_OF_A_SHEET, -1
        self._rounded: list[int] = []
        self._errors: dict[int, str] = {}
        self._has_formula = self._has_result = False

    def measure(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the chunks of the sheet's part, each once it is measured. Raises BadInput."""
        for chunk in parse_part(self._parser, self._prepare(chunks)):
            self._refuse_beyond()
            yield chunk
        self._close_cell()
        self._refuse_beyond()
        self._rounded.sort()

    def _prepare(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Let the parser pass on each reference to a character as a text by itself."""
        for chunk in chunks:
            if not self._tags and chunk.startswith(WIDE):
                raise BadInput(f"its sheet is not written in UTF-8; {AGAIN}")
            self._in_parts, self._parts = REFERENCE in chunk, 0
            self._parser.buffer_text = not self._in_parts
            yield chunk

    def _refuse_beyond(self) -> None:
        if self._tags > TAGS * self._most:
            raise BadInput(f"has more than {TAGS * self._most:,} tags on its sheet; {ALONE}")
        if self._filled > self._most:
            raise BadInput(f"has more than {self._most:,} cells on its sheet; {ALONE}")
        height, width = self._bottom - self._top + 1, self._right - self._left + 1
        if self._filled and (height * width > SPAN * self._most or height > self._most_rows):
            if self._filled >= height:
                raise BadInput(f"has more than {self._most_rows:,} rows on its sheet; {ALONE}")
            raise BadInput(
                f"its cells are far apart: they span {height:,} rows and {width:,} columns; delete "
                "what is right of the ledger and below it, or save it as .csv"
            )

    def is_rounded_up(self, row: int, column: int) -> bool:
        """Whether what is shown as midnight is just before it."""
        place = row * COLUMNS_OF_A_SHEET + column
        found = bisect_left(self._rounded, place)
        return found < len(self._rounded) and self._rounded[found] == place

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in one of millions of tags: the most frequent come first."""
        self._tags += 1
        self._name, self._text, self._parts = name, "", 0
        if name == "c":
            self._open_cell(attributes)
        elif name == "v":
            self._refuse_second_value()
            self._fill()
        elif name == "t":
            self._fill()
        elif name == "row":
            self._open_row(attributes)
        elif name == "is":
            self._refuse_second_value()
        else:
            self._start_rare(name, attributes)

    def _start_rare(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "f":
            self._has_formula = True
        elif name == "sheetData":
            if self._has_rows:
                raise BadInput(f"its sheet has its rows twice; {AGAIN}")
            self._has_rows = True
        elif ":" in name:
            self._start_prefixed(name, attributes)
        elif name == "AlternateContent":
            self._has_branches = True

    def find_error(self, row: int, column: int) -> str:
        """The error that a cell shows; blank where it shows none."""
        return self._errors.get(row * COLUMNS_OF_A_SHEET + column, "")

    @property
    def has_errors(self) -> bool:
        return bool(self._errors)

    @property
    def rows_with_errors(self) -> int:
        """The rows through the last one with an error, of which a library may leave some out."""
        return max(self._errors, default=-1) // COLUMNS_OF_A_SHEET + 1

    def _close_cell(self) -> None:
        """Take in that a formula has no value, which a program that did not calculate leaves."""
        if self._has_formula and not self._has_result and self._kind != "str":
            self._errors[self._row * COLUMNS_OF_A_SHEET + self._column] = NOT_CALCULATED
            self._fill()
        self._has_formula = self._has_result = False

    def _start_prefixed(self, name: str, attributes: Mapping[str, str]) -> None:
        """A tag below the rows is none of theirs: a button has its place in rows and branches."""
        local = local_name(name)
        if local == "sheetData":
            self._rows_tag = name
        elif self._rows_tag in self._ended:
            return
        self._start(local, attributes)

    def _fill(self) -> None:
        self._filled += 1
        if not self._top <= self._row <= self._bottom:
            self._top, self._bottom = min(self._row, self._top), max(self._row, self._bottom)
        if not self._left <= self._column <= self._right:
            self._left = min(self._column, self._left)
            self._right = max(self._column, self._right)

    def _refuse_second_value(self) -> None:
        if self._has_value:
            raise BadInput(f"has a cell with two values in row {self._row + 1}; {AGAIN}")
        self._has_value = True

    def _refuse_aside(self, *_: str) -> None:
        if self._row >= 0 and self._rows_tag not in self._ended:
            raise BadInput(f"has a comment within the XML of row {self._row + 1}; {AGAIN}")

    def _data(self, text: str) -> None:
        if self._in_parts and self._name == "v" and self._kind not in TEXTS and text.strip():
            self._parts += 1
        if self._parts > 1:
            raise BadInput(f"has a number in row {self._row + 1} that is not plain; {AGAIN}")
        if self._text:
            text = self._text + text
            if len(text) > LONGEST:
                raise BadInput(f"line {self._row + 1} has more than {LONGEST:,} characters")
        self._text = text
        self._has_result = self._has_result or self._name == "v"
        if self._kind == "e" and self._name == "v":
            self._errors[self._row * COLUMNS_OF_A_SHEET + self._column] = text[:LONGEST_ERROR]
        if NINES in text and _is_rounded_up(text):
            self._rounded.append(self._row * COLUMNS_OF_A_SHEET + self._column)

    def _open_row(self, attributes: Mapping[str, str]) -> None:
        stated = attributes.get("r")
        number = self._row + 1 if stated is None else _whole(stated) - 1
        if not self._row < number < LAST_ROW or self._has_branches:
            where = self._row + 2 if stated is None else repr(stated[:20])
            raise BadInput(f"has row {where} twice, out of order, or beyond the last row; {AGAIN}")
        self._close_cell()
        self._row, self._column, self._digits = number, -1, str(number + 1)

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        """Takes the place of a cell. Raises BadInput for one that no sheet has there."""
        self._close_cell()
        self._kind, self._has_value = attributes.get("t", ""), False
        place = attributes.get("r")
        if place is None:
            column = self._column + 1
        else:
            letters = place.removesuffix(self._digits)
            column = (
                COLUMNS_OF_A_SHEET
                if letters == place
                else self._numbers.get(letters, COLUMNS_OF_A_SHEET)
            )
        if not self._column < column < COLUMNS_OF_A_SHEET or self._row < 0 or self._has_branches:
            raise BadInput(
                f"has a cell at {(place or '')[:20]!r} in row {self._row + 1} twice, out of order, "
                f"or outside the sheet; {AGAIN}"
            )
        self._column = column


def _is_rounded_up(text: str) -> bool:
    """Whether a number of days is in the last half millisecond of a day.

    >>> _is_rounded_up("41639.99999999999"), _is_rounded_up("41639.9999")
    (True, False)
    """
    try:
        days = float(text)
    except ValueError:
        return False
    return 0 < days < 10**7 and 0 < -days % 1 <= HALF_MILLISECOND


def _whole(text: str) -> int:
    """A whole number of at most seven digits, 0 where the text is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else 0
