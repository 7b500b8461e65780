"""The documents of a contract file, revised: the agreement, the amendments, and their rows."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlfuncs.files.contracts.documents import ROW_KEYS
from xlfuncs.files.revising.changes import document_words, row_words
from xlfuncs.files.revising.layout import Layout, Said, Standing, lay_out
from xlfuncs.files.revising.matching import matched_rows
from xlfuncs.files.revising.revision import Keys, New, Revision, arranged
from xlfuncs.files.revising.standing import StandingDocument, StandingRow, meaning
from xlfuncs.files.revising.tables import (
    DOCUMENT_KEYS,
    Table,
    by_document,
    document_table,
    full_document_table,
    is_open_ended,
    row_table,
    rows_key,
)
from xlfuncs.files.toml_text.statements import Location
from xlfuncs.pricing.contract import Contract, Row, service_key

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
