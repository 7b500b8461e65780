"""Priced ledgers as .csv and .parquet, written by the database."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.files.parquet import identifier
from xlfuncs.ledgers.outputs.harmless import harmless, harmless_text
from xlfuncs.ledgers.outputs.results import Result, results, titled
from xlfuncs.ledgers.statements.reading import literal

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
