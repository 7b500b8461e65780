"""Write a priced ledger as .csv or .parquet, and read it line by line for a workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from math import isfinite
from pathlib import Path

from sqlglot import exp

from xlfuncs.ledgers import expressions as sql
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.query import copy_file, execute, format_remark
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


# What is written beside each line of a ledger.


@dataclass(frozen=True, slots=True)
class Result:
    """A column that is added: its title and its value; `amount` where that is a figure."""

    title: str
    value: exp.Expr
    amount: bool = False


def list_results(batch: Batch, *, numbered: bool) -> list[Result]:
    """Price, unit price, source, answer and reason, and the difference where there can be one.

    Also what a price is for, where the contract says so of any service.
    """
    price = exp.column("price")
    billed = sql.find_billed(batch.table.contract.services)
    results = [
        Result("Price", price, amount=True),
        Result("Unit price", exp.column("unit_price"), amount=True),
        *([] if billed is None else [Result("Billed", billed)]),
        Result("Source", exp.column("source")),
        Result("Outcome", exp.column("kind")),
        Result("Reason", format_remark(batch.ledger(numbered=numbered))),
    ]
    if batch.columns.paid is not None:
        results.append(Result("Difference", exp.column("paid") - price, amount=True))
    return results


def add_titles(titles: Sequence[str], added: Iterable[Result]) -> list[str]:
    """All titles; an added one is another than any that the ledger has.

    >>> results = [Result(title, exp.column(title)) for title in ("Price", "Source")]
    >>> add_titles(["Date", "price"], results)
    ['Date', 'price', 'Price (contract)', 'Source']
    """
    every = list(titles)
    for result in added:
        title = result.title
        taken = {other.casefold().strip() for other in every}
        while title.casefold() in taken:
            title = f"{title} (contract)"
        every.append(title)
    return every


# Priced ledgers as .csv and .parquet, written by the database.


def write_csv(batch: Batch, file: Path, delimiter: str, *, numbered: bool, lines: int) -> None:
    """Write the ledger in its own style, in UTF-8, marked as such where the ledger is marked."""
    results = list_results(batch, numbered=numbered)
    line = StringIO()
    harmless = map(make_title_harmless, add_titles(batch.source.titles, results))
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(harmless)
    titles = "\ufeff" * batch.source.marked + line.getvalue()
    if not lines:
        file.write_text(titles, encoding="utf-8", newline="")
        return
    read_as = {"quantity": "quantity", "purchased": "day", "paid": "paid"}
    read = {at: read_as[name] for name, at in batch.columns.by_field().items() if name in read_as}
    cells = [
        _csv_cell(batch.source.text(position), read.get(position))
        for position in range(len(batch.source.titles))
    ]
    answers = [_csv_result(result, batch.style.decimal) for result in results]
    # the titles go before it as they are: as names of columns they would have to differ
    form: dict[str, str | bool] = {
        "header": False,
        "delimiter": delimiter,
        "prefix": titles,
        "suffix": "\n",
    }
    _write_file(batch, [*cells, *answers], file, "csv", form, numbered=numbered)


def _csv_cell(text: exp.Expr, value: str | None) -> exp.Expr:
    """A cell of the ledger; what was read as a figure or a day is no formula."""
    if value is None:
        return make_harmless(text)
    return sql.case((sql.is_not_null(exp.column(value)), text), default=make_harmless(text))


def _csv_result(result: Result, decimal: str) -> exp.Expr:
    if not result.amount:
        return make_harmless(result.value)
    text = sql.cast(result.value, "VARCHAR")
    return text if decimal == "." else sql.replace(text, ".", decimal)


def write_parquet(batch: Batch, file: Path, *, numbered: bool) -> None:
    """Write the ledger with the types that its columns have, and the answers with theirs."""
    results = list_results(batch, numbered=numbered)
    titles = add_titles(_make_unlike(batch.source.titles), results)
    cells = [batch.source.value(position) for position in range(len(batch.source.titles))]
    values = [*cells, *(result.value for result in results)]
    columns = [
        sql.alias(value, title, quoted=True) for value, title in zip(values, titles, strict=True)
    ]
    _write_file(batch, columns, file, "parquet", {}, numbered=numbered)


def _write_file(
    batch: Batch,
    columns: Sequence[exp.Expr],
    file: Path,
    kind: str,
    form: dict[str, str | bool],
    *,
    numbered: bool,
) -> None:
    """Let the database write into a file that exists and has the right permissions."""
    query = batch.select_in_order(*columns, numbered=numbered).subquery(copy=False)
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


def read_priced_rows(batch: Batch) -> Iterator[list[object]]:
    """Read the cells of each line, and the answers.

    Cells are as a workbook held them, or of the type that a column has; those of .csv are numbers
    and days where they were read as such, text elsewhere.
    """
    source = batch.source
    count = len(source.titles)
    texts = [source.text(position) for position in range(count)]
    values = [
        source.value(position) if not source.types or AS_CELLS.fullmatch(kind) else text
        for position, (text, kind) in enumerate(
            zip(texts, source.types or [""] * count, strict=True)
        )
    ]
    read = [exp.column(name) for name in ("quantity", "day", "paid")]
    results = [result.value for result in list_results(batch, numbered=True)]
    query = batch.select_in_order(*values, *texts, *read, *results, numbered=True)
    found = execute(batch.database, query)
    held = source.rows() if source.rows else None
    while lines := found.fetchmany(AT_ONCE):
        for line in map(iter, lines):
            own, written = list(islice(line, count)), list(islice(line, count))
            quantity, day, paid, *answers = line
            if held:
                row = next(held)
                cells = [*row[:count], *[None] * (count - len(row))]
            elif source.types:
                cells = list(map(_typed_cell, own, written))
            else:
                cells = _read_cells(written, quantity, day, paid, batch)
            yield [*cells, *map(_sheet_cell, answers)]


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


def _read_cells(
    written: Sequence[str | None], quantity: object, day: object, paid: object, batch: Batch
) -> list[object]:
    """The texts of a line, with numbers and days in place of those that were read."""
    cells: list[object] = list(written)
    columns = batch.columns
    for position, value in ((columns.quantity, quantity), (columns.paid, paid)):
        if position is not None and value is not None:
            cells[position] = _sheet_cell(batch.style.parse_number(str(cells[position])))
    if day is not None and ":" not in str(cells[columns.purchased]):
        cells[columns.purchased] = day
    return cells


def _sheet_cell(value: object) -> object:
    """A value as a cell holds it; a number of too many digits stays text."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits
        return value if len(digits) <= MOST_DIGITS else f"{value:f}"
    if value is None or isinstance(value, (bool, int, float, date, str)):
        return value
    return str(value)
