"""The flattened price list: each question is in one line, which says what its answer says."""

import itertools
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.contracts_in_code import SERVICE, of_range, row
from tests.support.random_contracts import (
    START,
    AskedContract,
    at_all_quantities,
    days_and_earlier,
    format_stated,
    limited_contracts,
    maybe,
    questions,
)
from xlfuncs.pricing.contract import Assumption, Contract, PartUnits, Row, Service
from xlfuncs.pricing.explain import format_remark
from xlfuncs.pricing.flattened import flatten
from xlfuncs.pricing.price_book import PriceBook
from xlfuncs.pricing.wording import cite_all

FIRST = date(1900, 3, 1).toordinal()
ASSUMABLE = ("signed", "effective", "ends", "purchased_from", "purchased_through", "quantity_to")


ASSUMED_FIELDS = maybe(0.35, ASSUMABLE)


@st.composite
def asked_with_assumptions(draw: DrawFn) -> AskedContract:
    """Contracts with some dates and quantities marked as assumed, and a question."""

    def marked(row: Row) -> Row:
        field = draw(ASSUMED_FIELDS)
        if field is None or getattr(row, field) is None:
            return row
        return row._replace(assumed=(Assumption((field,), "a blurred copy"),))

    contract = draw(limited_contracts())
    contract = contract._replace(rows=tuple(map(marked, contract.rows)))
    return AskedContract(contract, [draw(questions(contract, days_and_earlier))])


@settings(max_examples=80)
@given(asked_with_assumptions())
def test_each_question_is_in_one_line_with_its_answer(asked: AskedContract) -> None:
    book = PriceBook(asked.contract)
    [of_day] = asked.questions
    lines = list(flatten(book, FIRST, of_day.known_on))
    for count, question in enumerate(at_all_quantities(asked.contract, of_day)):
        [line] = [
            each
            for each in lines
            if each.service.name == question.service
            and each.since <= question.purchased.toordinal() <= each.until
            and each.first <= count <= each.last
        ]
        answer = book.answer(question)
        said = format_stated(question)
        assert line.answer.cause is answer.cause, said
        assert line.answer.price_function == answer.price_function, said
        assert line.answer.unit_price == answer.unit_price, said
        assert line.source == cite_all(answer.decided), said
        assert line.remark == format_remark(of_range(answer)), said


def test_lines_leave_no_gap_and_reach_the_largest_quantity() -> None:
    blocks = Service("Scanning", "IPs", SERVICE.step * 25, PartUnits.UP)
    rows = (row(0, 25, 1000, "per unit", 2), row(1, 25, "or more", "package", 9))
    lines = list(flatten(PriceBook(Contract("Test", "T", (blocks,), rows)), FIRST))
    days = sorted({(line.since, line.until) for line in lines})
    assert days[0][0] == FIRST
    assert days[-1][1] == date.max.toordinal()
    assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(days))
    for span in days:
        counts = [(line.first, line.last) for line in lines if (line.since, line.until) == span]
        assert counts[0][0] == 0
        assert counts[-1][1] * 25 >= 10**15 - 1
        assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(counts))


def test_lines_begin_at_the_first_day_that_is_asked_about() -> None:
    contract = Contract("Test", "T", (SERVICE,), (row(0, 1, "or more", "per unit", 2),))
    lines = list(flatten(PriceBook(contract), START.toordinal()))
    assert {line.since for line in lines} == {START.toordinal()}


def test_remarks_name_neither_quantity_nor_day() -> None:
    contract = Contract("Test", "T", (SERVICE,), (row(0, 5, 10, "per unit", 2),))
    remarks = {line.remark for line in flatten(PriceBook(contract), START.toordinal())}
    assert remarks == {
        "",
        "no row prices these units on that day: the smallest range that day is 5 to 10 IPs "
        "(Agreement, 1).",
        "no row prices these units on that day: the largest range that day is 5 to 10 IPs "
        "(Agreement, 1).",
    }
