"""Tell what a build wrote from what people added, by the record and the stamp of the build."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.errors import FileFormatError
from xlfuncs.pricing.contract import name_key
from xlfuncs.sheets.cells import CellError, is_blank, to_serial
from xlfuncs.sheets.reader import COLUMNS_READ
from xlfuncs.sheets.schema import (
    CALCULATED,
    CHOICE_TITLES,
    CHOICES,
    INPUT_COLUMNS,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    RECORD,
    column_index,
    column_letter,
)
from xlfuncs.xlsx.package import Parts, open_package, read_chunks, read_tree, refuse_damage
from xlfuncs.xlsx.user_input import CHOICE_ROWS, find_choice, find_input_header

# What a workbook contains besides input: mostly what the build itself wrote. Where it differs from
# that, somebody typed, drew or added something that a new build would lose.

Rows = Sequence[Sequence[Any]]
"""What is entered in the cells of a sheet, from A1 on."""

TextsByPlace = Mapping[str, str]
"""The text at each place, such as `Purchases!A1`; blank for a thing such as `the sheet 'Notes'`."""

MACROS, FUNCTIONS = "the macros in", "the function in the name"
ADDED = "the column "
DIGITS = 12
"""Characters of the digest of a text in the record."""


def find_generated_content(
    sheets: Mapping[str, Rows], made: Iterable[str], objects: Iterable[str], code: TextsByPlace
) -> dict[str, str]:
    """The generated content of sheets by their titles; `made` are the titles that a build has.

    `objects` are the names of what is no cell: charts, names, comments. `code` are the texts of
    macros and of functions in names, by their places.
    """
    known = {title.casefold(): title for title in made}
    found = {**dict.fromkeys(objects, ""), **code}
    for title, rows in sheets.items():
        name = known.get(title.casefold())
        found.update([(f"the sheet {title!r}", "")] if name is None else _read_sheet(name, rows))
    return found


def format_record(content: TextsByPlace) -> list[str]:
    """The record of a build, by which a later one knows what nobody touched: a line a place."""
    return [f"{place} {_digest(text)}" for place, text in content.items()]


def parse_record(rows: Rows) -> dict[str, str]:
    """The digests by place, from the record on the hidden sheet of a workbook."""
    index = column_index(RECORD)
    lines = (row[index] for row in rows if index < len(row))
    pairs = (line.rpartition(" ") for line in lines if isinstance(line, str))
    return {place: digest for place, _, digest in pairs}


def is_recorded(place: str, text: str, record: Mapping[str, str]) -> bool:
    """Whether a place has the text that the build wrote there."""
    return record.get(place) == _digest(text)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def name_code(macros: Mapping[str, str], functions: Mapping[str, str]) -> dict[str, str]:
    """Macros by their modules, and functions by the names that hold them, each by its place.

    >>> name_code({"Sheet1": "sub"}, {"QUALYS_PRICE": "lambda(1)"})
    {"the macros in 'Sheet1'": 'sub', "the function in the name 'QUALYS_PRICE'": 'lambda(1)'}
    """
    named = [(MACROS, macros), (FUNCTIONS, functions)]
    return {f"{what} {name!r}": text for what, texts in named for name, text in texts.items()}


def is_code(place: str) -> bool:
    """Whether a place is one of macros or of a function, whose texts are too long to be shown."""
    return place.startswith((MACROS, FUNCTIONS))


def format_compared(value: Any) -> str:
    """What is entered in a cell, in one spelling for all programs: letter case and spaces of a
    formula do not count.

    >>> format_compared("=Qualys_Price(A1, B1)"), format_compared("Two words")
    ('=qualys_price(a1,b1)', 'Two words')
    >>> format_compared(5), format_compared(5.0)
    ('5', '5')
    """
    if isinstance(value, ArrayFormula):
        value = value.text
    if isinstance(value, CellError):
        value = value.code
    if isinstance(value, (date, datetime)):
        value = to_serial(value, False)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.15g}"
    return _normalize_formula(str(value))


@lru_cache(maxsize=1000)
def _normalize_formula(text: str) -> str:
    return re.sub(r"\s", "", text).casefold() if text.startswith("=") else text


def _read_sheet(name: str, rows: Rows) -> Iterator[tuple[str, str]]:
    columns, header_row = _find_columns(name, rows)
    answers: dict[str, list[tuple[str, str, str]]] = {}
    for number, index, value in _entered_cells(rows):
        if name == POINTS and index == column_index(RECORD):
            continue
        text, place = format_compared(value), f"{name}!{column_letter(index)}{number}"
        column = columns.get(index) if number >= header_row else None
        if column is None:
            if not _is_choice(name, rows[number - 1], number, index):
                yield place, text
        elif column.startswith(ADDED):
            yield column, ""
        elif column in CALCULATED and number > header_row:
            answers.setdefault(column, []).append((_relative(text, number), place, text))
    for title, found in answers.items():
        [(formula, _)] = Counter(relative for relative, _, _ in found).most_common(1)
        yield f"{ADDED}{title!r} on {name}", formula
        yield from ((place, text) for relative, place, text in found if relative != formula)


def _entered_cells(rows: Rows) -> Iterator[tuple[int, int, Any]]:
    """The cells that are not blank, with their rows and indexes; what an array formula fills is
    not entered but calculated."""
    filled: dict[int, int] = {}  # the last row that is filled in a column
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            if is_blank(cell) or number <= filled.get(index, 0):
                continue
            if isinstance(cell, ArrayFormula):
                first, top, last, bottom = (each or 1 for each in range_boundaries(cell.ref))
                if (top, first - 1) == (number, index):
                    filled.update(dict.fromkeys(range(index, min(last, COLUMNS_READ)), bottom))
            yield number, index, cell


def _find_columns(name: str, rows: Rows) -> tuple[dict[int, str], int]:
    """What each column of a table holds, by its index, and the row of the titles.

    That is a field, the title of an answer, or a column that somebody added.
    """
    header = find_input_header(name, rows) if name in INPUT_COLUMNS else None
    if header is None:
        return {}, 0
    answered = {name_key(title): title for title in CALCULATED} if name == PURCHASES else {}
    columns: dict[int, str] = {}
    for index, cell in enumerate(rows[header.row]):
        if isinstance(cell, str) and cell.strip():
            columns[index] = answered.get(name_key(cell), f"{ADDED}{cell!r} on {name}")
    columns.update({index: field for field, index in header.columns.items()})
    return columns, header.row + 1


def _is_choice(name: str, row: Sequence[Any], number: int, index: int) -> bool:
    within = name == PRICE_LIST and number <= CHOICE_ROWS and index == column_index(CHOICES)
    return within and find_choice(row[column_index(CHOICE_TITLES)]) is not None


def _relative(formula: str, row: int) -> str:
    """A formula without the number of its own row, which differs from row to row.

    >>> _relative("=qualys_price(a11,b11,c1)", 11)
    '=qualys_price(a#,b#,c1)'
    """
    if str(row) not in formula:  # as most, which name their columns
        return formula
    return re.sub(rf"(?<=[a-z]){row}\b", "#", formula)


# The stamp of a build: what the file says of itself in its document properties.

STAMP_PART = "docProps/custom.xml"
PREFIX = "xlfuncs "
BUILT, ROWS, FINGERPRINT = (f"{PREFIX}{word}" for word in ("built", "rows", "fingerprint"))
NO_FINGERPRINT = "0" * 64
"""Written in place of the fingerprint until it is known."""

FROM_CONTRACT, FROM_WORKBOOK = "from a contract file", "from a workbook"
"""Where the rows of a build came from."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The day of the build, where its rows came from, and the fingerprint of the file."""

    built: date
    rows: str
    fingerprint: str


def compute_fingerprint(parts: Parts) -> str:
    """The fingerprint of a workbook's parts, as they are before it is written into the stamp."""
    stamp = read_stamp(parts)
    lines = []
    for name in sorted(parts):
        digest = sha256()
        if stamp and name == STAMP_PART:
            digest.update(parts[name].replace(stamp.fingerprint.encode(), NO_FINGERPRINT.encode()))
        else:
            for chunk in read_chunks(parts, name):
                digest.update(chunk)
        lines.append(f"{name} {digest.hexdigest()}")
    return sha256("\n".join(lines).encode()).hexdigest()


def read_stamp(parts: Parts) -> Stamp | None:
    """The stamp of a workbook's parts, None where there is none that could be read."""
    try:
        with refuse_damage():
            root = read_tree(parts, STAMP_PART)
        found = {each.get("name"): "".join(each.itertext()) for each in root}
        return Stamp(date.fromisoformat(found[BUILT]), found[ROWS], found[FINGERPRINT])
    except (KeyError, ValueError, FileFormatError):
        return None


def read_build_day(content: bytes) -> date | None:
    """The day on which a file was built, None where it does not say so."""
    stamp = read_stamp(_read_parts(content))
    return stamp.built if stamp else None


def is_untouched(content: bytes) -> bool:
    """Whether a file is a build to the byte, as nobody has saved it since."""
    return _untouched_stamp(content) is not None


def is_reproducible(content: bytes) -> bool:
    """Whether a file is an untouched build whose rows are in a contract file."""
    stamp = _untouched_stamp(content)
    return stamp is not None and stamp.rows == FROM_CONTRACT


def _untouched_stamp(content: bytes) -> Stamp | None:
    parts = _read_parts(content)
    stamp = read_stamp(parts)
    try:
        return stamp if stamp and stamp.fingerprint == compute_fingerprint(parts) else None
    except FileFormatError:  # one of its parts is damaged
        return None


def _read_parts(content: bytes) -> Parts:
    try:
        return open_package(content)
    except FileFormatError:  # it is no workbook
        return {}
