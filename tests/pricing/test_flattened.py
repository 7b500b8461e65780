"""The flattened price list: each question is in one line, which says what its answer says."""

import itertools
from datetime import date
from random import Random

from tests.support.contracts_in_code import SERVICE, of_range, row
from tests.support.random_contracts import MOST_STEPS, START, maybe, random_contract, random_day
from xlfuncs.pricing.contract import Assumption, Contract, PartUnits, Row, Service
from xlfuncs.pricing.explain import format_remark
from xlfuncs.pricing.flattened import flatten
from xlfuncs.pricing.price_book import PriceBook, Question
from xlfuncs.pricing.wording import cite_all

FIRST = date(1900, 3, 1).toordinal()
ASSUMABLE = ("signed", "effective", "ends", "purchased_from", "purchased_through", "quantity_to")


def with_assumptions(random: Random, contract: Contract) -> Contract:
    """The contract with some of its dates and quantities marked as assumed."""

    def marked(row: Row) -> Row:
        fields = [name for name in ASSUMABLE if getattr(row, name) is not None]
        if not fields or random.random() < 0.7:
            return row
        return row._replace(assumed=(Assumption((random.choice(fields),), "a blurred copy"),))

    return contract._replace(rows=tuple(map(marked, contract.rows)))


def test_each_question_is_in_one_line_with_its_answer(seed: int) -> None:
    random = Random(20 + seed)
    for _ in range(60):
        contract = with_assumptions(random, random_contract(random))
        book = PriceBook(contract)
        known_on = maybe(random, 0.4, lambda: random_day(random))
        lines = list(flatten(book, FIRST, known_on))
        for _ in range(60):
            service = random.choice(contract.services)
            count, day = random.randint(0, MOST_STEPS + 4), random_day(random, early=20)
            [line] = [
                each
                for each in lines
                if each.service == service
                and each.since <= day.toordinal() <= each.until
                and each.first <= count <= each.last
            ]
            question = Question(count * service.step, day, service.name, known_on)
            answer = book.answer(question)
            assert line.answer.cause is answer.cause
            assert line.answer.price_function == answer.price_function
            assert line.answer.unit_price == answer.unit_price
            assert line.source == cite_all(answer.decided)
            assert line.remark == format_remark(of_range(answer))


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
        "no row prices these units on that day; the smallest on that day is Agreement, 1 "
        "(5 to 10 IPs).",
        "no row prices these units on that day; the largest on that day is Agreement, 1 "
        "(5 to 10 IPs).",
    }
