"""What an import changes in a contract file, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xlfuncs.files.toml_text.statements import Location
from xlfuncs.files.toml_text.values import flat_text, plain_of
from xlfuncs.pricing.contract import Assumption, Purchase, Row
from xlfuncs.pricing.wording import citation, number, quantities, statement, window
from xlfuncs.tables.cells import shown


class Cells(NamedTuple):
    """Where on the sheets something stands, as far as a row does not say so itself.

    `particulars` has the cells of each field, `services` those of each field by the service's key,
    `purchases` those of each purchase by field.
    """

    particulars: Mapping[str, Sequence[str]]
    services: Mapping[tuple[str, str], str]
    purchases: Sequence[Mapping[str, str]]


class Change(NamedTuple):
    """What is changed at one place of the file, and the cell that says so, if there is one."""

    where: str
    text: str
    cell: str = ""

    def __str__(self) -> str:
        told = f"{self.where}: {self.text}"
        return f"{told} ({self.cell})" if self.cell else told


def place_of(location: Location) -> str:
    """A place in a file as messages name it.

    >>> place_of(("amendments", 0, "rows", 1))
    'amendments[1].rows[2]'
    """
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def of_key(where: str, key: str, before: Any, now: Any, cell: str) -> Change:
    """A key that says something else."""
    if now is None:
        return Change(f"{where}.{key}", f"removed: {_value(key, before)}", cell)
    if before is None:
        return Change(f"{where}.{key}", f"new: {_value(key, now)}", cell)
    return Change(f"{where}.{key}", f"{_value(key, before)} is now {_value(key, now)}", cell)


def of_texts(
    where: str, before: Sequence[str], now: Sequence[str], cells: Sequence[str]
) -> list[Change]:
    """A list that holds other texts."""
    gone, added = Counter(before) - Counter(now), Counter(now) - Counter(before)
    changes = [Change(where, f"removed: {shown(text)}") for text in gone.elements()]
    for at, text in enumerate(now):
        if added[text]:
            added[text] -= 1
            cell = cells[at] if at < len(cells) else ""
            changes.append(Change(where, f"new: {shown(text)}", cell))
    return changes or [Change(where, "the same in another order", cells[0] if cells else "")]


def row_words(row: Row, unit: str) -> str:
    """A row by its clause, or its document where it has none, and what it states."""
    said = [row.clause or citation(row), quantities(row, unit), statement(row), window(row)]
    return ", ".join(each for each in said if each)


def document_words(title: str, rows: Sequence[Row]) -> str:
    """A document by its title and how many rows it has."""
    return f"{title}, {counted(len(rows), 'row')}"


def purchase_words(purchase: Purchase) -> str:
    """What is bought, and when."""
    said = [purchase.service and f" of {purchase.service}", f" on {purchase.purchased}"]
    named = f", {purchase.reference}" if purchase.reference else ""
    return f"{number(purchase.quantity)}{''.join(said)}{named}"


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(0, "row")
    ('1 row', '0 rows')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _value(key: str, value: Any) -> str:
    words = isinstance(value, str) or (
        isinstance(value, tuple) and bool(value) and isinstance(value[0], Assumption)
    )
    return shown(plain_of(value)) if words else flat_text(key, value)
