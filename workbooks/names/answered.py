"""What formulas answer otherwise where the functions are names."""

from __future__ import annotations

from workbooks.formulas import NamesAnswer
from workbooks.names.layout import LACKING
from workbooks.names.sentences import Sentences
from workbooks.names.values import counted_in
from xlfuncs.functions.workbook import Workbook
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.tables.drafts import Draft


def answered_by_names(workbook: Workbook, draft: Draft, contract: Contract) -> NamesAnswer:
    """The functions that are lacking, and the short explanation in place of the long one."""
    counted = (each for each in counted_in(draft, contract) if each)
    book = workbook.book or PriceBook(contract)
    return NamesAnswer(LACKING, {"EXPLAIN": Sentences(book, counted)})
