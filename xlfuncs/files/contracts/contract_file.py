"""Contract files: a contract as its documents state it, in TOML.

    [contract]          name, prefix, currency, parties, open_questions
    [[services]]        name, unit, step, part_units
    [agreement]         title, dated, effective, ends, assumed
    [[agreement.tiers]] a row of the agreement's price table
    [[amendments]]      number, title, signed, effective, ends, assumed
    [[amendments.rows]] a row of that amendment
    [[purchases]]       quantity, purchased, service, reference: what a new workbook opens with

A row has the keys of the sheets' columns; the title and the dates that it does not state it has
from its document, and its service may be left out where there is only one. The README describes
each key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from xlfuncs.files.contracts.documents import Document
from xlfuncs.files.contracts.keys import Keys, Table
from xlfuncs.files.contracts.services import Services
from xlfuncs.pricing.contract import Purchase
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, day_of, figure_of
from xlfuncs.tables.particulars import PREFIX_EXPECTED, Particulars, is_prefix
from xlfuncs.tables.reading import Reading, read_records
from xlfuncs.tables.records import Problem
from xlfuncs.tables.schema import AMENDMENTS, TIERS

_Read = TypeVar("_Read")

MOST_ROWS = 20_000
"""Rows of all documents together."""


def read_contract_table(table: Table) -> Reading:
    """The contract in a parsed file, or all that is wrong with it."""
    problems: list[Problem] = []
    top = Keys(table, "", problems)
    particulars = _particulars(top.table("contract", required=True))
    services = Services(top)
    agreement = Document(top.table("agreement", required=True), "dated", None)
    records = [*agreement.records(services, "tiers", TIERS)]
    for keys in top.tables("amendments"):
        records += Document(keys, "signed", agreement).records(services, "rows", AMENDMENTS)
    purchases = tuple(_purchases(top, services))
    services.complain_of_unpriced()
    top.done()
    if len(records) > MOST_ROWS:
        found = f"has {len(records):,} rows with those of its amendments"
        expected = f"expected at most {MOST_ROWS:,}"
        return Reading(None, (Problem("agreement", f"{found}; {expected}"),))
    return read_records(records, particulars, problems, purchases=purchases, named=services.names)


def _particulars(keys: Keys) -> Particulars:
    values: dict[str, str | tuple[str, ...]] = {
        "name": keys.text("name", required=True),
        "prefix": keys.text("prefix", required=True),
        "currency": keys.text("currency"),
        "parties": keys.texts("parties"),
        "open_questions": keys.texts("open_questions"),
    }
    if values["prefix"] and not is_prefix(str(values["prefix"])):
        keys.problem("prefix", f"is {values['prefix']!r}; expected {PREFIX_EXPECTED}")
    keys.done()
    cells = {
        field: [keys.where(f"{field}[{n}]") for n in range(1, len(value) + 1)]
        if isinstance(value, tuple)
        else [keys.where(field)]
        for field, value in values.items()
    }
    return Particulars(values, cells)


def _purchases(top: Keys, services: Services) -> Iterator[Purchase]:
    for keys in top.tables("purchases"):
        quantity = _read(keys, "quantity", keys.take("quantity"), figure_of)
        day = keys.day("purchased", required=True)
        purchased = day and _read(keys, "purchased", day, day_of)
        service, reference = keys.text("service"), keys.text("reference")
        keys.done()
        services.expect(keys, service)
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service, reference)


def _read(keys: Keys, key: str, value: Cell, reader: Callable[[Cell], _Read]) -> _Read | None:
    try:
        return reader(value)
    except BadInput as refusal:
        keys.problem(key, str(refusal))
        return None
