"""Findings in how quantities add up: what is left open, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.pricing.contract import DISCOUNTS, Charge, Contract, Counted, Row, Service
from xlfuncs.pricing.names import name_key
from xlfuncs.pricing.precedence import REFUSALS, DocumentsInForce
from xlfuncs.pricing.wording import format_quantity
from xlfuncs.sheets.row_checks import Finding, note, warning

FOR_FURTHER = frozenset({Charge.GRADUATED, Charge.PER_UNIT})
"""The charges that say what a further purchase costs."""


def check_counting(contract: Contract) -> Iterator[Finding]:
    """What is doubtful in how the quantities of each service add up."""
    rows: dict[str, list[Row]] = {service.key: [] for service in contract.services}
    for row in contract.rows:
        rows[name_key(row.service)].append(row)
    is_dated = DocumentsInForce(contract.rows).agreement_date is not None
    for service in contract.services:
        yield from _check_limit(service, rows[service.key])
        yield from _check_period(service, rows[service.key], is_dated)


def _check_limit(service: Service, rows: list[Row]) -> Iterator[Finding]:
    """A limit below everything that a row prices."""
    least = min((row.quantity_from for row in rows if _is_price(row)), default=None)
    if service.limit is not None and least is not None and service.limit < least:
        limit, smallest = (format_quantity(each, service.unit) for each in (service.limit, least))
        found = (
            f"the limit of {service.name!r}, {limit}, is below the smallest quantity that any row "
            f"prices, {smallest}, so nothing has a price"
        )
        yield warning(rows[0], "limit", found, "correct the limit, or the ranges of the rows")


def _check_period(service: Service, rows: list[Row], is_dated: bool) -> Iterator[Finding]:
    """A period that cannot be found, or in which a second purchase has no price."""
    adding_up = f"purchases of {service.name!r} add up by {service.counted.value}"
    if service.counted is Counted.NOT_SAID:
        found = f"the contract does not say how purchases of {service.name!r} add up"
        yield note(rows[0], "counted", found, "ask the other party")
    if service.counted is Counted.CONTRACT_YEAR and not is_dated:
        found = (
            f"{adding_up}, but no date of the agreement is on file, so nothing says when one begins"
        )
        yield warning(rows[0], "counted", found, "enter the agreement's date")
    charges = {row.charge for row in rows if _is_price(row)}
    is_by_period = service.adds_up and service.counted is not Counted.NOT_SAID
    if is_by_period and charges and charges.isdisjoint(FOR_FURTHER):
        found = f"{adding_up}, but no row is graduated or per unit: a second purchase has no price"
        to_do = "correct the rows, or leave the period blank if each purchase counts by itself"
        yield warning(rows[0], "counted", found, to_do)


def _is_price(row: Row) -> bool:
    return row.charge not in REFUSALS and row.charge not in DISCOUNTS
