"""Export the pricing statement for the engine that has the ledger: DuckDB or Spark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

from sqlglot import exp, parse_one

from xlfuncs.ledgers import expressions
from xlfuncs.ledgers.columns import Columns, Dates, Style
from xlfuncs.ledgers.expressions import (
    FIGURES,
    digits_of,
    kinds_of,
    literal,
    placed_kinds_of,
    service_key,
)
from xlfuncs.ledgers.price_table import Place, PriceLine, PriceTable
from xlfuncs.ledgers.query import PRICE_LIST, Refusal, priced, remarked
from xlfuncs.ledgers.relations import Ledger
from xlfuncs.ledgers.run import connect
from xlfuncs.pricing.contract import MOST_DECIMALS, Service
from xlfuncs.pricing.outcomes import BadInput, Kind

# The statement that prices a ledger on the engine where it lies, whole, to be run there.


# Cells of any type as the texts that are read, in SQL.

MOST_DECIMALS_READ = "DECIMAL(38, 6)"
DAYS = ("date", "timestamp", "timestamp_ntz", "timestamp_s", "timestamp_ms", "timestamp_ns")
"""Types of days and of times without a zone, in all engines; Spark's `timestamp` is shown, and
read, as the session shows it."""


def as_text(column: str) -> str:
    return f"CAST({column} AS VARCHAR)"


def number(column: str, style: Style) -> str:
    """A number as digits, also where the engine would show it with an exponent.

    Only where the digits are the whole number: what has more decimals stays as it is shown, and is
    refused.
    """
    shown = as_text(column)
    kind = _kind(column)
    digits = f"TRY_CAST({shown} AS {MOST_DECIMALS_READ})"
    whole = f"TRY_CAST({digits} AS DOUBLE) = TRY_CAST({shown} AS DOUBLE)"
    of_parts = f"({kind} IN ('double', 'float') OR {kind} LIKE 'decimal%')"
    written = (
        f"CASE WHEN {of_parts} AND LOWER({shown}) LIKE '%e%' AND {whole} "
        f"THEN CAST({digits} AS VARCHAR) ELSE {shown} END"
    )
    if style.decimal == ".":
        return written
    return f"CASE WHEN {of_parts} THEN REPLACE({written}, '.', '{style.decimal}') ELSE {shown} END"


def day(column: str, style: Style) -> str:
    """A day as the ledger is said to write it, where it is no text."""
    shown = as_text(column)
    if style.dates is Dates.ISO:
        return shown
    year, month, day_of_month = (
        f"SUBSTRING({shown}, {first}, {count})" for first, count in ((1, 4), (6, 2), (9, 2))
    )
    order = (month, day_of_month) if style.dates is Dates.MDY else (day_of_month, month)
    kinds = ", ".join(f"'{kind}'" for kind in DAYS)
    written = " || '/' || ".join([*order, year])
    return f"CASE WHEN {_kind(column)} IN ({kinds}) THEN {written} ELSE {shown} END"


def _kind(column: str) -> str:
    return f"LOWER(TYPEOF({column}))"


# What engines do not have in common, where sqlglot does not know it or cannot know it.


class Dialect(NamedTuple):
    """An engine's SQL.

    Its name for sqlglot; a row as one value; the letters that no text holds as they are, since a
    setting of the engine may decide what they mean, or a person could not see them.
    """

    name: str
    row: str
    spelled: str


_CONTROLS = r"[\x00-\x1f\x7f\x85]"
DUCKDB = Dialect("duckdb", "STRUCT_PACK(*COLUMNS({}.*))", _CONTROLS)
SPARK = Dialect("spark", "STRUCT({}.*)", rf"{_CONTROLS}|['\\]|\$(?={{)")
DIALECTS = {"duckdb": DUCKDB, "spark": SPARK, "databricks": SPARK}
"""By what is typed; Databricks understands Spark's SQL, so it is given what was tried there."""

OURS = "xlfuncs_"

SOURCE = DUCKDB
"""The dialect in which statements are put together."""


def quoted(name: str, dialect: Dialect) -> str:
    """The name of a table or a column, whatever it is made of."""
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect.name)


def text(words: str, dialect: Dialect) -> exp.Expression:
    """A text, with letters that are spelled as their numbers."""
    parts = re.split(f"({dialect.spelled})", words)  # every other one is a letter to be spelled
    found = [(_letter if n % 2 else _plain)(part) for n, part in enumerate(parts) if part]
    if len(found) == 1:
        return found[0]
    return exp.Anonymous(this="CONCAT", expressions=found) if found else _plain("")


def _letter(letter: str) -> exp.Expression:
    return exp.Anonymous(this="CHR", expressions=[exp.Literal.number(ord(letter))])


def _plain(words: str) -> exp.Expression:
    return exp.Literal.string(words)


def step(name: str) -> str:
    """A step of the statement, by a name that no table of a user has.

    >>> step("asked"), step("xlfuncs_table")
    ('xlfuncs_asked', 'xlfuncs_table')
    """
    return f"{OURS}{name.removeprefix(OURS)}"


def translated(query: str, dialect: Dialect) -> str:
    """A query in an engine's own words, its steps by their names there."""

    def spelled(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Literal) and node.is_string:
            return text(node.name, dialect)
        if isinstance(node, exp.Chr):  # so that it is written like any other function
            return exp.Anonymous(this="CHR", expressions=node.expressions)
        if isinstance(node, exp.Table | exp.TableAlias) and not node.this.args.get("quoted"):
            node.set("this", exp.to_identifier(step(node.name)))
        return node

    tree = parse_one(query, dialect=SOURCE.name).transform(spelled)
    return tree.sql(dialect=dialect.name, pretty=True)


# The price list as rows of values within a statement.


def listed(table: PriceTable, dialect: Dialect) -> str:
    """A query that answers the price list, its columns in their types."""
    decimals = {field: digits_of(table, field)[1] for field in FIGURES}
    parts = dict.fromkeys(
        ("quantity_from", "quantity_through"), 0 if table.whole else MOST_DECIMALS
    )
    kinds = kinds_of(table) if table.plain else placed_kinds_of(table)
    if table.plain:
        rows = [_row(line, decimals, dialect) for line in table.lines]
    else:
        rows = [
            f"{_row(place, parts, dialect)}, {_row(line, decimals, dialect)}"
            for place, line in table.placed()
        ]
    written = ",\n  ".join(f"({row})" for row in rows)
    columns = cast_columns(kinds, dialect)
    return f"SELECT\n  {columns}\nFROM (VALUES\n  {written}\n) AS listed ({', '.join(kinds)})"


def cast_columns(kinds: dict[str, str], dialect: Dialect) -> str:
    """Columns in their types."""
    return ",\n  ".join(
        f"CAST({name} AS {exp.DataType.build(kind).sql(dialect=dialect.name)}) AS {name}"
        for name, kind in kinds.items()
    )


def _row(line: PriceLine | Place, decimals: dict[str, int], dialect: Dialect) -> str:
    cells = line._asdict().items()
    return ", ".join(_cell(cell, decimals.get(name, 0), dialect) for name, cell in cells)


def _cell(cell: object, decimals: int, dialect: Dialect) -> str:
    """A cell; figures with all decimals of their column, so that no wider type is sought."""
    if isinstance(cell, date):
        return f"DATE '{cell}'"
    if isinstance(cell, Decimal):
        return f"{cell:.{decimals}f}"
    if isinstance(cell, str) and cell:
        return text(cell, dialect).sql(dialect=dialect.name)
    return str(cell) if isinstance(cell, int) else "NULL"


# The price list as a table that is loaded beside the ledger, for contracts of many rows.

EDITION_LETTERS = 16


def edition_of(table: PriceTable) -> str:
    """What tells this price list from any other; it is in each line of the file."""
    digest = sha256()
    for place, line in table.placed():
        digest.update(repr((*place, *line)).encode())
    return digest.hexdigest()[:EDITION_LETTERS]


def loaded(table: PriceTable, name: tuple[str, ...], dialect: Dialect) -> str:
    """A query that returns the price list from a table of the user, its columns in their types.

    A file that was loaded twice counts once, or each line of the ledger would be there twice.
    """
    columns = cast_columns(placed_kinds_of(table), dialect)
    named = ".".join(quoted(part, dialect) for part in name)
    return (
        f"SELECT DISTINCT\n  {columns}\nFROM {named}\nWHERE edition = {literal(edition_of(table))}"
    )


def unlike(name: tuple[str, ...]) -> Refusal:
    """What is said of a line that a table of another contract, or of another day, does not have."""
    words = (
        f"the table {'.'.join(name)} does not hold the price list that this statement was printed "
        f"with; load that file again"
    )
    return Refusal("cell IS NULL", Kind.BAD_INPUT, "the price list is another one", literal(words))


def write_price_list(table: PriceTable, file: Path, folder: Path) -> None:
    """Writes the table as a .parquet; the folder has room for a copy. Raises duckdb.Error."""
    with connect(table._replace(plain=False), folder) as database:
        database.execute(
            f"COPY (SELECT {literal(edition_of(table))} AS edition, * FROM {PRICE_LIST} "
            f"ORDER BY in_part, cell) TO {literal(str(file))} (FORMAT parquet)"
        )


# The ledger's table, as somebody names it.

_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+)')


class Source(NamedTuple):
    """The table, the names of its columns, how they are written, and how added ones begin."""

    table: tuple[str, ...]
    quantity: str
    purchased: str
    service: str | None = None
    paid: str | None = None
    style: Style = Style()
    prefix: str = "contract_"


def table_of(name: str, option: str = "--table") -> tuple[str, ...]:
    """The parts of a table's name, which an option gives. Raises BadInput.

    >>> table_of("main.sales.ledger"), table_of('"ledger 1.parquet"')
    (('main', 'sales', 'ledger'), ('ledger 1.parquet',))
    """
    parts: list[str] = []
    place = 0
    while found := _PART.match(name, place):
        inner, ticked, plain = found.groups()
        parts.append(
            inner.replace('""', '"') if inner else ticked.replace("``", "`") if ticked else plain
        )
        place = found.end() + 1
        if place > len(name):
            return tuple(parts)
        if name[place - 1] != ".":
            break
    raise BadInput(
        f"{option} is {name!r}; expected a name such as ledger or catalog.schema.ledger, a part of "
        f'it that has dots or quotes within "..."'
    )


# The whole statement: the user's table, the price list, the questions, the answers.

BOUGHT = "bought"
"""A line of the user's table in one piece, so that no name in it is taken for one of ours."""

TABLE, LINES, ROW = step("table"), step("lines"), step("row")


def statement(
    table: PriceTable,
    source: Source,
    engine: str,
    made_by: str,
    price_list: tuple[str, ...] | None = None,
) -> str:
    """One query that prices every line of a table.

    It needs nothing but that table, or besides it the one by the name of `price_list`.
    """
    dialect = DIALECTS[engine]
    if price_list:
        table = table._replace(plain=False)
    service = None if source.service is None else 2
    paid = None if source.paid is None else 3
    ledger = Ledger("written", Columns(0, 1, service, paid), source.style, typed=True)
    further = [unlike(price_list)] if price_list else []
    query = f"{priced(ledger, table, further=further)} {_told(source, ledger)}"
    trimmed = {f"trimmed{n}": expressions.text(f"t{n}") for n in _numbers(source)}
    query = _shortened(query, trimmed)
    written = _written(source, table.contract.services)
    query = _shortened(query, written)
    parts = [
        (LINES, _lines(source, dialect)),
        ("trimmed", translated(_further(trimmed, LINES), dialect)),
        ("written", translated(_further(written, "trimmed"), dialect)),
        (PRICE_LIST, loaded(table, price_list, dialect) if price_list else listed(table, dialect)),
    ]
    before = "".join(f"{step(name)} AS (\n{indent(part, '  ')}\n), " for name, part in parts)
    head = "".join(f"-- {line}\n" for line in _head(table, engine, made_by))
    return f"{head}WITH {before}{translated(query, dialect).removeprefix('WITH ')}\n"


def _head(table: PriceTable, engine: str, made_by: str) -> Iterator[str]:
    known = f" as known on {table.known_on}" if table.known_on else ""
    yield f"{' '.join(table.contract.name.split())}: contract prices{known}"
    yield f"for {engine}, made by {made_by}"


def _numbers(source: Source) -> list[int]:
    """The numbers of the cells that are read without the spaces around them."""
    return [1, 2] if source.paid is None else [1, 2, 4]


def _lines(source: Source, dialect: Dialect) -> str:
    """The user's table, and the cells that are read as texts."""
    texts = [
        number(_column(source.quantity), source.style),
        day(_column(source.purchased), source.style),
        None if source.service is None else as_text(_column(source.service)),
        None if source.paid is None else number(_column(source.paid), source.style),
    ]
    columns = [f"{text} AS t{n}" for n, text in enumerate(texts, start=1) if text is not None]
    named = ".".join(quoted(part, SOURCE) for part in source.table)
    query = f"SELECT {ROW} AS {BOUGHT}, {', '.join(columns)} FROM {named} AS {TABLE}"
    return translated(query, dialect).replace(ROW, dialect.row.format(TABLE), 1)


def _column(name: str) -> str:
    return f"{TABLE}.{quoted(name, SOURCE)}"


def _written(source: Source, services: Sequence[Service]) -> dict[str, str]:
    """Readings of cells that the statement needs more than once."""
    style = source.style
    found = {"iso2": expressions.iso_text("trimmed2", style.dates)}
    if style != style.plain:
        asked = [1, 4] if source.paid is not None else [1]
        found |= {f"number{n}": expressions.pointed(f"trimmed{n}", style) for n in asked}
    if source.service is not None:
        found["named3"] = service_key("t3", services)
    return found


def _shortened(query: str, named: dict[str, str]) -> str:
    """The query with readings by their names, for people to read and to be worked out once."""
    for name, expression in named.items():
        query = query.replace(expression, name)
    return query


def _further(columns: dict[str, str], relation: str) -> str:
    told = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return f"SELECT *, {told} FROM {relation}"


def _told(source: Source, ledger: Ledger) -> str:
    """All columns of the user's table, and what is added to them."""
    told = {
        "price": "price",
        "unit_price": "unit_price",
        "source": "source",
        "answer": "kind",
        "reason": remarked(ledger),
    }
    if source.paid is not None:
        told["difference"] = "paid - price"
    added = (f"{what} AS {quoted(f'{source.prefix}{name}', SOURCE)}" for name, what in told.items())
    return f"SELECT {BOUGHT}.*, {', '.join(added)} FROM answered"
