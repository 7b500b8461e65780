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

LARGEST_HALF_CENT = Decimal(10**10)
"""Below this, ROUND sees a half cent that binary figures cannot hold.

LibreOffice looks for one up to 2^41 cents (its `approxValue`); Excel does not say how far it looks.
"""

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

    They are worked out here as it does, in binary figures. From 10^12 on none does: a cent is the
    15th digit there, which may be one off.

    >>> from datetime import date
    >>> words = date(2014, 1, 1), "Scans"
    >>> def bought(counted: str, rate: str, above: str, price: str) -> Overcharge:
    ...     figures = Decimal(0), Decimal(rate), Decimal(above), Decimal(price)
    ...     quantity, paid = Decimal(counted), Decimal(price) + 1
    ...     return Overcharge(2, *words, quantity, quantity, paid, *figures, "Agreement", "")
    >>> works_out(bought("3", "0.005", "0", "0.02"))  # 1.5 cents are seen to be a half
    True
    >>> works_out(bought("206.45", "533.3", "206", "239.99"))  # 0.45 x 533.3 comes to less than one
    False
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

    It rounds a half cent up where that is what it sees. Other figures may be one off in the 15th
    digit without making another cent of it.
    """
    seen = Decimal(f"{worked_out:.{DIGITS}g}")
    if seen == exact and exact * 200 % 2 == 1:
        return seen < LARGEST_HALF_CENT and to_cents(seen) == amount
    last = Decimal(1).scaleb(seen.adjusted() - DIGITS + 1)
    return to_cents(seen - last) == to_cents(seen + last) == amount


def most_off(paid: Decimal, lines: int) -> Decimal:
    """By how much a sum of so many amounts can be off at most, in whatever order they are added.

    >>> most_off(Decimal("4500000"), 10_000), most_off(Decimal("45000000000"), 10_000)
    (Decimal('0.00'), Decimal('0.05'))
    """
    return to_cents(paid * lines * Decimal(HALF_STEP))
