"""The price list against the oracle, on random questions to random contracts."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings

from tests.support import oracle
from tests.support.random_contracts import (
    AskedContract,
    asked_contracts,
    format_stated,
    spread,
)
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question

QUESTIONS_EACH = 40
ENOUGH = 10_000
"""Questions that have to meet every cause of an answer."""

CAUSES = set(Cause) - {Cause.UNKNOWN_SERVICE, Cause.PART_UNITS, Cause.BAD_INPUT}


def answer_of_oracle(book: PriceBook, question: Question) -> oracle.Answer:
    service = book.find_service(question.service)
    quantity = Fraction(question.quantity)
    return oracle.answer(book.contract, service, quantity, question.purchased, question.known_on)


def test_the_price_list_and_the_oracle_agree(questions: int) -> None:
    seen: Counter[Cause] = Counter()

    @settings(max_examples=questions // QUESTIONS_EACH)
    @given(asked_contracts(1))
    def agree(asked: AskedContract) -> None:
        book = PriceBook(asked.contract)
        [first] = asked.questions
        for question in spread(asked.contract, first, QUESTIONS_EACH):
            answer = book.answer(question)
            is_priced = answer.outcome is Outcome.PRICE
            found = Fraction(answer.price) if is_priced else answer.outcome.value
            assert found == answer_of_oracle(book, question), format_stated(question)
            assert book.price(question) == answer.price
            assert answer.cause in CAUSES
            seen[answer.cause] += 1

    agree()
    if questions >= ENOUGH:
        assert seen.keys() == CAUSES, f"the random contracts are too tame: {seen}"
