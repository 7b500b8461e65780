"""Services that may be one and the same, names that mislead, and amendments after the term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.checks.names import look_alikes, name_findings
from xlfuncs.pricing.contract import Contract, Row, service_key

ALIKE = 0.8
"""How much of a word two spellings share; `seat` and `seats` share nine tenths."""

MOST_COMPARED = 200
"""Names compared with each other: where more differ in one word, that word tells them apart."""

MOST_PAIRS = 20_000
"""The same of all names together."""

LONGEST_NAME = 200
"""Characters of a name that is compared: a name is no page of text."""


def service_findings(contract: Contract) -> Iterator[Finding]:
    """Names that mislead or differ by a slip, and rows that outlive the agreement's end."""
    rows: dict[str, list[Row]] = {service.key: [] for service in contract.services}
    for row in contract.rows:
        rows[service_key(row.service)].append(row)
    yield from name_findings(contract, rows)
    looking_alike = set(look_alikes(list(rows)))
    for one, other in _alike(list(rows)):
        if (one, other) in looking_alike:
            continue
        found = f"service {rows[other][0].service!r} is priced apart from {rows[one][0].service!r}"
        to_do = "give them one name, unless they are two services"
        yield Finding(Severity.WARNING, rows[other][0].place.cell("service"), found, to_do)
    for of_service in rows.values():
        yield from _outliving(of_service)


def _alike(keys: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that are the same but for the spelling of one word."""
    names = [(key, key.split()) for key in keys if len(key) <= LONGEST_NAME]
    compared = 0
    for position in range(max((len(words) for _, words in names), default=0)):
        groups: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for key, words in names:
            if position < len(words):
                around = " ".join(words[:position]), " ".join(words[position + 1 :])
                groups[around].append((key, words[position]))
        for group in groups.values():
            if len(group) <= MOST_COMPARED:
                compared += len(group) ** 2 // 2
                for one, other in combinations(group, 2) if compared <= MOST_PAIRS else ():
                    if _slip(one[1], other[1]):
                        yield one[0], other[0]


def _slip(one: str, other: str) -> bool:
    digits = any(letter.isdigit() for letter in one + other)
    return not digits and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _outliving(rows: list[Row]) -> Iterator[Finding]:
    ends = [row.ends for row in rows if row.document == 0]
    term = max((end for end in ends if end), default=None)
    if term is None or None in ends:
        return
    for row in rows:
        if row.document > 0 and row.ends is None:
            found = f"{row.title} has no end here, though the agreement ends on {term}"
            to_do = "enter the end of the term, or the day until which the amendment extends it"
            yield Finding(Severity.WARNING, row.place.cell("ends"), found, to_do)
