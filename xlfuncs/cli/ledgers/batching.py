"""The command `batch`."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from datetime import date
from pathlib import Path

from xlfuncs.cli.contracts import contract_of
from xlfuncs.cli.ledgers.choices import Choices, choices_of
from xlfuncs.cli.ledgers.outputs import write_priced
from xlfuncs.cli.ledgers.summary import fault_lines, hint_lines, summary_lines
from xlfuncs.cli.progress import working
from xlfuncs.cli.questions import optional_day
from xlfuncs.cli.refusals import ANSWERED, Refused
from xlfuncs.cli.streams import print_bytes
from xlfuncs.cli.writing import NOT_WRITTEN, put_written
from xlfuncs.files.hindrances import lack_of_room
from xlfuncs.files.replacing import stamp
from xlfuncs.ledgers.auditing import overcharges
from xlfuncs.ledgers.batch import Batch
from xlfuncs.ledgers.columns import lacking
from xlfuncs.ledgers.database import connect
from xlfuncs.ledgers.failures import READING, in_words
from xlfuncs.ledgers.price_list import PriceTable, price_table
from xlfuncs.ledgers.priced_file import priced_file
from xlfuncs.ledgers.summary import Summary
from xlfuncs.pricing.kinds import BadInput

PASSING = "priced.csv"
"""What is on its way to the screen or a pipe."""


def batch(chosen: Namespace) -> int:
    """Prices each line of a ledger, and says what that comes to."""
    choices = choices_of(chosen)
    table = price_table(contract_of(chosen.contract), optional_day(chosen.known_on))
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = _priced(choices, table, Path(folder))
        except (BadInput, OSError) as error:
            raise _refusal(choices.ledger, error) from None
        print(*said, sep="\n", file=sys.stderr, flush=True)
        if choices.passing:
            with Path(folder, PASSING).open("rb") as priced:
                print_bytes(priced)
    return ANSWERED


def _refusal(ledger: Path, error: BadInput | OSError) -> Refused | OSError:
    """What is said of a ledger that cannot be read; what is of temporary files is said of all."""
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return lack_of_room(text) or Refused(f"{ledger}: {text}; {NOT_WRITTEN}")


def _priced(choices: Choices, table: PriceTable, folder: Path) -> list[str]:
    """Writes what was asked for; answers what is said of it. Raises BadInput and OSError."""
    before = stamp(choices.ledger)

    def refuse_change() -> None:
        if stamp(choices.ledger) != before:
            raise BadInput("was changed while it was read")

    with connect(table, folder) as database:
        with working("reading", database.query_progress):
            found, counted = priced_file(choices.ledger, choices.form, table, database, folder)
        lines = (summary_lines, fault_lines, hint_lines)
        said = [line for each in lines for line in each(found, counted)]
        report = _report(choices, found, counted) if choices.report else b""
        refuse_change()

        def write(file: Path) -> None:
            kind = (choices.output or Path(PASSING)).suffix.lower()
            write_priced(found, counted, choices.form, kind, file)
            refuse_change()

        if choices.passing:
            write(folder / PASSING)
        if choices.output:
            print(f"{choices.output}: {put_written(choices.output, write)}")
    if choices.report:
        put = put_written(choices.report, lambda file: file.write_bytes(report))
        print(f"{choices.report}: {put}")
    return said


def _report(choices: Choices, found: Batch, counted: Summary) -> bytes:
    """The workbook of what was paid over. Raises BadInput."""
    from workbooks.reports.report import build_report  # noqa: PLC0415 - seldom

    if found.columns.paid is None:
        raise BadInput(lacking(found.source.titles, ["paid"]))
    with working("finding overcharges", found.database.query_progress), in_words(READING):
        over = overcharges(found, counted, choices.ledger.name)
    return build_report(over, date.today())
