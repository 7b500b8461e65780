"""Which row of a file is which row of a sheet, and which purchase."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import attrgetter

from xlfuncs.pricing.contract import Contract, Row, service_key

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
        for number in free:
            alike[key_of(before[number])].append(number)
        for number, row in enumerate(after):
            if number not in pairs and alike[key_of(row)]:
                pairs[number] = alike[key_of(row)].popleft()
                del free[pairs[number]]
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
