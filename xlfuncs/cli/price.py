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
    from xlfuncs.pricing.explain import clauses

    answer = book.find(question)
    refused = answer.price is None
    if as_json:
        from xlfuncs.cli.json_output import answer_as_json, print_json

        print_json(answer_as_json(answer, book.contract.currency))
    else:
        first, *others = clauses(answer)
        print_sentence([f"xlfuncs: {first}" if refused else first, *others], error=refused)
    return NO_ANSWER if refused else ANSWERED
