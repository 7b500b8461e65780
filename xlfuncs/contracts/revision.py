"""A contract file being revised: its tables, which row is which, and each change in words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from xlfuncs.contracts.serialize import Said, Table, document_key, rows_key
from xlfuncs.contracts.toml_editor import ContractText, Location
from xlfuncs.contracts.toml_reader import INHERITED
from xlfuncs.contracts.toml_values import flat_text, plain_of
from xlfuncs.pricing.contract import Assumption, Contract, Purchase, Row, service_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.wording import citation, number, quantities, statement, window
from xlfuncs.sheets.cells import Cell, figure_of, is_blank, shown, text_of
from xlfuncs.sheets.parsers import PARSERS
from xlfuncs.sheets.schema import FIELDS

# Which row of a file is which row of a sheet, and which purchase.

Pairs = dict[int, int]
"""By the number of a new one, the number of the old one that it is."""

ALIKE: tuple[tuple[str, ...], ...] = (
    ("service", "clause", "quantity_from", "charge", "purchased_from", "purchased_through"),
    ("service", "clause", "quantity_from"),
    ("service", "clause"),
    ("service", "quantity_from"),
)
"""What two rows have in common that are one row, of which the rest was changed."""


def plain_row(row: Row) -> Row:
    """What a row states: not where it was read, nor how its service is spelled.

    >>> from decimal import Decimal
    >>> from xlfuncs.pricing.contract import Charge
    >>> plain_row(Row(0, "Agreement", " External IPs", Decimal(1), None, Charge.WITHDRAWN)).service
    'external ips'
    """
    return row._replace(place=None, service=service_key(row.service))


def is_same(one: Contract, other: Contract) -> bool:
    """Whether two contracts state the same, in whatever order of services and rows."""
    return _compared(one) == _compared(other)


def _compared(contract: Contract) -> tuple[object, ...]:
    services = {service.key: service._replace(name="") for service in contract.services}
    rows = Counter(map(plain_row, contract.rows))
    return services, rows, contract._replace(services=(), rows=())


def matched_rows(old: Sequence[Row], new: Sequence[Row], renamed: Mapping[str, str]) -> Pairs:
    """The rows of a document that are the same or alike, the most alike first.

    `renamed` gives the services that have another name now, by the keys of the old ones.
    """
    before = [plain_row(row) for row in old]
    before = [row._replace(service=renamed.get(row.service, row.service)) for row in before]
    after = [plain_row(row) for row in new]
    pairs: Pairs = {}
    free = dict.fromkeys(range(len(before)))
    for fields in (Row._fields, *ALIKE):
        key_of = attrgetter(*fields)
        alike: dict[Hashable, deque[int]] = defaultdict(deque)
        for place in free:
            alike[key_of(before[place])].append(place)
        for place, row in enumerate(after):
            if place not in pairs and alike[key_of(row)]:
                pairs[place] = alike[key_of(row)].popleft()
                del free[pairs[place]]
    return pairs


def matched_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """What is the same in two lists and in the same order, and, between two such, what was changed.

    >>> matched_in_order("abcd", "xbzcd")
    {0: 0, 1: 1, 3: 2, 4: 3}
    """
    places = {each: number for number, each in enumerate(_told_apart(old))}
    same = [
        (number, places[each]) for number, each in enumerate(_told_apart(new)) if each in places
    ]
    kept = [*_longest_rising(same), (len(new), len(old))]
    pairs: Pairs = {}
    new_at = old_at = 0
    for new_number, old_number in kept:
        pairs |= dict(zip(range(new_at, new_number), range(old_at, old_number), strict=False))
        pairs[new_number] = old_number
        new_at, old_at = new_number + 1, old_number + 1
    del pairs[len(new)]
    return pairs


def _told_apart(items: Iterable[Hashable]) -> list[tuple[Hashable, int]]:
    """Equal ones with a number each."""
    seen: Counter[Hashable] = Counter()
    told = []
    for item in items:
        told.append((item, seen[item]))
        seen[item] += 1
    return told


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs of which the second numbers rise as the first ones do."""
    ends: list[int] = []
    last: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        at = bisect_left(ends, pair[1])
        ends[at : at + 1] = [pair[1]]
        last[at : at + 1] = [pair]
        before[pair] = last[at - 1] if at else None
    found: list[tuple[int, int]] = []
    pair_or_none = last[-1] if last else None
    while pair_or_none:
        found.append(pair_or_none)
        pair_or_none = before[pair_or_none]
    return found[::-1]


# What an import changes in a contract file, in words.


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


# What a contract file says as it stands, table by table.

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


# A contract file on its way to say something else, table by table; each change is noted.


class Revision:
    """The text of a file, and what was changed in it."""

    def __init__(self, text: str) -> None:
        self.text = ContractText(text)
        self.changes: list[Change] = []

    def revise(
        self, keys: Keys, wanted: Table, order: Sequence[str], cell_of: Callable[[str], str]
    ) -> None:
        """Has the keys of a table say what is wanted. Raises NotEditable."""
        for key in order:
            before, value = meaning(key, keys.said.get(key)), wanted.get(key)
            if before != (None if value == "" else value):
                self.text.set(keys.location, key, value, order)
                where = place_of(keys.now)
                self.changes.append(of_key(where, key, before, value, cell_of(key)))

    def add(
        self, location: Location, now: Location, table: Table, after: Location | None, new: New
    ) -> None:
        """Puts a new table into a list, behind another one or first. Raises NotEditable."""
        self.text.insert(location, table, after)
        self.changes.append(Change(place_of(now), f"new: {new.words}", new.cell))

    def remove(self, location: Location, words: str) -> None:
        """Takes a table of a list away. Raises NotEditable."""
        self.text.remove(location)
        self.changes.append(Change(place_of(location), f"removed: {words}"))


class Keys(NamedTuple):
    """A table of the file, where it stands, where it is to stand, and what its keys say."""

    location: Location
    now: Location
    said: Mapping[str, Any]


class New(NamedTuple):
    """A new table in words, and the cell that it comes from."""

    words: str
    cell: str


class Place(NamedTuple):
    """A table of a list as it is to be: the number of the old one, if any, and of the new one.

    It is to stand `at` a place in the list. Until then its own number is the old one, or one that
    no old one had; `after` is that of the table before it.
    """

    old: int | None
    new: int
    at: int
    number: int
    after: int | None


def arranged(count: int, pairs: Pairs, new: Iterable[int]) -> Iterator[Place]:
    """How a list of so many tables is to be: those that stay in their order, each new one behind
    what it stands behind on the sheet.

    >>> [(place.old, place.new) for place in arranged(3, {0: 2, 1: 0}, [0, 1, 2])]
    [(0, 1), (None, 2), (2, 0)]
    """
    behind: dict[int | None, list[int]] = {}
    of_old: dict[int, int] = {}
    last = None
    for index in new:
        if index in pairs:
            last = pairs[index]
            of_old[last] = index
        else:
            behind.setdefault(last, []).append(index)
    order: list[tuple[int | None, int]] = [(None, each) for each in behind.get(None, ())]
    for old in sorted(of_old):
        order += [(old, of_old[old]), *((None, each) for each in behind.get(old, ()))]
    after = None
    for at, (stood, each) in enumerate(order):
        own = count + each if stood is None else stood
        yield Place(stood, each, at, own, after)
        after = own
