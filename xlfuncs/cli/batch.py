"""The command `batch`."""

from __future__ import annotations

import codecs
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from xlfuncs.api import MOST_SHOWN, load
from xlfuncs.cli.arguments import parse_known_on, parse_through
from xlfuncs.cli.contracts import format_loaded, required_contract_path
from xlfuncs.cli.ledger_arguments import (
    INSTALLED_SO,
    add_price_list_options,
    add_style,
    describe_libraries,
    output_file,
    style_of,
    utf8_path,
)
from xlfuncs.cli.output import print_bytes, print_summary, show_progress
from xlfuncs.errors import ANSWERED, InputError
from xlfuncs.ledgers.columns import TITLES, Form, explain_missing
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.output_files import NOT_WRITTEN, find_lack_of_room, stat_stamp, write_target_with
from xlfuncs.pricing.outcomes import BadInput, Outcome

if TYPE_CHECKING:
    from xlfuncs.ledgers.batch import Batch, Summary


# What is typed: the ledger, how it is to be read, and what to write.

SHOWN = {
    "quantity": "quantities",
    "purchased": "purchase dates",
    "service": "services",
    "paid": "amounts paid",
}
"""The columns that a ledger may have, in words."""

FIELDS = {
    "quantity": "quantity",
    "purchased": "purchase date",
    "service": "service",
    "paid": "amount paid",
}
"""The same, of one line."""

LIBRARIES = ("duckdb", "python_calamine", "sqlglot")
KINDS = (".csv", ".xlsx", ".parquet")
UTF_8 = "utf-8"
SIGNS = {"tab": "\t", "\\t": "\t"}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the ledger, how it is to be read, and what to write."""
    describe_libraries(parser)
    parser.add_argument("ledger", metavar="LEDGER", help="the purchases (.csv, .xlsx, .parquet)")
    parser.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the file to write (.csv, .xlsx, .parquet); default: .csv, to the screen or a pipe, "
        "unless there is a --report",
    )
    parser.add_argument(
        "--report",
        metavar="OUT",
        help="a workbook of what was paid over and under, line by line and in totals (.xlsx); "
        "without -o, nothing else is written",
    )
    for field, shown in SHOWN.items():
        known = ", ".join(title.capitalize() for title in TITLES[field])
        parser.add_argument(
            f"--{field}", metavar="TITLE", help=f"the column of {shown}; default: {known}"
        )
    add_style(parser, "how dates stored as text are written")
    parser.add_argument(
        "--delimiter",
        metavar="SIGN",
        default=",",
        help="what separates the columns of a .csv, such as ';' or tab; default: ','",
    )
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        help="the encoding of a .csv, such as cp1252 on Windows; default: UTF-8",
    )
    parser.add_argument(
        "--sheet", metavar="NAME", help="the sheet of an .xlsx; default: the first visible one"
    )
    add_price_list_options(parser)


@dataclass(frozen=True, slots=True)
class Choices:
    """The files to read and to write, and the form of the first."""

    ledger: Path
    output: Path | None
    report: Path | None
    form: Form

    @property
    def passing(self) -> bool:
        """Whether the priced ledger goes to the screen or a pipe."""
        return self.output is None and self.report is None


def parse_choices(chosen: Namespace, source: str) -> Choices:
    """What was typed. Raises InputError for what cannot be meant."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise InputError(f"ledgers need {names}, not installed here; {INSTALLED_SO}")
    ledger = _ledger(chosen.ledger)
    if chosen.output is None and chosen.report is None and sys.stdout is None:
        raise InputError(f"the output is closed; {NOT_WRITTEN}. Use -o FILE")
    read = {"ledger": ledger, "contract": Path(source)}
    output = output_file(chosen.output, KINDS, read)
    report = output_file(chosen.report, (".xlsx",), read)
    if output and report and output.resolve() == report.resolve():
        raise InputError(f"{report}: is named twice, for the ledger and its report; {NOT_WRITTEN}")
    return Choices(ledger, output, report, _form(chosen))


def _ledger(name: str) -> Path:
    """The file to read. Raises InputError for one that is no ledger."""
    path = utf8_path(name)
    if path.suffix.lower() not in KINDS:
        raise InputError(f"{path}: expected a ledger ({', '.join(KINDS)})")
    try:
        regular = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:
        raise InputError(f"{path}: could not be read completely")
    return path


def _form(chosen: Namespace) -> Form:
    """How the file is to be read. Raises InputError for a sign or an encoding that is none."""
    sign = SIGNS.get(chosen.delimiter.lower(), chosen.delimiter)
    if len(sign) != 1 or not sign.isascii() or sign.isalnum() or sign in "\"'\r\n-.":
        raise InputError(
            f"--delimiter is {chosen.delimiter!r}; expected one character such as ';', or tab"
        )
    style = style_of(chosen)
    if style.decimal == sign and Path(chosen.ledger).suffix.lower() == ".csv":
        raise InputError(
            "--decimal-comma: the comma already separates the columns; use --delimiter ';'"
        )
    try:
        encoding = chosen.encoding and codecs.lookup(chosen.encoding).name
        "".encode(encoding or UTF_8)  # some are for bytes, not for letters
    except LookupError:
        raise InputError(
            f"--encoding is {chosen.encoding!r}; expected one such as cp1252"
        ) from None
    named = {field: getattr(chosen, field) for field in TITLES}
    return Form(style, named, sign, None if encoding == UTF_8 else encoding, chosen.sheet)


# What a priced ledger comes to, in words.


def summary_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """The columns that were read, how many lines have a price, and what was paid for them."""
    named = (
        f"{FIELDS[field]} {batch.source.titles[position]!r}"
        for field, position in batch.columns.by_field().items()
    )
    yield _printable(f"columns: {', '.join(named)}")
    yield _counted(counted.lines, "lines" if counted.lines != 1 else "line")
    priced = counted.of(Outcome.PRICE)
    yield _counted(sum(tally.lines for tally in priced), "priced")
    if batch.columns.paid is not None:
        over = sum(tally.over for tally in priced)
        under = sum(tally.under for tally in priced)
        over_by = sum((tally.over_by for tally in priced), Decimal())
        under_by = sum((tally.under_by for tally in priced), Decimal())
        yield _counted(over, f"  overpaid, by {over_by:,.2f} in total")
        yield _counted(under, f"  underpaid, by {under_by:,.2f} in total")
        yield _counted(sum(tally.even for tally in priced), "  paid as the contract says")
        rest = sum(tally.lines - tally.over - tally.under - tally.even for tally in priced)
        if rest:
            yield _counted(rest, "  with an amount paid that cannot be read")
    for kind in (Outcome.NO_PRICE, Outcome.NOT_DETERMINABLE, Outcome.BAD_INPUT):
        for tally in counted.of(kind):
            paid = f"; {tally.paid:,.2f} was paid" if tally.paid else ""
            yield _counted(tally.lines, f"{kind.value}: {tally.cause}{paid}")


def _counted(lines: int, what: str) -> str:
    return f"{lines:>13,}  {what}"


def fault_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """The first lines with something wrong, and how many more there are."""
    from xlfuncs.ledgers.batch import find_first_faults

    if counted.faulty:
        yield from map(_printable, find_first_faults(batch, MOST_SHOWN))
        bad = sum(tally.lines for tally in counted.of(Outcome.BAD_INPUT))
        unread = sum(tally.unread for tally in counted.tallies if tally.kind != Outcome.BAD_INPUT)
        if bad + unread > MOST_SHOWN:
            yield f"and {bad + unread - MOST_SHOWN:,} more; see the column Reason"


def hint_lines(batch: Batch, counted: Summary) -> Iterator[str]:
    """How the ledger may have been meant, where much of it is read badly or doubtfully."""
    style = batch.style
    for threes in counted.threes:
        other = "--thousands" if style.decimal == "," else "--thousands and --decimal-comma"
        without = ", without --decimal-comma" if style.decimal == "," else ""
        lines = f"{threes.lines:,} {'line' if threes.lines == 1 else 'lines'}"
        yield _printable(
            f"note: three decimals in {threes.field}, such as {threes.example!r}, on {lines}; if "
            f"{style.decimal!r} separates thousands there, use {other}{without}"
        )
    causes = {tally.cause for tally in counted.of(Outcome.BAD_INPUT)}
    if "the date cannot be read" in causes:
        yield "note: use --dates iso, mdy or dmy to say how dates are written"
    if "the quantity cannot be read" in causes or any(each.unread for each in counted.tallies):
        yield "note: use --decimal-comma and --thousands to say how numbers are written"


def _printable(text: str) -> str:
    """What a ledger says, without what would move a terminal's cursor or change its colours."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


# Writing a priced ledger into the kind of file that its name says.


def write_priced(batch: Batch, counted: Summary, delimiter: str, kind: str, file: Path) -> None:
    """Write the ledger with its answers. Raises BadInput, InputError and OSError."""
    from xlfuncs.ledgers.database import NoRoom

    try:
        _write(batch, counted, delimiter, kind, file)
    except NoRoom as error:
        if file.name in error.said:
            raise
        raise BadInput(str(error.strerror)) from None  # what memory does not hold has no room


def _write(batch: Batch, counted: Summary, delimiter: str, kind: str, file: Path) -> None:
    from xlfuncs.ledgers.database import WRITING, explain_failures
    from xlfuncs.ledgers.priced_files import write_csv, write_parquet

    with explain_failures(WRITING):
        if kind == ".xlsx":
            _write_workbook(batch, counted, file)
            return
        with show_progress("writing", batch.database.query_progress):
            if kind == ".parquet":
                write_parquet(batch, file, numbered=counted.faulty)
            else:
                write_csv(batch, file, delimiter, numbered=counted.faulty, lines=counted.lines)


def _write_workbook(batch: Batch, counted: Summary, file: Path) -> None:
    from xlfuncs.ledgers.priced_workbook import MOST_ROWS, TooLong, write_workbook

    if counted.lines > MOST_ROWS:
        raise InputError(
            f"a sheet can hold {MOST_ROWS:,} lines, and there are {counted.lines:,}; "
            f"{NOT_WRITTEN}. Use -o with a name that ends in .csv or .parquet"
        )
    done = 0

    def count(line: int) -> None:
        nonlocal done
        done = line

    try:
        with show_progress("writing", lambda: 100 * done / counted.lines if counted.lines else -1):
            write_workbook(batch, file, count)
    except TooLong as error:
        raise InputError(
            f"{error}, the most a cell can hold; {NOT_WRITTEN}. Use -o with a name that ends in "
            f".csv"
        ) from None


# The command `batch`.

PASSING = "priced.csv"
"""What is on its way to the screen or a pipe."""


def run(chosen: Namespace) -> int:
    """Price each line of a ledger, and say what that comes to."""
    source = required_contract_path(chosen.contract)
    choices = parse_choices(chosen, source)
    loaded = load(source)
    contract = loaded.contract
    through = None if chosen.through is None else parse_through(chosen.through, contract)
    table = build_price_table(contract, parse_known_on(chosen.known_on), through)
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = _priced(choices, table, Path(folder))
        except (BadInput, OSError) as error:
            raise _refusal(choices.ledger, error) from None
        print_summary([format_loaded(loaded), *said])
        if choices.passing:
            with Path(folder, PASSING).open("rb") as priced:
                print_bytes(priced)
    return ANSWERED


def _refusal(ledger: Path, error: BadInput | OSError) -> InputError | OSError:
    """What is said of a ledger that cannot be read; what is of temporary files is said of all."""
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return find_lack_of_room(text) or InputError(f"{ledger}: {text}; {NOT_WRITTEN}")


def _priced(choices: Choices, table: PriceTable, folder: Path) -> list[str]:
    """Write the named files; returns what is said of the ledger. Raises BadInput and OSError."""
    from xlfuncs.ledgers.batch import price_file
    from xlfuncs.ledgers.database import connect

    before = stat_stamp(choices.ledger)

    def refuse_change() -> None:
        if stat_stamp(choices.ledger) != before:
            raise BadInput("was changed while it was read")

    with connect(table, folder) as database:
        with show_progress("reading", database.query_progress):
            found, counted = price_file(choices.ledger, choices.form, table, database, folder)
        lines = (summary_lines, fault_lines, hint_lines)
        said = [line for each in lines for line in each(found, counted)]
        report = _report(choices, found) if choices.report else b""
        refuse_change()

        def write(file: Path) -> None:
            kind = (choices.output or Path(PASSING)).suffix.lower()
            write_priced(found, counted, choices.form.delimiter, kind, file)
            refuse_change()

        if choices.passing:
            write(folder / PASSING)
        if choices.output:
            print(f"{choices.output}: {write_target_with(choices.output, write)}")
    if choices.report:
        put = write_target_with(choices.report, lambda file: file.write_bytes(report))
        print(f"{choices.report}: {put}")
    return said


def _report(choices: Choices, found: Batch) -> bytes:
    """The workbook of what was paid over and under. Raises BadInput."""
    from xlfuncs.ledgers.audit import find_audit
    from xlfuncs.ledgers.database import READING, explain_failures
    from xlfuncs.ledgers.report import build_report

    if found.columns.paid is None:
        raise BadInput(explain_missing(found.source.titles, ["paid"]))
    with (
        show_progress("auditing", found.database.query_progress),
        explain_failures(READING),
    ):
        audit = find_audit(found, [choices.ledger.name])
    return build_report(audit, date.today())
