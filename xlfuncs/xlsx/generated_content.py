"""Tell what a build wrote from what people added, by the stamp of the build."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.errors import Unreadable
from xlfuncs.sheets.cells import CellError, is_blank, serial_of
from xlfuncs.sheets.grid import COLUMNS_READ, title_key
from xlfuncs.sheets.schema import (
    ANSWERED,
    POINTS,
    PRICE_LIST,
    PURCHASES,
    RECORD,
    column_index,
    column_letter,
)
from xlfuncs.xlsx.package import Parts, in_one_sentence, open_package, read_chunks, read_tree
from xlfuncs.xlsx.user_input import CHOICE_ROWS, CHOICES, FILLED_IN, header_of

# What stands in a workbook besides what people fill in: mostly what the build itself wrote.
#
# Where it differs from that, somebody typed, drew or added something that a new build would lose.

Rows = Sequence[Sequence[Any]]
"""What is entered in the cells of a sheet, from A1 on."""

Surroundings = Mapping[str, str]
"""What stands where: the place by its name, such as `Purchases!A1` or `the sheet 'Notes'`."""


def surroundings_of(
    sheets: Mapping[str, Rows],
    made: Iterable[str],
    objects: Iterable[str],
    code: Mapping[str, str],
) -> dict[str, str]:
    """The surroundings of sheets by their titles; `made` are the titles that a build has.

    `objects` are the names of what is no cell: charts, names, comments. `code` are the texts of
    macros and of functions in names, by what `code_of` calls them.
    """
    known = {title.casefold(): title for title in made}
    found = dict.fromkeys(objects, "")
    found.update(code)
    for title, rows in sheets.items():
        name = known.get(title.casefold())
        if name is None:
            found[f"the sheet {title!r}"] = ""
        else:
            found.update(_of_sheet(name, rows))
    return found


def record_of(surroundings: Surroundings) -> list[str]:
    """A line for each place, by which a later build knows what nobody touched."""
    return [f"{place} {_digest(text)}" for place, text in surroundings.items()]


def untouched(place: str, text: str, recorded: Mapping[str, str]) -> bool:
    """Whether a place says what the build wrote there."""
    return recorded.get(place) == _digest(text)


def recorded_in(rows: Rows) -> dict[str, str]:
    """The record that stands on the hidden sheet of a workbook."""
    index = column_index(RECORD)
    lines = (row[index] for row in rows if index < len(row))
    pairs = (line.rpartition(" ") for line in lines if isinstance(line, str))
    return {place: digest for place, _, digest in pairs}


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


DIGITS = 12
MACROS, FUNCTIONS = "the macros in", "the function in the name"


def code_of(macros: Mapping[str, str], functions: Mapping[str, str]) -> dict[str, str]:
    """Macros by their modules, and functions by the names that hold them, each by its place.

    >>> code_of({"Sheet1": "sub"}, {"QUALYS_PRICE": "lambda(1)"})
    {"the macros in 'Sheet1'": 'sub', "the function in the name 'QUALYS_PRICE'": 'lambda(1)'}
    """
    named = [(MACROS, macros), (FUNCTIONS, functions)]
    return {f"{what} {name!r}": text for what, texts in named for name, text in texts.items()}


def is_code(place: str) -> bool:
    """Whether a place is one of macros or of a function, whose texts are too long to be shown."""
    return place.startswith((MACROS, FUNCTIONS))


def written(value: Any) -> str:
    """What is entered in a cell, in one spelling for all programs: letter case and spaces of a
    formula do not count.

    >>> written("=Qualys_Price(A1, B1)"), written(5), written(5.0), written("Note")
    ('=qualys_price(a1,b1)', '5', '5', 'Note')
    """
    if isinstance(value, ArrayFormula):
        value = value.text
    if isinstance(value, CellError):
        value = value.code
    if isinstance(value, (date, datetime)):
        value = serial_of(value, False)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.15g}"
    return _spelled(str(value))


@lru_cache(maxsize=1000)
def _spelled(text: str) -> str:
    return re.sub(r"\s", "", text).casefold() if text.startswith("=") else text


def _of_sheet(name: str, rows: Rows) -> Iterator[tuple[str, str]]:
    columns, header_row = _columns(name, rows)
    answers: dict[str, list[tuple[str, str, str]]] = {}
    for number, index, value in _entered(rows):
        if name == POINTS and index == column_index(RECORD):
            continue
        text, place = written(value), f"{name}!{column_letter(index)}{number}"
        column = columns.get(index) if number >= header_row else None
        if column is None:
            if not _is_choice(name, rows[number - 1], number, index):
                yield place, text
        elif column.startswith(ADDED):
            yield column, ""
        elif column in ANSWERED and number > header_row:
            answers.setdefault(column, []).append((_relative(text, number), place, text))
    for title, found in answers.items():
        [(formula, _)] = Counter(relative for relative, _, _ in found).most_common(1)
        yield f"{ADDED}{title!r} on {name}", formula
        yield from ((place, text) for relative, place, text in found if relative != formula)


def _entered(rows: Rows) -> Iterator[tuple[int, int, Any]]:
    """The cells that are not blank, with their rows and indexes; what an array formula fills is
    not entered but worked out."""
    filled: dict[int, int] = {}  # the last row that is filled in a column
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row):
            if is_blank(cell) or number <= filled.get(index, 0):
                continue
            if isinstance(cell, ArrayFormula):
                first, top, last, bottom = _boundaries(cell.ref)
                if (top, first - 1) == (number, index):
                    filled.update(dict.fromkeys(range(index, min(last, COLUMNS_READ)), bottom))
            yield number, index, cell


def _boundaries(cells: str) -> tuple[int, int, int, int]:
    first, top, last, bottom = range_boundaries(cells)
    return first or 1, top or 1, last or 1, bottom or 1


ADDED = "the column "


def _columns(name: str, rows: Rows) -> tuple[dict[int, str], int]:
    """What each column of a table holds, by its index, and the row of the titles.

    That is a field, the title of an answer, or a column that somebody added.
    """
    header = None
    if name in FILLED_IN:
        header = header_of(name, rows)
    if header is None:
        return {}, 0
    answered = {title_key(title): title for title in ANSWERED} if name == PURCHASES else {}
    columns: dict[int, str] = {}
    for index, cell in enumerate(rows[header.row]):
        if isinstance(cell, str) and cell.strip():
            added = f"{ADDED}{cell!r} on {name}"
            columns[index] = answered.get(title_key(cell), added)
    columns.update({index: field for field, index in header.columns.items()})
    return columns, header.row + 1


def _is_choice(name: str, row: Sequence[Any], number: int, index: int) -> bool:
    title = row[0]
    chosen = isinstance(title, str) and title_key(title) in CHOICES
    return name == PRICE_LIST and index == 1 and number <= CHOICE_ROWS and chosen


def _relative(formula: str, row: int) -> str:
    """A formula without the number of its own row, which differs from row to row.

    >>> _relative("=qualys_price(a11,b11,c1)", 11)
    '=qualys_price(a#,b#,c1)'
    """
    if str(row) not in formula:  # as most, which name their columns
        return formula
    return re.sub(rf"(?<=[a-z]){row}\b", "#", formula)


# The stamp of a build: what the file says of itself in its document properties.

PART = "docProps/custom.xml"
PREFIX = "xlfuncs "
BUILT, ROWS, FINGERPRINT = (f"{PREFIX}{word}" for word in ("built", "rows", "fingerprint"))
UNKNOWN = "0" * 64
"""Stands for the fingerprint until it is known."""

FROM_CONTRACT, FROM_WORKBOOK = "from a contract file", "from a workbook"
"""Where the rows of a build came from."""


class Stamp(NamedTuple):
    """The day of the build, where its rows came from, and the fingerprint of the file."""

    built: date
    rows: str
    fingerprint: str


def fingerprint_of(parts: Parts) -> str:
    """The fingerprint of a workbook's parts, as they are before it stands in the stamp itself."""
    stamp = stamp_of(parts)
    lines = []
    for name in sorted(parts):
        digest = sha256()
        if stamp and name == PART:
            digest.update(parts[name].replace(stamp.fingerprint.encode(), UNKNOWN.encode()))
        else:
            for chunk in read_chunks(parts, name):
                digest.update(chunk)
        lines.append(f"{name} {digest.hexdigest()}")
    return sha256("\n".join(lines).encode()).hexdigest()


def stamp_of(parts: Parts) -> Stamp | None:
    """The stamp of a workbook's parts, None where there is none that could be read."""
    try:
        with in_one_sentence():
            root = read_tree(parts, PART)
        found = {each.get("name"): "".join(each.itertext()) for each in root}
        built, *others = (found[name] for name in (BUILT, ROWS, FINGERPRINT))
        return Stamp(date.fromisoformat(built), *others)
    except (KeyError, ValueError, Unreadable):
        return None


def built_on(content: bytes) -> date | None:
    """The day on which a file was built, None where it does not say so."""
    stamp = stamp_of(_parts(content))
    return stamp and stamp.built


def is_untouched(content: bytes) -> bool:
    """Whether a file is a build to the byte, as nobody has saved it since."""
    parts = _parts(content)
    stamp = stamp_of(parts)
    try:
        return stamp is not None and stamp.fingerprint == fingerprint_of(parts)
    except Unreadable:  # one of its parts is damaged
        return False


def can_be_built_again(content: bytes) -> bool:
    """Whether a file is an untouched build whose rows stand in a contract file."""
    stamp = stamp_of(_parts(content))
    return is_untouched(content) and stamp is not None and stamp.rows == FROM_CONTRACT


def _parts(content: bytes) -> Parts:
    try:
        return open_package(content)
    except Unreadable:  # it is no workbook
        return {}
