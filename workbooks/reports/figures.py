"""Figures as a spreadsheet keeps them, and whether its formulas give the contract price.

A spreadsheet has binary figures and shows 15 digits of them. An amount that needs more, or whose
last half cent cannot be told in binary, stands as text, so that nobody takes a near amount for it.
"""

from __future__ import annotations

from decimal import Decimal

from xlfuncs.ledgers.overcharges import Overcharge
from xlfuncs.pricing.lines import Line, to_cents

DIGITS = 15
LARGEST_SUM = Decimal(10 ** (DIGITS - 2))
"""Amounts below this have at most 15 digits, two of them cents."""

SAME = 2.0**-44
"""Figures that are no further apart than this part of them count as the same in a subtraction.

LibreOffice says so (its `approxEqual` draws the line between this and 2^-48); Excel does likewise
and does not say where.
"""

HALF_STEP = 2.0**-53
"""By what part of itself a sum can be off each time that something is added to it."""


def kept(figure: Decimal) -> float:
    """A figure as it stands in a cell, of at most 15 digits.

    >>> kept(Decimal("0.123456789012345678"))
    0.123456789012346
    """
    return float(f"{figure:.{DIGITS}g}")


def is_kept(figure: Decimal) -> bool:
    """Whether a cell holds a figure with all its digits.

    >>> is_kept(Decimal("9999999999999.99")), is_kept(Decimal("10000000000000.01"))
    (True, False)
    """
    return Decimal(f"{figure:.{DIGITS}g}") == figure


def works_out(line: Overcharge) -> bool:
    """Whether the formulas of a spreadsheet give the price and the difference, to the cent.

    They are worked out here as it does, in binary figures.
    """
    if not all(map(is_kept, (line.quantity, line.counted, line.above, line.paid, line.price))):
        return False
    if not (_told_apart(line.counted, line.above) and _told_apart(line.paid, line.price)):
        return False
    price = kept(line.fixed) + kept(line.rate) * (kept(line.counted) - kept(line.above))
    exact = Line(line.fixed, line.rate, line.above).at(line.counted)
    overpaid = kept(line.paid) - kept(line.price)
    return _rounds_to(line.price, price, exact) and _rounds_to(
        line.overpaid, overpaid, line.overpaid
    )


def _told_apart(one: Decimal, other: Decimal) -> bool:
    return one == other or abs(one - other) > max(one, other) * Decimal(SAME)


def _rounds_to(amount: Decimal, worked_out: float, exact: Decimal) -> bool:
    """Whether a spreadsheet's ROUND makes this amount of what was worked out in binary.

    It rounds what it shows. Where that is not exactly right, being one off in the 15th digit must
    not make another cent of it.
    """
    seen = Decimal(f"{worked_out:.{DIGITS}g}")
    last = Decimal(1).scaleb(seen.adjusted() - DIGITS + 1)
    possible = (seen,) if seen == exact else (seen - last, seen + last)
    return all(to_cents(each) == amount for each in possible)


def most_off(paid: Decimal, lines: int) -> Decimal:
    """By how much a sum of so many amounts can be off at most, in whatever order they are added.

    >>> most_off(Decimal("4500000"), 10_000), most_off(Decimal("45000000000"), 10_000)
    (Decimal('0.00'), Decimal('0.05'))
    """
    return to_cents(paid * lines * Decimal(HALF_STEP))
