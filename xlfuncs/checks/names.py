"""Names of services that are not what they look like.

What differs for a person may be one name by the rule for names, and what looks the same may be two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from unicodedata import category, combining, normalize

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.pricing.names import tidy

MOST_SHOWN = 4
"""Characters of a difference that a finding shows."""

_LOOK_ALIKES = str.maketrans(
    # Cyrillic and Greek letters of which the small or the capital form looks Latin; no dot on the i
    "\u0430\u0432\u0435\u0455\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131",
    "abesijkmhopctyxabezhikmnoptyxi",
)


def name_findings(contract: Contract, rows: Mapping[str, Sequence[Row]]) -> Iterator[Finding]:
    """One name in two spellings, two names that look like one, and names that are hard to type.

    `rows` are those of each service, by its key.
    """
    for service in contract.services:
        yield from _spelled_otherwise(service.name, rows[service.key])
        yield from _hard_to_type(rows[service.key][0])
    for one, other in look_alikes(list(rows)):
        name, place = rows[other][0].service, rows[one][0].place.cell("service")
        found = (
            f"service {name!r} looks like {rows[one][0].service!r} but is priced apart from it: "
            f"{_difference(one, other)}"
        )
        to_do = f"copy the name from {place}, unless they are two services"
        yield Finding(Severity.WARNING, rows[other][0].place.cell("service"), found, to_do)


def _spelled_otherwise(name: str, rows: Sequence[Row]) -> Iterator[Finding]:
    first = rows[0].service
    known = first if tidy(first) == name else name
    spellings: dict[str, Row] = {}
    for row in rows:
        spellings.setdefault(row.service, row)
    for spelled, row in spellings.items():
        if spelled != known:
            found = f"service {spelled!r} is the same service as {known!r}, spelled differently"
            to_do = f"spell it {known!r}, or give it another name if it is another service"
            yield Finding(Severity.WARNING, row.place.cell("service"), found, to_do)


def _hard_to_type(row: Row) -> Iterator[Finding]:
    name = row.service
    accents = [letter for letter in name if combining(letter)] if _is_composable(name) else []
    if accents:
        codes = _codes("".join(dict.fromkeys(accents)))
        found = f"service {name!r} has accents that are characters of their own, {codes}"
        to_do = "type the name again; as it is, purchases under the typed name find no price"
        yield Finding(Severity.WARNING, row.place.cell("service"), found, to_do)


def _is_composable(name: str) -> bool:
    return normalize("NFC", name) != name


def look_alikes(keys: Sequence[str]) -> list[tuple[str, str]]:
    """Keys of two names that look like one, each with the first one that it looks like.

    >>> look_alikes(["strasse", "straße", "stra\u200bsse", "platz"])
    [('strasse', 'straße'), ('strasse', 'stra\\u200bsse')]
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[_looks(key)].append(key)
    return [(group[0], other) for group in groups.values() for other in group[1:]]


def _looks(key: str) -> str:
    """What a name looks like: compatible letters, no accents apart, nothing that is not seen."""
    seen = "".join(letter for letter in key if category(letter) != "Cf")
    plain = normalize("NFKC", normalize("NFKC", seen).casefold())
    return tidy(plain.replace("i\u0307", "i").translate(_LOOK_ALIKES))


def _difference(one: str, other: str) -> str:
    """The characters in which the second of two names differs from the first."""
    parts = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changed = [part[1:] for part in parts if part[0] != "equal"]
    there = "".join(one[first:last] for first, last, _, _ in changed)
    here = "".join(other[first:last] for _, _, first, last in changed)
    return f"{_codes(here)} here, {_codes(there)} there"


def _codes(letters: str) -> str:
    """Characters by their numbers in Unicode, because two of them may look alike."""
    shown = " ".join(f"U+{ord(letter):04X}" for letter in letters[:MOST_SHOWN])
    return f"{shown or 'nothing'}{' ...' if len(letters) > MOST_SHOWN else ''}"
