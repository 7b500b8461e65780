"""The differences of two contracts: dated changes that predict every answer."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.support.contracts_in_code import SERVICE, book, row
from tests.support.random_contracts import (
    MONTH,
    MONTH_AND_BEFORE,
    contracts,
    days_and_earlier,
    format_stated,
    limited_contracts,
    maybe,
    questions,
    spread,
)
from xlfuncs.pricing.contract import Contract, Counted, PartUnits, Row, Service
from xlfuncs.pricing.diff import Change, find_changes, find_meanings
from xlfuncs.pricing.differing_quantities import find_differing
from xlfuncs.pricing.outcomes import BadInput, Outcome
from xlfuncs.pricing.price_book import PriceBook, Question

QUESTIONS_EACH = 120

Shown = tuple[Outcome, Decimal | None]


def outcome(book: PriceBook, question: Question) -> Shown:
    """The price, and the outcome where there is none: no price, too, for a service that is not."""
    if question.service and question.service not in book.service_names:
        return Outcome.NO_PRICE, None
    try:
        found = book.answer(question)
    except BadInput:
        return Outcome.BAD_INPUT, None
    return found.outcome, found.price


def predicted(
    found: list[Change], question: Question, books: list[PriceBook]
) -> tuple[Shown, Shown] | None:
    """What the changes say of a question's two answers; None where they do not differ."""
    named = question.service or ""
    if (
        not named
        and len(books[0].service_names) == 1
        and books[0].service_names == books[1].service_names
    ):
        [named] = books[0].service_names
    holding = [
        change
        for change in found
        if change.service == named and change.holds(question.quantity, question.purchased)
    ]
    assert len(holding) <= 1, "each question is in one change"
    for change in holding:
        before, after = (
            (side.outcome, side.price_of(question.quantity))
            for side in (change.before, change.after)
        )
        if before != after:
            return before, after
    return None


UNRELATED = maybe(0.4, [True])
KEPT, ADDED = maybe(0.9, [True]), maybe(0.3, [True])
OTHER_LIMITS = maybe(0.2, range(1, 24))
OTHER_PART_UNITS = maybe(0.2, list(PartUnits))


@st.composite
def two_contracts(draw: DrawFn) -> tuple[Contract, Contract]:
    """A contract and what it is after some years, or two unrelated ones."""
    contract, other = draw(limited_contracts()), draw(limited_contracts())
    if draw(UNRELATED):
        return contract, other
    rows = [row for row in contract.rows if draw(KEPT)]
    rows += [row for row in other.rows if draw(ADDED)]
    services = {service.name: service for service in (*other.services, *contract.services)}
    steps = {name: service.step for name, service in services.items()}
    rows = [row for row in rows if not row.quantity_from % steps[row.service]]
    rows = [row for row in rows if not (row.quantity_to or 0) % steps[row.service]]
    kept = [services[name] for name in dict.fromkeys(row.service for row in rows or contract.rows)]
    changed = []
    for each in kept:
        limit = draw(OTHER_LIMITS)
        changed.append(
            each._replace(
                part_units=draw(OTHER_PART_UNITS) or each.part_units,
                limit=each.limit if limit is None else limit * each.step,
            )
        )
    return contract, contract._replace(services=tuple(changed), rows=tuple(rows or contract.rows))


KNOWN = st.none() | st.tuples(maybe(0.7, MONTH), maybe(0.7, MONTH))
PARTS = st.sampled_from([Decimal("0.5"), *map(Decimal, ("0.01", "0.33", "0.000001", "0.000099"))])


class Compared(NamedTuple):
    """Two contracts, as they were known on two days, and questions to both."""

    contracts: tuple[Contract, Contract]
    known_on: tuple[date | None, date | None]
    questions: list[Question]

    def __repr__(self) -> str:
        return "\n".join([*map(repr, self.contracts), f"  known on: {self.known_on}"])


def rounds_alike(book: PriceBook, question: Question) -> bool:
    """Whether part of a step is priced because a price that rises rounds to the same cent."""
    asked = [each for each in book.contract.services if question.service in {None, each.name}]
    if len(asked) != 1 or asked[0].part_units is not PartUnits.NOT_SAID:
        return False
    [service] = asked
    price_function = book.answer(question).price_function
    is_part = question.quantity % service.step != 0
    return bool(is_part and price_function and price_function.rate)


@st.composite
def compared(draw: DrawFn) -> Compared:
    both, part = draw(two_contracts()), draw(PARTS)
    asked = []
    for contract in both:
        first = draw(questions(contract, days_and_earlier))
        asked += spread(contract, first, QUESTIONS_EACH // 2, MONTH_AND_BEFORE)
    asked[4::5] = [each._replace(quantity=each.quantity + part) for each in asked[4::5]]
    asked[9::10] = [each._replace(service=None) for each in asked[9::10]]
    return Compared(both, draw(KNOWN) or (None, None), asked)


def test_changes_predict_exactly_which_answers_differ_and_how(questions: int) -> None:
    differing: Counter[bool] = Counter()

    @settings(max_examples=questions // QUESTIONS_EACH)
    @given(compared())
    def predict(case: Compared) -> None:
        books = [PriceBook(each) for each in case.contracts]
        found = find_changes(*books, case.known_on)
        for question in case.questions:
            before, after = (
                outcome(book, question._replace(known_on=known))
                for book, known in zip(books, case.known_on, strict=True)
            )
            if any(
                rounds_alike(book, question._replace(known_on=known))
                for book, known in zip(books, case.known_on, strict=True)
            ):
                continue
            expected = (before, after) if before != after else None
            assert predicted(found, question, books) == expected, format_stated(question)
            differing[before != after] += 1

    predict()
    assert questions // 20 < differing[True] < questions * 19 // 20


@st.composite
def in_two_orders(draw: DrawFn) -> tuple[Contract, Contract]:
    contract = draw(contracts())
    return contract, contract._replace(rows=tuple(draw(st.permutations(contract.rows))))


@settings(max_examples=100)
@given(in_two_orders())
def test_the_same_contract_has_no_changes_whatever_the_order_of_its_rows(
    both: tuple[Contract, Contract],
) -> None:
    contract, shuffled = both
    assert not find_changes(PriceBook(contract), PriceBook(shuffled))


def test_what_quantities_add_up_by_and_the_limit_are_what_prices_mean() -> None:
    before = Contract("", "", (SERVICE,), (row(0, 1, "or more", "per unit", 2),))
    service = SERVICE._replace(counted=Counted.YEAR, limit=Decimal(500))
    after = before._replace(services=(service,))
    assert list(map(str, find_meanings(before, after))) == [
        "counting period of 'Scanning': purchase before, year after",
        "limit of 'Scanning': none before, 500 IPs after",
    ]
    [change] = find_changes(PriceBook(before), PriceBook(after))
    assert (change.first, change.last) == (501, None)
    assert change.after.outcome is Outcome.NO_PRICE
    unlimited = before._replace(services=(service._replace(limit=None),))
    assert not find_changes(PriceBook(before), PriceBook(unlimited))


def test_each_change_begins_with_a_quantity_whose_answer_differs() -> None:
    whole: list[Change] = []

    @settings(max_examples=200)
    @given(two_contracts())
    def begins(both: tuple[Contract, Contract]) -> None:
        books = [PriceBook(each) for each in both]
        for change in find_changes(*books):
            if not all(change.scope.whole):
                continue
            whole.append(change)
            day = change.since or change.until or date.min
            for quantity in {change.first, change.last or change.first}:
                asked = Question(quantity, day, change.service or None)
                assert outcome(books[0], asked) != outcome(books[1], asked), format_stated(asked)

    begins()
    assert len(whole) > 1000


def table(*rows: Row, service: Service = SERVICE) -> list[str]:
    """Changes from the agreement's first row alone to all rows, in short."""
    found = find_changes(book(rows[0]), book(*rows, service=service))
    return [
        f"{change.first:f} to {change.last or 'more'}, {change.since} to {change.until}: "
        f"{change.before.price_of(change.first)} is {change.after.price_of(change.first)}"
        for change in found
    ]


def test_an_amendment_is_a_change_from_the_day_it_takes_effect() -> None:
    amended = row(1, 10, 99, "per unit", 2, effective=date(2020, 7, 1), ends=date(2020, 12, 31))
    assert table(row(0, 1, "or more", "per unit", 3), amended) == [
        "10 to 99, 2020-07-01 to 2020-12-31: 30.00 is 20.00"
    ]


def test_where_two_price_functions_cross_nothing_changes_and_both_sides_are_listed() -> None:
    package = row(1, 1, 200, "package", 300, effective=None, signed=date(2020, 7, 1))
    package = package._replace(effective=date(2020, 7, 1))
    assert table(row(0, 1, "or more", "per unit", 3), package) == [
        "1 to 99, 2020-07-01 to None: 3.00 is 300.00",
        "101 to 200, 2020-07-01 to None: 303.00 is 300.00",
    ]


def test_amending_one_tier_changes_every_tier_above_it() -> None:
    tiers = [
        row(0, 1, 100, "graduated", 3),
        row(0, 101, "or more", "graduated", 2),
        row(1, 51, 100, "graduated", 1),
    ]
    found = find_changes(book(*tiers[:2]), book(*tiers))
    assert [(change.first, change.last) for change in found] == [(51, 100), (101, None)]
    above = found[1]
    assert (above.before.price_of(Decimal(200)), above.after.price_of(Decimal(200))) == (500, 400)


def test_a_clause_that_changes_no_price_is_no_change() -> None:
    assert table(row(0, 1, 9, "package", 30), row(1, 1, 9, "package", 30)) == []


def test_a_service_that_only_one_contract_has_is_no_price_in_the_other() -> None:
    support = row(0, 1, 1, "package", 50)._replace(service="Support")
    scanning = row(0, 1, 1, "package", 30)
    one = book(scanning)
    two = PriceBook(Contract("", "", (SERVICE, Service("Support")), (scanning, support)))
    named, part_units, *unnamed = find_changes(one, two)
    assert (part_units.before.outcome, part_units.after.outcome) == (
        Outcome.NO_PRICE,
        Outcome.BAD_INPUT,
    )
    assert (named.service, named.before.outcome, named.after.price_of(Decimal(1))) == (
        "Support",
        Outcome.NO_PRICE,
        50,
    )
    assert {(change.service, change.after.outcome) for change in unnamed} == {
        ("", Outcome.BAD_INPUT)
    }
    assert {change.before.price_of(change.first) for change in unnamed} == {None, 30}


def test_part_units_that_are_counted_otherwise_are_kept_apart_from_whole_ones() -> None:
    rows = (row(0, 1, 9, "per unit", 2),)
    up = SERVICE._replace(part_units=PartUnits.UP)
    *_, change, beyond = find_changes(book(*rows), book(*rows, service=up))
    assert change.scope.whole == beyond.scope.whole == (False, False)
    assert (beyond.before.outcome, beyond.after.outcome) == (Outcome.BAD_INPUT, Outcome.NO_PRICE)
    assert (change.before.outcome, change.after.price_of(Decimal("1.5"))) == (Outcome.BAD_INPUT, 4)
    assert change.holds(Decimal("1.5"), date(2020, 6, 1))
    assert not change.holds(Decimal(2), date(2020, 6, 1))


def test_a_quantity_that_is_a_step_of_both_is_not_listed_as_one_of_a_single_contract() -> None:
    rows = (row(0, 25, 25, "package", 5), row(0, 50, 50, "package", 9))
    found = find_changes(book(*rows), book(*rows, service=SERVICE._replace(step=Decimal(25))))
    assert not any(
        change.holds(Decimal(each), date(2020, 6, 1)) for each in (25, 50) for change in found
    )
    assert not any(change.before.price_function for change in found)


def test_part_units_whose_prices_round_to_the_same_cent_are_no_change() -> None:
    rows = (row(0, 0, 4, "per unit", "0.001"),)
    services = (SERVICE._replace(part_units=each) for each in (PartUnits.NEAREST, PartUnits.DOWN))
    found = find_changes(*(book(*rows, service=service) for service in services))
    assert [
        change for change in found if change.before.price_function and change.after.price_function
    ] == []


def test_parts_below_half_a_step_count_alike_to_the_nearest_and_down() -> None:
    rows = (row(0, 0, 9, "per unit", 2),)
    services = (SERVICE._replace(part_units=each) for each in (PartUnits.NEAREST, PartUnits.DOWN))
    found = find_changes(*(book(*rows, service=service) for service in services))
    [change] = [each for each in found if each.before.price_function and each.after.price_function]
    assert (change.first, change.last) == (Decimal("0.5"), Decimal("8.999999"))


def test_known_on_a_day_asks_what_later_documents_have_changed() -> None:
    amended = row(1, 1, 9, "per unit", 2, signed=date(2020, 3, 1), effective=date(2020, 2, 1))
    contract = book(row(0, 1, 9, "per unit", 3), amended)
    [change] = find_changes(contract, contract, (date(2020, 2, 15), None))
    assert (
        change.since,
        change.before.price_of(Decimal(9)),
        change.after.price_of(Decimal(9)),
    ) == (
        date(2020, 2, 1),
        27,
        18,
    )
    assert not find_changes(contract, contract, (date(2020, 3, 1), None))


LINES = st.tuples(st.integers(0, 200), st.integers(0, 20), st.sampled_from([1, 10, 100]))
"""What a price function is for no units, for each unit, and what both are divided by."""


@settings(max_examples=500)
@given(LINES, LINES, st.integers(0, 40), st.integers(0, 60))
def test_price_functions_that_differ_by_less_than_a_cent_are_compared_count_by_count(
    one: tuple[int, int, int], other: tuple[int, int, int], first: int, length: int
) -> None:
    def cents(line: tuple[int, int, int], count: int) -> int:
        fixed, rate, divisor = line
        return (fixed + rate * count) // divisor

    last = first + length
    apart = [count for count in range(first, last + 1) if cents(one, count) != cents(other, count)]
    ranges = list(find_differing(one, other, (first, last)))
    assert all(any(low <= count <= high for low, high in ranges) for count in apart)
    assert all(low in apart and high in apart for low, high in ranges)
