"""What formulas can calculate: the limits, stated once for them and for what predicts them.

A spreadsheet counts in 15 digits, and sees no number format. Beyond these limits the formulas of a
workbook give `#N/A`; the core, which counts in decimals, still has an answer.
"""

from __future__ import annotations

from enum import Enum

from xlfuncs.tables.years import YEARS

LEAST_DECIMALS, MOST_DECIMALS = 2, 8
"""Decimals in which the prices of a service are counted: as many as its longest unit price has."""

MOST_PERCENT_DECIMALS = 4
UNSURE_PERCENT = 1
"""A percentage above 0 and up to this one might have been typed as `15%`, which is 0.15."""

MOST_WHOLE = 10**15
"""Whole numbers from here on may be inexact: steps, parts of a unit, figures, and amounts as far as
their cents have to be told from half cents by whole numbers."""

MOST_SUMMED = 9 * 10**15
"""Sums from here on may depend on the order in which they are added up."""

MOST_CENTS, UNSURE_PART = 10**13, 1e-14
"""Where an amount has more digits: cents up to which rounding it is safe, but for those that are
nearer to half a cent than this part of them."""

LAST_ROW = 10_000
"""The last row of Tiers and of Amendments at which the formulas look; below it nothing may be."""

NOT_WORKED_OUT = "not worked out"
"""The kind of an answer that formulas alone cannot give, which is no word about the contract."""

_CALLED = {
    "LEAST_DECIMALS": LEAST_DECIMALS,
    "MOST_DECIMALS": MOST_DECIMALS,
    "MOST_PERCENT_DECIMALS": MOST_PERCENT_DECIMALS,
    "UNSURE_PERCENT": UNSURE_PERCENT,
    "MOST_WHOLE": MOST_WHOLE,
    "MOST_SUMMED": MOST_SUMMED,
    "MOST_CENTS": MOST_CENTS,
    "UNSURE_PART": UNSURE_PART,
    "LAST_ROW": LAST_ROW,
    "FIRST_YEAR": YEARS.start,
    "AFTER_YEARS": YEARS.stop,
}
LIMITS = {name: f"{figure:G}" for name, figure in _CALLED.items()}
LIMITS["NOT_WORKED_OUT"] = NOT_WORKED_OUT
"""The limits as the sources of the formulas call them, and as the formulas say them."""


class Limit(Enum):
    """Why formulas cannot answer a question, in words for whoever builds the workbook."""

    SMALL_PERCENT = f"a discount of up to {UNSURE_PERCENT}% may be 100 times as much to a formula"
    LONG_PERCENT = f"a percentage has more than {MOST_PERCENT_DECIMALS} decimals"
    LONG_UNIT_PRICE = f"the price of a step has more than {MOST_DECIMALS} decimals"
    LONG_AMOUNT = "the amount has too many digits for a formula to tell its cents"
    MANY_PARTS = "the quantity has too many parts of a unit for a formula to count"

    @property
    def sentence(self) -> str:
        """What the formulas say instead of a price."""
        counting = self is Limit.MANY_PARTS
        what = "count so many parts of a unit" if counting else "work this out to the cent"
        return (
            f"{NOT_WORKED_OUT}: formulas alone cannot {what}; "
            "xlfuncs price or a workbook with macros (.xlsm) can"
        )
