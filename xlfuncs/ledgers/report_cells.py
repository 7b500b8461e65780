"""Cells of a report: which amounts are figures, texts that fit, and formulas with their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from xlfuncs.pricing.contract import MOST_DIGITS
from xlfuncs.pricing.wording import format_money, format_number
from xlfuncs.sheets.cells import LONGEST_TEXT, Cell
from xlfuncs.xlsx.styles import AS_TEXT, MONEY, QUANTITY, write_cell

# Which amounts are figures of a spreadsheet: it has binary figures and shows 15 digits of them.

LARGEST = Decimal(10**11)
"""Amounts from here on are text: a cent of them may be lost where a spreadsheet adds them up."""


def is_figure(amount: Decimal) -> bool:
    """Whether a spreadsheet holds an amount, and sums that come to no more, to the cent.

    >>> is_figure(Decimal("99999999999.99")), is_figure(Decimal("-100000000000"))
    (True, False)
    """
    return abs(amount) < LARGEST


def to_figure(figure: Decimal) -> float:
    """A figure as it is in a cell, of at most 15 digits.

    >>> to_figure(Decimal("0.123456789012345678"))
    0.123456789012346
    """
    return float(f"{figure:.{MOST_DIGITS}g}")


def round_to_cents(formula: str) -> str:
    """A formula to the cent, for what is left of binary figures is seldom whole cents."""
    return f"ROUND({formula},2)"


# Texts of ledgers and contracts, as long as a cell of a report can hold.

LONGEST_STORED = len("_x0000_")
"""Characters in the file for one that XML does not hold."""

LONGEST = LONGEST_TEXT // LONGEST_STORED
"""Characters that fit into a cell whichever they are."""

CUT = " ... (cut off here; the priced ledger has the full text)"


def cut(text: str, longest: int = LONGEST, ending: str = CUT) -> str:
    """The text, or as much of it as there is room for beside the words that say so.

    >>> cut("Amendment 1", 9, " ...")
    'Amend ...'
    """
    return text if len(text) <= longest else text[: longest - len(ending)] + ending


# A sheet of the report.


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A sheet and the values of its formulas by cell, for programs that calculate nothing."""

    sheet: Worksheet
    values: dict[str, Cell] = field(default_factory=dict)

    def write(self, address: str, value: Cell, style: str, number_format: str = "") -> None:
        """Write a text, a day or a count."""
        value = cut(value) if isinstance(value, str) else value
        write_cell(self.sheet, address, value, style, number_format)

    def write_amount(self, address: str, amount: Decimal, style: str, formula: str = "") -> None:
        """Write an amount, as a text without a formula where it is too large for a spreadsheet.

        What a formula gives is rounded to the cent.
        """
        if not is_figure(amount):
            write_cell(self.sheet, address, format_money(amount), style, AS_TEXT)
            return
        cell = write_cell(self.sheet, address, to_figure(amount), style, MONEY)
        if formula:
            cell.value = f"={round_to_cents(formula)}"
            self.values[address] = to_figure(amount)

    def write_count(self, address: str, count: int, style: str, formula: str = "") -> None:
        """Write how many there are."""
        cell = write_cell(self.sheet, address, count, style, QUANTITY)
        if formula:
            cell.value = f"={formula}"
            self.values[address] = count

    def write_quantity(self, address: str, quantity: Decimal, style: str) -> None:
        """Write a quantity, as a text where it has more digits than a spreadsheet holds."""
        if Decimal(f"{quantity:.{MOST_DIGITS}g}") == quantity:
            write_cell(self.sheet, address, to_figure(quantity), style, QUANTITY)
        else:
            write_cell(self.sheet, address, format_number(quantity), style, AS_TEXT)


def count_rows(text: str, width: float) -> int:
    """The rows that a text takes in so many characters, about as a spreadsheet breaks it.

    >>> count_rows("one two three", 8), count_rows("one two three", 40), count_rows("", 40)
    (2, 1, 1)
    """
    rows, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            rows, used = rows + 1, 0
        used += len(word) + bool(used)
        rows, used = rows + int(used // (width + 1)), used % int(width + 1)
    return rows


def join_some(texts: Iterable[str], most: int, between: str = "; ") -> str:
    """A few texts, and how many more there are.

    >>> join_some(["a.csv", "b.csv", "c.csv"], 2), join_some(["a.csv"], 2)
    ('a.csv; b.csv and 1 more', 'a.csv')
    """
    every = list(texts)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return between.join(every[:most]) + more
