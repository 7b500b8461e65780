"""The commands `price` and `explain`."""

from __future__ import annotations

from argparse import Namespace

from xlfuncs.cli.inputs import contract_of, question_of
from xlfuncs.errors import ANSWERED, NO_ANSWER
from xlfuncs.pricing.price_book import PriceBook, Question


def price(chosen: Namespace) -> int:
    """Prints the bare amount."""
    book, question = PriceBook(contract_of(chosen.contract)), question_of(chosen)
    amount = book.price(question)
    if amount is None or chosen.json:
        return _tell(book, question, chosen.json)
    print(amount)
    return ANSWERED


def explain(chosen: Namespace) -> int:
    """Prints the answer in a sentence."""
    return _tell(PriceBook(contract_of(chosen.contract)), question_of(chosen), chosen.json)


def _tell(book: PriceBook, question: Question, as_json: bool) -> int:
    """The whole answer, on stderr where it says why there is no price."""
    from xlfuncs.cli.output import print_sentence
    from xlfuncs.pricing.answers import quote as quote_of
    from xlfuncs.pricing.explain import clauses

    quote = quote_of(book, question)
    if as_json:
        from xlfuncs.cli.json_output import print_json, quote_as_json

        print_json(quote_as_json(quote, book.contract.currency))
    else:
        refused = quote.price is None
        first, *others = clauses(quote)
        print_sentence([f"xlfuncs: {first}" if refused else first, *others], error=refused)
    return NO_ANSWER if quote.price is None else ANSWERED
