"""Ledgers in .parquet files, whose columns have types of their own."""

from __future__ import annotations

from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from xlfuncs.ledgers.columns import refuse_width
from xlfuncs.ledgers.files.csv_relation import LONGEST
from xlfuncs.ledgers.files.parquet_bounds import EXPORT, most_bytes, titles_within_bounds
from xlfuncs.ledgers.files.source import Form, Source
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.ledgers.style import Style
from xlfuncs.pricing.kinds import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "REAL")
TITLES = 1
"""The titles count as the first line, as where the same ledger is a sheet."""

LENGTHS = {"VARCHAR": "STRLEN", "BLOB": "OCTET_LENGTH"}
"""Types of texts, and what counts their bytes without a copy of them."""

MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")


def open_parquet(path: Path, form: Form, database: DuckDBPyConnection) -> Source:
    """The columns as they are, and their texts beside them. Raises BadInput."""
    titles = titles_within_bounds(path)
    refuse_width(titles)
    file = literal(escape(str(path.absolute())))
    read = f"read_parquet({file}, hive_partitioning = false)"
    found = database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
    if len(found) != len(titles):
        raise BadInput(f"is damaged: it has {len(titles)} columns and {len(found)}; {EXPORT}")
    _refuse_long_texts(read, titles, found, path, database)
    columns = []
    for number, (name, kind, *_) in enumerate(found, start=1):
        # the database gives columns with the same title other names
        column = identifier(name)
        columns += [f"{column} AS c{number}", f"{_text(column, kind, form.style)} AS t{number}"]
    relation = f"(SELECT {', '.join(columns)} FROM {read})"
    numbered = f"(SELECT *, ROW_NUMBER() OVER () + {TITLES} AS line FROM {relation})"
    return Source(titles, relation, numbered, [kind for _, kind, *_ in found])


def _refuse_long_texts(
    read: str,
    titles: list[str],
    found: list[tuple[str, ...]],
    path: Path,
    database: DuckDBPyConnection,
) -> None:
    """Raises BadInput for texts that are much longer than the file: one may be there many times."""
    texts = [place for place, row in enumerate(found) if row[1] in LENGTHS]
    if not texts:
        return
    measured = ", ".join(
        f"MAX({length}), SUM({length})"
        for place in texts
        for length in [f"{LENGTHS[found[place][1]]}({identifier(found[place][0])})"]
    )
    row = database.execute(f"SELECT {measured} FROM {read}").fetchone() or ()
    for place, longest in zip(texts, row[::2], strict=True):
        if (longest or 0) > LONGEST:
            raise BadInput(
                f"column {titles[place]!r} has a text of {longest:,} bytes; expected at most "
                f"{LONGEST:,}"
            )
    if sum(each or 0 for each in row[1::2]) > most_bytes(path.stat().st_size):
        raise BadInput(f"its texts are longer than those of a ledger of its size; {EXPORT}")


def _text(name: str, kind: str, style: Style) -> str:
    """A column in the style of the ledger; a moment with a time zone stays one, and no day."""
    written = f"CAST({name} AS VARCHAR)"
    if kind == "DATE":
        return f"STRFTIME({name}, '{style.dates.form}')"
    if kind in MOMENTS:
        # a moment of another age is no day of a ledger, and some of these cannot even be shown
        shown = f"TRY({written})"
        day = f"STRFTIME({name}, '{style.dates.form}')"
        time = f"SUBSTRING({shown}, {len('2013-12-20 ')})"
        whole = f"CASE WHEN CAST({name} AS DATE) = {name} THEN {day} ELSE {day} || {time} END"
        return (
            f"CASE WHEN {shown} LIKE '____-__-__%' THEN {whole} "
            f"WHEN {name} IS NOT NULL THEN COALESCE({shown}, 'beyond all calendars') END"
        )
    if kind.startswith(NUMBERS) and style.decimal != ".":
        return f"REPLACE({written}, '.', '{style.decimal}')"
    return written


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
