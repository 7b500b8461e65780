"""The command `calc recalc`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlfuncs.cli.arguments import add_soffice
from xlfuncs.cli.output import print_remarks, shortened
from xlfuncs.errors import (
    ANSWERED,
    NO_ANSWER,
    FileFormatError,
    HostError,
    InputError,
    OutputError,
    format_quoted,
)
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.extension import build_extension
from xlfuncs.hosts.libreoffice import (
    Failed,
    find_office,
    recalculate,
    remove_external_content,
)
from xlfuncs.loader import load_bytes
from xlfuncs.output_files import NOT_WRITTEN, check_target, read_target, write_target
from xlfuncs.sheets.cells import CellError, format_cell
from xlfuncs.sheets.parsers import is_prefix
from xlfuncs.sheets.schema import AMENDMENTS, PURCHASE_COLUMNS, PURCHASES, TIERS
from xlfuncs.xlsx.generated_content import has_lambdas
from xlfuncs.xlsx.package import refuse_damage
from xlfuncs.xlsx.reader import OpenWorkbook, Sheet, open_workbook, read_contract

# The calls of the functions in a workbook's formulas, whatever the prefix.

NAMES = "|".join(function.name for function in FUNCTIONS)
CALL = re.compile(rf"(?<![\w.])([A-Z][A-Z0-9]*)_(?:{NAMES})\s*\(", re.IGNORECASE)
OF_NO_SHEET = r"xl/(?:[^/]*|(?:tables|charts|pivotTables|externalLinks)/[^/]*)\.xml"
"""Parts with formulas that are in no cell; those of the texts of cells have none."""


def calls_of(text: str) -> set[str]:
    """The prefixes of the functions that a formula calls.

    >>> calls_of("=IF(A1>0,QUALYS_PRICE(A1,B1),MY_PRICE(2))") == {"QUALYS", "MY"}
    True
    """
    found = {prefix.upper() for prefix in CALL.findall(text)}
    return {prefix for prefix in found if is_prefix(prefix)}


def prefixes_called(content: bytes) -> list[str]:
    """The prefixes that any formula of a workbook calls, in order. Raises FileFormatError."""
    found: set[str] = set()
    with refuse_damage():
        opened = open_workbook(content)
        for sheet in opened.sheets.values():
            for formula in (
                *sheet.formulas_beside,
                *(text for _, text, _ in sheet.list_formulas()),
            ):
                found |= calls_of(formula)
        for name in opened.package:  # names, tables, charts and the like
            if re.fullmatch(OF_NO_SHEET, name, re.IGNORECASE) and name != opened.part.strings:
                found |= set().union(*map(calls_of, opened.package.texts(name)))
    return sorted(found)


# What it reads, and what it looks for in the result.

READ = (".xlsx", ".xlsm")
WRITTEN = (".xlsx", ".ods")

ASKED = [column.title for column in PURCHASE_COLUMNS]
PRICED = len(ASKED)
"""The columns of the sheet Purchases that people fill in, and the first one with formulas."""

UNKNOWN_NAME = CellError("#NAME?")
NOT_HELD = (
    "which the workbook links to but does not contain; insert it into the workbook instead of "
    "linking to "
    "it"
)
MOST_PREFIXES = 50
"""Vendors whose functions one workbook calls; for each, LibreOffice gets an extension."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the workbook, the files to write, and the LibreOffice."""
    parser.add_argument("book", metavar="BOOK", help="the workbook (.xlsx, .xlsm)")
    parser.add_argument(
        "-o",
        dest="output",
        metavar="OUT",
        help="the workbook to write (.xlsx, .ods); default: BOOK, unless there is a --pdf",
    )
    parser.add_argument("--pdf", metavar="OUT", help="print it into this file (.pdf)")
    add_soffice(parser)


def run(arguments: Namespace) -> int:
    """Write the workbook as LibreOffice calculates it, and say what it could not calculate."""
    book = Path(arguments.book)
    targets = _targets(book, arguments.output, arguments.pdf)
    try:
        content = load_bytes(book)
        before = {each: content if each == book else read_target(each) for each in targets.values()}
    except FileFormatError as error:
        raise FileFormatError(f"{error}; {NOT_WRITTEN}") from None
    try:
        _refuse_functions(book, content)
        content, outside = remove_external_content(content)
        done = _recalculate(book, content, list(targets), arguments.soffice)
        left_out = [f"left out {format_cell(place)}, {NOT_HELD}" for place in outside]
        findings = [*left_out, *_findings(open_workbook(done["xlsx"]))]
    except (FileFormatError, HostError) as error:
        raise OutputError(f"{book}: {error}; {NOT_WRITTEN}") from None
    for kind, target in targets.items():
        print(f"{target}: {write_target(target, done[kind], before[target])}")
    print_remarks(shortened(findings))
    return NO_ANSWER if findings else ANSWERED


def _refuse_functions(book: Path, content: bytes) -> None:
    """Raises InputError for functions in names, and FileFormatError."""
    if has_lambdas(content):
        other = book.with_stem(f"{book.stem} for calc")
        raise InputError(
            f"{book}: holds its functions as names, which LibreOffice damages; {NOT_WRITTEN}. "
            f"For LibreOffice: xlfuncs build --contract {format_quoted(book)} "
            f"-o {format_quoted(other)} "
            f"--without-functions"
        )


def _targets(book: Path, output: str | None, pdf: str | None) -> dict[str, Path]:
    """The files to write, by their kinds. Raises InputError and OutputError."""
    if book.suffix.lower() not in READ:
        raise InputError(f"{book}: expected a workbook ({', '.join(READ)})")
    targets = {}
    if output is not None or pdf is None:
        target = book if output is None else Path(output)
        expected = f"expected a name that ends in {' or '.join(WRITTEN)}; {NOT_WRITTEN}. Use -o OUT"
        check_target(target, WRITTEN, expected=expected)
        targets[target.suffix.lower()[1:]] = target
    if pdf is not None:
        check_target(Path(pdf), (".pdf",))
        targets["pdf"] = Path(pdf)
    return targets


def _recalculate(
    book: Path, content: bytes, kinds: Sequence[str], soffice: str | None
) -> dict[str, bytes]:
    """What LibreOffice saves, in any case as .xlsx too.

    Raises FileFormatError, HostError and InputError.
    """
    prefixes = prefixes_called(content)
    if len(prefixes) > MOST_PREFIXES:
        expected = f"expected at most {MOST_PREFIXES}"
        raise InputError(f"{book}: calls functions of {len(prefixes)} vendors; {expected}")
    extensions = {prefix: build_extension(prefix) for prefix in prefixes}
    return recalculate(find_office(soffice), content, [*{"xlsx", *kinds}], extensions)


def _findings(opened: OpenWorkbook) -> Iterator[str]:
    """What the workbook that LibreOffice saved leaves open.

    Raises HostError and FileFormatError.
    """
    yield from _unknown(opened)
    if opened.find_sheet(TIERS) and opened.find_sheet(AMENDMENTS):
        yield from map(str, read_contract(opened).problems)
    purchases = opened.find_sheet(PURCHASES)
    if purchases:
        yield from _unpriced(purchases)


def _unknown(opened: OpenWorkbook) -> Iterator[str]:
    """The formulas that LibreOffice does not know. Raises HostError where they are our own."""
    for sheet in opened.sheets.values():
        for where, formula, value in sheet.list_formulas():
            if value != UNKNOWN_NAME:
                continue
            if calls_of(formula):
                raise Failed(f"LibreOffice did not load the functions ({where} is #NAME?)")
            yield f"{where} is #NAME?: LibreOffice does not know a function in {formula}"


def _unpriced(purchases: Sheet) -> Iterator[str]:
    """The rows of which a program has typed the questions alone; in Excel the table would grow."""
    below = False
    for number, row in enumerate(purchases.rows, 1):
        cells = [cell.value for cell in row[: PRICED + 1]]
        if not below:
            below = cells[:PRICED] == ASKED
        elif cells and cells[0] is not None and cells[PRICED:] in ([], [None]):
            yield (
                f"{PURCHASES}!A{number}: has no formulas beside it, so it is not priced; "
                f"xlfuncs build --keep adds them"
            )
