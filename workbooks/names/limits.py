"""Rows that formulas cannot work out, so that their prices are `#N/A` where names answer."""

from __future__ import annotations

from collections.abc import Iterator

from workbooks.names.figures import MOST_DECIMALS, MOST_PERCENT_DECIMALS, decimals_of, kept_of
from xlfuncs.pricing.contract import Contract, service_key
from xlfuncs.pricing.wording import number
from xlfuncs.tables.cells import NOT_AVAILABLE
from xlfuncs.tables.drafts import Draft
from xlfuncs.tables.schema import AMENDMENTS, TIERS

LAST_ROW = 5_000
"""The last row of Tiers and of Amendments that the formulas read; below it nothing may be."""


def too_long(draft: Draft, title_row: int) -> Iterator[str]:
    """The sheets that reach beyond the last row that is read; not a price is answered then.

    >>> from xlfuncs.tables.drafts import Draft
    >>> list(too_long(Draft([{}] * 4_997, [], [], [], {}), 4))
    ['Tiers reaches to row 5,001, and formulas read 5,000 rows']
    """
    for name, lines in ((TIERS, draft.tiers), (AMENDMENTS, draft.amendments)):
        last = title_row + len(lines)
        if last > LAST_ROW:
            yield f"{name} reaches to row {last:,}, and formulas read {LAST_ROW:,} rows"


def beyond_formulas(contract: Contract) -> Iterator[str]:
    """Each such row's cell, and why.

    >>> from decimal import Decimal
    >>> from xlfuncs.pricing.contract import Charge, Row, Service
    >>> from xlfuncs.tables.places import KeyPlace
    >>> half = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.DISCOUNT, percent=Decimal("0.5"),
    ...            place=KeyPlace("agreement.tiers[1]", {}))
    >>> list(beyond_formulas(Contract("", "", (Service("IPs"),), (half,))))
    ['agreement.tiers[1].percent: 0.5 might be 50% to a formula']
    """
    steps = {service.key: service.step for service in contract.services}
    for row in contract.rows:
        if row.percent is not None and kept_of(row.percent) == NOT_AVAILABLE:
            often = f"has more than {MOST_PERCENT_DECIMALS} decimals"
            unsure = f"might be {number(row.percent * 100)}% to a formula"
            why = unsure if row.percent <= 1 else often
            yield f"{row.place.cell('percent')}: {number(row.percent)} {why}"
        if decimals_of(row.unit_price, steps[service_key(row.service)]) is None:
            where = row.place.cell("unit_price")
            yield f"{where}: the price of a step has more than {MOST_DECIMALS} decimals"
