"""The price list against the oracle, on random questions to random contracts."""

from collections import Counter
from fractions import Fraction
from random import Random

from tests.support import oracle
from tests.support.random_contracts import random_contract, random_question
from xlfuncs.pricing.outcomes import Cause, Outcome
from xlfuncs.pricing.price_book import PriceBook

QUESTIONS_EACH = 40
ENOUGH = 5_000
"""Questions that have to meet every cause of an answer."""

CAUSES = set(Cause) - {Cause.UNKNOWN_SERVICE, Cause.PART_UNITS, Cause.BAD_INPUT}


def test_the_price_list_and_the_oracle_agree(seed: int, questions: int) -> None:
    random = Random(seed)
    seen: Counter[str] = Counter()
    for _ in range(questions // QUESTIONS_EACH):
        contract = random_contract(random)
        book = PriceBook(contract)
        for _ in range(QUESTIONS_EACH):
            question = random_question(random, contract)
            answer = book.answer(question)
            service = book.find_service(question.service)
            expected = oracle.answer(
                contract,
                service,
                Fraction(question.quantity),
                question.purchased,
                question.known_on,
            )
            found = (
                Fraction(answer.price) if answer.outcome is Outcome.PRICE else answer.outcome.value
            )
            assert found == expected, (question, contract)
            assert book.price(question) == answer.price
            assert answer.cause in CAUSES
            seen[answer.cause.name] += 1
    if questions >= ENOUGH:
        assert len(seen) == len(CAUSES), f"the random contracts are too tame: {seen}"
