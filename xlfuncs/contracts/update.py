"""Update a contract file, or write a new one, from what a workbook states."""

from __future__ import annotations

import tomllib
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from xlfuncs.contracts.revision import (
    Cells,
    Change,
    Keys,
    New,
    Revision,
    StandingDocument,
    StandingRow,
    arranged,
    document_words,
    documents_of,
    is_same,
    matched_in_order,
    matched_rows,
    meaning,
    of_texts,
    purchase_words,
    row_words,
)
from xlfuncs.contracts.serialize import (
    CONTRACT_KEYS,
    DOCUMENT_KEYS,
    PURCHASE_KEYS,
    SERVICE_KEYS,
    Layout,
    Said,
    Standing,
    Table,
    by_document,
    contract_table,
    document_table,
    full_document_table,
    is_open_ended,
    lay_out,
    purchase_table,
    row_table,
    rows_key,
    service_table,
    text_of_contract,
)
from xlfuncs.contracts.toml_editor import Location, NotEditable, comments_of
from xlfuncs.contracts.toml_reader import BYTE_ORDER_MARK, ROW_KEYS, read_toml
from xlfuncs.errors import Unreadable
from xlfuncs.pricing.contract import Contract, Row, Service, service_key, tidy

# What a workbook says, into a contract file: a new one, or one that there is.
#
# `layout` settles what a document says of all its rows, `matching` which row is which, `revision`
# and `amending` what is to be changed, and `changes` tells it. `importing` is the way in.


# The documents of a contract file, revised: the agreement, the amendments, and their rows.

KEYS = {
    False: tuple(key for key in DOCUMENT_KEYS if key not in {"number", "signed"}),
    True: tuple(key for key in DOCUMENT_KEYS if key != "dated"),
}
"""The keys of the agreement, and of an amendment."""


class Names(NamedTuple):
    """The names that services have in the file from now on, and their units, by their keys.

    `renamed` has the keys of those that had another name, by the old ones.
    """

    names: Mapping[str, str]
    units: Mapping[str, str]
    renamed: Mapping[str, str]

    def unit_of(self, row: Row) -> str:
        """What the service of a row is counted in."""
        return self.units.get(service_key(row.service), "")


class Share(NamedTuple):
    """The rows that a document is to have, its number, and where it is to stand."""

    number: int
    rows: Sequence[Row]
    now: Location


def revise_documents(
    revision: Revision, documents: Sequence[StandingDocument], wanted: Contract, names: Names
) -> None:
    """Has the documents of a file say what a contract says. Raises NotEditable."""
    agreement, *amendments = documents
    tiers = _Rows(revision, agreement, Share(0, wanted.tiers, agreement.location), names)
    said = tiers.revise(None, open_ended=is_open_ended(wanted))
    groups = by_document(wanted.amendments)
    shares = _shares(amendments, groups, names)
    kept = [each for each in amendments if each.location in shares or not each.rows]
    for at, document in enumerate(kept):
        if document.location in shares:
            share = shares[document.location]._replace(now=("amendments", at))
            _Rows(revision, document, share, names).revise(said)
    for document in amendments:
        if document not in kept:
            words = document_words(document.title, [each.row for each in document.rows])
            revision.remove(document.location, words)
    known = {share.number for share in shares.values()}
    new = [number for number in groups if number not in known]
    after = kept[-1].location if kept else None
    for at, number in enumerate(new):
        rows = groups[number]
        table = full_document_table(number, rows, lay_out(rows, agreement=said), names.names)
        location: Location = ("amendments", len(amendments) + at)
        told = New(document_words(rows[0].title, rows), rows[0].place.cell("document"))
        revision.add(location, ("amendments", len(kept) + at), table, after, told)
        after = location


def _shares(
    amendments: Sequence[StandingDocument], groups: Mapping[int, Sequence[Row]], names: Names
) -> dict[Location, Share]:
    """The rows of each amendment of the file, by number, else by title."""
    shares: dict[Location, Share] = {}
    numbered: dict[int | None, list[StandingDocument]] = {}
    titled: dict[str, deque[StandingDocument]] = {}
    for document in amendments:
        numbered.setdefault(document.number, []).append(document)
        if document.rows and document.number not in groups:
            titled.setdefault(document.title, deque()).append(document)
    for number, rows in groups.items():
        found = numbered.get(number, [])
        if not found:
            [(title, _)] = Counter(row.title for row in rows).most_common(1)
            found = [titled[title].popleft()] if titled.get(title) else []
        for document, share in _distributed(found, rows, names):
            shares[document.location] = Share(number, share, document.location)
    return shares


def _distributed(
    documents: Sequence[StandingDocument], rows: Sequence[Row], names: Names
) -> Iterator[tuple[StandingDocument, list[Row]]]:
    """The rows of a number, each to the document in which it stood, or that has its title."""
    if len(documents) < 2:
        yield from ((document, list(rows)) for document in documents)
        return
    standing = [(each.row, at) for at, document in enumerate(documents) for each in document.rows]
    pairs = matched_rows([row for row, _ in standing], rows, names.renamed)
    titles = {document.title: at for at, document in reversed([*enumerate(documents)])}
    parts: list[list[Row]] = [[] for _ in documents]
    for number, row in enumerate(rows):
        at = standing[pairs[number]][1] if number in pairs else titles.get(row.title, 0)
        parts[at].append(row)
    yield from ((document, part) for document, part in zip(documents, parts, strict=True) if part)


class _Rows:
    """A document and its rows on their way to be what they are to be."""

    def __init__(
        self, revision: Revision, document: StandingDocument, share: Share, names: Names
    ) -> None:
        self._revision = revision
        self._document = document
        self._share = share
        self._names = names
        standing = [each.row for each in document.rows]
        self._pairs = matched_rows(standing, share.rows, names.renamed)

    def revise(self, agreement: Said | None, *, open_ended: bool = False) -> Said:
        """Has them say it; answers what the document says of all its rows. Raises NotEditable."""
        document, (number, rows, now) = self._document, self._share
        pairs = self._pairs
        owns = [document.rows[pairs[at]].own if at in pairs else None for at in range(len(rows))]
        layout = lay_out(rows, Standing(document.said, owns), agreement, open_ended=open_ended)

        def cell_of(key: str) -> str:
            field = {"number": "document", "dated": "signed"}.get(key, key)
            value = number if key == "number" else layout.document.get(field)
            saying = [row for row in rows if getattr(row, field) == value] or rows
            return str(saying[0].place.cell(field)) if saying else ""

        table = document_table(number, layout)
        keys = Keys(document.location, now, document.keys)
        self._revision.revise(keys, table, KEYS[number > 0], cell_of)
        self._revise_rows(layout)
        return layout.document

    def _revise_rows(self, layout: Layout) -> None:
        document, (number, rows, now) = self._document, self._share
        key, units = rows_key(number), self._names
        for place in arranged(len(document.rows), self._pairs, range(len(rows))):
            row = rows[place.new]
            table = row_table(row, layout.rows[place.new], self._names.names)
            location = (*now, key, place.at)
            if place.old is None:
                after = None if place.after is None else (*document.location, key, place.after)
                told = New(row_words(row, units.unit_of(row)), row.place.cell("document"))
                new = (*document.location, key, place.number)
                self._revision.add(new, location, table, after, told)
            else:
                standing = document.rows[place.old]
                table = _row_as_it_says(standing, table, row, self._names)
                keys = Keys(standing.location, location, standing.keys)
                self._revision.revise(keys, table, ROW_KEYS, row.place.cell)
        kept = set(self._pairs.values())
        for at, (where, _, row) in enumerate(document.rows):
            if at not in kept:
                self._revision.remove(where, row_words(row, units.unit_of(row)))


def _row_as_it_says(standing: StandingRow, table: Table, row: Row, names: Names) -> Table:
    """What a row is to say, with what it says already though it need not."""
    said = dict(table)
    upper = meaning("quantity_to", standing.keys.get("quantity_to"))
    if upper is not None and upper == row.quantity_to:
        said["quantity_to"] = upper
    name = meaning("service", standing.keys.get("service"))
    if name is not None:
        key = service_key(row.service)
        said["service"] = name if service_key(name) == key else names.names[key]
    return said


# What a workbook says, into the text of a contract file: a new one, or one that there is.

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
