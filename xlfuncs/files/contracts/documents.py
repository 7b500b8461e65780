"""The documents of a contract file: what each says of all its rows, and the rows."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.files.contracts.keys import Keys
from xlfuncs.files.contracts.services import Services
from xlfuncs.pricing.contract import Assumption
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.tables.cells import Cell, is_blank
from xlfuncs.tables.parsers import assumed as assumed_cell
from xlfuncs.tables.places import KeyPlace
from xlfuncs.tables.records import Record
from xlfuncs.tables.schema import ASSUMABLE, COLUMNS, FIELDS, SERVICE_FIELDS
from xlfuncs.tables.writing import assumption_text

ROW_KEYS = tuple(
    column.field for column in COLUMNS if column.field not in {*SERVICE_FIELDS, "document"}
)
MOST_ASSUMED, LONGEST_ASSUMED = 20, 4_000
"""Lines and characters that a document may assume of all its rows."""

INHERITED = ("title", "signed", "effective", "ends")
"""What a row has from its document, unless it says otherwise."""


class Document:
    """What the agreement or an amendment says of all its rows.

    The end of the agreement's term holds for its amendments too, unless they state another.
    """

    def __init__(self, keys: Keys, signed: str, agreement: Document | None) -> None:
        self._keys = keys
        named = {field: signed if field == "signed" else field for field in INHERITED}
        self._number = keys.take("number") if agreement else 0
        self._inherited = {field: taken(keys, field, key) for field, key in named.items()}
        self._places = {field: keys.where(key) for field, key in named.items()}
        self._places["document"] = keys.where("number")
        self._assumed = _assumptions(keys)
        if agreement and is_blank(self._inherited["ends"]):
            self._inherited["ends"] = agreement._inherited["ends"]
            self._places["ends"] = agreement._places["ends"]
            self._assumed += about(agreement._assumed, {"ends"})

    def records(self, services: Services, rows: str, sheet: str) -> Iterator[Record]:
        """The document's rows, each with its own cells and those that it has from above."""
        for row in self._keys.tables(rows):
            service, places = services.cells_for(row)
            own = {field: taken(row, field, field) for field in ROW_KEYS if field != "service"}
            row.done()
            overruled = {field for field in INHERITED if not is_blank(own[field])}
            places |= {f: place for f, place in self._places.items() if f not in overruled}
            own |= {f: v for f, v in self._inherited.items() if f not in overruled}
            own["assumed"] = _combined(
                about(self._assumed, set(ASSUMABLE) - overruled), own["assumed"]
            )
            cells = {"document": self._number, **service, **own}
            yield Record(KeyPlace(row.path, places), sheet, cells)
        self._keys.done()


def taken(keys: Keys, field: str, key: str) -> Cell:
    """The value of a key; of one for a day, nothing but a date."""
    return keys.day(key) if FIELDS[field].kind == "day" else keys.take(key)


def _assumptions(document: Keys) -> tuple[Assumption, ...]:
    """What a document assumes of all its rows."""
    cell = document.take("assumed")
    if is_blank(cell):
        return ()
    try:
        found = assumed_cell(cell, False)
        length = sum(len(assumption.why) for assumption in found)
        if len(found) > MOST_ASSUMED or length > LONGEST_ASSUMED:
            text = f"has {len(found):,} lines and {length:,} characters; expected at most "
            raise BadInput(f"{text}{MOST_ASSUMED} and {LONGEST_ASSUMED:,}, for all rows have them")
        return found
    except BadInput as refusal:
        document.problem("assumed", str(refusal))
        return ()


def about(assumed: tuple[Assumption, ...], fields: set[str]) -> tuple[Assumption, ...]:
    """The assumptions as far as they are about these fields."""
    kept = ((tuple(field for field in named if field in fields), why) for named, why in assumed)
    return tuple(Assumption(named, why) for named, why in kept if named)


def _combined(assumed: tuple[Assumption, ...], own: Cell) -> Cell:
    """The document's assumptions, and then the row's own."""
    if not is_blank(own) and not isinstance(own, str):
        return own
    lines = [assumption_text(assumption) for assumption in assumed]
    return "\n".join(lines + ([] if is_blank(own) else [own]))
