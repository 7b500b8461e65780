"""Rows and purchases that LAMBDA formulas cannot price."""

from __future__ import annotations

from collections.abc import Iterator

from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.wording import number
from xlfuncs.sheets.cells import day_of, shown
from xlfuncs.sheets.draft import BLANK, Draft
from xlfuncs.sheets.schema import AMENDMENTS, ANSWERED, PURCHASES, TIERS
from xlfuncs.xlsx.lambdas import limits
from xlfuncs.xlsx.lambdas.limits import (
    MOST_PERCENT_DECIMALS,
    Limit,
    are_too_many,
    decimals_of,
    percent_limit,
)
from xlfuncs.xlsx.lambdas.stored_answers import Withheld
from xlfuncs.xlsx.sheets.contract import TITLE_ROW
from xlfuncs.xlsx.sheets.purchases import ASKED, FIRST_ROW, LETTERS


def too_long(draft: Draft) -> Iterator[str]:
    """The sheets that reach beyond the last row at which formulas look; then they price nothing.

    >>> list(too_long(Draft([{}] * 9_997, [], [], [], {})))
    ['Tiers reaches to row 10,001, and formulas look at 10,000 rows']
    """
    for name, lines in ((TIERS, draft.tiers), (AMENDMENTS, draft.amendments)):
        last = TITLE_ROW + len(lines)
        if last > limits.LAST_ROW:
            yield f"{name} reaches to row {last:,}, and formulas look at {limits.LAST_ROW:,} rows"


def rows_beyond(contract: Contract) -> Iterator[str]:
    """The cell of each figure that formulas cannot count with, and why.

    >>> from decimal import Decimal
    >>> from xlfuncs.pricing.contract import Charge, Row, Service
    >>> from xlfuncs.tables.places import KeyPlace
    >>> half = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.DISCOUNT, percent=Decimal("0.5"),
    ...            place=KeyPlace("agreement.tiers[1]", {}))
    >>> list(rows_beyond(Contract("", "", (Service("IPs"),), (half,))))
    ['agreement.tiers[1].percent: 0.5 might be 50% to a formula']
    """
    steps = {service.key: service.step for service in contract.services}
    for row in contract.rows:
        limit = percent_limit(row.percent)
        if row.percent is not None and limit:
            often = f"has more than {MOST_PERCENT_DECIMALS} decimals"
            unsure = f"might be {number(row.percent * 100)}% to a formula"
            why = unsure if limit is Limit.SMALL_PERCENT else often
            yield f"{row.place.cell('percent')}: {number(row.percent)} {why}"
        if decimals_of(row.unit_price, steps[service_key(row.service)]) is None:
            where = row.place.cell("unit_price")
            yield f"{where}: {Limit.LONG_UNIT_PRICE.value}"


def rows_uncounted(contract: Contract) -> Iterator[str]:
    """The cell of each end of a range that formulas cannot count in steps of its service.

    Nothing at all could be priced by formulas beside it.
    """
    services = {service.key: service for service in contract.services}
    for row in contract.rows:
        service = services[service_key(row.service)]
        for field in ("quantity_from", "quantity_to"):
            quantity = getattr(row, field)
            if quantity is not None and are_too_many(quantity, service):
                steps = f"steps of {number(service.step)}"
                yield f"{row.place.cell(field)}: {number(quantity)} is too many {steps}"


def purchases_beyond(draft: Draft, contract: Contract) -> Iterator[str]:
    """The cell of each purchase whose price or saving is `#N/A` in formulas alone, and why."""
    withheld = Withheld(PriceBook(contract))
    for row, line in enumerate(draft.purchases, FIRST_ROW):
        cells = [line.get(field, BLANK).value for field in ASKED]
        for function, what in (("PRICE", ""), ("SAVING", "the saving of ")):
            limit = withheld.limit(function, cells)
            if limit:
                quantity, day, service = cells
                of = f" of {service}" if service else ""
                bought = f"{shown(quantity)}{of} bought on {day_of(day)}"
                letter = next(LETTERS[title] for title, by in ANSWERED.items() if by == function)
                yield f"{PURCHASES}!{letter}{row}: {what}{bought}: {limit.value}"
                break
