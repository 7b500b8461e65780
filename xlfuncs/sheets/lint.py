"""Check a contract for what is wrong or doubtful, in its rows and in its prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.pricing.contract import Charge, Contract, Row, Service, quantity_of, service_key
from xlfuncs.pricing.money import to_cents
from xlfuncs.pricing.precedence import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.price_list import PriceList
from xlfuncs.pricing.segments import Band, Cause, Piece
from xlfuncs.pricing.sweep import TooManyPrices
from xlfuncs.pricing.wording import citation, counted, money, number, span, statement
from xlfuncs.sheets.findings import (
    Finding,
    Severity,
    document_findings,
    row_findings,
    said_by,
    service_findings,
    text_findings,
)
from xlfuncs.sheets.parsers import Problem
from xlfuncs.sheets.reader import Reading

# Doubts in the price list of a service, period by period.


class Doubt(NamedTuple):
    """A finding without its days; the same one on neighbouring days is one finding."""

    severity: Severity
    where: str
    found: str
    to_do: str


class Doubts:
    """The doubts in the price list of a service.

    Most segments of a period go on in the next, so the doubts of each are kept by its identity.
    """

    def __init__(self, prices: PriceList, service: Service) -> None:
        self._prices = prices
        self._service = service
        self._of_pieces: dict[int, tuple[Piece, Piece | None, list[Doubt]]] = {}
        self._costs: dict[int, tuple[Piece, Costs | None]] = {}
        self._cheaper: dict[tuple[int, Decimal, Decimal], Doubt] = {}

    def by_band(self) -> Iterator[tuple[Band, Doubt]]:
        """Each doubt with the period that has it, the earliest first.

        Raises TooManyPrices.
        """
        for band in self._prices.bands():
            for piece, above in zip(band.pieces, _decided_above(band.pieces)):
                known = self._of_pieces.get(id(piece))
                if known is None or known[1] is not above:
                    known = piece, above, list(self._doubts(band, piece, above))
                    self._of_pieces[id(piece)] = known
                for doubt in known[2]:
                    yield band, doubt
            for doubt in self._more_for_less(band):
                yield band, doubt

    def _doubts(self, band: Band, piece: Piece, above: Piece | None) -> Iterator[Doubt]:
        cause, service = piece.verdict.cause, self._service
        if cause is Cause.LEVEL:
            yield from _level(piece, service)
        elif cause is Cause.BETWEEN_QUANTITIES and above is not None:
            row = above.verdict.decided[0].row
            yield _gap(piece, service, row, "quantity_from", LESS_AND_MORE)
        elif cause is Cause.BETWEEN_DAYS:
            _, later = self._prices.in_time(band.since, piece.first)
            if later:
                yield _gap(piece, service, later.row, "effective", "they do before and after")
        elif piece.verdict.missing:
            yield _broken(piece, piece.verdict.missing, service)
        elif cause is Cause.OUTSIDE and piece.verdict.decided:
            yield _nothing_to_discount(piece, service)

    def _more_for_less(self, band: Band) -> Iterator[Doubt]:
        dearest = Decimal(0), Decimal(0)
        for piece in band.pieces:
            known = self._costs.get(id(piece))
            if known is None:
                known = self._costs[id(piece)] = piece, costs_of(piece, self._service)
            costs = known[1]
            if costs is not None:
                if costs.price < dearest[0]:
                    yield self._cheaper_than(piece, costs, *dearest)
                dearest = max(dearest, costs.dearest)

    def _cheaper_than(
        self, piece: Piece, costs: Costs, dearest: Decimal, quantity: Decimal
    ) -> Doubt:
        key = id(piece), dearest, quantity
        if key not in self._cheaper:
            row = piece.verdict.decided[0].row
            found = (
                f"{counted(costs.first, self._service.unit)} cost {money(costs.price)}, less than "
                f"the {money(dearest)} of {number(quantity)} ({citation(row)})"
            )
            where = row.place.cell("quantity_from")
            self._cheaper[key] = Doubt(Severity.NOTE, where, found, "consider buying more")
        return self._cheaper[key]


def _decided_above(pieces: Sequence[Piece]) -> list[Piece | None]:
    """For each segment the first one from it upwards that a row decides."""
    above: Piece | None = None
    found: list[Piece | None] = []
    for piece in reversed(pieces):
        if piece.verdict.decided:
            above = piece
        found.append(above)
    return found[::-1]


class Costs(NamedTuple):
    """The first quantity of a segment and its price, and the last: `dearest` is price, quantity."""

    first: Decimal
    price: Decimal
    dearest: tuple[Decimal, Decimal]


def costs_of(piece: Piece, service: Service) -> Costs | None:
    """The costs of a segment, None where it has no price; without an end, the first is the last."""
    line = piece.verdict.line
    if line is None:
        return None
    first = quantity_of(piece.first, service)
    last = quantity_of(piece.last, service) if piece.bounded else first
    return Costs(first, to_cents(line.at(first)), (to_cents(line.at(last)), last))


LESS_AND_MORE = "less and more do"


def _level(piece: Piece, service: Service) -> Iterator[Doubt]:
    """Two of the tied rows, unless all are duplicates, which are findings of their own."""
    level = {said_by(claim.row): claim.row for claim in piece.verdict.decided}
    *_, one, other = [None, *level.values()]
    if one is None or other is None:
        return
    found = (
        f"{_range(piece, service)} stand both in {one.place} ({statement(one)}) and in "
        f"{other.place} ({statement(other)}), so neither prevails"
    )
    to_do = "correct the ranges, unless the document itself says both"
    yield Doubt(Severity.WARNING, other.place.cell("quantity_from"), found, to_do)


def _gap(piece: Piece, service: Service, after: Row, field: str, though: str) -> Doubt:
    found = f"{_range(piece, service)} stand in no row, though {though} ({citation(after)})"
    to_do = "enter the row for them, or a 'not on file' row that says why there is none"
    return Doubt(Severity.WARNING, after.place.cell(field), found, to_do)


def _broken(piece: Piece, missing: Piece, service: Service) -> Doubt:
    decided = piece.verdict.decided
    row = next(claim.row for claim in decided if claim.charge is Charge.GRADUATED)
    below = _range(missing, service)
    found = f"{_range(piece, service)} add up slabs, but {below} have no slab price"
    to_do = "see which rows the units below stand in"
    return Doubt(Severity.WARNING, row.place.cell("charge"), found, to_do)


def _nothing_to_discount(piece: Piece, service: Service) -> Doubt:
    row = piece.verdict.decided[0].row
    found = (
        f"{_range(piece, service)} have a discount by {citation(row)}, and no price to take it off"
    )
    to_do = "correct the range of the discount, or enter the price"
    return Doubt(Severity.WARNING, row.place.cell("quantity_from"), found, to_do)


def _range(piece: Piece, service: Service) -> str:
    last = quantity_of(piece.last, service) if piece.bounded else None
    return span(quantity_of(piece.first, service), last, service.unit)


# Findings of a contract.


def price_findings(contract: Contract) -> Iterator[Finding]:
    """Gaps, ties, broken sums, and more for less, in every service's whole price list."""
    book = PriceBook(contract)
    for service in contract.services:
        spans: dict[Doubt, list[tuple[int, int]]] = {}
        try:
            for band, doubt in Doubts(book.price_list(service), service).by_band():
                _extend(spans.setdefault(doubt, []), band)
        except TooManyPrices as too_many:
            yield _unchecked(too_many.day, contract, service)
        for doubt, days in spans.items():
            for since, until in days:
                found = f"{doubt.found}{_days(since, until)}"
                yield Finding(doubt.severity, doubt.where, found, doubt.to_do)


def _unchecked(day: int, contract: Contract, service: Service) -> Finding:
    row = next(row for row in contract.rows if service_key(row.service) == service.key)
    found = f"the prices of {service.name!r}{_days(day, LAST_DAY)} are too many to check"
    to_do = "see whether days and quantities are entered as the documents have them"
    return Finding(Severity.WARNING, row.place.cell("quantity_from"), found, to_do)


def _extend(days: list[tuple[int, int]], band: Band) -> None:
    if days and days[-1][1] + 1 == band.since:
        days[-1] = (days[-1][0], band.until)
    else:
        days.append((band.since, band.until))


def _days(since: int, until: int) -> str:
    first = f" from {date.fromordinal(since)}" if since > FIRST_DAY else ""
    last = f" through {date.fromordinal(until)}" if until < LAST_DAY else ""
    return f"{first}{last}"


def check(reading: Reading) -> list[Finding]:
    """All findings, the most severe first; of sheets that cannot be read, their problems."""
    contract = reading.contract
    if contract is None:
        found = [_finding_of(problem) for problem in reading.problems]
    else:
        found = [
            *row_findings(contract),
            *document_findings(contract),
            *service_findings(contract),
            *price_findings(contract),
            *text_findings(reading, contract),
        ]
        for where, question in zip(reading.question_cells, contract.open_questions):
            found.append(Finding(Severity.NOTE, where, f"open question: {question}", "ask"))
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _finding_of(problem: Problem) -> Finding:
    found, _, expected = problem.text.partition("; expected ")
    to_do = f"expected: {expected}" if expected else "correct"
    return Finding(Severity.ERROR, problem.where, found, to_do)
