"""What the price list leaves doubtful: ties, gaps, broken sums, and more for less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.contract import Contract, Service
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.neighbours import Neighbours, in_quantity, in_time
from xlfuncs.pricing.pieces import Cause, Piece
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.pricelist import Band, PriceList
from xlfuncs.pricing.quantities import quantity_of
from xlfuncs.pricing.wording import citation, money, number, statement


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
    for piece in band.pieces:
        cause = piece.verdict.cause
        if cause is Cause.LEVEL:
            yield from _level(piece, service)
        elif cause is Cause.BETWEEN_QUANTITIES:
            neighbours = in_quantity(prices.claims, band.since, piece.first)
            yield from _gap(piece, service, neighbours, "quantity_from", "less and more have one")
        elif cause is Cause.BETWEEN_DAYS:
            neighbours = in_time(prices.claims, band.since, piece.first)
            yield from _gap(piece, service, neighbours, "effective", "they do before and after")
        elif cause is Cause.SLAB_MISSING:
            yield _broken(piece, service)
    yield from _more_for_less(band, service)


def _level(piece: Piece, service: Service) -> Iterator[Doubt]:
    one, other = (claim.row for claim in piece.verdict.decided[-2:])
    if one._replace(place=None) == other._replace(place=None):
        return  # a duplicate, and told as one
    found = (
        f"{_range(piece, service)} stand both in {one.place} ({statement(one)}) and in "
        f"{other.place} ({statement(other)}), so neither prevails"
    )
    to_do = "correct the ranges, unless the document itself says both"
    yield Doubt(Severity.WARNING, other.place.cell("quantity_from"), found, to_do)


def _gap(
    piece: Piece, service: Service, neighbours: Neighbours, field: str, though: str
) -> Iterator[Doubt]:
    before, after = neighbours
    if before and after:
        found = (
            f"{_range(piece, service)} have no price, though {though}: "
            f"{citation(before.row)} and {citation(after.row)}"
        )
        to_do = "enter the row for them, or a 'not on file' row that says why there is none"
        yield Doubt(Severity.WARNING, after.row.place.cell(field), found, to_do)


def _broken(piece: Piece, service: Service) -> Doubt:
    row = piece.verdict.decided[0].row
    missing = piece.verdict.missing
    below = _range(missing, service) if missing else "units below"
    found = f"{_range(piece, service)} add up slabs, but {below} have no slab price"
    return Doubt(Severity.WARNING, row.place.cell("charge"), found, "enter the slab below")


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
                f"{number(first)} {service.unit} cost {money(price)}, less than the "
                f"{money(dearest)} of {number(quantity)} ({citation(row)})"
            )
            where = row.place.cell("quantity_from")
            yield Doubt(Severity.NOTE, where, found, "consider buying more")
        last = quantity_of(piece.last, service) if piece.bounded else first
        dearest, quantity = max((dearest, quantity), (to_cents(line.at(last)), last))


def _range(piece: Piece, service: Service) -> str:
    first, last = quantity_of(piece.first, service), quantity_of(piece.last, service)
    unit = f" {service.unit}" if service.unit else ""
    if not piece.bounded:
        return f"{number(first)}{unit} or more"
    return f"{number(first)}{unit}" if first == last else f"{number(first)} to {number(last)}{unit}"


def _days(since: int, until: int) -> str:
    first = f" from {date.fromordinal(since)}" if since > FIRST_DAY else ""
    last = f" through {date.fromordinal(until)}" if until < LAST_DAY else ""
    return f"{first}{last}"
