"""What a workbook says, into the text of a contract file: a new one, or one that there is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from xlfuncs.files.contracts.toml import BYTE_ORDER_MARK, read_toml
from xlfuncs.files.revising.amending import Names, revise_documents
from xlfuncs.files.revising.changes import Cells, Change, of_texts, purchase_words
from xlfuncs.files.revising.matching import is_same, matched_in_order
from xlfuncs.files.revising.revision import Keys, New, Revision, arranged
from xlfuncs.files.revising.standing import documents_of, meaning
from xlfuncs.files.revising.tables import (
    CONTRACT_KEYS,
    PURCHASE_KEYS,
    SERVICE_KEYS,
    contract_table,
    purchase_table,
    service_table,
    text_of_contract,
)
from xlfuncs.files.toml_text.inline import NotEditable
from xlfuncs.files.toml_text.statements import Location, comments_of
from xlfuncs.files.unreadable import Unreadable
from xlfuncs.pricing.contract import Contract, Service, service_key
from xlfuncs.pricing.names import tidy

LISTS = ("parties", "open_questions")


def new_file(wanted: Contract) -> bytes:
    """A new contract file. Raises NotEditable where it would say something else."""
    content = text_of_contract(wanted).encode()
    _check(content, wanted)
    return content


def revised(content: bytes, wanted: Contract, cells: Cells) -> tuple[bytes, list[Change]]:
    """A contract file that reads well, edited to say what a contract says, and what was changed.

    One that says so already stays as it is. Raises NotEditable where it is written in a way in
    which it cannot be edited without damage.
    """
    standing = read_toml(content).contract
    if standing is None:
        raise NotEditable
    if is_same(standing, wanted):
        return content, []
    mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
    before = content.removeprefix(mark).decode()
    revision = Revision(before)
    _revise(revision, tomllib.loads(before, parse_float=Decimal), standing, wanted, cells)
    after = revision.text.text
    edited = mark + after.encode()
    _check(edited, wanted)
    if comments_of(before) - comments_of(after):
        raise NotEditable
    return edited, revision.changes


def _check(content: bytes, wanted: Contract) -> None:
    try:
        written = read_toml(content).contract
    except Unreadable:
        raise NotEditable from None
    if written is None or not is_same(written, wanted):
        raise NotEditable


def _revise(
    revision: Revision,
    table: Mapping[str, Any],
    standing: Contract,
    wanted: Contract,
    cells: Cells,
) -> None:
    _revise_particulars(revision, table["contract"], wanted, cells)
    names = _revise_services(revision, table["services"], standing, wanted, cells)
    revise_documents(revision, documents_of(table, standing), wanted, names)
    _revise_purchases(revision, table.get("purchases", ()), standing, wanted, cells)


def _revise_particulars(
    revision: Revision, said: Mapping[str, Any], wanted: Contract, cells: Cells
) -> None:
    def cell_of(key: str) -> str:
        return next(iter(cells.particulars.get(key, ())), "")

    table, location = contract_table(wanted), ("contract",)
    flat = [key for key in CONTRACT_KEYS if key not in LISTS]
    revision.revise(Keys(location, location, said), table, flat, cell_of)
    for key in LISTS:
        before, now = meaning(key, said.get(key)) or (), table.get(key, ())
        if before != now:
            revision.text.set(location, key, now or None, CONTRACT_KEYS)
            told = of_texts(f"contract.{key}", before, now, cells.particulars.get(key, ()))
            revision.changes += told


def _revise_services(
    revision: Revision,
    tables: Sequence[Mapping[str, Any]],
    standing: Contract,
    wanted: Contract,
    cells: Cells,
) -> Names:
    """Has the services say what is wanted; answers what they are called then."""
    services = {service.key: service for service in wanted.services}
    renamed = _renamed([service_key(each["name"]) for each in tables], services)
    spelled = {tidy(row.service) for row in wanted.rows}
    names, last, at = {}, None, 0
    for number, said in enumerate(tables):
        location: Location = ("services", number)
        key, name = service_key(said["name"]), meaning("name", said["name"])
        service = services.pop(renamed.get(key, key), None)
        if service is None:
            revision.remove(location, name)
            continue
        names[service.key] = name if tidy(name) in spelled else service.name
        table = _as_it_says(said, service._replace(name=names[service.key]))
        cell_of = partial(_cell_of_service, cells, service.key)
        revision.revise(Keys(location, ("services", at), said), table, SERVICE_KEYS, cell_of)
        last, at = location, at + 1
    for number, service in enumerate(services.values(), len(tables)):
        told = New(service.name, _cell_of_service(cells, service.key, "name"))
        location = ("services", number)
        revision.add(location, ("services", at), service_table(service), last, told)
        names[service.key] = service.name
        last, at = location, at + 1
    units = {each.key: each.unit for each in (*standing.services, *wanted.services)}
    return Names(names, units, renamed)


def _renamed(keys: Sequence[str], services: Mapping[str, Service]) -> dict[str, str]:
    """The service that has another name: where one is gone and another one is there."""
    gone = [key for key in keys if key not in services]
    there = [key for key in services if key not in keys]
    return {gone[0]: there[0]} if len(gone) == len(there) == 1 else {}


def _cell_of_service(cells: Cells, service: str, key: str) -> str:
    return cells.services.get((service, key), "")


def _cell_of_purchase(cells: Mapping[str, str], key: str) -> str:
    return cells.get(key, cells["quantity"])


def _as_it_says(said: Mapping[str, Any], service: Service) -> dict[str, Any]:
    """What a service is to say, with what it says already though it need not."""
    table = service_table(service)
    for key in ("step", "part_units"):
        if meaning(key, said.get(key)) == getattr(service, key):
            table[key] = getattr(service, key)
    return table


def _revise_purchases(
    revision: Revision,
    tables: Sequence[Mapping[str, Any]],
    standing: Contract,
    wanted: Contract,
    cells: Cells,
) -> None:
    old, new = standing.purchases, wanted.purchases
    pairs = matched_in_order(old, new)
    for place in arranged(len(old), pairs, range(len(new))):
        purchase, at = new[place.new], cells.purchases[place.new] if cells.purchases else {}
        now: Location = ("purchases", place.at)
        if place.old is None:
            after = None if place.after is None else ("purchases", place.after)
            told = New(purchase_words(purchase), at["quantity"])
            location = ("purchases", place.number)
            revision.add(location, now, purchase_table(purchase), after, told)
        elif old[place.old] != purchase:
            table = purchase_table(purchase)
            keys = Keys(("purchases", place.old), now, tables[place.old])
            revision.revise(keys, table, PURCHASE_KEYS, partial(_cell_of_purchase, at))
    kept = set(pairs.values())
    for number, purchase in enumerate(old):
        if number not in kept:
            revision.remove(("purchases", number), purchase_words(purchase))
