"""What the formulas of a workbook without macros answer with #N/A, where the core has an answer.

They may refuse more than the core only beyond the limits that
`xlfuncs/xlsx/lambdas/calculation_limits.py` states, and they may never give another price.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.sheets.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.xlsx.lambdas.calculation_limits import FormulaLimits, Limit


class Case(NamedTuple):
    """A question with the answers of the core, to each function."""

    contract: Contract | None
    question: Sequence[Cell]
    answers: Sequence[Cell]


def limit_of(case: Case, function: str = "SAVING") -> Limit | None:
    """The limit that keeps formulas from a function's answer; a saving needs what a price does."""
    return case.contract and FormulaLimits(PriceBook(case.contract)).find(function, case.question)


def declared(case: Case, found: Cell) -> bool:
    """Whether formulas refuse, and there is a limit for which they do."""
    return found == NOT_AVAILABLE and limit_of(case) is not None


class Unseen(NamedTuple):
    """What keeps the core from pricing, and what formulas cannot see."""

    name: str
    why: str


UNSEEN = (
    Unseen("a number format", "a quantity shown as a day or in percent is a number to a formula"),
    Unseen("merged cells", "the cells that a merged one hides are blank to a formula"),
    Unseen("a control character", "a formula compares texts and prints none"),
    Unseen("the sheet Contract", "nothing there decides a price, and no formula looks there"),
)


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


OFFICE = (
    Arrival(
        "a 0",
        "some builds of Excel hand a blank cell over as 0, so that a 0 counts as blank",
        lambda question: ["" if is_zero(cell) else cell for cell in question],
    ),
    Arrival(
        'the text "0"',
        "since a 0 counts as blank, the text is the number where a number is expected",
        lambda question: [
            0.0 if cell == "0" and place in {QUANTITY, BEFORE} else cell
            for place, cell in enumerate(question)
        ],
    ),
)
QUANTITY, BEFORE = 0, 4
"""The places of the arguments that are numbers."""


def is_zero(cell: Cell) -> bool:
    return isinstance(cell, float) and cell == 0


def as_office_hands_over(question: Question) -> Question:
    """The question to which the add-in's answer has to be the core's."""
    for each in OFFICE:
        question = each.arrives(question)
    return question
