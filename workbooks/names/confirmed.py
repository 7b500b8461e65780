"""What the formulas of a workbook will confirm: the limit that a question meets, if any.

This predicts where formulas give `#N/A` though the contract has a price, from the same figures and
limits, so that no value is stored that they would take back. Where amounts may be inexact it counts
in floats, step by step as the formulas do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import floor

from workbooks.names.figures import MILLION, decimals_of, kept_of, rate_of, scaled, scales_of
from workbooks.names.limits import (
    MOST_CENTS,
    MOST_SUMMED,
    MOST_WHOLE,
    UNSURE_PART,
    UNSURE_PERCENT,
    Limit,
)
from xlfuncs.pricing.claims import Claim
from xlfuncs.pricing.contract import Charge, Contract, Row, Service
from xlfuncs.pricing.lines import EXACT
from xlfuncs.pricing.pieces import Verdict
from xlfuncs.pricing.pricebook import Found, PriceBook
from xlfuncs.pricing.quantities import quantity_of
from xlfuncs.tables.cells import CellError


def are_too_many(quantity: Decimal, service: Service) -> bool:
    """Whether formulas cannot count a quantity in the steps of a service.

    >>> drops = Service("Drops", "litres", Decimal("0.000001"))
    >>> are_too_many(Decimal(999_999_999), drops), are_too_many(Decimal(10**9), drops)
    (False, True)
    """
    if service.step == 1 and quantity == int(quantity):
        return False
    whole = quantity == int(quantity) and service.step == int(service.step)
    grain = 1 if whole else MILLION
    left = int(quantity) % int(service.step * grain) * grain
    left += int((quantity - int(quantity)) * grain)
    return left >= MOST_WHOLE or float(quantity) / float(service.step) >= MOST_WHOLE - 1


def percent_limit(percent: Decimal | None) -> Limit | None:
    """The limit that the percentage of a discount meets, if any.

    >>> percent_limit(Decimal("0.5")) is Limit.SMALL_PERCENT, percent_limit(Decimal("1.5"))
    (True, None)
    """
    if percent is None or not isinstance(kept_of(percent), CellError):
        return None
    return Limit.SMALL_PERCENT if percent <= UNSURE_PERCENT else Limit.LONG_PERCENT


def is_uncountable(book: PriceBook, quantity: Decimal, service: str | None) -> bool:
    """Whether a quantity that may be asked is too much to be counted. Raises BadInput."""
    chosen = book.service(service)
    return chosen is not None and quantity >= 0 and are_too_many(quantity, chosen)


class Confirming:
    """Tells what the formulas for one contract will confirm."""

    def __init__(self, contract: Contract) -> None:
        self._scales = scales_of(contract)

    def limit(self, found: Found) -> Limit | None:
        """The limit that keeps formulas from the price that was found, None where there is none."""
        verdict, service, steps = found.verdict, found.service, found.steps
        if verdict.line is None or service is None or steps is None:
            return None
        discount, base = discount_and_base(verdict)
        if discount is None and base.charge is Charge.PACKAGE:
            return None  # which formulas take from its cell
        unsure = percent_limit(verdict.decided[0].row.percent)
        if unsure:
            return unsure
        kept = int(kept_of(discount.row.percent)) if discount else MILLION
        limits = self.limits_of(service, _summed(verdict, base, steps))
        scale = self._scales[service.key]
        return next(limits, None) or _of_amount(_amount(found, base, scale), base, kept, scale)

    def has_rate(self, service: Service, row: Row) -> bool:
        """Whether formulas can count with the unit price of a row."""
        rate = rate_of(row.unit_price, service.step, self._scales[service.key])
        return not isinstance(rate, CellError)

    def limits_of(self, service: Service, claims: Iterable[Claim]) -> Iterator[Limit]:
        """The limits that the figures of rows meet by themselves."""
        scale = self._scales[service.key]
        for each in claims:
            row = each.row
            rated = each.charge is not Charge.PACKAGE
            if rated and decimals_of(row.unit_price, service.step) is None:
                yield Limit.LONG_UNIT_PRICE
            if isinstance(scaled(row.price, scale), CellError):
                yield Limit.LONG_AMOUNT
            if rated and not self.has_rate(service, row):
                yield Limit.LONG_AMOUNT


def discount_and_base(verdict: Verdict) -> tuple[Claim | None, Claim]:
    """The discount that decides, if any, and what it is taken off."""
    first = verdict.decided[0]
    return (first, verdict.decided[1]) if first.charge is Charge.DISCOUNT else (None, first)


def _summed(verdict: Verdict, base: Claim, steps: int) -> Iterable[Claim]:
    """The claims whose figures make up an amount; of nothing, no slab is a part."""
    if base.charge is not Charge.GRADUATED:
        return [base]
    return verdict.slabs.claims() if steps > 0 and verdict.slabs is not None else []


def _amount(found: Found, base: Claim, scale: int) -> float:
    """What the row below a discount comes to, in whole numbers as the formulas have them."""
    verdict, service, steps, _ = found
    line = verdict.undiscounted or verdict.line
    if line is None or service is None or steps is None:
        return 0.0
    if base.charge is Charge.GRADUATED:
        return float(EXACT.multiply(line.at(quantity_of(steps, service)), Decimal(scale)))
    total = float(scaled(base.row.price, scale))
    if base.charge is Charge.PACKAGE:
        return total
    above = steps - base.first if base.charge is Charge.ADDITIONAL else steps
    return total + above * float(rate_of(base.row.unit_price, service.step, scale))


def _of_amount(amount: float, base: Claim, kept: int, scale: int) -> Limit | None:
    """The limit of an amount, of which so many millionths are kept."""
    if amount < MOST_WHOLE:
        return None
    summed = base.charge is Charge.GRADUATED and amount >= MOST_SUMMED
    cents = amount * (kept / MILLION) / (scale / 100)
    unsure = cents >= MOST_CENTS or abs(cents - floor(cents) - 0.5) <= cents * UNSURE_PART
    return Limit.LONG_AMOUNT if summed or unsure else None
