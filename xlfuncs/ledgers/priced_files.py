"""Write a priced ledger as .csv or .parquet, and read it line by line for a workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from math import isfinite
from pathlib import Path

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.expressions import copy_file, execute
from xlfuncs.ledgers.written_columns import WrittenColumn
from xlfuncs.pricing.contract import MOST_DIGITS
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY

# Text that a spreadsheet would run as a formula, made harmless.

_SIGNS = "=+-@"
_WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in _SIGNS)
_SPACES = " \u00a0"
_ENDS = "\t\r\n"

FORMULA = f"^[{_SPACES}{_ENDS}]*[{re.escape(_SIGNS)}{_WIDE}]|^[{_ENDS}]"
"""How text begins that spreadsheets may take for a formula, also with signs of double width."""

PLAIN = r"^\s*([+-]?[0-9]+([.,][0-9]+)*%?|-+)\s*$"
"""A number, or dashes in place of one, which are none."""


def make_harmless(text: exp.Expr) -> exp.Expr:
    """The text with an apostrophe before it where it is needed.

    Nearly all text begins with a letter or a digit of ASCII and is looked at no further. A list of
    signs in place of the ranges would make DuckDB join it, which gives up the order of lines; and
    conditions within each other are planned much faster than beside each other.
    """
    first = sql.call("ASCII", text)
    marked = sql.case(
        (sql.call("REGEXP_MATCHES", text, PLAIN), text), default=sql.concat("'", text)
    )
    other = sql.case((sql.call("REGEXP_MATCHES", text, FORMULA), marked), default=text)
    no_letter = sql.case((first.between(48, 57), text), default=other)
    return sql.case((first.between(65, 126), text), default=no_letter)


def make_title_harmless(title: str) -> str:
    """The same for one text.

    >>> make_title_harmless("=1+1"), make_title_harmless("-12,50")
    ("'=1+1", '-12,50')
    """
    return f"'{title}" if re.search(FORMULA, title) and not re.search(PLAIN, title) else title


# Priced ledgers as .csv and .parquet, written by the database.


def write_csv(
    batch: Batch, columns: Sequence[WrittenColumn], file: Path, delimiter: str, *, lines: int
) -> None:
    """Write columns in the style of the ledger, in UTF-8, marked as such where that is marked."""
    line = StringIO()
    harmless = [make_title_harmless(column.title) for column in columns]
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(harmless)
    titles = "\ufeff" * batch.source.marked + line.getvalue()
    if not lines:
        file.write_text(titles, encoding="utf-8", newline="")
        return
    cells = [_csv_cell(batch, column) for column in columns]
    if len(cells) == 1:  # a blank one in quotes, for a line without anything is none to readers
        cells = [sql.call("COALESCE", sql.cast(cells[0], "VARCHAR"), "")]
    # the titles go before it as they are: as names of columns they would have to differ
    form: dict[str, str | bool] = {
        "header": False,
        "delimiter": delimiter,
        "prefix": titles,
        "suffix": "\n",
    }
    _write_file(batch, cells, file, "csv", form)


def _csv_cell(batch: Batch, column: WrittenColumn) -> exp.Expr:
    """A cell of the ledger or a result; what was read as an amount, as -$5.00, is no formula."""
    result, position = column.result, column.position or 0
    if result is None:
        text = batch.source.text(position)
        harmless = make_harmless(text)
        if position != batch.columns.paid:
            return harmless
        return sql.case((sql.is_not_null(exp.column("paid")), text), default=harmless)
    if not result.amount:
        return make_harmless(result.value)
    amount = result.text or sql.cast(result.value, "VARCHAR")
    return amount if batch.style.decimal == "." else sql.replace(amount, ".", batch.style.decimal)


def write_parquet(batch: Batch, columns: Sequence[WrittenColumn], file: Path) -> None:
    """Write columns with the types that they have in the ledger, and results with theirs."""
    titles = _make_unlike([column.title for column in columns])
    values = [
        batch.source.value(column.position or 0) if column.result is None else column.result.value
        for column in columns
    ]
    named = [
        sql.alias(value, title, quoted=True) for value, title in zip(values, titles, strict=True)
    ]
    _write_file(batch, named, file, "parquet", {})


def _write_file(
    batch: Batch,
    columns: Sequence[exp.Expr],
    file: Path,
    kind: str,
    form: dict[str, str | bool],
) -> None:
    """Let the database write into a file that exists and has the right permissions."""
    query = batch.select_in_order(*columns).subquery(copy=False)
    copied = copy_file(query, str(file), kind, to_file=True, use_tmp_file=False, **form)
    execute(batch.database, copied)


def _make_unlike(titles: Sequence[str]) -> list[str]:
    """Titles as names of columns, of which no two are alike and none is blank."""
    found: list[str] = []
    for number, title in enumerate(titles, start=1):
        name = title.strip() or f"Column {number}"
        while name.casefold() in {other.casefold() for other in found}:
            name = f"{name} ({number})"
        found.append(name)
    return found


# Priced ledgers line by line, as the cells of a workbook.

AT_ONCE = 10_000
AS_CELLS = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|DOUBLE|FLOAT|DATE|TIMESTAMP"
)
"""Types of columns that cells have as well."""


def read_priced_rows(batch: Batch, columns: Sequence[WrittenColumn]) -> Iterator[list[object]]:
    """Read the cells of each line in these columns.

    Cells are as a workbook held them, or of the type that a column has; those of .csv are numbers
    and days where they were read as such, text elsewhere.
    """
    source = batch.source
    results = [column.result.value for column in columns if column.result]
    places = [column.position for column in columns if column.position is not None]
    if source.rows:
        held = source.rows()
        found = execute(batch.database, batch.select_in_order(*results or [sql.NULL]))
        while lines := found.fetchmany(AT_ONCE):
            for answers in lines:
                row = next(held)
                cells = [row[place] if place < len(row) else None for place in places]
                yield _arrange(columns, cells, answers)
        return
    texts = [source.text(place) for place in places]
    values = [
        source.value(place) if not source.types or AS_CELLS.fullmatch(source.types[place]) else text
        for place, text in zip(places, texts, strict=True)
    ]
    read = [exp.column(name) for name in ("stated", "day", "paid")]
    found = execute(batch.database, batch.select_in_order(*read, *values, *texts, *results))
    count = len(places)
    while lines := found.fetchmany(AT_ONCE):
        for quantity, day, paid, *rest in lines:
            own, written = rest[:count], rest[count : 2 * count]
            if source.types:
                cells = list(map(_typed_cell, own, written))
            else:
                as_read = _list_read(batch, quantity, day, paid)
                cells = [
                    _read_cell(text, as_read.get(place), batch)
                    for place, text in zip(places, written, strict=True)
                ]
            yield _arrange(columns, cells, rest[2 * count :])


def _arrange(
    columns: Sequence[WrittenColumn], cells: Sequence[object], answers: Sequence[object]
) -> list[object]:
    """The cells of the ledger and the answers in the order of their columns."""
    own, added = iter(cells), iter(answers)
    return [_sheet_cell(next(added)) if column.result else next(own) for column in columns]


def _typed_cell(value: object, text: str | None) -> object:
    """A value of a column with a type, or its text where a cell would hold another."""
    held = True
    if isinstance(value, float):
        held = isfinite(value)
    elif isinstance(value, int):
        held = len(str(abs(value))) <= MOST_DIGITS
    elif isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        held = day >= FIRST_CERTAIN_DAY and (text or "")[:1].isdigit()  # there is an infinite day
    return _sheet_cell(value) if held else text


def _list_read(batch: Batch, quantity: object, day: object, paid: object) -> dict[int, object]:
    """What was read of a line, by the positions of the columns that it was read of."""
    columns = batch.columns
    read = {columns.quantity: quantity, **dict.fromkeys(columns.purchased, day)}
    return read if columns.paid is None else {**read, columns.paid: paid}


def _read_cell(text: str | None, value: object, batch: Batch) -> object:
    """The number or day that a text was read as, or the text."""
    if value is None or text is None:
        return text
    if isinstance(value, date):
        return text if ":" in text else value
    return _sheet_cell(batch.style.parse_number(text))


def _sheet_cell(value: object) -> object:
    """A value as a cell holds it; a number of too many digits stays text."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits
        return value if len(digits) <= MOST_DIGITS else f"{value:f}"
    if value is None or isinstance(value, (bool, int, float, date, str)):
        return value
    return str(value)
