"""Arguments of the commands about ledgers, and the files that they write."""

from __future__ import annotations

import codecs
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG

from xlfuncs.cli.arguments import add_contract
from xlfuncs.errors import InputError
from xlfuncs.functions.registry import KNOWN_ON
from xlfuncs.ledgers.columns import TITLES, Dates, Form, Style
from xlfuncs.output_files import NOT_WRITTEN, check_target

# The arguments of the commands about many purchases.


def of_batch(command: ArgumentParser) -> None:
    """What `batch` reads and writes."""
    command.add_argument("ledger", metavar="LEDGER", help="the purchases (.csv, .xlsx, .parquet)")
    command.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the file to write (.csv, .xlsx, .parquet); default: .csv, to the screen or a pipe, "
        "unless you say --report",
    )
    command.add_argument(
        "--report",
        metavar="OUT",
        help="a workbook for people (.xlsx): what was paid over, by service and reason, with a "
        "chart; alone, without the priced ledger itself",
    )
    for field, shown in SHOWN.items():
        known = ", ".join(title.capitalize() for title in TITLES[field])
        command.add_argument(
            f"--{field}", metavar="TITLE", help=f"the column of {shown}; default: {known}"
        )
    _of_style(command, "how days are written where they are text")
    command.add_argument(
        "--delimiter",
        metavar="SIGN",
        default=",",
        help="what separates the cells of a .csv, such as ';' or tab; default: ','",
    )
    command.add_argument(
        "--encoding",
        metavar="NAME",
        help="how a .csv writes its letters, such as cp1252 on Windows; default: UTF-8",
    )
    command.add_argument(
        "--sheet", metavar="NAME", help="the sheet of an .xlsx; default: the first not hidden"
    )
    _of_contract(command)


def of_statement(command: ArgumentParser) -> None:
    """What `sql` writes a statement for."""
    command.add_argument(
        "--dialect",
        metavar="NAME",
        required=True,
        help="whose SQL: duckdb, spark or databricks (Spark's own; the tests run DuckDB and Spark)",
    )
    command.add_argument(
        "--table",
        metavar="NAME",
        default="ledger",
        help="the table with the purchases, such as catalog.schema.ledger; a part with dots or "
        'quotes within "..."; default: ledger',
    )
    command.add_argument(
        "--price-list",
        metavar="FILE",
        help="write the price list into a file (.parquet) and print a statement that joins it as a "
        "table; needed for contracts of many hundred rows",
    )
    command.add_argument(
        "--price-list-table",
        metavar="NAME",
        help="the table into which you load that file; default: the name of the file",
    )
    command.add_argument(
        "--prefix",
        metavar="TEXT",
        default="contract_",
        help="how the names of the added columns begin (price, unit_price, source, answer, reason "
        "and, with --paid, difference); default: contract_",
    )
    command.add_argument(
        "--quantity", metavar="COL", default="quantity", help="what was bought; default: quantity"
    )
    command.add_argument(
        "--purchased", metavar="COL", default="purchased", help="when; default: purchased"
    )
    command.add_argument(
        "--service", metavar="COL", help="which service; needed where the contract has several"
    )
    command.add_argument(
        "--paid", metavar="COL", help="what was paid; it is compared with the price"
    )
    _of_style(
        command,
        "days and times that are no text are read as the engine shows them, and their time is left "
        "out; how text writes days",
    )
    _of_contract(command)


def _of_style(command: ArgumentParser, days: str) -> None:
    """How a ledger writes days and numbers."""
    command.add_argument(
        "--dates",
        choices=("iso", "mdy", "dmy"),
        default="iso",
        help=f"{days}: iso 2013-12-20 (default), mdy 12/20/2013, dmy 20.12.2013",
    )
    command.add_argument(
        "--decimal-comma",
        action="store_true",
        help="numbers that are text have a decimal comma, as in 2,5",
    )
    command.add_argument(
        "--thousands",
        action="store_true",
        help="numbers that are text may have their thousands separated, as in 255,000.00 "
        "(255.000,00 with --decimal-comma)",
    )


def _of_contract(command: ArgumentParser) -> None:
    command.add_argument("--known-on", metavar="DATE", help=KNOWN_ON.help)
    add_contract(command)


SHOWN = {
    "quantity": "quantities",
    "purchased": "the days of purchase",
    "service": "services",
    "paid": "amounts paid",
}
"""The columns that a ledger may have, in words."""


# How a ledger writes its numbers and days, as its user says.


def style_of(chosen: Namespace) -> Style:
    """The style that was chosen; the sign of thousands is the one that is not the decimal one."""
    decimal, other = (",", ".") if chosen.decimal_comma else (".", ",")
    return Style(Dates(chosen.dates), decimal, other if chosen.thousands else "")


# What the user chose of a ledger, and how it is to be read.

INSTALLED_SO = "in the folder of this package, type: .venv/bin/pip install '.[ledger]'"
LIBRARIES = ("duckdb", "python_calamine", "sqlglot")
KINDS = (".csv", ".xlsx", ".parquet")
UTF_8 = "utf-8"
SIGNS = {"tab": "\t", "\\t": "\t"}


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


def choices_of(chosen: Namespace) -> Choices:
    """What was typed. Raises InputError for what cannot be meant."""
    _refuse_missing_libraries()
    ledger = _ledger(chosen.ledger)
    if chosen.output is None and chosen.report is None and sys.stdout is None:
        raise InputError(f"the output is closed; {NOT_WRITTEN}. Use -o FILE")
    read = {"ledger": ledger, "contract": Path(chosen.contract)}
    output = output_file(chosen.output, KINDS, read)
    report = output_file(chosen.report, (".xlsx",), read)
    if output and report and output.resolve() == report.resolve():
        raise InputError(f"{report}: is named twice, for the ledger and its report; {NOT_WRITTEN}")
    return Choices(ledger, output, report, _form(chosen))


def _refuse_missing_libraries() -> None:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise InputError(f"ledgers need {names}, not installed here; {INSTALLED_SO}")


def _ledger(name: str) -> Path:
    """The file to read. Raises InputError for one that is no ledger."""
    path = _path(name)
    if path.suffix.lower() not in KINDS:
        raise InputError(f"{path}: expected a ledger ({', '.join(KINDS)})")
    try:
        regular = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:
        raise InputError(f"{path}: no file that could be read to its end")
    return path


def _path(name: str) -> Path:
    """A file by its name. Raises InputError for one that the database cannot take."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InputError(f"{name!a}: a name that is no UTF-8 text; give the file another") from None
    return Path(name)


def output_file(name: str | None, kinds: tuple[str, ...], read: Mapping[str, Path]) -> Path | None:
    """A file to write. Raises InputError for another kind of file, and for one that is read."""
    if name is None:
        return None
    path = _path(name)
    check_target(path, kinds, sources=read)
    return path


def _form(chosen: Namespace) -> Form:
    """How the file is to be read. Raises InputError for a sign or an encoding that is none."""
    sign = SIGNS.get(chosen.delimiter.lower(), chosen.delimiter)
    if len(sign) != 1 or not sign.isascii() or sign.isalnum() or sign in "\"'\r\n-.":
        raise InputError(
            f"--delimiter is {chosen.delimiter!r}; expected one sign such as ';', or tab"
        )
    style = style_of(chosen)
    if style.decimal == sign and Path(chosen.ledger).suffix.lower() == ".csv":
        raise InputError("--decimal-comma: the comma separates the cells; say --delimiter ';'")
    try:
        encoding = chosen.encoding and codecs.lookup(chosen.encoding).name
        "".encode(encoding or UTF_8)  # some are for bytes, not for letters
    except LookupError:
        raise InputError(
            f"--encoding is {chosen.encoding!r}; expected one such as cp1252"
        ) from None
    named = {field: getattr(chosen, field) for field in TITLES}
    return Form(style, named, sign, None if encoding == UTF_8 else encoding, chosen.sheet)
