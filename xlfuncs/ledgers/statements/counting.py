"""Quantities as a contract counts them, in SQL (rule 6)."""

from __future__ import annotations

from datetime import date
from itertools import count

from xlfuncs.ledgers.price_list import PriceTable, Search
from xlfuncs.ledgers.search import DAYS, Part
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS, quantity_of

COUNTED = f"DECIMAL({MOST_DIGITS + MOST_DECIMALS + 1}, {MOST_DECIMALS})"
"""Holds every quantity rounded up to a step."""


def kind_of_counted(table: PriceTable) -> str:
    """The type of quantities in whole steps."""
    return "BIGINT" if table.whole else COUNTED


def counted(table: PriceTable) -> str:
    """The quantity in whole steps of its service; null where its part of a step is refused."""
    services = table.contract.services
    if table.whole and all(service.step == 1 for service in services):
        return "quantity"
    kind = kind_of_counted(table)
    cases = (
        f"WHEN {place} THEN CAST({_in_steps(service)} AS {kind})"
        for place, service in enumerate(services, start=1)
    )
    return f"CASE service {' '.join(cases)} END"


def part(table: PriceTable, sound: str = "") -> str:
    """The number of the part of the price list that answers; null where none does.

    A line that is not `sound`, by a further condition, has none.
    """
    cases = (
        f"WHEN {place} THEN {_searched(search)}"
        for place, search in enumerate(table.searches, start=1)
    )
    found = f"CASE service {' '.join(cases)} END"
    asked = f"quantity >= 0 AND counted IS NOT NULL AND day IS NOT NULL{sound}"
    return f"CASE WHEN {asked} THEN {found} END"


def _searched(search: Search) -> str:
    """The number of the part to which a day and a quantity lead, in SQL."""
    numbers = count(search.first)

    def searched(part: Part) -> str:
        if part.half is None:
            return str(next(numbers))
        axis, cut, below, above = part.half
        reached = f"counted < {quantity_of(cut, search.service):f}"
        if axis == DAYS:
            reached = f"day < DATE '{date.fromordinal(cut)}'"
        return f"CASE WHEN {reached} THEN {searched(below)} ELSE {searched(above)} END"

    return searched(search.root)


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
