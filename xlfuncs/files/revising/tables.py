"""A contract as the tables of a contract file, each key in its order; what says nothing left out.

>>> service_table(Service("Scanning", "IPs"))
{'name': 'Scanning', 'unit': 'IPs'}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlfuncs.files.contracts.documents import INHERITED, ROW_KEYS
from xlfuncs.files.revising.layout import Layout, lay_out
from xlfuncs.files.toml_text.blocks import new_blocks
from xlfuncs.pricing.contract import Contract, PartUnits, Purchase, Row, Service, service_key
from xlfuncs.tables.particulars import ITEMS
from xlfuncs.tables.schema import OR_MORE

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
