"""What a contract file says as it stands, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from xlfuncs.files.contracts.documents import INHERITED
from xlfuncs.files.revising.layout import Said
from xlfuncs.files.revising.tables import document_key, rows_key
from xlfuncs.files.toml_text.statements import Location
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, figure_of, is_blank, text_of
from xlfuncs.tables.parsers import PARSERS
from xlfuncs.tables.schema import FIELDS

KINDS = {
    "number": "document",
    "dated": "day",
    **dict.fromkeys(("name", "prefix", "currency", "reference"), "text"),
    "purchased": "day",
    **{field: column.kind for field, column in FIELDS.items()},
}
"""How the value of each key is read, but for the quantity of a purchase."""


def meaning(key: str, value: Cell) -> Any:
    """What the value of a key says, None where it says nothing."""
    if is_blank(value):
        return None
    if isinstance(value, list):
        return tuple(text_of(each) for each in value) or None
    try:
        return figure_of(value) if key == "quantity" else PARSERS[KINDS[key]](value, False)
    except BadInput:  # of a document's, which all of its rows overrule
        return value


class StandingRow(NamedTuple):
    """A row, its place in the file, its keys, and all that it states, also by what is above."""

    location: Location
    keys: Mapping[str, Any]
    row: Row

    @property
    def own(self) -> Said:
        """What it says itself of what it could have from its document."""
        return {field: meaning(field, self.keys.get(field)) for field in INHERITED}


class StandingDocument(NamedTuple):
    """A document, its place in the file, its keys and its rows; the number 0 is the agreement's."""

    location: Location
    keys: Mapping[str, Any]
    number: int | None
    rows: list[StandingRow]

    @property
    def title(self) -> str:
        return str(meaning("title", self.keys.get("title")) or "")

    @property
    def said(self) -> Said:
        """What it says of all its rows."""
        number = self.number or int(self.location[0] != "agreement")
        said = {f: meaning(f, self.keys.get(document_key(number, f))) for f in INHERITED}
        return {**said, "assumed": meaning("assumed", self.keys.get("assumed"))}


def documents_of(table: Mapping[str, Any], contract: Contract) -> list[StandingDocument]:
    """The agreement and the amendments of a file, which is known to read well, in their order."""
    rows = iter(contract.rows)
    found = []
    amendments = enumerate(table.get("amendments", ()))
    places: list[tuple[Location, Any]] = [(("agreement",), table["agreement"])]
    for location, keys in [*places, *((("amendments", at), keys) for at, keys in amendments)]:
        number = meaning("number", keys.get("number")) if len(location) > 1 else 0
        number = (
            number if isinstance(number, int) else None
        )  # which nobody asks where it has no row
        key = rows_key(len(location) - 1)
        standing = [
            StandingRow((*location, key, at), each, next(rows))
            for at, each in enumerate(keys.get(key, ()))
        ]
        found.append(StandingDocument(location, keys, number, standing))
    return found
