"""The command `import`: what a workbook states, into a contract file."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlfuncs.cli.inputs import listed, with_prefix
from xlfuncs.cli.targets import (
    NOT_WRITTEN,
    put_and_keep,
    read_target,
    refuse_no_file,
    shortened,
    written,
)
from xlfuncs.contracts.toml_editor import NotEditable
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import Change, counted, new_file, revised
from xlfuncs.errors import ANSWERED, NO_ANSWER, Refused, Unreadable, mebibytes, typed
from xlfuncs.loader import LARGEST, load_bytes, load_draft, load_filled_in
from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.sheets.cells import harmless_line
from xlfuncs.sheets.findings import Finding, Severity
from xlfuncs.sheets.lint import check as findings_of
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Reading
from xlfuncs.sheets.schema import PURCHASES
from xlfuncs.xlsx.builder import Kind
from xlfuncs.xlsx.builder import build as content_of
from xlfuncs.xlsx.generated_content import built_on
from xlfuncs.xlsx.inventory import has_functions
from xlfuncs.xlsx.rebuild import lost_in_rebuild
from xlfuncs.xlsx.user_input import FilledIn
from xlfuncs.xlsx.vba.project import NoMacros

# What an import remarks besides what it changed: new doubts, and what stays in the workbook.

PLACE = re.compile(r"(?:Tiers|Amendments)(?:!| row )\w+|(?:agreement|amendments)[\w.\[\]]+")
"""How a sheet and a contract file name the place of one row in their own ways."""


def tell_of_new_doubts(before: Contract, after: Contract) -> None:
    """Says what `check` finds wrong or doubtful that it did not find before."""
    known = {PLACE.sub("", finding.found) for finding in _doubts(before)}
    new = (each for each in _doubts(after) if PLACE.sub("", each.found) not in known)
    say(f"{each.where}: {each.found}; {each.to_do}" for each in new)


def _doubts(contract: Contract) -> Iterator[Finding]:
    for finding in findings_of(Reading(contract)):
        if finding.severity is not Severity.NOTE:
            yield finding


def beyond_the_rows(book: Path, filled: FilledIn) -> list[str]:
    """Sheets, columns, comments and whatever else somebody added, as `build --keep` names it.

    Raises Unreadable.
    """
    content = load_bytes(book)
    built = built_on(content)
    _, draft = load_draft(book)
    if built is None or draft is None:  # it is not from here, so nobody knows what was added
        return filled.columns
    kind = Kind(book.suffix.lower())
    if kind is Kind.NAMES and not has_functions(content):
        kind = Kind.BARE
    try:
        return lost_in_rebuild(content, content_of(draft, built, kind))
    except NoMacros:  # nothing can be built to compare with
        return filled.columns


def say(lines: Iterable[str]) -> None:
    """Prints lines on stderr, below what stands on stdout so far."""
    if sys.stdout:
        sys.stdout.flush()
    for line in shortened(lines):
        print(f"xlfuncs: {line}", file=sys.stderr)


# The command `import`.

MOST_CHANGES = 200
"""Changes listed; of more there is the count."""

BOOKS = {".xlsx", ".xlsm", ".xlam"}
CONTRACT_FILE = ".toml"


def import_(chosen: Namespace) -> int:
    """Writes what a workbook says into a contract file, and prints what changed."""
    book = Path(chosen.book)
    target = _target(book, chosen.output)
    contract, filled, beyond = _filled_in(book)
    found = read_target(target)
    if found is None:
        status = _write_new(target, book, contract, chosen.check)
    else:
        status = _revise(target, found, chosen, contract, filled)
    if found is not None and not filled.has_purchases:
        say([f"{book}: has no sheet {PURCHASES}; the purchases of {target} stay as they are"])
    if beyond:
        say([f"not taken into {target}, and still in {book}:"])
    say(beyond)
    return status


def _target(book: Path, output: str | None) -> Path:
    if book.suffix.lower() not in BOOKS:
        expected = (
            "expected a workbook (.xlsx, .xlsm, .xlam), as in: xlfuncs import BOOK -o FILE.toml"
        )
        raise Refused(f"{book}: {expected}")
    target = Path(output or f"{book.stem}{CONTRACT_FILE}")
    if target.suffix.lower() != CONTRACT_FILE:
        raise Refused(f"{target}: expected a name that ends in {CONTRACT_FILE}; {NOT_WRITTEN}")
    refuse_no_file(target)
    if target.resolve().suffix.lower() != CONTRACT_FILE:
        meant = harmless_line(target.resolve().name)
        raise Refused(
            f"{target}: stands for {meant}, another kind of file; {NOT_WRITTEN}. Use -o FILE"
        )
    return target


def _filled_in(book: Path) -> tuple[Contract, FilledIn, list[str]]:
    """The contract of a workbook, what was filled in, and what a contract file has no room for."""
    try:
        filled = load_filled_in(book)
        if filled.reading.contract is None:
            raise _refuse_problems(book, filled.reading.problems)
        beyond = [*filled.beyond, *beyond_the_rows(book, filled)]
    except Unreadable as error:
        raise Refused(str(error)) from None
    return with_prefix(str(book), filled.reading.contract), filled, beyond


def _refuse_problems(path: Path, problems: Sequence[Problem]) -> Refused:
    lines = shortened(listed(str(path), problems))
    return Refused("\n".join([f"{path}: has problems; {NOT_WRITTEN}", *lines]))


def _write_new(target: Path, book: Path, contract: Contract, check: bool) -> int:
    try:
        content = new_file(contract)
    except NotEditable:
        raise Refused(
            f"{target}: what {book} says cannot be said in a contract file; {NOT_WRITTEN}"
        ) from None
    _refuse_size(target, content)
    counts = _counts(contract)
    if check:
        print(f"{target}: would be written; {counts}")
        return NO_ANSWER
    print(f"{target}: {written(put_and_keep(target, content, None))}; {counts}")
    return ANSWERED


def _counts(contract: Contract) -> str:
    documents = {row.document for row in contract.amendments}
    amended = counted(len(documents), "amendment")
    return (
        f"{counted(len(contract.tiers), 'row')} of the agreement, "
        f"{amended} with {counted(len(contract.amendments), 'row')}, "
        f"{counted(len(contract.purchases), 'purchase')}"
    )


def _revise(
    target: Path, found: bytes, chosen: Namespace, contract: Contract, filled: FilledIn
) -> int:
    standing = _standing(target, found)
    if standing.prefix != contract.prefix:
        raise Refused(
            f"{target}: is the contract of {standing.prefix}, and {chosen.book} is of "
            f"{contract.prefix}; {NOT_WRITTEN}. Use -o FILE for another file, or give the contract "
            f"file that prefix first"
        )
    if not filled.has_purchases:
        contract = _with_purchases_of(standing, contract, target, chosen.book)
    try:
        content, changes = revised(found, contract, filled.cells)
    except NotEditable:
        raise Refused(
            f"{target}: is written in a way in which it cannot be edited to say what "
            f"{chosen.book} says; {NOT_WRITTEN}. Use -o FILE to import into another, new file"
        ) from None
    _refuse_size(target, content)
    if content == found:
        print(f"{target}: already says what {chosen.book} says")
        return ANSWERED
    if chosen.check:
        print(f"{target}: would change, in {counted(len(changes), 'place')}")
        _list(changes)
        return NO_ANSWER
    backup = put_and_keep(target, content, found)
    print(f"{target}: {written(backup)}")
    _list(changes)
    kept = target.parent / (backup or "")
    print(f"xlfuncs diff {typed(kept)} {typed(target)} shows which prices change")
    tell_of_new_doubts(standing, contract)
    return ANSWERED


def _with_purchases_of(standing: Contract, contract: Contract, target: Path, book: str) -> Contract:
    """The contract of a workbook without the sheet Purchases, with those that the file has."""
    known = {service.key for service in contract.services}
    for purchase in standing.purchases:
        if purchase.service and service_key(purchase.service) not in known:
            raise Refused(
                f"{target}: has purchases of {purchase.service!r}, a service that {book} does not "
                f"have, and no sheet {PURCHASES}; {NOT_WRITTEN}. Add the sheet, or change the file"
            )
    return contract._replace(purchases=standing.purchases)


def _standing(target: Path, found: bytes) -> Contract:
    try:
        contract, problems, _ = read_toml(found)
    except Unreadable as error:
        raise Refused(f"{target}: {error}; {NOT_WRITTEN}") from None
    if contract is None:
        raise _refuse_problems(target, problems)
    return contract


def _refuse_size(target: Path, content: bytes) -> None:
    most = LARGEST[CONTRACT_FILE]
    if len(content) > most:
        size = f"would have {mebibytes(len(content))}; expected at most {mebibytes(most)}"
        raise Refused(f"{target}: {size}; {NOT_WRITTEN}")


def _list(changes: Sequence[Change]) -> None:
    for line in shortened(map(str, changes), MOST_CHANGES):
        print(line)
