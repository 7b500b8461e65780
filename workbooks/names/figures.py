"""Figures as the whole numbers that the formulas count in."""

from __future__ import annotations

from decimal import Decimal

from xlfuncs.pricing.lines import EXACT, HUNDRED
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell

LEAST_DECIMALS, MOST_DECIMALS = 2, 8
MOST_PERCENT_DECIMALS = 4
MILLION = 10**6


def decimals_of(unit_price: Decimal | None, step: Decimal) -> int | None:
    """The decimals that the price of one step needs, None for more than 8.

    >>> decimals_of(Decimal("2.75"), Decimal(1)), decimals_of(Decimal("0.5125"), Decimal("0.25"))
    (2, 6)
    """
    if unit_price is None:
        return LEAST_DECIMALS
    price = EXACT.multiply(unit_price, step)
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        whole = (price.scaleb(decimals, EXACT), unit_price.scaleb(decimals, EXACT))
        if all(each == each.to_integral_value() for each in whole):
            return decimals
    return None


def kept_of(percent: Decimal | None) -> Cell:
    """The millionths that a discount leaves; `#N/A` for what a formula cannot be sure of.

    That is a percentage above 0 and up to 1, which might be one that was typed as `15%`, and one of
    more than 4 decimals.
    """
    if percent is None:
        return 0
    kept = EXACT.multiply(EXACT.subtract(HUNDRED, percent), Decimal(MILLION // 100))
    if 0 < percent <= 1 or kept != kept.to_integral_value():
        return NOT_AVAILABLE
    return int(kept)


def scaled(figure: Decimal | None, scale: Cell) -> Cell:
    """A figure in the whole numbers of a scale, 0 where there is none."""
    if figure is None:
        return 0
    return int(EXACT.multiply(figure, Decimal(scale))) if isinstance(scale, int) else scale
