"""The command `batch`."""

from __future__ import annotations

import codecs
import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from glob import glob
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from xlfuncs.api import LoadedContract, load
from xlfuncs.cli.arguments import parse_known_on, parse_through
from xlfuncs.cli.commands import refuse_line_break
from xlfuncs.cli.contracts import format_loaded, list_contract_paths
from xlfuncs.cli.ledger_arguments import (
    INSTALLED_SO,
    add_price_list_options,
    add_style,
    describe_libraries,
    output_file,
    style_of,
    utf8_path,
)
from xlfuncs.cli.ledger_summary import SHOWN, describe_ledger
from xlfuncs.cli.output import print_bytes, print_summary, show_progress
from xlfuncs.errors import ANSWERED, NO_ANSWER, InputError
from xlfuncs.ledgers.columns import OPTIONS, TITLES, AnyOf, Form, explain_missing
from xlfuncs.ledgers.file_kinds import KINDS, TEXTS, Unreadable, find_kind
from xlfuncs.ledgers.price_table import PriceTable, build_price_table
from xlfuncs.output_files import (
    NOT_WRITTEN,
    find_lack_of_room,
    stat_stamp,
    write_content,
    write_targets_with,
)
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Outcome

if TYPE_CHECKING:
    from xlfuncs.ledgers.batch import Batch, Summary
    from xlfuncs.ledgers.written_columns import WrittenColumn


# What is typed: the ledger, how it is to be read, and what to write.

LIBRARIES = ("duckdb", "python_calamine", "sqlglot")
WRITTEN = (".csv", ".xlsx", ".parquet")
UTF_8 = "utf-8"
MOST_FILES = 1_000
"""Files that are read as one ledger."""

MOST_TITLES = 1_000_000
"""The last line that is looked at for titles."""

SIGNS = {"tab": "\t", "\\t": "\t"}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the ledger, how it is to be read, and what to write."""
    describe_libraries(parser)
    parser.add_argument(
        "ledger",
        metavar="LEDGER",
        nargs="+",
        help="the purchases (.csv, .xlsx, .parquet and others), several files, or a folder",
    )
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
    parser.add_argument(
        "--columns",
        metavar="LIST",
        help="the columns to write, separated by commas, such as price,outcome or titles of the "
        "ledger; default: all of the ledger, and all that are added",
    )
    for field, shown in SHOWN.items():
        known = ", ".join(title.capitalize() for title in TITLES[field])
        several = ", or several of which the first that is not blank counts"
        parser.add_argument(
            OPTIONS[field],
            dest=f"{field}_column",
            metavar="TITLE",
            nargs="+" if field == "purchased" else None,
            help=f"the column of {shown}{several if field == 'purchased' else ''}; "
            f"default: {known}",
        )
    add_style(parser, "how dates stored as text are written")
    parser.add_argument(
        "--titles",
        metavar="N",
        help="the number of the line with the titles; default: the first that has those of "
        "quantities and purchase dates",
    )
    parser.add_argument(
        "--delimiter",
        metavar="SIGN",
        help="what separates the columns of a .csv, such as ';' or tab; default: ','; in a .tsv "
        "or .txt a tab",
    )
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        help="the encoding of a .csv, such as cp1252 on Windows; default: UTF-8",
    )
    parser.add_argument(
        "--sheet", metavar="NAME", help="the sheet of a workbook; default: the first visible one"
    )
    add_price_list_options(parser, of_several=True)


@dataclass(frozen=True, slots=True)
class Choices:
    """The files to read and to write, the form of the first ones, and what is written of them.

    `unread` are files of a folder that are no ledgers; `columns` names of columns, none for all.
    """

    ledgers: Sequence[Path]
    output: Path | None
    report: Path | None
    form: Form
    columns: tuple[str, ...] = ()
    unread: Sequence[Path] = ()

    @property
    def name(self) -> str:
        """What the ledger is called in messages."""
        first, *others = map(str, self.ledgers)
        return f"{first} and {len(others):,} more" if others else first

    @property
    def passing(self) -> bool:
        """Whether the priced ledger goes to the screen or a pipe."""
        return self.output is None and self.report is None

    @property
    def explains_charges(self) -> bool:
        """Whether it is written what was charged instead."""
        named = map(name_key, self.columns)
        return self.report is not None or not self.columns or name_key("Charged as") in named

    @property
    def kind(self) -> str:
        """The kind of file that the priced ledger is written in; blank where it is not written."""
        file = self.output or (Path(PASSING) if self.passing else Path())
        return file.suffix.lower()


def parse_choices(chosen: Namespace, sources: Sequence[str]) -> Choices:
    """What was typed. Raises InputError for what cannot be meant."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise InputError(f"ledgers need {names}, not installed here; {INSTALLED_SO}")
    ledgers, unread = find_ledgers(chosen.ledger)
    if chosen.output is None and chosen.report is None and sys.stdout is None:
        raise InputError(f"the output is closed; {NOT_WRITTEN}. Use -o FILE")
    read = _name_files("ledger", ledgers) | _name_files("contract", list(map(Path, sources)))
    output = output_file(chosen.output, WRITTEN, read)
    report = output_file(chosen.report, (".xlsx",), read)
    if output and report and output.resolve() == report.resolve():
        raise InputError(f"{report}: is named twice, for the ledger and its report; {NOT_WRITTEN}")
    columns = _parse_columns(chosen.columns)
    return Choices(ledgers, output, report, _form(chosen, ledgers), columns, unread)


def _name_files(what: str, paths: Sequence[Path]) -> dict[str, Path]:
    """Files by what they are, with their names where there are several."""
    return {what if len(paths) == 1 else f"{what} {path}": path for path in paths}


def _parse_columns(names: str | None) -> tuple[str, ...]:
    """The names of columns. Raises InputError where there is none."""
    if names is None:
        return ()
    found = tuple(filter(None, map(str.strip, names.split(","))))
    if not found:
        raise InputError("--columns names no column; expected some such as price,outcome")
    return found


def find_ledgers(names: Sequence[str]) -> tuple[list[Path], list[Path]]:
    """Find the files to read, and those of folders that are no ledgers.

    Raises InputError for a file that is no ledger, and for one that would be read twice.
    """
    ledgers: list[Path] = []
    unread: list[Path] = []
    for path in map(utf8_path, _expand(names)):
        if path.is_dir():
            within = _list_folder(path)
            found = [each for each in within if find_kind(each) in KINDS]
            if not found:
                raise InputError(f"{path}: has no ledgers; expected files ({', '.join(KINDS)})")
            ledgers += map(_check_ledger, found)
            unread += [each for each in within if each not in found]
        else:
            ledgers.append(_check_ledger(path))
    if len(ledgers) > MOST_FILES:
        raise InputError(f"there are {len(ledgers):,} ledgers; expected at most {MOST_FILES:,}")
    seen: set[Path] = set()
    for path in ledgers:
        if path.resolve() in seen:
            raise InputError(f"{path}: is named twice; {NOT_WRITTEN}")
        seen.add(path.resolve())
    return ledgers, unread


def _list_folder(folder: Path) -> list[Path]:
    """The files in a folder, each once; a link to one of them, or to nothing, is none."""
    entries = sorted(
        each for each in folder.iterdir() if not each.name.startswith((".", "~$")) and each.exists()
    )
    files = {each.resolve(): each for each in entries if not each.is_symlink()}
    links = [each for each in entries if each.is_symlink() and each.resolve() not in files]
    return sorted([*files.values(), *{each.resolve(): each for each in links}.values()])


def _expand(names: Sequence[str]) -> Iterator[str]:
    """Names, and what patterns such as 2024/*.csv fit, which not every shell looks for."""
    for name in names:
        has_pattern = any(sign in name for sign in "*?[")
        found = sorted(glob(name)) if has_pattern and not os.path.lexists(name) else []
        yield from found or [name]


def _check_ledger(path: Path) -> Path:
    """The file to read. Raises InputError for one that is no ledger."""
    refuse_line_break(str(path))
    if find_kind(path) not in KINDS:
        raise InputError(f"{path}: expected a ledger ({', '.join(KINDS)})")
    try:
        regular = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:
        raise InputError(f"{path}: is no file; save the ledger as one")
    return path


def _text_kind(path: Path) -> str:
    """How the name of a file of text ends, also of a compressed one."""
    return f".{find_kind(path).split('.')[1]}"


def _form(chosen: Namespace, ledgers: Sequence[Path]) -> Form:
    """How the files are to be read. Raises InputError for a sign or an encoding that is none."""
    kinds = set(map(_text_kind, ledgers))
    by_kind = {TEXTS[kind] for kind in kinds if kind in TEXTS}
    if chosen.delimiter is None and len(by_kind) > 1:
        other = next(path for path in ledgers if TEXTS.get(_text_kind(path), ",") != ",")
        raise InputError(
            f"{other}: its columns are separated by tabs, those of a .csv are not; leave it out, "
            "or use --delimiter if all are separated alike"
        )
    stated = next(iter(by_kind), ",") if chosen.delimiter is None else chosen.delimiter
    sign = SIGNS.get(stated.lower(), stated)
    if len(sign) != 1 or not sign.isascii() or sign.isalnum() or sign in "\"'\r\n-.":
        raise InputError(
            f"--delimiter is {chosen.delimiter!r}; expected one character such as ';', or tab"
        )
    style = style_of(chosen)
    if style.decimal == sign and by_kind:
        raise InputError(
            "--decimal-comma: the comma already separates the columns; use --delimiter ';'"
        )
    try:
        encoding = None if chosen.encoding is None else codecs.lookup(chosen.encoding).name
        "".encode(encoding or UTF_8)  # some are for bytes, not for letters
    except (LookupError, UnicodeError):
        raise InputError(
            f"--encoding is {chosen.encoding!r}; expected one such as cp1252"
        ) from None
    named = {field: getattr(chosen, f"{field}_column") for field in TITLES}
    if len(ledgers) > 1 and named["purchased"]:
        named["purchased"] = AnyOf(named["purchased"])
    encoding = None if encoding == UTF_8 else encoding
    return Form(style, named, sign, encoding, chosen.sheet, _parse_titles(chosen.titles))


def _parse_titles(text: str | None) -> int | None:
    """The number of the line with the titles. Raises InputError."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:10]) <= MOST_TITLES):
        raise InputError(f"--titles is {text!r}; expected the number of a line, such as 4")
    return int(text)


# Writing a priced ledger into the kind of file that its name says.


def write_priced(choices: Choices, batch: Batch, counted: Summary, file: Path) -> None:
    """Write the ledger with its answers. Raises BadInput, InputError and OSError."""
    from xlfuncs.ledgers.database import NoRoom

    try:
        _write(choices, batch, counted, file)
    except NoRoom as error:
        if file.name in error.said:
            raise
        raise BadInput(str(error.strerror)) from None  # what memory does not hold has no room


def _write(choices: Choices, batch: Batch, counted: Summary, file: Path) -> None:
    from xlfuncs.ledgers.database import WRITING, explain_failures
    from xlfuncs.ledgers.priced_files import write_csv, write_parquet
    from xlfuncs.ledgers.written_columns import choose_columns

    columns = choose_columns(batch, choices.columns)
    with explain_failures(WRITING):
        if choices.kind == ".xlsx":
            _write_workbook(batch, columns, counted, file)
            return
        with show_progress("writing", batch.database.query_progress, lambda: counted.lines):
            if choices.kind == ".parquet":
                write_parquet(batch, columns, file)
            else:
                write_csv(batch, columns, file, choices.form.delimiter, lines=counted.lines)


def _write_workbook(
    batch: Batch, columns: Sequence[WrittenColumn], counted: Summary, file: Path
) -> None:
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
        with show_progress(
            "writing",
            lambda: 100 * done / counted.lines if counted.lines else -1,
            lambda: counted.lines,
        ):
            write_workbook(batch, columns, file, count)
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
    sources = list_contract_paths(chosen.contract)
    choices = parse_choices(chosen, sources)
    loaded = [load(source) for source in sources]
    table = _build_table(chosen, loaded)
    with tempfile.TemporaryDirectory() as folder:
        try:
            said, counted = _priced(choices, table, Path(folder))
        except (BadInput, OSError) as error:
            raise _refusal(choices.name, error) from None
        print_summary([*map(format_loaded, loaded), *said])
        if choices.passing:
            with Path(folder, PASSING).open("rb") as priced:
                print_bytes(priced)
    is_answered = counted.of(Outcome.PRICE) or not counted.purchases
    return ANSWERED if is_answered else NO_ANSWER


def _build_table(chosen: Namespace, loaded: Sequence[LoadedContract]) -> PriceTable:
    """The prices of all contracts. Raises InputError where a ledger cannot tell them apart."""
    contracts = [each.contract for each in loaded]
    if len(contracts) > 1 and chosen.through is not None:
        raise InputError("--through is for one contract: each numbers its documents by itself")
    through = None if chosen.through is None else parse_through(chosen.through, contracts[0])
    known_on, is_named = parse_known_on(chosen.known_on), chosen.contract_column is not None
    table = build_price_table(contracts, known_on, through, names_contracts=is_named)
    for each, names in zip(loaded, table.contract_names, strict=True):
        if not names:
            raise InputError(
                f"{each.path}: has no name, number, prefix or party of its own; give it a "
                "contract_number that the ledger has"
            )
    return table


def _refusal(ledger: str, error: BadInput | OSError) -> InputError | OSError:
    """What is said of a ledger that cannot be read; what is of temporary files is said of all."""
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    named = text if isinstance(error, Unreadable) else f"{ledger}: {text}"
    return find_lack_of_room(text) or InputError(f"{named}; {NOT_WRITTEN}")


def _priced(choices: Choices, table: PriceTable, folder: Path) -> tuple[list[str], Summary]:
    """Write the named files; returns what is said of the ledger, and what it comes to.

    Raises BadInput and OSError.
    """
    from xlfuncs.ledgers.batch import price_files
    from xlfuncs.ledgers.database import READING, connect, explain_failures
    from xlfuncs.ledgers.written_columns import keep_cells

    before = list(map(stat_stamp, choices.ledgers))
    with connect(table, folder) as database:
        with show_progress("reading", database.query_progress):
            found, counted = price_files(
                choices.ledgers,
                choices.form,
                table,
                database,
                folder=folder,
                kept=keep_cells(choices.kind, choices.columns),
            )
        for path, stamp in zip(choices.ledgers, before, strict=True):
            if stat_stamp(path) != stamp:
                raise Unreadable(f"{path}: was changed while it was read")
        if found.columns.paid is not None and choices.explains_charges:
            with explain_failures(READING):
                _explain(found, counted, folder)
        said = list(describe_ledger(found, counted))
        said += [f"note: {path} is no ledger and was not read" for path in choices.unread]
        report = _report(choices, found) if choices.report else b""

        def write(file: Path) -> None:
            write_priced(choices, found, counted, file)

        if choices.passing:
            write(folder / PASSING)
        writes: dict[Path, Callable[[Path], object]] = {}
        if choices.output:
            writes[choices.output] = write
        if choices.report:
            writes[choices.report] = write_content(report)
        for target, put in zip(writes, write_targets_with(writes), strict=True):
            print(f"{target}: {put}")
    return said, counted


def _explain(found: Batch, counted: Summary, folder: Path) -> None:
    """Find what was charged instead. Raises duckdb.Error."""
    from xlfuncs.ledgers.line_charges import READINGS, explain_lines

    differing = sum(tally.over + tally.under for tally in counted.of(Outcome.PRICE))
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    with show_progress(
        "explaining",
        lambda: 100 * done / (READINGS * differing) if differing else -1,
        lambda: differing,
    ):
        explain_lines(found, folder, count)


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
        audit = find_audit(found, map(str, choices.ledgers))
    return build_report(audit, date.today())
