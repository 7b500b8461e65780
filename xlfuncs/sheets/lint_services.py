"""Check names and texts: services that may be one, and characters that nobody sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from unicodedata import category, combining, normalize

from xlfuncs.pricing.contract import Contract, Row, service_key, tidy
from xlfuncs.sheets.cells import unseen_in
from xlfuncs.sheets.draft import assumption_text
from xlfuncs.sheets.findings import Finding, Severity
from xlfuncs.sheets.reader import Reading
from xlfuncs.sheets.schema import COLUMNS, title_of

# Names of services that are not what they look like.
#
# What differs for a person may be one name by the rule for names, and what looks the same may be
# two.

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


# Services that may be one and the same, names that mislead, and amendments after the term.

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


# Invisible characters in the texts of a contract, which change what people read.

Told = tuple[str, str, str]
"""The place of a text, what it is, and the text."""


def text_findings(reading: Reading, contract: Contract) -> Iterator[Finding]:
    """Each text with such a character, once however many rows have it from their document."""
    said: set[tuple[str, str]] = set()
    for where, what, text in (*_particulars(reading, contract), *_of_rows(contract)):
        unseen = unseen_in(text)
        if unseen and (what, text) not in said:
            said.add((what, text))
            found = f"{what} has {unseen}, which is not seen but may change what is"
            to_do = "delete it, unless the document has it; compare the text with the document"
            yield Finding(Severity.WARNING, where, found, to_do)


def _particulars(reading: Reading, contract: Contract) -> Iterator[Told]:
    for field, cells in reading.cells.items():
        value = getattr(contract, field)
        texts: Iterable[str] = value if isinstance(value, tuple) else (value,)
        for where, text in zip(cells, texts):
            yield where, title_of(field).lower(), text


def _of_rows(contract: Contract) -> Iterator[Told]:
    services = {service.key: service for service in contract.services}
    for row in contract.rows:
        values = {**services[service_key(row.service)]._asdict(), **row._asdict()}
        values["assumed"] = "\n".join(map(assumption_text, row.assumed))
        for column in COLUMNS:
            if column.kind in {"text", "assumed"}:
                yield row.place.cell(column.field), column.title.lower(), values[column.field]
