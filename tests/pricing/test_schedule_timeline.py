"""The schedule of a day and the timeline of a quantity: ranges with the answers of questions."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings

from tests.support.random_contracts import (
    DAYS,
    START,
    AskedContract,
    asked_contracts,
    at_all_quantities,
)
from xlfuncs.functions.cache import PricedSheets
from xlfuncs.functions.evaluate import call
from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.outcomes import BadInput, Cause, Outcome
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.schedule_timeline import schedule, timeline
from xlfuncs.sheets.cells import NOT_AVAILABLE, CellError

OHIO = PricedSheets(load_reading(SHIPPED))


def test_the_footnote_is_a_period_of_its_own() -> None:
    assert OHIO.book is not None
    found = [
        (period.since, period.until, period.answer.cause, period.answer.price)
        for period in timeline(OHIO.book, Decimal(100_000))
    ]
    assert found == [
        (date(2013, 11, 15), date(2013, 11, 30), Cause.NOT_ON_FILE, None),
        (date(2013, 12, 1), date(2013, 12, 31), Cause.PRICED, Decimal("255000.00")),
        (date(2014, 1, 1), None, Cause.PRICED, Decimal("279995.00")),
    ]


@settings(max_examples=150)
@given(asked_contracts(1))
def test_each_day_of_a_timeline_has_the_answer_of_a_question_on_it(asked: AskedContract) -> None:
    book = PriceBook(asked.contract)
    [question] = asked.questions
    periods = timeline(book, question.quantity, question.service, question.known_on)
    for offset in range(-25, DAYS + 5):
        day = START + timedelta(days=offset)
        answer = book.answer(question._replace(purchased=day))
        found = [
            period.answer
            for period in periods
            if (period.since or date.min) <= day <= (period.until or date.max)
        ]
        if answer.cause is Cause.OUTSIDE:
            assert found == [], day
        else:
            [same] = found
            assert (same.cause, same.price) == (answer.cause, answer.price), day
            assert same.decided == answer.decided, day


@settings(max_examples=150)
@given(asked_contracts(1))
def test_each_quantity_of_a_schedule_has_the_answer_of_a_question_about_it(
    asked: AskedContract,
) -> None:
    book = PriceBook(asked.contract)
    [of_day] = asked.questions
    lines = schedule(book, of_day.purchased, of_day.service, of_day.known_on)
    for question in at_all_quantities(asked.contract, of_day):
        quantity = question.quantity
        answer = book.answer(question)
        found = [
            line.answer
            for line in lines
            if line.first <= quantity and (line.last is None or quantity <= line.last)
        ]
        if answer.cause is Cause.OUTSIDE:
            assert found == [], quantity
        else:
            [same] = found
            assert (same.cause, same.price_of(quantity)) == (answer.cause, answer.price), quantity
            assert (same.decided, same.unit_price) == (answer.decided, answer.unit_price), quantity
            assert set(answer.assumptions) <= set(same.assumptions), quantity


@settings(max_examples=150)
@given(asked_contracts(1))
def test_neighbouring_periods_differ(asked: AskedContract) -> None:
    book = PriceBook(asked.contract)
    [question] = asked.questions
    for one, other in pairwise(timeline(book, question.quantity, question.service)):
        assert one.until is not None
        assert other.since is not None
        assert one.until < other.since
        if other.since - one.until == timedelta(days=1):
            before, after = (
                (each.answer.cause, each.answer.price, each.answer.decided) for each in (one, other)
            )
            assert before != after


def test_a_quantity_that_cannot_be_asked_for_is_bad_input() -> None:
    assert OHIO.book is not None
    with pytest.raises(BadInput, match="a whole number of IPs"):
        timeline(OHIO.book, Decimal("0.5"))


def test_the_function_returns_days_as_serial_numbers_of_the_date_system() -> None:
    titles, _, footnote, full = call("TIMELINE", [100_000.0], OHIO)
    assert titles == ["Purchase from", "Purchase by", "Price", "Outcome", "Source"]
    assert footnote == [41609.0, 41639.0, 255000.0, Outcome.PRICE, "Amendment 1, 1.A, footnote *"]
    assert full[:4] == [41640.0, None, 279995.0, Outcome.PRICE]
    _, _, (first, last, *_), _ = call("TIMELINE", [100_000.0], PricedSheets(OHIO.reading, True))
    assert (first, last) == (41609.0 - 1462, 41639.0 - 1462)


def test_what_the_function_cannot_answer_is_an_error() -> None:
    assert call("TIMELINE", [100_000.0, "Gardening"], OHIO) == CellError("#VALUE!")
    assert call("TIMELINE", [100_000.0, None, 41000.0], OHIO) == NOT_AVAILABLE
    assert call("TIMELINE", [0.5], OHIO) == CellError("#NUM!")
    assert call("TIMELINE", ["many"], OHIO) == CellError("#VALUE!")
