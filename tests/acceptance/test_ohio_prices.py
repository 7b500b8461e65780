"""The shipped contract: worked answers, each written by hand from Amendment 1."""

from datetime import date
from decimal import Decimal

import pytest

from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.explain import explain
from xlfuncs.pricing.outcomes import Outcome
from xlfuncs.pricing.price_book import Answer, PriceBook, Question

WORKED = [
    # quantity, purchased, price or kind of no answer, clause that says so
    (100_000, "2013-12-01", "255000.00", "Amendment 1, 1.A, footnote *"),
    (100_000, "2013-12-20", "255000.00", "Amendment 1, 1.A, footnote *"),
    (100_000, "2013-12-31", "255000.00", "Amendment 1, 1.A, footnote *"),
    (100_000, "2014-01-01", "279995.00", "Amendment 1, 1.A"),
    (100_000, "2026-01-01", "279995.00", "Amendment 1, 1.A"),
    (
        100_000,
        "2013-11-20",
        "not determinable",
        "Service Attachment 1, page 9, Table (a.), last row",
    ),
    (
        100_000,
        "2013-11-15",
        "not determinable",
        "Service Attachment 1, page 9, Table (a.), last row",
    ),
    (100_000, "2013-11-14", "no price", ""),
    (99_999, "2013-12-20", "not determinable", "Service Attachment 1, page 9, Table (a.)"),
    (150_000, "2014-06-01", "not determinable", "Service Attachment 1, page 9, Table (a.)"),
    (1, "2014-06-01", "not determinable", "Service Attachment 1, page 9, Table (a.)"),
    (0, "2014-06-01", "no price", ""),
]


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook(load_reading(SHIPPED).contract)


def ask(book: PriceBook, quantity: int, day: str, known_on: str | None = None) -> Answer:
    known = None if known_on is None else date.fromisoformat(known_on)
    return book.answer(Question(Decimal(quantity), date.fromisoformat(day), known_on=known))


@pytest.mark.parametrize(("quantity", "day", "expected", "clause"), WORKED)
def test_the_worked_answers(
    book: PriceBook, quantity: int, day: str, expected: str, clause: str
) -> None:
    answer = ask(book, quantity, day)
    assert (
        str(answer.price) if answer.outcome is Outcome.PRICE else answer.outcome.value
    ) == expected
    assert (
        ", ".join(part for row in answer.decided[:1] for part in (row.title, row.clause)) == clause
    )
    assert clause in explain(answer)


def test_the_explanation_cites_the_footnote_what_it_displaced_and_what_is_assumed(
    book: PriceBook,
) -> None:
    sentence = explain(ask(book, 100_000, "2013-12-20"))
    assert "Amendment 1, 1.A, footnote *" in sentence
    assert "displaces 279,995.00 of Amendment 1, 1.A" in sentence
    assert "assumed: the day of signing and the effective date of Amendment 1" in sentence


def test_an_answer_leans_on_the_assumed_date_that_keeps_the_amendment_out(book: PriceBook) -> None:
    answer = ask(book, 100_000, "2013-11-20")
    assert {row.title for row in answer.assumptions} == {"Amendment 1"}
    assert "assumed: the day of signing and the effective date of Amendment 1" in explain(answer)


def test_an_answer_that_no_assumption_could_change_names_none(book: PriceBook) -> None:
    assert not ask(book, 99_999, "2013-11-20").assumptions
    assert not ask(book, 100_000, "2013-11-14").assumptions


def test_the_unit_price_is_what_the_deciding_row_states(book: PriceBook) -> None:
    assert ask(book, 100_000, "2014-01-01").unit_price == Decimal("2.75")
    assert ask(book, 100_000, "2013-12-20").unit_price is None


def test_the_footnote_saves_24_995_and_nothing_once_its_window_has_closed(book: PriceBook) -> None:
    def saved(day: str) -> Decimal | None:
        return book.saving(Question(Decimal(100_000), date.fromisoformat(day)))

    assert saved("2013-12-31") == Decimal("24995.00")
    assert saved("2014-01-01") == 0
    assert saved("2013-11-20") is None


def test_before_the_amendment_was_signed_nobody_could_know_the_price(book: PriceBook) -> None:
    assert ask(book, 100_000, "2014-01-01", "2013-11-30").outcome is Outcome.NOT_DETERMINABLE
    assert ask(book, 100_000, "2014-01-01", "2013-12-01").price == Decimal("279995.00")
    assert ask(book, 100_000, "2014-01-01", "2013-11-14").outcome is Outcome.NO_PRICE
