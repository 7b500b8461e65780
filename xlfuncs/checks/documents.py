"""What the documents of a contract say against each other."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.tables.schema import title_of

SHARED = ("title", "signed")
"""What all rows of one document have in common."""


def document_findings(contract: Contract) -> Iterator[Finding]:
    """Duplicate rows, rows at odds about their document, its number or its day of signing."""
    yield from _duplicates(contract)
    first_rows: dict[int, Row] = {}
    at_odds: dict[tuple[int, object], Finding] = {}
    for row in contract.rows:
        first = first_rows.setdefault(row.document, row)
        for value, finding in _at_odds(row, first):
            at_odds.setdefault((row.document, value), finding)
    yield from at_odds.values()
    documents = [first_rows[number] for number in sorted(first_rows)]
    yield from _missing_numbers(documents)
    yield from _signing_days(documents)


def _duplicates(contract: Contract) -> Iterator[Finding]:
    seen: dict[Row, Row] = {}
    for row in contract.rows:
        original = seen.setdefault(said_by(row), row)
        if original is not row:
            found = f"the row says the same as {original.place}, so neither can prevail"
            yield Finding(Severity.ERROR, row.place.cell("document"), found, "delete one of them")


def said_by(row: Row) -> Row:
    """What a row says to the rules, without its place and its remarks."""
    return row._replace(place=None, note="", source="")


def _at_odds(row: Row, first: Row) -> Iterator[tuple[object, Finding]]:
    for field in SHARED:
        if getattr(row, field) != getattr(first, field):
            found = (
                f"{title_of(field).lower()} of document {row.document} is "
                f"{getattr(row, field) or 'blank'}, but {first.place.cell(field)} says "
                f"{getattr(first, field) or 'blank'}"
            )
            to_do = "make them agree, or give one document another number"
            yield (
                getattr(row, field),
                Finding(Severity.WARNING, row.place.cell(field), found, to_do),
            )


def _missing_numbers(documents: list[Row]) -> Iterator[Finding]:
    for before, after in zip(documents, documents[1:]):
        if after.document > before.document + 1:
            first, last = before.document + 1, after.document - 1
            missing = f"documents {first} to {last} are" if first < last else f"document {first} is"
            found = f"{missing} missing between {before.title} and {after.title}"
            to_do = "enter 'not on file' rows for what is not held"
            yield Finding(Severity.WARNING, after.place.cell("document"), found, to_do)


def _signing_days(documents: list[Row]) -> Iterator[Finding]:
    signed = [row for row in documents if row.signed]
    for before, after in zip(signed, signed[1:]):
        if before.signed and after.signed and after.signed < before.signed:
            found = (
                f"{after.title} is document {after.document} but was signed on {after.signed}, "
                f"before {before.title} (document {before.document}) on {before.signed}"
            )
            to_do = "check the numbers: the higher one prevails, whenever it was signed"
            yield Finding(Severity.WARNING, after.place.cell("signed"), found, to_do)
