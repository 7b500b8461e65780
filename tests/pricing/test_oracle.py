"""The price list against the oracle, on random questions to random contracts."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings

from tests.support import oracle
from tests.support.random_contracts import (
    DOCUMENTS,
    START,
    AskedContract,
    asked_contracts,
    at_all_quantities,
    contracts_of_sums,
    find_step,
    format_stated,
    maybe,
    spread,
)
from xlfuncs.pricing.contract import Contract
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question

QUESTIONS_EACH = 40
ENOUGH = 10_000
"""Questions that have to meet every cause of an answer."""

LAST_DOCUMENTS = maybe(0.2, range(DOCUMENTS))
"""The last document that is asked about."""


def varied(contract: Contract, first: Question) -> Iterator[Question]:
    """Questions of which some are about part of a step, and some about no or no known service."""
    for number, question in enumerate(spread(contract, first, QUESTIONS_EACH)):
        if number % 8 == 5:
            part = find_step(contract, question) * (number % 3 + 1) / 4
            yield question._replace(quantity=question.quantity + part)
        elif number % 16 == 7:
            name = f" {question.service.upper()}" if number > 16 else "Servise 0"
            yield question._replace(service=name)
        else:
            yield question._replace(service=None) if number % 16 == 3 else question


def answer_of_oracle(contract: Contract, question: Question, through: int | None) -> oracle.Answer:
    quantity, day = Fraction(question.quantity), question.purchased
    return oracle.answer(contract, question.service, quantity, day, question.known_on, through)


def check_answer(book: PriceBook, question: Question, expected: oracle.Answer) -> Cause:
    """Compare an answer with the oracle's, and return its cause."""
    try:
        answer = book.answer(question)
    except BadInput:
        assert expected == oracle.BAD_INPUT, format_stated(question)
        return Cause.BAD_INPUT
    is_priced = answer.outcome is Outcome.PRICE
    found = Fraction(answer.price) if is_priced else answer.outcome.value
    assert found == expected, format_stated(question)
    assert book.price(question) == answer.price
    return answer.cause


def test_the_price_list_and_the_oracle_agree(questions: int) -> None:
    seen: Counter[Cause] = Counter()

    @settings(max_examples=questions // QUESTIONS_EACH)
    @given(asked_contracts(1), LAST_DOCUMENTS)
    def agree(asked: AskedContract, through: int | None) -> None:
        book = PriceBook(asked.contract, through=through)
        [first] = asked.questions
        for question in varied(asked.contract, first):
            expected = answer_of_oracle(asked.contract, question, through)
            seen[check_answer(book, question, expected)] += 1

    agree()
    if questions >= ENOUGH:
        assert seen.keys() == set(Cause), f"the random contracts are too tame: {seen}"


def test_sums_of_tiers_agree_with_the_oracle(questions: int) -> None:
    question = Question(Decimal(0), START, "Service 0")

    @settings(max_examples=questions // 60)
    @given(contracts_of_sums())
    def agree(contract: Contract) -> None:
        book = PriceBook(contract)
        for each in at_all_quantities(contract, question):
            check_answer(book, each, answer_of_oracle(contract, each, None))

    agree()
