"""Precedence: which rows are in force, and which of them prevails (rules 1, 2 and 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import ALL_BEFORE, DISCOUNTS, Charge, Row
from xlfuncs.pricing.money import EXACT
from xlfuncs.pricing.spans import Span

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()
UNBOUNDED = 10**24
"""Above any count of steps: quantities have at most 15 digits, steps at least 0.000001."""

TIER_CHARGES = frozenset({Charge.GRADUATED, Charge.ADDITIONAL})
REFUSALS = frozenset({Charge.WITHDRAWN, Charge.NOT_ON_FILE})

Rank = tuple[int, bool, bool, bool]

ABOVE_ALL: Rank = (-(10**9), False, False, False)
"""A rank before that of every row; numbers of documents have few digits."""


def rank(row: Row, charge: Charge) -> Rank:
    """The rank of a row with the charge it counts as: the smallest prevails, equal ones are tied.

    Rule 2, stated here alone: the latest document, then a row with a purchase window, then a
    discount before what it is taken off, then a row that prices before one that is withdrawn or not
    on file.

    >>> tier = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PACKAGE, price=Decimal(9))
    >>> window = tier._replace(purchased_through=date(2013, 12, 31))
    >>> amendment = tier._replace(document=1, charge=Charge.WITHDRAWN)
    >>> rank(amendment, Charge.WITHDRAWN) < rank(window, tier.charge) < rank(tier, tier.charge)
    True
    """
    return (
        -row.document,
        not row.has_window,
        charge not in DISCOUNTS,
        charge in REFUSALS,
    )


class EffectiveRow(NamedTuple):
    """A row in effect: the days and quantities it is for, and its rank among others.

    Days are ordinals, quantities counts of steps, both inclusive. Dates and windows are settled
    here, so that each row is a rectangle and the rest of the package needs no dates.
    """

    rank: Rank
    since: int
    until: int
    first: int
    last: int
    charge: Charge
    row: Row

    def fits(self, day: int, count: int) -> bool:
        return self.since <= day <= self.until and self.first <= count <= self.last


def by_precedence(row: EffectiveRow) -> tuple[object, ...]:
    """Best rank first; tied rows by what they cite, so that sorting a sheet changes nothing."""
    return row.rank, row.row.title, row.row.clause, row.first, row.last


# Which documents are in force (rules 1 and 8).


class DocumentsInForce:
    """What the rows of a contract say of its documents: which day it begins, and what is replaced.

    `agreed` is the agreement's date. A document that is replaced counts through the day before the
    first one in `replaced`; from the day in `doubtful` on nobody knows whether it does, because no
    document on file states from which day another one replaces it. `replacing` are the rows that
    say so, drafts among them; `without_end` has the titles of the documents whose end is not on
    file, by number; the agreement's is that of the term. `is_dated` says whether the agreement's
    date is on file.
    """

    def __init__(self, rows: Iterable[Row], known_on: date | None = None) -> None:
        self.agreed = FIRST_DAY
        self.replaced: dict[int, int] = {}
        self.doubtful: dict[int, int] = {}
        self.without_end: dict[int, str] = {}
        self.is_dated = True
        dates: list[date | None] = []
        replacing: list[Row] = []
        numbers: set[int] = set()
        for row in rows:
            numbers.add(row.document)
            if "ends" in row.not_on_file:
                self.without_end[row.document] = row.title
            if row.document == 0:
                dates.append(row.signed)
                self.is_dated = self.is_dated and "signed" not in row.not_on_file
            elif row.replaces is not None:
                replacing.append(row)
        if dates and None not in dates:
            self.agreed = min(day.toordinal() for day in dates if day)
        self.replacing = sorted(replacing, key=lambda row: -row.document)
        self._numbers = numbers
        self._find_replaced(known_on)

    def _find_replaced(self, known_on: date | None) -> None:
        """Find from which day each document is replaced, the latest documents first.

        What replaces all documents before it is carried down from number to number.
        """
        by_number: defaultdict[int, list[Row]] = defaultdict(list)
        for row in self.replacing:
            by_number[row.document].append(row)
        all_replaced = all_doubtful = LAST_DAY + 1
        for number in sorted({*self._numbers, *by_number}, reverse=True):
            for days, since in ((self.replaced, all_replaced), (self.doubtful, all_doubtful)):
                if min(days.get(number, since), since) <= LAST_DAY:
                    days[number] = min(days.get(number, since), since)
            for row in by_number.get(number, ()):
                begins = in_force_from(row, self.agreed)
                is_known = begins is not None and not is_signed_later(row, known_on)
                if (
                    begins is None
                    or not is_known
                    or self.replaced.get(number, begins + 1) <= begins
                ):
                    continue
                in_doubt = self.doubtful.get(number, begins + 1) <= begins
                in_doubt = in_doubt or is_undated(row, known_on)
                if row.replaces == ALL_BEFORE and in_doubt:
                    all_doubtful = min(all_doubtful, begins)
                elif row.replaces == ALL_BEFORE:
                    all_replaced = min(all_replaced, begins)
                elif isinstance(row.replaces, int):
                    days = self.doubtful if in_doubt else self.replaced
                    days[row.replaces] = min(days.get(row.replaces, begins), begins)

    @property
    def agreement_date(self) -> date | None:
        """The agreement's date, None where it is not on file."""
        return None if self.agreed == FIRST_DAY else date.fromordinal(self.agreed)

    def say_the_same(self, others: DocumentsInForce) -> bool:
        """Whether other documents are in force on the same days, as far as days are on file."""
        mine, theirs = (
            (each.agreed, each.replaced, each.doubtful, each.without_end, each.is_dated)
            for each in (self, others)
        )
        return mine == theirs

    def replaced_by(self, row: Row) -> list[int]:
        """The numbers of the documents that a row says its own one replaces."""
        everything = row.replaces == ALL_BEFORE
        return [
            number
            for number in self._numbers
            if number == row.replaces or (everything and number < row.document)
        ]


ALONE = DocumentsInForce(())
"""The documents of a row about which no other row says anything."""


def rank_rows(
    rows: Iterable[Row],
    step: Decimal,
    known_on: date | None = None,
    documents: DocumentsInForce = ALONE,
) -> list[EffectiveRow]:
    """The effective rows of one service, best rank first; rows that never count are left out.

    `known_on`: as the documents signed by that day would have answered.
    """
    found = (each for row in rows for each in make_effective(row, step, known_on, documents))
    return sorted(found, key=by_precedence)


def make_effective(
    row: Row,
    step: Decimal,
    known_on: date | None = None,
    documents: DocumentsInForce = ALONE,
) -> list[EffectiveRow]:
    """The row in effect: none where it counts on no day, two where it comes into doubt.

    >>> row = Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.PER_UNIT,
    ...           unit_price=Decimal("2.75"), signed=date(2013, 12, 1))
    >>> [each.charge.value for each in make_effective(row, Decimal(1))]  # effective from no day
    ['not on file']
    >>> make_effective(row._replace(signed=None), Decimal(1))  # neither: a draft
    []
    >>> make_effective(row, Decimal(1), known_on=date(2013, 11, 30))  # not yet signed
    []
    """
    starts = in_force_from(row, documents.agreed)
    if starts is None or is_signed_later(row, known_on):
        return []
    since = max(starts, _ordinal(row.purchased_from, FIRST_DAY))
    until = min(_ordinal(row.ends, LAST_DAY), _ordinal(row.purchased_through, LAST_DAY))
    if documents.replaced:
        until = min(until, documents.replaced.get(row.document, LAST_DAY + 1) - 1)
    if since > until:
        return []
    charge = charge_of(row, known_on)
    first, last = count_range(row, step)
    effective = EffectiveRow(rank(row, charge), since, until, first, last, charge, row)
    doubtful_from = documents.doubtful.get(row.document) if documents.doubtful else None
    if doubtful_from is None or doubtful_from > until or charge is Charge.NOT_ON_FILE:
        return [effective]
    doubtful = effective._replace(
        since=max(since, doubtful_from),
        charge=Charge.NOT_ON_FILE,
        rank=rank(row, Charge.NOT_ON_FILE),
    )
    if doubtful_from <= since:
        return [doubtful]
    return [effective._replace(until=doubtful_from - 1), doubtful]


def charge_of(row: Row, known_on: date | None = None) -> Charge:
    """The charge a row counts as: `not on file` where a figure or a date that it needs is missing.

    Rules 1, 3 and 8.
    """
    is_missing = bool(row.missing_figures) or is_undated(row, known_on)
    return Charge.NOT_ON_FILE if is_missing else row.charge


def is_undated(row: Row, known_on: date | None = None) -> bool:
    """Whether a day that the row needs is not on file: from which it counts, or was known."""
    if known_on is not None and row.signed is None:
        return True
    if row.document == 0:
        return "effective" in row.not_on_file
    return row.effective is None


def is_signed_later(row: Row, known_on: date | None) -> bool:
    """Whether the row was signed after the day on which it would have to be known."""
    return known_on is not None and row.signed is not None and row.signed > known_on


def is_draft(row: Row) -> bool:
    """Whether the row's document is neither signed nor effective, as far as anything says."""
    return in_force_from(row) is None


def in_force_from(row: Row, agreed: int = FIRST_DAY) -> int | None:
    """The first day on which the row is in force, None where there is none (rule 1).

    An executed document of which no day is on file counts from the agreement's date on.

    >>> row = Row(1, "Amendment 1", "IPs", Decimal(1), None, Charge.WITHDRAWN)
    >>> in_force_from(row), in_force_from(row._replace(not_on_file=("signed",)), agreed=735000)
    (None, 735000)
    """
    if row.effective is not None:
        return row.effective.toordinal()
    if row.document == 0:
        return _ordinal(row.signed, FIRST_DAY)
    if row.signed is not None:
        return row.signed.toordinal()
    return agreed if {"signed", "effective"} & set(row.not_on_file) else None


def count_range(row: Row, step: Decimal) -> Span:
    """The row's quantities in steps."""
    first = int(EXACT.divide(row.quantity_from, step))
    return first, UNBOUNDED if row.quantity_to is None else int(EXACT.divide(row.quantity_to, step))


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()
