"""Findings in the documents of a contract: what they leave open, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import attrgetter

from xlfuncs.pricing.contract import DISCOUNTS, Charge, Contract, Row, Service, quantity_of
from xlfuncs.pricing.explain import FIELDS_IN_WORDS
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput
from xlfuncs.pricing.precedence import LAST_DAY, REFUSALS, EffectiveRow
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.spans import merge_spans
from xlfuncs.pricing.wording import (
    cite,
    format_money,
    format_quantity,
    format_statement,
)
from xlfuncs.sheets.row_checks import Finding, Kind, Severity, note, warning
from xlfuncs.sheets.schema import AMENDMENTS, KeyPlace, format_name

# Rows that disagree about their document, and documents that disagree.

SHARED = ("title", "signed")
"""What all rows of one document have in common."""


def check_documents(contract: Contract) -> Iterator[Finding]:
    """Duplicate rows, rows that disagree about their document, numbers, days, what is missing."""
    yield from _duplicates(contract)
    first_rows: dict[int, Row] = {}
    found: dict[tuple[int, object], Finding] = {}
    for row in contract.rows:
        first = first_rows.setdefault(row.document, row)
        for value, finding in _disagreements(row, first):
            found.setdefault((row.document, value), finding)
    yield from found.values()
    documents = [first_rows[number] for number in sorted(first_rows)]
    yield from _missing_numbers(documents, contract.not_held)
    yield from _signing_days(documents)
    yield from _open_days(contract.rows)
    yield from _replaced(contract)
    yield from _not_held(contract)
    yield from _ends(contract)


def _duplicates(contract: Contract) -> Iterator[Finding]:
    originals: dict[object, Row] = {}
    for row in contract.rows:
        original = originals.setdefault(stated_by(row), row)
        if original is not row:
            found = f"the row duplicates {original.place}, so neither can prevail"
            where, to_do = row.place.cell("document"), "delete one of them"
            yield Finding(Severity.ERROR, where, found, to_do, Kind.DUPLICATE, other=original)


stated_by = attrgetter(
    *(field for field in Row._fields if field not in {"place", "note", "source"})
)
"""What a row states to the rules: not its place and its remarks."""


def _disagreements(row: Row, first: Row) -> Iterator[tuple[object, Finding]]:
    for field in SHARED:
        stated, before = row.stated(field), first.stated(field)
        if stated != before and not _says_itself(row, field):
            found = (
                f"{format_name(field)} of document {row.document} is "
                f"{stated or 'blank'}, but {first.place.cell(field)} says {before or 'blank'}"
            )
            to_do = "make them agree, or renumber one of the documents"
            yield stated, warning(row, field, found, to_do)


def _says_itself(row: Row, field: str) -> bool:
    """Whether a row of a contract file has a title of its own, which is meant."""
    is_own = isinstance(row.place, KeyPlace) and field not in row.place.elsewhere
    return field == "title" and (is_own or row.document == 0)


def _missing_numbers(documents: list[Row], not_held: Iterable[int]) -> Iterator[Finding]:
    known = set(not_held)
    for before, after in zip(documents, documents[1:]):
        numbers = set(range(before.document + 1, after.document)) - known
        for first, last in merge_spans((number, number) for number in numbers):
            missing = f"documents {first} to {last} are" if first < last else f"document {first} is"
            found = f"{missing} missing between {before.title} and {after.title}"
            to_do = "enter the numbers of documents that are not held as `not_held`"
            yield warning(after, "document", found, to_do)


def _signing_days(documents: list[Row]) -> Iterator[Finding]:
    signed = [row for row in documents if row.signed]
    for before, after in zip(signed, signed[1:]):
        if before.signed and after.signed and after.signed < before.signed:
            found = (
                f"{after.title} is document {after.document} but was signed on {after.signed}, "
                f"before {before.title} (document {before.document}) on {before.signed}"
            )
            to_do = "check the numbers: the higher number prevails, whatever the signature dates"
            yield warning(after, "signed", found, to_do, Kind.ORDER_OF_DOCUMENTS)


def _open_days(rows: Iterable[Row]) -> Iterator[Finding]:
    """Days of documents that no document on file states, each once for a document."""
    said: set[tuple[object, ...]] = set()
    for row in rows:
        undated = row.document and row.effective is None and row.signed is None
        fields = ("",) if undated and row.not_on_file else row.not_on_file
        for field in fields:
            if (row.document, row.title, field) in said:
                continue
            said.add((row.document, row.title, field))
            if not field:
                found = (
                    f"no day of {row.title} is on file, so its rows are not on file from the "
                    "agreement's date on"
                )
                yield note(row, "effective", found, "find a copy that shows the dates")
                continue
            is_date = field == "signed" and not row.document
            name = "the date" if is_date else FIELDS_IN_WORDS[field]
            found = f"no document on file states {name} of {row.title}"
            yield note(row, field, found, "find the document that states it")


def _replaced(contract: Contract) -> Iterator[Finding]:
    """Documents that are said to be replaced and of which nothing is known."""
    numbers = {row.document for row in contract.rows} | set(contract.not_held)
    said: set[tuple[int, object]] = set()
    for row in contract.rows:
        key = row.document, row.replaces
        if isinstance(row.replaces, int) and row.replaces not in numbers and key not in said:
            said.add(key)
            found = f"{row.title} replaces document {row.replaces}, which has no rows"
            yield warning(row, "replaces", found, "correct the number, or enter what it replaces")


def _not_held(contract: Contract) -> Iterator[Finding]:
    is_file = any(isinstance(row.place, KeyPlace) for row in contract.rows)
    where = "contract.not_held" if is_file else AMENDMENTS
    for number in contract.not_held:
        found = f"document {number} is known and not held, so what it prices is not on file"
        yield Finding(Severity.NOTE, where, found, "find it, and enter what it says")


def _ends(contract: Contract) -> Iterator[Finding]:
    """An agreement without an end of its term, and rows that go on after it."""
    if contract.tiers and all(row.stated("ends") is None for row in contract.tiers):
        first = contract.tiers[0]
        found = f"{first.title} has no end date, so its prices continue indefinitely"
        to_do = "enter the end date, or 'not on file' if no document states it"
        yield note(first, "ends", found, to_do, Kind.NO_TERM)
    of_services: dict[str, list[Row]] = {}
    for row in contract.rows:
        of_services.setdefault(name_key(row.service), []).append(row)
    for rows in of_services.values():
        yield from _rows_without_end(rows)


def _rows_without_end(rows: list[Row]) -> Iterator[Finding]:
    ends = [row.ends for row in rows if row.document == 0]
    term = max((end for end in ends if end), default=None)
    if term is None or None in ends:
        return
    for row in rows:
        if row.document > 0 and row.stated("ends") is None:
            found = f"{row.title} has no end here, though the agreement ends on {term}"
            to_do = (
                "enter the end date: the agreement's, or the one to which the amendment extends it"
            )
            yield warning(row, "ends", found, to_do, Kind.NO_END)


# Discounts that a later price, or a smaller discount, ends while they still run.

MOST_DISCOUNTS = 200
"""Discounts of a service that are looked at."""


def check_discounts(contract: Contract) -> Iterator[Finding]:
    """Discounts that a later row ends while they run, with the amounts before and after."""
    book = PriceBook(contract)
    for service in contract.services:
        rows = book.price_list(service).effective_rows
        discounts = [row for row in rows if row.charge in DISCOUNTS][:MOST_DISCOUNTS]
        for discount in discounts:
            for does_end, verb in ((_is_later_price, "ends"), (_is_less_off, "takes the place of")):
                ending = [row for row in rows if does_end(row, discount)]
                if ending:
                    first = min(ending, key=lambda row: row.since)
                    yield from _ended(book, service, discount, first, verb)


def _is_later_price(row: EffectiveRow, discount: EffectiveRow) -> bool:
    """Whether a later document's price ends a discount, which it does not to a standing one."""
    is_price = row.charge not in REFUSALS and row.charge not in DISCOUNTS
    is_later = row.row.document > discount.row.document
    return (
        is_price
        and is_later
        and discount.charge is Charge.DISCOUNT
        and _begins_within(row, discount)
    )


def _is_less_off(row: EffectiveRow, discount: EffectiveRow) -> bool:
    """Whether a row takes less off than the discount that it displaces: they never add up."""
    percent, other = row.row.percent, discount.row.percent
    is_less = percent is not None and other is not None and percent < other
    return (
        row.charge in DISCOUNTS
        and is_less
        and row.rank < discount.rank
        and _begins_within(row, discount)
    )


def _begins_within(row: EffectiveRow, discount: EffectiveRow) -> bool:
    return (
        discount.since < row.since <= discount.until
        and row.first <= discount.last
        and discount.first <= row.last
    )


MOST_COUNTS = 50
"""Quantities at which a discount is looked for."""


def _counts_to_ask(
    book: PriceBook, service: Service, discount: EffectiveRow, ending: EffectiveRow
) -> list[int]:
    """The smallest of all quantities that both rows are for, and that are priced apart."""
    prices = book.price_list(service)
    first, last = max(discount.first, ending.first, 1), min(discount.last, ending.last)
    periods = (prices.period_on(day) for day in (ending.since - 1, ending.since))
    starts = sorted({start for period in periods for start in period.starts})
    return [first, *(start for start in starts if first < start <= last)][:MOST_COUNTS]


def _ended(
    book: PriceBook,
    service: Service,
    discount: EffectiveRow,
    ending: EffectiveRow,
    verb: str,
) -> Iterator[Finding]:
    day = date.fromordinal(ending.since)
    for count in _counts_to_ask(book, service, discount, ending):
        quantity = quantity_of(count, service)
        asked = (Question(quantity, each, service.name) for each in (day - timedelta(days=1), day))
        try:
            before, after = map(book.answer, asked)
        except BadInput:  # more digits than anybody may ask for
            return
        was_taken = discount.row in before.decided and discount.row not in after.decided
        if was_taken and before.price is not None and after.price is not None:
            break
    else:
        return
    runs = "though nothing else ends it"
    if discount.until < LAST_DAY:
        runs = f"though it runs through {date.fromordinal(discount.until)}"
    by = f"{cite(ending.row)}"
    if ending.charge in DISCOUNTS:
        by = f"{by} ({format_statement(ending.row)})"
    found = (
        f"{by} {verb} {format_statement(discount.row)} of {cite(discount.row)} on "
        f"{day}, {runs}: {format_quantity(quantity, service.unit)} cost "
        f"{format_money(before.price)} the day before and {format_money(after.price)} then"
    )
    to_do = "no action if intended; a 'standing discount' also applies to later prices"
    if ending.charge in DISCOUNTS:
        to_do = "no action if intended; discounts never add up, and the later one applies"
    yield warning(discount.row, "charge", found, to_do)
