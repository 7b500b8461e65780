"""Invisible characters in the texts of a contract, which change what people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.tables.harmless import unseen_in
from xlfuncs.tables.reading import Reading
from xlfuncs.tables.schema import COLUMNS, title_of
from xlfuncs.tables.writing import assumption_text

Told = tuple[str, str, str]
"""The place of a text, what it is, and the text."""


def text_findings(reading: Reading, contract: Contract) -> Iterator[Finding]:
    """Each text with such a character, once however many rows have it from their document."""
    said: set[tuple[str, str]] = set()
    for where, what, text in (*_particulars(reading, contract), *_of_rows(contract)):
        unseen = unseen_in(text)
        if unseen and (what, text) not in said:
            said.add((what, text))
            found = f"{what} has {unseen}, which is not seen but may change what is"
            to_do = "delete it, unless the document has it; compare the text with the document"
            yield Finding(Severity.WARNING, where, found, to_do)


def _particulars(reading: Reading, contract: Contract) -> Iterator[Told]:
    for field, cells in reading.cells.items():
        value = getattr(contract, field)
        texts: Iterable[str] = value if isinstance(value, tuple) else (value,)
        for where, text in zip(cells, texts):
            yield where, title_of(field).lower(), text


def _of_rows(contract: Contract) -> Iterator[Told]:
    services = {service.key: service for service in contract.services}
    for row in contract.rows:
        values = {**services[service_key(row.service)]._asdict(), **row._asdict()}
        values["assumed"] = "\n".join(map(assumption_text, row.assumed))
        for column in COLUMNS:
            if column.kind in {"text", "assumed"}:
                yield row.place.cell(column.field), column.title.lower(), values[column.field]
