"""Write a priced ledger as .csv, .parquet or a workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from xlfuncs.ledgers.expressions import literal
from xlfuncs.ledgers.parquet_source import identifier
from xlfuncs.ledgers.query import remarked
from xlfuncs.ledgers.run import Batch
from xlfuncs.sheets.cells import FIRST_CERTAIN_DAY
from xlfuncs.xlsx.styles import escaped

# Priced ledgers as files.


# Text that a spreadsheet would run as a formula, made harmless.

_SIGNS = "=+-@"
_WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in _SIGNS)
_SPACES = " \u00a0"
_ENDS = "\t\r\n"

FORMULA = f"^[{_SPACES}{_ENDS}]*[{re.escape(_SIGNS)}{_WIDE}]|^[{_ENDS}]"
"""How text begins that spreadsheets may take for a formula, also with signs of double width."""

PLAIN = r"^\s*([+-]?[0-9]+([.,][0-9]+)*%?|-+)\s*$"
"""A number, or dashes in place of one, which are none."""


def harmless(column: str) -> str:
    """The text with an apostrophe before it where it is needed, in SQL.

    Nearly all text begins with a letter or a digit of ASCII and is looked at no further. A list of
    signs in place of the ranges would make DuckDB join it, which gives up the order of lines; and
    conditions within each other are planned much faster than beside each other.
    """
    formula = f"REGEXP_MATCHES({column}, {literal(FORMULA)})"
    plain = f"REGEXP_MATCHES({column}, {literal(PLAIN)})"
    marked = f"CASE WHEN {plain} THEN {column} ELSE '''' || {column} END"
    other = f"CASE WHEN {formula} THEN {marked} ELSE {column} END"
    no_letter = f"CASE WHEN ASCII({column}) BETWEEN 48 AND 57 THEN {column} ELSE {other} END"
    return f"CASE WHEN ASCII({column}) BETWEEN 65 AND 126 THEN {column} ELSE {no_letter} END"


def harmless_text(text: str) -> str:
    """The same for one text.

    >>> harmless_text("=1+1"), harmless_text("-12,50"), harmless_text("Order - 1")
    ("'=1+1", '-12,50', 'Order - 1')
    """
    return f"'{text}" if re.search(FORMULA, text) and not re.search(PLAIN, text) else text


# What is written beside each line of a ledger.


class Result(NamedTuple):
    """A column: its title and what it shows, in SQL; `amount` where that is a figure."""

    title: str
    shown: str
    amount: bool = False


def results(batch: Batch, *, numbered: bool) -> list[Result]:
    """Price, unit price, source, answer and reason, and the difference where there can be one."""
    found = [
        Result("Price", "price", amount=True),
        Result("Unit price", "unit_price", amount=True),
        Result("Source", "source"),
        Result("Answer", "kind"),
        Result("Reason", remarked(batch.ledger(numbered=numbered))),
    ]
    if batch.columns.paid is not None:
        found.append(Result("Difference", "paid - price", amount=True))
    return found


def titled(titles: Sequence[str], added: Iterable[Result]) -> list[str]:
    """All titles; an added one is another than any that the ledger has.

    >>> titled(["Date", "price"], [Result("Price", "price"), Result("Source", "source")])
    ['Date', 'price', 'Price (contract)', 'Source']
    """
    every = list(titles)
    for result in added:
        every.append(_another(result.title, every))
    return every


def _another(title: str, others: Iterable[str]) -> str:
    taken = {other.casefold().strip() for other in others}
    while title.casefold() in taken:
        title = f"{title} (contract)"
    return title


# Priced ledgers as .csv and .parquet, written by the database.

IN_PLACE = "USE_TMP_FILE false"
"""Writes into the file that there is, which has the right permissions, and makes no other."""


def write_csv(batch: Batch, file: Path, delimiter: str, *, numbered: bool, lines: int) -> None:
    """Writes the ledger in its own style, in UTF-8, marked as such where the ledger is marked."""
    added = results(batch, numbered=numbered)
    titles = "\ufeff" * batch.source.marked + _line(titled(batch.source.titles, added), delimiter)
    if not lines:
        file.write_text(titles, encoding="utf-8", newline="")
        return
    ledger = batch.ledger(numbered=numbered)
    read = {batch.columns.quantity: "quantity", batch.columns.purchased: "day"}
    if batch.columns.paid is not None:
        read[batch.columns.paid] = "paid"
    cells = [
        _csv_cell(ledger.text(position), read.get(position))
        for position in range(len(batch.source.titles))
    ]
    shown = [_shown(result, batch.style.decimal) for result in added]
    selected = batch.in_order(", ".join([*cells, *shown]), numbered=numbered)
    # the titles go before it as they are: as names of columns they would have to differ
    batch.database.execute(
        f"COPY ({selected}) TO {literal(str(file))} (FORMAT csv, HEADER false, "
        f"DELIMITER {literal(delimiter)}, PREFIX {literal(titles)}, SUFFIX '\n', {IN_PLACE})"
    )


def _csv_cell(column: str, value: str | None) -> str:
    """A cell of the ledger; what was read as a figure or a day is no formula."""
    if value is None:
        return harmless(column)
    return f"CASE WHEN {value} IS NOT NULL THEN {column} ELSE {harmless(column)} END"


def _shown(result: Result, decimal: str) -> str:
    if not result.amount:
        return harmless(f"({result.shown})")
    written = f"CAST({result.shown} AS VARCHAR)"
    return written if decimal == "." else f"REPLACE({written}, '.', {literal(decimal)})"


def _line(titles: Sequence[str], delimiter: str) -> str:
    line = StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(map(harmless_text, titles))
    return line.getvalue()


def write_parquet(batch: Batch, file: Path, *, numbered: bool) -> None:
    """Writes the ledger with the types that its columns have, and the answers with theirs."""
    added = results(batch, numbered=numbered)
    titles = titled(_unlike(batch.source.titles), added)
    values = [f"c{number}" for number in range(1, len(batch.source.titles) + 1)]
    values += [result.shown for result in added]
    columns = ", ".join(
        f"{value} AS {identifier(title)}" for value, title in zip(values, titles, strict=True)
    )
    selected = batch.in_order(columns, numbered=numbered)
    batch.database.execute(
        f"COPY ({selected}) TO {literal(str(file))} (FORMAT parquet, {IN_PLACE})"
    )


def _unlike(titles: Sequence[str]) -> list[str]:
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
READ = ("quantity", "day", "paid")
DIGITS = 15
"""What a spreadsheet keeps of a number."""

AS_CELLS = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|DOUBLE|FLOAT|DATE|TIMESTAMP"
)
"""Types of columns that cells have as well."""


def titles_of(batch: Batch) -> list[str]:
    return titled(batch.source.titles, results(batch, numbered=True))


def priced_rows(batch: Batch) -> Iterator[list[object]]:
    """The cells of each line, and the answers.

    Cells are as a workbook held them, or of the type that a column has; those of .csv are numbers
    and days where they were read as such, text elsewhere.
    """
    count = len(batch.source.titles)
    own = [_own(batch, number) for number in range(1, count + 1)]
    texts = [batch.ledger(numbered=True).text(position) for position in range(count)]
    shown = [result.shown for result in results(batch, numbered=True)]
    selected = ", ".join([*own, *texts, *READ, *shown])
    found = batch.database.execute(batch.in_order(selected, numbered=True))
    held = batch.source.rows() if batch.source.rows else None
    while lines := found.fetchmany(AT_ONCE):
        for line in lines:
            values, written = line[:count], line[count : 2 * count]
            read, answers = line[2 * count :][: len(READ)], line[2 * count :][len(READ) :]
            if held:
                cells = _padded(next(held), count)
            elif batch.source.kinds:
                cells = list(map(_typed, values, written))
            else:
                cells = _read(written, read, batch)
            yield [*cells, *map(_sheet_cell, answers)]


def _own(batch: Batch, number: int) -> str:
    """A column of the ledger, as text where cells have no such type."""
    kinds = batch.source.kinds
    return f"{'c' if not kinds or AS_CELLS.fullmatch(kinds[number - 1]) else 't'}{number}"


def _padded(cells: Sequence[object], count: int) -> list[object]:
    return [*cells[:count], *[None] * (count - len(cells))]


def _typed(value: object, text: str | None) -> object:
    """A value of a column with a type, or its text where a cell would hold another."""
    held = True
    if isinstance(value, float):
        held = isfinite(value)
    elif isinstance(value, int):
        held = len(str(abs(value))) <= DIGITS
    elif isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        held = day >= FIRST_CERTAIN_DAY and (text or "")[:1].isdigit()  # there is an infinite day
    return _sheet_cell(value) if held else text


def _read(written: Sequence[object], read: Sequence[object], batch: Batch) -> list[object]:
    """The texts of a line, with numbers and days in place of those that were read."""
    cells = list(written)
    columns, style = batch.columns, batch.style
    quantity, day, paid = read
    for position, value in ((columns.quantity, quantity), (columns.paid, paid)):
        if position is not None and value is not None:
            cells[position] = _sheet_cell(style.number(str(cells[position])))
    if day is not None and ":" not in str(cells[columns.purchased]):
        cells[columns.purchased] = day
    return cells


def _sheet_cell(value: object) -> object:
    """A value as a cell holds it; a number of too many digits stays text."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits
        return value if len(digits) <= DIGITS else f"{value:f}"
    if value is None or isinstance(value, (bool, int, float, date, str)):
        return value
    return str(value)


# A priced ledger as a workbook of one sheet, row by row.

MOST_ROWS = 1_048_575
"""Lines that a sheet has room for below the titles."""

LONGEST_TEXT = 32_767
"""Characters of a cell, as Excel counts them: those beyond the first 65,536 count twice."""

WIDTH = 16


class TooLong(ValueError):
    """A text that no cell can hold."""


def write_ledger(titles: Sequence[str], lines: Iterable[Sequence[object]], file: Path) -> None:
    """Writes the lines below their titles; text stays text. Raises TooLong."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ledger")
    sheet.freeze_panes = "A2"
    for number in range(1, len(titles) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    bold = Font(bold=True)

    def cell(value: object, row: int, font: Font | None = None) -> object:
        if not isinstance(value, str):
            return value
        if len(value.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT:
            raise TooLong(f"line {row} holds a text of more than {LONGEST_TEXT:,} characters")
        made: Any = WriteOnlyCell(sheet, escaped(value))
        made.data_type = "s"
        if font is not None:
            made.font = font
        return made

    sheet.append([cell(title, 1, bold) for title in titles])
    try:
        for row, line in enumerate(lines, start=2):
            sheet.append([cell(value, row) for value in line])
    finally:
        sheet.close()
    # a package that is not closed where the disk is full complains of it once more at the end
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        ExcelWriter(book, package).save()
