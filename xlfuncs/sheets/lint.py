"""Check a contract for what is wrong or doubtful, in its rows and in its prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xlfuncs.pricing.contract import Charge, Contract, Row, Service, quantity_of
from xlfuncs.pricing.counting import list_bought_before
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.money import CENT, to_cents
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.outcomes import BadInput, Cause
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY, EffectiveRow
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.price_list import Period, PriceList
from xlfuncs.pricing.segments import Segment
from xlfuncs.pricing.sweep import TooManyPrices
from xlfuncs.pricing.wording import (
    cite,
    format_money,
    format_quantity,
    format_range,
    format_statement,
)
from xlfuncs.sheets.counting_checks import check_counting
from xlfuncs.sheets.document_checks import check_discounts, check_documents, stated_by
from xlfuncs.sheets.parsers import Problem, Reading
from xlfuncs.sheets.row_checks import (
    Example,
    Finding,
    Kind,
    Severity,
    check_rows,
    check_services,
    check_texts,
    check_totals,
    warning,
)
from xlfuncs.sheets.schema import KeyPlace

# Doubts in the price list of a service, period by period.


@dataclass(frozen=True)
class Known:
    """The doubts of a segment, and the segment above it to which they refer."""

    segment: Segment
    above: Segment | None
    doubts: list[Finding]


class Doubts:
    """The doubts in the price list of a service, as findings that do not name their days yet.

    Most segments of a period go on in the next, so the doubts of each are kept by its identity.
    A boundary between two rows at which the price falls is one doubt; `varying` are those that have
    other amounts on other days.
    """

    def __init__(self, prices: PriceList, service: Service) -> None:
        self._prices = prices
        self._service = service
        self._known: dict[int, Known] = {}
        self._places = {id(row): number for number, row in enumerate(prices.rows)}
        self.varying: set[Finding] = set()
        self._boundaries: dict[tuple[str, str], Finding] = {}
        self._falls: dict[tuple[int, int], tuple[Segment, Segment, Finding | None]] = {}

    def by_period(self) -> Iterator[tuple[Period, Finding]]:
        """Each doubt with the period that has it, the earliest first.

        Raises TooManyPrices.
        """
        for period in self._prices.periods():
            for segment, above in zip(period.segments, _decided_above(period.segments)):
                known = self._known.get(id(segment))
                if known is None or known.above is not above:
                    known = Known(segment, above, list(self._doubts(period, segment, above)))
                    self._known[id(segment)] = known
                for doubt in known.doubts:
                    yield period, doubt
            for doubt in self._more_for_less(period):
                yield period, doubt

    def _doubts(self, period: Period, segment: Segment, above: Segment | None) -> Iterator[Finding]:
        cause, service = segment.verdict.cause, self._service
        if cause is Cause.TIED:
            found = self._tie(segment)
        elif cause is Cause.BETWEEN_QUANTITIES and above is not None:
            found = self._gap_in_quantity(segment, above)
        elif cause is Cause.BETWEEN_DAYS:
            found = self._gap_in_days(segment, period)
        elif segment.verdict.missing:
            found = _broken(segment, segment.verdict.missing, service)
        elif cause is Cause.NOTHING_TO_DISCOUNT:
            found = _nothing_to_discount(segment, service)
        else:
            return
        if found is not None:
            since = date.fromordinal(period.since) if period.since > FIRST_DAY else None
            yield replace(found, example=Example(quantity_of(segment.first, service), since))

    def _tie(self, segment: Segment) -> Finding | None:
        """The first two tied rows, unless all are duplicates or not on file: other findings."""
        rank = segment.verdict.decided[-1].rank  # before them may be a discount
        rows = [each for each in segment.verdict.decided if each.rank == rank]
        tied: dict[object, Row] = {}
        for row in self._in_order(rows):
            tied.setdefault(stated_by(row), row)
        unknown = all(each.charge is Charge.NOT_ON_FILE for each in rows)
        return None if unknown or len(tied) == 1 else _tie(segment, self._service, *tied.values())

    def _gap_in_quantity(self, segment: Segment, above: Segment) -> Finding:
        row = self._in_order(above.verdict.decided)[0]
        return _gap(segment, self._service, row, IN_QUANTITY)

    def _gap_in_days(self, segment: Segment, period: Period) -> Finding | None:
        """The gap at the first of the rows that come next, whose rank is one."""
        _, later = self._prices.in_time(period.since, segment.first)
        if later is None:
            return None
        rows = [
            each
            for each in self._prices.effective_rows
            if (each.since, each.rank) == (later.since, later.rank)
            and each.fits(later.since, segment.first)
        ]
        return _gap(segment, self._service, self._in_order(rows)[0], IN_DAYS)

    def _in_order(self, effective: Iterable[EffectiveRow]) -> list[Row]:
        """Rows in the order in which they are entered."""
        rows = (each.row for each in effective)
        return sorted(rows, key=lambda row: self._places[id(row)])

    def _more_for_less(self, period: Period) -> Iterator[Finding]:
        """The boundaries at which the price falls: there more units cost less."""
        priced = [each for each in period.segments if each.verdict.price_function]
        for index, (below, above) in enumerate(zip(priced, priced[1:]), 1):
            key = id(below), id(above)
            if key not in self._falls:
                self._falls[key] = below, above, self._fall(priced[:index], above)
            *_, fall = self._falls[key]
            if fall is not None:
                row = below.verdict.decided[0].row
                boundary = row.place.cell("quantity_to"), fall.where
                first = self._boundaries.setdefault(boundary, fall)
                if first == fall:
                    yield fall
                else:
                    self.varying.add(first)

    def _fall(self, below: Sequence[Segment], above: Segment) -> Finding | None:
        service, unit = self._service, self._service.unit
        cost = _cost(above, above.first, service)
        if cost >= _cost(below[-1], below[-1].last, service):
            return None
        first = above.first
        for segment in reversed(below):
            if _cost(segment, segment.last, service) <= cost:
                break
            line = segment.verdict.price_function
            dearer = line and line.count_reaching(cost + CENT / 2, service.step)
            first = max(segment.first, dearer or 0)
            if first > segment.first:
                break
        row = above.verdict.decided[0].row
        dear = format_range(quantity_of(first, service), quantity_of(below[-1].last, service), unit)
        quantity = format_quantity(quantity_of(above.first, service), unit)
        found = f"{dear} cost more than {quantity}, which cost {format_money(cost)} ({cite(row)})"
        where = row.place.cell("quantity_from")
        return Finding(Severity.NOTE, where, found, "consider buying the larger quantity")


def _cost(segment: Segment, count: int, service: Service) -> Decimal:
    """The price of a count in a segment that has one."""
    line = segment.verdict.price_function
    return to_cents(line.at(quantity_of(count, service))) if line else Decimal(0)


def _decided_above(segments: Sequence[Segment]) -> list[Segment | None]:
    """For each segment the first one from it upwards that a row decides."""
    above: Segment | None = None
    found: list[Segment | None] = []
    for segment in reversed(segments):
        if segment.verdict.decided:
            above = segment
        found.append(above)
    return found[::-1]


@dataclass(frozen=True)
class Silence:
    """In what rows leave a gap: the field at which the row after it begins, and what speaks up."""

    kind: Kind
    field: str
    though: str


IN_QUANTITY = Silence(Kind.GAP_IN_QUANTITY, "quantity_from", "less and more are")
IN_DAYS = Silence(Kind.GAP_IN_DAYS, "effective", "they are before and after")


def _tie(segment: Segment, service: Service, one: Row, other: Row, *_: Row) -> Finding:
    found = (
        f"{_range(segment, service)} are in both {one.place} ({format_statement(one)}) and in "
        f"{other.place} ({format_statement(other)}), so neither prevails"
    )
    to_do = "correct the ranges, unless the document itself states both"
    return replace(warning(other, "quantity_from", found, to_do, Kind.TIE), other=one)


def _gap(segment: Segment, service: Service, after: Row, silence: Silence) -> Finding:
    found = f"{_range(segment, service)} are in no row, though {silence.though} ({cite(after)})"
    to_do = "add the missing row, or a 'not on file' row that says why there is none"
    return warning(after, silence.field, found, to_do, silence.kind)


def _broken(segment: Segment, missing: Segment, service: Service) -> Finding:
    decided = segment.verdict.decided
    row = next(each.row for each in decided if each.charge is Charge.GRADUATED)
    below = _range(missing, service)
    found = f"{_range(segment, service)} add up tiers, but {below} have no tier price"
    to_do = "check which rows cover the lower quantities"
    return warning(row, "charge", found, to_do, Kind.BROKEN_SUM)


def _nothing_to_discount(segment: Segment, service: Service) -> Finding:
    row = segment.verdict.decided[0].row
    discount = f"a discount by {cite(row)}"
    found = f"{_range(segment, service)} have {discount}, and no price to take it off"
    to_do = "correct the discount's range, or enter the price"
    return warning(row, "quantity_from", found, to_do, Kind.NOTHING_TO_DISCOUNT)


def _range(segment: Segment, service: Service) -> str:
    last = quantity_of(segment.last, service) if segment.is_bounded else None
    return format_range(quantity_of(segment.first, service), last, service.unit)


# Findings of a contract.


def check_prices(contract: Contract) -> Iterator[Finding]:
    """Gaps, ties, broken sums, and more for less, in every service's whole price list."""
    book = PriceBook(contract)
    for service in contract.services:
        spans: dict[Finding, list[tuple[int, int]]] = {}
        doubts = Doubts(book.price_list(service), service)
        try:
            for period, doubt in doubts.by_period():
                _extend(spans.setdefault(doubt, []), period)
        except TooManyPrices as too_many:
            yield _unchecked(too_many.day, contract, service)
        for doubt, days in spans.items():
            others = "; other amounts apply on other dates" if doubt in doubts.varying else ""
            for since, until in days[:1] if others else days:
                yield replace(doubt, found=f"{doubt.found}{_days(since, until)}{others}")


def _unchecked(day: int, contract: Contract, service: Service) -> Finding:
    row = next(row for row in contract.rows if name_key(row.service) == service.key)
    found = f"the prices of {service.name!r}{_days(day, LAST_DAY)} are too many to check"
    to_do = "see whether days and quantities are entered as the documents have them"
    return Finding(Severity.WARNING, row.place.cell("quantity_from"), found, to_do)


def _extend(days: list[tuple[int, int]], period: Period) -> None:
    if days and days[-1][1] + 1 == period.since:
        days[-1] = (days[-1][0], period.until)
    else:
        days.append((period.since, period.until))


def _days(since: int, until: int) -> str:
    first = f" from {date.fromordinal(since)}" if since > FIRST_DAY else ""
    last = f" through {date.fromordinal(until)}" if until < LAST_DAY else ""
    return f"{first}{last}"


MOST_PURCHASES = 1_000
"""Purchases that are asked for."""


def check_purchases(
    contract: Contract, cells: Sequence[Mapping[str, str]] = ()
) -> Iterator[Finding]:
    """The purchases that have no price, and why; `cells` are those of each purchase by field."""
    book = PriceBook(contract)
    bought_before = list_bought_before(contract)
    for number, purchase in enumerate(contract.purchases[:MOST_PURCHASES], 1):
        place = cells[number - 1] if cells else KeyPlace(f"purchases[{number}]", {})
        where = place.cell("quantity") if isinstance(place, KeyPlace) else place["quantity"]
        service, before = purchase.service or None, bought_before[number - 1]
        question = Question(purchase.quantity, purchase.purchased, service, before=before)
        try:
            answer = book.answer(question)
        except BadInput as refusal:
            yield Finding(Severity.WARNING, where, f"{refusal}", "correct the purchase")
            continue
        if answer.price is None:
            yield Finding(Severity.NOTE, where, explain(answer), "see what the documents say")


def check(
    reading: Reading,
    purchase_cells: Sequence[Mapping[str, str]] = (),
    unread: Iterable[Problem] = (),
) -> list[Finding]:
    """All findings, the most severe first; of sheets that cannot be read, their problems.

    `purchase_cells` are those of each purchase by field, where the contract is in a workbook, and
    `unread` are the problems of the sheet Purchases, which leave the contract's prices as they are.
    """
    contract = reading.contract
    if contract is None:
        found = [_finding_of(problem) for problem in reading.problems]
    else:
        found = [
            *check_rows(contract),
            *check_totals(contract),
            *check_documents(contract),
            *check_services(contract),
            *check_counting(contract),
            *check_discounts(contract),
            *check_prices(contract),
            *check_purchases(contract, purchase_cells),
            *(replace(_finding_of(each), severity=Severity.WARNING) for each in unread),
            *check_texts(reading, contract),
        ]
        for where, question in zip(reading.question_cells, contract.open_questions):
            found.append(
                Finding(Severity.NOTE, where, f"open question: {question}", "ask the other party")
            )
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _finding_of(problem: Problem) -> Finding:
    found, _, expected = problem.text.partition("; expected ")
    to_do = f"expected: {expected}" if expected else "correct"
    return Finding(Severity.ERROR, problem.where, found, to_do)
