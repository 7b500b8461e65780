"""The command `batch`."""

from __future__ import annotations

import codecs
import shutil
import sys
import tempfile
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG

from xlfuncs.cli.contracts import contract_of
from xlfuncs.cli.ledger_outputs import WRITTEN, write_priced
from xlfuncs.cli.ledger_summary import fault_lines, summary_lines
from xlfuncs.cli.progress import working
from xlfuncs.cli.questions import optional_day
from xlfuncs.cli.refusals import ANSWERED, Refused
from xlfuncs.cli.writing import NOT_WRITTEN, put_written
from xlfuncs.ledgers.columns import TITLES
from xlfuncs.ledgers.database import connect
from xlfuncs.ledgers.files.opening import KINDS
from xlfuncs.ledgers.files.source import Form
from xlfuncs.ledgers.price_list import PriceTable, price_table
from xlfuncs.ledgers.priced_file import priced_file
from xlfuncs.ledgers.style import Dates, Style
from xlfuncs.pricing.kinds import BadInput

LIBRARIES = ("duckdb", "python_calamine")
SIGNS = {"tab": "\t", "\\t": "\t"}


def batch(chosen: Namespace) -> int:
    """Prices each line of a ledger, and says what that comes to."""
    _refuse_missing_libraries()
    ledger, output = _ledger(chosen.ledger), _output(chosen.output, chosen.ledger)
    form = _form(chosen)
    table = price_table(contract_of(chosen.contract), optional_day(chosen.known_on))
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = _priced(ledger, output, form, table, Path(folder))
        except BadInput as refusal:
            raise Refused(f"{ledger}: {refusal}; {NOT_WRITTEN}") from None
        except OSError as error:
            raise Refused(f"{ledger}: {error.strerror or error}; {NOT_WRITTEN}") from None
    print(*said, sep="\n", file=sys.stderr)
    return ANSWERED


def _priced(
    ledger: Path,
    output: Path | None,
    form: Form,
    table: PriceTable,
    folder: Path,
) -> list[str]:
    """Writes the answers; answers what is said of them. Raises BadInput, Refused and OSError."""
    before = _stamp(ledger)
    with connect(table, folder) as database:
        with working("reading", database.query_progress):
            found, counted = priced_file(ledger, form, table, database, folder)
        said = [*summary_lines(found, counted), *fault_lines(found, counted)]

        def write(file: Path) -> None:
            kind = output.suffix.lower() if output else ".csv"
            write_priced(found, counted, form, kind, file)
            if _stamp(ledger) != before:
                raise BadInput("was changed while it was read")

        if output is None:
            write(folder / "priced.csv")
        else:
            print(f"{output}: {put_written(output, write)}")
    if output is None:
        with (folder / "priced.csv").open("rb") as priced:
            shutil.copyfileobj(priced, sys.stdout.buffer)
    return said


def _stamp(path: Path) -> tuple[int, int]:
    """What tells whether a file was written meanwhile."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _refuse_missing_libraries() -> None:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise Refused(f"ledgers need {names}, not installed here; say: pip install '.[ledger]'")


def _ledger(name: str) -> Path:
    """The file to read. Raises Refused for one that is no ledger."""
    path = Path(name)
    if path.suffix.lower() not in KINDS:
        raise Refused(f"{path}: expected a ledger ({', '.join(KINDS)})")
    try:
        regular = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise Refused(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:
        raise Refused(f"{path}: no file that could be read to its end")
    return path


def _output(name: str | None, ledger: str) -> Path | None:
    """The file to write. Raises Refused for another kind of file, and for the ledger itself."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in WRITTEN:
        raise Refused(f"{path}: expected a name that ends in {', '.join(WRITTEN)}; {NOT_WRITTEN}")
    if path.exists() and path.samefile(ledger):
        raise Refused(f"{path}: is the ledger itself; {NOT_WRITTEN}. Use -o FILE")
    return path


def _form(chosen: Namespace) -> Form:
    """How the file is to be read. Raises Refused for a sign or an encoding that is none."""
    sign = SIGNS.get(chosen.delimiter.lower(), chosen.delimiter)
    if len(sign) != 1 or not sign.isascii() or sign.isalnum() or sign in "\"'\r\n-.":
        raise Refused(f"--delimiter is {chosen.delimiter!r}; expected one sign such as ';', or tab")
    style = Style(Dates(chosen.dates), "," if chosen.decimal_comma else ".")
    if style.decimal == sign and Path(chosen.ledger).suffix.lower() == ".csv":
        raise Refused("--decimal-comma: the comma stands between the cells; say --delimiter ';'")
    try:
        encoding = chosen.encoding and codecs.lookup(chosen.encoding).name
    except LookupError:
        raise Refused(f"--encoding is {chosen.encoding!r}; expected one such as cp1252") from None
    named = {field: getattr(chosen, field) for field in TITLES}
    return Form(style, named, sign, encoding, chosen.sheet)
