"""Find which row of a contract file is which row of a sheet, and which purchase."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.dated_rows import PlaceOfNumber, dated_rows, raise_row, rows_not_held
from xlfuncs.pricing.names import name_key

Pairs = dict[int, int]
"""By the index of a new one, the index of the old one that it is."""

STATED = tuple(field for field in Row._fields if field != "place")
"""All that a row states: where it was read is no part of it."""

PLACE = ("service", "clause", "quantity_from")

ALIKE: tuple[tuple[str, ...], ...] = (
    STATED,
    (*PLACE, "charge", "purchased_from", "purchased_through", "effective", "increase"),
    (*PLACE, "charge", "purchased_from", "purchased_through"),
    PLACE,
    ("service", "clause"),
    ("service", "quantity_from"),
)
"""What two rows have in common that are one row, from all they state to what is left of it."""


def is_same(one: Contract, other: Contract) -> bool:
    """Whether two contracts state the same, in whatever order of services and rows.

    It is the same whether rises are stated as rises of a row or as rows of their own.
    """
    return _comparable(one) == _comparable(other)


def _comparable(contract: Contract) -> tuple[object, ...]:
    services = {service.key: service._replace(name="") for service in contract.services}
    rows = Counter(_with_keys(dated_rows(contract), {}))
    return services, rows, contract._replace(services=(), rows=(), not_held=())


def _with_keys(rows: Iterable[Row], renamed: Mapping[str, str]) -> list[Row]:
    """The rows, each with the key of its service in place of its name."""
    keys = ((row, name_key(row.service)) for row in rows)
    return [row._replace(service=renamed.get(key, key)) for row, key in keys]


def match_rows(old: Sequence[Row], new: Sequence[Row], renamed: Mapping[str, str]) -> Pairs:
    """The rows of a document that are the same or alike, the most alike first.

    `renamed` gives the services that have another name now, by the keys of the old ones.
    """
    before, after = _with_keys(old, renamed), _with_keys(new, {})
    pairs: Pairs = {}
    free = dict.fromkeys(range(len(before)))
    for fields in ALIKE:
        key_of = attrgetter(*fields)
        alike: dict[Hashable, deque[int]] = defaultdict(deque)
        for index in free:
            alike[key_of(before[index])].append(index)
        for index, row in enumerate(after):
            if index not in pairs and alike[key_of(row)]:
                pairs[index] = alike[key_of(row)].popleft()
                del free[pairs[index]]
    return pairs


def match_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """What is the same in two lists and in the same order, and, between two such, what was changed.

    >>> match_in_order("abcd", "xbzcd")
    {0: 0, 1: 1, 3: 2, 4: 3}
    """
    places = {each: index for index, each in enumerate(_numbered(old))}
    numbered = enumerate(_numbered(new))
    same = _longest_rising({index: places[each] for index, each in numbered if each in places})
    pairs: Pairs = {}
    new_at = old_at = 0
    for new_index, old_index in [*same.items(), (len(new), len(old))]:
        pairs |= dict(zip(range(new_at, new_index), range(old_at, old_index), strict=False))
        pairs[new_index] = old_index
        new_at, old_at = new_index + 1, old_index + 1
    del pairs[len(new)]
    return pairs


def _numbered(items: Iterable[Hashable]) -> list[tuple[Hashable, int]]:
    """Items with how many equal ones come before each, so that no two are the same."""
    seen: Counter[Hashable] = Counter()
    numbered = []
    for item in items:
        numbered.append((item, seen[item]))
        seen[item] += 1
    return numbered


def _longest_rising(pairs: Pairs) -> Pairs:
    """The most pairs, in their order, whose old indices rise."""
    ends: list[int] = []  # by length, the lowest old index with which so many pairs can end
    last: list[int] = []  # the new indices of these
    before: dict[int, int | None] = {}
    for new, old in pairs.items():
        at = bisect_left(ends, old)
        ends[at : at + 1], last[at : at + 1] = [old], [new]
        before[new] = last[at - 1] if at else None
    found: list[int] = []
    each = last[-1] if last else None
    while each is not None:
        found.append(each)
        each = before[each]
    return {new: pairs[new] for new in reversed(found)}


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a list as it is to be: the index of the old one, if any, and of the new one.

    It is to stand `at` a place in the list. Until then its own number is the old one, or one that
    no old one had; `after` is that of the table before it.
    """

    old: int | None
    new: int
    at: int
    number: int
    after: int | None


def arrange(count: int, pairs: Pairs, new: Iterable[int]) -> Iterator[Place]:
    """The order of a list of so many tables: those that stay keep theirs, each new one follows
    what it follows on the sheet.

    >>> [(place.old, place.new) for place in arrange(3, {0: 2, 1: 0}, [0, 1, 2])]
    [(0, 1), (None, 2), (2, 0)]
    """
    following: dict[int | None, list[int]] = defaultdict(list)
    kept: dict[int, int] = {}
    last = None
    for index in new:
        if index in pairs:
            last = pairs[index]
            kept[last] = index
        else:
            following[last].append(index)
    order: list[tuple[int | None, int]] = [(None, each) for each in following[None]]
    for old in sorted(kept):
        order += [(old, kept[old]), *((None, each) for each in following[old])]
    after = None
    for at, (old_index, index) in enumerate(order):
        number = count + index if old_index is None else old_index
        yield Place(old_index, index, at, number, after)
        after = number


# One contract in the form of another: a rise may be a rise of a row, or a row of its own.


def write_alike(current: Contract, wanted: Contract, renamed: Mapping[str, str]) -> Contract:
    """What is wanted, in the form in which a file states what it states already.

    A workbook does not tell whether a rise is stated as such or as a row of its own, nor whether a
    missing document is a number or a row. `renamed` is as for `match_rows`.
    """
    if not _is_dated(wanted) and not _is_dated(current):
        return wanted
    groups = [raise_row(row) for row in wanted.rows]
    groups += [_without_place(rows_not_held(wanted, number)) for number in wanted.not_held]
    free = _Free(groups)
    counts = Counter(row.document for row in free.rows)
    not_held = [
        number
        for number in current.not_held
        if counts[number] == len(wanted.services)  # or there are rows besides
        and free.take(rows_not_held(wanted, number), {})
    ]
    written = []
    for row in current.rows:
        taken = free.take(raise_row(row), renamed)
        if taken:
            like = free.rows[taken[0]]
            written.append((taken[0], row._replace(service=like.service, place=like.place)))
    for group, row in zip(free.groups, wanted.rows, strict=False):
        left = [index for index in group if index in free.left]
        if left == group:
            written.append((group[0], row))
        else:
            written += [(index, free.rows[index]) for index in left]
    for group, number in zip(free.groups[len(wanted.rows) :], wanted.not_held, strict=True):
        left = [index for index in group if index in free.left]
        if left == group:
            not_held.append(number)
        else:
            written += [(index, free.rows[index]) for index in left]
    rows = tuple(row for _, row in sorted(written, key=itemgetter(0)))
    return wanted._replace(rows=rows, not_held=tuple(sorted(not_held)))


def _is_dated(contract: Contract) -> bool:
    """Whether a contract states what a workbook has in another form."""
    return bool(contract.not_held) or any(row.increases for row in contract.rows)


def _without_place(rows: Iterable[Row]) -> list[Row]:
    return [row._replace(place=PlaceOfNumber("")) for row in rows]


class _Free:
    """Dated rows in groups, of which those that are taken are no longer left."""

    def __init__(self, groups: Sequence[Sequence[Row]]) -> None:
        self.rows = [row for group in groups for row in group]
        numbers = iter(range(len(self.rows)))
        self.groups = [[next(numbers) for _ in group] for group in groups]
        self.left = set(range(len(self.rows)))
        self._indices: dict[Row, deque[int]] = defaultdict(deque)
        for index, row in enumerate(_with_keys(self.rows, {})):
            self._indices[row].append(index)

    def take(self, rows: Iterable[Row], renamed: Mapping[str, str]) -> list[int]:
        """Take as many rows that state the same, all of them or none; returns which ones."""
        keyed = _with_keys(rows, renamed)
        if any(len(self._indices[row]) < count for row, count in Counter(keyed).items()):
            return []
        taken = [self._indices[row].popleft() for row in keyed]
        self.left -= set(taken)
        return taken
