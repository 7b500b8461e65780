"""What formulas answer otherwise where the functions are names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from workbooks.formulas import NamesAnswer
from workbooks.names.confirmed import Confirming, is_uncountable
from workbooks.names.layout import LACKING
from workbooks.names.limits import Limit
from workbooks.names.sentences import Sentences
from workbooks.names.tables import Tables
from workbooks.names.values import counted_in
from xlfuncs.functions.calls import call
from xlfuncs.functions.questions import question_of
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.kinds import BadInput
from xlfuncs.pricing.pricebook import PriceBook, Question
from xlfuncs.tables.cells import NOT_AVAILABLE, Cell, CellError
from xlfuncs.tables.drafts import Draft

CONFIRMED = ("PRICE", "UNIT_PRICE", "SOURCE", "SAVING")
"""Functions that answer as everywhere, but for what formulas will not confirm."""


def answered_by_names(workbook: Workbook, draft: Draft, contract: Contract) -> NamesAnswer:
    """The functions that are lacking, and the answers of formulas alone.

    Those are `#N/A` beyond what formulas can calculate, and the short explanation in place of the
    long one.
    """
    counted = (each for each in counted_in(draft, contract) if each)
    book = workbook.book or PriceBook(contract)
    tables = Tables(workbook, book)
    withheld = Withheld(book)
    own = {function: partial(_confirmed, function, workbook, withheld) for function in CONFIRMED}
    return NamesAnswer(
        LACKING,
        {
            **own,
            "EXPLAIN": Sentences(book, counted),
            "SCHEDULE": tables.schedule,
            "TIMELINE": tables.timeline,
        },
    )


def _confirmed(
    function: str, workbook: Workbook, withheld: Withheld, cells: Sequence[Cell]
) -> Cell:
    if withheld.limit(function, cells):
        return NOT_AVAILABLE
    return call(function, cells, workbook)


class Withheld:
    """Tells of questions which limit keeps formulas from what the contract answers."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._confirming = Confirming(book.contract)

    def limit(self, function: str, cells: Sequence[Cell]) -> Limit | None:
        """The limit for a function and the cells of a question, None where there is none."""
        given = [*cells, *[None] * (4 - len(cells))]
        if any(isinstance(cell, CellError) for cell in given):
            return None
        try:
            question = question_of(given, date1904=False)
            if is_uncountable(self._book, question.quantity, question.service):
                return Limit.MANY_PARTS
            return None if function == "SOURCE" else self._of_price(function, question)
        except BadInput:
            return None

    def _of_price(self, function: str, question: Question) -> Limit | None:
        found = self._book.find(question)
        limit = self._confirming.limit(found)
        windowed = any(claim.row.windowed for claim in found.verdict.everyone)
        if limit is None and function == "SAVING" and windowed:
            return self._confirming.limit(self._book.find(question, windows=False))
        return limit
