"""Exact money: every charge is a linear price function on a range of quantities (rule 5)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
"""Holds every product of a figure, a quantity and a percentage without rounding."""

CENT = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)


WholePriceFunction = tuple[int, int, int]
"""A price function in whole numbers: base, rate and cent."""


class PriceFunction(NamedTuple):
    """A linear price function: price = fixed + rate x (quantity - above)."""

    fixed: Decimal
    rate: Decimal = ZERO
    above: Decimal = ZERO

    def at(self, quantity: Decimal) -> Decimal:
        """The price of a quantity, not rounded.

        >>> PriceFunction(Decimal(7000), Decimal("14.00"), Decimal(500)).at(Decimal(600))
        Decimal('8400.00')
        """
        over = EXACT.multiply(self.rate, EXACT.subtract(quantity, self.above))
        return EXACT.add(self.fixed, over)

    def less(self, percent: Decimal) -> PriceFunction:
        """The price function with a percentage taken off.

        >>> PriceFunction(Decimal("80.00")).less(Decimal(15)).at(Decimal(1)) == Decimal(68)
        True
        """
        part = EXACT.divide(EXACT.subtract(HUNDRED, percent), HUNDRED)
        return PriceFunction(
            EXACT.multiply(self.fixed, part), EXACT.multiply(self.rate, part), self.above
        )

    def count_reaching(self, amount: Decimal, step: Decimal) -> int | None:
        """The smallest count of steps that costs an amount or more, None where none does.

        >>> PriceFunction(ZERO, Decimal("2.50")).count_reaching(Decimal(10), Decimal(1))
        4
        """
        if self.fixed >= amount and not self.rate:
            return 0
        if not self.rate:
            return None
        missing = EXACT.divide(EXACT.subtract(amount, self.fixed), self.rate)
        steps = EXACT.divide(EXACT.add(missing, self.above), step)
        count = max(0, int(steps.to_integral_value(ROUND_CEILING)))
        while count and self.at(EXACT.multiply(Decimal(count - 1), step)) >= amount:
            count -= 1
        while self.at(EXACT.multiply(Decimal(count), step)) < amount:
            count += 1
        return count

    def count_exceeding(self, amount: Decimal, step: Decimal) -> int | None:
        """The smallest count of steps that costs more than an amount, None where none does.

        >>> PriceFunction(ZERO, Decimal("2.50")).count_exceeding(Decimal(10), Decimal(1))
        5
        """
        if not self.rate:
            return 0 if self.fixed > amount else None
        count = self.count_reaching(amount, step) or 0
        is_equal = self.at(EXACT.multiply(Decimal(count), step)) == amount
        return count + 1 if is_equal else count

    def whole_numbers(self, step: Decimal) -> WholePriceFunction:
        """The same price for a count of steps, in whole numbers, for pricing long ranges.

        Returns (base, rate, cent): the price in cents is (base + rate * count) // cent. The base
        has half a cent in it, and no price is negative, so cutting off rounds half away from zero.

        >>> base, rate, cent = PriceFunction(ZERO, Decimal("4.155")).whole_numbers(Decimal(1))
        >>> (base + rate * 3) // cent
        1247
        """
        rate = EXACT.multiply(self.rate, step)
        places = max(2, -_exponent(self.fixed), -_exponent(rate))
        cent = 10 ** (places - 2)
        above = int(EXACT.divide(self.above, step))
        whole_rate = int(rate.scaleb(places, EXACT))
        base = int(self.fixed.scaleb(places, EXACT)) - whole_rate * above + cent // 2
        return base, whole_rate, cent


def to_cents(amount: Decimal) -> Decimal:
    """The amount rounded to the cent, half away from zero.

    >>> to_cents(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(CENT, context=EXACT)


def _exponent(figure: Decimal) -> int:
    return int(figure.normalize(EXACT).as_tuple().exponent)
