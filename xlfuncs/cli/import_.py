"""The command `import`: what a workbook states, into a contract file."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlfuncs.api import check_prefix, format_problems
from xlfuncs.cli.output import print_remarks, shortened
from xlfuncs.contracts.toml_editor import NotEditable
from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.contracts.update import Change, format_count, serialize_contract, update_contract
from xlfuncs.errors import (
    ANSWERED,
    NO_ANSWER,
    FileFormatError,
    InputError,
    OutputError,
    format_argument,
    format_size,
)
from xlfuncs.loader import LARGEST, load_bytes, load_draft, load_input
from xlfuncs.output_files import (
    NOT_WRITTEN,
    check_target,
    format_written,
    read_target,
    replace_target,
)
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.names import name_key
from xlfuncs.sheets.lint import check as findings_of
from xlfuncs.sheets.parsers import Problem, Reading
from xlfuncs.sheets.row_checks import Finding, Severity
from xlfuncs.sheets.schema import PURCHASES
from xlfuncs.xlsx.builder import WorkbookKind, read_build_day
from xlfuncs.xlsx.builder import build_workbook as content_of
from xlfuncs.xlsx.compare import find_losses
from xlfuncs.xlsx.generated_content import has_lambdas
from xlfuncs.xlsx.self_check import is_self_check
from xlfuncs.xlsx.user_input import WorkbookInput
from xlfuncs.xlsx.vba.project import NoMacros

# What an import remarks besides what it changed: new doubts, and what stays in the workbook.

PLACE = re.compile(r"(?:Tiers|Amendments)(?:!| row )\w+|(?:agreement|amendments)[\w.\[\]]+")
"""How a sheet and a contract file name the place of one row in their own ways."""


def _print_new_doubts(before: Contract, after: Contract) -> None:
    """Say what `check` finds wrong or doubtful that it did not find before."""
    known = {PLACE.sub("", finding.found) for finding in _doubts(before)}
    new = (each for each in _doubts(after) if PLACE.sub("", each.found) not in known)
    print_remarks(shortened(f"{each.where}: {each.found}; {each.to_do}" for each in new))


def _doubts(contract: Contract) -> Iterator[Finding]:
    for finding in findings_of(Reading(contract)):
        if finding.severity is not Severity.NOTE:
            yield finding


def _find_additions(book: Path, filled: WorkbookInput) -> list[str]:
    """Sheets, columns, comments and whatever else somebody added, as `build --keep` names it.

    Raises FileFormatError.
    """
    content = load_bytes(book)
    built = read_build_day(content)
    _, draft = load_draft(book)
    if built is None or draft is None:  # it is not from here, so nobody knows what was added
        return filled.added_columns
    kind = WorkbookKind(book.suffix.lower())
    if kind is WorkbookKind.LAMBDAS and not has_lambdas(content):
        kind = WorkbookKind.BARE
    try:
        is_checked = is_self_check(content)
        return find_losses(content, content_of(draft, built, kind, self_check=is_checked))
    except NoMacros:  # nothing can be built to compare with
        return filled.added_columns


# The command `import`.

MOST_CHANGES = 200
"""Changes listed; of more there is the count."""

BOOKS = {".xlsx", ".xlsm", ".xlam"}
CONTRACT_FILE = ".toml"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the workbook and the contract file."""
    parser.add_argument("book", metavar="BOOK", help="the workbook (.xlsx, .xlsm, .xlam)")
    parser.add_argument(
        "-o",
        dest="output",
        metavar="CONTRACT",
        help="the contract file (.toml); an existing file keeps its comments, and its old "
        "content as CONTRACT.bak; default: NAME.toml",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list what would change"
    )


def run(arguments: Namespace) -> int:
    """Write what a workbook says into a contract file, and print what changed."""
    book = Path(arguments.book)
    target = _target(book, arguments.output)
    filled = load_input(book)
    if filled.reading.contract is None:
        raise _problems(book, filled.reading.problems)
    beyond = [*filled.unsupported, *_find_additions(book, filled)]
    contract = check_prefix(str(book), filled.reading.contract)
    found = read_target(target)
    if found is None:
        status = _write_new(target, book, contract, arguments.check)
    else:
        status = _revise(target, found, arguments, contract, filled)
        if not filled.has_purchases:
            print_remarks(
                [f"{book}: has no sheet {PURCHASES}; the purchases of {target} stay as they are"]
            )
    if beyond:
        remark = f"not copied into {target}, and only in {book}:"
        print_remarks([remark, *shortened(beyond)])
    return status


def _target(book: Path, output: str | None) -> Path:
    if book.suffix.lower() not in BOOKS:
        expected = (
            "expected a workbook (.xlsx, .xlsm, .xlam), as in: xlfuncs import BOOK -o FILE.toml"
        )
        raise InputError(f"{book}: {expected}")
    target = Path(output or f"{book.stem}{CONTRACT_FILE}")
    check_target(target, (CONTRACT_FILE,), keep_kind=True)
    return target


def _problems(path: Path, problems: Sequence[Problem]) -> InputError:
    lines = shortened(format_problems(path, problems))
    return InputError("\n".join([f"{path}: has problems; {NOT_WRITTEN}", *lines]))


def _write_new(target: Path, book: Path, contract: Contract, check: bool) -> int:
    try:
        content = serialize_contract(contract)
    except NotEditable:
        raise OutputError(
            f"{target}: {book} has content that a contract file cannot hold; {NOT_WRITTEN}"
        ) from None
    _check_size(target, content)
    counts = _counts(contract)
    if check:
        print(f"{target}: would be written; {counts}")
        return NO_ANSWER
    print(f"{target}: {format_written(replace_target(target, content, None))}; {counts}")
    return ANSWERED


def _counts(contract: Contract) -> str:
    documents = {row.document for row in contract.amendments}
    amended = format_count(len(documents), "amendment")
    return (
        f"{format_count(len(contract.tiers), 'row')} of the agreement, "
        f"{amended} with {format_count(len(contract.amendments), 'row')}, "
        f"{format_count(len(contract.purchases), 'purchase')}"
    )


def _revise(
    target: Path, found: bytes, arguments: Namespace, contract: Contract, filled: WorkbookInput
) -> int:
    current = _read_current(target, found)
    if current.prefix != contract.prefix:
        raise OutputError(
            f"{target}: has the prefix {current.prefix}, but {arguments.book} has "
            f"{contract.prefix}; {NOT_WRITTEN}. Use -o FILE for another file, or change the prefix "
            f"in the contract file first"
        )
    if not filled.has_purchases:
        contract = _with_purchases_of(current, contract, target, arguments.book)
    try:
        content, changes = update_contract(found, contract, filled.cells)
    except NotEditable:
        raise OutputError(
            f"{target}: is written in a way that cannot be edited to match "
            f"{arguments.book}; {NOT_WRITTEN}. Use -o FILE to import into a new file"
        ) from None
    _check_size(target, content)
    if content == found:
        print(f"{target}: already matches {arguments.book}")
        return ANSWERED
    if arguments.check:
        print(f"{target}: would change, in {format_count(len(changes), 'place')}")
        _print_changes(changes)
        return NO_ANSWER
    backup = replace_target(target, content, found)
    print(f"{target}: {format_written(backup)}")
    _print_changes(changes)
    kept = target.parent / (backup or "")
    print(
        f"xlfuncs diff {format_argument(kept)} {format_argument(target)} shows which prices change"
    )
    _print_new_doubts(current, contract)
    return ANSWERED


def _with_purchases_of(current: Contract, contract: Contract, target: Path, book: str) -> Contract:
    """The contract of a workbook without the sheet Purchases, with those that the file has."""
    known = {service.key for service in contract.services}
    for purchase in current.purchases:
        if purchase.service and name_key(purchase.service) not in known:
            raise OutputError(
                f"{target}: has purchases of {purchase.service!r}, but {book} has neither that "
                f"service nor a sheet {PURCHASES}; {NOT_WRITTEN}. Add the sheet, or change the file"
            )
    return contract._replace(purchases=current.purchases)


def _read_current(target: Path, found: bytes) -> Contract:
    try:
        reading = read_toml(found)
    except FileFormatError as error:
        raise FileFormatError(f"{target}: {error}; {NOT_WRITTEN}") from None
    if reading.contract is None:
        raise _problems(target, reading.problems)
    return reading.contract


def _check_size(target: Path, content: bytes) -> None:
    most = LARGEST[CONTRACT_FILE]
    if len(content) > most:
        size = f"would be {format_size(len(content))}; expected at most {format_size(most)}"
        raise OutputError(f"{target}: {size}; {NOT_WRITTEN}")


def _print_changes(changes: Sequence[Change]) -> None:
    for line in shortened(map(str, changes), MOST_CHANGES):
        print(line)
