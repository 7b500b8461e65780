"""Update a contract file from what a workbook states, and list each change in words."""

from __future__ import annotations

import tomllib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from xlfuncs.contracts.matching import (
    Place,
    arrange,
    is_same,
    match_in_order,
    match_rows,
    write_alike,
)
from xlfuncs.contracts.serialize import (
    CONTRACT_KEYS,
    NO_TERMS,
    RISES,
    TERMS,
    CurrentTerms,
    Layout,
    Location,
    Table,
    Terms,
    assumed_table,
    contract_table,
    document_key,
    document_keys,
    document_table,
    format_contract,
    format_inline,
    full_document_table,
    group_by_document,
    is_open_ended,
    is_text,
    lay_out,
    plain_text,
    purchase_table,
    row_table,
    rows_key,
    service_table,
)
from xlfuncs.contracts.toml_editor import ContractText, NotEditable, count_comments
from xlfuncs.contracts.toml_reader import BYTE_ORDER_MARK, format_assumed, name_assumed, read_toml
from xlfuncs.errors import FileFormatError
from xlfuncs.pricing.contract import Contract, Purchase, Row, Service
from xlfuncs.pricing.dated_rows import raise_row
from xlfuncs.pricing.names import name_key, tidy_spaces
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.wording import (
    cite,
    format_number,
    format_quantities,
    format_statement,
    format_window,
)
from xlfuncs.sheets.cells import Cell, format_cell, is_blank, parse_text
from xlfuncs.sheets.parsers import PARSERS
from xlfuncs.sheets.schema import (
    DOCUMENT_FIELDS,
    INHERITED,
    ITEMS,
    KINDS,
    PURCHASE_KEYS,
    REPEATED,
    ROW_KEYS,
    SERVICE_FIELDS,
    SERVICE_KEYS,
)

# Changes in words.


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that state what is no row's: rows have places of their own.

    `particulars` has the cells of each field, `services` those of each field by the service's key,
    `purchases` those of each purchase by field.
    """

    particulars: Mapping[str, Sequence[str]]
    services: Mapping[tuple[str, str], str]
    purchases: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed at one place of the file, and the cell that states it, if there is one."""

    where: str
    text: str
    cell: str = ""

    def __str__(self) -> str:
        words = f"{self.where}: {self.text}"
        return f"{words} ({self.cell})" if self.cell else words


def format_location(location: Location) -> str:
    """A place in a file as messages name it.

    >>> format_location(("amendments", 0, "rows", 1))
    'amendments[1].rows[2]'
    """
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


NOT_HELD = "not_held"
"""The key of `[contract]` with the numbers of the documents that are known and missing."""


def _in_form(value: Any, before: Cell) -> Any:
    """A value as it was written before: assumptions in a table as a table."""
    if not isinstance(before, Mapping) or not is_text(value):
        return value
    keys = {name_assumed(key): key for key in before}
    return assumed_table(value, keys) or value


def _change_of_key(where: str, key: str, before: Any, now: Any, cell: str) -> Change:
    if now is None:
        text = f"removed: {_format(key, before)}"
    elif before is None:
        text = f"new: {_format(key, now)}"
    else:
        text = f"{_format(key, before)} is now {_format(key, now)}"
    return Change(f"{where}.{key}", text, cell)


def _format(key: str, value: Any) -> str:
    return format_cell(plain_text(value)) if is_text(value) else format_inline(key, value)


def _changes_of_texts(
    where: str, before: Sequence[str], now: Sequence[str], cells: Sequence[str]
) -> list[Change]:
    gone, added = Counter(before) - Counter(now), Counter(now) - Counter(before)
    changes = [Change(where, f"removed: {format_cell(text)}") for text in gone.elements()]
    for at, text in enumerate(now):
        if added[text]:
            added[text] -= 1
            cell = cells[at] if at < len(cells) else ""
            changes.append(Change(where, f"new: {format_cell(text)}", cell))
    return changes or [Change(where, "the same in another order", cells[0] if cells else "")]


def _describe_document(title: str, rows: Sequence[object]) -> str:
    return f"{title}, {format_count(len(rows), 'row')}"


def _describe_purchase(purchase: Purchase) -> str:
    service = f" of {purchase.service}" if purchase.service else ""
    reference = f", {purchase.reference}" if purchase.reference else ""
    return f"{format_number(purchase.quantity)}{service} on {purchase.purchased}{reference}"


def format_count(count: int, noun: str) -> str:
    """A number of things.

    >>> format_count(1, "row"), format_count(0, "row")
    ('1 row', '0 rows')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


# The present file, table by table.


def read_key(key: str, value: Cell) -> Any:
    """What the value of a key states, None where it states nothing.

    A row that says `increases = []` states that it has no rises, which are `()`.
    """
    if is_blank(value):
        return None
    if key in REPEATED:
        return tuple(parse_text(each) for each in value) or None
    if key == NOT_HELD:
        return tuple(sorted(map(int, value))) or None
    try:
        cell = format_assumed(value) if key == "assumed" else value
        return None if is_blank(cell) else PARSERS[KINDS[key]](cell, False)
    except BadInput:  # of a document's, which all of its rows overrule
        return value


@dataclass(frozen=True, slots=True)
class CurrentRow:
    """A row of the file, its keys, and all that it states, also by what is above."""

    location: Location
    keys: Mapping[str, Any]
    row: Row

    @property
    def terms(self) -> Terms:
        return {field: read_key(field, self.keys.get(field)) for field in (*INHERITED, *RISES)}


@dataclass(frozen=True, slots=True)
class CurrentDocument:
    """A document of the file, its keys and rows; the number 0 is the agreement's.

    The number is None where it cannot be read, which matters only to rows.
    """

    location: Location
    keys: Mapping[str, Any]
    number: int | None
    rows: list[CurrentRow]

    @property
    def title(self) -> str:
        return str(read_key("title", self.keys.get("title")) or "")

    @property
    def terms(self) -> Terms:
        """What it says of all its rows."""
        is_amendment = self.location != ("agreement",)
        keys = {field: document_key(is_amendment, field) for field in TERMS}
        return {field: read_key(key, self.keys.get(key)) for field, key in keys.items()}


def _current_documents(table: Mapping[str, Any], contract: Contract) -> list[CurrentDocument]:
    """The agreement and the amendments of a file that has no problems, in their order."""
    rows = iter(contract.rows)
    documents = []
    tables: dict[Location, Any] = {("agreement",): table["agreement"]}
    tables |= {("amendments", at): keys for at, keys in enumerate(table.get("amendments", ()))}
    for location, keys in tables.items():
        is_amendment = len(location) > 1
        number = read_key("number", keys.get("number")) if is_amendment else 0
        key = rows_key(is_amendment)
        current = [
            CurrentRow((*location, key, at), each, next(rows))
            for at, each in enumerate(keys.get(key, ()))
        ]
        number = number if isinstance(number, int) else None
        documents.append(CurrentDocument(location, keys, number, current))
    return documents


# Edits of tables, each with its change.


@dataclass(frozen=True, slots=True)
class Keys:
    """A table of the file: its location, the one it is to have, and its present keys."""

    location: Location
    now: Location
    values: Mapping[str, Any]


class Revision:
    """The text of a file while it is edited, and what was changed in it."""

    def __init__(self, text: str) -> None:
        self.text = ContractText(text)
        self.changes: list[Change] = []

    def revise(
        self, keys: Keys, wanted: Table, order: Sequence[str], cell_of: Callable[[str], str]
    ) -> None:
        """Set the keys of a table to what is wanted. Raises NotEditable."""
        where = format_location(keys.now)
        for key in order:
            before, value = read_key(key, keys.values.get(key)), wanted.get(key)
            if before != (None if value == "" else value):
                self.text.set(keys.location, key, _in_form(value, keys.values.get(key)), order)
                self.changes.append(_change_of_key(where, key, before, value, cell_of(key)))

    def add(
        self,
        location: Location,
        now: Location,
        after: Location | None,
        table: Table,
        *,
        words: str,
        cell: str = "",
    ) -> None:
        """Insert a table into a list after another one, or first. Raises NotEditable.

        `location` is one that no table had, `now` the one that it is to have.
        """
        self.text.insert(location, table, after)
        self.changes.append(Change(format_location(now), f"new: {words}", cell))

    def remove(self, location: Location, words: str) -> None:
        """Remove a table of a list. Raises NotEditable."""
        self.text.remove(location)
        self.changes.append(Change(format_location(location), f"removed: {words}"))


# Documents and their rows.


@dataclass(frozen=True, slots=True)
class Names:
    """The names that services are to have in the file, and their units, by their keys.

    `renamed` has the keys of those that had another name, by the old ones.
    """

    names: Mapping[str, str]
    units: Mapping[str, str]
    renamed: Mapping[str, str]

    def describe(self, row: Row) -> str:
        """A row by its clause, or its document where it has none, and what it states."""
        unit = self.units.get(name_key(row.service), "")
        words = [
            row.clause or cite(row),
            format_quantities(row, unit),
            format_statement(row),
            format_window(row),
        ]
        return ", ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Share:
    """The rows that a document is to have, its number, and the location it is to have."""

    document: CurrentDocument
    number: int
    rows: Sequence[Row]
    now: Location


def _revise_documents(
    revision: Revision, documents: Sequence[CurrentDocument], wanted: Contract, names: Names
) -> None:
    agreement, *amendments = documents
    share = Share(agreement, 0, wanted.tiers, agreement.location)
    terms = _revise_document(revision, share, names, NO_TERMS, open_ended=is_open_ended(wanted))
    groups = group_by_document(wanted.amendments)
    shares = _share_out(amendments, groups, names)
    kept = [each for each in amendments if each.location in shares or not each.rows]
    for at, document in enumerate(kept):
        if document.location in shares:
            share = replace(shares[document.location], now=("amendments", at))
            _revise_document(revision, share, names, terms)
    for document in amendments:
        if document not in kept:
            words = _describe_document(document.title, document.rows)
            revision.remove(document.location, words)
    known = {share.number for share in shares.values()}
    after = kept[-1].location if kept else None
    for at, number in enumerate(number for number in groups if number not in known):
        rows = groups[number]
        table = full_document_table(number, rows, lay_out(rows, agreement=terms), names.names)
        location: Location = ("amendments", len(amendments) + at)
        now: Location = ("amendments", len(kept) + at)
        words, cell = _describe_document(rows[0].title, rows), rows[0].place.cell("document")
        revision.add(location, now, after, table, words=words, cell=cell)
        after = location


def _share_out(
    amendments: Sequence[CurrentDocument], groups: Mapping[int, Sequence[Row]], names: Names
) -> dict[Location, Share]:
    """The rows of each amendment of the file, by number, else by title."""
    shares: dict[Location, Share] = {}
    numbered: dict[int | None, list[CurrentDocument]] = {}
    titled: dict[str, deque[CurrentDocument]] = {}
    for document in amendments:
        numbered.setdefault(document.number, []).append(document)
        if document.rows and document.number not in groups:
            titled.setdefault(document.title, deque()).append(document)
    for number, rows in groups.items():
        found = numbered.get(number, [])
        if not found:
            [(title, _)] = Counter(row.title for row in rows).most_common(1)
            found = [titled[title].popleft()] if titled.get(title) else []
        for document, part in _split(found, rows, names):
            shares[document.location] = Share(document, number, part, document.location)
    return shares


def _split(
    documents: Sequence[CurrentDocument], rows: Sequence[Row], names: Names
) -> Iterator[tuple[CurrentDocument, Sequence[Row]]]:
    """The rows of a number, each to the document that has it now, or that has its title."""
    if len(documents) < 2:
        yield from ((document, rows) for document in documents)
        return
    current = [each.row for document in documents for each in document.rows]
    owners = [at for at, document in enumerate(documents) for _ in document.rows]
    pairs = match_rows(current, rows, names.renamed)
    titles = {document.title: at for at, document in reversed([*enumerate(documents)])}
    parts: list[list[Row]] = [[] for _ in documents]
    for index, row in enumerate(rows):
        at = owners[pairs[index]] if index in pairs else titles.get(row.title, 0)
        parts[at].append(row)
    yield from ((document, part) for document, part in zip(documents, parts, strict=True) if part)


def _revise_document(
    revision: Revision,
    share: Share,
    names: Names,
    agreement: Terms,
    *,
    open_ended: bool = False,
) -> Terms:
    """Revise a document and its rows; returns what the document then says of all its rows."""
    document, number, rows = share.document, share.number, share.rows
    pairs = match_rows([each.row for each in document.rows], rows, names.renamed)
    current_rows = [document.rows[pairs[at]] if at in pairs else None for at in range(len(rows))]
    rows = [_rounded_alike(row, now) for row, now in zip(rows, current_rows, strict=True)]
    share = replace(share, rows=rows)
    terms = [None if each is None else each.terms for each in current_rows]
    current = CurrentTerms(document.terms, terms)
    layout = lay_out(rows, current, agreement, open_ended=open_ended)

    def cell_of(key: str) -> str:
        field = DOCUMENT_FIELDS.get(key, key)
        value = number if key == "number" else layout.document.get(field)
        stating = [row for row in rows if row.stated(field) == value] or rows
        return _cell_of(stating[0], field) if stating else ""

    keys = Keys(document.location, share.now, document.keys)
    revision.revise(keys, document_table(number, layout), document_keys(number), cell_of)
    for place in arrange(len(document.rows), pairs, range(len(rows))):
        _revise_row(revision, share, names, layout, place)
    kept = set(pairs.values())
    for at, each in enumerate(document.rows):
        if at not in kept:
            revision.remove(each.location, names.describe(each.row))
    return layout.document


def _revise_row(
    revision: Revision, share: Share, names: Names, layout: Layout, place: Place
) -> None:
    document, row, key = share.document, share.rows[place.new], rows_key(share.number)
    table = row_table(row, layout.rows[place.new], names.names)
    now = (*share.now, key, place.at)
    if place.old is None:
        location = (*document.location, key, place.number)
        after = None if place.after is None else (*document.location, key, place.after)
        words, cell = names.describe(row), row.place.cell("document")
        revision.add(location, now, after, table, words=words, cell=cell)
    else:
        current = document.rows[place.old]
        table |= _needless_keys(current, row, names)
        keys = Keys(current.location, now, current.keys)
        revision.revise(keys, table, ROW_KEYS, lambda key: _cell_of(row, key))


def _rounded_alike(row: Row, current: CurrentRow | None) -> Row:
    """The row with the decimals that it is rounded to already, where they come to the same."""
    if current is None or not row.increases or row.rounded == current.row.rounded:
        return row
    alike = row._replace(rounded=current.row.rounded)
    return alike if raise_row(alike) == raise_row(row) else row


def _cell_of(row: Row, key: str) -> str:
    """The cell that states a key of a row; of its rises, the one that says so in words."""
    return str(row.place.cell("increase" if key in RISES else key))


def _needless_keys(current: CurrentRow, row: Row, names: Names) -> Table:
    """What a row goes on to say, though it need not."""
    table: Table = {}
    upper = read_key("quantity_to", current.keys.get("quantity_to"))
    if upper is not None and upper == row.quantity_to:
        table["quantity_to"] = upper
    if read_key("per", current.keys.get("per")) == row.per:
        table["per"] = row.per
    name = read_key("service", current.keys.get("service"))
    if name is not None:
        key = name_key(row.service)
        table["service"] = name if name_key(name) == key else names.names[key]
    return table


# The whole file.


def serialize_contract(wanted: Contract) -> bytes:
    """A new contract file. Raises NotEditable where it would state something else."""
    content = format_contract(wanted).encode()
    _check(content, wanted)
    return content


def update_contract(content: bytes, wanted: Contract, cells: Cells) -> tuple[bytes, list[Change]]:
    """A contract file edited to state what a contract states, and what was changed.

    The file has to read well; one that states the same stays as it is. Raises NotEditable where it
    is written in a way in which it cannot be edited without damage.
    """
    current = read_toml(content).contract
    if current is None:
        raise NotEditable
    if is_same(current, wanted):
        return content, []
    mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
    before = content.removeprefix(mark).decode()
    table = tomllib.loads(before, parse_float=Decimal)
    keys = [name_key(each["name"]) for each in table["services"]]
    services = {service.key: service for service in wanted.services}
    wanted = write_alike(current, wanted, _find_renamed(keys, services))
    revision = Revision(before)
    _revise_particulars(revision, table["contract"], wanted, cells)
    names = _revise_services(revision, table["services"], current, wanted, cells)
    _revise_documents(revision, _current_documents(table, current), wanted, names)
    _revise_purchases(revision, table.get("purchases", ()), current, wanted, cells)
    after = revision.text.text
    edited = mark + after.encode()
    _check(edited, wanted)
    if count_comments(before) - count_comments(after):
        raise NotEditable
    return edited, revision.changes


def _check(content: bytes, wanted: Contract) -> None:
    try:
        written = read_toml(content).contract
    except FileFormatError:
        raise NotEditable from None
    if written is None or not is_same(written, wanted):
        raise NotEditable


def _revise_particulars(
    revision: Revision, values: Mapping[str, Any], wanted: Contract, cells: Cells
) -> None:
    def cell_of(key: str) -> str:
        return next(iter(cells.particulars.get(key, ())), "")

    table, location = contract_table(wanted), ("contract",)
    single = [key for key in ITEMS if key not in REPEATED]
    revision.revise(Keys(location, location, values), table, single, cell_of)
    for key in REPEATED:
        before, now = read_key(key, values.get(key)) or (), table.get(key, ())
        if before != now:
            revision.text.set(location, key, now or None, CONTRACT_KEYS)
            found = cells.particulars.get(key, ())
            revision.changes += _changes_of_texts(f"contract.{key}", before, now, found)
    keys = Keys(location, location, {NOT_HELD: values.get(NOT_HELD)})
    revision.revise(keys, {NOT_HELD: wanted.not_held or None}, CONTRACT_KEYS, cell_of)


def _revise_services(
    revision: Revision,
    tables: Sequence[Mapping[str, Any]],
    current: Contract,
    wanted: Contract,
    cells: Cells,
) -> Names:
    """Revise the services; returns what they are called then."""
    services = {service.key: service for service in wanted.services}
    renamed = _find_renamed([name_key(each["name"]) for each in tables], services)
    spelled = {tidy_spaces(row.service) for row in wanted.rows}
    names, after, at = {}, None, 0
    location: Location
    for number, values in enumerate(tables):
        location = ("services", number)
        key, name = name_key(values["name"]), read_key("name", values["name"])
        service = services.pop(renamed.get(key, key), None)
        if service is None:
            revision.remove(location, name)
            continue
        names[service.key] = name if tidy_spaces(name) in spelled else service.name
        table = service_table(service._replace(name=names[service.key]))
        for field in SERVICE_FIELDS:  # what it goes on to say, though it need not
            if read_key(field, values.get(field)) == getattr(service, field):
                table[field] = getattr(service, field)

        def cell_of(field: str, key: str = service.key) -> str:
            return cells.services.get((key, field), "")

        revision.revise(Keys(location, ("services", at), values), table, SERVICE_KEYS, cell_of)
        after, at = location, at + 1
    for number, service in enumerate(services.values(), len(tables)):
        location, table = ("services", number), service_table(service)
        cell = cells.services.get((service.key, "name"), "")
        revision.add(location, ("services", at), after, table, words=service.name, cell=cell)
        names[service.key] = service.name
        after, at = location, at + 1
    units = {each.key: each.unit for each in (*current.services, *wanted.services)}
    return Names(names, units, renamed)


def _find_renamed(keys: Sequence[str], services: Mapping[str, Service]) -> dict[str, str]:
    """The service that has another name: where one is gone and another one is there."""
    gone = [key for key in keys if key not in services]
    there = [key for key in services if key not in keys]
    return {gone[0]: there[0]} if len(gone) == len(there) == 1 else {}


def _revise_purchases(
    revision: Revision,
    tables: Sequence[Mapping[str, Any]],
    current: Contract,
    wanted: Contract,
    cells: Cells,
) -> None:
    old, new = current.purchases, wanted.purchases
    pairs = match_in_order(old, new)
    for place in arrange(len(old), pairs, range(len(new))):
        purchase, found = new[place.new], cells.purchases[place.new] if cells.purchases else {}
        table, now = purchase_table(purchase), ("purchases", place.at)
        if place.old is None:
            after = None if place.after is None else ("purchases", place.after)
            location, words = ("purchases", place.number), _describe_purchase(purchase)
            revision.add(location, now, after, table, words=words, cell=found["quantity"])
        elif old[place.old] != purchase:

            def cell_of(key: str, found: Mapping[str, str] = found) -> str:
                return found.get(key, found["quantity"])

            keys = Keys(("purchases", place.old), now, tables[place.old])
            revision.revise(keys, table, PURCHASE_KEYS, cell_of)
    kept = set(pairs.values())
    for at, purchase in enumerate(old):
        if at not in kept:
            revision.remove(("purchases", at), _describe_purchase(purchase))
