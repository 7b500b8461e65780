"""Ledgers in .parquet files, whose columns have types of their own."""

from __future__ import annotations

from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.ledgers.files.source import Form, Source
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.style import Style

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "REAL")
TITLES = 1
"""The titles count as the first line, as where the same ledger is a sheet."""

MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")


def open_parquet(path: Path, form: Form, database: DuckDBPyConnection) -> Source:
    """The columns as they are, and their texts beside them."""
    file = literal(escape(str(path.absolute())))
    read = f"read_parquet({file}, hive_partitioning = false)"
    found = database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
    columns = []
    for number, (title, kind, *_) in enumerate(found, start=1):
        name = identifier(title)
        columns += [f"{name} AS c{number}", f"{_text(name, kind, form.style)} AS t{number}"]
    relation = f"(SELECT {', '.join(columns)} FROM {read})"
    numbered = f"(SELECT *, ROW_NUMBER() OVER () + {TITLES} AS line FROM {relation})"
    titles, kinds = ([row[place] for row in found] for place in (0, 1))
    return Source(titles, relation, numbered, kinds)


def _text(name: str, kind: str, style: Style) -> str:
    """A column in the style of the ledger; a moment with a time zone stays one, and no day."""
    written = f"CAST({name} AS VARCHAR)"
    if kind == "DATE":
        return f"STRFTIME({name}, '{style.dates.form}')"
    if kind in MOMENTS:
        day = f"STRFTIME({name}, '{style.dates.form}')"
        time = f"SUBSTRING({written}, {len('2013-12-20 ')})"
        return f"CASE WHEN CAST({name} AS DATE) = {name} THEN {day} ELSE {day} || {time} END"
    if kind.startswith(NUMBERS) and style.decimal != ".":
        return f"REPLACE({written}, '.', '{style.decimal}')"
    return written


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
