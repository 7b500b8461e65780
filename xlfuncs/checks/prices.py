"""Findings in the prices themselves: gaps, conflicts, broken sums, and buying more for less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xlfuncs.checks.doubts import Doubt, Doubts
from xlfuncs.checks.findings import Finding, Severity
from xlfuncs.pricing.claims import FIRST_DAY, LAST_DAY
from xlfuncs.pricing.contract import Contract, Service, service_key
from xlfuncs.pricing.pieces import Band
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.sweep import TooManyPrices


def price_findings(contract: Contract) -> Iterator[Finding]:
    """Walks the whole price list of every service; each doubt once for each span of days."""
    book = PriceBook(contract)
    for service in contract.services:
        spans: dict[Doubt, list[tuple[int, int]]] = {}
        try:
            for band, doubt in Doubts(book.price_list(service), service).by_band():
                _extend(spans.setdefault(doubt, []), band)
        except TooManyPrices as too_many:
            yield _unseen(too_many.day, contract, service)
        for doubt, days in spans.items():
            for since, until in days:
                found = f"{doubt.found}{_days(since, until)}"
                yield Finding(doubt.severity, doubt.where, found, doubt.to_do)


def _unseen(day: int, contract: Contract, service: Service) -> Finding:
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
