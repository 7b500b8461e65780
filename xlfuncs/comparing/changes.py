"""What a second contract answers otherwise than a first one: dated changes of prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlfuncs.comparing.crossings import differing
from xlfuncs.comparing.parts import among, differing_parts
from xlfuncs.comparing.scopes import Scope, scopes_of
from xlfuncs.comparing.sides import Answer, Given, Part, Profile, Side
from xlfuncs.pricing.contract import service_key
from xlfuncs.pricing.lines import to_cents
from xlfuncs.pricing.pieces import Band, Span
from xlfuncs.pricing.pricebook import PriceBook
from xlfuncs.pricing.stretches import Seen, first_day, last_day, stretches

UNNAMED = ""
"""Stands for a question that names no service."""


class Change(NamedTuple):
    """Quantities of a service, and days of purchase, whose answer is another one.

    An answer is a price to the cent, or the kind of there being none; which row gives it makes no
    other answer. Quantities and days are inclusive; `last` is None for "or more", `since` and
    `until` are None where there is no first or last day. Prices are those of the two lines, and
    may be alike at single quantities, where the lines round to the same cent. `service` is blank
    for questions that name none. `scope` says which quantities of the range are meant.
    """

    service: str
    first: Decimal
    last: Decimal | None
    since: date | None
    until: date | None
    before: Given
    after: Given
    scope: Scope

    def holds(self, quantity: Decimal, day: date) -> bool:
        """Whether a quantity and a day of purchase are among those meant."""
        counted = self.scope.counted(quantity)
        return (
            counted is not None
            and self.first <= counted
            and (self.last is None or counted <= self.last)
            and (self.since or date.min) <= day <= (self.until or date.max)
        )


def changes(
    before: PriceBook,
    after: PriceBook,
    known_on: tuple[date | None, date | None] = (None, None),
) -> list[Change]:
    """Where two contracts answer differently, service by service, the earliest days first.

    `known_on` has the documents signed by a day answer, in each of the two. A question that names
    no service is compared where the two do not have the same only one.

    >>> from xlfuncs.pricing.contract import Charge, Contract, Row, Service
    >>> row = Row(0, "Agreement", "IPs", Decimal(1), None, Charge.PER_UNIT, unit_price=Decimal(3))
    >>> amended = row._replace(document=1, title="Amendment 1", unit_price=Decimal(2),
    ...                        effective=date(2024, 7, 1))
    >>> contract = Contract("", "", (Service("IPs"),), (row,))
    >>> later = contract._replace(rows=(row, amended))
    >>> [change] = changes(PriceBook(contract), PriceBook(later))
    >>> print(change.first, change.last, change.since, change.until)
    1 None 2024-07-01 None
    >>> print(change.before.price(Decimal(10)), change.after.price(Decimal(10)))
    30.00 20.00
    """
    found: list[Change] = []
    for name in _names(before, after):
        sides = Side.of(before, name, known_on[0]), Side.of(after, name, known_on[1])
        if known_on[0] == known_on[1] and _state_the_same(*sides):
            continue
        for scope in scopes_of(sides[0].service, sides[1].service):
            found += _changes(name, sides, scope)
    return found


def _state_the_same(one: Side, other: Side) -> bool:
    """Whether the rows are those of the other: as most services are, a year later."""
    if one.prices is None or other.prices is None or one.service != other.service:
        return False
    rows, others = one.prices.rows, other.prices.rows
    return len(rows) == len(others) and all(
        row._replace(place=None, service="") == another._replace(place=None, service="")
        for row, another in zip(rows, others, strict=True)
    )


def _names(before: PriceBook, after: PriceBook) -> Iterator[str]:
    """The services of both, and none where leaving it out does not mean the same in both."""
    names = {service_key(name): name for name in (*after.offered, *before.offered)}
    order = dict.fromkeys(service_key(name) for name in (*before.offered, *after.offered))
    yield from (names[key] for key in order)
    only = [tuple(map(service_key, book.offered)) for book in (before, after)]
    if only[0] != only[1] and 1 in map(len, only):
        yield UNNAMED


def _changes(name: str, sides: Sequence[Side], scope: Scope) -> Iterator[Change]:
    lists = [side.prices for side in sides if side.prices]
    profiles = [Profile(side, scope, number) for number, side in enumerate(sides)]
    compared: dict[tuple[int, int, Span], list[Span]] = {}

    def look(bands: Sequence[Band]) -> Iterator[tuple[Span, tuple[Answer, Answer]]]:
        left = iter(bands)
        before, after = (
            profile.of(next(left) if side.prices else None)
            for side, profile in zip(sides, profiles, strict=True)
        )
        for span, answers in _side_by_side(before, after):
            # the profiles keep their answers, so these are known again on other days
            known = (id(answers[0]), id(answers[1]), span)
            if known not in compared:
                compared[known] = list(_differing(answers, sides, span, scope))
            for part in compared[known]:
                yield part, answers

    for seen in stretches(lists, look):
        yield _change(name, sides, scope, seen)


def _side_by_side(
    one: list[Part], other: list[Part]
) -> Iterator[tuple[Span, tuple[Answer, Answer]]]:
    """Two profiles, cut where either changes."""
    left = right = 0
    while left < len(one) and right < len(other):
        (first, last), before = one[left]
        (other_first, other_last), after = other[right]
        yield (max(first, other_first), min(last, other_last)), (before, after)
        left, right = left + (last <= other_last), right + (other_last <= last)


def _differing(
    answers: tuple[Answer, Answer], sides: Sequence[Side], span: Span, scope: Scope
) -> Iterator[Span]:
    """The parts of a span in which two answers differ."""
    before, after = answers
    both = [(side.service, answer.line) for side, answer in zip(sides, answers, strict=True)]
    priced = [(service, line) for service, line in both if service and line]
    if len(priced) < len(both):
        if before.kind is not after.kind:
            yield from among(scope, span)
        return
    (service, one), (another, other) = priced
    if all(scope.whole):
        lines = before.whole_numbers(one, scope), after.whole_numbers(other, scope)
        yield from differing(*lines, span)
    elif service.step == another.step:
        yield from differing_parts(priced, span)
    elif one.rate or other.rate or to_cents(one.fixed) != to_cents(other.fixed):
        yield from among(scope, span)  # prices rise with steps of two lengths


def _change(name: str, sides: Sequence[Side], scope: Scope, seen: Seen) -> Change:
    first, last = seen.counts
    since, until = first_day(seen.since), last_day(seen.until)
    before, after = (
        answer.given(side, seen.since, seen.until, (first * scope.grain, last * scope.grain))
        for answer, side in zip(seen.what, sides, strict=True)
    )
    end = None if last >= scope.most else scope.quantity(last)
    return Change(name, scope.quantity(first), end, since, until, before, after, scope)
