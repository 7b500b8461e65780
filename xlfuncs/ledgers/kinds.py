"""Types of the columns of a price list: they hold every figure in it, and not much more."""

from __future__ import annotations

from xlfuncs.ledgers.price_list import PriceLine, PriceTable, widths
from xlfuncs.ledgers.statements.counting import kind_of_counted
from xlfuncs.pricing.quantities import MOST_DECIMALS, MOST_DIGITS

NARROW = 18
"""Digits up to which DuckDB keeps a product as narrow as its factors, where they are."""

CENTS = 2
"""Decimals that are shown of a unit price, even if they are 0."""

FIGURES = ("fixed", "rate", "above", "unit_price")


def placed_kinds_of(table: PriceTable) -> dict[str, str]:
    """The columns of the price list with their types, and where each line is to be found."""
    counted = kind_of_counted(table)
    days = {"in_part": "INTEGER", "day_from": "DATE", "day_through": "DATE"}
    return {**days, "quantity_from": counted, "quantity_through": counted, **kinds_of(table)}


def kinds_of(table: PriceTable) -> dict[str, str]:
    """The columns of the price list with their types."""
    kinds = dict.fromkeys(PriceLine._fields, "VARCHAR") | {"cell": "INTEGER"}
    for field in FIGURES:
        digits, decimals = digits_of(table, field)
        kinds[field] = f"DECIMAL({digits}, {decimals})"
    return kinds


def digits_of(table: PriceTable, field: str) -> tuple[int, int]:
    """Digits of a column in all, and how many of them are decimals."""
    least = CENTS if field == "unit_price" else 0
    digits, decimals = widths((getattr(line, field) for line in table.lines), least)
    if field == "rate" and MOST_DIGITS + decimals + (not table.whole) * MOST_DECIMALS > NARROW:
        digits = max(digits, NARROW + 1)
    return digits, decimals
