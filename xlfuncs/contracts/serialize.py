"""Write a contract as the tables of a contract file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from xlfuncs.contracts.toml_editor import new_blocks
from xlfuncs.contracts.toml_reader import INHERITED, ROW_KEYS, about
from xlfuncs.pricing.contract import (
    Assumption,
    Contract,
    PartUnits,
    Purchase,
    Row,
    Service,
    service_key,
)
from xlfuncs.sheets.reader import ITEMS
from xlfuncs.sheets.schema import ASSUMABLE, OR_MORE

# Rows of a document as a contract file holds them: what the document says, and each row itself.
#
# On a sheet each row stands for itself; in a file a row has from its document what it does not say.
# A row can say something else than its document, but not nothing, so a document says of its rows
# only what none of them leaves blank.

Said = Mapping[str, Any]
"""Of a document or row: its own `title`, `signed`, `effective`, `ends` and `assumed`, if any."""

ENDS = frozenset({"ends"})


class Standing(NamedTuple):
    """What a file already says: of a document, and of each row; None of a row that is new."""

    document: Said
    rows: Sequence[Said | None]


class Layout(NamedTuple):
    """What a document is to say of all its rows, and what each of them says itself."""

    document: dict[str, Any]
    rows: list[dict[str, Any]]


NOTHING: Said = {}


def lay_out(
    rows: Sequence[Row],
    standing: Standing | None = None,
    agreement: Said | None = None,
    *,
    open_ended: bool = False,
) -> Layout:
    """How a document says what its rows are to be, as close as can be to what it says now.

    An amendment has the end of the term from the `agreement`. `open_ended` tells of the agreement
    that an amendment's row has no end.
    """
    standing = standing or Standing(NOTHING, [None] * len(rows))
    if not rows:
        document = {**standing.document}
        if open_ended and document.get("ends") is not None:
            document["ends"] = None
            document["assumed"] = about(document["assumed"] or (), set(ASSUMABLE) - ENDS)
        return Layout(document, [])
    layout = _dates_laid_out(rows, standing, agreement, open_ended)
    above = _from_above(layout.document, agreement)
    assumed = _shared_assumptions(rows, layout, standing, above)
    if assumed is None:  # the agreement assumes its end, and these rows do not
        layout.document["ends"] = agreement and agreement.get("ends")
        above, assumed = (), ()
    layout.document["assumed"] = assumed
    for row, own in zip(rows, layout.rows, strict=True):
        own["assumed"] = row.assumed[len(_inherited_by(own, assumed + above)) :]
    return layout


def _dates_laid_out(
    rows: Sequence[Row], standing: Standing, agreement: Said | None, open_ended: bool
) -> Layout:
    layout = Layout({}, [{} for _ in rows])
    for field in INHERITED:
        values = [getattr(row, field) for row in rows]
        owns = [own and own.get(field) for own in standing.rows]
        above = agreement.get(field) if agreement and field in ENDS else None
        stated = standing.document.get(field)
        blank = any(value is None for value in values) or (open_ended and field in ENDS)
        shared = None if blank else _shared(values, owns, stated, above)
        layout.document[field] = shared
        for own, value, before in zip(layout.rows, values, owns, strict=True):
            says = before is not None or value != (shared or above)
            own[field] = value if says else None
    return layout


def _shared(values: list[Any], owns: list[Any], stated: Any, above: Any) -> Any:
    """What a document says of all its rows: whatever takes the fewest changes of keys."""

    def changes(shared: Any) -> int:
        inherited = shared or above
        says = zip(values, owns, strict=True)
        rows = sum(int(value != (inherited if own is None else own)) for value, own in says)
        return rows + int(shared != stated)

    common = _most_common(values)
    return min([stated, common, None] if stated else [common, None], key=changes)


def _most_common(values: Sequence[Any]) -> Any:
    return Counter(values).most_common(1)[0][0]


def _from_above(document: Said, agreement: Said | None) -> tuple[Assumption, ...]:
    """What an amendment has from the agreement along with the end of the term."""
    if agreement is None or document["ends"] is not None:
        return ()
    return about(agreement.get("assumed") or (), set(ENDS))


def _shared_assumptions(
    rows: Sequence[Row], layout: Layout, standing: Standing, above: tuple[Assumption, ...]
) -> tuple[Assumption, ...] | None:
    """What a document assumes of all its rows; None where not even nothing is right for each."""
    for assumed in _assumptions_to_try(rows, layout, standing):
        inherited = (_inherited_by(own, assumed + above) for own in layout.rows)
        if all(row.assumed[: len(has)] == has for row, has in zip(rows, inherited, strict=True)):
            return assumed
    return None


def _assumptions_to_try(
    rows: Sequence[Row], layout: Layout, standing: Standing
) -> Iterator[tuple[Assumption, ...]]:
    stated = standing.document.get("assumed") or ()
    withdrawn = layout.document["ends"] is None and standing.document.get("ends") is not None
    if standing.document:
        yield about(stated, set(ASSUMABLE) - ENDS) if withdrawn else stated
    silent = [
        row.assumed
        for row, own in zip(rows, layout.rows, strict=True)
        if all(own[field] is None for field in INHERITED)
    ]
    for each in (silent, [row.assumed for row in rows]):
        shared = _common_start(each)
        if layout.document["ends"] is None:
            shared = about(shared, set(ASSUMABLE) - ENDS)  # what amendments would have too
        yield shared
    yield ()


def _common_start(texts: Sequence[tuple[Assumption, ...]]) -> tuple[Assumption, ...]:
    if not texts:
        return ()
    first = min(texts, key=len)
    length = 0
    while length < len(first) and all(each[length] == first[length] for each in texts):
        length += 1
    return first[:length]


def _inherited_by(own: Said, assumed: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """What a row has of the assumptions above: nothing about what it states itself."""
    return about(assumed, {field for field in ASSUMABLE if own.get(field) is None})


# A contract as the tables of a contract file, each key in its order; what says nothing left out.
#
# >>> service_table(Service("Scanning", "IPs"))
# {'name': 'Scanning', 'unit': 'IPs'}

Table = dict[str, Any]

CONTRACT_KEYS = tuple(ITEMS)
SERVICE_KEYS = ("name", "unit", "step", "part_units")
DOCUMENT_KEYS = ("number", "title", "dated", "signed", "effective", "ends", "assumed")
PURCHASE_KEYS = Purchase._fields


def contract_table(contract: Contract) -> Table:
    """The particulars; name and prefix are said in any case."""
    table = {key: getattr(contract, key) for key in CONTRACT_KEYS}
    return {"name": contract.name, "prefix": contract.prefix, **_said(table)}


def service_table(service: Service) -> Table:
    """A service without what goes without saying."""
    table = _said(service._asdict())
    if service.step == 1:
        del table["step"]
    if service.part_units is PartUnits.NONE:
        del table["part_units"]
    return table


def document_table(number: int, layout: Layout) -> Table:
    """What a document says of all its rows; the number 0 is the agreement's."""
    table: Table = {"number": number} if number else {}
    for field in INHERITED:
        table[document_key(number, field)] = layout.document.get(field)
    table["assumed"] = layout.document.get("assumed")
    return _said(table)


def document_key(number: int, field: str) -> str:
    """The key of a field that a document may say of all its rows."""
    return "dated" if field == "signed" and not number else field


def rows_key(number: int) -> str:
    """The key of a document's rows."""
    return "rows" if number else "tiers"


def row_table(row: Row, own: Mapping[str, Any], services: Mapping[str, str]) -> Table:
    """A row, with its own part of what its document says, and the name of its service by key."""
    table = {**row._asdict(), **own}
    table["service"] = services[service_key(row.service)] if len(services) > 1 else None
    if row.quantity_to is None:
        table["quantity_to"] = OR_MORE
    elif row.quantity_to == row.quantity_from:
        table["quantity_to"] = None
    return _said({key: table[key] for key in ROW_KEYS})


def purchase_table(purchase: Purchase) -> Table:
    """A purchase."""
    return _said(purchase._asdict())


def by_document(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """The rows of each document, in the order of the documents' first rows."""
    documents: dict[int, list[Row]] = {}
    for row in rows:
        documents.setdefault(row.document, []).append(row)
    return documents


def is_open_ended(contract: Contract) -> bool:
    """Whether an amendment's row has no end, so that it cannot have one from the agreement."""
    return any(row.ends is None for row in contract.amendments)


def text_of_contract(contract: Contract) -> str:
    """The text of a new contract file."""
    names = {service.key: service.name for service in contract.services}
    agreement = lay_out(contract.tiers, open_ended=is_open_ended(contract))
    blocks = new_blocks(("contract",), contract_table(contract))
    for number, service in enumerate(contract.services):
        blocks += new_blocks(("services", number), service_table(service))
    table = full_document_table(0, contract.tiers, agreement, names)
    blocks += new_blocks(("agreement",), table)
    documents = by_document(contract.amendments)
    for at, (number, rows) in enumerate(documents.items()):
        layout = lay_out(rows, agreement=agreement.document)
        table = full_document_table(number, rows, layout, names)
        blocks += new_blocks(("amendments", at), table)
    for number, purchase in enumerate(contract.purchases):
        blocks += new_blocks(("purchases", number), purchase_table(purchase))
    return "\n".join("".join(each.text for each in block.statements) for block in blocks)


def full_document_table(
    number: int, rows: Sequence[Row], layout: Layout, services: Mapping[str, str]
) -> Table:
    """A document with its rows."""
    pairs = zip(rows, layout.rows, strict=True)
    tables = [row_table(row, own, services) for row, own in pairs]
    table = document_table(number, layout)
    return {**table, rows_key(number): tables} if tables else table


def _said(table: Mapping[str, Any]) -> Table:
    return {key: value for key, value in table.items() if value not in (None, "", ())}
