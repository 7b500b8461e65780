"""A contract file on its way to say something else, table by table; each change is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from xlfuncs.files.revising.changes import Change, of_key, place_of
from xlfuncs.files.revising.matching import Pairs
from xlfuncs.files.revising.standing import meaning
from xlfuncs.files.revising.tables import Table
from xlfuncs.files.toml_text.editing import ContractText
from xlfuncs.files.toml_text.statements import Location


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
    for number in new:
        if number in pairs:
            last = pairs[number]
            of_old[last] = number
        else:
            behind.setdefault(last, []).append(number)
    order: list[tuple[int | None, int]] = [(None, each) for each in behind.get(None, ())]
    for old in sorted(of_old):
        order += [(old, of_old[old]), *((None, each) for each in behind.get(old, ()))]
    after = None
    for at, (stood, each) in enumerate(order):
        own = count + each if stood is None else stood
        yield Place(stood, each, at, own, after)
        after = own
