"""The command `import`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from xlfuncs.cli.contracts import listed, with_prefix
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.cli.remarks import beyond_the_rows, say, tell_of_new_doubts
from xlfuncs.cli.writing import (
    NOT_WRITTEN,
    put_and_keep,
    read_target,
    refuse_no_file,
    shortened,
    written,
)
from xlfuncs.files.books.filled_in import FilledIn
from xlfuncs.files.contracts.toml import read_toml
from xlfuncs.files.loading import LARGEST, load_filled_in
from xlfuncs.files.quoting import typed
from xlfuncs.files.revising.changes import Change, counted
from xlfuncs.files.revising.importing import new_file, revised
from xlfuncs.files.sizes import mebibytes
from xlfuncs.files.toml_text.inline import NotEditable
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.tables.harmless import harmless_line
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import PURCHASES

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
