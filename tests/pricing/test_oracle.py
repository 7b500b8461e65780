"""The price list against the oracle, on random questions to random contracts."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import oracle
from tests.support.random_contracts import (
    BEFORE,
    DOCUMENTS,
    MOSTLY_TERM,
    START,
    AskedContract,
    asked_contracts,
    at_all_quantities,
    contracts_adding_up,
    contracts_of_sums,
    counting_contracts,
    find_step,
    format_stated,
    maybe,
    spread,
)
from tests.support.random_contracts import questions as asked_about
from xlfuncs.pricing.contract import Contract, Counted
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question

QUESTIONS_EACH = 40
ENOUGH = 10_000
"""Questions that have to meet every cause of an answer."""

OF_THE_TOTAL = {Cause.OVER_LIMIT, Cause.COUNTING_NOT_SAID, Cause.NOT_FOR_FURTHER}
OF_BEFORE = {Cause.BEFORE_NOT_PRICED, Cause.BEFORE_COSTS_MORE}
ADDING_UP = OF_THE_TOTAL | OF_BEFORE
"""The causes that only contracts have whose purchases add up."""

FURTHER, EARLIER = (0, 1, 2, 3, 5, 8, 13, 21), (None, *range(10))
"""Quantities that are asked about, in steps, after those bought before."""

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
    before = None if question.before is None else Fraction(question.before)
    return oracle.answer(
        contract, question.service, quantity, day, question.known_on, through, before
    )


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
        assert seen.keys() == set(Cause) - ADDING_UP, f"the random contracts are too tame: {seen}"


def after_others(contract: Contract, first: Question, befores: list[int | None]) -> list[Question]:
    """Questions of which each says something else of what was bought before, some part of a step.

    One in eight about a service whose purchases do not add up says so all the same.
    """
    counted = {service.name: service.counted for service in contract.services}
    asked = []
    for number, question in enumerate(varied(contract, first)):
        before = befores[number % len(befores)]
        is_known = question.service in counted
        if is_known and counted[question.service] is Counted.PURCHASE and number % 8 != 1:
            before = None
        if before is not None and is_known:
            step = find_step(contract, question)
            before = before * step + (step / 4 if number % 8 == 2 else 0)
        asked.append(question._replace(before=None if before is None else Decimal(before)))
    return asked


def test_purchases_that_add_up_agree_with_the_oracle(questions: int) -> None:
    seen: Counter[Cause] = Counter()

    @settings(max_examples=questions // QUESTIONS_EACH)
    @given(counting_contracts(), st.data(), st.lists(BEFORE, min_size=7, max_size=7))
    def agree(contract: Contract, data: st.DataObject, befores: list[int | None]) -> None:
        book = PriceBook(contract)
        first = data.draw(asked_about(contract))
        for question in after_others(contract, first, befores):
            seen[check_answer(book, question, answer_of_oracle(contract, question, None))] += 1

    agree()
    if questions >= ENOUGH:
        assert seen.keys() >= OF_THE_TOTAL, f"the random contracts are too tame: {seen}"


def test_tables_whose_purchases_add_up_agree_with_the_oracle(questions: int) -> None:
    question = Question(Decimal(0), START, "Service 0")
    tables = st.one_of(contracts_adding_up(), contracts_adding_up(), contracts_of_sums())
    seen: Counter[Cause] = Counter()

    @settings(max_examples=questions // (len(FURTHER) * len(EARLIER)))
    @given(counting_contracts(tables, MOSTLY_TERM))
    def agree(contract: Contract) -> None:
        book = PriceBook(contract)
        step = find_step(contract, question)
        for steps, earlier in product(FURTHER, EARLIER):
            before = None if earlier is None else earlier * step
            asked = question._replace(quantity=steps * step, before=before)
            seen[check_answer(book, asked, answer_of_oracle(contract, asked, None))] += 1

    agree()
    if questions >= 3 * ENOUGH:
        assert seen.keys() >= ADDING_UP, f"the random contracts are too tame: {seen}"


def test_sums_of_tiers_agree_with_the_oracle(questions: int) -> None:
    question = Question(Decimal(0), START, "Service 0")

    @settings(max_examples=questions // 60)
    @given(contracts_of_sums())
    def agree(contract: Contract) -> None:
        book = PriceBook(contract)
        for each in at_all_quantities(contract, question):
            check_answer(book, each, answer_of_oracle(contract, each, None))

    agree()
