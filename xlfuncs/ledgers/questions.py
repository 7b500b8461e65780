"""The questions in a ledger, in SQL: each line with what it asks for, or with what is wrong."""

from __future__ import annotations

from typing import NamedTuple

from xlfuncs.ledgers import reading
from xlfuncs.ledgers.columns import Columns
from xlfuncs.ledgers.counting import cell, counted
from xlfuncs.ledgers.price_list import PriceTable
from xlfuncs.ledgers.reading import literal
from xlfuncs.ledgers.style import Style
from xlfuncs.pricing.contract import PartUnits, Service
from xlfuncs.pricing.kinds import Kind
from xlfuncs.pricing.pieces import Cause
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS, multiple
from xlfuncs.pricing.wording import number
from xlfuncs.tables.cells import FIRST_CERTAIN_DAY

LONGEST_SHOWN = 60


class Ledger(NamedTuple):
    """A relation whose columns c1, c2 and so on are text, and what stands in which of them."""

    source: str
    columns: Columns
    style: Style = Style()

    def cell(self, position: int) -> str:
        """The name of a column."""
        return f"c{position + 1}"


def questions(ledger: Ledger, table: PriceTable) -> str:
    """The cells read, the quantity as counted, and the number of the row of the price list.

    `unmeasured` and `undated` tell what is wrong with a quantity and a day; `unpaid` what is wrong
    with an amount paid, which keeps nobody from working out the price.
    """
    style, columns = ledger.style, ledger.columns
    quantity, day = ledger.cell(columns.quantity), ledger.cell(columns.purchased)
    service = None if columns.service is None else ledger.cell(columns.service)
    paid = "CAST(NULL AS DECIMAL(18, 2))"
    unpaid = "CAST(NULL AS VARCHAR)"
    if columns.paid is not None:
        amount = ledger.cell(columns.paid)
        paid = reading.amount(amount, style)
        unpaid = f"CASE WHEN paid IS NULL THEN {_unpaid(amount, style)} END"
    whole = table.whole
    return f"""typed AS (
  SELECT *,
    {reading.quantity(quantity, style, whole=whole)} AS quantity,
    {reading.day(day, style)} AS day,
    {reading.service(service, table.contract.services)} AS service,
    {paid} AS paid
  FROM {ledger.source}
), measured AS (
  SELECT *, {counted(table)} AS counted FROM typed
), asked AS (
  SELECT *,
    COALESCE({cell(table)}, 0) AS cell,
    CASE WHEN quantity IS NULL THEN {_misread(quantity, style)} END AS unmeasured,
    CASE WHEN day IS NULL THEN {_undated(day, style)} END AS undated,
    {unpaid} AS unpaid
  FROM measured
)"""


def refusals(ledger: Ledger, table: PriceTable) -> list[tuple[str, Kind, str, str]]:
    """Why a line is not looked up: the condition, the kind, the cause and the words, in order."""
    services = table.contract.services
    offered = " or ".join(repr(each.name) for each in services)
    known = " and ".join(repr(each.name) for each in services)
    end = f"; as known on {table.known_on}." if table.known_on else "."
    quantity = ledger.cell(ledger.columns.quantity)
    shown = _shown(quantity)
    bad = Kind.BAD_INPUT
    refused = [
        ("unmeasured IS NOT NULL", bad, "the quantity cannot be read", "unmeasured"),
        ("undated IS NOT NULL", bad, "the day cannot be read", "undated"),
        (
            "service IS NULL",
            bad,
            "no service is given",
            literal(f"no service is given; expected {offered}"),
        ),
        (
            "service = 0",
            *Cause.UNKNOWN_SERVICE.value,
            literal(f"the contract has no such service; its services are {known}{end}"),
        ),
        (
            f"quantity < 0 OR (quantity IS NULL AND {reading.text(quantity)} LIKE '-%')",
            bad,
            "the quantity is negative",
            f"'quantity is ' || {shown} || '; expected 0 or more'",
        ),
    ]
    refused += [_of_part(each, place, shown, end) for place, each in enumerate(services, start=1)]
    return refused


def _of_part(service: Service, place: int, shown: str, end: str) -> tuple[str, Kind, str, str]:
    """The refusal of part of a step, where the contract does not say how to count it."""
    when = f"counted IS NULL AND service = {place}"
    if service.part_units is PartUnits.NOT_SAID:
        words = (
            f"these units are no whole number of steps of {number(service.step)}, and the "
            f"contract does not say how part units count{end}"
        )
        return when, *Cause.PART_UNITS.value, literal(words)
    words = f"'quantity is ' || {shown} || {literal(f'; expected {multiple(service)}')}"
    return when, Kind.BAD_INPUT, "the quantity is part of a unit", words


def _misread(column: str, style: Style) -> str:
    """What is wrong with a quantity, null where nothing is but that it has a part."""
    example = f"100000 or 2{style.decimal}5"
    return (
        f"CASE WHEN {_blank(column)} THEN 'quantity is blank; expected digits such as {example}' "
        f"WHEN {reading.is_figure(column, style)} THEN NULL "
        f"WHEN {reading.is_number(column, style)} THEN 'quantity is ' || {_shown(column)} "
        f"|| '; expected at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals' "
        f"ELSE 'quantity is ' || {_shown(column)} || '; expected digits such as {example}' END"
    )


def _undated(column: str, style: Style) -> str:
    expected = f"expected a date such as {style.dates.example}, from {FIRST_CERTAIN_DAY} on"
    return (
        f"CASE WHEN {_blank(column)} THEN 'day of purchase is blank; {expected}' "
        f"ELSE 'day of purchase is ' || {_shown(column)} || '; {expected}' END"
    )


def _unpaid(column: str, style: Style) -> str:
    return (
        f"CASE WHEN {_blank(column)} THEN NULL ELSE 'amount paid is ' || {_shown(column)} "
        f"|| '; expected an amount such as 255000{style.decimal}00' END"
    )


def _blank(column: str) -> str:
    return f"{column} IS NULL OR {reading.text(column)} = ''"


def _shown(column: str) -> str:
    return f"'''' || SUBSTRING({column}, 1, {LONGEST_SHOWN}) || ''''"
