"""Findings in the rows of a contract: what they lack, the names in them, and their texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as compared
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from enum import Enum
from itertools import combinations
from typing import NamedTuple
from unicodedata import category, combining, normalize

from xlfuncs.pricing.contract import DISCOUNTS, Assumption, Charge, Contract, Row
from xlfuncs.pricing.dated_rows import parse_increase
from xlfuncs.pricing.money import EXACT, ZERO, PriceFunction, to_cents
from xlfuncs.pricing.names import name_key, tidy_spaces
from xlfuncs.pricing.precedence import is_draft, make_effective
from xlfuncs.pricing.wording import (
    cite,
    format_money,
    format_number,
    format_quantities,
    format_quantity,
    format_statement,
)
from xlfuncs.sheets.cells import find_unseen
from xlfuncs.sheets.parsers import Reading, format_assumption
from xlfuncs.sheets.schema import COLUMNS, KeyPlace, format_name, format_title


class Severity(str, Enum):
    """An error: prices are wrong or missing. A warning: they are doubtful. A note: good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(Enum):
    """What a finding is about, whatever its words; what need not be told apart has none."""

    DUPLICATE = "a row that says the same as another"
    MISSING_FIGURE = "a row that lacks a figure of its charge"
    NOT_EFFECTIVE = "a document that is signed and not effective"
    NO_DAY = "a row that counts on no day"
    NO_CLAUSE = "a row without its clause"
    SMALL_PERCENT = "a discount below one percent"
    PRINTED_TOTAL = "a total that is not quantity times unit price"
    TOTAL_BELOW = "a total that the row below does not come to"
    ONE_QUANTITY = "a last row for one quantity alone"
    ORDER_OF_DOCUMENTS = "a document signed before one with a lower number"
    NO_END = "an amendment without an end, of an agreement that has one"
    TIE = "rows of which neither prevails"
    GAP_IN_QUANTITY = "quantities in no row"
    GAP_IN_DAYS = "days in no row"
    BROKEN_SUM = "tiers that add up over units that no tier prices"
    NOTHING_TO_DISCOUNT = "a discount off nothing"
    NOT_ON_FILE = "a row that is not on file"
    DRAFT = "a document that is neither signed nor effective"
    NO_TERM = "an agreement without an end of its term"
    NOT_IN_AGREEMENT = "a service that only amendments have"


class Example(NamedTuple):
    """The first quantity and day that a finding is about; None for the beginning of time."""

    quantity: Decimal
    day: date | None


@dataclass(frozen=True)
class Finding:
    """A line of a check: what was found where, and what to do.

    `kind` tells those apart that formulas find, too, and `example` is the first one that they find.
    `other` is the row that the finding is about as well, where there is one.
    """

    severity: Severity
    where: str
    found: str
    to_do: str
    kind: Kind | None = None
    example: Example | None = compared(default=None, compare=False)
    other: Row | None = compared(default=None, compare=False)


# Rows, each by itself.


def warning(row: Row, field: str, found: str, to_do: str, kind: Kind | None = None) -> Finding:
    return Finding(Severity.WARNING, row.place.cell(field), found, to_do, kind)


def note(row: Row, field: str, found: str, to_do: str, kind: Kind | None = None) -> Finding:
    return Finding(Severity.NOTE, row.place.cell(field), found, to_do, kind)


def check_rows(contract: Contract) -> Iterator[Finding]:
    """What each row lacks, what is assumed in it, and totals that do not multiply out."""
    assumed: set[tuple[int, Assumption]] = set()
    last_rows = _find_last_rows(contract.rows)
    for row in contract.rows:
        yield from _check_figures(row)
        yield from _check_days(row)
        yield from _check_printed_total(row)
        yield from _check_upper_end(row, last_rows)
        yield from _check_rises(row)
        if not row.clause and row.charge is not Charge.NOT_ON_FILE:
            found = "clause is blank, so a price from this row cannot be traced to the document"
            yield warning(row, "clause", found, "enter the clause", Kind.NO_CLAUSE)
        if row.percent and row.percent < 1:
            meant = format_number(row.percent * 100)
            found = f"{format_number(row.percent)} percent off is less than one percent"
            to_do = f"enter {meant} if that is meant: 15 is 15 percent, 0.15 is not"
            yield warning(row, "percent", found, to_do, Kind.SMALL_PERCENT)
        for assumption in row.assumed:
            if (row.document, assumption) not in assumed:
                assumed.add((row.document, assumption))
                named = " and ".join(format_name(field) for field in assumption.fields)
                found = f"{named} of {row.title} assumed: {assumption.why}"
                yield note(row, assumption.fields[0], found, "find the document that states it")


def _check_figures(row: Row) -> Iterator[Finding]:
    if row.charge is Charge.NOT_ON_FILE:
        found = f"{format_quantities(row)} of {row.service!r} not on file: {cite(row)}"
        yield note(
            row, "charge", found, "find the document and enter what it says", Kind.NOT_ON_FILE
        )
    for field in row.missing_figures:
        found = f"{format_name(field)} is blank, so the row counts as not on file"
        yield warning(row, field, found, f"enter what {cite(row)} says", Kind.MISSING_FIGURE)
    if row.document > 0 and row.stated("effective") is None and row.signed is not None:
        found = (
            f"{row.title} has a date signed but no effective date, so the row counts as not on file"
        )
        yield warning(row, "effective", found, "enter the effective date", Kind.NOT_EFFECTIVE)


def _check_days(row: Row) -> Iterator[Finding]:
    if is_draft(row):
        found = f"{row.title} has no date signed and no effective date, so the row is not in force"
        to_do = "enter the dates once it is signed, or 'not on file' if no copy shows them"
        yield note(row, "effective", found, to_do, Kind.DRAFT)
    elif not make_effective(row, Decimal(1)):
        found = "the row counts on no day: its purchase days and its days in force do not meet"
        field = "purchased_through" if row.purchased_through else "effective"
        yield warning(row, field, found, "compare the dates", Kind.NO_DAY)


def _check_printed_total(row: Row) -> Iterator[Finding]:
    exact = row.quantity_from == row.quantity_to
    each = row.price_of_one
    if row.charge is Charge.PACKAGE and exact and row.price is not None and each:
        product = EXACT.multiply(row.quantity_from, each)
        if to_cents(product) != row.price:
            found = (
                f"{format_number(row.quantity_from)} x {format_money(each)} "
                f"= {format_money(product)}, but "
                f"the printed total is {format_money(row.price)}: "
                f"{format_money(abs(row.price - product))} apart"
            )
            to_do = "no action if both figures are as printed: the printed total is the price"
            yield warning(row, "price", found, to_do, Kind.PRINTED_TOTAL)


def check_totals(contract: Contract) -> Iterator[Finding]:
    """Rows that state a total for their first units which the row below does not come to."""
    services = {service.key: service for service in contract.services}
    ends: dict[tuple[object, ...], Row] = {}
    for row in contract.rows:
        if row.charge is Charge.ADDITIONAL and not row.missing_figures:
            ends.setdefault((*_days_of(row), name_key(row.service), row.quantity_to), row)
    for row in contract.rows:
        if row.charge is not Charge.ADDITIONAL or row.price is None:
            continue
        service = services[name_key(row.service)]
        below = ends.get((*_days_of(row), service.key, row.quantity_from - service.step))
        if below is None or below.price is None or below.price_of_one is None:
            continue
        over = PriceFunction(below.price, below.price_of_one, below.quantity_from)
        total = max(to_cents(over.at(row.quantity_from)), below.minimum or ZERO)
        total = total if below.maximum is None else min(total, below.maximum)
        if total != row.price:
            first = format_quantity(row.quantity_from, service.unit)
            found = (
                f"the printed total of {first} is {format_money(row.price)}, but {below.place} "
                f"({format_statement(below)}) comes to {format_money(total)}"
            )
            to_do = "compare them with the document; no action if both are as printed"
            yield warning(row, "price", found, to_do, Kind.TOTAL_BELOW)


def _days_of(row: Row) -> tuple[object, ...]:
    """The document of a row, and the days for which it counts."""
    window = (row.purchased_from, row.purchased_through)
    return (row.document, row.effective, row.ends, *window)


OPEN_ABOVE = frozenset({Charge.PER_UNIT, Charge.GRADUATED, Charge.ADDITIONAL, *DISCOUNTS})
"""The charges whose last row hardly ever is for one quantity alone."""


def _check_rises(row: Row) -> Iterator[Finding]:
    """An increase whose percent is not on file, and one that does not come to the figures."""
    field = "increases" if isinstance(row.place, KeyPlace) else "increase"
    for increase in row.increases:
        if increase.percent_raised is None:
            found = f"the rise of {increase.since} is not on file, nor is any price from then on"
            yield note(row, field, found, "find the percentage of the increase")
            break
    if row.increase and parse_increase(row.increase) and not row.increases:
        found = f"says {row.increase!r}, but its figures are not calculated from the row before it"
        yield note(row, "increase", found, "compare them with that row")


def _find_last_rows(rows: Iterable[Row]) -> set[int]:
    """The rows of the largest quantities that a document prices of a service, by identity."""
    last: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        found = last.setdefault((row.document, name_key(row.service)), [row])
        if found[0].quantity_to is not None:
            if row.quantity_to is None or row.quantity_to > found[0].quantity_to:
                found[:] = [row]
            elif row.quantity_to == found[0].quantity_to:
                found.append(row)
    return {id(row) for found in last.values() for row in found}


def _check_upper_end(row: Row, last_rows: set[int]) -> Iterator[Finding]:
    """A last row for exactly one quantity, where 'or more' may have been left out."""
    if row.charge in OPEN_ABOVE and row.quantity_from == row.quantity_to and id(row) in last_rows:
        quantity = format_number(row.quantity_from)
        found = f"the last row of {row.service!r} in {row.title} is for exactly {quantity}"
        to_do = f"enter 'or more' as {format_title('quantity_to')} unless that is meant"
        yield warning(row, "quantity_to", found, to_do, Kind.ONE_QUANTITY)


# Names of services: what a person reads as two names may be one, and what looks like one, two.

MOST_SHOWN = 4
"""Characters of a difference that a finding shows."""

_LOOK_ALIKES = str.maketrans(
    # Cyrillic and Greek letters of which the small or the capital form looks Latin; no dot on the i
    "\u0430\u0432\u0435\u0455\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131",
    "abesijkmhopctyxabezhikmnoptyxi",
)


def check_names(
    contract: Contract, rows: Mapping[str, Sequence[Row]], added: Mapping[str, Row]
) -> Iterator[Finding]:
    """One name in two spellings, two names that look like one, and names that are hard to type.

    `rows` are those of each service, by its key, and `added` the services that no row of the
    agreement has.
    """
    for service in contract.services:
        yield from _other_spellings(service.name, rows[service.key])
        yield from _hard_to_type(rows[service.key][0])
    for one, other in find_look_alikes(list(rows)):
        name, place = rows[other][0].service, rows[one][0].place.cell("service")
        found = (
            f"service {name!r} looks like {rows[one][0].service!r} but is priced apart from it: "
            f"{_difference(one, other)}"
        )
        to_do = f"copy the name from {place}, unless they are two services"
        kind = Kind.NOT_IN_AGREEMENT if other in added else None
        yield warning(rows[other][0], "service", found, to_do, kind)


def _other_spellings(name: str, rows: Sequence[Row]) -> Iterator[Finding]:
    first = rows[0].service
    known = first if tidy_spaces(first) == name else name
    spellings: dict[str, Row] = {}
    for row in rows:
        spellings.setdefault(row.service, row)
    for spelled, row in spellings.items():
        if spelled != known:
            found = f"service {spelled!r} is the same service as {known!r}, spelled differently"
            to_do = f"spell it {known!r}, or give it another name if it is another service"
            yield warning(row, "service", found, to_do)


def _hard_to_type(row: Row) -> Iterator[Finding]:
    name = row.service
    is_composable = normalize("NFC", name) != name
    accents = [letter for letter in name if combining(letter)] if is_composable else []
    if accents:
        codes = _codes("".join(dict.fromkeys(accents)))
        found = f"service {name!r} has accents that are characters of their own, {codes}"
        to_do = "retype the name; otherwise purchases under the retyped name find no price"
        yield warning(row, "service", found, to_do)


def find_look_alikes(keys: Sequence[str]) -> list[tuple[str, str]]:
    """Keys of two names that look like one, each with the first one that it looks like.

    >>> find_look_alikes(["strasse", "straße", "stra\u200bsse", "platz"])
    [('strasse', 'straße'), ('strasse', 'stra\\u200bsse')]
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[_skeleton(key)].append(key)
    return [(group[0], other) for group in groups.values() for other in group[1:]]


def _skeleton(key: str) -> str:
    """What a name looks like: compatible letters, composed accents, nothing invisible."""
    seen = "".join(letter for letter in key if category(letter) != "Cf")
    plain = normalize("NFKC", normalize("NFKC", seen).casefold())
    return tidy_spaces(plain.replace("i\u0307", "i").translate(_LOOK_ALIKES))


def _difference(one: str, other: str) -> str:
    """The characters in which the second of two names differs from the first."""
    there = here = ""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, first, last, first_here, last_here in matcher.get_opcodes():
        if tag != "equal":
            there, here = there + one[first:last], here + other[first_here:last_here]
    return f"{_codes(here)} here, {_codes(there)} there"


def _codes(letters: str) -> str:
    """Characters by their numbers in Unicode, as two of them may look alike."""
    shown = " ".join(f"U+{ord(letter):04X}" for letter in letters[:MOST_SHOWN])
    return f"{shown or 'nothing'}{' ...' if len(letters) > MOST_SHOWN else ''}"


ALIKE = 0.8
"""The part of a word that two spellings share; `seat` and `seats` share nine tenths."""

MOST_COMPARED = 200
"""Names compared with each other: where more differ in one word, they are meant to differ."""

MOST_PAIRS = 20_000
"""Pairs of names compared in all."""

LONGEST_NAME = 200
"""Characters of a name that is compared with others."""


def check_services(contract: Contract) -> Iterator[Finding]:
    """Names that mislead or differ by a slip, and services that only amendments have.

    A service that only amendments have is found once: where its name is like another one, that is
    what is said of it.
    """
    rows: dict[str, list[Row]] = {service.key: [] for service in contract.services}
    for row in contract.rows:
        rows[name_key(row.service)].append(row)
    added = _find_added(contract, rows)
    yield from check_names(contract, rows, added)
    looking_alike = set(find_look_alikes(list(rows)))
    alike = {other for _, other in looking_alike}
    for one, other in _near_misses(list(rows)):
        if (one, other) in looking_alike:
            continue
        found = f"service {rows[other][0].service!r} is priced apart from {rows[one][0].service!r}"
        to_do = "give them one name, unless they are two services"
        kind = Kind.NOT_IN_AGREEMENT if other in added else None
        alike.add(other)
        yield warning(rows[other][0], "service", found, to_do, kind)
    for key, row in added.items():
        if key not in alike:
            found = f"no row of the agreement has the service {row.service!r}"
            to_do = "check the spelling, unless the amendment adds it"
            yield note(row, "service", found, to_do, Kind.NOT_IN_AGREEMENT)


def _find_added(contract: Contract, rows: Mapping[str, Sequence[Row]]) -> dict[str, Row]:
    """The first row of each service that no row of the agreement has, if that has any rows."""
    if not contract.tiers:
        return {}
    return {key: mine[0] for key, mine in rows.items() if all(row.document for row in mine)}


def _near_misses(keys: list[str]) -> Iterator[tuple[str, str]]:
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
                pairs = combinations(group, 2) if compared <= MOST_PAIRS else ()
                for (one, word), (other, another_word) in pairs:
                    if _is_slip(word, another_word):
                        yield one, other


def _is_slip(one: str, other: str) -> bool:
    digits = any(letter.isdigit() for letter in one + other)
    return not digits and SequenceMatcher(None, one, other).ratio() >= ALIKE


# Invisible characters, which change what people read.


@dataclass(frozen=True)
class Text:
    """A text of a contract, its place, and what it is."""

    where: str
    what: str
    text: str


def check_texts(reading: Reading, contract: Contract) -> Iterator[Finding]:
    """Each text with such a character, once however many rows have it from their document."""
    known: set[tuple[str, str]] = set()
    for each in (*_texts_of_particulars(reading, contract), *_texts_of_rows(contract)):
        unseen = find_unseen(each.text)
        if unseen and (each.what, each.text) not in known:
            known.add((each.what, each.text))
            found = f"{each.what} has {unseen}, which is not seen but may change what is"
            to_do = "compare the text with the document; delete the character unless it is there"
            yield Finding(Severity.WARNING, each.where, found, to_do)


def _texts_of_particulars(reading: Reading, contract: Contract) -> Iterator[Text]:
    for field, cells in reading.cells.items():
        value = getattr(contract, field)
        texts: Iterable[str] = value if isinstance(value, tuple) else (value,)
        for where, text in zip(cells, texts):
            yield Text(where, format_name(field), text)


def _texts_of_rows(contract: Contract) -> Iterator[Text]:
    services = {service.key: service for service in contract.services}
    for row in contract.rows:
        values = {**services[name_key(row.service)]._asdict(), **row._asdict()}
        values["assumed"] = "\n".join(map(format_assumption, row.assumed))
        for column in COLUMNS:
            if column.kind in {"text", "assumed"}:
                where = row.place.cell(column.field)
                yield Text(where, column.title.lower(), values[column.field])
