"""Credits are paired with the purchase that they undo, and with no other."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from types import FrameType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.ledgers.credits import LedgerLine, describe_credit, pair_credits, settle_credits

FIRST = date(2024, 1, 1)


class Case(NamedTuple):
    """What the credit is paired with; purchases are in lines 2, 3 and so on, the credit in 10."""

    credit: str
    purchases: Sequence[str]
    pairs: tuple[int, ...] = ()


CASES = {
    "all alike": Case("PO-1 9 -30.00 IPs", ["PO-1 9 30.00 IPs"], (2,)),
    "a negative quantity": Case("PO-1 -9 30.00 IPs", ["PO-1 9 30.00 IPs"], (2,)),
    "both negative": Case("PO-1 -9 -30.00 IPs", ["PO-1 9 30.00 IPs"], (2,)),
    "zeros behind": Case("PO-1 9.0 -30 IPs", ["PO-1 9 30.00 IPs"], (2,)),
    "another letter case": Case("po-1 9 -30.00 ips", ["PO-1 9 30.00 IPs"], (2,)),
    "another reference": Case("PO-2 9 -30.00 IPs", ["PO-1 9 30.00 IPs"]),
    "no reference": Case("- 9 -30.00 IPs", ["- 9 30.00 IPs"]),
    "another quantity": Case("PO-1 8 -30.00 IPs", ["PO-1 9 30.00 IPs"]),
    "part of the amount": Case("PO-1 9 -29.99 IPs", ["PO-1 9 30.00 IPs"]),
    "another service": Case("PO-1 9 -30.00 Storage", ["PO-1 9 30.00 IPs"]),
    "the same vendor": Case("PO-1 9 -30.00 IPs Acme", ["PO-1 9 30.00 IPs ACME"], (2,)),
    "another vendor": Case("PO-1 9 -30.00 IPs Acme", ["PO-1 9 30.00 IPs Other"]),
    "a purchase without a vendor": Case("PO-1 9 -30.00 IPs Acme", ["PO-1 9 30.00 IPs"], (2,)),
    "a credit without one": Case("PO-1 9 -30.00 IPs", ["PO-1 9 30.00 IPs Acme"], (2,)),
    "of two vendors that of the credit": Case(
        "PO-1 9 -30.00 IPs B", ["PO-1 9 30.00 IPs A", "PO-1 9 30.00 IPs B"], (3,)
    ),
    "two vendors, and the credit has none": Case(
        "PO-1 9 -30.00 IPs", ["PO-1 9 30.00 IPs A", "PO-1 9 30.00 IPs B"], (2, 3)
    ),
    "its vendor rather than none": Case(
        "PO-1 9 -30.00 IPs B", ["PO-1 9 30.00 IPs", "PO-1 9 30.00 IPs B"], (3,)
    ),
    "two that are alike": Case(
        "PO-1 9 -30.00 IPs", ["PO-1 9 30.00 IPs", "PO-2 9 30.00 IPs", "PO-1 9 30.00 IPs"], (2, 4)
    ),
}


def line(number: int, cells: str, day: int = 5) -> LedgerLine:
    reference, quantity, amount, service, *vendor = cells.split()
    figures = Decimal(quantity), Decimal(amount)
    named = "" if reference == "-" else reference
    return LedgerLine(number, named, service, *figures, FIRST + timedelta(day), "".join(vendor))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_credit_and_the_line_that_it_undoes(case: Case) -> None:
    purchases = [line(number, cells) for number, cells in enumerate(case.purchases, 2)]
    pairs = pair_credits([line(10, case.credit)], purchases)
    assert pairs == ({10: case.pairs} if case.pairs else {})


PURCHASE, CREDIT = "PO-1 9 30.00 IPs", "PO-1 9 -30.00 IPs"


def pair(*events: tuple[int, int, str]) -> dict[int, tuple[int, ...]]:
    """The pairs of lines, each with its day; the order in which they come is no matter."""
    lines = [line(number, cells, day) for number, day, cells in events]
    found = (
        pair_credits(
            [each for each in order if each.amount < 0], [each for each in order if each.amount > 0]
        )
        for order in (lines, lines[::-1])
    )
    [pairs, others] = found
    assert pairs == others
    return pairs


def test_a_purchase_that_is_later_is_not_undone() -> None:
    assert pair((2, 6, PURCHASE), (9, 5, CREDIT)) == {}
    assert pair((9, 5, PURCHASE), (2, 6, CREDIT)) == {2: (9,)}  # whatever the order of lines
    assert pair((9, 5, PURCHASE), (2, 5, CREDIT)) == {}  # but for those of one day
    assert pair((2, 5, PURCHASE), (9, 5, CREDIT)) == {9: (2,)}


def test_the_nearest_earlier_purchase_is_undone_each_only_once() -> None:
    bought = [(2, 1, PURCHASE), (3, 3, PURCHASE)]
    assert pair(*bought, (8, 4, CREDIT)) == {8: (3,)}
    assert pair(*bought, (8, 2, CREDIT)) == {8: (2,)}
    assert pair(*bought, (8, 4, CREDIT), (9, 5, CREDIT)) == {8: (3,), 9: (2,)}
    assert pair(*bought, (7, 4, CREDIT), (8, 4, CREDIT), (9, 5, CREDIT)) == {7: (3,), 8: (2,)}


def test_what_nothing_tells_apart_is_all_named_and_no_more_often_than_it_was_bought() -> None:
    bought = [(3, 1, PURCHASE), (7, 1, PURCHASE)]
    assert pair(*bought, (8, 4, CREDIT)) == {8: (3, 7)}
    assert pair(*bought, (8, 4, CREDIT), (9, 4, CREDIT)) == {8: (3, 7), 9: (3, 7)}
    three = [(8, 4, CREDIT), (9, 4, CREDIT), (10, 9, CREDIT)]
    assert pair(*bought, *three) == {8: (3, 7), 9: (3, 7)}
    # a credit between them can be for the first alone, and the next one for the second alone
    assert pair((3, 1, PURCHASE), (5, 1, CREDIT), (7, 1, PURCHASE), (9, 1, CREDIT)) == {
        5: (3,),
        9: (7,),
    }


events = st.lists(
    st.tuples(st.booleans(), st.integers(1, 30), st.sampled_from(["", "A", "B"])),
    max_size=12,
    unique_by=lambda each: (each[0], each[1]),
)
"""Purchases and credits, a day has at most one of each."""


@given(events)
def test_random_credits_undo_the_nearest_purchase_that_is_left(
    drawn: list[tuple[bool, int, str]],
) -> None:
    lines = [
        line(number, f"{CREDIT if is_credit else PURCHASE} {vendor}", day)
        for number, (is_credit, day, vendor) in enumerate(drawn)
    ]
    left = [each for each in lines if each.amount > 0]
    credits = [each for each in lines if each.amount < 0]
    expected: dict[int, tuple[int, ...]] = {}
    may_be_paired: list[Callable[[str, str], bool]] = [
        lambda bought, credited: bought == credited,
        lambda bought, _credited: not bought,
        lambda _bought, credited: not credited,
    ]
    for is_its_own in may_be_paired:
        for credit in sorted(credits, key=lambda each: (each.day, each.line)):
            fitting = [
                each
                for each in left
                if credit.line not in expected
                and (each.day, each.line) < (credit.day, credit.line)
                and is_its_own(each.vendor, credit.vendor)
            ]
            if fitting:
                nearest = max(fitting, key=lambda each: each.day)
                left.remove(nearest)
                expected[credit.line] = (nearest.line,)
    assert pair_credits(credits, (each for each in lines if each.amount > 0)) == expected


def test_a_vendor_gets_its_own_purchase_before_any_other_line_does() -> None:
    acme, yoyo, zeta = (f"{PURCHASE} {vendor}" for vendor in ("Acme", "Yoyo", "Zeta"))
    # an earlier one of the same vendor, rather than a later one without a vendor
    assert pair((2, 1, acme), (3, 3, PURCHASE), (9, 4, f"{CREDIT} Acme")) == {9: (2,)}
    # a credit without a vendor takes what those with one leave, though it comes first
    credits = [(8, 4, CREDIT), (9, 5, f"{CREDIT} Yoyo")]
    assert pair((2, 1, zeta), (3, 1, yoyo), *credits) == {8: (2,), 9: (3,)}
    # of two alike one is left, and nothing says which
    credits = [(7, 2, f"{CREDIT} Acme"), (8, 4, CREDIT), (9, 5, CREDIT)]
    assert pair((2, 1, acme), (3, 1, acme), *credits) == {7: (2, 3), 8: (2, 3)}


@pytest.mark.parametrize("days", [1, 20_000], ids=["on one day", "on many days"])
def test_the_work_grows_with_the_lines(days: int) -> None:
    """Were each credit compared with each purchase, four times as many took sixteen times as long.

    All lines have one reference, as where a finance system fills in the same for all.
    """

    def steps(count: int) -> int:
        bought = [line(2 * each, PURCHASE, each % days) for each in range(count)]
        credits = [line(2 * each + 1, CREDIT, each % days) for each in range(count)]
        with counted_steps() as taken:
            assert len(pair_credits(credits, bought)) == count
        return taken["line"]

    assert steps(4_000) < 5 * steps(1_000)


@contextmanager
def counted_steps() -> Iterator[Counter[str]]:
    """Count the lines of Python that run, which no other program on the machine slows down."""
    taken = Counter[str]()

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        taken[event] += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield taken
    finally:
        sys.settrace(before)


@pytest.mark.parametrize(
    ("pairs", "prices", "settled"),
    [
        ({8: (2,)}, "9", {8}),
        ({8: (2, 3)}, "99", {8}),
        ({8: (2, 3)}, "98", set()),
        ({8: (2, 3), 9: (2, 3)}, "98", {8, 9}),
        ({8: (2, 3), 9: (2, 3, 4)}, "987", set()),
        ({8: (2, 3), 9: (2, 3, 4), 10: (2, 3, 4)}, "987", {8, 9, 10}),
        ({8: (2, 3), 9: (3,)}, "98", {8, 9}),
        ({8: (2, 3), 9: (4,)}, "987", {9}),
        ({8: (2, 3), 9: (2, 3)}, "99", {8, 9}),
    ],
)
def test_a_credit_is_settled_where_it_is_certain_what_is_undone(
    pairs: dict[int, tuple[int, ...]], prices: str, settled: set[int]
) -> None:
    """Also where equal tuples are not one and the same."""
    copied = {credit: tuple(map(int, lines)) for credit, lines in pairs.items()}
    undone = settle_credits(copied, {at: Decimal(each) for at, each in enumerate(prices, 2)})
    assert set(undone) == settled
    assert set(undone.values()) <= {line for credit in settled for line in pairs[credit]}
    assert len(set(undone.values())) == len(undone)


def test_a_credit_in_words() -> None:
    assert describe_credit(()) == "credit; no line found that it undoes"
    for lines, words in (
        ("3", "3"),
        ("3 7", "3 or 7"),
        ("3 7 12", "3, 7 or 12"),
        ("3 7 12 15", "3, 7, 12 or 15"),
        ("3 7 12 15 16", "3, 7, 12, 15 or 1 other"),
        (" ".join(map(str, range(2, 2000))), "2, 3, 4, 5 or 1,994 others"),
    ):
        assert describe_credit(lines.split()) == f"credit for line {words}"
