"""Lines of a ledger that are not looked up, in SQL: when, and what is said."""

from __future__ import annotations

from typing import NamedTuple

from xlfuncs.ledgers.ledger import Ledger
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.statements import reading
from xlfuncs.ledgers.statements.questions import shown
from xlfuncs.ledgers.statements.reading import literal
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.pieces import Cause
from xlfuncs.pricing.quantities import multiple
from xlfuncs.pricing.wording import number


class Refusal(NamedTuple):
    """When a line is not looked up, and in what words."""

    when: str
    kind: Kind
    cause: str
    words: str


def refusals(ledger: Ledger, table: PriceTable) -> list[Refusal]:
    """Why a line is not looked up, in the order in which it is said."""
    services = table.contract.services
    offered = " or ".join(repr(each.name) for each in services)
    known = " and ".join(repr(each.name) for each in services)
    end = f"; as known on {table.known_on}." if table.known_on else "."
    quantity = ledger.text(ledger.columns.quantity)
    found = f"'quantity is ' || {shown(quantity)} || "
    bad = Kind.BAD_INPUT
    broken = Refusal("broken IS NOT NULL", bad, "the line is broken", "broken")
    refused = [
        Refusal("unmeasured IS NOT NULL", bad, "the quantity cannot be read", "unmeasured"),
        Refusal("undated IS NOT NULL", bad, "the day cannot be read", "undated"),
        Refusal(
            "service IS NULL",
            bad,
            "no service is given",
            literal(f"no service is given; expected {offered}"),
        ),
        Refusal(
            "service = 0",
            *Cause.UNKNOWN_SERVICE.value,
            literal(f"the contract has no such service; its services are {known}{end}"),
        ),
        Refusal(
            f"quantity < 0 OR (quantity IS NULL AND {reading.text(quantity)} LIKE '-%')",
            bad,
            "the quantity is negative",
            f"{found}'; expected 0 or more'",
        ),
    ]
    refused += [_of_part(each, place, found, end) for place, each in enumerate(services, start=1)]
    return [broken, *refused] if ledger.inspected else refused


def _of_part(service: Service, place: int, found: str, end: str) -> Refusal:
    """The refusal of part of a step, where the contract does not say how to count it."""
    when = f"counted IS NULL AND service = {place}"
    if service.part_units is PartUnits.NOT_SAID:
        words = (
            f"these units are no whole number of steps of {number(service.step)}, and the "
            f"contract does not say how part units count{end}"
        )
        return Refusal(when, *Cause.PART_UNITS.value, literal(words))
    words = f"{found}{literal(f'; expected {multiple(service)}')}"
    return Refusal(when, Kind.BAD_INPUT, "the quantity is part of a unit", words)
