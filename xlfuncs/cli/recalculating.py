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
from xlfuncs.files.books.opened import open_workbook
from xlfuncs.files.loading import load_bytes
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.libreoffice.converting import converted
from xlfuncs.libreoffice.found import find_office
from xlfuncs.libreoffice.running import Failed

READ = (".xlsx", ".xlsm")
WRITTEN = (".xlsx", ".ods")

MOST_PREFIXES = 50
"""Vendors whose functions one workbook calls; for each, LibreOffice gets an extension."""


def recalc(chosen: Namespace) -> int:
    """Writes the workbook as LibreOffice works it out, and says what it could not work out."""
    book = Path(chosen.book)
    targets = _targets(book, chosen.output, chosen.pdf)
    try:
        content = load_bytes(book)
        before = {target: read_target(target) for target in targets.values()}
    except Unreadable as error:
        raise Refused(f"{error}; {NOT_WRITTEN}") from None
    try:
        done = _worked_out(book, content, list(targets), chosen.soffice)
        unknown = list(_unknown(done["xlsx"]))
    except Unreadable as error:
        raise Refused(f"{book}: {error}; {NOT_WRITTEN}") from None
    except Failed as error:
        raise Refused(f"{book}: {error}; {NOT_WRITTEN}") from None
    for kind, target in targets.items():
        print(f"{target}: {put(target, done[kind], before[target])}")
    for line in shortened(unknown):
        print(f"xlfuncs: {line}", file=sys.stderr)
    return NO_ANSWER if unknown else ANSWERED


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


def _unknown(content: bytes) -> Iterator[str]:
    """The formulas that LibreOffice does not know. Raises Failed where they are our own."""
    for sheet in open_workbook(content).sheets.values():
        for where, formula, value in sheet.formulas():
            if value != "#NAME?":
                continue
            if calls_of(formula):
                raise Failed(f"LibreOffice did not load the functions ({where} is #NAME?)")
            yield f"{where} is #NAME?: LibreOffice does not know what {formula} calls"
