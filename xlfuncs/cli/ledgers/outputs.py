"""Writing a priced ledger into the kind of file that its name says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xlfuncs.cli.progress import working
from xlfuncs.cli.refusals import Refused
from xlfuncs.cli.writing import NOT_WRITTEN
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.failures import WRITING, NoRoom, in_words
from xlfuncs.ledgers.files.source import Form
from xlfuncs.ledgers.outputs.files import write_csv, write_parquet
from xlfuncs.ledgers.outputs.rows import priced_rows, titles_of
from xlfuncs.ledgers.summary import Summary
from xlfuncs.pricing.kinds import BadInput

WRITTEN = (".csv", ".xlsx", ".parquet")


def write_priced(batch: Batch, counted: Summary, form: Form, kind: str, file: Path) -> None:
    """Write the ledger with its answers. Raises BadInput, Refused and OSError."""
    try:
        _write(batch, counted, form, kind, file)
    except NoRoom as error:
        if file.name in error.said:
            raise
        raise BadInput(str(error.strerror)) from None  # what memory does not hold has no room


def _write(batch: Batch, counted: Summary, form: Form, kind: str, file: Path) -> None:
    with in_words(WRITING):
        if kind == ".xlsx":
            _write_workbook(batch, counted, file)
            return
        with working("writing", batch.database.query_progress):
            if kind == ".parquet":
                write_parquet(batch, file, numbered=counted.faulty)
            else:
                write_csv(batch, file, form.delimiter, numbered=counted.faulty, lines=counted.lines)


def _write_workbook(batch: Batch, counted: Summary, file: Path) -> None:
    from workbooks.priced_ledger import MOST_ROWS, TooLong, write_ledger  # noqa: PLC0415 - seldom

    if counted.lines > MOST_ROWS:
        raise Refused(
            f"a sheet has room for {MOST_ROWS:,} lines, and there are {counted.lines:,}; "
            f"{NOT_WRITTEN}. Use -o with a name that ends in .csv or .parquet"
        )
    done = 0

    def rows() -> Iterator[list[object]]:
        nonlocal done
        for row in priced_rows(batch):
            done += 1
            yield row

    try:
        with working("writing", lambda: 100 * done / counted.lines if counted.lines else -1):
            write_ledger(titles_of(batch), rows(), file)
    except TooLong as error:
        raise Refused(
            f"{error}, which no cell can; {NOT_WRITTEN}. Use -o with a name that ends in .csv"
        ) from None
