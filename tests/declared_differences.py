"""What the formulas of a workbook without macros answer with #N/A, where the core has an answer.

They may refuse more than the core, for these reasons; they may never give another price.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract, Row
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, CellError

MOST_CENTS = 10**13
MOST_COUNTED = 10**9
"""Quantities above it, in the millionths in which parts are counted, have more than 15 digits."""


class Case(NamedTuple):
    """A question with the answers of the core, to each function."""

    contract: Contract | None
    question: Sequence[Cell]
    answers: Sequence[Cell]


class Difference(NamedTuple):
    name: str
    why: str
    applies: Callable[[Case], bool]


def leans_on_unsure_percent(case: Case) -> bool:
    rows = case.contract.rows if case.contract else ()
    return any(map(is_unsure, rows))


def is_unsure(row: Row) -> bool:
    """Whether a formula cannot tell what the percentage of a row means."""
    return row.percent is not None and (
        0 < row.percent <= 1 or row.percent != round(row.percent, 4)
    )


def is_too_large(case: Case) -> bool:
    """A tenth of the bound: what a discount is taken off is larger than its answer."""
    amounts = [answer for answer in case.answers if isinstance(answer, float)]
    return any(abs(amount) * 100 >= MOST_CENTS / 10 for amount in amounts)


def is_counted_in_many_parts(case: Case) -> bool:
    quantity = case.question[0]
    if isinstance(quantity, bool) or not isinstance(quantity, float) or quantity < MOST_COUNTED:
        return False
    steps = [service.step for service in case.contract.services] if case.contract else []
    return quantity != int(quantity) or any(step != int(step) for step in steps)


class Unseen(NamedTuple):
    """What keeps the core from pricing, and what formulas cannot see."""

    name: str
    why: str


UNSEEN = (
    Unseen("a number format", "a quantity shown as a day or in percent is a number to a formula"),
    Unseen("merged cells", "the cells that a merged one hides are blank to a formula"),
    Unseen("the sheet Contract", "nothing there decides a price, and no formula looks there"),
)

DECLARED = (
    Difference(
        "a small or long percentage",
        "15% typed into a cell is 0.15 to a formula, which sees no number format, and more than "
        "4 decimals leave too many digits to be sure of a cent",
        leans_on_unsure_percent,
    ),
    Difference(
        "a price of very many digits",
        "a spreadsheet counts in 15 digits, which may not tell half a cent from less",
        is_too_large,
    ),
    Difference(
        "a very large quantity in parts",
        "in millionths of a unit, 10^9 and more have over 15 digits",
        is_counted_in_many_parts,
    ),
)


def declared(case: Case, found: Cell, function: str = "") -> bool:
    """Whether an answer of the formulas that is not the core's is one that they may give."""
    in_words = function == "EXPLAIN" and str(found).startswith("not determinable")
    refused = found == NOT_AVAILABLE or in_words
    return refused and any(each.applies(case) for each in DECLARED)


def several_errors(question: Sequence[Cell]) -> bool:
    """Whether different errors are handed in, of which IronCalc answers the last."""
    return len({cell for cell in question if isinstance(cell, CellError)}) > 1


Question = Sequence[Cell]


class Arrival(NamedTuple):
    """How a question arrives where a host hands over less than it was asked."""

    name: str
    why: str
    arrives: Callable[[Question], Question]


def with_last_error(question: Question) -> Question:
    errors = [cell for cell in question if isinstance(cell, CellError)]
    return [errors[-1] if isinstance(cell, CellError) else cell for cell in question]


CALC = (
    Arrival(
        "TRUE as 1",
        "Calc knows no truth values, only numbers that look like them",
        lambda question: [float(cell) if isinstance(cell, bool) else cell for cell in question],
    ),
    Arrival(
        "a single blank or 0",
        "a single blank cell arrives as 0, so that a single 0 counts as blank",
        lambda question: ["" if cell == 0.0 else cell for cell in question],
    ),
    Arrival("several errors", "of several errors Calc hands over the last", with_last_error),
)


def as_calc_hands_over(question: Question) -> Question:
    """The question to which Calc's answer has to be the core's."""
    for each in CALC:
        question = each.arrives(question)
    return question
