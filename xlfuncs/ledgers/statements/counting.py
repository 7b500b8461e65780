"""Quantities as a contract counts them, in SQL (rule 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS

COUNTED = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS + 1}, {MOST_DECIMALS})"
"""Holds every quantity rounded up to a step."""


def counted(table: PriceTable) -> str:
    """The quantity in whole steps of its service; null where its part of a step is refused."""
    services = table.contract.services
    if table.whole and all(service.step == 1 for service in services):
        return "quantity"
    kind = "BIGINT" if table.whole else COUNTED
    cases = (
        f"WHEN {place} THEN CAST({_in_steps(service)} AS {kind})"
        for place, service in enumerate(services, start=1)
    )
    return f"CASE service {' '.join(cases)} END"


def cell(table: PriceTable, sound: str = "") -> str:
    """The number of the row of the price list that answers; null where none does.

    A line that is not `sound`, by a further condition, has none.
    """
    cases = (
        f"WHEN {place} THEN {cuts.first} + {_passed('day', map(_date, cuts.days))} "
        f"* {len(cuts.quantities)} + {_passed('counted', [f'{q:f}' for q in cuts.quantities])} "
        for place, cuts in enumerate(table.cuts, start=1)
    )
    found = f"CASE service {' '.join(cases)} END"
    asked = f"quantity >= 0 AND counted IS NOT NULL AND day IS NOT NULL{sound}"
    return f"CASE WHEN {asked} THEN {found} END"


def _date(day: date) -> str:
    return f"DATE '{day}'"


def _passed(column: str, cuts: Iterable[str]) -> str:
    """How many of the cuts a column has reached, in SQL; the first one it always has."""
    further = islice(cuts, 1, None)
    reached = [f"CASE WHEN {column} >= {cut} THEN 1 ELSE 0 END" for cut in further]
    return f"({' + '.join(reached)})" if reached else "0"


def _in_steps(service: Service) -> str:
    step = f"{service.step.normalize():f}"
    part = f"quantity % {step}"
    if service.part_units is PartUnits.DOWN:
        return f"quantity - {part}"
    if service.part_units is PartUnits.UP:
        return f"quantity - {part} + CASE WHEN {part} > 0 THEN {step} ELSE 0 END"
    if service.part_units is PartUnits.NEAREST:
        return f"quantity - {part} + CASE WHEN 2 * ({part}) >= {step} THEN {step} ELSE 0 END"
    return f"CASE WHEN {part} = 0 THEN quantity END"
