"""The price of a line, in SQL that no engine rounds before the end (rule 5).

DuckDB keeps all decimals of a product and refuses one that is too long. Spark and Databricks cut
decimals off as soon as the types of the factors could need more than 38 digits, whatever stands in
them, and then round twice. So types are as narrow as what the contract can make of them, and a
rate that is still too long is multiplied in two parts, its whole units and what is left of one.

The widest sum that a contract makes has 15 digits before the point and 20 after it: 6 of a unit
price, 6 of a step and 8 of a percentage that is taken off.
"""

from __future__ import annotations

from xlfuncs.ledgers.kinds import NARROW, digits_of
from xlfuncs.ledgers.price_list import PriceTable, widths
from xlfuncs.pricing.quantities import MOST_DIGITS

PRICE = "DECIMAL(18, 2)"
WIDEST = 38
"""Digits that a decimal has at most, in every engine."""


def price(table: PriceTable) -> str:
    """fixed + rate x (quantity - above), to the cent, halves away from zero."""
    return f"CAST(ROUND(fixed + {_above_fixed(table)}, 2) AS {PRICE})"


def _above_fixed(table: PriceTable) -> str:
    digits, decimals = digits_of(table, "rate")
    parts = _decimals_of_quantities(table)
    most = MOST_DIGITS + 1 + parts
    over = f"CAST(counted - above AS DECIMAL({most}, {parts}))"
    if digits + most + 1 > WIDEST:
        units = f"CAST(FLOOR(rate) AS DECIMAL({MOST_DIGITS}, 0)) * {over}"
        if not decimals:
            return _as_price(units, parts)
        part = NARROW + 1 if most <= NARROW else decimals
        rest = f"CAST(rate - FLOOR(rate) AS DECIMAL({part}, {decimals})) * {over}"
        return f"{_as_price(units, parts)} + {_as_price(rest, decimals + parts)}"
    product = f"rate * {over}"
    fixed, cents = digits_of(table, "fixed")
    whole = max(digits - decimals + most - parts + 1, fixed - cents)
    if whole + max(decimals + parts, cents) + 1 > WIDEST:
        return _as_price(product, decimals + parts)
    return product


def _as_price(product: str, decimals: int) -> str:
    """A product in a narrower type, for no price of the list has more digits before its point."""
    return f"CAST({product} AS DECIMAL({MOST_DIGITS + decimals}, {decimals}))"


def _decimals_of_quantities(table: PriceTable) -> int:
    """Decimals of all that a contract counts."""
    if table.whole:
        return 0
    steps = [service.step for service in table.contract.services]
    return widths([*steps, *(line.above for line in table.lines)])[1]
