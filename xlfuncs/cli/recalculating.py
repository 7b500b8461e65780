"""The command `calc recalc`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from workbooks.extension import build_extension
from xlfuncs.cli.calls import calls_of, prefixes_called
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.cli.writing import NOT_WRITTEN, put, read_target, shortened
from xlfuncs.files.books.lambdas import has_functions
from xlfuncs.files.books.opened import Opened, open_workbook
from xlfuncs.files.books.sheet import Sheet
from xlfuncs.files.books.workbook import reading_of
from xlfuncs.files.loading import load_bytes
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.libreoffice.converting import converted
from xlfuncs.libreoffice.found import find_office
from xlfuncs.libreoffice.running import Failed
from xlfuncs.tables.harmless import harmless
from xlfuncs.tables.schema import AMENDMENTS, PURCHASE_COLUMNS, PURCHASES, TIERS

READ = (".xlsx", ".xlsm")
WRITTEN = (".xlsx", ".ods")

ASKED = [column.title for column in PURCHASE_COLUMNS]
PRICED = len(ASKED)
"""The columns of the sheet Purchases that people fill in, and the first one with formulas."""

MOST_PREFIXES = 50
"""Vendors whose functions one workbook calls; for each, LibreOffice gets an extension."""


def recalc(chosen: Namespace) -> int:
    """Writes the workbook as LibreOffice works it out, and says what it could not work out."""
    book = Path(chosen.book)
    targets = _targets(book, chosen.output, chosen.pdf)
    try:
        content = load_bytes(book)
        before = {each: content if each == book else read_target(each) for each in targets.values()}
    except Unreadable as error:
        raise Refused(f"{error}; {NOT_WRITTEN}") from None
    try:
        _refuse_functions(book, content)
        done = _worked_out(book, content, list(targets), chosen.soffice)
        findings = list(_findings(open_workbook(done["xlsx"])))
    except (Unreadable, Failed) as error:
        raise Refused(f"{book}: {error}; {NOT_WRITTEN}") from None
    for kind, target in targets.items():
        print(f"{target}: {put(target, done[kind], before[target])}")
    for line in shortened(findings):
        print(f"xlfuncs: {harmless(line)}", file=sys.stderr)
    return NO_ANSWER if findings else ANSWERED


def _refuse_functions(book: Path, content: bytes) -> None:
    """Raises Refused for functions in names, and Unreadable."""
    if has_functions(content):
        other = book.with_stem(f"{book.stem} for calc")
        raise Refused(
            f"{book}: holds its functions as names, which LibreOffice damages; {NOT_WRITTEN}. "
            f'For LibreOffice: xlfuncs build --contract "{book}" -o "{other}" --without-functions'
        )


def _targets(book: Path, output: str | None, pdf: str | None) -> dict[str, Path]:
    """The files to write, by their kinds. Raises Refused for names of other kinds."""
    if book.suffix.lower() not in READ:
        raise Refused(f"{book}: expected a workbook ({', '.join(READ)})")
    targets = {}
    if output is not None or pdf is None:
        target = book if output is None else Path(output)
        if target.suffix.lower() not in WRITTEN:
            written = " or ".join(WRITTEN)
            raise Refused(f"{target}: LibreOffice is to write {written}; {NOT_WRITTEN}. Use -o OUT")
        targets[target.suffix.lower()[1:]] = target
    if pdf is not None:
        if Path(pdf).suffix.lower() != ".pdf":
            raise Refused(f"{pdf}: expected a name that ends in .pdf; {NOT_WRITTEN}")
        targets["pdf"] = Path(pdf)
    return targets


def _worked_out(
    book: Path, content: bytes, kinds: Sequence[str], soffice: str | None
) -> dict[str, bytes]:
    """What LibreOffice saves, in any case as .xlsx too. Raises Unreadable, Failed and Refused."""
    prefixes = prefixes_called(content)
    if len(prefixes) > MOST_PREFIXES:
        expected = f"expected at most {MOST_PREFIXES}"
        raise Refused(f"{book}: calls functions of {len(prefixes)} vendors; {expected}")
    extensions = {prefix: build_extension(prefix) for prefix in prefixes}
    return converted(find_office(soffice), content, [*{"xlsx", *kinds}], extensions)


def _findings(opened: Opened) -> Iterator[str]:
    """What the workbook that LibreOffice saved does not answer. Raises Failed and Unreadable."""
    yield from _unknown(opened)
    if opened.sheet(TIERS) and opened.sheet(AMENDMENTS):
        yield from map(str, reading_of(opened).problems)
    purchases = opened.sheet(PURCHASES)
    if purchases:
        yield from _unpriced(purchases)


def _unknown(opened: Opened) -> Iterator[str]:
    """The formulas that LibreOffice does not know. Raises Failed where they are our own."""
    for sheet in opened.sheets.values():
        for where, formula, value in sheet.formulas():
            if value != "#NAME?":
                continue
            if calls_of(formula):
                raise Failed(f"LibreOffice did not load the functions ({where} is #NAME?)")
            yield f"{where} is #NAME?: LibreOffice does not know what {formula} calls"


def _unpriced(purchases: Sheet) -> Iterator[str]:
    """The rows of which a program has typed the questions alone; in Excel the table would grow."""
    below = False
    for number, row in enumerate(purchases.stored, 1):
        cells = [cell.value for cell in row[: PRICED + 1]]
        if not below:
            below = cells[:PRICED] == ASKED
        elif cells and cells[0] is not None and cells[PRICED:] in ([], [None]):
            yield (
                f"{PURCHASES}!A{number}: has no formulas beside it, so it is not priced; "
                f"xlfuncs build --keep adds them"
            )
