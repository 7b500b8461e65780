"""What an import remarks besides what it changed: new doubts, and what stays in the workbook."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbooks.build import build as content_of
from workbooks.kinds import Kind
from workbooks.macros.modules import NoMacros
from xlfuncs.checks import check as findings_of
from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.cli.writing import shortened
from xlfuncs.files.books.filled_in import FilledIn
from xlfuncs.files.books.lambdas import has_functions
from xlfuncs.files.books.rebuilding import lost_in_rebuild
from xlfuncs.files.books.stamps import built_on
from xlfuncs.files.loading import load_bytes, load_draft
from xlfuncs.pricing.contract import Contract
from xlfuncs.tables.harmless import harmless
from xlfuncs.tables.reading import Reading

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
        print(f"xlfuncs: {harmless(line)}", file=sys.stderr)
