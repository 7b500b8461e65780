"""What the price list leaves doubtful: ties, gaps, broken sums, and more for less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.checks.documents import said_by
from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.pieces import Band, Cause, Piece
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.pricelist import PriceList
from xlfuncs.pricing.quantities import quantity_of
from xlfuncs.pricing.wording import citation, counted, money, number, span, statement


class Doubt(NamedTuple):
    """A finding without its days; alike on neighbouring days it is told once."""

    severity: Severity
    where: str
    found: str
    to_do: str


def price_findings(contract: Contract) -> Iterator[Finding]:
    """Walks the whole price list of every service; each doubt once for each span of days."""
    book = PriceBook(contract)
    for service in contract.services:
        spans: dict[Doubt, list[tuple[int, int]]] = {}
        prices = book.price_list(service)
        for day in prices.days:
            band = prices.band_on(day)
            for doubt in _doubts(prices, band, service):
                _extend(spans.setdefault(doubt, []), band)
        for doubt, days in spans.items():
            for since, until in days:
                found = f"{doubt.found}{_days(since, until)}"
                yield Finding(doubt.severity, doubt.where, found, doubt.to_do)


def _extend(days: list[tuple[int, int]], band: Band) -> None:
    if days and days[-1][1] + 1 == band.since:
        days[-1] = (days[-1][0], band.until)
    else:
        days.append((band.since, band.until))


def _doubts(prices: PriceList, band: Band, service: Service) -> Iterator[Doubt]:
    for position, piece in enumerate(band.pieces):
        cause = piece.verdict.cause
        if cause is Cause.LEVEL:
            yield from _level(piece, service)
        elif cause is Cause.BETWEEN_QUANTITIES:
            above = next(each for each in band.pieces[position:] if each.verdict.decided)
            yield _gap(piece, service, above.verdict.decided[0].row, "quantity_from", LESS_AND_MORE)
        elif cause is Cause.BETWEEN_DAYS:
            _, later = prices.in_time(band.since, piece.first)
            if later:
                yield _gap(piece, service, later.row, "effective", "they do before and after")
        elif piece.verdict.missing:
            yield _broken(piece, piece.verdict.missing, service)
        elif cause is Cause.OUTSIDE and piece.verdict.decided:
            yield _nothing_to_discount(piece, service)
    yield from _more_for_less(band, service)


LESS_AND_MORE = "less and more do"


def _level(piece: Piece, service: Service) -> Iterator[Doubt]:
    """Two of the level rows; a duplicate is told as one, and not again."""
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


def _more_for_less(band: Band, service: Service) -> Iterator[Doubt]:
    dearest, quantity = Decimal(0), Decimal(0)
    for piece in band.pieces:
        line = piece.verdict.line
        if line is None:
            continue
        first = quantity_of(piece.first, service)
        price = to_cents(line.at(first))
        if price < dearest:
            row = piece.verdict.decided[0].row
            found = (
                f"{counted(first, service.unit)} cost {money(price)}, less than the "
                f"{money(dearest)} of {number(quantity)} ({citation(row)})"
            )
            where = row.place.cell("quantity_from")
            yield Doubt(Severity.NOTE, where, found, "consider buying more")
        last = quantity_of(piece.last, service) if piece.bounded else first
        dearest, quantity = max((dearest, quantity), (to_cents(line.at(last)), last))


def _range(piece: Piece, service: Service) -> str:
    last = quantity_of(piece.last, service) if piece.bounded else None
    return span(quantity_of(piece.first, service), last, service.unit)


def _days(since: int, until: int) -> str:
    first = f" from {date.fromordinal(since)}" if since > FIRST_DAY else ""
    last = f" through {date.fromordinal(until)}" if until < LAST_DAY else ""
    return f"{first}{last}"
