"""The shipped contract: worked answers, each written by hand from Amendment 1."""

from datetime import date
from decimal import Decimal

import pytest

from xlfuncs.loader import SHIPPED, load_reading
from xlfuncs.pricing.explain import explain, explain_in_lines
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
    assert "in place of 279,995.00 (Amendment 1, 1.A); " in sentence
    assert sentence.endswith("assumed: date signed and effective date of Amendment 1.")


def test_the_two_prices_in_a_cell(book: PriceBook) -> None:
    assert explain(ask(book, 100_000, "2013-12-20")) == (
        "255,000.00 USD (billing period not on file) for 100,000 IPs: Amendment 1, 1.A, footnote * "
        "(for purchases through 2013-12-31); in place of 279,995.00 (Amendment 1, 1.A); "
        "open: end of Service Attachment 1 not on file; "
        "assumed: date signed and effective date of Amendment 1."
    )
    assert explain(ask(book, 100_000, "2014-01-01")) == (
        "279,995.00 USD (billing period not on file) for 100,000 IPs: Amendment 1, 1.A; "
        "255,000.00 was for purchases through 2013-12-31 (Amendment 1, 1.A, footnote *); "
        "open: end of Service Attachment 1 not on file, "
        "printed total is not 100,000 x 2.75 = 275,000.00; "
        "assumed: date signed and effective date of Amendment 1."
    )


ASSUMED = (
    "date signed and effective date of Amendment 1: 2013-12-01 (the copy on file shows no date; "
    "this is the first day of the month that the recital names, December 2013)"
)
NAME = "Qualys vulnerability management for the State of Ohio"


def test_the_two_prices_in_lines_for_a_letter(book: PriceBook) -> None:
    asked = "100,000 IPs of Enterprise Vulnerability Management, purchased on "
    assert explain_in_lines(book, ask(book, 100_000, "2013-12-20")) == [
        ("Asked", f"{asked}2013-12-20"),
        ("Price", "255,000.00 USD (billing period not on file)"),
        (
            "Because",
            "Amendment 1, 1.A, footnote * (package price for 100,000 IPs, for purchases through "
            "2013-12-31)",
        ),
        (
            "Wording",
            '"* If the State purchases 100,000 IPs on or before 12/31/2013, the Enterprise '
            'Vulnerability Management Price shall be reduced to $255,000.00."',
        ),
        (
            "In place of",
            "279,995.00 (Amendment 1, 1.A); a price not on file (Service Attachment 1, page 9, "
            "Table (a.), last row)",
        ),
        ("Saving", "24,995.00 USD compared with 279,995.00 (Amendment 1, 1.A)"),
        ("Assumed", ASSUMED),
        (
            "Open",
            "the end of Service Attachment 1 is not on file; the billing period is not on file; "
            "the saving is against the printed total 279,995.00, which is not 100,000 x 2.75 = "
            "275,000.00; the contract has 6 open questions",
        ),
        ("Contract", NAME),
    ]
    assert explain_in_lines(book, ask(book, 100_000, "2014-01-01")) == [
        ("Asked", f"{asked}2014-01-01"),
        ("Price", "279,995.00 USD (billing period not on file)"),
        ("Because", "Amendment 1, 1.A (package price for 100,000 IPs)"),
        ("Wording", '"100,000 | $2.75 | $279,995*"'),
        (
            "In place of",
            "a price not on file (Service Attachment 1, page 9, Table (a.), last row); 255,000.00 "
            "was for purchases through 2013-12-31 (Amendment 1, 1.A, footnote *)",
        ),
        ("Assumed", ASSUMED),
        (
            "Open",
            "the end of Service Attachment 1 is not on file; the billing period is not on file; "
            "the printed total 279,995.00 does not equal 100,000 x 2.75 = 275,000.00; the printed "
            "total is the price; the contract has 6 open questions",
        ),
        ("Contract", NAME),
    ]


def test_what_is_not_on_file_says_which_page_to_ask_for(book: PriceBook) -> None:
    lines = dict(explain_in_lines(book, ask(book, 99_999, "2013-12-20")))
    assert lines["Price"] == "not determinable"
    assert lines["Ask for"] == "Service Attachment 1, page 9, Table (a.)"


def test_an_answer_rests_on_the_assumed_date_that_keeps_the_amendment_out(book: PriceBook) -> None:
    answer = ask(book, 100_000, "2013-11-20")
    assert {row.title for row in answer.assumptions} == {"Service Attachment 1", "Amendment 1"}
    assert explain(answer).endswith("date signed and effective date of Amendment 1.")


@pytest.mark.parametrize("day", ["2013-11-14", "2013-11-20"])
def test_the_date_of_the_attachment_is_assumed_wherever_it_decides(
    book: PriceBook, day: str
) -> None:
    answer = ask(book, 99_999, day)
    assert {row.title for row in answer.assumptions} == {"Service Attachment 1"}
    assert explain(answer).endswith("assumed: date signed of Service Attachment 1.")


@pytest.mark.parametrize("day", ["2013-12-20", "2014-01-01"])
def test_an_answer_that_an_assumption_could_not_change_does_not_name_it(
    book: PriceBook, day: str
) -> None:
    assert {row.title for row in ask(book, 100_000, day).assumptions} == {"Amendment 1"}


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
