"""Contract files: a contract as its documents state it, in TOML.

    [contract]          name, prefix, currency, parties, open_questions
    [[services]]        name, unit, step, part_units
    [agreement]         title, dated, effective, ends, assumed
    [[agreement.tiers]] a row of the agreement's price table
    [[amendments]]      number, title, signed, effective, ends, assumed
    [[amendments.rows]] a row of that amendment
    [[purchases]]       quantity, purchased, service: what a new workbook opens with

A row has the keys of the sheets' columns; what it does not say about its dates it has from its
document, and its service may be left out where there is only one. The README describes each key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from xlfuncs.files.keys import Keys, Table
from xlfuncs.pricing.contract import Assumption, Purchase, service_key
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, day_of, figure_of, is_blank
from xlfuncs.tables.parsers import assumed as assumed_cell
from xlfuncs.tables.particulars import PREFIX_EXPECTED, Particulars, is_prefix
from xlfuncs.tables.places import KeyPlace
from xlfuncs.tables.reading import Reading, read_records
from xlfuncs.tables.records import Problem, Record
from xlfuncs.tables.schema import AMENDMENTS, COLUMNS, SERVICE_FIELDS, TIERS
from xlfuncs.tables.writing import assumption_text

ROW_KEYS = tuple(
    column.field
    for column in COLUMNS
    if column.field not in {*SERVICE_FIELDS, "document", "title", "signed"}
)
INHERITED = ("effective", "ends")

_Read = TypeVar("_Read")


class Services:
    """The services of a file, and which of them rows price."""

    def __init__(self, top: Keys) -> None:
        self._top = top
        self._tables: dict[str, tuple[Keys, dict[str, Any]]] = {}
        self._priced: set[str] = set()
        for keys in top.tables("services"):
            cells = {"service": keys.text("name", required=True)}
            cells |= {field: keys.take(field) for field in SERVICE_FIELDS}
            keys.done()
            key = service_key(cells["service"])
            if key in self._tables:
                keys.problem("name", f"is {cells['service']!r} a second time; expected it once")
            self._tables[key] = (keys, cells)

    def cells_for(self, row: Keys) -> tuple[dict[str, Any], dict[str, str]]:
        """The cells that the row's service gives it, and where those stand."""
        name = row.take("service")
        if is_blank(name) and len(self._tables) == 1:
            name = next(iter(self._tables.values()))[1]["service"]
        keys, cells = self._tables.get(service_key(str(name)), (None, {}))
        if keys is None:
            known = ", ".join(repr(each["service"]) for _, each in self._tables.values())
            row.problem("service", f"is {name!r}; expected one of the services {known or '(none)'}")
            return {"service": name}, {}
        self._priced.add(service_key(str(name)))
        return cells, {field: keys.where(field) for field in SERVICE_FIELDS}

    def complain_of_unpriced(self) -> None:
        """A service without rows would not be on any sheet."""
        for key, (keys, cells) in self._tables.items():
            if key not in self._priced:
                text = f"is {cells['service']!r}, which no row prices; expected a row, such as one "
                keys.problem("name", f"{text}charged 'withdrawn' or 'not on file'")


def read_contract_table(table: Table) -> Reading:
    """The contract in a parsed file, or all that is wrong with it."""
    problems: list[Problem] = []
    top = Keys(table, "", problems)
    particulars = _particulars(top.table("contract", required=True))
    services = Services(top)
    agreement = top.table("agreement", required=True)
    records = [*_records(agreement, services, "tiers", TIERS, {"document": 0}, "dated")]
    for amendment in top.tables("amendments"):
        number = {"document": amendment.take("number")}
        records += _records(amendment, services, "rows", AMENDMENTS, number, "signed")
    purchases = tuple(_purchases(top))
    services.complain_of_unpriced()
    top.done()
    return read_records(records, particulars, problems, purchases=purchases)


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
    questions = range(1, len(values["open_questions"]) + 1)
    keys.done()
    return Particulars(values, tuple(keys.where(f"open_questions[{n}]") for n in questions))


def _records(  # noqa: PLR0917 - the six are what agreement and amendments differ in
    document: Keys, services: Services, rows: str, sheet: str, number: Table, signed: str
) -> Iterator[Record]:
    """The records of one document: what it says of all its rows, and each row's own cells."""
    shared = {**number, "title": document.take("title"), "signed": document.take(signed)}
    inherited = {field: document.take(field) for field in INHERITED}
    assumed = _assumptions(document)
    elsewhere = {"document": document.where("number"), "title": document.where("title")}
    elsewhere["signed"] = document.where(signed)
    for row in document.tables(rows):
        service, places = services.cells_for(row)
        own = {field: row.take(field) for field in ROW_KEYS if field != "service"}
        row.done()
        from_document = {field: value for field, value in inherited.items() if is_blank(own[field])}
        own |= from_document
        overruled = set(INHERITED) - set(from_document)
        own["assumed"] = _combined(assumed, own["assumed"], overruled)
        places |= {field: document.where(field) for field in from_document}
        place = KeyPlace(row.path, {**elsewhere, **places})
        yield Record(place, sheet, {**shared, **service, **own})
    document.done()


def _assumptions(document: Keys) -> tuple[Assumption, ...]:
    """What the document assumes of all its rows."""
    cell = document.take("assumed")
    if is_blank(cell):
        return ()
    try:
        return assumed_cell(cell, False)
    except BadInput as refusal:
        document.problem("assumed", str(refusal))
        return ()


def _combined(assumed: tuple[Assumption, ...], own: Cell, overruled: set[str]) -> Cell:
    """The document's assumptions, but for what the row overrules, and then the row's own."""
    if not is_blank(own) and not isinstance(own, str):
        return own
    lines = []
    for fields, why in assumed:
        kept = tuple(field for field in fields if field not in overruled)
        if kept:
            lines.append(assumption_text(Assumption(kept, why)))
    return "\n".join(lines + ([] if is_blank(own) else [own]))


def _purchases(top: Keys) -> Iterator[Purchase]:
    for keys in top.tables("purchases"):
        quantity = _read(keys, "quantity", figure_of)
        purchased = _read(keys, "purchased", day_of)
        service = keys.text("service")
        keys.done()
        if quantity is not None and purchased is not None:
            yield Purchase(quantity, purchased, service)


def _read(keys: Keys, key: str, reader: Callable[[Cell], _Read]) -> _Read | None:
    try:
        return reader(keys.take(key))
    except BadInput as refusal:
        keys.problem(key, str(refusal))
        return None
